/* A thread that watches the clock and puts rounds of workers on the lanes. It runs nothing itself. */
#include "server/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/request.h"
#include "http/worker.h"
#include "server/lanes.h"

#include "base/banned.h"

#define SECOND_US INT64_C(1000000)
#define PAUSE_US (10 * SECOND_US)	/* the longest sleep */
#define RETRY_US (SECOND_US / 4)	/* after the first of several rounds that failed; doubles with each */
#define LONGEST_RETRY_US (3600 * SECOND_US)

extern const struct worker *const __start_workers[], *const __stop_workers[];

/* One worker and its round. */
struct round {
	struct request rq;		/* first member, so that a task pointer is a round pointer */
	struct step step;
	const struct worker *worker;
	int64_t due_us;			/* monotonic time; INT64_MAX: only when it is woken */
	int64_t retry_us;		/* the pause after the last round; 0: it did not fail */
	bool running, woken;
	bool extra;			/* not the worker's first round: it begins only when it is woken */
	bool failed;			/* the step that ran last */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	struct round *rounds;
	int count;
	bool running;
	atomic_uint listens;	/* changes that some worker waits for; others need no lock */
} workers = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* -- a round on the lanes -- */

/* Runs one step of a round. An error is logged and ends the round; ERR_AGAIN goes back to the lane. */
static err_t run(struct task *t, struct txn *tx)
{
	struct request *rq = (struct request *)t;
	struct round *r = (struct round *)t;
	const struct step *step = t->step;
	err_t e;

	err_clear();
	t->step = NULL;
	rq->tx = tx;
	e = step->run(rq);
	rq->tx = NULL;
	if (e)
		t->step = e == ERR_AGAIN ? step : NULL;
	r->failed = e != OK;
	if (e && e != ERR_AGAIN && e != ERR_BUSY)
		log_warn("worker \"%s\": %s: %s", r->worker->name, err_name(e), err_fault()->detail);
	return e;
}

static void fail(struct task *t, err_t e)
{
	struct round *r = (struct round *)t;

	t->step = NULL;
	r->failed = true;
	log_warn("worker \"%s\": %s: %s", r->worker->name, err_name(e), err_fault()->detail);
}

/* The pause after one more round that failed; `last`: the pause before it, 0 when it is the first. */
static int64_t retry_pause(int64_t last)
{
	return !last ? RETRY_US : last < LONGEST_RETRY_US ? 2 * last : last;
}

static int64_t pause_of(const struct worker *w)
{
	return w->every_s * SECOND_US + w->every_ms * INT64_C(1000);
}

/* After a round: sets when the next one is due. */
static void set_due(struct round *r)
{
	int64_t now = clock_monotonic_us(), pause = pause_of(r->worker);

	r->due_us = pause > 0 && !r->extra ? now + pause : INT64_MAX;
	r->retry_us = r->failed ? retry_pause(r->retry_us) : 0;
	if (r->failed && r->due_us > now + r->retry_us)
		r->due_us = now + r->retry_us;
}

static void end_round(struct task *t)
{
	struct round *r = (struct round *)t;

	pthread_mutex_lock(&workers.lock);
	arena_free(r->rq.arena);
	r->rq.arena = NULL;
	r->running = false;
	set_due(r);
	pthread_cond_broadcast(&workers.wake);
	pthread_mutex_unlock(&workers.lock);
}

static const struct task_kind round_kind = { run, fail, NULL, end_round };

/* Puts a round on its lane. Call without the lock: with a full queue, lanes_put() ends the round before it returns. */
static void begin(struct round *r)
{
	r->step = (struct step){ r->worker->name, r->worker->lane, r->worker->run };
	r->rq = (struct request){ .arena = arena_new(), .path = "", .method_text = "worker" };
	r->rq.task.kind = &round_kind;
	r->rq.task.step = &r->step;
	lanes_put(&r->rq.task);
}

/* -- the clock -- */

static bool is_due(const struct round *r, int64_t now)
{
	return !r->running && (r->woken || r->due_us <= now);
}

static struct round *find_due(int64_t now)
{
	for (int i = 0; i < workers.count; i++)
		if (is_due(&workers.rounds[i], now))
			return &workers.rounds[i];
	return NULL;
}

/* Sleeps until the first round is due or somebody signals, PAUSE_US at most. Call with the lock. */
static void sleep_until_due(void)
{
	int64_t first = clock_monotonic_us() + PAUSE_US;
	struct timespec until;

	for (int i = 0; i < workers.count; i++)
		if (!workers.rounds[i].running && workers.rounds[i].due_us < first)
			first = workers.rounds[i].due_us;
	until.tv_sec = first / SECOND_US;
	until.tv_nsec = first % SECOND_US * 1000;
	pthread_cond_timedwait(&workers.wake, &workers.lock, &until);
}

/* The thread: begins every round that is due, and sleeps in between. */
static void *watch(void *of)
{
	struct round *r;

	(void)of;
	pthread_mutex_lock(&workers.lock);
	while (workers.running) {
		r = find_due(clock_monotonic_us());
		if (!r) {
			sleep_until_due();
			continue;
		}
		r->running = true;
		r->woken = false;
		pthread_mutex_unlock(&workers.lock);
		begin(r);
		pthread_mutex_lock(&workers.lock);
	}
	pthread_mutex_unlock(&workers.lock);
	return NULL;
}

/*
 * Of the rounds of one worker, which stand one after the other from `i` on, wakes one that does not run yet; where all
 * run, one that will begin again. Returns the place behind them. Call with the lock.
 */
static int wake_one(int i)
{
	const struct worker *worker = workers.rounds[i].worker;
	struct round *chosen = NULL;

	for (; i < workers.count && workers.rounds[i].worker == worker; i++) {
		struct round *r = &workers.rounds[i];

		if (!r->woken && (!chosen || (chosen->running && !r->running)))
			chosen = r;
	}
	if (chosen)
		chosen->woken = true;
	return i;
}

void workers_wake(unsigned changes)
{
	if (!(atomic_load(&workers.listens) & changes))
		return;
	pthread_mutex_lock(&workers.lock);
	for (int i = 0; i < workers.count;)
		i = workers.rounds[i].worker->wake_on & changes ? wake_one(i) : i + 1;
	if (workers.running)
		pthread_cond_broadcast(&workers.wake);
	pthread_mutex_unlock(&workers.lock);
}

/* -- life -- */

static void init_wake(void)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&workers.wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static int rounds_of(const struct worker *w)
{
	return w->at_once > 1 ? w->at_once : 1;
}

/* Makes the rounds of all workers; NULL: no memory. `*count`: how many. */
static struct round *make_rounds(const struct worker *const *rows, int workers_count, int *count)
{
	struct round *rounds, *r;

	*count = 0;
	for (int i = 0; i < workers_count; i++)
		*count += rounds_of(rows[i]);
	rounds = r = calloc((size_t)*count + 1, sizeof(*rounds));
	for (int i = 0; rounds && i < workers_count; i++)
		for (int k = 0; k < rounds_of(rows[i]); k++)
			*r++ = (struct round){ .worker = rows[i], .woken = k == 0, .extra = k > 0,
					       .due_us = k > 0 ? INT64_MAX : 0 };
	return rounds;
}

err_t workers_start_with(const struct worker *const *rows, int worker_count)
{
	struct round *rounds;
	unsigned listens = 0;
	int count;

	rounds = make_rounds(rows, worker_count, &count);
	if (!rounds)
		return err_set(ERR_INTERNAL, "no memory for the workers");
	for (int i = 0; i < worker_count; i++)
		listens |= rows[i]->wake_on;
	init_wake();
	pthread_mutex_lock(&workers.lock);
	workers.rounds = rounds;
	workers.count = count;
	workers.running = true;
	pthread_mutex_unlock(&workers.lock);
	atomic_store(&workers.listens, listens);
	if (pthread_create(&workers.thread, NULL, watch, NULL) == 0)
		return OK;
	workers.running = false;
	return err_set(ERR_INTERNAL, "no thread for the workers");
}

err_t workers_start(void)
{
	return workers_start_with(__start_workers, (int)(__stop_workers - __start_workers));
}

/* Call with the lock. */
static void wait_for_rounds(void)
{
	for (int i = 0; i < workers.count; i++)
		while (workers.rounds[i].running)
			pthread_cond_wait(&workers.wake, &workers.lock);
}

void workers_stop(void)
{
	bool running;

	pthread_mutex_lock(&workers.lock);
	running = workers.running;
	workers.running = false;
	pthread_cond_broadcast(&workers.wake);
	pthread_mutex_unlock(&workers.lock);
	if (!running)
		return;
	atomic_store(&workers.listens, 0);
	pthread_join(workers.thread, NULL);
	pthread_mutex_lock(&workers.lock);
	wait_for_rounds();
	free(workers.rounds);
	workers.rounds = NULL;
	workers.count = 0;
	pthread_mutex_unlock(&workers.lock);
	pthread_cond_destroy(&workers.wake);
}
