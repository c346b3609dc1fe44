#include "tenant/password_policy.h"

#include <string.h>

#include "folder.h"
#include "test.h"
#include "base/banned.h"

static struct arena *arena;
static const char *list = "";	/* of stolen passwords */
static const struct password_owner marigold = {
	.name = "Marigold Bench", .username = "mari_b", .email = "goldie@a.example", .phone = "61412345678",
};

/* The codes of a password, without what they begin with, joined by commas. */
static const char *judged(const char *policy, const char *password, const struct password_owner *owner)
{
	json_auto_t *rules = json_loads(policy, 0, NULL), *issues = NULL;
	const char *all = "";

	assert_non_null(rules);
	issues = password_issues(arena, rules, password, owner, list);
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
	json_auto_t *issues = password_issues(arena, policy, "aB", NULL, "");

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

static void a_stolen_password_is_told_between_its_kinds_and_its_phrases(void **state)
{
	char path[FOLDER_SIZE];
	FILE *f = file_new(path);

	(void)state;
	assert_non_null(f);
	/* of "password" and "aaaaaaaaaa" */
	fputs("3495FF69D34671D1E15B33A63C1379FDEDD3A32A:2\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9\n", f);
	fclose(f);
	list = path;
	assert_string_equal(judged("{}", "password", NULL), "pwned");
	assert_string_equal(judged("{}", "aaaaaaaaaa", NULL), "pwned,restricted.repetition");
	assert_string_equal(judged("{\"rejects\":{\"pwned\":false}}", "password", NULL), "");
	assert_string_equal(judged("{}", "Quiet-Lantern_58!", NULL), "");
	list = "/nowhere/list";
	assert_string_equal(judged("{}", "password", NULL), "");
	list = "";
	assert_string_equal(judged("{}", "password", NULL), "");
}

static bool expires(const char *policy, struct password_age age, int64_t day)
{
	json_auto_t *rules = json_loads(policy, 0, NULL);

	assert_non_null(rules);
	return password_is_expired(rules, &age, day * 86400000);
}

static void a_password_is_good_for_its_days_while_the_policy_is_on(void **state)
{
	static const char on[] = "{\"enabled\":true,\"validPeriodDays\":10,\"enabledAt\":432000000}"; /* day 5 */
	static const char ever_on[] = "{\"enabled\":true,\"validPeriodDays\":10}";
	const struct password_age set_on_day_2 = { .set_at = 2 * 86400000, .created_at = 1 };
	const struct password_age never_set = { .created_at = 86400000 };
	const struct password_age declared = { .is_expired = true, .set_at = 2 * 86400000 };

	(void)state;
	assert_false(expires(on, set_on_day_2, 12));
	assert_true(expires(on, set_on_day_2, 13));
	assert_false(expires(on, never_set, 15));
	assert_true(expires(on, never_set, 16));
	assert_false(expires(ever_on, never_set, 11));
	assert_true(expires(ever_on, never_set, 12));
	assert_true(expires(on, declared, 3));
	assert_false(expires("{\"enabled\":false}", declared, 300));
	assert_false(expires("{}", set_on_day_2, 300));
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
		T(a_stolen_password_is_told_between_its_kinds_and_its_phrases),
		T(a_password_is_good_for_its_days_while_the_policy_is_on),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
