/* The lanes: their threads, and what the event loop runs itself. */
#include "server/lanes.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "server/pool.h"
#include "server/task.h"
#include "server/writer.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define THREADS_MAX 1024
#define LOOP_US 20000		/* what a read may take of its event loop: others wait for it meanwhile */
#define LONG_US 2000		/* a read that others on the event loop notice */
#define WINDOW_US 100000	/* in each of which the long reads of a tenant have LOOP_US of a loop, and some */

static struct {
	struct thread threads[THREADS_MAX];
	int thread_count;
	pthread_mutex_t readers_lock;
	struct conn **readers;		/* of event-loop threads; lanes_stop() closes them */
	size_t reader_count;
	unsigned starts;		/* how often lanes_start() was called */
} own;

/* The read connection of this event-loop thread, and the value of own.starts when it was opened. */
static _Thread_local struct conn *reader;
static _Thread_local unsigned reader_start;

/* What the long reads of a share have taken of this event loop since then. */
struct part {
	int64_t since_us, us;
};
static _Thread_local struct part parts[QUEUE_SHARES];

/* -- SQLite: reads on the event loop -- */

/* Opens the read connection of this event-loop thread, once after each lanes_start(). */
static bool open_reader(void)
{
	struct conn **more;

	if (reader && reader_start == own.starts)
		return true;
	reader = NULL;
	if (conn_open(lanes.o.store, false, &reader))
		return false;
	reader_start = own.starts;
	pthread_mutex_lock(&own.readers_lock);
	more = realloc(own.readers, (own.reader_count + 1) * sizeof(struct conn *));
	if (more) {
		own.readers = more;
		own.readers[own.reader_count++] = reader;
	}
	pthread_mutex_unlock(&own.readers_lock);
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
		task_fail(t, ERR_STORE_DOWN);
		return ERR_STORE_DOWN;
	}
	e = task_run(t, tx);
	lanes_read_end(tx);
	count_part(share, began_us);
	return e;
}

/* Puts a new task into its queue. False: the queue has no room. */
static bool put(struct task *t)
{
	atomic_fetch_add(&lanes.inside, 1);
	if (t->lane == CALL)
		task_go_on(t);
	else if (!queue_put(task_queue(t), t, true)) {
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
		if (e != ERR_AGAIN && !t->step)
			return true;
	}
	if (put(t))
		return false;
	task_fail(t, err_set(ERR_QUEUE_FULL, "the queue of its lane is full"));
	return true;
}

void lanes_put(struct task *t)
{
	t->lane = t->step->lane;
	if (!put(t)) {
		task_fail(t, err_set(ERR_QUEUE_FULL, "the queue of its lane is full"));
		t->kind->done(t);
	}
}

/* -- life -- */

static err_t add_thread(void *(*main)(void *), struct queue *q)
{
	struct thread *th = &own.threads[own.thread_count];

	if (own.thread_count == THREADS_MAX)
		return err_set(ERR_INTERNAL, "too many threads for the lanes");
	*th = (struct thread){ .queue = q };
	if (pthread_create(&th->id, NULL, main, th))
		return err_set(ERR_INTERNAL, "no thread for a lane");
	own.thread_count++;
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
	limit_init(&lanes.step_limit, "step-seconds", o->step_seconds);
	limit_init(&lanes.scan_limit, "scan-seconds", o->scan_seconds);
	own.starts++;
	atomic_store(&lanes.given_up, false);
	pthread_mutex_init(&own.readers_lock, NULL);
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

void lanes_give_up(void)
{
	atomic_store(&lanes.given_up, true);
	store_cancel(lanes.o.store);
}

void lanes_stop(void)
{
	struct queue *const queues[] = { &lanes.db, &lanes.scan, &lanes.work };

	/* a chain goes from queue to queue, so none may be closed before every task has ended */
	lanes_wait(INT64_MAX);
	for (size_t i = 0; i < ARRAY_LEN(queues); i++)
		queue_close(queues[i]);
	for (int i = 0; i < own.thread_count; i++)
		pthread_join(own.threads[i].id, NULL);
	for (size_t i = 0; i < own.reader_count; i++)
		conn_close(own.readers[i]);
	free(own.readers);
	for (size_t i = 0; i < ARRAY_LEN(queues); i++)
		queue_done(queues[i]);
	pthread_mutex_destroy(&own.readers_lock);
	own.readers = NULL;
	own.reader_count = 0;
	own.thread_count = 0;
}
