#include "page.h"

#include "base/banned.h"

STATEMENT(t_digest, "SELECT password_digest FROM users WHERE tenant_id = $1 AND username = $2");
STATEMENT(t_rename, "UPDATE users SET username = $2 WHERE tenant_id = $1 AND username = $3");

#define MD5_OF_P "83878c91171338902e0fe0fb97a8c47a"

static const char *proof(const char *type, const char *value, const char *password)
{
	return arena_printf(api.arena, "{\"identifier\":{\"type\":\"%s\",\"value\":\"%s\"},\"password\":\"%s\"}", type,
			    value, password);
}

static void expect(err_t e, const char *type, const char *value, const char *password)
{
	page_expect(e, POST, "/verification/password", proof(type, value, password));
}

static void make_ada(void)
{
	api_post_for_id("/api/users", "{\"username\":\"Ada\",\"primaryEmail\":\"Ada@a.example\","
				      "\"primaryPhone\":\"61412345678\",\"password\":\"a good one\"}");
}

static void a_password_is_proven_by_any_identifier(void **state)
{
	(void)state;
	make_ada();
	page_begin("SignIn");
	expect(OK, "username", "Ada", "a good one");
	expect(OK, "email", "aDA@A.example", "a good one");
	expect(OK, "phone", "61412345678", "a good one");
	expect(OK, "phone", "610412345678", "a good one");
	page_expect(OK, GET, "/interaction", NULL);
	/* the last one alone is kept */
	assert_non_null(strstr(api.answer, "\"610412345678\""));
	assert_null(strstr(api.answer, "aDA"));
	assert_null(strstr(api.answer, "userId"));
}

/* U+017F and U+212A: in folded letter case the same, at a mail server another mailbox. */
static void an_address_with_look_alike_letters_is_another_one(void **state)
{
	(void)state;
	api_post_for_id("/api/users", "{\"primaryEmail\":\"sk\u00c4@a.example\",\"password\":\"a good one\"}");
	page_begin("SignIn");
	expect(OK, "email", "SK\u00e4@A.example", "a good one");
	expect(ERR_CREDENTIALS, "email", "\u017fk\u00c4@a.example", "a good one");
	expect(ERR_CREDENTIALS, "email", "s\u212a\u00c4@a.example", "a good one");
}

static void what_is_wrong_is_not_told(void **state)
{
	(void)state;
	make_ada();
	api_post_for_id("/api/users", "{\"username\":\"bob\"}");
	page_begin("SignIn");
	expect(ERR_CREDENTIALS, "username", "Ada", "another one");
	expect(ERR_CREDENTIALS, "username", "nobody", "a good one");
	expect(ERR_CREDENTIALS, "username", "bob", "a good one");
	expect(ERR_CREDENTIALS, "email", "Ada", "a good one");
	page_expect(OK, GET, "/interaction", NULL);
	assert_non_null(strstr(api.answer, "\"verificationRecords\":[]"));
}

static void letter_case_of_user_names_counts_where_the_tenant_says_so(void **state)
{
	(void)state;
	make_ada();
	page_begin("SignIn");
	expect(ERR_CREDENTIALS, "username", "ada", "a good one");
	page_rule("{\"usernamePolicy\":{\"caseSensitive\":false,\"minLength\":1,\"maxLength\":128,\"allowedChars\":"
		  "{\"lowercase\":true,\"uppercase\":true,\"numbers\":true,\"underscore\":true}}}");
	expect(OK, "username", "aDA", "a good one");
	/* made by an administrator: the exact name wins */
	api_post_for_id("/api/users", "{\"username\":\"ada\",\"password\":\"of another\"}");
	expect(OK, "username", "ada", "of another");
	expect(OK, "username", "Ada", "a good one");
	expect(ERR_CREDENTIALS, "username", "ada", "a good one");
}

static void a_suspended_user_is_told_so_only_with_the_right_password(void **state)
{
	const char *id;

	(void)state;
	make_ada();
	id = api_post_for_id("/api/users", "{\"username\":\"eve\",\"password\":\"a good one\"}");
	api_expect(OK, PATCH, arena_printf(api.arena, "/api/users/%s/is-suspended", id), "{\"isSuspended\":true}");
	page_begin("SignIn");
	expect(ERR_CREDENTIALS, "username", "eve", "another one");
	expect(ERR_USER_SUSPENDED, "username", "eve", "a good one");
}

static const char *digest_of_user(const char *username)
{
	const char *digest;

	assert_int_equal(store_text(api.tx, &t_digest, ARGS(T(username)), api.arena, &digest), OK);
	return digest;
}

static void a_weak_digest_is_renewed_when_it_is_right(void **state)
{
	(void)state;
	api_post_for_id("/api/users",
			"{\"username\":\"ada\",\"passwordDigest\":\"" MD5_OF_P "\",\"passwordAlgorithm\":\"MD5\"}");
	page_begin("SignIn");
	expect(ERR_CREDENTIALS, "username", "ada", "q");
	assert_string_equal(digest_of_user("ada"), MD5_OF_P);
	expect(OK, "username", "ada", "p");
	assert_true(!strncmp(digest_of_user("ada"), "$argon2id$", 10));
	expect(OK, "username", "ada", "p");
}

/* The name goes to somebody else between the proof and the identification. */
static void a_proof_is_of_the_user_and_not_of_the_name(void **state)
{
	const char *id;

	(void)state;
	make_ada();
	page_begin("SignIn");
	id = page_prove("Ada", "a good one");
	assert_int_equal(store_exec(api.tx, &t_rename, ARGS(T("Lovelace"), T("Ada")), NULL), OK);
	api_post_for_id("/api/users", "{\"username\":\"Ada\",\"name\":\"the other\"}");
	assert_int_equal(page_identify(id), OK);
	page_expect(OK, POST, "/submit", NULL);
	api_expect(OK, GET, "/api/users?search.username=Lovelace&mode.username=exact", NULL);
	assert_null(strstr(api.answer, "\"lastSignInAt\":null"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_password_is_proven_by_any_identifier), CASE(what_is_wrong_is_not_told),
		CASE(an_address_with_look_alike_letters_is_another_one),
		CASE(letter_case_of_user_names_counts_where_the_tenant_says_so),
		CASE(a_suspended_user_is_told_so_only_with_the_right_password),
		CASE(a_weak_digest_is_renewed_when_it_is_right), CASE(a_proof_is_of_the_user_and_not_of_the_name),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
