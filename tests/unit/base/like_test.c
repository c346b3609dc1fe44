#include "base/like.h"

#include <string.h>

#include "test.h"
#include "base/banned.h"

static void like_follows_sql(void **state)
{
	static const struct { const char *pattern, *value; bool match; } cases[] = {
		{ "", "", true }, { "", "a", false }, { "a", "", false }, { "%", "", true }, { "%", "abc", true },
		{ "abc", "abc", true }, { "abc", "ABC", false }, { "a%", "abc", true }, { "%c", "abc", true },
		{ "%b%", "abc", true }, { "%bd%", "abcbd", true }, { "%bd", "abcbdx", false }, { "a_c", "abc", true },
		{ "a_c", "ac", false }, { "_", "\xc3\xa4", true }, { "__", "\xc3\xa4", false },
		{ "_", "\xf0\x9f\x98\x80", true }, { "%_", "\xe2\x82\xac", true }, { "a\\%", "a%", true },
		{ "a\\%", "ab", false }, { "\\_", "_", true }, { "\\_", "x", false }, { "\\\\", "\\", true },
		{ "\\a", "a", true }, { "a\\", "a\\", false }, { "a\\", "a", false }, { "%\\", "abc", false },
		{ "%%%a%%", "bab", true }, { "a%b%c", "a1b2b3c", true }, { "a%b%c", "a1c", false },
		{ "%a_b", "aaab", true }, { "_%_", "a", false }, { "_%_", "ab", true }, { "%\xa4", "\xc3\xa4", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(text_like(cases[i].pattern, cases[i].value, strlen(cases[i].value), NULL),
				 cases[i].match);
}

/* What stands behind the value is not looked at. */
static void a_value_ends_where_its_length_says(void **state)
{
	(void)state;
	assert_int_equal(text_like("a%b", "a1b2", 3, NULL), 1);
	assert_int_equal(text_like("a%2", "a1b2", 3, NULL), 0);
	assert_int_equal(text_like("a__b", "a1b2", 3, NULL), 0);
	assert_int_equal(text_like("%_", "a", 0, NULL), 0);
	assert_int_equal(text_like("", "a", 0, NULL), 1);
}

/* The plainest way to say what LIKE is. */
static bool is_like(const char *p, const char *v)
{
	if (!*p)
		return !*v;
	if (*p == '%')
		return is_like(p + 1, v) || (*v && is_like(p, v + 1));
	if (!*v)
		return false;
	if (*p == '_')
		return is_like(p + 1, v + 1);
	if (*p == '\\')
		p++;
	return *p == *v && is_like(p + 1, v + 1);
}

/* Writes a number as a text of these characters. */
static void spell(unsigned n, const char *characters, char *out)
{
	unsigned base = (unsigned)strlen(characters) + 1;

	for (; n > 0; n /= base)
		if (n % base)
			*out++ = characters[n % base - 1];
	*out = '\0';
}

static void short_patterns_mean_what_sql_says(void **state)
{
	char pattern[16], value[16];

	(void)state;
	for (unsigned p = 0; p < 3125; p++) {
		spell(p, "a%_\\", pattern);
		for (unsigned v = 0; v < 81; v++) {
			spell(v, "ab", value);
			if (text_like(pattern, value, strlen(value), NULL) != is_like(pattern, value))
				fail_msg("%s and %s", pattern, value);
		}
	}
}

static void like_does_not_hang_on_many_wildcards(void **state)
{
	char pattern[2001], value[10001];

	(void)state;
	for (size_t i = 0; i < 2000; i += 2)
		memcpy(pattern + i, "%a", 2);
	pattern[2000] = '\0';
	memset(value, 'a', 10000);
	value[10000] = '\0';
	value[9999] = 'b';
	assert_int_equal(text_like(pattern, value, 10000, NULL), 0);
	value[9999] = 'a';
	assert_int_equal(text_like(pattern, value, 10000, NULL), 1);
}

static char *letters(size_t n)
{
	char *text = malloc(n + 1);

	memset(text, 'a', n);
	text[n] = '\0';
	return text;
}

/* 14 000 characters against 1 MB: with a step for each pair this would take ten seconds a time. */
static void a_long_literal_is_looked_for_in_one_go(void **state)
{
	char *pattern = letters(14002), *value = letters(1000000);
	int64_t began = clock_monotonic_us();

	(void)state;
	pattern[0] = pattern[14001] = '%';
	pattern[14000] = 'b';
	for (int i = 0; i < 20; i++)
		assert_int_equal(text_like(pattern, value, 1000000, NULL), 0);
	value[999999] = 'b';
	assert_int_equal(text_like(pattern, value, 1000000, NULL), 1);
	assert_true(clock_monotonic_us() - began < SOON_MS * 1000);
	free(pattern);
	free(value);
}

/* A _ in it makes it the product of both lengths. */
static void a_deadline_is_kept_within_one_value(void **state)
{
	char *pattern = letters(14002), *value = letters(10000000);
	const struct deadline soon = { .at_us = clock_monotonic_us() + 20000 };

	(void)state;
	pattern[0] = pattern[14001] = '%';
	pattern[1] = '_';
	pattern[14000] = 'b';
	assert_int_equal(text_like(pattern, value, 10000000, &soon), -1);
	free(pattern);
	free(value);
}

/* It is not even read. */
static void a_pattern_longer_than_the_value_finds_nothing(void **state)
{
	(void)state;
	assert_int_equal(text_like("%a_\\%%", "aa", 2, NULL), 0);
	assert_int_equal(text_like("%a_\\%%", "aa%", 3, NULL), 1);
}

static void a_part_is_found_as_it_is_written(void **state)
{
	struct arena *a = arena_new();
	const char *pattern = like_part(a, "50%_of\\it");

	(void)state;
	assert_int_equal(text_like(pattern, "is 50%_of\\it all", 17, NULL), 1);
	assert_int_equal(text_like(pattern, "is 50x_of\\it all", 17, NULL), 0);
	assert_int_equal(text_like(pattern, "is 50%xof\\it all", 17, NULL), 0);
	assert_int_equal(text_like(like_part(a, ""), "", 0, NULL), 1);
	arena_free(a);
}

RUN(T(like_follows_sql), T(a_value_ends_where_its_length_says), T(short_patterns_mean_what_sql_says),
    T(like_does_not_hang_on_many_wildcards), T(a_long_literal_is_looked_for_in_one_go),
    T(a_deadline_is_kept_within_one_value), T(a_pattern_longer_than_the_value_finds_nothing),
    T(a_part_is_found_as_it_is_written))
