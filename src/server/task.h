/*
 * task.h - inside of the lanes (lanes.c, writer.c, pool.c): a task on its way from step to step, with its queue, its
 * deadline, its calls and its end.
 */
#ifndef SERVER_TASK_H
#define SERVER_TASK_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/lanes.h"
#include "server/queue.h"

#define TASK_TRIES 3		/* of a step that ends in ERR_AGAIN */

/* How long a step may take. */
struct limit {
	int64_t us;
	char text[48];		/* the setting and its value, for callers */
};

/* A thread that serves a queue; its main function gets this. */
struct thread {
	pthread_t id;
	struct queue *queue;
};

/* What all of them share. */
extern struct lanes {
	struct lanes_options o;
	struct limit step_limit, scan_limit;
	struct queue db, scan, work;	/* db: served by the writer on SQLite, by the pool on PostgreSQL */
	atomic_int inside;		/* tasks that were taken and have not ended */
	atomic_bool given_up;		/* lanes_give_up() */
} lanes;

void limit_init(struct limit *l, const char *setting, int seconds);
/* The deadline of a step that begins now. `e`: its error, ERR_AGAIN where the step can run elsewhere. */
struct deadline deadline_from_now(enum lane lane, err_t e);
/* Opens a connection, and tells a server that has limits of its own that of the lane. */
NODISCARD err_t lane_open_conn(bool write, const struct limit *l, struct conn **out);

/* The queue of task->lane. On SQLite a read outside an event loop uses the connections of the scans. */
struct queue *task_queue(const struct task *t);
/* Runs the task's step; its trees count in the task's charge. Whether to commit is for task_should_commit() to say. */
err_t task_run(struct task *t, struct txn *tx);
/* The same, with a deadline for what runs in the transaction, and the task's charge for the rows that it reads. */
err_t task_run_until(struct task *t, struct txn *tx, const struct deadline *d);
/* Whether to commit what a step wrote. */
bool task_should_commit(const struct task *t, err_t e);
/* Takes a task to the lane of its next step. */
void task_go_on(struct task *t);
/*
 * After a step and its transaction: takes the task to its next step or its end, also after an error; with ERR_AGAIN no
 * try is left. `last`
 * ends it: task_end(), or what task_conclude() calls, which also computes what the answer still needs.
 */
void task_conclude_with(struct task *t, err_t e, void (*last)(struct task *t));
void task_conclude(struct task *t, err_t e);
/*
 * Gives the task the lane's error as its answer; it does not end the task. The detail of the error, set last on this
 * thread, is for the operator.
 */
void task_fail(struct task *t, err_t e);
/* Ends the task; its memory may be freed afterwards. */
void task_end(struct task *t);

/* Why tasks have no transaction, or lose it: one cause for several of them. */
struct cause {
	err_t e;
	char detail[sizeof(((struct fault *)NULL)->detail)];
};

/* Of the error that this thread met last, which is answered as 503 whatever it is. */
struct cause cause_of(err_t e);
/* Gives the task this answer and ends it. */
void task_fail_for(struct task *t, const struct cause *why);
/* The same for several, and the error that this thread met last. */
void tasks_fail(struct task **batch, size_t n, err_t e);

#endif
