#include "world.h"

#include "tenant/keyring.h"
#include "tenant/setting.h"
#include "base/banned.h"

STATEMENT(t_due, "UPDATE signing_keys SET effective_at = $2 WHERE tenant_id = $1 AND status = 'Next'");
STATEMENT(t_count, "SELECT count(*) FROM roles WHERE tenant_id = $1");
STATEMENT(t_scopes, "SELECT count(*) FROM scopes WHERE tenant_id = $1");
GLOBAL_STATEMENT(t_tenants, "SELECT count(*) FROM tenants");

#define MUST(call) assert_int_equal(call, OK)

/* Rotates with a fresh key, whose id in the ring goes to `kid`. */
static err_t rotate(int64_t grace_s, char *kid)
{
	struct txn *tx = write_begin("default");
	struct arena *a = arena_new();
	struct key *key;
	err_t e;

	MUST(key_generate(KEY_EDDSA, &key));
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
	store_changed(tx, CHANGE_KEYS);
	MUST(txn_commit(&tx));
	expect(2, next, NULL);		/* for readers, though the table says otherwise */
	MUST(rotate(0, last));
	expect(2, last, NULL);
}

static int64_t count(const char *tenant, struct statement *s)
{
	int64_t n = -1;

	MUST(store_int(read_begin(tenant), s, NO_ARGS, &n));
	read_end();
	return n;
}

static const char *host_of(struct arena *a, const char *origin)
{
	const struct tenant *t;

	MUST(tenant_resolve(read_begin("default"), a, origin, &t));
	read_end();
	return t->id;
}

static void tenants_are_found_by_the_origin(void **state)
{
	struct arena *a = arena_new();
	const struct tenant *t;
	struct txn *tx = write_begin("default");

	(void)state;
	MUST(tenant_create(tx, "acme", "acme.example.com", "Acme"));
	assert_string_equal(txn_tenant(tx), "default");
	MUST(txn_commit(&tx));
	assert_string_equal(host_of(a, "http://localhost:3001"), "default");
	assert_string_equal(host_of(a, "http://127.0.0.1:3002"), "default");
	assert_string_equal(host_of(a, "http://localhost:3002"), "admin");
	assert_string_equal(host_of(a, "http://admin"), "default");
	assert_string_equal(host_of(a, "http://[::1]:3001"), "default");
	assert_string_equal(host_of(a, "http://acme.example.com:3001"), "acme");
	assert_string_equal(host_of(a, "http://acme.example.com"), "acme");
	assert_string_equal(host_of(a, "http://x.acme.example.com"), "default");
	MUST(tenant_find(read_begin("default"), a, "acme", &t));
	read_end();
	assert_string_equal(t->endpoint, "http://acme.example.com:3001");
	assert_string_equal(t->issuer, "http://acme.example.com:3001/oidc");
	assert_string_equal(t->indicator, "https://acme.logto.app/api");
	arena_free(a);
}

static void a_tenant_has_its_seeds_and_takes_them_along(void **state)
{
	struct arena *a = arena_new();
	const struct tenant *t;
	struct txn *tx = write_begin("default");

	(void)state;
	assert_int_equal(count("default", &t_count), 2);
	assert_int_equal(count("acme", &t_count), 2);
	assert_int_equal(count("admin", &t_count), 6);		/* m-admin m-default m-acme default:admin user tenantApplication */
	assert_int_equal(count("admin", &t_scopes), 12);	/* all of three, of Me, eight of the cloud */
	assert_int_equal(tenant_create(tx, "acme", "b.example.com", "B"), ERR_UNIQUE);
	txn_rollback(&tx);
	tx = write_begin("default");
	assert_int_equal(tenant_create(tx, "b", "acme.example.com", "B"), ERR_UNIQUE);
	txn_rollback(&tx);
	tx = write_begin("default");
	assert_int_equal(tenant_create(tx, "-b", "b.example.com", "B"), ERR_REQUEST_INPUT);
	assert_int_equal(tenant_create(tx, "b", "http://b", "B"), ERR_REQUEST_INPUT);
	assert_int_equal(tenant_delete(tx, "default"), ERR_CHECK);
	assert_int_equal(tenant_delete(tx, "nobody"), ERR_NOT_FOUND);
	MUST(tenant_seed(tx));		/* again: nothing happens */
	MUST(tenant_delete(tx, "acme"));
	MUST(txn_commit(&tx));
	assert_int_equal(count("acme", &t_count), 0);
	assert_int_equal(count("admin", &t_count), 5);
	assert_int_equal(count("admin", &t_tenants), 2);
	assert_string_equal(host_of(a, "http://acme.example.com"), "default");
	assert_int_equal(tenant_find(read_begin("default"), a, "acme", &t), ERR_NOT_FOUND);
	read_end();
	arena_free(a);
}

static void settings_are_kept_per_tenant(void **state)
{
	struct arena *a = arena_new();
	const char *value;
	struct txn *tx = write_begin("default");

	(void)state;
	assert_int_equal(setting_find(tx, a, "x", &value), ERR_NOT_FOUND);
	MUST(setting_put(tx, "x", "1"));
	MUST(setting_put(tx, "x", "2"));
	MUST(setting_find(tx, a, "x", &value));
	assert_string_equal(value, "2");
	txn_set_tenant(tx, "admin");
	assert_int_equal(setting_find(tx, a, "x", &value), ERR_NOT_FOUND);
	txn_set_tenant(tx, "default");
	MUST(setting_delete(tx, "x"));
	assert_int_equal(setting_delete(tx, "x"), ERR_NOT_FOUND);
	MUST(txn_commit(&tx));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rotation_at_once_keeps_the_old_key_as_previous),
		cmocka_unit_test(a_next_key_becomes_current_when_its_time_has_come),
		cmocka_unit_test(tenants_are_found_by_the_origin),
		cmocka_unit_test(a_tenant_has_its_seeds_and_takes_them_along),
		cmocka_unit_test(settings_are_kept_per_tenant),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
