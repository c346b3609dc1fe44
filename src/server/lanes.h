/*
 * lanes.h - runs the steps of requests and workers (docs/architecture.md, section 3).
 *
 * READ on SQLite: the event-loop thread that received the request, with a read connection of its own. WRITE on SQLite:
 * one writer, many tasks a transaction, each in a savepoint, one commit for all, then the answers. READ and WRITE on
 * PostgreSQL: a pool of threads with a connection each; reads that wait share their round trips (store.h). SCAN: a few
 * threads with a read connection each. WORK: as many threads as processors, without a connection. CALL: the thread of
 * http/client drives all transfers. Every queue is bounded.
 *
 * A lane owns the transaction: it begins, runs one step, commits, and only then lets the task go on or be answered.
 *
 * A step of READ, SCAN and WRITE has a deadline. What it runs keeps it (txn_set_deadline()); then the step ends with
 * ERR_DEADLINE, which names the setting, and nothing of it is kept. A read that holds up an event loop, or others that
 * share its round trips, is run again where it holds up nobody.
 */
#ifndef SERVER_LANES_H
#define SERVER_LANES_H

#include "http/step.h"
#include "store/store.h"

struct lanes_options {
	struct store *store;
	int db_threads;		/* of the pool; PostgreSQL only */
	int scan_threads, work_threads;
	int queue;		/* how many new tasks may wait, in each queue */
	int step_seconds;	/* deadline of a step of READ and WRITE */
	int scan_seconds;	/* of SCAN */
};

NODISCARD err_t lanes_start(const struct lanes_options *o);
/* Waits until no task is under way, or until that time of clock_monotonic_us(). */
void lanes_wait(int64_t until_us);
/* From here on no step of WORK begins: their tasks end with ERR_BUSY. store_cancel() ends those of other lanes. */
void lanes_cancel(void);
/* After the last request, and after workers_stop(): finishes the tasks that wait, then closes every connection. */
void lanes_stop(void);

/*
 * Takes a new task, which begins at task->step. True: the task is over, its answer is complete, and `done` is not
 * called. That is so after a chain of short reads on SQLite, which runs at once on the event-loop thread, unless one
 * takes longer than that has time; and when the queue is full: `fail` is called with ERR_BUSY. False: the task was
 * queued, and ends with `done`.
 */
bool lanes_take(struct task *t);
/* The same from any other thread: the task always ends with `done`, after `fail` when the queue is full. */
void lanes_put(struct task *t);

/* A read transaction of this event-loop thread; NULL: PostgreSQL, or an error. End it with lanes_read_end(). */
struct txn *lanes_read(const char *tenant);
void lanes_read_end(struct txn *tx);

#endif
