#include "server/lanes.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define BATCH 256		/* requests of one commit */
#define TRIES 3
#define THREADS_MAX 256

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct request **ring;
	size_t first, count, size;
	size_t room;		/* for newcomers; the rest of the ring is for those that are in already */
	bool closed;
};

struct worker {
	pthread_t thread;
	struct queue *queue;
	bool slow;
};

static struct {
	struct lanes_options o;
	lanes_run *run;
	lanes_done *done;
	struct queue work, slow;	/* SQLite: work is the writer's */
	struct worker workers[THREADS_MAX];
	int worker_count;
	pthread_mutex_t readers_lock;
	struct conn **readers;		/* of event-loop threads, closed at the end */
	size_t reader_count;
} lanes;

static _Thread_local struct conn *reader;

/* -- queues -- */

static err_t queue_init(struct queue *q, size_t room)
{
	*q = (struct queue){ .size = room + THREADS_MAX + BATCH, .room = room };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, NULL);
	q->ring = calloc(q->size, sizeof(struct request *));
	return q->ring ? OK : err_set(ERR_INTERNAL, "no memory for a queue");
}

static void queue_done(struct queue *q)
{
	free(q->ring);
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->filled);
}

/* Not inlined: clang would load from both queues and choose afterwards, which ThreadSanitizer reports. */
__attribute__((noinline)) static bool queue_put(struct queue *q, struct request *rq, bool is_new)
{
	bool put;

	pthread_mutex_lock(&q->lock);
	put = q->count < (is_new ? q->room : q->size) && !(q->closed && is_new);
	if (put) {
		q->ring[(q->first + q->count++) % q->size] = rq;
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return put;
}

static struct request *queue_pop(struct queue *q)
{
	struct request *rq = q->ring[q->first];

	q->first = (q->first + 1) % q->size;
	q->count--;
	return rq;
}

/* Waits for one, takes up to `most`. 0: closed and empty. */
static size_t queue_take(struct queue *q, struct request **out, size_t most)
{
	size_t n = 0;

	pthread_mutex_lock(&q->lock);
	while (q->count == 0 && !q->closed)
		pthread_cond_wait(&q->filled, &q->lock);
	while (n < most && q->count > 0)
		out[n++] = queue_pop(q);
	pthread_mutex_unlock(&q->lock);
	return n;
}

/* As queue_take, but leaves the others of the pool their share, and of several takes only reads. */
static size_t queue_take_share(struct queue *q, struct request **out, size_t most)
{
	size_t n = 0, share;

	pthread_mutex_lock(&q->lock);
	while (q->count == 0 && !q->closed)
		pthread_cond_wait(&q->filled, &q->lock);
	share = most > 1 ? q->count / (size_t)lanes.o.db_threads + 1 : 1;
	while (q->count > 0 && (n == 0 || (n < most && n < share && out[0]->lane == READ && q->ring[q->first]->lane == READ)))
		out[n++] = queue_pop(q);
	pthread_mutex_unlock(&q->lock);
	return n;
}

static void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}

/* -- what every lane does with a result -- */

static void answer_error(struct request *rq, err_t e)
{
	err_clear();	/* what another request of the batch left */
	reply_reset(rq);
	reply_error(rq, e == ERR_AGAIN ? ERR_BUSY : e);
	rq->tx = NULL;
	lanes.done(rq);
}

/* Takes it to another lane; full: 503. */
static void move_to(struct request *rq, enum lane lane)
{
	rq->tx = NULL;
	rq->lane = lane;
	if (!queue_put(lane == SLOW ? &lanes.slow : &lanes.work, rq, false))
		answer_error(rq, ERR_BUSY);
}

/* -- SQLite: the writer -- */

/* Runs one of a batch in its savepoint. Returns what became of it; an error was rolled back. */
static err_t run_saved(struct request *rq, struct txn *tx)
{
	err_t e = txn_savepoint(tx, NULL), left;

	if (e)
		return e;
	rq->lane = WRITE;
	e = lanes.run(rq, tx);
	left = e == OK || e == ERR_MORE ? txn_release(tx) : txn_rollback_to(tx);
	rq->tx = NULL;
	return left ? left : e;
}

static void write_batch(struct conn *c, struct request **batch, size_t n)
{
	err_t results[BATCH], e;
	struct txn *tx;

	e = txn_begin(c, NULL, true, &tx);
	for (size_t i = 0; i < n; i++)
		results[i] = e ? e : run_saved(batch[i], tx);
	if (!e)
		e = txn_commit(&tx);
	for (size_t i = 0; i < n; i++) {
		if (results[i] == ERR_SLOW_FIRST)
			move_to(batch[i], SLOW);
		else if (results[i] == ERR_MORE && !e)
			move_to(batch[i], WRITE);
		else if ((e && (results[i] == OK || results[i] == ERR_MORE)) || !batch[i]->reply.status)
			answer_error(batch[i], e ? ERR_STORE_DOWN : results[i]);
		else
			lanes.done(batch[i]);
	}
}

static void *writer_main(void *arg)
{
	struct worker *w = arg;
	struct request *batch[BATCH];
	struct conn *c = NULL;
	size_t n;

	while ((n = queue_take(w->queue, batch, BATCH)) > 0) {
		if (!c && conn_open(lanes.o.store, true, &c)) {
			for (size_t i = 0; i < n; i++)
				answer_error(batch[i], ERR_STORE_DOWN);
			continue;
		}
		write_batch(c, batch, n);
	}
	conn_close(c);
	return NULL;
}

/* -- one request, one transaction: PostgreSQL's pool, and the slow lane of both -- */

static err_t run_once(struct request *rq, struct conn *c, bool write)
{
	struct txn *tx;
	err_t e;

	e = txn_begin(c, NULL, write, &tx);
	if (e)
		return e;
	e = lanes.run(rq, tx);
	rq->tx = NULL;
	if (e == OK || e == ERR_MORE) {
		err_t committed = txn_commit(&tx);

		return committed ? committed : e;
	}
	txn_rollback(&tx);
	return e;
}

/* Here and not on the event loop: compressing a large answer takes its time. */
static void finish(struct request *rq)
{
	reply_finish(rq);
	lanes.done(rq);
}

/* What the lane has to do after the run that gave `e`. */
static void conclude(struct request *rq, err_t e, bool slow)
{
	if (e == ERR_SLOW_FIRST && !slow)
		move_to(rq, SLOW);
	else if (e == ERR_MORE)
		move_to(rq, rq->lane);
	else if (slow && e == OK && !rq->reply.status)
		move_to(rq, rq->route->lane);	/* prepared; now the handler */
	else if (e == ERR_AGAIN || !rq->reply.status || (e && rq->reply.status < 400))
		answer_error(rq, e ? e : ERR_INTERNAL);
	else
		finish(rq);
}

static void run_alone(struct request *rq, struct conn *c, bool slow)
{
	bool write = !slow && rq->lane == WRITE;
	err_t e = ERR_AGAIN;

	for (int i = 0; i < TRIES && e == ERR_AGAIN; i++) {
		cache_mark(context.cache);
		e = run_once(rq, c, write);
	}
	conclude(rq, e, slow);
}

/* -- PostgreSQL: several reads at once on one connection -- */

struct reading {
	struct request *rq;
	bool again;		/* it was answered ERR_AGAIN, and is run alone afterwards */
};

static void run_read(void *of, struct txn *tx, err_t e)
{
	struct reading *r = of;

	if (!e)
		e = lanes.run(r->rq, tx);
	r->rq->tx = NULL;
	r->again = e == ERR_AGAIN;
	if (!r->again)
		conclude(r->rq, e, false);
}

static void run_reads(struct request **batch, size_t n, struct conn *c)
{
	struct reading reads[READS_TOGETHER];
	void *of[READS_TOGETHER];

	for (size_t i = 0; i < n; i++) {
		reads[i] = (struct reading){ .rq = batch[i] };
		of[i] = &reads[i];
	}
	cache_mark(context.cache);	/* before the first query of all; what comes to the memory is as old as this */
	store_read_together(c, run_read, of, n);
	for (size_t i = 0; i < n; i++)
		if (reads[i].again)
			run_alone(reads[i].rq, c, false);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct request *batch[READS_TOGETHER] = { NULL };
	struct conn *c = NULL;
	size_t n;

	while ((n = queue_take_share(w->queue, batch, w->slow ? 1 : READS_TOGETHER)) > 0) {
		if (!c && conn_open(lanes.o.store, !w->slow, &c)) {
			for (size_t i = 0; i < n; i++)
				answer_error(batch[i], ERR_STORE_DOWN);
			continue;
		}
		if (w->slow)
			batch[0]->lane = SLOW;
		if (n == 1)
			run_alone(batch[0], c, w->slow);
		else
			run_reads(batch, n, c);
	}
	conn_close(c);
	return NULL;
}

/* -- SQLite: reads on the event loop -- */

static bool open_reader(void)
{
	struct conn **more;

	if (reader)
		return true;
	if (conn_open(lanes.o.store, false, &reader))
		return false;
	pthread_mutex_lock(&lanes.readers_lock);
	more = realloc(lanes.readers, (lanes.reader_count + 1) * sizeof(struct conn *));
	if (more) {
		lanes.readers = more;
		lanes.readers[lanes.reader_count++] = reader;
	}
	pthread_mutex_unlock(&lanes.readers_lock);
	return true;
}

struct txn *lanes_read(const char *tenant)
{
	struct txn *tx;

	if (store_engine(lanes.o.store) != SQLITE || !open_reader())
		return NULL;
	cache_mark(context.cache);
	return txn_begin(reader, tenant, false, &tx) ? NULL : tx;
}

void lanes_read_end(struct txn *tx)
{
	txn_rollback(&tx);
}

/* True: answered. */
static bool read_here(struct request *rq)
{
	struct txn *tx = lanes_read(NULL);
	err_t e = tx ? lanes.run(rq, tx) : ERR_STORE_DOWN;

	lanes_read_end(tx);
	rq->tx = NULL;
	if (e == ERR_SLOW_FIRST) {
		if (queue_put(&lanes.slow, rq, true))
			return false;
		e = ERR_BUSY;
		reply_reset(rq);
	}
	if (!rq->reply.status)
		reply_error(rq, e ? e : ERR_INTERNAL);
	return true;
}

bool lanes_take(struct request *rq, enum lane lane)
{
	rq->lane = lane;
	if (lane == READ && store_engine(lanes.o.store) == SQLITE)
		return read_here(rq);
	if (queue_put(lane == SLOW ? &lanes.slow : &lanes.work, rq, true))
		return false;
	reply_error(rq, ERR_BUSY);
	return true;
}

/* -- life -- */

static err_t add_worker(void *(*main)(void *), struct queue *q, bool slow)
{
	struct worker *w = &lanes.workers[lanes.worker_count];

	*w = (struct worker){ .queue = q, .slow = slow };
	if (lanes.worker_count == THREADS_MAX || pthread_create(&w->thread, NULL, main, w))
		return err_set(ERR_INTERNAL, "no thread for a lane");
	lanes.worker_count++;
	return OK;
}

err_t lanes_start(const struct lanes_options *o, lanes_run *run, lanes_done *done)
{
	bool sqlite = store_engine(o->store) == SQLITE;
	err_t e;

	lanes.o = *o;
	lanes.run = run;
	lanes.done = done;
	pthread_mutex_init(&lanes.readers_lock, NULL);
	e = queue_init(&lanes.work, (size_t)o->queue);
	if (!e)
		e = queue_init(&lanes.slow, (size_t)o->queue);
	for (int i = 0; !e && i < (sqlite ? 1 : o->db_threads); i++)
		e = add_worker(sqlite ? writer_main : worker_main, &lanes.work, false);
	for (int i = 0; !e && i < o->slow_threads; i++)
		e = add_worker(worker_main, &lanes.slow, true);
	return e;
}

void lanes_stop(void)
{
	queue_close(&lanes.work);
	queue_close(&lanes.slow);
	for (int i = 0; i < lanes.worker_count; i++)
		pthread_join(lanes.workers[i].thread, NULL);
	for (size_t i = 0; i < lanes.reader_count; i++)
		conn_close(lanes.readers[i]);
	free(lanes.readers);
	queue_done(&lanes.work);
	queue_done(&lanes.slow);
	pthread_mutex_destroy(&lanes.readers_lock);
	lanes.readers = NULL;
	lanes.reader_count = 0;
	lanes.worker_count = 0;
}
