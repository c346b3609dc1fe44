/*
 * worker.h - work that no request asks for: forgetting, delivering, finishing.
 *
 * A worker is a row beside the code that it serves, and registers itself:
 *
 *	WORKER(forget_expired) = {
 *		.name = "forget expired things", .every_s = 60, .lane = WRITE, .run = forget_a_slice,
 *	};
 *
 * `run` is a step (step.h) of a request without a client: it has rq->tx and rq->arena, no tenant, no route and no
 * answer. OK ends the round; next() continues it, with the same step for another slice; an error ends the round, and
 * the next one comes sooner than usual: after a quarter of a second, and after twice the pause while rounds go on
 * failing. Errors are logged, except ERR_BUSY, which says that another holds what the round is for. A round does not
 * begin while the one before it runs, unless the worker allows several. Several copies on one PostgreSQL each run
 * every worker: what a round does must be right when two do it at once.
 */
#ifndef HTTP_WORKER_H
#define HTTP_WORKER_H

#include "http/step.h"

struct worker {
	const char *name;	/* for the log */
	int every_s;		/* a round begins so often; 0, and no every_ms: only when it is woken */
	unsigned wake_on;	/* enum change (store.h): also when one of these was committed */
	enum lane lane;
	step_fn *run;
	int every_ms;		/* as every_s, for less than a second */
	int at_once;		/* rounds that may run at once: each change that wakes it begins one more; 0: one */
};

#define WORKER(id) \
	extern const struct worker id; \
	static const struct worker *const id##_ref __attribute__((used, section("workers"))) = &id; \
	const struct worker id

#endif
