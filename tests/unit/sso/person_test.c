/* What counts of what an identity provider says of a person, and whose accounts it has. */
#include "world.h"

#include "sso/person.h"
#include "sso/protocol.h"

#include "base/banned.h"

static json_t *tree(const char *text)
{
	json_t *t = json_loads(text, 0, NULL);

	assert_non_null(t);
	return t;
}

/* -- domains -- */

static void an_address_is_of_a_domain_however_it_is_written(void **state)
{
	static const struct { const char *email; bool is; } cases[] = {
		{ "ada@firm.example", true }, { "ada@FIRM.Example", true }, { "ada@firm.example.", true },
		{ "ada@b\xc3\xbc" "cher.example", true }, { "ada@xn--bcher-kva.example", true },
		{ "ada@sub.firm.example", false }, { "ada@firm.example.evil.example", false },
		{ "ada@xfirm.example", false },
		{ "@firm.example", false }, { "firm.example", false }, { "ada@evil.example@firm.example", false },
		{ "ada@", false }, { "", false },
	};
	struct arena *a = arena_new();
	json_t *domains = tree("[\"firm.example\",\"b\xc3\xbc" "cher.example\",\"\",7]");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(person_is_of_domain(a, cases[i].email, domains), cases[i].is);
	assert_false(person_lists_domain(a, NULL, domains));
	assert_false(person_lists_domain(a, "", domains));
	json_decref(domains);
	arena_free(a);
}

/* -- accounts of everybody -- */

static err_t belongs(const char *provider, bool has_tenants, const char *claims)
{
	struct arena *a = arena_new();
	json_t *said = tree(claims), *domains = tree("[\"firm.example\"]");
	const struct sso_row c = { .provider = sso_provider_find(provider), .domains = domains };
	err_t e = person_check_belongs(a, &c, has_tenants, said);

	json_decref(said);
	json_decref(domains);
	arena_free(a);
	return e;
}

static void a_google_account_counts_by_its_hosted_domain_alone(void **state)
{
	static const struct { const char *claims; err_t e; } cases[] = {
		{ "{\"hd\":\"firm.example\"}", OK },
		{ "{\"hd\":\"FIRM.example\",\"email\":\"ada@other.example\"}", OK },
		{ "{}", ERR_SSO_FAILED },
		{ "{\"email\":\"ada@firm.example\",\"email_verified\":true}", ERR_SSO_FAILED },
		{ "{\"hd\":\"other.example\",\"email\":\"ada@firm.example\"}", ERR_SSO_FAILED },
		{ "{\"hd\":\"sub.firm.example\"}", ERR_SSO_FAILED }, { "{\"hd\":\"\"}", ERR_SSO_FAILED },
		{ "{\"hd\":[\"firm.example\"]}", ERR_SSO_FAILED }, { "{\"hd\":null}", ERR_SSO_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(belongs("GoogleWorkspace", false, cases[i].claims), cases[i].e);
	assert_int_equal(belongs("OIDC", false, "{}"), OK);
}

static void an_account_of_any_entra_tenant_counts_by_an_address_that_its_domain_owns(void **state)
{
	static const struct { const char *claims; err_t e; } cases[] = {
		{ "{\"xms_edov\":true,\"email\":\"ada@firm.example\"}", OK },
		{ "{\"xms_edov\":\"1\",\"email\":\"ada@firm.example\"}", OK },
		{ "{\"xms_edov\":1,\"email\":\"ada@Firm.example\"}", OK },
		{ "{\"email\":\"ada@firm.example\"}", ERR_SSO_FAILED },
		{ "{\"xms_edov\":false,\"email\":\"ada@firm.example\"}", ERR_SSO_FAILED },
		{ "{\"xms_edov\":\"yes\",\"email\":\"ada@firm.example\"}", ERR_SSO_FAILED },
		{ "{\"xms_edov\":2,\"email\":\"ada@firm.example\"}", ERR_SSO_FAILED },
		{ "{\"xms_edov\":true,\"email\":\"ada@other.example\"}", ERR_SSO_FAILED },
		{ "{\"xms_edov\":true}", ERR_SSO_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(belongs("AzureAdOidc", true, cases[i].claims), cases[i].e);
	assert_int_equal(belongs("AzureAdOidc", false, "{}"), OK);
}

/* -- what is kept -- */

/* The person as JSON; "" when they are refused. */
static const char *kept(struct request *rq, const struct claimed *c)
{
	json_t *domains = tree("[\"firm.example\"]"), *person = NULL;
	err_t e = person_of_claims(rq, c, domains, &person);

	json_decref(domains);
	return e ? "" : json_to_text(rq->arena, person);
}

static struct request *a_request(void)
{
	struct request *rq = request_new(&(struct ask){ .path = "/api/sso-connectors" });

	sso_work(rq)->connector.provider = sso_provider_find("OIDC");
	return rq;
}

static void an_address_counts_that_is_vouched_for_and_of_the_connector(void **state)
{
	static const struct { const char *email; bool vouches; const char *kept; } cases[] = {
		{ "ada@firm.example", true, "{\"id\":\"1\",\"email\":\"ada@firm.example\"}" },
		{ "ada@firm.example", false, "{\"id\":\"1\",\"unverifiedEmail\":\"ada@firm.example\"}" },
		{ "ada@other.example", true, "{\"id\":\"1\",\"unverifiedEmail\":\"ada@other.example\"}" },
		{ "no address", true, "{\"id\":\"1\"}" }, { NULL, true, "{\"id\":\"1\"}" },
	};
	struct request *rq = a_request();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct claimed c = { .id = "1", .email = cases[i].email, .vouches_email = cases[i].vouches };

		assert_string_equal(kept(rq, &c), cases[i].kept);
	}
	request_free(rq);
}

static void claims_are_kept_by_their_names_but_none_overrides_what_was_judged(void **state)
{
	struct request *rq = a_request();
	json_t *claims = tree("{\"sub\":\"2\",\"email\":\"eve@firm.example\",\"unverifiedEmail\":\"x\",\"id\":\"3\","
			      "\"family_name\":\"Lovelace\",\"a_\":1,\"groups\":[\"g\"]}");
	const struct claimed c = { .id = "1", .name = "Ada", .claims = claims };
	const struct claimed own = { .id = "1", .claims = claims, .own_names = true };

	(void)state;
	assert_string_equal(kept(rq, &c),
			    "{\"id\":\"1\",\"name\":\"Ada\",\"familyName\":\"Lovelace\",\"a_\":1,\"groups\":[\"g\"]}");
	assert_string_equal(kept(rq, &own), "{\"id\":\"1\",\"family_name\":\"Lovelace\",\"a_\":1,\"groups\":[\"g\"]}");
	json_decref(claims);
	request_free(rq);
}

static void what_does_not_fit_an_account_is_left_out_and_an_id_must_be_there(void **state)
{
	struct request *rq = a_request();
	char long_text[200];
	struct claimed c = { .id = long_text };

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	long_text[129] = '\0';
	assert_string_equal(kept(rq, &c), "");
	c.id = "";
	assert_string_equal(kept(rq, &c), "");
	c.id = NULL;
	assert_string_equal(kept(rq, &c), "");
	c = (struct claimed){ .id = "1", .name = long_text, .avatar = "javascript:alert(1)", .phone = "1" };
	assert_string_equal(kept(rq, &c), "{\"id\":\"1\"}");
	c.avatar = "https://a.example/ada.png";
	c.vouches_phone = true;
	assert_string_equal(kept(rq, &c), "{\"id\":\"1\",\"avatar\":\"https://a.example/ada.png\",\"phone\":\"1\"}");
	request_free(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_of_a_domain_however_it_is_written),
		cmocka_unit_test(a_google_account_counts_by_its_hosted_domain_alone),
		cmocka_unit_test(an_account_of_any_entra_tenant_counts_by_an_address_that_its_domain_owns),
		cmocka_unit_test(an_address_counts_that_is_vouched_for_and_of_the_connector),
		cmocka_unit_test(claims_are_kept_by_their_names_but_none_overrides_what_was_judged),
		cmocka_unit_test(what_does_not_fit_an_account_is_left_out_and_an_id_must_be_there),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
