#include "base/buffer.h"

#include <stdio.h>

#include "test.h"
#include "base/budget.h"
#include "base/banned.h"

static void an_empty_buffer_reads_as_the_empty_text(void **state)
{
	struct buffer b;
	size_t len = 9;
	char *taken;

	(void)state;
	buffer_init(&b, 10);
	assert_string_equal(buffer_str(&b), "");
	taken = buffer_take(&b, &len);
	assert_string_equal(taken, "");
	assert_int_equal(len, 0);
	free(taken);
	buffer_done(&b);
	buffer_done(&(struct buffer){0});
}

static void several_texts_stand_one_behind_the_other(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 10);
	buffer_texts(&b, "a", "", "bcd");
	buffer_texts(&b, "e");
	assert_string_equal(buffer_str(&b), "abcde");
	buffer_texts(&b, "fghij", "k", "");
	assert_true(b.full);
	assert_string_equal(buffer_str(&b), "abcdefghij");
	buffer_done(&b);
}

static void what_passes_the_ceiling_is_refused_and_everything_after_it(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 10);
	buffer_text(&b, "123456789");
	buffer_text(&b, "ab");
	assert_true(b.full);
	buffer_char(&b, 'x');
	buffer_int(&b, 1);
	buffer_printf(&b, "%d", 1);
	assert_null(buffer_reserve(&b, 1));
	assert_string_equal(buffer_str(&b), "123456789");
	buffer_clear(&b);
	assert_false(b.full);
	buffer_text(&b, "1234567890");
	assert_false(b.full);
	assert_int_equal(b.len, 10);
	buffer_done(&b);
}

static void numbers_of_every_length_are_those_of_printf(void **state)
{
	struct buffer b;
	char text[24];

	(void)state;
	buffer_init(&b, 100);
	for (int64_t power = 1; power <= INT64_MAX / 10; power *= 10) {
		const int64_t near[] = { power - 1, power, power + 1, -power, 5 * power, power / 3 };

		for (size_t i = 0; i < ARRAY_LEN(near); i++) {
			snprintf(text, sizeof(text), "%lld", (long long)near[i]);
			buffer_clear(&b);
			buffer_int(&b, near[i]);
			assert_string_equal(buffer_str(&b), text);
		}
	}
	buffer_done(&b);
}

static void printf_keeps_to_the_ceiling(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 300);
	buffer_printf(&b, "%*d", 250, 1);
	buffer_printf(&b, "%*d", 50, 2);
	assert_false(b.full);
	assert_int_equal(b.len, 300);
	assert_int_equal(b.data[299], '2');
	buffer_printf(&b, "x");
	assert_true(b.full);
	assert_int_equal(strlen(buffer_str(&b)), 300);
	buffer_done(&b);
}

static void sizes_near_the_end_of_size_t_are_refused(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, SIZE_MAX);
	buffer_text(&b, "a");
	assert_null(buffer_reserve(&b, SIZE_MAX - 1));
	assert_true(b.full);
	buffer_done(&b);
}

static void integers_reach_both_ends(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 100);
	buffer_int(&b, INT64_MIN);
	buffer_char(&b, ' ');
	buffer_int(&b, INT64_MAX);
	buffer_char(&b, ' ');
	buffer_int(&b, 0);
	assert_string_equal(buffer_str(&b), "-9223372036854775808 9223372036854775807 0");
	buffer_done(&b);
}

static void reserved_room_is_written_by_the_caller(void **state)
{
	struct buffer b;
	char *at, *taken;
	size_t len;

	(void)state;
	buffer_init(&b, 1000);
	at = buffer_reserve(&b, 500);
	memset(at, 'x', 500);
	b.len += 3;
	assert_string_equal(buffer_str(&b), "xxx");
	taken = buffer_take(&b, &len);
	assert_int_equal(len, 3);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 1000);
	free(taken);
	buffer_done(&b);
}

static void an_emptied_buffer_holds_nothing_of_what_it_held(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, 1000);
	buffer_text(&b, "a password");
	buffer_clear(&b);
	assert_int_equal(b.len, 0);
	for (size_t i = 0; i < strlen("a password"); i++)
		assert_int_equal(b.data[i], 0);
	buffer_done(&b);
}

static void a_charged_buffer_is_full_when_the_account_is(void **state)
{
	struct charge charge = {0};
	struct buffer b, small;

	(void)state;
	budget_start(KIB(100), KIB(100));
	buffer_init(&b, MIB(1));
	b.charge = &charge;
	assert_non_null(buffer_reserve(&b, KIB(60)));
	assert_true(charge.held > KIB(60));
	b.len = KIB(60);
	buffer_char(&b, 'x');
	assert_null(buffer_reserve(&b, KIB(60)));
	assert_true(b.full);
	assert_string_equal(charge.refused, "memory");
	assert_int_equal(b.len, KIB(60) + 1);
	charge_note(&charge, KIB(100));
	buffer_init(&small, MIB(1));
	small.charge = &charge;
	buffer_text(&small, "a refusal can be written");
	assert_false(small.full);
	buffer_done(&small);
	buffer_done(&b);
	assert_int_equal(charge.held, KIB(100));
	buffer_char(&b, 'x');
	assert_int_equal(charge.held, KIB(100) + b.cap);
	free(buffer_take(&b, NULL));
	assert_int_equal(charge.held, KIB(100));
	charge_end(&charge);
}

static void bytes_stay_the_same_when_their_place_becomes_large_and_small_again(void **state)
{
	struct buffer b;
	size_t len;
	char *taken;

	(void)state;
	buffer_init(&b, MIB(8));
	for (int i = 0; i < 1000000; i++)
		buffer_int(&b, i % 10);
	assert_true(b.cap >= 1000000);
	for (int i = 0; i < 1000000; i++)
		assert_int_equal(b.data[i], '0' + i % 10);
	b.len = 100000;
	buffer_fit(&b);
	assert_int_equal(b.cap, 100001);
	assert_int_equal(b.data[99999], '9');
	for (int i = 0; i < 400000; i++)
		buffer_char(&b, 'x');
	taken = buffer_take(&b, &len);
	assert_int_equal(len, 500000);
	assert_int_equal(strlen(taken), 500000);
	assert_int_equal(taken[0], '0');
	assert_int_equal(taken[499999], 'x');
	free(taken);		/* a sanitizer sees whether free() may have it */
	buffer_done(&b);
}

static void a_large_buffer_takes_little_more_than_its_bytes(void **state)
{
	struct charge charge = {0};
	struct buffer b;

	(void)state;
	budget_start(MIB(26), MIB(26));
	buffer_init(&b, MIB(256));
	b.charge = &charge;
	for (int i = 0; i < 20 * 1024; i++) {
		memset(buffer_reserve(&b, KIB(1)), 'x', KIB(1));
		b.len += KIB(1);
		assert_true(b.cap < KIB(512) || b.cap <= b.len / 4 * 5 + KIB(2));
	}
	assert_int_equal(charge.held, b.cap);
	buffer_done(&b);
	assert_int_equal(charge.held, 0);
}

static void a_buffer_that_is_much_too_large_is_fitted(void **state)
{
	struct charge charge = {0};
	struct buffer b;

	(void)state;
	budget_start(MIB(1), MIB(1));
	buffer_init(&b, MIB(1));
	b.charge = &charge;
	memcpy(buffer_reserve(&b, KIB(200)), "short", 5);
	b.len = 5;
	buffer_fit(&b);
	assert_int_equal(b.cap, 6);
	assert_int_equal(charge.held, 6);
	assert_string_equal(b.data, "short");
	buffer_text(&b, " and more");
	assert_string_equal(buffer_str(&b), "short and more");
	buffer_done(&b);
	assert_int_equal(charge.held, 0);
}

RUN(T(several_texts_stand_one_behind_the_other), T(an_empty_buffer_reads_as_the_empty_text),
    T(what_passes_the_ceiling_is_refused_and_everything_after_it), T(numbers_of_every_length_are_those_of_printf),
    T(printf_keeps_to_the_ceiling), T(sizes_near_the_end_of_size_t_are_refused), T(integers_reach_both_ends),
    T(reserved_room_is_written_by_the_caller), T(an_emptied_buffer_holds_nothing_of_what_it_held),
    T(a_charged_buffer_is_full_when_the_account_is), T(a_buffer_that_is_much_too_large_is_fitted),
    T(bytes_stay_the_same_when_their_place_becomes_large_and_small_again),
    T(a_large_buffer_takes_little_more_than_its_bytes))
