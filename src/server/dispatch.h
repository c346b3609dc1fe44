/*
 * dispatch.h - from a request that arrived to its answer: route, door, lane, checks, steps.
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
/*
 * Runs rq->task.step, for a request whose tenant is set and whose door is passed; with the prerequisite and the checks of its
 * route before the first step. The step to go on with stands in rq->task.step afterwards; NULL: the reply stands, or
 * the error. Does not answer an error.
 */
NODISCARD err_t dispatch_step(struct request *rq, struct txn *tx);
/* What lanes do with a request: door, step, answer. */
extern const struct task_kind dispatch_kind;

#endif
