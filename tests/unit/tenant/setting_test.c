#include "world.h"

#include "tenant/setting.h"
#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)

static void a_setting_belongs_to_its_tenant(void **state)
{
	const char *value;

	(void)state;
	assert_int_equal(setting_find(api.tx, api.arena, "x", &value), ERR_NOT_FOUND);
	MUST(setting_put(api.tx, "x", "1"));
	MUST(setting_put(api.tx, "x", "2"));
	MUST(setting_find(api.tx, api.arena, "x", &value));
	assert_string_equal(value, "2");
	assert_int_equal(setting_find(api.tx, api.arena, "X", &value), ERR_NOT_FOUND);
	txn_set_tenant(api.tx, "admin");
	assert_int_equal(setting_find(api.tx, api.arena, "x", &value), ERR_NOT_FOUND);
	assert_int_equal(setting_delete(api.tx, "x"), ERR_NOT_FOUND);
	txn_set_tenant(api.tx, "default");
	MUST(setting_delete(api.tx, "x"));
	assert_int_equal(setting_delete(api.tx, "x"), ERR_NOT_FOUND);
}

static void a_setting_goes_with_its_tenant(void **state)
{
	const char *value;

	(void)state;
	MUST(make_tenant(api.tx, "acme", "acme.example", "Acme"));
	txn_set_tenant(api.tx, "acme");
	MUST(setting_put(api.tx, "x", "1"));
	MUST(end_tenant(api.tx, "acme"));
	MUST(make_tenant(api.tx, "acme", "acme.example", "Acme"));
	assert_int_equal(setting_find(api.tx, api.arena, "x", &value), ERR_NOT_FOUND);
}

/* Whether what depends on settings is remembered after a change by `change`. */
static bool remembered_after(err_t (*change)(struct txn *tx))
{
	void *kept;
	err_t e;

	cache_mark(context.cache);
	kept = cache_store(context.cache, cache_ticket(context.cache, "default", CHANGE_SETTINGS), "default", CHANGE_SETTINGS, "probe", 5,
			   malloc(1), 1, 0, free);
	cache_release(context.cache, kept);
	e = change(api.tx);
	if (e)
		txn_rollback(&api.tx);
	else
		MUST(txn_commit(&api.tx));
	api.tx = write_begin("default");
	kept = cache_find(context.cache, "default", "probe", 5);
	cache_release(context.cache, kept);
	return kept;
}

static err_t put(struct txn *tx)
{
	return setting_put(tx, "x", "1");
}

static err_t take(struct txn *tx)
{
	return setting_delete(tx, "x");
}

static void a_change_is_told_once_it_is_one(void **state)
{
	(void)state;
	assert_true(remembered_after(take));	/* there is nothing to take */
	assert_false(remembered_after(put));
	assert_false(remembered_after(take));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_setting_belongs_to_its_tenant), CASE(a_setting_goes_with_its_tenant), CASE(a_change_is_told_once_it_is_one),
	};

	return cmocka_run_group_tests(tests, api_world, world_end);
}
