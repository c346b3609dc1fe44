#include "base/like.h"

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
		assert_int_equal(text_like(cases[i].pattern, cases[i].value), cases[i].match);
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
	assert_false(text_like(pattern, value));
	value[9999] = 'a';
	assert_true(text_like(pattern, value));
}

RUN(T(like_follows_sql), T(like_does_not_hang_on_many_wildcards))
