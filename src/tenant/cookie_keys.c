/* Reading, remembering and rotating the keys of cookies. */
#include "tenant/cookie_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/seal.h"
#include "store/store.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define CACHE_KEY "cookie_keys"
#define DEPENDS (CHANGE_KEYS | CHANGE_TENANTS)

STATEMENT(cookie_keys_of,
	  "SELECT id, secret_sealed, created_at FROM cookie_keys WHERE tenant_id = $1 ORDER BY created_at DESC");
COLUMNS(cookie_keys_of, id, secret_sealed, created_at);
STATEMENT(cookie_key_ids, "SELECT id, created_at FROM cookie_keys WHERE tenant_id = $1 ORDER BY created_at DESC");
COLUMNS(cookie_key_ids, id, created_at);
STATEMENT(cookie_key_insert,
	  "INSERT INTO cookie_keys (tenant_id, id, secret_sealed, created_at) VALUES ($1, $2, $3, $4)");
STATEMENT(cookie_key_delete, "DELETE FROM cookie_keys WHERE tenant_id = $1 AND id = $2");
STATEMENT(cookie_keys_trim, "DELETE FROM cookie_keys WHERE tenant_id = $1 AND created_at < $2");
/* Changes of the keys of a tenant wait for each other. */
STATEMENT(cookie_keys_lock, "SELECT id FROM tenants WHERE id = $1 {lock}");
GLOBAL_STATEMENT(
	tenants_without_cookie_keys,
	"SELECT id FROM tenants t WHERE NOT EXISTS (SELECT 1 FROM cookie_keys k"
	" WHERE k.tenant_id = t.id) ORDER BY id");
COLUMNS(tenants_without_cookie_keys, id);

static void keys_free(void *p)
{
	struct cookie_keys *keys = p;

	for (int i = 0; i < keys->count; i++)
		secret_done(&keys->keys[i].secret);
	free(keys);
}

static void arena_done(struct arena **a)
{
	arena_free(*a);
}

/* -- reading -- */

static err_t key_open(struct rows *rows, struct arena *a, struct cookie_key *out)
{
	const char *id = rows_text(rows, cookie_keys_of_id);
	const void *sealed;
	size_t len;

	if (!id || strlen(id) >= sizeof(out->id))
		return err_set(ERR_INTERNAL, "a row of cookie_keys cannot be read");
	memcpy(out->id, id, strlen(id) + 1);
	out->created_at_ms = rows_int(rows, cookie_keys_of_created_at);
	sealed = rows_blob(rows, cookie_keys_of_secret_sealed, &len, a);
	return seal_unwrap(context.seal, SEAL_COOKIE_KEY, txn_tenant(rows->tx), out->id, sealed, len, &out->secret);
}

static err_t keys_fill(struct txn *tx, struct cookie_keys *keys)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &cookie_keys_of, NO_ARGS, &rows);

	while (!e && rows_next(&rows)) {
		if (keys->count == COOKIE_KEYS_MOST)
			return err_set(ERR_INTERNAL, "more than %d cookie keys", COOKIE_KEYS_MOST);
		e = key_open(&rows, a, &keys->keys[keys->count]);
		if (!e)
			keys->count++;
	}
	if (!e)
		e = rows_end(&rows);
	if (!e && keys->count == 0)
		e = err_set(ERR_NOT_FOUND, "tenant '%s' has no cookie key", txn_tenant(tx));
	return e;
}

/* Makes the ring refer to the secrets; call it when `keys` no longer moves. */
static void ring_point(struct cookie_keys *keys)
{
	keys->ring.count = keys->count;
	for (int i = 0; i < keys->count; i++)
		keys->ring.keys[i] =
			(struct slice){ (const char *)keys->keys[i].secret.bytes, keys->keys[i].secret.len };
}

/* Reads the keys of the transaction's tenant and stores them, if the ticket allows. */
static err_t keys_load(struct txn *tx, struct cache_ticket ticket, const struct cookie_keys **out)
{
	struct cookie_keys *keys = calloc(1, sizeof(*keys));
	err_t e;

	if (!keys)
		return err_set(ERR_INTERNAL, "out of memory");
	e = keys_fill(tx, keys);
	if (e) {
		keys_free(keys);
		return e;
	}
	ring_point(keys);
	*out = cache_store(context.cache, ticket, txn_tenant(tx), DEPENDS, CACHE_KEY, strlen(CACHE_KEY), keys,
			   sizeof(*keys), 0, keys_free);
	return OK;
}

err_t cookie_keys_load(struct txn *tx, const char *tenant, const struct cookie_keys **out)
{
	struct cache_ticket ticket = tenant_ticket(tx, tenant, DEPENDS);
	const char *before = txn_tenant(tx);
	err_t e;

	*out = cache_find(context.cache, tenant, CACHE_KEY, strlen(CACHE_KEY));
	if (*out)
		return OK;
	txn_set_tenant(tx, tenant);
	e = keys_load(tx, ticket, out);
	txn_set_tenant(tx, before);
	return e;
}

err_t cookie_keys_read(struct txn *tx, const struct cookie_keys **out)
{
	return keys_load(tx, (struct cache_ticket){ .off = true }, out);
}

void cookie_keys_release(const struct cookie_keys **keys)
{
	cache_release(context.cache, (void *)*keys);
	*keys = NULL;
}

void cookie_keys_write(struct json_out *j, const struct cookie_keys *keys)
{
	json_list(j);
	for (int i = 0; i < keys->count; i++) {
		json_open(j);
		json_key_text(j, "id", keys->keys[i].id);
		json_key_int(j, "createdAt", keys->keys[i].created_at_ms / 1000);
		json_close(j);
	}
	json_list_end(j);
}

/* -- changing -- */

/* Locks and reads the keys from the table, without their secrets. */
static err_t keys_take(struct txn *tx, struct cookie_keys *out)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	CLEANUP(rows_close) struct rows rows = {0};
	const char *id;
	err_t e = store_text(tx, &cookie_keys_lock, NO_ARGS, a, &id);

	if (!e)
		e = store_query(tx, &cookie_key_ids, NO_ARGS, &rows);
	while (!e && rows_next(&rows) && out->count < COOKIE_KEYS_MOST) {
		struct cookie_key *k = &out->keys[out->count++];

		memccpy(k->id, rows_text(&rows, cookie_key_ids_id), 0, sizeof(k->id) - 1);
		k->created_at_ms = rows_int(&rows, cookie_key_ids_created_at);
	}
	return e ? e : rows_end(&rows);
}

static err_t key_insert(struct txn *tx, struct arena *a, int64_t created_at_ms)
{
	unsigned char secret[COOKIE_KEY_SIZE];
	char id[ID_LONG + 1];
	struct slice sealed;
	err_t e;

	id_new(id, ID_LONG, ALPHABET_LOWER);
	random_bytes(secret, sizeof(secret));
	e = seal_wrap(context.seal, a, SEAL_COOKIE_KEY, txn_tenant(tx), id, secret, sizeof(secret), &sealed);
	explicit_bzero(secret, sizeof(secret));
	return e ? e :
		   store_exec(tx, &cookie_key_insert, ARGS(T(id), BLOB(sealed.at, sealed.len), N(created_at_ms)),
			      NULL);
}

err_t cookie_keys_rotate(struct txn *tx, struct arena *a)
{
	struct cookie_keys keys = {0};
	int64_t now_ms = clock_ms(), newest_ms;
	err_t e = keys_take(tx, &keys);

	newest_ms = keys.count ? keys.keys[0].created_at_ms : 0;
	if (!e)
		e = store_exec(tx, &cookie_keys_trim, ARGS(N(newest_ms)), NULL);
	/* The order of keys is that of their times, also in the same millisecond or after the clock was set back. */
	if (!e)
		e = key_insert(tx, a, now_ms > newest_ms ? now_ms : newest_ms + 1);
	if (!e)
		store_note_change(tx, CHANGE_KEYS);
	return e;
}

err_t cookie_keys_delete(struct txn *tx, const char *id)
{
	struct cookie_keys keys = {0};
	int64_t gone;
	err_t e = keys_take(tx, &keys);

	if (e)
		return e;
	if (keys.count <= 1)
		return err_set(ERR_KEY_REQUIRED, "tenant '%s'", txn_tenant(tx));
	e = store_exec(tx, &cookie_key_delete, ARGS(T(id)), &gone);
	if (e)
		return e;
	if (gone == 0)
		return err_set(ERR_KEY_NOT_FOUND, "cookie key '%s'", id);
	store_note_change(tx, CHANGE_KEYS);
	return OK;
}

/* Collects the ids before any change is made: an open statement would see rows that later statements write. */
static err_t find_tenants_without(struct txn *tx, struct buffer *ids)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &tenants_without_cookie_keys, NO_ARGS, &rows);

	while (!e && rows_next(&rows)) {
		const char *id = rows_text(&rows, tenants_without_cookie_keys_id);

		buffer_add(ids, id, strlen(id) + 1);
	}
	return e ? e : rows_end(&rows);
}

err_t cookie_keys_complete(struct txn *tx, struct arena *a)
{
	const char *before = txn_tenant(tx);
	struct buffer ids;
	err_t e;

	buffer_init(&ids, MIB(64));
	e = find_tenants_without(tx, &ids);
	for (const char *id = buffer_str(&ids); !e && id < buffer_str(&ids) + ids.len; id += strlen(id) + 1) {
		txn_set_tenant(tx, id);
		e = cookie_keys_rotate(tx, a);
	}
	txn_set_tenant(tx, before);
	buffer_done(&ids);
	return e;
}
