#include "base/arena.h"

#include "test.h"
#include "base/budget.h"
#include "base/banned.h"

static void each_piece_is_aligned_and_its_own(void **state)
{
	struct arena *a = arena_new();
	char *pieces[200];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		pieces[i] = arena_alloc(a, i * 7);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		memset(pieces[i], (int)i, i * 7);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < i * 7; k++)
			assert_int_equal((unsigned char)pieces[i][k], i);
	arena_free(a);
}

static void a_large_piece_leaves_the_block_in_use(void **state)
{
	struct arena *a = arena_new();
	char *before = arena_alloc(a, 16), *large = arena_zalloc(a, MIB(3)), *after = arena_alloc(a, 16);

	(void)state;
	assert_int_equal(large[MIB(3) - 1], 0);
	assert_true(after > before && after < before + 256);
	arena_free(a);
}

static void reset_begins_again_in_the_first_block(void **state)
{
	struct arena *a = arena_new();
	char *first = arena_alloc(a, 100);

	(void)state;
	for (int i = 0; i < 1000; i++)
		memset(arena_alloc(a, 1000), 1, 1000);
	arena_reset(a);
	assert_ptr_equal(arena_alloc(a, 100), first);
	arena_free(a);
}

static void memory_that_was_used_before_is_zeroed_again(void **state)
{
	struct arena *a = arena_new();
	char *p = memset(arena_alloc(a, 64), 0xff, 64);

	(void)state;
	arena_reset(a);
	assert_ptr_equal(arena_zalloc(a, 64), p);
	for (int i = 0; i < 64; i++)
		assert_int_equal(p[i], 0);
	arena_free(a);
}

static void a_reset_leaves_nothing_of_what_was_written(void **state)
{
	struct arena *a = arena_new();
	char *first = arena_alloc(a, 1000), *again;

	(void)state;
	memset(first, 's', 1000);
	for (int i = 0; i < 40; i++)		/* the first block is left for others, and for one of its own */
		memset(arena_alloc(a, i == 20 ? MIB(1) : 900), 's', 900);
	arena_reset(a);
	again = arena_alloc(a, 14000);
	assert_ptr_equal(again, first);
	for (int i = 0; i < 14000; i++)
		assert_int_not_equal(again[i], 's');
	arena_free(a);
}

static void copies_end_with_nul_and_null_stays_null(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_null(arena_copy(a, NULL));
	assert_string_equal(arena_copy(a, ""), "");
	assert_string_equal(arena_copyn(a, "organization", 5), "organ");
	assert_string_equal(arena_copyn(a, NULL, 0), "");
	arena_free(a);
	arena_free(NULL);
}

static void printf_takes_short_and_long_text(void **state)
{
	struct arena *a = arena_new();
	char *text;

	(void)state;
	assert_string_equal(arena_printf(a, "%s-%d", "a", 7), "a-7");
	for (int n = 250; n < 260; n++)
		assert_int_equal(strlen(arena_printf(a, "%*d", n, 1)), n);
	text = arena_printf(a, "%*d", 100000, 5);
	assert_int_equal(strlen(text), 100000);
	assert_int_equal(text[99999], '5');
	arena_free(a);
}

static void blocks_beyond_the_first_are_charged_until_the_reset(void **state)
{
	struct arena *a = arena_new();
	struct charge charge = {0};
	size_t held;

	(void)state;
	arena_charge(a, &charge);
	arena_alloc(a, 100);
	assert_int_equal(charge.held, 0);
	arena_alloc(a, KIB(100));
	held = charge.held;
	assert_in_range(held, KIB(100), KIB(100) + 64);	/* with the gap that a sanitizer wants behind it */
	arena_reset(a);
	arena_alloc(a, KIB(100));
	assert_int_equal(charge.held, held);		/* of before */
	charge_end(&charge);
	arena_free(a);
}

RUN(T(each_piece_is_aligned_and_its_own), T(a_large_piece_leaves_the_block_in_use),
    T(reset_begins_again_in_the_first_block), T(memory_that_was_used_before_is_zeroed_again),
    T(a_reset_leaves_nothing_of_what_was_written),
    T(copies_end_with_nul_and_null_stays_null), T(printf_takes_short_and_long_text),
    T(blocks_beyond_the_first_are_charged_until_the_reset))
