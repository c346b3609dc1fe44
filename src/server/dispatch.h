/*
 * dispatch.h - from a request that arrived to its answer: route, door, lane, checks, handler.
 *
 * Order (http-conventions.md section 6.7): routing, authentication, the route's prerequisite, pages, syntax of the
 * body, query and body, rules, storage.
 */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

#include "http/server.h"
#include "store/store.h"

/* Callbacks for http/server. */
enum dispatched dispatch(struct request *rq);
void dispatch_finished(struct request *rq);
/* From the prerequisite to the handler, for a request whose route, tenant, transaction and lane are set. */
err_t dispatch_handle(struct request *rq);
/* Callbacks for lanes. */
err_t dispatch_run(struct request *rq, struct txn *tx);
void dispatch_done(struct request *rq);

#endif
