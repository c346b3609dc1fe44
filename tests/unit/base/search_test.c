#include "base/search.h"

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
	};

	return cmocka_run_group_tests(tests, begin, end);
}
