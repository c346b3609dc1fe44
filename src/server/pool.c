/* One step, one transaction: PostgreSQL's pool, and the scans of both engines; and WORK, which has none. */
#include "server/pool.h"

#include "server/task.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* Runs a step and commits or rolls back. When the commit meets ERR_AGAIN the task is set back to the same step. */
static err_t run_in(struct task *t, struct txn **tx, const struct deadline *d)
{
	const struct step *step = t->step;
	err_t e = task_run_until(t, *tx, d), committed;

	if (!task_should_commit(t, e)) {
		txn_rollback(tx);
		return e;
	}
	committed = txn_commit(tx);
	if (committed == ERR_AGAIN)
		t->step = step;
	else if (committed)
		task_fail(t, committed);
	return committed ? committed : e;
}

/*
 * Runs a step in a transaction of its own, TASK_TRIES times while it ends in ERR_AGAIN, and concludes it. One deadline
 * is for all tries.
 */
static void run_alone(struct task *t, struct conn *c)
{
	const struct deadline d = deadline_from_now(t->lane, ERR_DEADLINE);
	err_t e = ERR_AGAIN;
	struct txn *tx;

	for (int i = 0; i < TASK_TRIES && e == ERR_AGAIN; i++) {
		cache_mark(context.cache);
		e = txn_begin(c, NULL, t->lane == WRITE, &tx);
		if (e && e != ERR_AGAIN)
			task_fail(t, e);
		else if (!e)
			e = run_in(t, &tx, &d);
	}
	task_conclude(t, e);
}

/* -- PostgreSQL: several reads at once on one connection -- */

struct read_task {
	struct task *task;
	const struct deadline *deadline;	/* of all of them */
	bool again;		/* it ended in ERR_AGAIN, and runs alone afterwards */
};

/* Runs one of several reads, as store_read_together() calls it. */
static void run_read(void *of, struct txn *tx, err_t begun)
{
	struct read_task *r = of;
	err_t e = begun;

	if (!begun)
		e = task_run_until(r->task, tx, r->deadline);
	else if (begun != ERR_AGAIN)
		task_fail(r->task, begun);
	r->again = e == ERR_AGAIN;
	if (!r->again)
		task_conclude(r->task, e);
}

/*
 * Runs several reads that share round trips. Those that end in ERR_AGAIN are run again, each alone; at their deadline
 * too, since which of them is slow shows only then.
 */
static void run_reads(struct task **batch, size_t n, struct conn *c)
{
	const struct deadline d = deadline_from_now(READ, ERR_AGAIN);
	struct read_task reads[READS_TOGETHER];
	void *of[READS_TOGETHER];

	for (size_t i = 0; i < n; i++) {
		reads[i] = (struct read_task){ .task = batch[i], .deadline = &d };
		of[i] = &reads[i];
	}
	cache_mark(context.cache);	/* before the first query: what reads put into the memory is as old as this */
	store_read_together(c, run_read, of, n);
	for (size_t i = 0; i < n; i++)
		if (reads[i].again)
			run_alone(reads[i].task, c);
}

/* A thread of the pool: runs one task, or several reads together. */
void *pool_main(void *thread)
{
	struct thread *self = thread;
	struct task *batch[READS_TOGETHER] = { NULL };
	struct conn *c = NULL;
	size_t n;
	err_t e;

	while ((n = queue_take_reads(self->queue, batch, READS_TOGETHER)) > 0) {
		unsigned share = batch[0]->share;

		e = c ? OK : lane_open_conn(true, &lanes.step_limit, &c);
		if (e)
			tasks_fail(batch, n, e);
		else if (n == 1)
			run_alone(batch[0], c);
		else
			run_reads(batch, n, c);
		queue_release(self->queue, share);
	}
	conn_close(c);
	return NULL;
}

void *scan_main(void *thread)
{
	struct thread *self = thread;
	struct conn *c = NULL;
	struct task *t;
	err_t e;

	while (queue_take(self->queue, &t, 1) > 0) {
		unsigned share = t->share;

		e = c ? OK : lane_open_conn(false, &lanes.scan_limit, &c);
		if (e)
			tasks_fail(&t, 1, e);
		else
			run_alone(t, c);
		queue_release(self->queue, share);
	}
	conn_close(c);
	return NULL;
}

/* -- WORK -- */

void *work_main(void *thread)
{
	struct thread *self = thread;
	struct task *t;

	while (queue_take(self->queue, &t, 1) > 0) {
		unsigned share = t->share;

		task_conclude(t, task_run(t, NULL));
		queue_release(self->queue, share);
	}
	return NULL;
}
