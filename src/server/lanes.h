/*
 * lanes.h - where requests run (docs/architecture.md, section 3).
 *
 * SQLite: short reads on the event-loop thread that received them, each thread with a read connection of its own; one
 * writer, many requests a transaction, each in a savepoint, one commit for all, then the answers; slow work on a few
 * threads. PostgreSQL: reads and writes on a pool of threads with a connection each; reads that wait share
 * round trips (store_read_together()). Every queue is bounded.
 *
 * A lane owns the transaction: it begins, runs the request, commits, and only then lets the answer go. A request is run
 * again from its start after a deadlock, three times at most.
 */
#ifndef SERVER_LANES_H
#define SERVER_LANES_H

#include "http/request.h"
#include "store/store.h"

struct lanes_options {
	struct store *store;
	int db_threads;		/* PostgreSQL */
	int slow_threads;
	int queue;		/* requests that may wait, for each lane */
};

/*
 * Runs a request on a transaction, up to its answer or to what the lane has to do:
 *   OK, or an error: the reply stands (an error is to be rolled back)
 *   ERR_SLOW_FIRST: take it to the slow lane      ERR_MORE: commit, then run it again
 *   ERR_AGAIN: run it again from its start
 */
typedef err_t lanes_run(struct request *rq, struct txn *tx);
/* The reply stands and what it tells is durable: let it go. From any thread. */
typedef void lanes_done(struct request *rq);

NODISCARD err_t lanes_start(const struct lanes_options *o, lanes_run *run, lanes_done *done);
/* After the server took its last request: finishes what waits, then closes every connection. */
void lanes_stop(void);

/*
 * Puts a request on its lane. True: it is answered already, on this thread (a short read on SQLite). False: the answer
 * comes through `done`. A full queue answers at once, 503.
 */
bool lanes_take(struct request *rq, enum lane lane);

/* A read transaction of this event-loop thread, SQLite only; NULL when there is none to be had. Ends with lanes_read_end(). */
struct txn *lanes_read(const char *tenant);
void lanes_read_end(struct txn *tx);

#endif
