#include "verb.h"

#include "base/banned.h"

STATEMENT(t_users, "SELECT count(*) FROM users WHERE tenant_id = $1");

#define CREATE (&user_verbs[0])

static int64_t users(void)
{
	int64_t n = -1;

	assert_int_equal(store_int(api.tx, &t_users, NO_ARGS, &n), OK);
	return n;
}

static void an_option_is_a_member_of_the_body(void **state)
{
	(void)state;
	assert_int_equal(VERB(CREATE, NULL), OK);
	assert_int_equal(VERB(CREATE, NULL, "username", "ada", "email", "Ada@x.example", "phone", "610412345678",
			      "name", "Ada Ü"),
			 OK);
	assert_string_equal(output_member("username"), "ada");
	assert_string_equal(output_member("primaryEmail"), "Ada@x.example");
	assert_string_equal(output_member("primaryPhone"), "61412345678");
	assert_string_equal(output_member("name"), "Ada Ü");
	assert_non_null(strstr(printed, "\"hasPassword\":false"));
	REFUSED(ERR_USERNAME_IN_USE, "name", CREATE, NULL, "username", "ada");
	REFUSED(ERR_INPUT, "username", CREATE, NULL, "username", "1 a");
	REFUSED(ERR_INPUT, "--email is not UTF-8", CREATE, NULL, "email", "\xff@x.example");
	assert_int_equal(users(), 2);
}

/* With this on standard input. */
static err_t create(const char *input, size_t len)
{
	FILE *terminal = stdin;
	err_t e;

	stdin = fmemopen((void *)(uintptr_t)input, len, "r");
	e = VERB(CREATE, NULL, "password-stdin", "");
	fclose(stdin);
	stdin = terminal;
	return e;
}

static bool opens(const char *password)
{
	const char *path = arena_printf(api.arena, "/api/users/%s/password/verify", output_member("id"));

	return api_call(POST, path, arena_printf(api.arena, "{\"password\":\"%s\"}", password)) == OK;
}

static void a_password_is_the_first_line_whole(void **state)
{
	static const struct { const char *input, *password; } cases[] = {
		{ "pä ss\nsecond line\n", "pä ss" }, { "without an end", "without an end" }, { " \n", " " },
		{ "p\r\n", "p\\r" },
	};
	const char *longer = arena_printf(api.arena, "%05000d", 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(create(cases[i].input, strlen(cases[i].input)), OK);
		assert_true(opens(cases[i].password));
	}
	assert_int_equal(create(longer, 5000), OK);
	assert_true(opens(longer));
	assert_false(opens(longer + 1));
}

/* Never a user without the password that was asked for. */
static void what_is_no_password_makes_no_user(void **state)
{
	static const struct { const char *input; size_t len; } cases[] = {
		{ "\n", 1 }, { "\np\n", 3 }, { "p\xff\n", 3 }, { "p\0q\n", 4 }, { "\0\n", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(create(cases[i].input, cases[i].len), ERR_INPUT);
		assert_non_null(strstr(err_fault()->detail, "password"));
	}
	assert_int_equal(create(arena_printf(api.arena, "%070000d", 0), 70000), ERR_INPUT);
	assert_int_equal(users(), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(an_option_is_a_member_of_the_body), CASE(a_password_is_the_first_line_whole),
		CASE(what_is_no_password_makes_no_user),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
