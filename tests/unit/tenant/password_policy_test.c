#include "tenant/password_policy.h"

#include <string.h>

#include "test.h"
#include "base/banned.h"

static struct arena *arena;
static const struct password_owner marigold = {
	.name = "Marigold Bench", .username = "mari_b", .email = "goldie@a.example", .phone = "61412345678",
};

/* The codes of a password, without what they begin with, joined by commas. */
static const char *judged(const char *policy, const char *password, const struct password_owner *owner)
{
	json_auto_t *rules = json_loads(policy, 0, NULL), *issues = NULL;
	const char *all = "";

	assert_non_null(rules);
	issues = password_issues(arena, rules, password, owner);
	for (size_t i = 0; i < json_array_size(issues); i++) {
		const char *code = json_string_value(json_object_get(json_array_get(issues, i), "code"));

		all = arena_printf(arena, "%s%s%s", all, i ? "," : "", strchr(code, '.') + 1);
	}
	return all;
}

static void length_and_kinds_have_limits(void **state)
{
	(void)state;
	assert_string_equal(judged("{}", "Quiet-Lantern_58!", NULL), "");
	assert_string_equal(judged("{}", "aB", NULL), "too_short");
	assert_string_equal(judged("{}", "", NULL), "too_short,character_types");
	assert_string_equal(judged("{\"length\":{\"min\":1,\"max\":4}}", "aX9!e", NULL), "too_long");
	assert_string_equal(judged("{}", "p\xc3\xa4sswort-42", NULL), "unsupported_characters");
	assert_string_equal(judged("{\"characterTypes\":{\"min\":3}}", "onlylower lettera", NULL), "character_types");
	assert_string_equal(judged("{\"characterTypes\":{\"min\":3}}", "only Upper lettera", NULL), "");
}

static void a_limit_is_told(void **state)
{
	json_auto_t *policy = json_loads("{\"length\":{\"min\":12}}", 0, NULL);
	json_auto_t *issues = password_issues(arena, policy, "aB", NULL);

	(void)state;
	assert_int_equal(json_integer_value(
				 json_object_get(json_object_get(json_array_get(issues, 0), "interpolation"), "min")),
			 12);
}

static void phrases_that_make_up_most_of_a_password_are_told(void **state)
{
	static const char words[] = "{\"rejects\":{\"words\":[\"river\"]}}";

	(void)state;
	assert_string_equal(judged("{}", "aaaaaaaaaa", NULL), "restricted.repetition");
	assert_string_equal(judged("{}", "12345678", NULL), "restricted.sequence");
	assert_string_equal(judged("{}", "QWERtyui", NULL), "restricted.sequence");
	assert_string_equal(judged("{}", "1qaz2wsx", NULL), "restricted.sequence");
	assert_string_equal(judged("{}", "87654321", NULL), "");
	assert_string_equal(judged("{}", "aaaa1234", NULL), "restricted.repetition,restricted.sequence");
	assert_string_equal(judged(words, "RiverRIVER", NULL), "restricted.words");
	assert_string_equal(judged(words, "riverxyz5", NULL), "restricted.sequence,restricted.words");
	assert_string_equal(judged(words, "river.x.5.Q", NULL), "");
	assert_string_equal(judged("{\"rejects\":{\"repetitionAndSequence\":false}}", "aaaaaaaaaa", NULL), "");
}

static void what_is_known_of_the_owner_is_a_phrase(void **state)
{
	static const char *const bad[] = {
		"Marigold Bench", "marigoldbench", "xMarigoldx", "benchBENCH", "MARI_B77", "goldie12", "61412345678",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_non_null(strstr(judged("{}", bad[i], &marigold), "restricted.user_info"));
	assert_string_equal(judged("{}", "a.example?", &marigold), "");
	assert_string_equal(judged("{}", "Quiet-Lantern_58!", &marigold), "");
	assert_string_equal(judged("{\"rejects\":{\"userInfo\":false}}", "Marigold Bench", &marigold), "");
	assert_string_equal(judged("{}", "benchBENCH", &(struct password_owner){0}), "");
}

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(length_and_kinds_have_limits), T(a_limit_is_told),
		T(phrases_that_make_up_most_of_a_password_are_told), T(what_is_known_of_the_owner_is_a_phrase),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
