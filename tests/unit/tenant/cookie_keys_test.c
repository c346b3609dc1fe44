#include "world.h"

#include "tenant/cookie_keys.h"
#include "base/banned.h"

STATEMENT(t_stand, "UPDATE cookie_keys SET created_at = $2 WHERE tenant_id = $1");
STATEMENT(t_none, "DELETE FROM cookie_keys WHERE tenant_id = $1");
STATEMENT(t_move, "UPDATE cookie_keys SET id = $2 WHERE tenant_id = $1");
GLOBAL_STATEMENT(t_all, "SELECT count(*) FROM cookie_keys");

#define MUST(call) assert_int_equal(call, OK)

/* As this transaction sees them; the test releases them. */
static const struct cookie_keys *keys_now(void)
{
	const struct cookie_keys *keys = NULL;

	MUST(cookie_keys_read(api.tx, &keys));
	return keys;
}

static void id_of(int i, char *out)
{
	const struct cookie_keys *keys = keys_now();

	assert_true(i < keys->count);
	memcpy(out, keys->keys[i].id, sizeof(keys->keys[i].id));
	cookie_keys_release(&keys);
}

static void a_fresh_tenant_has_one_key(void **state)
{
	static const unsigned char zero[COOKIE_KEY_SIZE];
	const struct cookie_keys *keys = keys_now();

	(void)state;
	assert_int_equal(keys->count, 1);
	assert_int_equal(keys->ring.count, 1);
	assert_int_equal(keys->ring.keys[0].len, COOKIE_KEY_SIZE);
	assert_ptr_equal(keys->ring.keys[0].at, keys->keys[0].secret.bytes);
	assert_memory_not_equal(keys->ring.keys[0].at, zero, sizeof(zero));
	assert_in_range(keys->keys[0].created_at_ms, clock_ms() - 60000, clock_ms());
	cookie_keys_release(&keys);
	cookie_keys_release(&keys); /* NULL is fine */
}

static void a_new_key_comes_first_and_the_oldest_goes(void **state)
{
	char first[22], second[22], now[22];
	const struct cookie_keys *keys;

	(void)state;
	id_of(0, first);
	MUST(cookie_keys_rotate(api.tx, api.arena));
	id_of(0, second);
	id_of(1, now);
	assert_string_equal(now, first);
	assert_string_not_equal(second, first);
	MUST(cookie_keys_rotate(api.tx, api.arena));
	id_of(1, now);
	assert_string_equal(now, second);
	keys = keys_now();
	assert_int_equal(keys->count, 2);
	assert_true(keys->keys[0].created_at_ms > keys->keys[1].created_at_ms);
	assert_memory_not_equal(keys->ring.keys[0].at, keys->ring.keys[1].at, COOKIE_KEY_SIZE);
	cookie_keys_release(&keys);
}

static void the_newest_is_first_also_when_the_clock_was_set_back(void **state)
{
	char first[22], now[22];

	(void)state;
	id_of(0, first);
	MUST(store_exec(api.tx, &t_stand, ARGS(N(clock_ms() + 3600000)), NULL));
	MUST(cookie_keys_rotate(api.tx, api.arena));
	id_of(1, now);
	assert_string_equal(now, first);
}

static void one_key_stays(void **state)
{
	char first[22], second[22], now[22];

	(void)state;
	id_of(0, first);
	assert_int_equal(cookie_keys_delete(api.tx, first), ERR_KEY_REQUIRED);
	assert_int_equal(cookie_keys_delete(api.tx, "nothing"), ERR_KEY_REQUIRED);
	MUST(cookie_keys_rotate(api.tx, api.arena));
	id_of(0, second);
	assert_int_equal(cookie_keys_delete(api.tx, "nothing"), ERR_KEY_NOT_FOUND);
	MUST(cookie_keys_delete(api.tx, second)); /* the new one may go as well */
	id_of(0, now);
	assert_string_equal(now, first);
	assert_int_equal(cookie_keys_delete(api.tx, first), ERR_KEY_REQUIRED);
}

static void keys_belong_to_one_tenant(void **state)
{
	const struct cookie_keys *own = NULL, *admin = NULL;
	char id[22];

	(void)state;
	MUST(cookie_keys_rotate(api.tx, api.arena));
	id_of(0, id);
	own = keys_now();
	MUST(cookie_keys_load(api.tx, "admin", &admin));
	assert_string_equal(txn_tenant(api.tx), "default");
	assert_int_equal(admin->count, 1);
	assert_memory_not_equal(admin->ring.keys[0].at, own->ring.keys[1].at, COOKIE_KEY_SIZE);
	cookie_keys_release(&own);
	cookie_keys_release(&admin);
	txn_set_tenant(api.tx, "admin");
	MUST(cookie_keys_rotate(api.tx, api.arena));
	assert_int_equal(cookie_keys_delete(api.tx, id), ERR_KEY_NOT_FOUND);
	txn_set_tenant(api.tx, "default");
}

static void a_sealed_key_opens_in_its_own_row_alone(void **state)
{
	const struct cookie_keys *keys = NULL;

	(void)state;
	MUST(store_exec(api.tx, &t_move, ARGS(T("another")), NULL));
	assert_int_equal(cookie_keys_read(api.tx, &keys), ERR_INTERNAL);
	assert_null(keys);
}

static int64_t count_all(void)
{
	int64_t n;

	MUST(store_int(api.tx, &t_all, NO_ARGS, &n));
	return n;
}

static void a_tenant_from_before_there_were_cookie_keys_gets_one_at_the_start(void **state)
{
	const struct cookie_keys *keys = NULL;

	(void)state;
	MUST(make_tenant(api.tx, "old", "old.example", "Old"));
	txn_set_tenant(api.tx, "old");
	MUST(store_exec(api.tx, &t_none, NO_ARGS, NULL));
	assert_int_equal(cookie_keys_read(api.tx, &keys), ERR_NOT_FOUND);
	txn_set_tenant(api.tx, "default");
	MUST(store_exec(api.tx, &t_none, NO_ARGS, NULL));
	MUST(seed_tenants(api.tx));
	assert_int_equal(count_all(), 3);
	MUST(seed_tenants(api.tx)); /* once */
	assert_int_equal(count_all(), 3);
	MUST(cookie_keys_load(api.tx, "old", &keys));
	assert_int_equal(keys->count, 1);
	cookie_keys_release(&keys);
}

/* Commits: the last. */
static void what_is_remembered_is_forgotten_with_a_change(void **state)
{
	const struct cookie_keys *before = NULL, *again = NULL, *after = NULL;

	(void)state;
	MUST(cookie_keys_load(read_begin("default"), "default", &before));
	MUST(cookie_keys_load(world.tx, "default", &again));
	assert_ptr_equal(before, again);
	read_end();
	MUST(cookie_keys_rotate(api.tx, api.arena));
	MUST(txn_commit(&api.tx));
	MUST(cookie_keys_load(read_begin("default"), "default", &after));
	read_end();
	assert_int_equal(after->count, 2);
	assert_memory_equal(after->ring.keys[1].at, before->ring.keys[0].at, COOKIE_KEY_SIZE);
	cookie_keys_release(&before);
	cookie_keys_release(&again);
	cookie_keys_release(&after);
	api.tx = write_begin("default");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_fresh_tenant_has_one_key),
		CASE(a_new_key_comes_first_and_the_oldest_goes),
		CASE(the_newest_is_first_also_when_the_clock_was_set_back),
		CASE(one_key_stays),
		CASE(keys_belong_to_one_tenant),
		CASE(a_sealed_key_opens_in_its_own_row_alone),
		CASE(a_tenant_from_before_there_were_cookie_keys_gets_one_at_the_start),
		CASE(what_is_remembered_is_forgotten_with_a_change),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
