/*
 * step.h - the life of a request: a chain of named steps, each on a lane, each with a transaction of its own or none.
 *
 * A step does its part in straight-line code and ends with one of these:
 *
 *	return next(rq, &sign_tokens);		commit this step, then go on there
 *	return reply_json(...), OK;		commit, then answer
 *	return refuse(rq, ERR_...);		roll this step back, answer the error; `return e` says the same
 *	return refuse_keeping(rq, ERR_...);	commit what it wrote, and its events (event_note.h); answer the error:
 *						counters of wrong codes, reuse that revokes
 *	return transfer(rq, &call, &then);	on CALL only: make this call, then go on there with its result
 *	return transfer_all(rq, &first, &then);	the same with those that are `beside` the first, all at the same time
 *
 * A chain may name a step that makes the answer where a later one fails: rq->otherwise (request.h).
 *
 * A step that meets a deadlock or a serialization failure (ERR_AGAIN) is run again from its own start, three times at
 * most; so is one whose transaction a neighbour's deadline undid, or that an event loop has no time for. So a step
 * changes its transaction and its flow's state, and nothing else that outlives it. A statement of a step over its
 * deadline ends with ERR_DEADLINE, which the step returns. A step may name itself as the next one: a slice of a long
 * change. An answer belongs to the step that makes it: what an earlier step put into rq->reply is gone.
 */
#ifndef HTTP_STEP_H
#define HTTP_STEP_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"

struct charge;
struct request;
struct txn;
struct call;
struct deadline;

/*
 * READ: short reads. SCAN: unpaged lists, filters and searches that no index bounds, deep pages. WRITE: changes.
 * WORK: what costs processor time (Argon2, RSA). CALL: what waits for another server. WORK and CALL have no
 * transaction: rq->tx is NULL.
 */
enum lane { READ, SCAN, WRITE, WORK, CALL };

typedef err_t step_fn(struct request *rq);

struct step {
	const char *name;	/* for the log */
	enum lane lane;
	step_fn *run;
};

static inline bool lane_has_transaction(enum lane lane)
{
	return lane == READ || lane == SCAN || lane == WRITE;
}

/* What a lane runs: a request, or a round of a worker. The lane owns it from lanes_take() until `done` or `fail`. */
struct task {
	const struct task_kind *kind;
	const struct step *step;	/* the one to run; NULL after the last one */
	enum lane lane;			/* on which it runs */
	int tries;			/* of this step */
	bool keeps;			/* the step is refused, and what it wrote stays */
	struct call *call;		/* the call that the step of CALL asks for, with those beside it */
	bool calls_may_fail;		/* for want of a place, and the chain goes on */
	atomic_int calls;		/* that have not ended */
	const struct deadline *until;	/* on WORK: what computes for long asks it now and then */
	unsigned share;			/* of a queue: that of the tenant (server/queue.h) */
	struct charge *charge;		/* in which counts what its steps hold; NULL: in none */
	struct task *behind;		/* in a queue */
};

struct task_kind {
	/*
	 * Runs task->step and leaves the following one there, NULL for none. OK: commit. An error: roll back, or
	 * commit when task->keeps, and then go on there too, with the answer that was made; ERR_AGAIN: run the same
	 * step again. `tx` is NULL on WORK and CALL.
	 */
	err_t (*run)(struct task *t, struct txn *tx);
	/* The step could not be run or not be committed: `e` replaces its answer. */
	void (*fail)(struct task *t, err_t e);
	/* Computes what the answer still needs, on a thread that may take its time; may be NULL. */
	void (*finish)(struct task *t);
	/* The task is over, and what it wrote is durable. */
	void (*done)(struct task *t);
};

/* The ends of a step. */
err_t next(struct request *rq, const struct step *step);
err_t refuse(struct request *rq, err_t e);
err_t refuse_keeping(struct request *rq, err_t e);
/* `c` lives in the request's arena. When it finds no place, the request ends with ERR_BUSY. */
err_t transfer(struct request *rq, struct call *c, const struct step *then);
/* So do `first` and those beside it. One that finds no place has ERR_BUSY as its error, and the chain goes on. */
err_t transfer_all(struct request *rq, struct call *first, const struct step *then);

/*
 * The state that the steps of a flow share: one struct, all zero at first, in the request's arena.
 *
 *	struct new_user { const char *digest; };
 *	FLOW(new_user, struct new_user)		defines struct new_user *new_user(struct request *rq)
 *
 * A request has one flow; asking for another one is a mistake in the program and ends the process.
 */
#define FLOW(name, type) \
	static type *name(struct request *rq) \
	{ \
		static const char flow[] = #name; \
\
		return flow_state(rq, flow, sizeof(type)); \
	}
void *flow_state(struct request *rq, const char *flow, size_t size);

#endif
