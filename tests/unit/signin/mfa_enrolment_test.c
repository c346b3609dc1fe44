/* What submission asks people to set up, by policy. */
#include "second.h"

#include "base/banned.h"

STATEMENT(t_add_records, "UPDATE interactions SET experience = replace(experience, '\"verificationRecords\":[', $2)"
	  " WHERE tenant_id = $1 AND id = $3");

/* Proves the address of the user as a second factor, as a code leaves it. */
static void prove_email(const char *user, const char *email)
{
	const char *record =
		arena_printf(api.arena,
			     "\"verificationRecords\":[{\"id\":\"r\",\"type\":\"MfaEmailVerificationCode\","
			     "\"identifier\":{\"type\":\"email\",\"value\":\"%s\"},\"verified\":true,"
			     "\"userId\":\"%s\"},",
			     email, user);

	assert_int_equal(store_exec(api.tx, &t_add_records, ARGS(T(record), T(page_id)), NULL), OK);
}

static void say(err_t expected, const char *what)
{
	page_expect(expected, POST, arena_printf(api.arena, "/profile/mfa/%s", what), NULL);
}

static void rule_of_names(const char *factors, const char *policy)
{
	page_rule("{\"signUp\":{\"identifiers\":[\"username\"],\"password\":true,\"verify\":false},\"signIn\":{"
		  "\"methods\":[{\"identifier\":\"username\",\"password\":true,\"verificationCode\":false,"
		  "\"isPasswordPrimary\":true}]},"
		  "\"passwordPolicy\":{\"rejects\":{\"pwned\":false}}}");
	mfa_rule(factors, policy);
}

static void enter_new(const char *username)
{
	page_begin("Register");
	page_expect(OK, POST, "/verification/new-password-identity",
		    arena_printf(api.arena,
				 "{\"identifier\":{\"type\":\"username\",\"value\":\"%s\"},\"password\":\"" GOOD "\"}",
				 username));
	assert_int_equal(page_identify(api_member("verificationId")), OK);
}

static const char *settings_of(const char *user)
{
	api_expect(OK, GET, arena_printf(api.arena, "/api/users/%s/logto-configs", user), NULL);
	return api.answer;
}

static void a_suggestion_is_skipped_once_and_for_all(void **state)
{
	const char *user;

	(void)state;
	rule_of_names("[\"Totp\"]", "PromptAtSignInAndSignUp");
	user = person_of("ada", "");
	enter("ada");
	submit(ERR_MFA_SUGGESTED);
	say(OK, "mfa-skipped");
	page_expect(OK, GET, "/interaction", NULL);
	assert_true(answer_has("\"mfa\":{\"mfaSkipped\":true}"));
	submit(OK);
	assert_non_null(strstr(settings_of(user), "\"skipped\":true"));
	enter("ada");
	submit(OK);
	mfa_rule("[\"Totp\"]", "Mandatory");
	enter("ada");
	submit(ERR_MFA_MISSING);
	assert_true(answer_has("\"data\":{\"availableFactors\":[\"Totp\"]}"));
	say(ERR_MFA_NO_SKIP, "mfa-skipped");
	submit(ERR_MFA_MISSING);
	mfa_rule("[\"Totp\"]", "NoPrompt");
	submit(OK);
}

static void who_wants_one_sets_one_up(void **state)
{
	const char *id;

	(void)state;
	rule_of_names("[\"EmailVerificationCode\",\"Totp\"]", "PromptAtSignInAndSignUp");
	enter_new("ada");
	submit(ERR_MFA_SUGGESTED);
	say(OK, "mfa-enabled");
	submit(ERR_MFA_MISSING);
	assert_true(answer_has("{\"availableFactors\":[\"Totp\",\"EmailVerificationCode\"],\"skippable\":true}"));
	page_expect(OK, POST, "/verification/totp/secret", NULL);
	bind_factor(ERR_PROOF_FAILED, "Totp", api_member("verificationId"));
	id = prove_secret(NULL);
	bind_factor(ERR_PROOF_UNKNOWN, "BackupCode", id);
	submit(ERR_MFA_MISSING);	/* proven is not bound */
	bind_factor(OK, "Totp", id);
	page_expect(OK, GET, "/interaction", NULL);
	assert_true(answer_has("\"mfa\":{\"mfaEnabled\":true,\"totp\":{\"type\":\"Totp\"}}"));
	submit(OK);
	submit(OK);
	enter("ada");
	submit(ERR_MFA_REQUIRED);
}

static void who_changes_their_mind_skips_in_the_end(void **state)
{
	(void)state;
	rule_of_names("[\"Totp\"]", "PromptAtSignInAndSignUp");
	enter_new("ada");
	say(OK, "mfa-enabled");
	submit(ERR_MFA_MISSING);
	say(OK, "mfa-skipped");
	submit(OK);
}

static void a_prompt_only_at_sign_in_leaves_a_registration_alone(void **state)
{
	(void)state;
	rule_of_names("[\"Totp\"]", "PromptOnlyAtSignIn");
	enter_new("ada");
	submit(OK);
	enter("ada");
	submit(ERR_MFA_SUGGESTED);
	mfa_rule("[\"Totp\"]", "Mandatory");
	enter_new("eve");
	submit(ERR_MFA_MISSING);
}

static void a_factor_switched_off_meanwhile_is_not_stored(void **state)
{
	const char *id;

	(void)state;
	rule_of_names("[\"Totp\",\"WebAuthn\"]", "Mandatory");
	person_of("ada", "");
	enter("ada");
	id = prove_secret(NULL);
	bind_factor(OK, "Totp", id);
	mfa_rule("[\"WebAuthn\"]", "Mandatory");
	submit(ERR_MFA_FACTOR);
	bind_factor(ERR_MFA_FACTOR, "Totp", id);
	mfa_rule("[\"Totp\"]", "Mandatory");
	submit(OK);
}

static void two_sign_ins_set_up_one_app(void **state)
{
	const char *first;

	(void)state;
	rule_of_names("[\"Totp\"]", "Mandatory");
	person_of("ada", "");
	enter("ada");
	bind_factor(OK, "Totp", prove_secret(NULL));
	first = page_id;
	enter("ada");
	bind_factor(OK, "Totp", prove_secret(NULL));
	submit(OK);
	page_id = first;
	submit(ERR_MFA_REQUIRED);
}

static void an_organization_demands_it_where_the_tenant_says_so(void **state)
{
	const char *user, *organization;

	(void)state;
	rule_of_names("[\"Totp\"]", "PromptAtSignInAndSignUp");
	user = person_of("ada", "");
	organization = api_post_for_id("/api/organizations", "{\"name\":\"Acme\",\"isMfaRequired\":true}");
	api_expect(OK, POST, arena_printf(api.arena, "/api/organizations/%s/users", organization),
		   arena_printf(api.arena, "{\"userIds\":[\"%s\"]}", user));
	enter("ada");
	say(OK, "mfa-skipped");
	submit(OK);
	page_rule("{\"mfa\":{\"factors\":[\"Totp\"],\"policy\":\"NoPrompt\","
		  "\"organizationRequiredMfaPolicy\":\"Mandatory\"}}");
	enter("ada");
	submit(ERR_MFA_MISSING);
	assert_true(answer_has("\"data\":{\"availableFactors\":[\"Totp\"]}"));
	say(ERR_MFA_NO_SKIP, "mfa-skipped");
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/organizations/%s", organization),
		   "{\"isMfaRequired\":false}");
	submit(OK);
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/organizations/%s", organization),
		   "{\"isMfaRequired\":true}");
	page_rule(
		"{\"mfa\":{\"factors\":[],\"policy\":\"NoPrompt\",\"organizationRequiredMfaPolicy\":\"Mandatory\"}}");
	enter("ada");
	submit(OK);	/* nothing that could be set up: docs/differences.md */
}

static void who_signs_in_with_the_factor_gets_another_suggested(void **state)
{
	const char *user;

	(void)state;
	rule_of_names("[\"EmailVerificationCode\",\"Totp\"]", "Mandatory");
	api_expect(OK, POST, "/api/connectors",
		   "{\"connectorId\":\"http-email\",\"config\":{\"endpoint\":\"https://a.example/mail\"}}");
	page_rule("{\"signUp\":{\"identifiers\":[\"email\"],\"password\":true,\"verify\":true}}");
	user = person_of("ada", ",\"primaryEmail\":\"adal.l@a.example\"");
	enter("ada");
	submit(ERR_MFA_REQUIRED);
	prove_email(user, "adal.l@a.example");
	submit(ERR_MFA_MORE);
	assert_true(answer_has(
		"\"data\":{\"availableFactors\":[\"Totp\",\"EmailVerificationCode\"],\"maskedIdentifiers\":"
		"{\"EmailVerificationCode\":\"adal****@a.example\"},\"skippable\":true,\"suggestion\":true}"));
	say(OK, "mfa-suggestion-skipped");
	submit(OK);
	enter("ada");
	prove_email(user, "adal.l@a.example");
	submit(OK);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_suggestion_is_skipped_once_and_for_all), CASE(who_wants_one_sets_one_up),
		CASE(who_changes_their_mind_skips_in_the_end),
		CASE(a_prompt_only_at_sign_in_leaves_a_registration_alone),
		CASE(a_factor_switched_off_meanwhile_is_not_stored), CASE(two_sign_ins_set_up_one_app),
		CASE(an_organization_demands_it_where_the_tenant_says_so),
		CASE(who_signs_in_with_the_factor_gets_another_suggested),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
