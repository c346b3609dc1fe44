#include "world.h"

#include "base/clock.h"
#include "tenant/experience.h"
#include "base/banned.h"

#define PATH "/api/sign-in-exp"

/* What a member of the value is now, as JSON text. */
static const char *now(const char *member)
{
	CLEANUP(setting_release) const json_t *value = NULL;

	assert_int_equal(setting_load(api.tx, &sign_in_experience, &value), OK);
	return json_to_text(api.arena, json_object_get(value, member));
}

static void patch(const char *body)
{
	api_expect(OK, PATCH, PATH, body);
}

static void the_admin_tenant_asks_for_a_second_factor(void **state)
{
	(void)state;
	assert_string_equal(now("signInMode"), "\"SignInAndRegister\"");
	txn_set_tenant(api.tx, "admin");
	assert_string_equal(now("signInMode"), "\"Register\"");
	assert_string_equal(now("mfa"), "{\"factors\":[\"Totp\",\"WebAuthn\",\"BackupCode\"],\"policy\":\"NoPrompt\","
					"\"organizationRequiredMfaPolicy\":\"Mandatory\"}");
	txn_set_tenant(api.tx, "default");
}

static void expiry_that_is_not_switched_is_merged(void **state)
{
	(void)state;
	patch("{\"passwordExpiration\":{\"validPeriodDays\":30}}");
	assert_string_equal(now("passwordExpiration"), "{\"validPeriodDays\":30}");
	patch("{\"passwordExpiration\":{}}");
	assert_string_equal(now("passwordExpiration"), "{\"validPeriodDays\":30}");
	patch("{\"passwordExpiration\":{\"enabled\":false,\"validPeriodDays\":9}}");
	assert_string_equal(now("passwordExpiration"), "{\"enabled\":false}");
}

/* Stored as if there were a way to a new password, which nothing can carry yet. */
static void days_can_change_while_it_is_on_and_the_time_stays(void **state)
{
	(void)state;
	assert_int_equal(setting_put(api.tx, "sign-in-experience",
				     "{\"passwordExpiration\":{\"enabled\":true,\"validPeriodDays\":9,"
				     "\"enabledAt\":5}}"),
			 OK);
	api_expect(ERR_EXPIRATION_NO_WAY, PATCH, PATH, "{\"passwordExpiration\":{\"validPeriodDays\":30}}");
	api_expect(ERR_EXPIRATION_NO_WAY, PATCH, PATH, "{\"forgotPasswordMethods\":[]}");
	patch("{\"signInMode\":\"SignIn\"}");
	assert_string_equal(now("passwordExpiration"), "{\"enabled\":true,\"validPeriodDays\":9,\"enabledAt\":5}");
}

static void the_body_is_left_as_it_was_sent(void **state)
{
	static const char sent[] = "{\"passwordPolicy\":{\"rejects\":{\"pwned\":false}},\"emailBlocklistPolicy\":"
				   "{\"customBlocklist\":[\"@a.b\",\"@a.b\"]}}";
	json_auto_t *body = json_loads(sent, 0, NULL), *out = NULL;

	(void)state;
	assert_int_equal(setting_patch(api.tx, api.arena, &sign_in_experience, body, &out), OK);
	assert_string_equal(json_to_text(api.arena, body), sent);
	assert_string_equal(now("emailBlocklistPolicy"), "{\"customBlocklist\":[\"@a.b\"]}");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(the_admin_tenant_asks_for_a_second_factor), CASE(expiry_that_is_not_switched_is_merged),
		CASE(days_can_change_while_it_is_on_and_the_time_stays), CASE(the_body_is_left_as_it_was_sent),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
