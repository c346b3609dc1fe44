/* Whose an account at an identity provider is, where two providers say the same of it. */
#include "world.h"

#include "directory/sso_identities.h"
#include "base/banned.h"

#define ISSUER "https://idp.example"

static const char *firm, *evil;

static const char *new_connector(const char *provider, const char *name)
{
	return api_post_for_id(
		"/api/sso-connectors",
		arena_printf(api.arena, "{\"providerName\":\"%s\",\"connectorName\":\"%s\"}", provider, name));
}

static const char *new_user(void)
{
	return api_post_for_id("/api/users", "{}");
}

static struct sso_account account(const char *connector, bool names_itself)
{
	return (struct sso_account){ .issuer = ISSUER, .id = "ada", .names_itself = names_itself,
				     .connector_id = connector, .detail = json_object() };
}

/* OK and whether it was new, or the error. */
static err_t take(struct sso_account of, const char *user_id, bool *is_new)
{
	struct request *rq = api_request(GET, "/api/users", NULL);
	err_t e;

	rq->tx = api.tx;
	e = sso_account_take(rq, &of, user_id, is_new);
	json_decref((json_t *)(uintptr_t)of.detail);
	request_free(rq);
	return e;
}

static void expect_taken(struct sso_account of, const char *user_id, bool expected)
{
	bool is_new;

	assert_string_equal(err_name(take(of, user_id, &is_new)), err_name(OK));
	assert_int_equal(is_new, expected);
}

static void expect_in_use(struct sso_account of, const char *user_id)
{
	bool is_new;

	assert_string_equal(err_name(take(of, user_id, &is_new)), err_name(ERR_IDENTITY_IN_USE));
}

static int begin(void **state)
{
	int rc = api_begin(state);

	firm = new_connector("SAML", "Firm");
	evil = new_connector("SAML", "Evil");
	return rc;
}

static void an_account_is_one_persons_and_stays_it(void **state)
{
	const char *ada = new_user();

	(void)state;
	expect_taken(account(firm, true), ada, true);
	expect_taken(account(firm, true), ada, false);
	expect_in_use(account(firm, true), new_user());
}

static void connectors_to_one_issuer_share_accounts(void **state)
{
	const char *first = new_connector("OIDC", "First"), *second = new_connector("OIDC", "Second"),
		   *ada = new_user();

	(void)state;
	expect_taken(account(first, false), ada, true);
	expect_taken(account(second, false), ada, false);
	expect_in_use(account(second, false), new_user());
}

static void who_calls_itself_as_another_takes_none_of_its_accounts(void **state)
{
	const char *oidc = new_connector("OIDC", "Oidc"), *ada = new_user(), *eve = new_user(), *bob = new_user();

	(void)state;
	expect_taken(account(evil, true), eve, true);
	expect_taken(account(firm, true), ada, true);	/* as if the other were not there */
	expect_taken(account(oidc, false), bob, true);
	expect_taken(account(evil, true), eve, false);
	expect_taken(account(firm, true), ada, false);
	expect_taken(account(oidc, false), bob, false);
}

static void a_person_has_an_account_once_by_whichever_connector_they_come(void **state)
{
	const char *ada = new_user();

	(void)state;
	expect_taken(account(firm, true), ada, true);
	expect_taken(account(evil, true), ada, false);	/* found by her address, in the domains of both */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, api_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_account_is_one_persons_and_stays_it),
		CASE(connectors_to_one_issuer_share_accounts),
		CASE(who_calls_itself_as_another_takes_none_of_its_accounts),
		CASE(a_person_has_an_account_once_by_whichever_connector_they_come),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
