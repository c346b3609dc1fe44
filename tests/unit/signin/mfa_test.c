/* When a second factor is asked for at sign-in. */
#include "second.h"

#include "base/banned.h"

STATEMENT(t_set_config, "UPDATE users SET logto_config = $2 WHERE tenant_id = $1 AND id = $3");

static void set_config(const char *user, const char *config)
{
	assert_int_equal(store_exec(api.tx, &t_set_config, ARGS(T(config), T(user)), NULL), OK);
}

static void who_has_a_factor_is_asked_for_it_under_every_policy(void **state)
{
	static const char *const policies[] = { "NoPrompt", "PromptOnlyAtSignIn", "PromptAtSignInAndSignUp",
						"Mandatory" };

	(void)state;
	give_totp(person_of("ada", ""));
	for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
		mfa_rule("[\"Totp\"]", policies[i]);
		enter("ada");
		submit(ERR_MFA_REQUIRED);
		assert_true(answer_has("\"data\":{\"availableFactors\":[\"Totp\"],\"maskedIdentifiers\":{}}"));
	}
	mfa_rule("[]", "Mandatory");
	enter("ada");
	submit(OK);
}

static void addresses_are_factors_and_are_shown_masked(void **state)
{
	const char *user;

	(void)state;
	page_rule(
		"{\"signIn\":{\"methods\":[{\"identifier\":\"username\",\"password\":true,\"verificationCode\":false,"
		"\"isPasswordPrimary\":true}]}}");
	mfa_rule("[\"EmailVerificationCode\",\"BackupCode\",\"Totp\",\"PhoneVerificationCode\"]", "NoPrompt");
	user = person_of("ada", ",\"primaryEmail\":\"ada.l@a.example\",\"primaryPhone\":\"61412345678\"");
	enter("ada");
	submit(ERR_MFA_REQUIRED);
	assert_true(answer_has("\"availableFactors\":[\"PhoneVerificationCode\",\"EmailVerificationCode\"],"
			       "\"maskedIdentifiers\":{\"EmailVerificationCode\":\"ada.****@a.example\","
			       "\"PhoneVerificationCode\":\"****5678\"}"));
	give_totp(user);
	give_backup_codes(user);
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/users/%s", user), "{\"primaryEmail\":\"adal@a.example\"}");
	enter("ada");
	submit(ERR_MFA_REQUIRED);
	assert_true(answer_has("[\"Totp\",\"PhoneVerificationCode\",\"EmailVerificationCode\",\"BackupCode\"]"));
	assert_true(answer_has("\"EmailVerificationCode\":\"****@a.example\""));
}

static void who_wants_none_is_not_asked_where_that_is_allowed(void **state)
{
	static const char *const configs[] = { "{\"mfa\":{\"enabled\":false}}",
					       "{\"mfa\":{\"skipMfaOnSignIn\":true}}" };
	const char *user;

	(void)state;
	user = person_of("ada", "");
	give_totp(user);
	for (size_t i = 0; i < ARRAY_LEN(configs); i++) {
		set_config(user, configs[i]);
		mfa_rule("[\"Totp\"]", "NoPrompt");
		enter("ada");
		submit(OK);
		mfa_rule("[\"Totp\"]", "Mandatory");
		enter("ada");
		submit(ERR_MFA_REQUIRED);
	}
}

static void nothing_is_staged_or_said_before_the_proof(void **state)
{
	static const char *const words[] = { "mfa-enabled", "mfa-skipped", "mfa-suggestion-skipped" };
	const char *secret;

	(void)state;
	mfa_rule("[\"Totp\"]", "NoPrompt");
	secret = give_totp(person_of("ada", ""));
	enter("ada");
	page_expect(ERR_MFA_REQUIRED, POST, "/profile", "{\"type\":\"email\",\"verificationId\":\"x\"}");
	bind_factor(ERR_MFA_REQUIRED, "Totp", "x");
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		page_expect(ERR_MFA_REQUIRED, POST, arena_printf(api.arena, "/profile/mfa/%s", words[i]), NULL);
	try_totp(OK, code_of(secret, 0));
	page_expect(ERR_PROOF_UNKNOWN, POST, "/profile", "{\"type\":\"email\",\"verificationId\":\"x\"}");
	bind_factor(ERR_PROOF_UNKNOWN, "Totp", "x");
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		page_expect(OK, POST, arena_printf(api.arena, "/profile/mfa/%s", words[i]), NULL);
	submit(OK);
}

/* Registering asks for no second factor, and pages may turn to it. */
static void turning_to_registration_leaves_nobody_unasked(void **state)
{
	(void)state;
	mfa_rule("[\"Totp\"]", "PromptOnlyAtSignIn");
	give_totp(person_of("ada", ""));
	person_of("eve", "");
	enter("ada");
	page_expect(OK, PUT, "/interaction-event", "{\"interactionEvent\":\"Register\"}");
	submit(ERR_MFA_REQUIRED);
	page_expect(ERR_MFA_REQUIRED, POST, "/profile", "{\"type\":\"email\",\"verificationId\":\"x\"}");
	bind_factor(ERR_MFA_REQUIRED, "Totp", "x");
	enter("eve");	/* nor does anybody miss what is suggested at sign-in */
	page_expect(OK, PUT, "/interaction-event", "{\"interactionEvent\":\"Register\"}");
	submit(ERR_MFA_SUGGESTED);
}

static void a_proof_of_one_interaction_is_none_in_another(void **state)
{
	const char *secret, *first;

	(void)state;
	mfa_rule("[\"Totp\"]", "NoPrompt");
	secret = give_totp(person_of("ada", ""));
	enter("ada");
	first = page_id;
	try_totp(OK, code_of(secret, 0));
	enter("ada");
	submit(ERR_MFA_REQUIRED);
	page_expect(OK, PUT, "", "{\"interactionEvent\":\"SignIn\"}");
	page_id = first;
	submit(OK);
	submit(OK);	/* until it is resumed */
	page_expect(OK, PUT, "", "{\"interactionEvent\":\"SignIn\"}");
	assert_int_equal(page_identify(page_prove("ada", GOOD)), OK);
	submit(ERR_MFA_REQUIRED);
}

static void a_factor_that_was_taken_away_is_not_asked_for(void **state)
{
	const char *user, *answer;
	json_t *list;

	(void)state;
	mfa_rule("[\"Totp\"]", "NoPrompt");
	user = person_of("ada", "");
	give_totp(user);
	enter("ada");
	submit(ERR_MFA_REQUIRED);
	answer = arena_printf(api.arena, "/api/users/%s/mfa-verifications", user);
	api_expect(OK, GET, answer, NULL);
	list = json_loads(api.answer, 0, NULL);
	api_expect(OK, DELETE,
		   arena_printf(api.arena, "%s/%s", answer,
				json_string_value(json_object_get(json_array_get(list, 0), "id"))),
		   NULL);
	json_decref(list);
	submit(OK);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(who_has_a_factor_is_asked_for_it_under_every_policy),
		CASE(addresses_are_factors_and_are_shown_masked),
		CASE(who_wants_none_is_not_asked_where_that_is_allowed),
		CASE(nothing_is_staged_or_said_before_the_proof),
		CASE(turning_to_registration_leaves_nobody_unasked),
		CASE(a_proof_of_one_interaction_is_none_in_another),
		CASE(a_factor_that_was_taken_away_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
