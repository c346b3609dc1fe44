#include "page.h"

#include "base/banned.h"

STATEMENT(t_connector,
	  "INSERT INTO sso_connectors (tenant_id, id, provider_name, connector_name, config, domains, branding,"
	  " sync_profile, enable_token_storage, created_at) VALUES ($1, $2, 'OIDC', 'Acme', '{}', $3, '{}', 0, 0, 0)");

STATEMENT(t_domain,
	  "INSERT INTO sso_connector_domains (tenant_id, sso_connector_id, domain_key)"
	  " VALUES ($1, $2, 'acme.example')");

#define ON "{\"singleSignOnEnabled\":true}"
#define METHODS \
	"{\"signIn\":{\"methods\":[{\"identifier\":\"email\",\"password\":true,\"verificationCode\":false," \
	"\"isPasswordPrimary\":true}]}}"

static void make_connector(void)
{
	assert_int_equal(store_exec(api.tx, &t_connector, ARGS(T("acme"), T("[\"Acme.example\"]")), NULL), OK);
	assert_int_equal(store_exec(api.tx, &t_domain, ARGS(T("acme")), NULL), OK);
}

static void expect(const char *email, const char *answer)
{
	struct request *rq = page_request(GET, "/sso-connectors", NULL);

	rq->query.at = &(struct param){ "email", email };
	rq->query.count = 1;
	assert_int_equal(chain_run(rq, api.tx), OK);
	assert_string_equal(buffer_str(&rq->reply.body), answer);
	request_free(rq);
}

static void connectors_are_found_by_the_domain_while_they_are_on(void **state)
{
	(void)state;
	make_connector();
	page_open();
	expect("a@acme.example", "{\"connectorIds\":[]}");
	page_rule(ON);
	expect("a@ACME.example", "{\"connectorIds\":[\"acme\"]}");
	expect("a@sub.acme.example", "{\"connectorIds\":[]}");
}

/* A password is proven even so: it is refused when it would identify. */
static void an_address_of_a_connector_identifies_nobody(void **state)
{
	const char *id;

	(void)state;
	make_connector();
	api_post_for_id("/api/users", "{\"primaryEmail\":\"ada@acme.example\",\"password\":\"a good one\"}");
	page_rule(METHODS);
	page_begin("SignIn");
	page_expect(
		OK, POST, "/verification/password",
		"{\"identifier\":{\"type\":\"email\",\"value\":\"ada@acme.example\"},\"password\":\"a good one\"}");
	id = api_member("verificationId");
	page_rule(ON);
	assert_int_equal(page_identify(id), ERR_SSO_ADDRESS);
	assert_non_null(strstr(api.answer, "{\"ssoConnectors\":[{\"id\":\"acme\",\"connectorName\":\"Acme\"}]}"));
	page_rule("{\"singleSignOnEnabled\":false}");
	assert_int_equal(page_identify(id), OK);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(connectors_are_found_by_the_domain_while_they_are_on),
		CASE(an_address_of_a_connector_identifies_nobody),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
