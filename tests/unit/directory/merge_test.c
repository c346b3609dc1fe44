#include "directory/merge.h"

#include "base/json.h"

#include "test.h"
#include "base/banned.h"

static struct arena *arena;
static struct charge charge;

/* Which leaves what was sent as it was: a handler may run again. */
static err_t merge(const char *stored, const char *sent, const char **out)
{
	json_t *over = sent ? json_loads(sent, 0, NULL) : NULL, *merged = NULL;
	err_t e = merge_json(arena, &charge, stored, over, &merged);

	*out = merged ? json_to_text(arena, merged) : NULL;
	if (sent)
		assert_string_equal(json_to_text(arena, over), sent);
	json_decref(over);
	json_decref(merged);
	return e;
}

static void members_replace_and_nothing_is_removed(void **state)
{
	static const struct { const char *stored, *sent, *merged; } cases[] = {
		{ "{\"a\":1,\"b\":2}", "{\"b\":3,\"c\":4}", "{\"a\":1,\"b\":3,\"c\":4}" },
		{ "{\"a\":{\"x\":1}}", "{\"a\":{\"y\":2}}", "{\"a\":{\"y\":2}}" },
		{ "{\"a\":1}", "{\"a\":null}", "{\"a\":null}" },
		{ "{\"a\":1}", "{}", "{\"a\":1}" },
		{ "{\"a\":1}", NULL, "{\"a\":1}" },
	};
	const char *merged;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(merge(cases[i].stored, cases[i].sent, &merged), OK);
		assert_string_equal(merged, cases[i].merged);
	}
}

/* {"a":"…"} of so many bytes. */
static const char *object_of(size_t bytes)
{
	char *text = arena_alloc(arena, bytes + 1);

	memset(text, 'x', bytes);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + bytes - 2, "\"}", 3);
	return text;
}

static void what_patches_add_up_to_has_a_limit(void **state)
{
	const char *merged;

	(void)state;
	assert_int_equal(merge("{}", object_of(MERGED_MAX), &merged), OK);
	assert_int_equal(merge("{}", object_of(MERGED_MAX + 1), &merged), ERR_TOO_LONG);
	assert_int_equal(merge(object_of(MERGED_MAX - 5), "{\"b\":1}", &merged), ERR_TOO_LONG);
	assert_int_equal(merge(object_of(MERGED_MAX + 1), NULL, &merged), OK);	/* who only reads may see it all */
}

static void what_is_stored_counts_and_needs_room(void **state)
{
	const char *merged;

	(void)state;
	charge_end(&charge);
	assert_int_equal(merge(object_of(MIB(1)), "{\"b\":1}", &merged), OK);
	assert_true(charge.held > MIB(1));
	charge_end(&charge);
	budget_start(MIB(4), MIB(4));
	assert_int_equal(merge(object_of(MIB(1)), "{\"b\":1}", &merged), ERR_BODY_VALUES);
	charge_note(&charge, MIB(4));
	assert_int_equal(merge(object_of(KIB(100)), "{\"b\":1}", &merged), ERR_MEMORY);
	budget_start(SIZE_MAX, SIZE_MAX);
	charge_end(&charge);
}

static void what_is_stored_and_no_object_is_our_fault(void **state)
{
	static const char *const stored[] = { "", "{", "[]", "null", "1" };
	const char *merged;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stored); i++)
		assert_int_equal(merge(stored[i], "{}", &merged), ERR_INTERNAL);
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
		T(members_replace_and_nothing_is_removed), T(what_patches_add_up_to_has_a_limit),
		T(what_is_stored_counts_and_needs_room), T(what_is_stored_and_no_object_is_our_fault),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
