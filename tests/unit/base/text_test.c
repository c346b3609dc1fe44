#include "base/text.h"

#include <math.h>

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
	static const char *const good[] = { "", "plain ascii text", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
		"\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf" };
	static const char *const bad[] = { "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "twelve chars \xe4 more" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(text_is_utf8(good[i], strlen(good[i])));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(text_is_utf8(bad[i], strlen(bad[i])));
	assert_true(text_is_utf8("a\0b", 3));
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
	assert_true(text_equal_secret("abc", "abc"));
	assert_false(text_equal_secret("abc", "abd"));
	assert_false(text_equal_secret("abc", "abcd"));
	assert_true(text_starts("organization", "organ"));
	assert_false(text_starts("org", "organ"));
}

static void folding_is_simple_and_one_to_one(void **state)
{
	(void)state;
	assert_string_equal(text_fold(a, "Plain ASCII [Z] @"), "plain ascii [z] @");
	assert_string_equal(text_fold(a, "STRASSE \xc3\x84\xc3\x9f"), "strasse \xc3\xa4\xc3\x9f");
	assert_string_equal(text_fold(a, "\xe1\xba\x9e"), "\xc3\x9f");		/* capital sharp s: one sharp s */
	assert_string_equal(text_fold(a, "\xce\xa3\xcf\x82"), "\xcf\x83\xcf\x83");	/* final sigma */
	assert_string_equal(text_fold(a, "\xe2\x84\xaa"), "k");			/* Kelvin sign */
	assert_string_equal(text_fold(a, "\xc4\xb0I\xc4\xb1"), "\xc4\xb0i\xc4\xb1");	/* Turkish i has no simple folding */
	assert_string_equal(text_fold(a, "\xc8\xba\xc8\xba\xc8\xba\xc8\xba"), "\xe2\xb1\xa5\xe2\xb1\xa5\xe2\xb1\xa5\xe2\xb1\xa5");
	assert_string_equal(text_fold(a, "A\xff" "B\xe2\x82"), "a\xff" "b\xe2\x82");
}

static void truthy_words_are_the_six(void **state)
{
	(void)state;
	assert_true(text_truthy("1"));
	assert_true(text_truthy("TRUE"));
	assert_true(text_truthy("y"));
	assert_true(text_truthy("Yes"));
	assert_true(text_truthy("yep"));
	assert_true(text_truthy("yeah"));
	assert_false(text_truthy("on"));
	assert_false(text_truthy(""));
	assert_false(text_truthy(" 1"));
	assert_false(text_truthy(NULL));
}

static void check_path(const char *in, const char *want, bool nul)
{
	bool has_nul = !nul;

	assert_string_equal(text_unescape_path(a, in, strlen(in), &has_nul), want);
	assert_int_equal(has_nul, nul);
}

static void a_path_segment_is_decoded_where_it_can_be(void **state)
{
	(void)state;
	check_path("", "", false);
	check_path("a%2Fb%2fc+d", "a/b/c+d", false);
	check_path("%C3%A4", "\xc3\xa4", false);
	check_path("100%", "100%", false);
	check_path("%4", "%4", false);
	check_path("%zz%41%", "%zzA%", false);
	check_path("%%41", "%A", false);
	check_path("x%ff%41", "x%ff%41", false);
	check_path("\xff%41", "\xef\xbf\xbd%41", false);
	check_path("a%00b", "a", true);
}

static void a_form_is_decoded_with_blanks(void **state)
{
	bool has_nul;

	(void)state;
	assert_string_equal(text_unescape_form(a, "a+b%2Bc%20d", 11, &has_nul), "a b+c d");
	assert_string_equal(text_unescape_form(a, "%ffx%C3", 7, &has_nul), "\xef\xbf\xbdx\xef\xbf\xbd");
	assert_false(has_nul);
	text_unescape_form(a, "%00", 3, &has_nul);
	assert_true(has_nul);
	text_unescape_form(a, "\0", 1, &has_nul);
	assert_true(has_nul);
}

static void a_form_is_written_as_browsers_do(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 100);
	text_escape_form(&b, "aZ09*-._ ~/\xc3\xa4");
	assert_string_equal(buffer_str(&b), "aZ09*-._+%7E%2F%C3%A4");
	buffer_done(&b);
}

static void numbers_are_what_javascript_says(void **state)
{
	static const struct { const char *text; double n; } good[] = {
		{ "", 0 }, { " \t\n\v\f\r", 0 }, { "\xef\xbb\xbf\xc2\xa0\xe2\x80\xa8" "7\xe3\x80\x80\xe2\x80\x8a", 7 },
		{ "10", 10 }, { "+10", 10 }, { "-10.5", -10.5 }, { "1e3", 1000 }, { "1E-2", 0.01 }, { ".5", .5 }, { "5.", 5 },
		{ "5.e1", 50 }, { "007", 7 }, { "0x1F", 31 }, { "0X1f", 31 }, { "0o17", 15 }, { "0b101", 5 }, { "1e400", INFINITY },
		{ "Infinity", INFINITY }, { "-Infinity", -INFINITY }, { "+Infinity", INFINITY },
		{ "0x20000000000001", 9007199254740992.0 }, { "0x20000000000003", 9007199254740996.0 },
		{ "0x200000000000010000000000001", 0x1.0000000000001p105 },
		{ "0x200000000000010000000000000", 0x1p105 },
		{ "0b100000000000000000000000000000000000000000000000000001", 9007199254740992.0 },
	};
	static const char *const bad[] = { "x", "1x", "1 2", "-", "+", ".", "e5", "1e", "1e+", "--1", "0x", "0xg", "-0x1", "+0b1",
		"0o8", "0b2", "infinity", "Inf", "NaN", "nan", "1_000", "0x1p3", "Infinityx", "1,5", "0x1.8", "\xe2\x80\x8b!" };
	double n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		n = -1;
		assert_true(text_js_number(good[i].text, &n));
		assert_true(n == good[i].n);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(text_js_number(bad[i], &n));
	assert_true(text_js_number("-0", &n));
	assert_true(signbit(n));
}

static void like_follows_sql(void **state)
{
	static const struct { const char *pattern, *value; bool match; } cases[] = {
		{ "", "", true }, { "", "a", false }, { "a", "", false }, { "%", "", true }, { "%", "abc", true },
		{ "abc", "abc", true }, { "abc", "ABC", false }, { "a%", "abc", true }, { "%c", "abc", true }, { "%b%", "abc", true },
		{ "%bd%", "abcbd", true }, { "%bd", "abcbdx", false }, { "a_c", "abc", true }, { "a_c", "ac", false },
		{ "_", "\xc3\xa4", true }, { "__", "\xc3\xa4", false }, { "_", "\xf0\x9f\x98\x80", true }, { "%_", "\xe2\x82\xac", true },
		{ "a\\%", "a%", true }, { "a\\%", "ab", false }, { "\\_", "_", true }, { "\\_", "x", false }, { "\\\\", "\\", true },
		{ "\\a", "a", true }, { "a\\", "a\\", false }, { "a\\", "a", false }, { "%\\", "abc", false },
		{ "%%%a%%", "bab", true }, { "a%b%c", "a1b2b3c", true }, { "a%b%c", "a1c", false }, { "%a_b", "aaab", true },
		{ "_%_", "a", false }, { "_%_", "ab", true }, { "%\xa4", "\xc3\xa4", false },
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

static void base64_goes_there_and_back(void **state)
{
	unsigned char in[100], out[200];
	struct buffer url, standard;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (unsigned char)(i * 37 + 251);
	buffer_init(&url, 1000);
	buffer_init(&standard, 1000);
	for (size_t n = 0; n <= sizeof(in); n++) {
		buffer_clear(&url);
		buffer_clear(&standard);
		text_base64url(&url, in, n);
		text_base64(&standard, in, n);
		assert_int_equal(standard.len % 4, 0);
		assert_int_equal(text_base64url_decode(url.data, url.len, out), n);
		assert_memory_equal(in, out, n);
		assert_int_equal(text_base64_decode(standard.data, standard.len, out), n);
		assert_memory_equal(in, out, n);
	}
	buffer_done(&url);
	buffer_done(&standard);
}

static void base64_has_the_vectors_of_rfc_4648(void **state)
{
	static const char *const plain[] = { "", "f", "fo", "foo", "foob", "fooba", "foobar" };
	static const char *const coded[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	struct buffer b;

	(void)state;
	buffer_init(&b, 100);
	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		buffer_clear(&b);
		text_base64(&b, plain[i], i);
		assert_string_equal(buffer_str(&b), coded[i]);
	}
	buffer_done(&b);
}

static void base64url_is_strict(void **state)
{
	static const char *const bad[] = { "A", "AAAAA", "Zg==", "Zm8=", "Zh", "Zm9", "ab+d", "ab/d", "ab d", "abc\n", "a.bc",
		"\xc3\xa4xy" };
	unsigned char out[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(text_base64url_decode(bad[i], strlen(bad[i]), out), -1);
	assert_int_equal(text_base64url_decode("-_-_", 4, out), 3);
	assert_int_equal(text_base64url_decode("Zg\0", 3, out), -1);
	assert_int_equal(text_base64_decode("Zg", 2, out), 1);
	assert_int_equal(text_base64_decode("Zg=", 3, out), -1);
	assert_int_equal(text_base64_decode("Z===", 4, out), -1);
	assert_int_equal(text_base64_decode("====", 4, out), -1);
	assert_int_equal(text_base64_decode("-_-_", 4, out), -1);
	assert_int_equal(text_base64_decode("+/+/", 4, out), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lengths_count_utf16_units_and_code_points), T(only_well_formed_utf8_is_utf8),
		T(a_cut_ends_no_character_in_its_middle), T(comparing_ignores_the_case_of_ascii_only),
		T(folding_is_simple_and_one_to_one), T(truthy_words_are_the_six), T(a_path_segment_is_decoded_where_it_can_be),
		T(a_form_is_decoded_with_blanks), T(a_form_is_written_as_browsers_do), T(numbers_are_what_javascript_says),
		T(like_follows_sql), T(like_does_not_hang_on_many_wildcards), T(base64_goes_there_and_back),
		T(base64_has_the_vectors_of_rfc_4648), T(base64url_is_strict),
	};
	int failed;

	a = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
