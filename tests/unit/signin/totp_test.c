/* Authenticator apps on the pages. */
#include "second.h"

#include "base/banned.h"

static void nobody_gets_a_secret_or_checks_a_code(void **state)
{
	(void)state;
	page_begin("SignIn");
	page_expect(ERR_IDENTIFIER_MISSING, POST, "/verification/totp/secret", NULL);
	page_expect(ERR_IDENTIFIER_MISSING, POST, "/verification/totp/verify", "{\"code\":\"000000\"}");
	page_expect(ERR_INPUT, POST, "/verification/totp/verify", "{\"code\":\"\"}");
}

static void a_new_secret_is_proven_by_its_code_and_shown_once(void **state)
{
	const char *id, *secret;

	(void)state;
	person_of("ada", "");
	enter("ada");
	id = prove_secret(&secret);
	assert_int_equal(strlen(secret), 32);
	page_expect(OK, GET, "/interaction", NULL);
	assert_false(answer_has(secret));
	assert_false(answer_has("factor"));
	assert_true(answer_has(id));
	page_expect(ERR_PROOF_UNKNOWN, POST, "/verification/totp/verify",
		    arena_printf(api.arena, "{\"code\":\"%s\",\"verificationId\":\"x\"}", code_of(secret, 0)));
	page_expect(ERR_TOTP_CODE, POST, "/verification/totp/verify",
		    arena_printf(api.arena, "{\"code\":\"%s\",\"verificationId\":\"%s\"}", code_of(secret, -10), id));
}

static void a_code_of_the_app_in_use_is_taken_once(void **state)
{
	const char *secret, *code;

	(void)state;
	secret = give_totp(person_of("ada", ""));
	code = code_of(secret, 0);
	enter("ada");
	try_totp(OK, code);
	try_totp(ERR_TOTP_CODE, code);
	enter("ada");
	try_totp(ERR_TOTP_CODE, code);
	try_totp(OK, code_of(secret, 1));
}

static void the_code_that_enrolled_is_good_for_one_sign_in(void **state)
{
	const char *id, *secret, *code;

	(void)state;
	mfa_rule("[\"Totp\"]", "Mandatory");
	person_of("ada", "");
	enter("ada");
	id = prove_secret(&secret);
	code = code_of(secret, 0);
	bind_factor(OK, "Totp", id);
	submit(OK);
	enter("ada");
	try_totp(OK, code);
	submit(OK);
	enter("ada");
	try_totp(ERR_TOTP_CODE, code);
}

static void without_an_app_no_code_is_right(void **state)
{
	(void)state;
	person_of("ada", "");
	enter("ada");
	try_totp(ERR_TOTP_CODE, "000000");
}

static void wrong_codes_lock_the_app_and_nothing_else(void **state)
{
	const char *user, *secret, *backup;

	(void)state;
	mfa_rule("[\"Totp\",\"BackupCode\"]", "Mandatory");
	page_rule("{\"sentinelPolicy\":{\"maxAttempts\":3}}");
	user = person_of("ada", "");
	secret = give_totp(user);
	backup = give_backup_codes(user);
	enter("ada");
	try_totp(ERR_TOTP_CODE, code_of(secret, 40));
	try_totp(ERR_TOTP_CODE, code_of(secret, 50));
	try_totp(ERR_LOCKED, code_of(secret, 60));
	try_totp(ERR_LOCKED, code_of(secret, 0));
	enter("ada");	/* the password is free */
	try_totp(ERR_LOCKED, code_of(secret, 0));
	try_backup_code(OK, backup);
	submit(OK);
	api_expect(OK, POST, "/api/sentinel-activities/delete",
		   arena_printf(api.arena, "{\"targetType\":\"User\",\"targets\":[\"%s\"]}", user));
	enter("ada");
	try_totp(OK, code_of(secret, 0));	/* it was not used up while it was locked */
}

static void a_new_secret_drops_the_proof_of_the_old(void **state)
{
	const char *secret;

	(void)state;
	mfa_rule("[\"Totp\"]", "Mandatory");
	secret = give_totp(person_of("ada", ""));
	enter("ada");
	try_totp(OK, code_of(secret, 0));
	prove_secret(NULL);
	submit(ERR_MFA_REQUIRED);
	try_totp(OK, code_of(secret, 1));
	submit(OK);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(nobody_gets_a_secret_or_checks_a_code), CASE(a_new_secret_is_proven_by_its_code_and_shown_once),
		CASE(a_code_of_the_app_in_use_is_taken_once), CASE(the_code_that_enrolled_is_good_for_one_sign_in),
		CASE(without_an_app_no_code_is_right), CASE(wrong_codes_lock_the_app_and_nothing_else),
		CASE(a_new_secret_drops_the_proof_of_the_old),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
