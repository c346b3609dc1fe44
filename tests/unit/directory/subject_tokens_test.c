#include "world.h"

#include "directory/subject_tokens.h"
#include "base/banned.h"

STATEMENT(t_subject_expire, "UPDATE subject_tokens SET expires_at = $2 WHERE tenant_id = $1");
STATEMENT(t_subject_count, "SELECT count(*) FROM subject_tokens WHERE tenant_id = $1 AND user_id = $2");

extern const struct worker forget_expired_rows;

static const char *new_user(void)
{
	return api_post_for_id("/api/users", "{}");
}

/* The value of a new token. */
static const char *new_token(const char *user_id, const char *more)
{
	api_expect(OK, POST, "/api/subject-tokens", arena_printf(api.arena, "{\"userId\":\"%s\"%s}", user_id, more));
	return api_member("subjectToken");
}

static void a_token_is_found_by_its_value_with_what_its_maker_noted(void **state)
{
	const char *ada = new_user(), *value = new_token(ada, ",\"context\":{\"ticket\":5}");
	struct subject_token found;

	(void)state;
	assert_int_equal(subject_token_find(api.tx, api.arena, value, &found), OK);
	assert_string_equal(found.user_id, ada);
	assert_string_equal(found.context, "{\"ticket\":5}");
	assert_null(strstr(value, found.hash));
	assert_int_equal(subject_token_find(api.tx, api.arena, new_token(ada, ""), &found), OK);
	assert_string_equal(found.context, "{}");
	assert_int_equal(subject_token_find(api.tx, api.arena, "sub_", &found), ERR_NOT_FOUND);
	assert_int_equal(subject_token_find(api.tx, api.arena, found.hash, &found), ERR_NOT_FOUND);
}

static void a_token_is_used_up_once(void **state)
{
	const char *value = new_token(new_user(), "");
	struct subject_token found;

	(void)state;
	assert_int_equal(subject_token_find(api.tx, api.arena, value, &found), OK);
	assert_int_equal(subject_token_consume(api.tx, found.hash), OK);
	assert_int_equal(subject_token_consume(api.tx, found.hash), ERR_NOT_FOUND);
	assert_int_equal(subject_token_find(api.tx, api.arena, value, &found), ERR_NOT_FOUND);
}

static void a_token_that_is_over_is_not_found_and_soon_forgotten(void **state)
{
	const char *ada = new_user(), *value = new_token(ada, "");
	struct subject_token found;
	int64_t n;

	(void)state;
	assert_int_equal(worker_run(&forget_expired_rows, api.tx), OK);
	assert_int_equal(subject_token_find(api.tx, api.arena, value, &found), OK);
	assert_int_equal(store_exec(api.tx, &t_subject_expire, ARGS(N(clock_ms() - 1)), NULL), OK);
	assert_int_equal(subject_token_find(api.tx, api.arena, value, &found), ERR_NOT_FOUND);
	assert_int_equal(worker_run(&forget_expired_rows, api.tx), OK);
	assert_int_equal(store_int(api.tx, &t_subject_count, ARGS(T(ada)), &n), OK);
	assert_int_equal(n, 0);
}

static void a_token_needs_a_user_and_ends_with_it(void **state)
{
	const char *ada = new_user(), *value = new_token(ada, "");
	struct subject_token found;

	(void)state;
	api_expect(OK, DELETE, arena_printf(api.arena, "/api/users/%s", ada), NULL);
	assert_int_equal(subject_token_find(api.tx, api.arena, value, &found), ERR_NOT_FOUND);
	api_expect(ERR_REFERENCE, POST, "/api/subject-tokens", arena_printf(api.arena, "{\"userId\":\"%s\"}", ada));
	api_expect(ERR_REFERENCE, POST, "/api/subject-tokens", "{\"userId\":\"\"}");
	api_expect(ERR_TOO_LONG, POST, "/api/subject-tokens", "{\"userId\":\"1234567890123456789012\"}");
	api_expect(ERR_INPUT, POST, "/api/subject-tokens", "{\"userId\":\"a\",\"context\":[]}");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_token_is_found_by_its_value_with_what_its_maker_noted), CASE(a_token_is_used_up_once),
		CASE(a_token_that_is_over_is_not_found_and_soon_forgotten),
		CASE(a_token_needs_a_user_and_ends_with_it),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
