/* Runs steps: the threads that serve the queues, and what follows the end of a step. */
#include "server/lanes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "http/client.h"
#include "server/queue.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define BATCH 256		/* the most tasks of one commit */
#define BATCH_LEAST 32		/* that is asked for, however long they take */
#define BATCH_US 5000		/* what a batch is to take: the next task waits for two of them at most */
#define TRIES 3
#define THREADS_MAX 1024
#define LOOP_US 20000		/* what a read may take of its event loop: others wait for it meanwhile */
#define LONG_US 2000		/* a read that others on the event loop notice */
#define WINDOW_US 100000	/* in each of which the long reads of a tenant have LOOP_US of a loop, and some */
#define SECOND_US INT64_C(1000000)

struct thread {
	pthread_t id;
	struct queue *queue;
};

/* How long a step may take. */
struct limit {
	int64_t us;
	char text[48];		/* the setting and its value, for callers */
};

static struct {
	struct lanes_options o;
	struct limit step_limit, scan_limit;
	struct queue db, scan, work;	/* db: served by the writer on SQLite, by the pool on PostgreSQL */
	struct thread threads[THREADS_MAX];
	int thread_count;
	pthread_mutex_t readers_lock;
	struct conn **readers;		/* of event-loop threads; lanes_stop() closes them */
	size_t reader_count;
	unsigned starts;		/* how often lanes_start() was called */
	atomic_int inside;		/* tasks that were taken and have not ended */
	atomic_bool cancelled;		/* what waits for WORK is not begun any more */
} lanes;

/* The read connection of this event-loop thread, and the value of lanes.starts when it was opened. */
static _Thread_local struct conn *reader;
static _Thread_local unsigned reader_start;

/* What the long reads of a share have taken of this event loop since then. */
struct part {
	int64_t since_us, us;
};
static _Thread_local struct part parts[QUEUE_SHARES];

/* -- deadlines -- */

static void limit_init(struct limit *l, const char *setting, int seconds)
{
	l->us = seconds * SECOND_US;
	snprintf(l->text, sizeof(l->text), "%s: %d s", setting, seconds);
}

static const struct limit *limit_of(enum lane lane)
{
	return lane == SCAN ? &lanes.scan_limit : &lanes.step_limit;
}

/* The deadline of a step that begins now. `e`: its error, ERR_AGAIN where the step can run elsewhere. */
static struct deadline deadline_from_now(enum lane lane, err_t e)
{
	const struct limit *l = limit_of(lane);

	return (struct deadline){ .at_us = clock_monotonic_us() + l->us, .error = e, .limit = l->text };
}

/* -- from one step to the next -- */

/* The queue of task->lane. On SQLite a read outside an event loop uses the connections of the scans. */
static struct queue *queue_of(const struct task *t)
{
	if (t->lane == WORK)
		return &lanes.work;
	if (t->lane == SCAN || (t->lane == READ && store_engine(lanes.o.store) == SQLITE))
		return &lanes.scan;
	return &lanes.db;
}

/* Runs the task's step; whether to commit is for should_commit() to say. */
static err_t run(struct task *t, struct txn *tx)
{
	t->keeps = false;
	return t->kind->run(t, tx);
}

/* As run(), with a deadline for what runs in the transaction. */
static err_t run_until(struct task *t, struct txn *tx, const struct deadline *d)
{
	txn_set_deadline(tx, d);
	return run(t, tx);
}

/* Gives the task the lane's error as its answer; it does not end the task. */
static void fail(struct task *t, err_t e)
{
	err_clear();	/* the error of another task of the batch */
	t->kind->fail(t, e);
}

/* Ends the task; its memory may be freed afterwards. */
static void end(struct task *t)
{
	t->kind->done(t);
	atomic_fetch_sub(&lanes.inside, 1);
}

/* Ends a task on a thread that may take its time. */
static void finish(struct task *t)
{
	if (t->kind->finish)
		t->kind->finish(t);
	end(t);
}

static void fail_and_end(struct task *t, err_t e)
{
	fail(t, e);
	end(t);
}

static void resume_after_call(struct call *c);

/*
 * Runs a step of CALL, which only says what to call: it takes no time, so it runs on the present thread. Returns true
 * when the task waits for the transfer, or is over; false: it goes on with its next step.
 */
static bool begin_call(struct task *t)
{
	err_t e = run(t, NULL);
	struct call *c = t->call;

	if (e || !t->step) {
		if (e == ERR_AGAIN)
			fail(t, ERR_BUSY);
		end(t);
		return true;
	}
	if (!c)
		return false;
	c->owner = t;
	c->done = resume_after_call;
	e = client_submit(c);
	if (e)
		fail_and_end(t, e);
	return true;
}

/* Takes a task to the lane of its next step. */
static void go_on(struct task *t)
{
	t->tries = 0;
	for (;;) {
		t->lane = t->step->lane;
		if (t->lane != CALL) {
			queue_put(queue_of(t), t, false);
			return;
		}
		if (begin_call(t))
			return;
	}
}

/* Runs on the thread of http/client, when a transfer has ended, well or not. */
static void resume_after_call(struct call *c)
{
	struct task *t = c->owner;

	t->call = NULL;
	go_on(t);
}

/* Whether to commit what a step wrote. */
static bool should_commit(const struct task *t, err_t e)
{
	return e == OK || (t->keeps && e != ERR_AGAIN);
}

/* After a step and its transaction: takes the task to its next step or its end. With ERR_AGAIN no try is left. */
static void conclude_with(struct task *t, err_t e, void (*last)(struct task *t))
{
	if (e == ERR_AGAIN)
		fail_and_end(t, ERR_BUSY);
	else if (!e && t->step)
		go_on(t);
	else
		last(t);
}

static void conclude(struct task *t, err_t e)
{
	conclude_with(t, e, finish);
}

/* -- SQLite: the writer -- */

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
		fail(t, s->e);
		return true;
	}
	s->e = run_until(t, tx, &d);
	s->kept = should_commit(t, s->e);
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
	fail(t, left);
	s->e = txn_rollback_to(tx) ? ERR_STORE_DOWN : left;
	return true;
}

/*
 * After the commit of the batch. A task with ERR_AGAIN goes back to the queue, TRIES times in all. What there is to
 * compute for an answer is left to the event loop, so that the writer goes on.
 */
static void end_saved(struct task *t, err_t e)
{
	if (e == ERR_AGAIN && ++t->tries < TRIES)
		queue_put(&lanes.db, t, false);
	else
		conclude_with(t, e, end);
}

/* Why tasks have no transaction, or lose it: one cause for several of them. */
struct cause {
	err_t e;
	char detail[sizeof(((struct fault *)NULL)->detail)];
};

/* Of the error that this thread met last, which is answered as 503 whatever it is. */
static struct cause cause_of(err_t e)
{
	struct cause c = { .e = e == ERR_STORE_FULL ? e : ERR_STORE_DOWN };

	memcpy(c.detail, err_fault()->detail, sizeof(c.detail));
	return c;
}

static void fail_for(struct task *t, const struct cause *why)
{
	fail_and_end(t, err_set(why->e, "%s", why->detail));
}

static void fail_all(struct task **batch, size_t n, err_t e)
{
	struct cause why = cause_of(e);

	for (size_t i = 0; i < n; i++)
		fail_for(batch[i], &why);
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
			fail_for(all[i].task, &why);
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
	conclude_with(late->task, late->e, end);
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
			fail_for(all[i].task, &why);
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

/* Opens a connection, and tells a server that has limits of its own that of the lane. */
static err_t open_conn(bool write, const struct limit *l, struct conn **out)
{
	err_t e = conn_open(lanes.o.store, write, out);

	if (!e)
		e = conn_limit_statements(*out, l->us / SECOND_US);
	if (e) {
		conn_close(*out);
		*out = NULL;
	}
	return e;
}

/* How many tasks the next batch may have when n of them took so long. */
static size_t batch_size(size_t n, int64_t took_us)
{
	size_t most = n * BATCH_US / (size_t)(took_us > 0 ? took_us : 1);

	return most < BATCH_LEAST ? BATCH_LEAST : most > BATCH ? BATCH : most;
}

/* A thread: commits batches of tasks until the queue is closed. */
static void *writer_main(void *arg)
{
	struct thread *self = arg;
	struct task *batch[BATCH];
	struct conn *c = NULL;
	size_t n, most = BATCH;
	int64_t begun_us;
	err_t e;

	while ((n = queue_take(self->queue, batch, most)) > 0) {
		unsigned share = batch[0]->share;

		begun_us = clock_monotonic_us();
		e = c ? OK : open_conn(true, &lanes.step_limit, &c);
		if (e)
			fail_all(batch, n, e);
		else
			write_batch(c, batch, n);
		queue_release(self->queue, share);
		most = batch_size(n, clock_monotonic_us() - begun_us);
	}
	conn_close(c);
	return NULL;
}

/* -- one step, one transaction: PostgreSQL's pool, and the scans of both engines -- */

/* Runs a step and commits or rolls back. When the commit meets ERR_AGAIN the task is set back to the same step. */
static err_t run_in(struct task *t, struct txn **tx, const struct deadline *d)
{
	const struct step *step = t->step;
	err_t e = run_until(t, *tx, d), committed;

	if (!should_commit(t, e)) {
		txn_rollback(tx);
		return e;
	}
	committed = txn_commit(tx);
	if (committed == ERR_AGAIN)
		t->step = step;
	else if (committed)
		fail(t, committed);
	return committed ? committed : e;
}

/*
 * Runs a step in a transaction of its own, TRIES times while it ends in ERR_AGAIN, and concludes it. One deadline is
 * for all tries.
 */
static void run_alone(struct task *t, struct conn *c)
{
	const struct deadline d = deadline_from_now(t->lane, ERR_DEADLINE);
	err_t e = ERR_AGAIN;
	struct txn *tx;

	for (int i = 0; i < TRIES && e == ERR_AGAIN; i++) {
		cache_mark(context.cache);
		e = txn_begin(c, NULL, t->lane == WRITE, &tx);
		if (e && e != ERR_AGAIN)
			fail(t, e);
		else if (!e)
			e = run_in(t, &tx, &d);
	}
	conclude(t, e);
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
		e = run_until(r->task, tx, r->deadline);
	else if (begun != ERR_AGAIN)
		fail(r->task, begun);
	r->again = e == ERR_AGAIN;
	if (!r->again)
		conclude(r->task, e);
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
static void *pool_main(void *arg)
{
	struct thread *self = arg;
	struct task *batch[READS_TOGETHER] = { NULL };
	unsigned shares[READS_TOGETHER];
	struct conn *c = NULL;
	int64_t begun_us;
	size_t n;
	err_t e;

	while ((n = queue_take_reads(self->queue, batch, READS_TOGETHER)) > 0) {
		bool reads = batch[0]->lane == READ;

		for (size_t i = 0; i < n; i++)
			shares[i] = batch[i]->share;
		begun_us = clock_monotonic_us();
		e = c ? OK : open_conn(true, &lanes.step_limit, &c);
		if (e)
			fail_all(batch, n, e);
		else if (n == 1)
			run_alone(batch[0], c);
		else
			run_reads(batch, n, c);
		if (reads && clock_monotonic_us() - begun_us > LOOP_US)
			queue_take_apart(self->queue, shares, n);
		queue_release(self->queue, shares[0]);
	}
	conn_close(c);
	return NULL;
}

static void *scan_main(void *arg)
{
	struct thread *self = arg;
	struct conn *c = NULL;
	struct task *t;
	err_t e;

	while (queue_take(self->queue, &t, 1) > 0) {
		unsigned share = t->share;

		e = c ? OK : open_conn(false, &lanes.scan_limit, &c);
		if (e)
			fail_all(&t, 1, e);
		else
			run_alone(t, c);
		queue_release(self->queue, share);
	}
	conn_close(c);
	return NULL;
}

/* -- WORK -- */

static void *work_main(void *arg)
{
	struct thread *self = arg;
	struct task *t;

	while (queue_take(self->queue, &t, 1) > 0) {
		unsigned share = t->share;

		if (atomic_load(&lanes.cancelled))
			fail_and_end(t, err_set(ERR_BUSY, "given up, since the server stops"));
		else
			conclude(t, run(t, NULL));
		queue_release(self->queue, share);
	}
	return NULL;
}

/* -- SQLite: reads on the event loop -- */

/* Opens the read connection of this event-loop thread, once after each lanes_start(). */
static bool open_reader(void)
{
	struct conn **more;

	if (reader && reader_start == lanes.starts)
		return true;
	reader = NULL;
	if (conn_open(lanes.o.store, false, &reader))
		return false;
	reader_start = lanes.starts;
	pthread_mutex_lock(&lanes.readers_lock);
	more = realloc(lanes.readers, (lanes.reader_count + 1) * sizeof(struct conn *));
	if (more) {
		lanes.readers = more;
		lanes.readers[lanes.reader_count++] = reader;
	}
	pthread_mutex_unlock(&lanes.readers_lock);
	return true;
}

/* A read transaction of this event-loop thread, with a deadline; NULL: there is none. */
static struct txn *read_begin(const char *tenant, const struct deadline *d)
{
	struct txn *tx;

	if (store_engine(lanes.o.store) != SQLITE || !open_reader())
		return NULL;
	cache_mark(context.cache);
	if (txn_begin(reader, tenant, false, &tx))
		return NULL;
	txn_set_deadline(tx, d);
	return tx;
}

struct txn *lanes_read(const char *tenant)
{
	const struct deadline d = deadline_from_now(READ, ERR_DEADLINE);

	return read_begin(tenant, &d);
}

void lanes_read_end(struct txn *tx)
{
	txn_rollback(&tx);
}

/* Whether the share has had its part of this event loop: its next reads are run elsewhere. */
static bool has_had_its_part(unsigned share)
{
	const struct part *p = &parts[share];

	return p->us >= LOOP_US && clock_monotonic_us() < p->since_us + WINDOW_US;
}

/* Counts a read that has just ended, if it was long. */
static void count_part(unsigned share, int64_t began_us)
{
	int64_t now = clock_monotonic_us();
	struct part *p = &parts[share];

	if (now - began_us < LONG_US)
		return;
	if (now >= p->since_us + WINDOW_US)
		*p = (struct part){ .since_us = began_us };
	p->us += now - began_us;
}

/*
 * Runs a read at once. ERR_AGAIN: it takes longer than an event loop has time, and is to be run elsewhere. Nothing is
 * written here, so refuse_keeping() has nothing to commit.
 */
static err_t read_here(struct task *t)
{
	int64_t began_us = clock_monotonic_us();
	const struct deadline d = {
		.at_us = began_us + LOOP_US, .error = ERR_AGAIN, .limit = lanes.step_limit.text,
	};
	struct txn *tx = read_begin(NULL, &d);
	unsigned share = t->share;
	err_t e;

	if (!tx) {
		fail(t, ERR_STORE_DOWN);
		return ERR_STORE_DOWN;
	}
	e = run(t, tx);
	lanes_read_end(tx);
	count_part(share, began_us);
	return e;
}

/* Puts a new task into its queue. False: the queue has no room. */
static bool put(struct task *t)
{
	atomic_fetch_add(&lanes.inside, 1);
	if (t->lane == CALL)
		go_on(t);
	else if (!queue_put(queue_of(t), t, true)) {
		atomic_fetch_sub(&lanes.inside, 1);
		return false;
	}
	return true;
}

bool lanes_take(struct task *t)
{
	err_t e = OK;

	for (t->lane = t->step->lane;
	     !e && t->lane == READ && store_engine(lanes.o.store) == SQLITE && !has_had_its_part(t->share);
	     t->lane = t->step->lane) {
		e = read_here(t);
		if (e != ERR_AGAIN && (e || !t->step))
			return true;
	}
	if (put(t))
		return false;
	fail(t, err_set(ERR_BUSY, "the queue of its lane is full"));
	return true;
}

void lanes_put(struct task *t)
{
	t->lane = t->step->lane;
	if (!put(t)) {
		fail(t, err_set(ERR_BUSY, "the queue of its lane is full"));
		t->kind->done(t);
	}
}

/* -- life -- */

static err_t add_thread(void *(*main)(void *), struct queue *q)
{
	struct thread *th = &lanes.threads[lanes.thread_count];

	if (lanes.thread_count == THREADS_MAX)
		return err_set(ERR_INTERNAL, "too many threads for the lanes");
	*th = (struct thread){ .queue = q };
	if (pthread_create(&th->id, NULL, main, th))
		return err_set(ERR_INTERNAL, "no thread for a lane");
	lanes.thread_count++;
	return OK;
}

/* A queue and the threads that serve it: n, and where there are several one more, which no tenant alone occupies. */
static err_t start_queue(struct queue *q, int n, bool single, void *(*main)(void *))
{
	int threads = single ? 1 : n + 1;
	err_t e = OK;

	queue_init(q, (size_t)lanes.o.queue, threads);
	for (int i = 0; !e && i < threads; i++)
		e = add_thread(main, q);
	return e;
}

err_t lanes_start(const struct lanes_options *o)
{
	bool sqlite = store_engine(o->store) == SQLITE;
	err_t e;

	lanes.o = *o;
	atomic_store(&lanes.cancelled, false);
	limit_init(&lanes.step_limit, "step-seconds", o->step_seconds);
	limit_init(&lanes.scan_limit, "scan-seconds", o->scan_seconds);
	lanes.starts++;
	pthread_mutex_init(&lanes.readers_lock, NULL);
	e = start_queue(&lanes.db, o->db_threads, sqlite, sqlite ? writer_main : pool_main);
	if (!e)
		e = start_queue(&lanes.scan, o->scan_threads, false, scan_main);
	return e ? e : start_queue(&lanes.work, o->work_threads, false, work_main);
}

void lanes_wait(int64_t until_us)
{
	const struct timespec nap = { .tv_nsec = 1000000 };

	while (atomic_load(&lanes.inside) > 0 && clock_monotonic_us() < until_us)
		nanosleep(&nap, NULL);
}

void lanes_cancel(void)
{
	atomic_store(&lanes.cancelled, true);
}

void lanes_stop(void)
{
	struct queue *const queues[] = { &lanes.db, &lanes.scan, &lanes.work };

	lanes_wait(
		INT64_MAX); /* a chain goes from queue to queue, so none may be closed before every task has ended */
	for (size_t i = 0; i < ARRAY_LEN(queues); i++)
		queue_close(queues[i]);
	for (int i = 0; i < lanes.thread_count; i++)
		pthread_join(lanes.threads[i].id, NULL);
	for (size_t i = 0; i < lanes.reader_count; i++)
		conn_close(lanes.readers[i]);
	free(lanes.readers);
	for (size_t i = 0; i < ARRAY_LEN(queues); i++)
		queue_done(queues[i]);
	pthread_mutex_destroy(&lanes.readers_lock);
	lanes.readers = NULL;
	lanes.reader_count = 0;
	lanes.thread_count = 0;
}
