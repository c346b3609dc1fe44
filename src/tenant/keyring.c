/* Reading, remembering and rotating signing keys. */
#include "tenant/keyring.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/seal.h"
#include "store/store.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define CACHE_KEY "keyring"
#define DEPENDS (CHANGE_KEYS | CHANGE_TENANTS)
#define RING_BYTES KIB(16)	/* what three opened keys take, about */

STATEMENT(keys_of_ring,
	  "SELECT id, algorithm, status, private_sealed, created_at_s, effective_at FROM signing_keys"
	  " WHERE tenant_id = $1");
COLUMNS(keys_of_ring, id, algorithm, status, private_sealed, created_at_s, effective_at);
STATEMENT(key_insert,
	  "INSERT INTO signing_keys (tenant_id, id, kid, algorithm, status, public_jwk, private_sealed, created_at_s,"
	  " effective_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
STATEMENT(key_delete, "DELETE FROM signing_keys WHERE tenant_id = $1 AND id = $2");
STATEMENT(key_delete_status, "DELETE FROM signing_keys WHERE tenant_id = $1 AND status = $2");
STATEMENT(key_promote,
	  "UPDATE signing_keys SET status = $2, effective_at = NULL WHERE tenant_id = $1 AND status = $3");
/* Changes of a ring wait for each other. */
STATEMENT(ring_lock, "SELECT id FROM signing_keys WHERE tenant_id = $1 AND status = 'Current' {lock}");

static const char *const status_names[] = {
	[KEY_CURRENT] = "Current", [KEY_NEXT] = "Next", [KEY_PREVIOUS] = "Previous",
};

const char *key_status_name(enum key_status status)
{
	return status_names[status];
}

static void ring_free(void *p)
{
	struct keyring *ring = p;

	for (int i = 0; i < ring->count; i++)
		key_free(ring->keys[i].key);
	free(ring);
}

static void arena_done(struct arena **a)
{
	arena_free(*a);
}

/* -- reading -- */

static enum key_status status_of(const char *name)
{
	return !strcmp(name, "Next") ? KEY_NEXT : !strcmp(name, "Previous") ? KEY_PREVIOUS : KEY_CURRENT;
}

/* In epoch milliseconds; 0: no time is set. */
static int64_t effective_at(struct rows *rows)
{
	return rows_null(rows, keys_of_ring_effective_at) ? 0 : rows_int(rows, keys_of_ring_effective_at);
}

static err_t key_open(struct rows *rows, struct arena *a, struct ring_key *out)
{
	CLEANUP(secret_done) struct secret der = {0};
	const char *id = rows_text(rows, keys_of_ring_id), *status = rows_text(rows, keys_of_ring_status);
	enum key_algorithm algorithm;
	const void *sealed;
	size_t len;
	err_t e;

	if (!id || strlen(id) >= sizeof(out->id) || !status ||
	    !key_algorithm_parse(rows_text(rows, keys_of_ring_algorithm), &algorithm))
		return err_set(ERR_INTERNAL, "a row of signing_keys cannot be read");
	memcpy(out->id, id, strlen(id) + 1);
	out->status = status_of(status);
	out->created_at_s = rows_int(rows, keys_of_ring_created_at_s);
	out->effective_at_ms = effective_at(rows);
	sealed = rows_blob(rows, keys_of_ring_private_sealed, &len, a);
	e = seal_unwrap(context.seal, SEAL_SIGNING_KEY, txn_tenant(rows->tx), out->id, sealed, len, &der);
	if (e)
		return e;
	return key_parse(der.bytes, der.len, algorithm, &out->key);
}

static struct ring_key *ring_status(struct keyring *ring, enum key_status status)
{
	for (int i = 0; i < ring->count; i++)
		if (ring->keys[i].status == status)
			return &ring->keys[i];
	return NULL;
}

static void ring_remove(struct keyring *ring, struct ring_key *k)
{
	key_free(k->key);
	*k = ring->keys[--ring->count];
}

static int by_status(const void *a, const void *b)
{
	return (int)((const struct ring_key *)a)->status - (int)((const struct ring_key *)b)->status;
}

/* Brings the ring in memory up to `now_ms`: a Next key whose time has come is Current, Current becomes Previous. */
static void ring_settle(struct keyring *ring, int64_t now_ms)
{
	struct ring_key *next = ring_status(ring, KEY_NEXT), *old;

	if (next && next->effective_at_ms <= now_ms) {
		old = ring_status(ring, KEY_PREVIOUS);
		if (old)
			ring_remove(ring, old);
		old = ring_status(ring, KEY_CURRENT);
		if (old)
			old->status = KEY_PREVIOUS;
		next = ring_status(ring, KEY_NEXT);	/* it may have moved */
		next->status = KEY_CURRENT;
		next->effective_at_ms = 0;
	}
	qsort(ring->keys, (size_t)ring->count, sizeof(ring->keys[0]), by_status);
}

static err_t ring_fill(struct txn *tx, struct keyring *ring)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &keys_of_ring, NO_ARGS, &rows);

	while (!e && rows_next(&rows)) {
		if (ring->count == (int)ARRAY_LEN(ring->keys))
			return err_set(ERR_INTERNAL, "more than three signing keys");
		e = key_open(&rows, a, &ring->keys[ring->count]);
		if (!e)
			ring->count++;
	}
	if (!e)
		e = rows_end(&rows);
	if (e)
		return e;
	ring_settle(ring, clock_ms());
	if (!ring_status(ring, KEY_CURRENT))
		return err_set(ERR_NOT_FOUND, "tenant '%s' has no signing key", txn_tenant(tx));
	return OK;
}

/* When the Next key becomes Current, in seconds of the epoch: the memory of the ring ends then; 0: never. */
static int64_t ring_ends(struct keyring *ring)
{
	const struct ring_key *next = ring_status(ring, KEY_NEXT);

	return next ? next->effective_at_ms / 1000 : 0;
}

/* Reads the ring of the transaction's tenant and stores it, if the ticket allows. */
static err_t ring_load(struct txn *tx, struct cache_ticket ticket, const struct keyring **out)
{
	struct keyring *ring = calloc(1, sizeof(*ring));
	err_t e;

	if (!ring)
		return err_set(ERR_INTERNAL, "out of memory");
	e = ring_fill(tx, ring);
	if (e) {
		ring_free(ring);
		return e;
	}
	ticket.off = ticket.off || secret_memory_is_low();
	*out = cache_store(context.cache, ticket, txn_tenant(tx), DEPENDS, CACHE_KEY, strlen(CACHE_KEY), ring,
			   RING_BYTES, ring_ends(ring), ring_free);
	return OK;
}

err_t keyring_load(struct txn *tx, const char *tenant, const struct keyring **out)
{
	struct cache_ticket ticket = tenant_ticket(tx, tenant, DEPENDS);
	const char *before = txn_tenant(tx);
	err_t e;

	*out = cache_find(context.cache, tenant, CACHE_KEY, strlen(CACHE_KEY));
	if (*out)
		return OK;
	txn_set_tenant(tx, tenant);
	e = ring_load(tx, ticket, out);
	txn_set_tenant(tx, before);
	return e;
}

err_t keyring_read(struct txn *tx, const struct keyring **out)
{
	return ring_load(tx, (struct cache_ticket){ .off = true }, out);
}

void keyring_release(const struct keyring **ring)
{
	cache_release(context.cache, (void *)*ring);
	*ring = NULL;
}

const struct key *keyring_current(const struct keyring *ring)
{
	return ring->keys[0].key;
}

const struct key *keyring_find(const struct keyring *ring, const char *kid)
{
	for (int i = 0; i < ring->count; i++)
		if (!strcmp(key_kid(ring->keys[i].key), kid))
			return ring->keys[i].key;
	return NULL;
}

/* -- changing -- */

static err_t promote(struct txn *tx, enum key_status from, enum key_status to)
{
	return store_exec(tx, &key_promote, ARGS(T(status_names[to]), T(status_names[from])), NULL);
}

static err_t drop(struct txn *tx, enum key_status status)
{
	return store_exec(tx, &key_delete_status, ARGS(T(status_names[status])), NULL);
}

/* Deletes the Previous key and makes the Current one Previous. */
static err_t make_way(struct txn *tx)
{
	err_t e = drop(tx, KEY_PREVIOUS);

	return e ? e : promote(tx, KEY_CURRENT, KEY_PREVIOUS);
}

/* Locks and reads the ring from the table, without its keys; when the Next key's time has come, writes that down. */
static err_t ring_take(struct txn *tx, struct keyring *out)
{
	CLEANUP(arena_done) struct arena *a = arena_new();
	CLEANUP(rows_close) struct rows rows = {0};
	const struct ring_key *next;
	const char *id;
	err_t e;

	e = store_text(tx, &ring_lock, NO_ARGS, a, &id);
	if (e && e != ERR_NOT_FOUND)
		return e;
	e = store_query(tx, &keys_of_ring, NO_ARGS, &rows);
	while (!e && rows_next(&rows) && out->count < (int)ARRAY_LEN(out->keys)) {
		struct ring_key *k = &out->keys[out->count++];

		memccpy(k->id, rows_text(&rows, keys_of_ring_id), 0, sizeof(k->id) - 1);
		k->status = status_of(rows_text(&rows, keys_of_ring_status));
		k->effective_at_ms = effective_at(&rows);
	}
	if (!e)
		e = rows_end(&rows);
	next = ring_status(out, KEY_NEXT);
	if (e || !next || next->effective_at_ms > clock_ms())
		return e;
	ring_settle(out, clock_ms());
	e = make_way(tx);
	return e ? e : promote(tx, KEY_NEXT, KEY_CURRENT);
}

static err_t insert(struct txn *tx, struct arena *a, const struct key *key, enum key_status status,
		    int64_t effective_at_ms)
{
	CLEANUP(secret_done) struct secret der = {0};
	char id[ID_LONG + 1];
	struct slice sealed;
	err_t e;

	id_new(id, ID_LONG, ALPHABET_LOWER);
	e = key_private(key, &der);
	if (e)
		return e;
	e = seal_wrap(context.seal, a, SEAL_SIGNING_KEY, txn_tenant(tx), id, der.bytes, der.len, &sealed);
	if (e)
		return e;
	return store_exec(tx, &key_insert,
			  ARGS(T(id), T(key_kid(key)), T(key_algorithm_name(key_algorithm(key))),
			       T(status_names[status]), T(key_jwk(key)), BLOB(sealed.at, sealed.len), N(clock_s()),
			       effective_at_ms ? N(effective_at_ms) : T(NULL)),
			  NULL);
}

static err_t replace_current(struct txn *tx, struct arena *a, struct keyring *ring, const struct key *key)
{
	err_t e;

	if (ring_status(ring, KEY_NEXT))
		return err_set(ERR_KEY_STAGED, "tenant '%s'", txn_tenant(tx));
	e = make_way(tx);
	return e ? e : insert(tx, a, key, KEY_CURRENT, 0);
}

err_t keyring_rotate(struct txn *tx, struct arena *a, const struct key *key, int64_t grace_s)
{
	struct keyring ring = {0};
	err_t e = ring_take(tx, &ring);

	if (e)
		return e;
	if (grace_s == 0) {
		e = replace_current(tx, a, &ring, key);
	} else {
		e = drop(tx, KEY_NEXT);
		if (!e)
			e = insert(tx, a, key, KEY_NEXT, clock_ms() + grace_s * 1000);
	}
	if (!e)
		store_note_change(tx, CHANGE_KEYS);
	return e;
}

err_t keyring_delete(struct txn *tx, const char *id)
{
	struct keyring ring = {0};
	const struct ring_key *found = NULL;
	err_t e = ring_take(tx, &ring);

	if (e)
		return e;
	for (int i = 0; i < ring.count; i++)
		if (!strcmp(ring.keys[i].id, id))
			found = &ring.keys[i];
	if (ring.count <= 1)
		return err_set(ERR_KEY_REQUIRED, "tenant '%s'", txn_tenant(tx));
	if (!found)
		return err_set(ERR_KEY_NOT_FOUND, "key '%s'", id);
	if (found->status != KEY_PREVIOUS)
		return err_set(ERR_KEY_NOT_PREVIOUS, "key '%s'", id);
	e = store_exec(tx, &key_delete, ARGS(T(found->id)), NULL);
	if (!e)
		store_note_change(tx, CHANGE_KEYS);
	return e;
}
