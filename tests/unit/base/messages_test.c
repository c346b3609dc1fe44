#include "base/messages.h"

#include <string.h>

#include "test.h"
#include "base/banned.h"

static const struct language *find(const char *tag)
{
	return language_find(tag, strlen(tag));
}

static const char *tag_of(const char *tag)
{
	const struct language *l = find(tag);

	return l ? l->tag : NULL;
}

static void a_tag_is_compared_whole(void **state)
{
	(void)state;
	assert_string_equal(tag_of("en"), "en");
	assert_string_equal(tag_of("de"), "de");
	assert_string_equal(tag_of("zh-CN"), "zh-CN");
	assert_null(find("fr-CA"));
	assert_null(find("zh"));
	assert_null(find("d"));
	assert_null(find("dee"));
	assert_null(find(""));
	assert_null(find("*"));
	assert_ptr_equal(language_find("dexx", 2), find("de"));
}

static void letter_case_is_forgiven_in_tags_of_two_parts_only(void **state)
{
	(void)state;
	assert_string_equal(tag_of("zh-cn"), "zh-CN");
	assert_string_equal(tag_of("ZH-CN"), "zh-CN");
	assert_null(find("DE"));
	assert_null(find("En"));
	assert_null(find("zh-hans-cn"));
}

static void english_is_first_and_stands_in_errors_def(void **state)
{
	(void)state;
	assert_string_equal(languages[0].tag, "en");
	assert_ptr_equal(language_message(&languages[0], ERR_NOT_FOUND), err_row(ERR_NOT_FOUND)->message);
}

static void every_error_with_a_code_is_said_in_every_language(void **state)
{
	(void)state;
	assert_int_equal(language_count, 6);
	for (int i = 1; i < language_count; i++)
		for (int e = 1; e < ERR_COUNT; e++)
			assert_int_equal(err_row((err_t)e)->code != NULL,
					 language_message(&languages[i], (err_t)e) != err_row((err_t)e)->message);
}

static void quotation_marks_and_bytes_beyond_ascii_come_through(void **state)
{
	(void)state;
	assert_string_equal(language_message(find("ja"), ERR_OAUTH_TOKEN), "トークンが無効です。");
	assert_non_null(strstr(language_message(find("es"), ERR_LEGACY_FORMAT), "\"@\""));
}

static void a_number_that_is_no_error_counts_as_internal(void **state)
{
	(void)state;
	assert_string_equal(language_message(find("de"), ERR_COUNT), err_row(ERR_INTERNAL)->message);
}

RUN(T(a_tag_is_compared_whole), T(letter_case_is_forgiven_in_tags_of_two_parts_only),
    T(english_is_first_and_stands_in_errors_def),
    T(every_error_with_a_code_is_said_in_every_language), T(quotation_marks_and_bytes_beyond_ascii_come_through),
    T(a_number_that_is_no_error_counts_as_internal))
