/*
 * seed.h - the rows that a fresh tenant has (users-apps-resources.md section 6).
 */
#ifndef TENANT_SEED_H
#define TENANT_SEED_H

#include "base/arena.h"
#include "base/err.h"

struct txn;

/*
 * What only the admin tenant has: its own APIs, roles, applications, organization template. The tenant's row is there.
 */
NODISCARD err_t seed_admin(struct txn *tx, struct arena *a);
/* The Management API of a tenant, and the roles for it, in that tenant. */
NODISCARD err_t seed_management(struct txn *tx, struct arena *a, const char *id);
/*
 * What the admin tenant holds for a tenant: resource, proxy role and application, organization; for `default` a little
 * more.
 */
NODISCARD err_t seed_proxy(struct txn *tx, struct arena *a, const char *id, const char *name);
/* Deletes what seed_proxy() made. */
NODISCARD err_t seed_proxy_delete(struct txn *tx, struct arena *a, const char *id);

#endif
