/*
 * setting.h - what is set per tenant and has no table of its own: a name and a JSON text.
 */
#ifndef TENANT_SETTING_H
#define TENANT_SETTING_H

#include "base/arena.h"
#include "base/err.h"

struct txn;

/* Lives in `a`. ERR_NOT_FOUND: not set. */
NODISCARD err_t setting_find(struct txn *tx, struct arena *a, const char *name, const char **value);
/* Sets or replaces it. */
NODISCARD err_t setting_put(struct txn *tx, const char *name, const char *value);
/* ERR_NOT_FOUND: it was not set. */
NODISCARD err_t setting_delete(struct txn *tx, const char *name);

#endif
