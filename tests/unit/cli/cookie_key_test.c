#include "verb.h"

#include "base/banned.h"

#define LIST (&cookie_key_verbs[0])
#define ROTATE (&cookie_key_verbs[1])

STATEMENT(t_none, "DELETE FROM cookie_keys WHERE tenant_id = $1");

/* The id of a key that was printed; NULL: there are not so many. */
static const char *id_at(size_t i)
{
	json_t *all = json_loads(printed, 0, NULL);
	const char *id = arena_copy(api.arena, json_string_value(json_object_get(json_array_get(all, i), "id")));

	json_decref(all);
	return id;
}

static void a_rotation_prints_the_new_key_before_the_old_one(void **state)
{
	const char *first;

	(void)state;
	assert_int_equal(VERB(LIST, NULL), OK);
	first = id_at(0);
	assert_non_null(first);
	assert_null(id_at(1));
	assert_int_equal(VERB(ROTATE, NULL), OK);
	assert_string_equal(id_at(1), first);
	assert_string_not_equal(id_at(0), first);
	assert_int_equal(VERB(LIST, NULL), OK);
	assert_string_equal(id_at(1), first);
}

static void a_tenant_without_keys_says_so(void **state)
{
	(void)state;
	assert_int_equal(store_exec(api.tx, &t_none, NO_ARGS, NULL), OK);
	REFUSED(ERR_NOT_FOUND, "no cookie key", LIST, NULL);
	assert_int_equal(VERB(ROTATE, NULL), OK);
	assert_non_null(id_at(0));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = { CASE(a_rotation_prints_the_new_key_before_the_old_one),
					    CASE(a_tenant_without_keys_says_so) };

	return cmocka_run_group_tests(tests, api_start, world_end);
}
