#include "base/escape.h"

#include "test.h"
#include "base/banned.h"

static struct arena *a;

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

static void a_part_of_a_uri_has_no_plus_for_a_blank(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 100);
	text_escape_part(&b, "aZ09*-._ ~/:\xc3\xa4");
	assert_string_equal(buffer_str(&b), "aZ09%2A-._%20~%2F%3A%C3%A4");
	buffer_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_path_segment_is_decoded_where_it_can_be), T(a_form_is_decoded_with_blanks),
		T(a_form_is_written_as_browsers_do), T(a_part_of_a_uri_has_no_plus_for_a_blank),
	};
	int failed;

	a = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
