#include "base/search.h"

#include "base/buffer.h"

#include "test.h"
#include "base/banned.h"

static struct arena *arena;

static void expect(const char *const *values, int n, const char *key)
{
	assert_string_equal(search_key(arena, values, n), key);
}

static void values_are_folded_and_keep_their_order(void **state)
{
	const char *const values[] = { "2B", "ÄRGER im Büro", "a\"%_\\'" };

	(void)state;
	expect(values, 3, "2b\x1färger im büro\x1f" "a\"%_\\'");
	expect(values, 1, "2b");
	expect(values, 0, "");
}

/* part N of the text is field N whatever the others hold: split_part() relies on it */
static void an_absent_value_keeps_its_place(void **state)
{
	const char *const middle[] = { "a", NULL, "c" }, *const ends[] = { NULL, "b", "" },
			  *const none[] = { NULL, NULL };

	(void)state;
	expect(middle, 3, "a\x1f\x1f" "c");
	expect(ends, 3, "\x1f" "b\x1f");
	expect(none, 2, "\x1f");
}

/* Otherwise its parts would be taken for fields. */
static void a_separator_inside_of_a_value_is_another_character(void **state)
{
	const char *const values[] = { "a\x1f" "B", "\x1f\x1f" };

	(void)state;
	expect(values, 2, "a\x1e" "b\x1f\x1e\x1e");
	assert_string_equal(search_fold(arena, "\x1f" "A\x1f"), "\x1e" "a\x1e");
	assert_string_equal(search_fold(arena, "\u00c4b"), "\u00e4b");
}

static bool many_fit(const char *part, int n)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(64));
	for (int i = 0; i < n; i++)
		buffer_text(&b, part);
	return search_ranges_fit(buffer_str(&b));
}

/* Whoever compiles a range whatever the letter case looks at each of its characters. */
static void the_ranges_of_classes_are_bounded(void **state)
{
	static const struct { const char *part; int most; } cases[] = {
		{ "[ -\xf4\x8f\xbf\xbf]", 16 }, { "[^ -\xf4\x8f\xbf\xbf]", 16 }, { "[\\x{0}-\\x{10ffff}]", 16 },
		{ "[a-\\U0010ffff]", 16 }, { "[]-\xf4\x8f\xbf\xbf]", 16 }, { "[^]-\xf4\x8f\xbf\xbf]", 16 },
		{ "[[:alpha:]a-\xf4\x8f\xbf\xbf]", 16 }, { "[[.-.]-\xf4\x8f\xbf\xbf]", 16 },
		{ "[a\\]b-\xf4\x8f\xbf\xbf]", 16 }, { "[\xe4\xb8\x80-\xe9\xbe\xa5]", 272 },
	}, any[] = {
		{ "[a-z0-9-]", 1500 }, { "[\\w\\-]", 1500 }, { "a-\xf4\x8f\xbf\xbf", 1500 },
		{ "[\xc3\x80-\xc3\xbf]", 1500 }, { "\\[a-\xf4\x8f\xbf\xbf", 1500 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (!many_fit(cases[i].part, cases[i].most) || many_fit(cases[i].part, cases[i].most + 1))
			fail_msg("%s", cases[i].part);
	for (size_t i = 0; i < ARRAY_LEN(any); i++)
		if (!many_fit(any[i].part, any[i].most))
			fail_msg("%s", any[i].part);
	assert_true(search_ranges_fit("[a-"));
	assert_true(search_ranges_fit("[[:a"));
	assert_true(search_ranges_fit("[\\"));
}

/* Candidates are looked for by it, so it must be in every match. */
static void a_literal_is_in_every_match_of_its_expression(void **state)
{
	static const struct { const char *pattern, *literal; bool similar; } cases[] = {
		{ "abc", "abc" }, { "^[a-z]+\\.smith@h10\\.example$", ".smith@h10.example" }, { "ab+cde", "cde" },
		{ "abcd?", "abc" }, { "abcd*ef", "abc" }, { "abcd{0,2}", "abc" }, { "abc+", "abc" },
		{ "a.bcd", "bcd" },
		{ "(abc)?xyz", "xyz" }, { "(a(bcd)e)*", "" }, { "(?:abcdef)xy", "xy" }, { "(?!abc)de", "de" },
		{ "[]abc]+def", "def" }, { "[^]a\\]bcd]e", "e" }, { "[[:alpha:]]abc", "abc" },
		{ "\\dabc\\w", "abc" },
		{ "abc\\x41def", "abc" }, { "\\u0041", "" }, { "ab\\1cdef", "ab" }, { "abcä*def", "abc" },
		{ "aäbc", "bc" }, { "Abc DEF", "Abc DEF" },
		/* nothing is known of these, or of what follows in them */
		{ "abc|d", "" }, { "x(abc|d)", "" }, { "(?i)abc", "" }, { "(?x)a b c", "" },
		{ "***=a.c", "" }, { "", "" },
		{ "abcd)efg", "abcd" }, { "abc[d", "abc" }, { "abc\\", "abc" }, { "abcd{1b(c}efgh)?", "abc" },
		{ "abcd{e", "abc" }, { "(abc", "" },
		{ "%abc_de", "abc", true }, { "a.b^c$", "a.b^c$", true }, { "ab\\%c%", "ab%c", true },
		{ "[\\]abc", "abc", true }, { "(abc)%d", "d", true }, { "abc\\\"d", "abc", true },
		{ "a|bcd", "", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(search_literal(arena, cases[i].pattern, cases[i].similar), cases[i].literal);
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
		T(values_are_folded_and_keep_their_order), T(an_absent_value_keeps_its_place),
		T(a_separator_inside_of_a_value_is_another_character),
		T(the_ranges_of_classes_are_bounded), T(a_literal_is_in_every_match_of_its_expression),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
