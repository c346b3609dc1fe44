/*
 * dispatch.h - takes a request from its arrival to its answer: route, door, lane, checks, steps.
 *
 * Order (http-conventions.md section 6.7): routing, authentication, the route's prerequisite, pages, syntax of the
 * body, query and body, rules, storage.
 */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

#include "http/server.h"
#include "store/store.h"

/* Callbacks for http/server: the head of a request is there; the request is complete; it has ended. */
enum dispatched dispatch_admit(struct request *rq);
enum dispatched dispatch(struct request *rq);
void dispatch_end(struct request *rq);
/*
 * Runs rq->task.step of a request whose tenant is set and whose caller is allowed. Before the first step it runs the
 * prerequisite and the checks of the route. Afterwards rq->task.step is the next step; NULL: rq->reply is complete, or
 * an error is returned, which the caller has to answer.
 */
NODISCARD err_t dispatch_step(struct request *rq, struct txn *tx);
/* How lanes run a request: door, step, answer. */
extern const struct task_kind dispatch_kind;

#endif
