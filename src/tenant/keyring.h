/*
 * keyring.h - a tenant's signing keys (oidc.md section 3).
 *
 * There is exactly one Current key, at most one Next and at most one Previous. A Next key becomes Current when its
 * time has come: for readers at that moment, in the table with the next change of the ring. Private keys stand sealed
 * in the table; opened ones are remembered until the ring changes (CHANGE_KEYS).
 */
#ifndef TENANT_KEYRING_H
#define TENANT_KEYRING_H

#include "base/arena.h"
#include "base/err.h"
#include "crypto/keys.h"

struct txn;

enum key_status { KEY_CURRENT, KEY_NEXT, KEY_PREVIOUS };	/* the order in which they are published */

struct ring_key {
	char id[22];
	enum key_status status;
	int64_t created_at_s;
	int64_t effective_at_ms;	/* of a Next key; else 0 */
	struct key *key;
};

struct keyring {
	int count;
	struct ring_key keys[3];	/* by status; [0] is Current */
};

const char *key_status_name(enum key_status status);

/*
 * The ring of a tenant, which need not be the transaction's; yours: keyring_release(). ERR_NOT_FOUND: the tenant has
 * none.
 */
NODISCARD err_t keyring_load(struct txn *tx, const char *tenant, const struct keyring **out);
/* As the table says in this transaction, never remembered: for a caller that has just changed it. */
NODISCARD err_t keyring_read(struct txn *tx, const struct keyring **out);
void keyring_release(const struct keyring **ring);	/* NULL inside is fine */
const struct key *keyring_current(const struct keyring *ring);
/* NULL: no such key. */
const struct key *keyring_find(const struct keyring *ring, const char *kid);

/* The rest changes the ring of the transaction's tenant. */

/*
 * Puts a new key in place; `key` is borrowed. Grace 0: it is Current at once, Current becomes Previous; ERR_KEY_STAGED
 * while a Next key waits. Else it is the Next key, in place of one that waits, and becomes Current after `grace_s`.
 */
NODISCARD err_t keyring_rotate(struct txn *tx, struct arena *a, const struct key *key, int64_t grace_s);
/* ERR_KEY_REQUIRED: it is the only one. ERR_KEY_NOT_FOUND. ERR_KEY_NOT_PREVIOUS. */
NODISCARD err_t keyring_delete(struct txn *tx, const char *id);

#endif
