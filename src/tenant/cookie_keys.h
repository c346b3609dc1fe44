/*
 * cookie_keys.h - the secrets that sign a tenant's cookies (oidc.md section 3.1).
 *
 * A tenant has one or two: the newest signs, both verify. They stand sealed in the table; opened ones are remembered
 * until the keys change (CHANGE_KEYS).
 */
#ifndef TENANT_COOKIE_KEYS_H
#define TENANT_COOKIE_KEYS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/secret.h"
#include "http/cookie.h"

struct txn;

struct cookie_key {
	char id[22];
	int64_t created_at_ms;
	struct secret secret;
};

struct cookie_keys {
	int count;
	struct cookie_key keys[COOKIE_KEYS_MOST]; /* newest first */
	struct cookie_ring ring; /* their secrets, for http/cookie.h */
};

/*
 * Those of a tenant, which need not be the transaction's; yours: cookie_keys_release(). ERR_NOT_FOUND: the tenant has
 * none.
 */
NODISCARD err_t cookie_keys_load(struct txn *tx, const char *tenant, const struct cookie_keys **out);
/* As the table says in this transaction, never remembered: for a caller that has just changed them. */
NODISCARD err_t cookie_keys_read(struct txn *tx, const struct cookie_keys **out);
void cookie_keys_release(const struct cookie_keys **keys); /* NULL inside is fine */
/* The list that the API and the command line show: never the secrets. */
void cookie_keys_write(struct json_out *j, const struct cookie_keys *keys);

/* A new key signs from now on; of the old ones the newest stays. */
NODISCARD err_t cookie_keys_rotate(struct txn *tx, struct arena *a);
/* ERR_KEY_REQUIRED: it is the only one, or there is none; ERR_KEY_NOT_FOUND. */
NODISCARD err_t cookie_keys_delete(struct txn *tx, const char *id);
/* Gives a key to each tenant that has none: those made before there were cookie keys. */
NODISCARD err_t cookie_keys_complete(struct txn *tx, struct arena *a);

#endif
