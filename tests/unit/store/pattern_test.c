#include "test.h"

#include "base/arena.h"
#include "store/pattern.h"

static int match(const char *mode, bool case_sensitive, const char *text, const char *value)
{
	struct arena *a = arena_new();
	struct pattern *p = pattern_new(mode, case_sensitive, text);
	int found = p ? pattern_match(p, value, a) : -2;

	pattern_free(p);
	arena_free(a);
	return found;
}

static void like_and_exact_heed_case_when_asked(void **state)
{
	(void)state;
	assert_int_equal(1, match("like", false, "%DA_", "Ada\xc3\x89"));
	assert_int_equal(0, match("like", true, "%DA_", "Ada\xc3\x89"));
	assert_int_equal(1, match("exact", false, "\xc3\x89", "\xc3\xa9"));
	assert_int_equal(0, match("exact", true, "\xc3\x89", "\xc3\xa9"));
	assert_int_equal(1, match("exact", true, "a%", "a%"));
	assert_int_equal(-2, match("nonsense", true, "a", "a"));
}

static void similar_to_is_translated(void **state)
{
	(void)state;
	assert_int_equal(1, match("similar_to", true, "abc", "abc"));
	assert_int_equal(0, match("similar_to", true, "a", "abc"));
	assert_int_equal(1, match("similar_to", true, "%(b|d)%", "abc"));
	assert_int_equal(0, match("similar_to", true, "(b|c)%", "abc"));
	assert_int_equal(1, match("similar_to", true, "a.c", "a.c"));
	assert_int_equal(0, match("similar_to", true, "a.c", "abc"));
	assert_int_equal(1, match("similar_to", true, "a_c", "a\nc"));
	assert_int_equal(1, match("similar_to", true, "a\\%c", "a%c"));
	assert_int_equal(1, match("similar_to", true, "[a-c]{3}", "abc"));
	assert_int_equal(1, match("similar_to", true, "[]^]%", "]x"));
	assert_int_equal(1, match("similar_to", true, "[[:digit:]]+", "0123"));
	assert_int_equal(1, match("similar_to", true, "[\\]", "\\"));
	assert_int_equal(-2, match("similar_to", true, "a\\", "a"));
	assert_int_equal(-2, match("similar_to", true, "[a", "a"));
	assert_int_equal(-2, match("similar_to", true, "(a", "a"));
}

static void posix_means_what_postgresql_means(void **state)
{
	(void)state;
	assert_int_equal(1, match("posix", true, "b", "abc"));
	assert_int_equal(0, match("posix", true, "B", "abc"));
	assert_int_equal(1, match("posix", false, "B", "abc"));
	assert_int_equal(1, match("posix", true, "^a.c$", "a\nc"));
	assert_int_equal(0, match("posix", true, "^a$", "a\n"));
	assert_int_equal(1, match("posix", true, "\\mfoo\\M", "a foo b"));
	assert_int_equal(0, match("posix", true, "\\mfoo\\M", "a food b"));
	assert_int_equal(1, match("posix", true, "\\yfoo\\y", "foo"));
	assert_int_equal(1, match("posix", true, "\\u0041", "A"));
	assert_int_equal(1, match("posix", true, "(?i)ADA", "ada"));
	assert_int_equal(1, match("posix", true, "(?:a|b)+?c", "abc"));
	assert_int_equal(1, match("posix", true, "a(?=b)", "ab"));
	assert_int_equal(1, match("posix", true, "(.)\\1", "xx"));
	assert_int_equal(1, match("posix", true, "[\\w-]+@[a-z]{1,9}", "me@there"));
}

static void what_only_pcre_knows_is_no_pattern(void **state)
{
	static const char *const bad[] = { "(", ")", "[", "a\\", "*", "a++", "a**", "a{2}{3}", "(?R)", "(?P<x>a)",
		"(?<x>a)", "(*ACCEPT)", "\\Qa\\E", "\\h", "\\K", "\\X", "\\p{L}", "[\\Q]", "(?>a)", "(?#x)", "a{3,2}",
		"[[:nope:]]", "(?C1)", "\\C", "\\u12" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		if (match("posix", true, bad[i], "a") != -2)
			fail_msg("%s is taken", bad[i]);
	}
}

static void a_pattern_cannot_hang_the_program(void **state)
{
	char value[2000], *deep = malloc(10000);

	(void)state;
	memset(value, 'a', sizeof(value) - 1);
	memcpy(value + sizeof(value) - 2, "c", 2);
	assert_int_equal(-1, match("posix", true, "^(a|aa)+$", value));
	memset(deep, '(', 3000);
	memset(deep + 3000, ')', 3000);
	deep[6000] = '\0';
	assert_int_equal(-2, match("posix", true, deep, "a"));
	free(deep);
}

/* That is as long as the head of a request, where it stands. */
static void a_pattern_is_as_long_as_a_caller_can_send(void **state)
{
	static const char *const modes[] = { "like", "exact", "posix", "similar_to" };
	char text[16001], dots[8001];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		assert_int_equal(1, match(modes[i], true, text, text));
		assert_int_equal(0, match(modes[i], true, text, "a"));
		assert_int_equal(1, match(modes[i], false, text, text));
	}
	memset(dots, '.', sizeof(dots) - 1);	/* two characters each when translated */
	dots[sizeof(dots) - 1] = '\0';
	assert_int_equal(1, match("similar_to", true, dots, dots));
}

RUN(T(like_and_exact_heed_case_when_asked), T(similar_to_is_translated), T(posix_means_what_postgresql_means),
    T(a_pattern_is_as_long_as_a_caller_can_send),
    T(what_only_pcre_knows_is_no_pattern), T(a_pattern_cannot_hang_the_program))
