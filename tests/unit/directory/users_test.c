#include "world.h"

#include "directory/user.h"
#include "server/dispatch.h"
#include "base/banned.h"

STATEMENT(t_users, "SELECT count(*) FROM users WHERE tenant_id = $1");
STATEMENT(t_phone, "UPDATE users SET primary_phone = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(t_roles_of, "SELECT count(*) FROM user_roles WHERE tenant_id = $1 AND user_id = $2");
STATEMENT(t_digest, "SELECT password_digest FROM users WHERE tenant_id = $1 AND id = $2");

static int64_t users(void)
{
	int64_t n = -1;

	assert_int_equal(store_int(api.tx, &t_users, NO_ARGS, &n), OK);
	return n;
}

static int64_t roles_of(const char *id)
{
	int64_t n = -1;

	assert_int_equal(store_int(api.tx, &t_roles_of, ARGS(T(id)), &n), OK);
	return n;
}

static const char *path_of(const char *id)
{
	return arena_printf(api.arena, "/api/users/%s", id);
}

/* -- order -- */

static void a_new_user_is_refused_for_the_first_rule_in_order(void **state)
{
	static const struct { const char *body; err_t refusal; } cases[] = {
		{ "{\"password\":\"p\",\"passwordDigest\":\"d\",\"username\":\"ada\"}", ERR_PASSWORD_AND_DIGEST },
		{ "{\"passwordDigest\":\"d\",\"username\":\"ada\"}", ERR_PASSWORD_ALGORITHM },
		{ "{\"username\":\"ada\",\"primaryEmail\":\"ADA@x.example\"}", ERR_USERNAME_IN_USE },
		{ "{\"primaryEmail\":\"ADA@x.example\",\"primaryPhone\":\"4915112345678\"}", ERR_EMAIL_IN_USE },
		{ "{\"primaryPhone\":\"4915112345678\",\"passwordAlgorithm\":\"Legacy\"}", ERR_PHONE_IN_USE },
		{ "{\"passwordAlgorithm\":\"Legacy\",\"password\":\"p\",\"primaryPhone\":\"1\"}", ERR_LEGACY_METHOD },
		{ "{\"passwordAlgorithm\":\"Legacy\",\"passwordDigest\":\"x\",\"primaryPhone\":\"1\"}",
		  ERR_LEGACY_FORMAT },
		{ "{\"primaryPhone\":\"1\"}", ERR_DEFAULT_ROLE_MISSING },
	};

	(void)state;
	api_post_for_id(
		"/api/users",
		"{\"username\":\"ada\",\"primaryEmail\":\"ada@x.example\",\"primaryPhone\":\"4915112345678\"}");
	context.settings->default_roles = "nobody";
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		api_expect(cases[i].refusal, POST, "/api/users", cases[i].body);
	context.settings->default_roles = "";
	api_expect(ERR_INVALID_PHONE, POST, "/api/users",
		   arena_printf(api.arena, "{\"primaryPhone\":\"1\",\"name\":\"%0200d\"}", 0));
	assert_int_equal(users(), 1);
}

static void a_change_is_refused_for_the_first_rule_in_order(void **state)
{
	static const struct { const char *body; err_t refusal; } cases[] = {
		{ "{\"primaryEmail\":\"ADA@x.example\",\"primaryPhone\":\"4915112345678\"}", ERR_EMAIL_IN_USE },
		{ "{\"primaryPhone\":\"49015112345678\",\"username\":\"ada\"}", ERR_PHONE_IN_USE },
		{ "{\"username\":\"ada\",\"primaryPhone\":\"1\"}", ERR_USERNAME_IN_USE },
		{ "{\"primaryPhone\":\"1\"}", ERR_INVALID_PHONE },
		{ "{}", ERR_NOTHING_TO_WRITE },
	};
	const char *bob;

	(void)state;
	api_post_for_id(
		"/api/users",
		"{\"username\":\"ada\",\"primaryEmail\":\"ada@x.example\",\"primaryPhone\":\"4915112345678\"}");
	bob = path_of(api_post_for_id("/api/users", "{}"));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		api_expect(cases[i].refusal, PATCH, bob, cases[i].body);
		api_expect(ERR_NOT_FOUND, PATCH, "/api/users/nobody", cases[i].body);
	}
}

/* -- identifiers -- */

/* Past the checks, as somebody who came between them and the insertion. */
static err_t insert(const char *body)
{
	json_auto_t *object = json_loads(body, 0, NULL);
	struct rows row = {0};
	err_t e;

	assert_int_equal(txn_savepoint(api.tx, "default"), OK);
	e = entity_insert(api.tx, api.arena, &user, object, &row);
	rows_close(&row);
	assert_int_equal(txn_rollback_to(api.tx), OK);
	return e;
}

static void who_was_a_moment_faster_is_answered_like_who_was_there(void **state)
{
	static const struct { const char *body; err_t refusal; } cases[] = {
		{ "{\"username\":\"ada\"}", ERR_USERNAME_IN_USE },
		{ "{\"primaryEmail\":\"Ada@x.example\",\"emailKey\":\"ada@x.example\"}", ERR_EMAIL_IN_USE },
		{ "{\"primaryPhone\":\"4915112345678\"}", ERR_PHONE_IN_USE },
	};

	(void)state;
	api_post_for_id(
		"/api/users",
		"{\"username\":\"ada\",\"primaryEmail\":\"ada@x.example\",\"primaryPhone\":\"4915112345678\"}");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(err_name(insert(cases[i].body)), err_name(cases[i].refusal));
}

static void an_address_is_taken_in_any_letter_case_and_given_back(void **state)
{
	const char *ada = path_of(api_post_for_id("/api/users", "{\"primaryEmail\":\"ÄDA@x.example\"}"));

	(void)state;
	assert_string_equal(api_member("primaryEmail"), "ÄDA@x.example");
	api_expect(ERR_EMAIL_IN_USE, POST, "/api/users", "{\"primaryEmail\":\"äda@X.example\"}");
	api_expect(OK, PATCH, ada, "{\"primaryEmail\":\"äda@x.example\"}");		/* her own */
	api_expect(OK, PATCH, ada, "{\"name\":\"Ada\"}");				/* not spoken of: kept */
	api_expect(ERR_EMAIL_IN_USE, POST, "/api/users", "{\"primaryEmail\":\"ÄDA@x.example\"}");
	api_expect(OK, PATCH, ada, "{\"primaryEmail\":\"\"}");
	assert_null(api_member("primaryEmail"));
	api_expect(OK, POST, "/api/users", "{\"primaryEmail\":\"ÄDA@x.example\"}");
}

static void a_number_stored_as_it_came_is_the_same_number(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}");

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_phone, ARGS(T("610412345678"), T(ada)), NULL), OK);
	api_expect(ERR_PHONE_IN_USE, POST, "/api/users", "{\"primaryPhone\":\"61412345678\"}");
	api_expect(ERR_PHONE_IN_USE, POST, "/api/users", "{\"primaryPhone\":\"610412345678\"}");
	assert_int_equal(store_exec(api.tx, &t_phone, ARGS(T("99999"), T(ada)), NULL), OK);
	/* no number, and yet taken */
	api_expect(ERR_PHONE_IN_USE, POST, "/api/users", "{\"primaryPhone\":\"99999\"}");
	api_expect(OK, PATCH, path_of(ada), "{\"primaryPhone\":\"610412345678\"}");
	assert_string_equal(api_member("primaryPhone"), "61412345678");
}

static void a_picture_is_fetched_and_never_run(void **state)
{
	static const struct { const char *avatar; err_t e; } cases[] = {
		{ "\"https://x.example/a\"", OK }, { "\"HTTP://x.example/a\"", OK }, { "\"\"", OK }, { "null", OK },
		{ "\"javascript:alert(1)\"", ERR_INPUT }, { "\"data:text/html,x\"", ERR_INPUT },
		{ "\"httpsx:a\"", ERR_INPUT }, { "\"a.png\"", ERR_INPUT },
	};
	const char *ada = path_of(api_post_for_id("/api/users", "{}"));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *body = arena_printf(api.arena, "{\"avatar\":%s}", cases[i].avatar);

		api_expect(cases[i].e, POST, "/api/users", body);
		api_expect(cases[i].e, PATCH, ada, body);
	}
}

/* -- passwords -- */

static void nothing_is_written_and_nothing_hashed_in_vain(void **state)
{
	struct request *rq = api_request(POST, "/api/users", "{\"password\":\"p\",\"primaryPhone\":\"1\"}");

	(void)state;
	assert_int_equal(step_run(rq, api.tx), ERR_INVALID_PHONE);	/* refused before it costs a hash */
	request_free(rq);
	rq = api_request(POST, "/api/users", "{\"password\":\"p\",\"primaryPhone\":\"610412345678\",\"name\":\"\"}");
	assert_int_equal(step_run(rq, api.tx), OK);
	assert_int_equal(rq->task.step->lane, WORK);
	assert_int_equal(step_run(rq, api.tx), OK);
	assert_int_equal(rq->task.step->lane, WRITE);
	assert_int_equal(users(), 0);
	assert_int_equal(step_run(rq, api.tx), OK);
	assert_int_equal(users(), 1);
	assert_string_equal(answer(rq, "primaryPhone"), "61412345678");
	assert_null(answer(rq, "name"));
	/* as it came: for a run from the start */
	assert_string_equal(json_string_value(json_object_get(rq->body, "primaryPhone")), "610412345678");
	request_free(rq);
}

static void a_password_has_a_longest(void **state)
{
	char *body = arena_alloc(api.arena, 70000);

	(void)state;
	snprintf(body, 70000, "{\"password\":\"%065536d\"}", 0);
	api_expect(OK, POST, "/api/users", body);
	snprintf(body, 70000, "{\"password\":\"%065537d\"}", 0);
	api_expect(ERR_REQUEST_INPUT, POST, "/api/users", body);
	assert_int_equal(users(), 1);
}

static void a_digest_is_kept_as_given_and_an_empty_one_is_none(void **state)
{
	const char *id = api_post_for_id("/api/users", "{\"passwordDigest\":\"d41d\",\"passwordAlgorithm\":\"MD5\"}"),
		   *digest;

	(void)state;
	assert_int_equal(store_text(api.tx, &t_digest, ARGS(T(id)), api.arena, &digest), OK);
	assert_string_equal(digest, "d41d");
	assert_non_null(strstr(api.answer, "\"hasPassword\":true"));
	assert_null(strstr(api.answer, "d41d"));
	id = api_post_for_id("/api/users",
			     "{\"passwordDigest\":\"\",\"passwordAlgorithm\":\"MD5\",\"password\":\"p\"}");
	assert_int_equal(store_text(api.tx, &t_digest, ARGS(T(id)), api.arena, &digest), OK);
	assert_true(text_has_prefix(digest, "$argon2id$"));
	api_post_for_id("/api/users", "{\"passwordDigest\":\"\",\"passwordAlgorithm\":\"MD5\"}");
	assert_non_null(strstr(api.answer, "\"hasPassword\":false"));
}

/* -- default roles -- */

static const char *role_named(const char *name, const char *more)
{
	return api_post_for_id("/api/roles",
			       arena_printf(api.arena, "{\"name\":\"%s\",\"description\":\"d\"%s}", name, more));
}

static void new_users_get_the_default_roles_each_once(void **state)
{
	static const struct { const char *names; int count; } cases[] = {
		{ "", 1 }, { "flagged", 1 }, { " , plain ,, two words ,", 3 }, { "plain,plain", 2 },
		{ "two words", 2 },
	};

	(void)state;
	role_named("flagged", ",\"isDefault\":true");
	role_named("plain", "");
	role_named("two words", "");
	role_named("robot", ",\"isDefault\":true,\"type\":\"MachineToMachine\"");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		context.settings->default_roles = cases[i].names;
		assert_int_equal(roles_of(api_post_for_id("/api/users", "{}")), cases[i].count);
	}
	context.settings->default_roles = "plain, robot";	/* of another kind: not there */
	api_expect(ERR_DEFAULT_ROLE_MISSING, POST, "/api/users", "{}");
	context.settings->default_roles = "Plain";
	api_expect(ERR_DEFAULT_ROLE_MISSING, POST, "/api/users", "{}");
	context.settings->default_roles = "";
}

/* -- the end -- */

static err_t delete_as(const char *who, const char *id)
{
	struct request *rq = api_request(DELETE, path_of(id), NULL);
	err_t e;

	rq->who.id = who;
	e = step_run(rq, api.tx);
	request_free(rq);
	return e;
}

static void nobody_deletes_himself_not_even_one_who_is_gone(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}");

	(void)state;
	assert_int_equal(delete_as(ada, ada), ERR_DELETE_SELF);
	assert_int_equal(delete_as("gone", "gone"), ERR_DELETE_SELF);
	assert_int_equal(delete_as(NULL, "gone"), ERR_NOT_FOUND);
	assert_int_equal(delete_as("machine", ada), OK);
	assert_int_equal(delete_as("machine", ada), ERR_NOT_FOUND);
}

static void what_a_deleted_user_could_do_is_forgotten(void **state)
{
	const char *ada = path_of(api_post_for_id("/api/users", "{}"));

	(void)state;
	assert_false(api_call_forgets(CHANGE_ACCESS, PATCH, ada, "{\"name\":\"Ada\"}"));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE, ada, NULL));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_new_user_is_refused_for_the_first_rule_in_order),
		CASE(a_change_is_refused_for_the_first_rule_in_order),
		CASE(who_was_a_moment_faster_is_answered_like_who_was_there),
		CASE(an_address_is_taken_in_any_letter_case_and_given_back),
		CASE(a_number_stored_as_it_came_is_the_same_number), CASE(a_picture_is_fetched_and_never_run),
		CASE(nothing_is_written_and_nothing_hashed_in_vain), CASE(a_password_has_a_longest),
		CASE(a_digest_is_kept_as_given_and_an_empty_one_is_none),
		CASE(new_users_get_the_default_roles_each_once),
		CASE(nobody_deletes_himself_not_even_one_who_is_gone), CASE(what_a_deleted_user_could_do_is_forgotten),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
