#include "base/text.h"

#include "test.h"
#include "base/banned.h"

static struct arena *a;

static void lengths_count_utf16_units_and_code_points(void **state)
{
	(void)state;
	assert_int_equal(text_utf16_len(""), 0);
	assert_int_equal(text_utf16_len("abc"), 3);
	assert_int_equal(text_utf16_len("\xc3\xa4\xe2\x82\xac"), 2);
	assert_int_equal(text_utf16_len("\xf0\x9f\x98\x80x"), 3);
	assert_int_equal(text_points("\xf0\x9f\x98\x80x\xe2\x82\xac"), 3);
}

static void only_well_formed_utf8_is_utf8(void **state)
{
	static const char *const good[] = { "", "plain ascii text", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
		"\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf" };
	static const char *const bad[] = { "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98",
		"\xc3(", "twelve chars \xe4 more" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(text_is_utf8(good[i], strlen(good[i])));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(text_is_utf8(bad[i], strlen(bad[i])));
	assert_true(text_is_utf8("a\0b", 3));
}

/* ECMA-262, WhiteSpace and LineTerminator, in order; and what stands beside them in Unicode. */
static void white_space_is_that_of_javascript(void **state)
{
	static const char *const spaces[] = {
		"\t", "\n", "\v", "\f", "\r", " ", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
		"\u2004",
		"\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f",
		"\u3000", "\ufeff",
	};
	static const char *const others[] = {
		"", "a", "\x08", "\x0e", "\x1c", "\x1f", "\xc2\x85", "\u00a1", "\u180e", "\u1fff", "\u200b",
		"\u2027", "\u202a", "\u2060", "\u3001", "\xe2", "\xe2\x80", "\xc2",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spaces); i++) {
		assert_int_equal(text_space_len(spaces[i]), strlen(spaces[i]));
		assert_true(text_has_space(arena_printf(a, "\u00e4%s", spaces[i])));
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_int_equal(text_space_len(others[i]), 0);
		assert_false(text_has_space(arena_printf(a, "\u00e4%s", others[i])));
	}
}

static void a_cut_ends_no_character_in_its_middle(void **state)
{
	const char *s = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
	static const size_t want[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10 };

	(void)state;
	for (size_t i = 0; i <= 10; i++)
		assert_int_equal(text_cut(s, i), want[i]);
	assert_int_equal(text_cut("\x80\x80\x80\x80\x80", 5), 5);
}

static void comparing_ignores_the_case_of_ascii_only(void **state)
{
	(void)state;
	assert_true(text_equal_nocase("BeaRer", "bearer"));
	assert_false(text_equal_nocase("bearer", "beare"));
	assert_false(text_equal_nocase("\xc3\xa4", "\xc3\x84"));
	assert_false(text_equal_nocase("@", "`"));
	assert_true(text_has_prefix("organization", "organ"));
	assert_false(text_has_prefix("org", "organ"));
}

static void folding_is_simple_and_one_to_one(void **state)
{
	(void)state;
	assert_string_equal(text_fold(a, "Plain ASCII [Z] @"), "plain ascii [z] @");
	assert_string_equal(text_fold(a, "STRASSE \xc3\x84\xc3\x9f"), "strasse \xc3\xa4\xc3\x9f");
	assert_string_equal(text_fold(a, "\xe1\xba\x9e"), "\xc3\x9f");		/* capital sharp s: one sharp s */
	assert_string_equal(text_fold(a, "\xce\xa3\xcf\x82"), "\xcf\x83\xcf\x83");	/* final sigma */
	assert_string_equal(text_fold(a, "\xe2\x84\xaa"), "k");			/* Kelvin sign */
	/* Turkish i has no simple folding */
	assert_string_equal(text_fold(a, "\xc4\xb0I\xc4\xb1"), "\xc4\xb0i\xc4\xb1");
	assert_string_equal(text_fold(a, "\xc8\xba\xc8\xba\xc8\xba\xc8\xba"),
			    "\xe2\xb1\xa5\xe2\xb1\xa5\xe2\xb1\xa5\xe2\xb1\xa5");
	assert_string_equal(text_fold(a, "A\xff" "B\xe2\x82"), "a\xff" "b\xe2\x82");
}

static void truthy_words_are_the_six(void **state)
{
	(void)state;
	assert_true(text_is_truthy("1"));
	assert_true(text_is_truthy("TRUE"));
	assert_true(text_is_truthy("y"));
	assert_true(text_is_truthy("Yes"));
	assert_true(text_is_truthy("yep"));
	assert_true(text_is_truthy("yeah"));
	assert_false(text_is_truthy("on"));
	assert_false(text_is_truthy(""));
	assert_false(text_is_truthy(" 1"));
	assert_false(text_is_truthy(NULL));
}

static void a_word_is_one_of_a_list_as_it_is_written(void **state)
{
	static const char *const words[] = { "", "one", "two", NULL }, *const none[] = { NULL };

	(void)state;
	assert_true(text_is_one_of("one", words));
	assert_true(text_is_one_of("two", words));
	assert_true(text_is_one_of("", words));
	assert_false(text_is_one_of("One", words));
	assert_false(text_is_one_of("tw", words));
	assert_false(text_is_one_of("one", none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lengths_count_utf16_units_and_code_points), T(only_well_formed_utf8_is_utf8),
		T(white_space_is_that_of_javascript),
		T(a_cut_ends_no_character_in_its_middle), T(comparing_ignores_the_case_of_ascii_only),
		T(folding_is_simple_and_one_to_one), T(truthy_words_are_the_six),
		T(a_word_is_one_of_a_list_as_it_is_written),
	};
	int failed;

	a = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
