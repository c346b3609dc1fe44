#include "base/err.h"

#include "test.h"
#include "base/banned.h"

static void rows_and_names_come_from_the_one_list(void **state)
{
	(void)state;
	assert_int_equal(err_row(ERR_NOT_MEMBER)->status, 422);
	assert_string_equal(err_row(ERR_NOT_MEMBER)->code, "organization.require_membership");
	assert_null(err_row(ERR_INTERNAL)->code);
	assert_string_equal(err_name(ERR_NOT_MEMBER), "NOT_MEMBER");
	assert_string_equal(err_name(OK), "OK");
	for (int e = 1; e < ERR_COUNT; e++) {
		assert_in_range(err_row((err_t)e)->status, 400, 599);
		assert_true(*err_row((err_t)e)->message);
	}
}

static void a_number_that_is_no_error_counts_as_internal(void **state)
{
	(void)state;
	assert_string_equal(err_name((err_t)12345), "INTERNAL");
	assert_ptr_equal(err_row((err_t)-3), err_row(ERR_INTERNAL));
}

static void set_and_arg_return_the_error_and_clear_forgets(void **state)
{
	(void)state;
	err_clear();
	assert_int_equal(err_set(ERR_FORBIDDEN, "user %d", 7), ERR_FORBIDDEN);
	assert_int_equal(err_arg(ERR_FORBIDDEN, "id", "x"), ERR_FORBIDDEN);
	err_arg(ERR_FORBIDDEN, "id", "y");
	err_fault()->status = 418;
	assert_string_equal(err_fault()->detail, "user 7");
	assert_int_equal(err_fault()->arg_count, 1);
	assert_string_equal(err_fault()->args[0].value, "y");
	err_clear();
	assert_string_equal(err_fault()->detail, "");
	assert_int_equal(err_fault()->arg_count, 0);
	assert_int_equal(err_fault()->status, 0);
}

static void long_texts_are_cut_between_characters(void **state)
{
	char text[1001];

	(void)state;
	for (size_t i = 0; i < 1000; i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	text[1000] = '\0';
	err_clear();
	err_set(ERR_INPUT, "%s", text);
	err_arg(ERR_INPUT, "part", text);
	assert_int_equal(strlen(err_fault()->detail), 510);
	assert_int_equal(strlen(err_fault()->args[0].value), 254);
}

static void more_arguments_than_there_is_room_for_are_dropped(void **state)
{
	static const char *const keys[] = { "a", "b", "c", "d", "e" };

	(void)state;
	err_clear();
	for (int i = 0; i < 5; i++)
		err_arg(ERR_INPUT, keys[i], NULL);
	assert_int_equal(err_fault()->arg_count, 4);
	assert_string_equal(err_fault()->args[3].key, "d");
	err_clear();
}

static void errors_are_kept_in_turns_where_one_says(void **state)
{
	struct fault mine = {0};

	(void)state;
	err_clear();
	err_detail("of the thread");
	assert_null(err_use(&mine));
	assert_ptr_equal(&mine, err_fault());
	assert_string_equal("", err_fault()->detail);
	err_detail("mine");
	err_arg(ERR_INPUT, "key", "value");
	assert_ptr_equal(&mine, err_use(NULL));
	assert_string_equal("of the thread", err_fault()->detail);
	assert_int_equal(0, err_fault()->arg_count);
	assert_string_equal("mine", mine.detail);
	assert_string_equal("value", mine.args[0].value);
	err_clear();
}

RUN(T(rows_and_names_come_from_the_one_list), T(a_number_that_is_no_error_counts_as_internal),
    T(set_and_arg_return_the_error_and_clear_forgets), T(long_texts_are_cut_between_characters),
    T(more_arguments_than_there_is_room_for_are_dropped), T(errors_are_kept_in_turns_where_one_says))
