/* SQLite's writer: one commit for all tasks that wait. */
#include "server/writer.h"

#include <string.h>

#include "base/clock.h"
#include "server/task.h"

#include "base/banned.h"

#define BATCH 256		/* the most tasks of one commit */
#define BATCH_LEAST 32		/* that is asked for, however long they take */
#define BATCH_US 5000		/* what a batch is to take: the next task waits for two of them at most */

/* A task of a batch. */
struct saved {
	struct task *task;
	const struct step *step;	/* the one that is run */
	err_t e;
	bool kept;			/* its writes stay; otherwise they were rolled back already */
};

/*
 * Runs a task in a savepoint. False: that took the whole transaction along, since its deadline passed inside of a
 * statement that writes.
 */
static bool run_saved(struct saved *s, struct txn *tx)
{
	const struct deadline d = deadline_from_now(WRITE, ERR_DEADLINE);
	struct task *t = s->task;
	err_t left;

	s->kept = false;
	s->step = t->step;
	s->e = txn_savepoint(tx, NULL);
	if (s->e) {
		task_fail(t, s->e);
		return true;
	}
	s->e = task_run_until(t, tx, &d);
	s->kept = task_should_commit(t, s->e);
	if (!s->kept) {
		left = txn_rollback_to(tx);
		if (left && deadline_is_over(&d))
			return false;
		if (left && s->e != ERR_STORE_FULL)
			s->e = ERR_STORE_DOWN;
		return true;
	}
	left = txn_release(tx);
	if (!left)
		return true;
	s->kept = false;
	task_fail(t, left);
	s->e = txn_rollback_to(tx) ? ERR_STORE_DOWN : left;
	return true;
}

/*
 * After the commit of the batch. A task with ERR_AGAIN goes back to the queue, TASK_TRIES times in all. What there is
 * to compute for an answer is left to the event loop, so that the writer goes on.
 */
static void end_saved(struct task *t, err_t e)
{
	if (e == ERR_AGAIN && ++t->tries < TASK_TRIES)
		queue_put(&lanes.db, t, false);
	else
		task_conclude_with(t, e, task_end);
}

/*
 * Commits a batch. When the disk became full in one of its steps SQLite has rolled back all, and the COMMIT finds
 * nothing: then that is the cause.
 */
static err_t commit_batch(struct txn **tx, const struct saved *all, size_t n)
{
	err_t e = txn_commit(tx);

	for (size_t i = 0; e && i < n; i++)
		if (all[i].e == ERR_STORE_FULL)
			return err_set(ERR_STORE_FULL, "the disk became full, or cannot be written");
	return e;
}

/* Commits a batch and concludes its tasks. When the commit fails, every task with kept writes is told so, with 503. */
static void commit_and_end(struct txn **tx, struct saved *all, size_t n)
{
	err_t e = commit_batch(tx, all, n);
	struct cause why = cause_of(e);

	for (size_t i = 0; i < n; i++)
		if (e && all[i].kept)
			task_fail_for(all[i].task, &why);
		else
			end_saved(all[i].task, all[i].e);
}

/* Runs all tasks of a batch. Returns the one that took the transaction along; NULL: none did. */
static struct saved *run_batch(struct saved *all, size_t n, struct txn *tx)
{
	for (size_t i = 0; i < n; i++)
		if (!run_saved(&all[i], tx))
			return &all[i];
	return NULL;
}

/*
 * Ends the task that took the transaction along, and makes the others of the batch ready to be run again. Returns how
 * many they are.
 */
static size_t drop_late(struct saved *all, size_t n, struct saved *late)
{
	for (struct saved *s = all; s < late; s++)
		s->task->step = s->step;
	task_conclude_with(late->task, late->e, task_end);
	memmove(late, late + 1, (size_t)(all + n - late - 1) * sizeof(*late));
	return n - 1;
}

/* Runs tasks in one transaction. False: the transaction is lost, `*n` are left, and nothing of them was kept. */
static bool write_once(struct conn *c, struct saved *all, size_t *n)
{
	struct saved *late;
	struct txn *tx;
	err_t e = txn_begin(c, NULL, true, &tx);

	if (e) {
		struct cause why = cause_of(e);

		for (size_t i = 0; i < *n; i++)
			task_fail_for(all[i].task, &why);
		return true;
	}
	late = run_batch(all, *n, tx);
	if (!late) {
		commit_and_end(&tx, all, *n);
		return true;
	}
	txn_rollback(&tx);
	*n = drop_late(all, *n, late);
	return false;
}

/* Runs a batch in one transaction. When a deadline took that along, the others are run again without the late one. */
static void write_batch(struct conn *c, struct task **batch, size_t n)
{
	struct saved all[BATCH];

	for (size_t i = 0; i < n; i++)
		all[i] = (struct saved){ .task = batch[i] };
	while (n > 0 && !write_once(c, all, &n))
		;
}

/* How many tasks the next batch may have when n of them took so long. */
static size_t batch_size(size_t n, int64_t took_us)
{
	size_t most = n * BATCH_US / (size_t)(took_us > 0 ? took_us : 1);

	return most < BATCH_LEAST ? BATCH_LEAST : most > BATCH ? BATCH : most;
}

/* A thread: commits batches of tasks until the queue is closed. */
void *writer_main(void *thread)
{
	struct thread *self = thread;
	struct task *batch[BATCH];
	struct conn *c = NULL;
	size_t n, most = BATCH;
	int64_t begun_us;
	err_t e;

	while ((n = queue_take(self->queue, batch, most)) > 0) {
		unsigned share = batch[0]->share;

		begun_us = clock_monotonic_us();
		e = c ? OK : lane_open_conn(true, &lanes.step_limit, &c);
		if (e)
			tasks_fail(batch, n, e);
		else
			write_batch(c, batch, n);
		queue_release(self->queue, share);
		most = batch_size(n, clock_monotonic_us() - begun_us);
	}
	conn_close(c);
	return NULL;
}
