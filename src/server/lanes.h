/*
 * lanes.h - where steps run (docs/architecture.md, section 3).
 *
 * READ on SQLite: the event-loop thread that received the request, with a read connection of its own. WRITE on SQLite:
 * one writer, many tasks a transaction, each in a savepoint, one commit for all, then the answers. READ and WRITE on
 * PostgreSQL: a pool of threads with a connection each; reads that wait share their round trips (store.h). SCAN: a few
 * threads with a read connection each. WORK: as many threads as processors, without a connection. CALL: the thread of
 * http/client drives all transfers. Every queue is bounded.
 *
 * A lane owns the transaction: it begins, runs one step, commits, and only then lets the task go on or be answered.
 */
#ifndef SERVER_LANES_H
#define SERVER_LANES_H

#include "http/step.h"
#include "store/store.h"

struct lanes_options {
	struct store *store;
	int db_threads;		/* PostgreSQL */
	int scan_threads, work_threads;
	int queue;		/* tasks that may wait, for each lane */
};

NODISCARD err_t lanes_start(const struct lanes_options *o);
/* After the server took its last request and the workers were stopped: finishes what waits, then closes every connection. */
void lanes_stop(void);

/*
 * Takes a task at its step. On an event-loop thread a chain of short reads on SQLite runs here and now: true when it
 * is over then, and its answer stands; `done` is not called. Otherwise false, and the task ends by `done`. A full queue
 * ends it at once, by `fail` with ERR_BUSY: true.
 */
bool lanes_take(struct task *t);
/* The same from a thread that is no event loop: it always ends by `done`. */
void lanes_put(struct task *t);

/* A read transaction of this event-loop thread, SQLite only; NULL when there is none to be had. Ends with lanes_read_end(). */
struct txn *lanes_read(const char *tenant);
void lanes_read_end(struct txn *tx);

#endif
