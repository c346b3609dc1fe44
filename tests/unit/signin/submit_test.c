#include "page.h"

#include "base/banned.h"

STATEMENT(t_login, "SELECT login FROM interactions WHERE tenant_id = $1 AND id = $2");

static const char *ada(void)
{
	return api_post_for_id("/api/users", "{\"username\":\"ada\",\"password\":\"a good one\"}");
}

static const char *login(void)
{
	const char *text;

	assert_int_equal(store_text(api.tx, &t_login, ARGS(T(page_id)), api.arena, &text), OK);
	return text;
}

static void nobody_submits_before_somebody_is_identified(void **state)
{
	(void)state;
	ada();
	page_begin("SignIn");
	page_expect(ERR_IDENTIFIER_MISSING, POST, "/submit", NULL);
	page_prove("ada", "a good one");
	page_expect(ERR_IDENTIFIER_MISSING, POST, "/submit", NULL);
	assert_null(login());
}

static void a_submission_says_who_signed_in_and_where_to_go_on(void **state)
{
	const char *id = ada();
	json_t *kept;

	(void)state;
	page_begin("SignIn");
	assert_int_equal(page_identify(page_prove("ada", "a good one")), OK);
	for (int i = 0; i < 2; i++) {	/* it may be repeated until it is resumed */
		page_expect(OK, POST, "/submit", NULL);
		assert_string_equal(api_member("redirectTo"), "http://localhost:3001/oidc/auth/x");
	}
	kept = json_loads(login(), 0, NULL);
	assert_string_equal(json_string_value(json_object_get(kept, "accountId")), id);
	assert_int_equal(json_array_size(json_object_get(kept, "verificationRecords")), 1);
	assert_true(json_integer_value(json_object_get(kept, "ts")) > 1700000000);
	json_decref(kept);
	api_expect(OK, GET, arena_printf(api.arena, "/api/users/%s", id), NULL);
	assert_null(strstr(api.answer, "\"lastSignInAt\":null"));
	page_expect(OK, GET, "/interaction", NULL);
	assert_string_equal(api_member("userId"), id);
}

static void who_was_suspended_since_does_not_come_in(void **state)
{
	const char *id = ada();

	(void)state;
	page_begin("SignIn");
	assert_int_equal(page_identify(page_prove("ada", "a good one")), OK);
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/users/%s/is-suspended", id), "{\"isSuspended\":true}");
	page_expect(ERR_USER_SUSPENDED, POST, "/submit", NULL);
	api_expect(OK, DELETE, arena_printf(api.arena, "/api/users/%s", id), NULL);
	page_expect(ERR_USER_UNKNOWN, POST, "/submit", NULL);
	assert_null(login());
}

/* Or else the one who begins anew would go on as the one before. */
static void beginning_again_forgets_who_had_signed_in(void **state)
{
	(void)state;
	ada();
	page_begin("SignIn");
	assert_int_equal(page_identify(page_prove("ada", "a good one")), OK);
	page_expect(OK, POST, "/submit", NULL);
	assert_non_null(login());
	page_expect(OK, PUT, "", "{\"interactionEvent\":\"SignIn\"}");
	assert_null(login());
}

static const char *new_organization(const char *name)
{
	return api_post_for_id("/api/organizations", arena_printf(api.arena, "{\"name\":\"%s\"}", name));
}

/* Proves an address by a token that names an organization. */
static const char *prove_by_link(const char *email, const char *organization_id)
{
	api_expect(OK, POST, "/api/one-time-tokens",
		   arena_printf(api.arena, "{\"email\":\"%s\",\"context\":{\"jitOrganizationIds\":[\"%s\"]}}", email,
				organization_id));
	page_expect(OK, POST, "/verification/one-time-token/verify",
		    arena_printf(api.arena, "{\"identifier\":{\"type\":\"email\",\"value\":\"%s\"},\"token\":\"%s\"}",
				 email, api_member("token")));
	return api_member("verificationId");
}

static const char *members_of(const char *organization_id)
{
	api_expect(OK, GET, arena_printf(api.arena, "/api/organizations/%s/users", organization_id), NULL);
	return api.answer;
}

static void an_invitation_is_for_the_one_who_got_it(void **state)
{
	const char *acme = new_organization("Acme"), *other = new_organization("Other"), *bob;

	(void)state;
	ada();
	bob = api_post_for_id("/api/users",
			      "{\"username\":\"bob\",\"primaryEmail\":\"bob@b.example\",\"password\":\"a good one\"}");
	page_begin("SignIn");
	prove_by_link("bob@b.example", acme);
	assert_int_equal(page_identify(page_prove("ada", "a good one")), OK);
	page_expect(OK, POST, "/submit", NULL);
	assert_string_equal(members_of(acme), "[]");
	page_begin("SignIn");
	prove_by_link("nobody@b.example", acme);
	assert_int_equal(page_identify(page_prove("ada", "a good one")), OK);
	page_expect(OK, POST, "/submit", NULL);
	assert_string_equal(members_of(acme), "[]");
	page_begin("SignIn");
	assert_int_equal(page_identify(prove_by_link("bob@b.example", other)), OK);
	page_expect(OK, POST, "/submit", NULL);
	assert_non_null(strstr(members_of(other), bob));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(nobody_submits_before_somebody_is_identified),
		CASE(a_submission_says_who_signed_in_and_where_to_go_on),
		CASE(who_was_suspended_since_does_not_come_in), CASE(beginning_again_forgets_who_had_signed_in),
		CASE(an_invitation_is_for_the_one_who_got_it),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
