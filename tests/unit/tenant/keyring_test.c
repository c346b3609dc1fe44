#include "world.h"

#include "tenant/keyring.h"
#include "base/banned.h"

STATEMENT(t_due, "UPDATE signing_keys SET effective_at = $2 WHERE tenant_id = $1 AND status = 'Next'");

#define MUST(call) assert_int_equal(call, OK)

/* Rotates with a fresh key, whose id in the ring goes to `kid`. */
static err_t rotate(int64_t grace_s, char *kid)
{
	struct txn *tx = write_begin("default");
	struct arena *a = arena_new();
	struct key *key;
	err_t e;

	MUST(key_generate(KEY_EDDSA, NULL, &key));
	snprintf(kid, 44, "%s", key_kid(key));
	e = keyring_rotate(tx, a, key, grace_s);
	key_free(key);
	arena_free(a);
	if (e)
		txn_rollback(&tx);
	else
		MUST(txn_commit(&tx));
	return e;
}

static const struct keyring *load(void)
{
	const struct keyring *ring = NULL;

	MUST(keyring_load(read_begin("default"), "default", &ring));
	read_end();
	return ring;
}

static err_t remove_key(enum key_status status)
{
	const struct keyring *ring = load();
	struct txn *tx = write_begin("default");
	const char *id = "nothing";
	err_t e;

	for (int i = 0; i < ring->count; i++)
		if (ring->keys[i].status == status)
			id = ring->keys[i].id;
	e = keyring_delete(tx, id);
	keyring_release(&ring);
	if (e)
		txn_rollback(&tx);
	else
		MUST(txn_commit(&tx));
	return e;
}

static void expect(int count, const char *current, const char *next)
{
	const struct keyring *ring = load();

	assert_int_equal(ring->count, count);
	assert_string_equal(key_kid(keyring_current(ring)), current);
	assert_ptr_equal(keyring_find(ring, current), keyring_current(ring));
	if (next) {
		assert_int_equal(ring->keys[1].status, KEY_NEXT);
		assert_string_equal(key_kid(ring->keys[1].key), next);
	}
	keyring_release(&ring);
}

static void a_rotation_at_once_keeps_the_old_key_as_previous(void **state)
{
	char first[44], second[44];

	(void)state;
	assert_int_equal(remove_key(KEY_CURRENT), ERR_KEY_REQUIRED);
	MUST(rotate(0, first));
	expect(2, first, NULL);
	MUST(rotate(0, second));
	expect(2, second, NULL);	/* the oldest is gone */
	assert_int_equal(remove_key(KEY_NEXT), ERR_KEY_NOT_FOUND);
	assert_int_equal(remove_key(KEY_CURRENT), ERR_KEY_NOT_PREVIOUS);
	MUST(remove_key(KEY_PREVIOUS));
	expect(1, second, NULL);
}

static void a_next_key_becomes_current_when_its_time_has_come(void **state)
{
	char current[44], next[44], other[44], last[44];
	struct txn *tx;

	(void)state;
	MUST(rotate(0, current));
	MUST(rotate(3600, next));
	expect(3, current, next);
	assert_int_equal(rotate(0, other), ERR_KEY_STAGED);
	MUST(rotate(3600, next));	/* in place of the one that waits */
	expect(3, current, next);
	tx = write_begin("default");
	MUST(store_exec(tx, &t_due, ARGS(N(clock_ms() - 1)), NULL));
	store_note_change(tx, CHANGE_KEYS);
	MUST(txn_commit(&tx));
	expect(2, next, NULL);		/* for readers, though the table says otherwise */
	MUST(rotate(0, last));
	expect(2, last, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rotation_at_once_keeps_the_old_key_as_previous),
		cmocka_unit_test(a_next_key_becomes_current_when_its_time_has_come),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
