/*
 * local.h - calls the Management API without a network; the verbs use it.
 */
#ifndef SERVER_LOCAL_H
#define SERVER_LOCAL_H

#include "http/request.h"
#include "store/store.h"

struct tenant;

/*
 * Runs the chain of the route of `method` and `path` (with its query) as a caller that holds the permission, all of it
 * inside the caller's transaction; steps of WORK run without it, while it stays open. `body` may be NULL. `answer`
 * may be NULL; the caller owns the JSON in `*answer`: json_decref(). Returns the error of the route; its sentence for
 * the user is in err_fault()->detail. Call routes_start() first.
 */
NODISCARD err_t local_call(struct txn *tx, struct arena *a, const struct tenant *tenant, enum method method,
			   const char *path, const json_t *body, json_t **answer);

#endif
