#include "world.h"

#include "base/ids.h"
#include "directory/personal_tokens.h"
#include "base/banned.h"

STATEMENT(t_copy_token,
	  "INSERT INTO personal_access_tokens (tenant_id, user_id, name, hash, value_sealed, created_at, expires_at)"
	  " SELECT tenant_id, $2, name, 'another hash', value_sealed, 1, NULL FROM personal_access_tokens"
	  " WHERE tenant_id = $1 AND user_id = $3");
STATEMENT(t_expire_token, "UPDATE personal_access_tokens SET expires_at = $2 WHERE tenant_id = $1 AND user_id = $3");

static const char *new_user(void)
{
	return api_post_for_id("/api/users", "{}");
}

static const char *tokens_of(const char *user_id, const char *below)
{
	return arena_printf(api.arena, "/api/users/%s/personal-access-tokens%s", user_id, below);
}

/* The value of a new token. */
static const char *new_token(const char *user_id, const char *name)
{
	api_expect(OK, POST, tokens_of(user_id, ""), arena_printf(api.arena, "{\"name\":\"%s\"}", name));
	return api_member("value");
}

static void a_token_is_found_by_its_value_under_its_present_name(void **state)
{
	const char *ada = new_user(), *value = new_token(ada, "a");
	struct personal_token found;

	(void)state;
	assert_int_equal(strlen(value), strlen("pat_") + SECRET_LEN);
	assert_string_not_equal(new_token(ada, "b"), value);
	api_expect(OK, PATCH, tokens_of(ada, "/a"), "{\"name\":\"c\"}");
	assert_int_equal(personal_token_find(api.tx, api.arena, value, &found), OK);
	assert_string_equal(found.user_id, ada);
	assert_string_equal(found.name, "c");
	assert_int_equal(personal_token_find(api.tx, api.arena, "pat_", &found), ERR_NOT_FOUND);
	assert_int_equal(personal_token_find(api.tx, api.arena, value + 1, &found), ERR_NOT_FOUND);
}

static void a_token_that_is_over_or_deleted_is_not_found(void **state)
{
	const char *ada = new_user(), *value = new_token(ada, "a");
	struct personal_token found;

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_expire_token, ARGS(N(clock_ms() + 60000), T(ada)), NULL), OK);
	assert_int_equal(personal_token_find(api.tx, api.arena, value, &found), OK);
	assert_int_equal(store_exec(api.tx, &t_expire_token, ARGS(N(clock_ms() - 1), T(ada)), NULL), OK);
	assert_int_equal(personal_token_find(api.tx, api.arena, value, &found), ERR_NOT_FOUND);
	api_expect(OK, GET, tokens_of(ada, ""), NULL);		/* it is listed still */
	assert_non_null(strstr(api.answer, value));
	assert_int_equal(store_exec(api.tx, &t_expire_token, ARGS(T(NULL), T(ada)), NULL), OK);
	assert_int_equal(personal_token_find(api.tx, api.arena, value, &found), OK);
	api_expect(OK, DELETE, tokens_of(ada, "/a"), NULL);
	assert_int_equal(personal_token_find(api.tx, api.arena, value, &found), ERR_NOT_FOUND);
}

static void a_token_ends_with_its_user(void **state)
{
	const char *ada = new_user(), *value = new_token(ada, "a");
	struct personal_token found;

	(void)state;
	api_expect(OK, DELETE, arena_printf(api.arena, "/api/users/%s", ada), NULL);
	assert_int_equal(personal_token_find(api.tx, api.arena, value, &found), ERR_NOT_FOUND);
	api_expect(ERR_NOT_FOUND, GET, tokens_of(ada, ""), NULL);
}

static void a_value_opens_nowhere_but_at_its_user(void **state)
{
	const char *ada = new_user(), *bob = new_user();

	(void)state;
	new_token(ada, "a");
	assert_int_equal(store_exec(api.tx, &t_copy_token, ARGS(T(bob), T(ada)), NULL), OK);
	api_expect(OK, GET, tokens_of(ada, ""), NULL);
	api_expect(ERR_INTERNAL, GET, tokens_of(bob, ""), NULL);
}

static void what_is_wrong_is_told_in_the_order_of_the_contract(void **state)
{
	static const struct { const char *user, *body; err_t refusal; } cases[] = {
		{ "nobody", "{\"name\":\"a\",\"expiresAt\":1}", ERR_REQUEST_INPUT },
		{ "nobody", "{\"name\":\"a\",\"expiresAt\":0}", ERR_REQUEST_INPUT },
		{ "nobody", "{\"name\":\"a\"}", ERR_REFERENCE },
		{ NULL, "{\"name\":\"a\",\"expiresAt\":1}", ERR_REQUEST_INPUT },
		{ NULL, "{\"name\":\"a\"}", ERR_PERSONAL_TOKEN_NAME }, { NULL, "{\"name\":\"A\"}", OK },
	};
	const char *ada = new_user();

	(void)state;
	new_token(ada, "a");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		api_expect(cases[i].refusal, POST, tokens_of(cases[i].user ? cases[i].user : ada, ""), cases[i].body);
}

static void a_name_in_the_body_does_what_one_in_the_path_does(void **state)
{
	const char *ada = new_user(), *value = new_token(ada, "a/b");

	(void)state;
	api_expect(OK, PATCH, tokens_of(ada, ""), "{\"name\":\"a/b\"}");
	api_expect(OK, PATCH, tokens_of(ada, ""), "{\"name\":\"delete\",\"currentName\":\"a/b\"}");
	assert_string_equal(api_member("value"), value);
	api_expect(ERR_NOT_EXISTS, PATCH, tokens_of(ada, ""), "{\"name\":\"a/b\"}");
	new_token(ada, "c");
	api_expect(ERR_PERSONAL_TOKEN_NAME, PATCH, tokens_of(ada, ""), "{\"name\":\"c\",\"currentName\":\"delete\"}");
	api_expect(OK, PATCH, tokens_of(ada, "/delete"), "{\"name\":\"d\"}");
	api_expect(ERR_NOT_FOUND, POST, tokens_of(ada, "/delete"), "{\"name\":\"delete\"}");
	api_expect(OK, POST, tokens_of(ada, "/delete"), "{\"name\":\"d\"}");
	api_expect(ERR_NOT_FOUND, DELETE, tokens_of(ada, "/d"), NULL);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_token_is_found_by_its_value_under_its_present_name),
		CASE(a_token_that_is_over_or_deleted_is_not_found), CASE(a_token_ends_with_its_user),
		CASE(a_value_opens_nowhere_but_at_its_user),
		CASE(what_is_wrong_is_told_in_the_order_of_the_contract),
		CASE(a_name_in_the_body_does_what_one_in_the_path_does),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
