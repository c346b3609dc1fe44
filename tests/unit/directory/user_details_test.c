#include "world.h"

#include "server/dispatch.h"
#include "base/banned.h"

STATEMENT(t_get, "SELECT password_digest FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_set, "UPDATE users SET password_digest = $2, password_algorithm = $3 WHERE tenant_id = $1 AND id = $4");
STATEMENT(t_expire, "UPDATE users SET is_password_expired = 1 WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_expired, "SELECT is_password_expired FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_config_set, "UPDATE users SET logto_config = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(t_config, "SELECT logto_config FROM users WHERE tenant_id = $1 AND id = $2");

#define MD5_OF_P "83878c91171338902e0fe0fb97a8c47a"

static const char *below(const char *id, const char *what)
{
	return arena_printf(api.arena, "/api/users/%s/%s", id, what);
}

static const char *text_of(struct statement *s, const char *id)
{
	const char *text = NULL;

	assert_int_equal(store_text(api.tx, s, ARGS(T(id)), api.arena, &text), OK);
	return text;
}

static void set_digest(const char *id, const char *digest, const char *algorithm)
{
	assert_int_equal(store_exec(api.tx, &t_set, ARGS(T(digest), T(algorithm), T(id)), NULL), OK);
}

/* -- password -- */

/* A verification of "p" that has been on WORK. */
static struct request *verification(const char *id)
{
	struct request *rq = api_request(POST, below(id, "password/verify"), "{\"password\":\"p\"}");

	assert_int_equal(step_run(rq, api.tx), OK);
	assert_int_equal(rq->task.step->lane, WORK);
	assert_int_equal(step_run(rq, api.tx), OK);
	return rq;
}

static void a_weak_digest_is_renewed_once_it_was_right(void **state)
{
	const char *ada = api_post_for_id("/api/users",
					  "{\"passwordDigest\":\"" MD5_OF_P "\",\"passwordAlgorithm\":\"MD5\"}"),
		   *strong;
	struct request *rq = verification(ada);

	(void)state;
	assert_int_equal(rq->task.step->lane, WRITE);	/* there is something to write */
	assert_int_equal(step_run(rq, api.tx), OK);
	assert_int_equal(rq->reply.status, 204);
	request_free(rq);
	strong = text_of(&t_get, ada);
	assert_true(!strncmp(strong, "$argon2id$", 10));
	rq = verification(ada);
	assert_int_equal(rq->reply.status, 204);	/* answered at once, nothing to write */
	assert_null(rq->task.step);
	request_free(rq);
	api_expect(ERR_CREDENTIALS, POST, below(ada, "password/verify"), "{\"password\":\"P\"}");
	assert_string_equal(text_of(&t_get, ada), strong);
}

/* bcrypt reads 72 bytes: what was let in may be only the start of the password, and a new digest would be of that. */
static void a_digest_that_reads_a_part_of_the_password_stays(void **state)
{
	static const char digest[] = "$2b$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q";
	char x[81] = "";
	const char *ada;

	(void)state;
	ada = api_post_for_id("/api/users", arena_printf(api.arena,
							 "{\"passwordDigest\":\"%s\","
							 "\"passwordAlgorithm\":\"Bcrypt\"}",
							 digest));
	memset(x, 'x', 80);
	for (size_t len = 72; len <= 80; len += 8) {
		api_expect(OK, POST, below(ada, "password/verify"),
			   arena_printf(api.arena, "{\"password\":\"%.*s\"}", (int)len, x));
		assert_string_equal(text_of(&t_get, ada), digest);
	}
}

static void a_renewal_does_not_undo_a_password_that_was_set_meanwhile(void **state)
{
	const char *ada =
		api_post_for_id("/api/users", "{\"passwordDigest\":\"" MD5_OF_P "\",\"passwordAlgorithm\":\"MD5\"}");
	struct request *rq = verification(ada);

	(void)state;
	set_digest(ada, "another", "MD5");
	assert_int_equal(step_run(rq, api.tx), OK);
	assert_int_equal(rq->reply.status, 204);	/* it was right when it was asked */
	assert_string_equal(text_of(&t_get, ada), "another");
	request_free(rq);
}

static void for_an_unknown_user_no_password_is_hashed(void **state)
{
	struct request *rq = api_request(PATCH, "/api/users/nobody/password", "{\"password\":\"p\"}");

	(void)state;
	assert_int_equal(step_run(rq, api.tx), ERR_NOT_FOUND);
	request_free(rq);
	api_expect(ERR_NOT_FOUND, POST, "/api/users/nobody/password/verify", "{\"password\":\"p\"}");
	api_expect(ERR_NOT_FOUND, GET, "/api/users/nobody/has-password", NULL);
}

static void a_new_password_is_not_expired(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}");
	int64_t expired;

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_expire, ARGS(T(ada)), NULL), OK);
	api_expect(OK, PATCH, below(ada, "password"), "{\"password\":\"p\"}");
	assert_int_equal(store_int(api.tx, &t_expired, ARGS(T(ada)), &expired), OK);
	assert_int_equal(expired, 0);
}

static void expiration_is_taken_back_but_not_decreed(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}");
	int64_t expired;

	(void)state;
	/* who, before what */
	api_expect(ERR_NOT_FOUND, PATCH, "/api/users/nobody/password/expiration", "{\"isExpired\":true}");
	api_expect(ERR_PASSWORD_EXPIRATION, PATCH, below(ada, "password/expiration"), "{\"isExpired\":true}");
	assert_int_equal(store_exec(api.tx, &t_expire, ARGS(T(ada)), NULL), OK);
	api_expect(OK, PATCH, below(ada, "password/expiration"), "{\"isExpired\":false}");
	assert_int_equal(store_int(api.tx, &t_expired, ARGS(T(ada)), &expired), OK);
	assert_int_equal(expired, 0);
}

/* -- what is merged -- */

static const char *megabyte(char member)
{
	char *body = arena_alloc(api.arena, MIB(1) + 100);

	snprintf(body, MIB(1) + 100, "{\"customData\":{\"%c\":\"%01048576d\"}}", member, 0);
	return body;
}

static void patches_add_up_to_two_megabytes_and_no_further(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}"), *data = below(ada, "custom-data"), *before;

	(void)state;
	api_expect(OK, PATCH, data, megabyte('a'));
	api_expect(OK, PATCH, data, megabyte('a'));	/* in place of the first */
	before = api.answer;
	api_expect(ERR_TOO_LONG, PATCH, data, megabyte('b'));
	api_expect(OK, GET, data, NULL);
	assert_string_equal(api.answer, before);
}

static void sign_in_settings_keep_what_is_not_ours(void **state)
{
	static const struct { const char *stored, *body, *kept, *shown; } cases[] = {
		{ "{}", "{\"mfa\":{\"skipped\":true}}", "{\"mfa\":{\"skipped\":true}}",
		  "{\"mfa\":{\"skipped\":true,\"skipMfaOnSignIn\":false},\"passkeySignIn\":{\"skipped\":false}}" },
		{ "{\"x\":1,\"mfa\":{\"enabled\":true,\"y\":2}}",
		  "{\"mfa\":{\"skipMfaOnSignIn\":true},\"passkeySignIn\":{\"skipped\":true}}",
		  "{\"x\":1,\"mfa\":{\"enabled\":true,\"y\":2,\"skipMfaOnSignIn\":true},"
		  "\"passkey_sign_in\":{\"skipped\":true}}",
		  "{\"mfa\":{\"enabled\":true,\"skipped\":false,\"skipMfaOnSignIn\":true},"
		  "\"passkeySignIn\":{\"skipped\":true}}" },
		{ "{\"mfa\":3,\"passkey_sign_in\":{\"skipped\":true}}", "{\"mfa\":{\"enabled\":false}}",
		  "{\"mfa\":{\"enabled\":false},\"passkey_sign_in\":{\"skipped\":true}}",
		  "{\"mfa\":{\"enabled\":false,\"skipped\":false,\"skipMfaOnSignIn\":false},"
		  "\"passkeySignIn\":{\"skipped\":true}}" },
		{ "{\"mfa\":[]}", "{}", "{\"mfa\":[]}",
		  "{\"mfa\":{\"skipped\":false,\"skipMfaOnSignIn\":false},\"passkeySignIn\":{\"skipped\":false}}" },
	};
	const char *ada = api_post_for_id("/api/users", "{}"), *config = below(ada, "logto-configs");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(store_exec(api.tx, &t_config_set, ARGS(T(cases[i].stored), T(ada)), NULL), OK);
		api_expect(OK, PATCH, config, cases[i].body);
		assert_string_equal(api.answer, cases[i].shown);
		assert_string_equal(text_of(&t_config, ada), cases[i].kept);
		api_expect(OK, GET, config, NULL);
		assert_string_equal(api.answer, cases[i].shown);
	}
}

static void what_a_suspended_user_could_do_is_forgotten(void **state)
{
	const char *ada = below(api_post_for_id("/api/users", "{}"), "is-suspended");

	(void)state;
	api_expect(ERR_NOT_FOUND, PATCH, "/api/users/nobody/is-suspended", "{\"isSuspended\":true}");
	assert_true(api_call_forgets(CHANGE_ACCESS, PATCH, ada, "{\"isSuspended\":true}"));
	assert_true(api_call_forgets(CHANGE_ACCESS, PATCH, ada, "{\"isSuspended\":false}"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_weak_digest_is_renewed_once_it_was_right),
		CASE(a_digest_that_reads_a_part_of_the_password_stays),
		CASE(a_renewal_does_not_undo_a_password_that_was_set_meanwhile),
		CASE(for_an_unknown_user_no_password_is_hashed), CASE(a_new_password_is_not_expired),
		CASE(expiration_is_taken_back_but_not_decreed),
		CASE(patches_add_up_to_two_megabytes_and_no_further), CASE(sign_in_settings_keep_what_is_not_ours),
		CASE(what_a_suspended_user_could_do_is_forgotten),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
