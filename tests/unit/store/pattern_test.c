#include "test.h"

#include "base/arena.h"
#include "base/clock.h"
#include "store/pattern.h"

enum { NO_PATTERN = -9 };

static int match(const char *mode, bool case_sensitive, const char *text, const char *value)
{
	struct arena *a = arena_new();
	struct pattern *p = pattern_new(mode, case_sensitive, text);
	int found = p ? pattern_match(p, value, a, NULL) : NO_PATTERN;

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
	assert_int_equal(NO_PATTERN, match("nonsense", true, "a", "a"));
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
	assert_int_equal(NO_PATTERN, match("similar_to", true, "a\\", "a"));
	assert_int_equal(NO_PATTERN, match("similar_to", true, "[a", "a"));
	assert_int_equal(NO_PATTERN, match("similar_to", true, "(a", "a"));
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
		if (match("posix", true, bad[i], "a") != NO_PATTERN)
			fail_msg("%s is taken", bad[i]);
	}
}

static void a_pattern_that_nests_too_deeply_is_none(void **state)
{
	char deep[6001];

	(void)state;
	memset(deep, '(', 3000);
	memset(deep + 3000, ')', 3000);
	deep[6000] = '\0';
	assert_int_equal(NO_PATTERN, match("posix", true, deep, "a"));
}

/* What caller and row can do together: each of these would run for minutes or for ever. */
static void a_match_keeps_its_deadline(void **state)
{
	static const struct { const char *mode, *text; size_t len; } cases[] = {
		{ "posix", "^(a|aa)+$", 2000 },
		{ "posix", "a*[cd]", 4000000 },		/* quadratic, though no step of it is long */
		{ "posix", "(a*)*[bc]", 1000 },
		{ "posix", "(.*)(.*)(.*)(.*)\\1[xz]", 1000 },
		{ "similar_to", "%a%a%a%a%a%[xz]", 2000 },
		{ "like", "%_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax%",
		  20000000 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pattern *p = pattern_new(cases[i].mode, true, cases[i].text);
		char *value = malloc(cases[i].len + 1);
		struct deadline soon;

		memset(value, 'a', cases[i].len);
		value[cases[i].len - 1] = 'y';
		value[cases[i].len] = '\0';
		soon = (struct deadline){ .at_us = clock_monotonic_us() + 30000 };
		assert_int_equal(PATTERN_LATE, pattern_match(p, value, a, &soon));
		assert_true(clock_monotonic_us() - soon.at_us < SOON_MS * 100);
		assert_int_equal(0, pattern_match(p, "q", a, NULL));	/* it is as good as before */
		pattern_free(p);
		free(value);
	}
	arena_free(a);
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
    T(a_pattern_is_as_long_as_a_caller_can_send), T(what_only_pcre_knows_is_no_pattern),
    T(a_pattern_that_nests_too_deeply_is_none), T(a_match_keeps_its_deadline))
