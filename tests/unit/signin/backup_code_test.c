/* Backup codes on the pages. */
#include "second.h"

#include "base/banned.h"

static const char *generate(void)
{
	page_expect(OK, POST, "/verification/backup-code/generate", NULL);
	return api_member("verificationId");
}

/* Uses up all codes that an answer gave, but the first. */
static void use_up_but(const char *made, const char *first)
{
	json_t *answer = json_loads(made, 0, NULL), *codes = json_object_get(answer, "codes"), *code;
	size_t i;

	json_array_foreach(codes, i, code)
		if (strcmp(json_string_value(code), first) != 0)
			try_backup_code(OK, json_string_value(code));
	json_decref(answer);
}

static void a_code_is_used_up_at_once(void **state)
{
	const char *user, *code;

	(void)state;
	mfa_rule("[\"Totp\",\"BackupCode\"]", "Mandatory");
	user = person_of("ada", "");
	give_totp(user);
	code = give_backup_codes(user);
	enter("ada");
	try_backup_code(ERR_BACKUP_CODE, "0000000000");
	try_backup_code(OK, code);
	try_backup_code(ERR_BACKUP_CODE, code);
	submit(OK);	/* the proof stays */
	enter("ada");
	try_backup_code(ERR_BACKUP_CODE, code);
	submit(ERR_MFA_REQUIRED);
}

static void new_codes_are_shown_once_and_cannot_be_alone(void **state)
{
	const char *id;

	(void)state;
	mfa_rule("[\"Totp\",\"BackupCode\"]", "NoPrompt");
	person_of("ada", "");
	enter("ada");
	id = generate();
	page_expect(OK, GET, "/interaction", NULL);
	assert_false(answer_has("codes"));
	assert_false(answer_has("hash"));
	bind_factor(ERR_BACKUP_CODES_ALONE, "BackupCode", id);
	bind_factor(OK, "Totp", prove_secret(NULL));
	bind_factor(OK, "BackupCode", id);
	page_expect(OK, GET, "/interaction", NULL);
	assert_true(answer_has("\"totp\":{\"type\":\"Totp\"},\"backupCode\":{\"type\":\"BackupCode\"}"));
	submit(OK);
}

static void new_codes_drop_the_proof_by_an_old_one(void **state)
{
	const char *user, *code;

	(void)state;
	mfa_rule("[\"Totp\",\"BackupCode\"]", "Mandatory");
	user = person_of("ada", "");
	give_totp(user);
	code = give_backup_codes(user);
	enter("ada");
	try_backup_code(OK, code);
	bind_factor(ERR_MFA_REQUIRED, "BackupCode", generate());
	submit(ERR_MFA_REQUIRED);
}

/* Who has lost the app is asked for new codes, and must be able to make them. */
static void the_last_code_is_a_proof_until_new_ones_are_set_up(void **state)
{
	const char *user, *first, *made;

	(void)state;
	mfa_rule("[\"Totp\",\"BackupCode\"]", "Mandatory");
	user = person_of("ada", "");
	give_totp(user);
	first = give_backup_codes(user);
	made = arena_copy(api.arena, api.answer);
	enter("ada");
	use_up_but(made, first);
	enter("ada");
	try_backup_code(OK, first);
	submit(ERR_BACKUP_CODES_NEEDED);
	bind_factor(OK, "BackupCode", generate());
	submit(OK);
	enter("ada");
	try_backup_code(ERR_BACKUP_CODE, first);
	submit(ERR_MFA_REQUIRED);
	assert_true(answer_has("\"availableFactors\":[\"Totp\",\"BackupCode\"]"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_code_is_used_up_at_once), CASE(new_codes_are_shown_once_and_cannot_be_alone),
		CASE(new_codes_drop_the_proof_by_an_old_one),
		CASE(the_last_code_is_a_proof_until_new_ones_are_set_up),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
