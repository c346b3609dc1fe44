/*
 * local.h - the Management API without a network: how the verbs do what the API does.
 */
#ifndef SERVER_LOCAL_H
#define SERVER_LOCAL_H

#include "http/request.h"
#include "store/store.h"

struct tenant;

/*
 * Runs the chain of the route of `method` and `path` (with its query) as a caller that holds the permission, all of it
 * inside the caller's transaction; steps of WORK run without it, while it stays open. `body` may be NULL. `*answer`
 * (may be NULL) is the JSON of the answer, yours: json_decref(). An error is that of the route; its sentence for a
 * person is in err_fault()->detail. The routes must be put together (routes_start).
 */
NODISCARD err_t local_call(struct txn *tx, struct arena *a, const struct tenant *tenant, enum method method, const char *path,
			   const json_t *body, json_t **answer);

#endif
