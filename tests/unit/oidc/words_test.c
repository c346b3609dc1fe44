/* Sets of words: scopes as a text, as a list, and what two of them have in common. */
#include "test.h"
#undef T	/* store.h's is not used here */

#include "base/buffer.h"
#include "oidc/words.h"
#include "base/banned.h"

static struct arena *arena;

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

static void words_are_divided_by_blanks_however_many(void **state)
{
	struct words w = words_of(arena, "  b a  c b ");

	(void)state;
	assert_int_equal(w.count, 4);
	assert_string_equal(w.at[0], "b");
	assert_string_equal(w.at[2], "c");
	assert_int_equal(words_find(&w, "b"), 0);
	assert_int_equal(words_find(&w, "c"), 2);
	assert_int_equal(words_find(&w, "B"), -1);
	assert_int_equal(words_find(&w, ""), -1);
	assert_int_equal(words_of(arena, NULL).count, 0);
	assert_int_equal(words_of(arena, " ").count, 0);
}

static void what_two_have_in_common_keeps_the_order_of_the_first_and_repeats_nothing(void **state)
{
	struct words w = words_of(arena, "c a b a c"), x = words_of(arena, "a c d"), y = words_of(arena, "c");
	struct words none = words_of(arena, "");

	(void)state;
	assert_string_equal(words_common(arena, &w, &x, NULL), "c a");
	assert_string_equal(words_common(arena, &w, &x, &y), "c");
	assert_string_equal(words_common(arena, &w, &none, NULL), "");
	assert_string_equal(words_beyond(arena, &w, &x), "b");
	assert_string_equal(words_beyond(arena, &w, &none), "c a b");
	assert_string_equal(words_beyond(arena, &none, &w), "");
}

static void a_list_is_a_set_of_words_too(void **state)
{
	json_t *texts = json_pack("[s, s, s]", "b", "a", "b");
	struct words w = words_of_list(arena, texts);

	(void)state;
	assert_true(words_have(&w, "a"));
	assert_false(words_have(&w, "c"));
	assert_string_equal(words_list(arena, &w), "[\"a\",\"b\"]");
	assert_string_equal(words_text(arena, &w), "b a");
	assert_int_equal(words_of_list(arena, NULL).count, 0);
	json_decref(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_divided_by_blanks_however_many),
		cmocka_unit_test(what_two_have_in_common_keeps_the_order_of_the_first_and_repeats_nothing),
		cmocka_unit_test(a_list_is_a_set_of_words_too),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
