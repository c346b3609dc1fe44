#include "page.h"

#include "base/banned.h"

STATEMENT(t_begin_reset, "UPDATE interactions SET experience = $2 WHERE tenant_id = $1 AND id = $3");

#define GOOD "Meadow-lantern_58!"
#define OTHER "Another-quiet_77!"

static const char *ada(void)
{
	page_rule("{\"passwordPolicy\":{\"rejects\":{\"pwned\":false}}}");
	return api_post_for_id("/api/users", "{\"username\":\"ada\",\"password\":\"" GOOD "\"}");
}

static void enter(void)
{
	page_begin("SignIn");
	assert_int_equal(page_identify(page_prove("ada", GOOD)), OK);
}

/* A reset of the password of this user, as a code leaves it. */
static void begin_reset_of(const char *user)
{
	page_begin("ForgotPassword");
	assert_int_equal(store_exec(api.tx, &t_begin_reset,
				    ARGS(T(arena_printf(api.arena,
							"{\"interactionEvent\":\"ForgotPassword\",\"userId\":\"%s\","
							"\"profile\":{},\"mfa\":{},\"verificationRecords\":[],"
							"\"captcha\":{\"verified\":false,\"skipped\":false},"
							"\"signInContext\":{}}",
							user)),
					 T(page_id)),
				    NULL),
			 OK);
}

static void who_stages_must_be_known_and_must_not_reset_a_password(void **state)
{
	(void)state;
	ada();
	page_begin("SignIn");
	page_expect(ERR_IDENTIFIER_MISSING, POST, "/profile", "{\"type\":\"username\",\"value\":\"x\"}");
	page_expect(ERR_INPUT, POST, "/profile", "{\"type\":\"x\"}");
	assert_non_null(strstr(api.answer, "invalid_union_discriminator"));
	page_expect(ERR_INPUT, POST, "/profile", "{}");
	page_expect(ERR_INPUT, POST, "/profile", "{\"type\":\"username\",\"value\":\"1x\"}");
	page_begin("ForgotPassword");
	page_expect(ERR_NOT_WHILE_FORGOTTEN, POST, "/profile", "{\"type\":\"username\",\"value\":\"x\"}");
}

static void what_the_account_has_is_not_staged_again(void **state)
{
	(void)state;
	ada();
	enter();
	page_expect(ERR_USERNAME_IN_PROFILE, POST, "/profile", "{\"type\":\"username\",\"value\":\"x\"}");
	page_expect(ERR_PASSWORD_IN_PROFILE, POST, "/profile", "{\"type\":\"password\",\"value\":\"" OTHER "\"}");
	page_expect(ERR_PROOF_UNKNOWN, POST, "/profile", "{\"type\":\"email\",\"verificationId\":\"x\"}");
}

static void submission_asks_for_what_the_tenant_has_come_to_demand(void **state)
{
	const char *id = ada();

	(void)state;
	enter();
	page_rule("{\"signUp\":{\"identifiers\":[\"username\"],\"password\":true,\"verify\":false,"
		  "\"secondaryIdentifiers\":[]}}");
	page_expect(OK, POST, "/submit", NULL);
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/users/%s", id), "{\"username\":null}");
	page_expect(ERR_PROFILE_MISSING, POST, "/submit", NULL);
	assert_non_null(strstr(api.answer, "[\"username\"]"));
	page_expect(OK, POST, "/profile", "{\"type\":\"username\",\"value\":\"lovelace\"}");
	page_expect(OK, POST, "/submit", NULL);
	api_expect(OK, GET, arena_printf(api.arena, "/api/users/%s", id), NULL);
	assert_string_equal(api_member("username"), "lovelace");
}

static void a_staged_name_that_was_taken_meanwhile_is_refused_at_submission(void **state)
{
	const char *id = ada();

	(void)state;
	enter();
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/users/%s", id), "{\"username\":null}");
	page_expect(OK, POST, "/profile", "{\"type\":\"username\",\"value\":\"lovelace\"}");
	api_post_for_id("/api/users", "{\"username\":\"lovelace\"}");
	page_expect(ERR_USERNAME_IN_USE, POST, "/submit", NULL);
	page_expect(ERR_USERNAME_IN_USE, POST, "/profile", "{\"type\":\"username\",\"value\":\"lovelace\"}");
}

static void values_go_to_their_places_and_over_what_is_stored(void **state)
{
	const char *id = ada(), *user;

	(void)state;
	user = arena_printf(api.arena, "/api/users/%s", id);
	api_expect(OK, PATCH, user, "{\"customData\":{\"kept\":1,\"team\":\"old\"},\"profile\":{\"gender\":\"f\"}}");
	enter();
	page_expect(OK, POST, "/profile",
		    "{\"type\":\"extraProfile\",\"values\":{\"dropped\":1,\"nickname\":\"dropped\"}}");
	page_expect(OK, POST, "/profile",
		    "{\"type\":\"extraProfile\",\"values\":{\"team\":\"new\",\"name\":\"Ada\",\"website\":"
		    "\"https://a.example\"}}");
	page_expect(OK, POST, "/submit", NULL);
	api_expect(OK, GET, user, NULL);
	assert_string_equal(api_member("name"), "Ada");
	assert_non_null(strstr(api.answer, "\"customData\":{\"kept\":1,\"team\":\"new\"}"));
	assert_non_null(strstr(api.answer, "\"profile\":{\"gender\":\"f\",\"website\":\"https://a.example\"}"));
}

static void values_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		err_t e;
		const char *values;
	} cases[] = {
		{ ERR_INPUT, "{\"name\":5}" },
		{ ERR_INPUT, "{\"nickname\":{}}" },
		{ ERR_INPUT, "{\"avatar\":\"javascript:alert(1)\"}" },
		{ ERR_INPUT, "{\"website\":\"javascript:alert(1)\"}" },
		{ ERR_PROFILE_FIELD_IDENTIFIER, "{\"username\":\"x\"}" },
		{ ERR_PROFILE_FIELD_BUILT_IN, "{\"preferredUsername\":\"x\"}" },
		{ ERR_PROFILE_FIELD_CUSTOM_DATA, "{\"guideRequests\":\"x\"}" },
	};

	(void)state;
	ada();
	enter();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		page_expect(cases[i].e, POST, "/profile",
			    arena_printf(api.arena, "{\"type\":\"extraProfile\",\"values\":%s}", cases[i].values));
	page_expect(ERR_INPUT, POST, "/profile", "{\"type\":\"extraProfile\",\"values\":5}");
	page_expect(OK, GET, "/interaction", NULL);
	assert_non_null(strstr(api.answer, "\"profile\":{}"));
}

static void fields_of_the_tenant_are_asked_at_registration_only(void **state)
{
	(void)state;
	ada();
	api_expect(OK, POST, "/api/custom-profile-fields",
		   "{\"name\":\"team\",\"type\":\"Text\",\"label\":\"Team\",\"required\":true}");
	api_expect(OK, POST, "/api/custom-profile-fields",
		   "{\"name\":\"hobby\",\"type\":\"Text\",\"label\":\"Hobby\",\"required\":false}");
	enter();
	page_expect(OK, POST, "/submit", NULL);
	page_begin("Register");
	page_expect(OK, POST, "/profile", "{\"type\":\"username\",\"value\":\"eve\"}");
	page_expect(OK, POST, "/profile", "{\"type\":\"password\",\"value\":\"" GOOD "\"}");
	assert_int_equal(page_identify(NULL), ERR_PROFILE_MISSING);
	assert_non_null(strstr(api.answer, "[\"extraProfile\"]"));
	page_expect(OK, POST, "/profile", "{\"type\":\"extraProfile\",\"values\":{\"hobby\":\"chess\"}}");
	assert_int_equal(page_identify(NULL), ERR_PROFILE_MISSING);
	/* the form was sent: what may be left out is not asked for again */
	page_expect(OK, POST, "/profile", "{\"type\":\"extraProfile\",\"values\":{\"team\":\"red\"}}");
	assert_int_equal(page_identify(NULL), OK);
}

static void a_forgotten_password_is_replaced(void **state)
{
	const char *id = ada();

	(void)state;
	enter();
	page_expect(ERR_ONLY_WHILE_FORGOTTEN, PUT, "/profile/password", "{\"password\":\"" OTHER "\"}");
	page_begin("ForgotPassword");
	page_expect(ERR_IDENTIFIER_MISSING, PUT, "/profile/password", "{\"password\":\"" OTHER "\"}");
	begin_reset_of(id);
	page_expect(ERR_NEW_PASSWORD_MISSING, POST, "/submit", NULL);
	page_expect(ERR_PASSWORD_REJECTED, PUT, "/profile/password", "{\"password\":\"\"}");
	page_expect(OK, PUT, "/profile/password", "{\"password\":\"" OTHER "\"}");
	page_expect(OK, GET, "/interaction", NULL);
	assert_non_null(strstr(api.answer, "\"profile\":{}"));
	page_expect(OK, POST, "/submit", NULL);
	assert_string_equal(api.answer, "");
	page_expect(ERR_EXPERIENCE_NOT_BEGUN, POST, "/submit", NULL);
	page_begin("SignIn");
	page_prove("ada", OTHER);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(who_stages_must_be_known_and_must_not_reset_a_password),
		CASE(what_the_account_has_is_not_staged_again),
		CASE(submission_asks_for_what_the_tenant_has_come_to_demand),
		CASE(a_staged_name_that_was_taken_meanwhile_is_refused_at_submission),
		CASE(values_go_to_their_places_and_over_what_is_stored), CASE(values_that_do_not_fit_are_refused),
		CASE(fields_of_the_tenant_are_asked_at_registration_only), CASE(a_forgotten_password_is_replaced),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
