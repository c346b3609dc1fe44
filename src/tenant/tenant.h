/*
 * tenant.h - the isolated tenants of an installation, each with its own issuer, keys and data.
 *
 * `default` answers on the core endpoint, `admin` on the admin endpoint, others by the host they were created with
 * (http-conventions.md section 1).
 */
#ifndef TENANT_TENANT_H
#define TENANT_TENANT_H

#include "base/arena.h"
#include "base/cache.h"
#include "base/err.h"
#include "base/settings.h"

struct key;
struct txn;
struct conn;
struct seal;

struct tenant {
	const char *id;
	const char *endpoint;	/* public base URL, no trailing slash */
	const char *issuer;	/* endpoint + /oidc */
	const char *indicator;	/* of its Management API: https://ID.logto.app/api */
	bool is_admin;
};

/* What rooms share for as long as the process lives. */
struct context {
	struct settings *settings;
	struct cache *cache;
	struct seal *seal;
	const char *core_endpoint, *admin_endpoint;
};
extern struct context context;

/*
 * A ticket for storing in the cache what this transaction reads. `off` where that may not be committed: in SQLite's
 * write transaction, which holds other requests' changes too, and after this transaction noted such a change.
 */
struct cache_ticket tenant_ticket(struct txn *tx, const char *tenant, unsigned depends);

/*
 * The tenant for the origin a request named (scheme://host[:port], lower case): the admin origins are `admin`, a host
 * of a tenant is that tenant, everything else is `default`. Cached; lives in `a`.
 * ERR_TENANT_NOT_FOUND cannot happen while `default` exists.
 */
NODISCARD err_t tenant_resolve(struct txn *tx, struct arena *a, const char *origin, const struct tenant **out);
/* The same from memory alone, without a transaction; NULL: not remembered. */
const struct tenant *tenant_recall(struct arena *a, const char *origin);
/* By id. ERR_NOT_FOUND. */
NODISCARD err_t tenant_find(struct txn *tx, struct arena *a, const char *id, const struct tenant **out);

/*
 * Makes a tenant with everything a fresh one has (users-apps-resources.md section 6): keys, Management API resource
 * and scope, admin role and pre-configured access role; in `admin` its proxy role and application.
 * `key` is its first signing key, borrowed: tenant_key(), made before the transaction. ERR_UNIQUE: id or host taken.
 * ERR_REQUEST_INPUT with a sentence: id, host or name is not allowed, or a tenant of this id is still being deleted.
 */
NODISCARD err_t tenant_create(struct txn *tx, const char *id, const char *host, const char *name,
			      const struct key *key);
/*
 * Deletes a small tenant; deletes one slice of a large one and marks it: it is no longer found, and its host is free.
 * `*more`: commit, so that other writers get their turn, and call again; a worker deletes slices too, and at once.
 * ERR_NOT_FOUND; `default` and `admin` cannot be deleted: ERR_CHECK.
 */
NODISCARD err_t tenant_delete(struct txn *tx, const char *id, bool *more);
/* One more slice of any tenant that is marked. `*more` and ERR_BUSY as of deletion_slice() (entity/deletion.h). */
NODISCARD err_t tenant_deletion_slice(struct txn *tx, struct arena *a, bool *more);

/*
 * Makes a signing key of the algorithm in the settings; the caller frees it: key_free(). RSA takes seconds, so never
 * call this in a transaction.
 */
NODISCARD err_t tenant_key(struct key **out);
#define BUILT_IN_TENANTS 2
/* Whether the store is new: nothing was ever sealed in it. */
NODISCARD err_t tenant_is_first(struct txn *tx, bool *out);
/* Whether `admin` and `default` are there, and every tenant has what a newer version adds to a fresh one. */
NODISCARD err_t tenant_is_seeded(struct txn *tx, bool *out);
/* Makes what tenant_is_seeded() misses, in one transaction; safe when several copies start at once. */
NODISCARD err_t tenant_seed(struct txn *tx, struct key *const keys[BUILT_IN_TENANTS]);

#endif
