/* The queue of a lane: a list for each share, a ring of the shares that wait, and whose turn it is. */
#include "server/queue.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

#define NO_TENANT 0
#define APART_US INT64_C(60000000)

void queue_init(struct queue *q, size_t room, int threads)
{
	*q = (struct queue){ .room = room, .threads = threads };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, NULL);
}

void queue_done(struct queue *q)
{
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->filled);
}

/* -- shares -- */

static unsigned char salt[crypto_shorthash_KEYBYTES];
static pthread_once_t salted = PTHREAD_ONCE_INIT;

static void make_salt(void)
{
	crypto_shorthash_keygen(salt);
}

unsigned queue_share_of(const char *tenant)
{
	uint64_t hash;

	if (!tenant)
		return NO_TENANT;
	pthread_once(&salted, make_salt);
	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)tenant, strlen(tenant), salt);
	return 1 + (unsigned)(hash % (QUEUE_SHARES - 1));
}

/* A quarter of the places is kept from each share. */
static bool has_place(const struct queue *q, const struct queue_share *s)
{
	return q->count < q->room && s->waiting < q->room - q->room / 4;
}

/* Whether another thread may run a task of the share: the last one is kept for the others. */
static bool may_run(const struct queue *q, const struct queue_share *s)
{
	return q->threads == 1 || s->threads < q->threads - 1;
}

/* -- the ring -- */

static void ring_add(struct queue *q, struct queue_share *s)
{
	if (q->turn) {
		s->next = q->turn->next;
		q->turn->next = s;
	} else {
		s->next = s;
	}
	q->turn = s;
}

/* Removes the share behind `before`. */
static void ring_remove(struct queue *q, struct queue_share *before)
{
	struct queue_share *s = before->next;

	before->next = s->next;
	if (q->turn == s)
		q->turn = s == before ? NULL : before;
	s->next = NULL;
}

/* The one before the share whose turn it is; NULL: none may run. */
static struct queue_share *before_next(const struct queue *q)
{
	struct queue_share *before = q->turn;

	if (!before)
		return NULL;
	do {
		if (may_run(q, before->next))
			return before;
		before = before->next;
	} while (before != q->turn);
	return NULL;
}

static struct task *pop(struct queue *q, struct queue_share *before)
{
	struct queue_share *s = before->next;
	struct task *t = s->first;

	s->first = t->behind;
	t->behind = NULL;
	s->waiting--;
	q->count--;
	if (s->first)
		q->turn = s;	/* its turn is over: it comes last */
	else
		ring_remove(q, before);
	return t;
}

/* -- in and out -- */

bool queue_put(struct queue *q, struct task *t, bool is_new)
{
	struct queue_share *s = &q->shares[t->share];
	bool put;

	pthread_mutex_lock(&q->lock);
	put = !is_new || (!q->closed && has_place(q, s));
	if (put) {
		t->behind = NULL;
		if (s->first)
			s->last->behind = t;
		else {
			s->first = t;
			ring_add(q, s);
		}
		s->last = t;
		s->waiting++;
		q->count++;
		if (may_run(q, s))
			pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return put;
}

/* Waits until a task may be taken; NULL: the queue is closed and empty. */
static struct queue_share *wait_for_turn(struct queue *q)
{
	struct queue_share *before;

	while (!(before = before_next(q)) && !(q->closed && q->count == 0))
		pthread_cond_wait(&q->filled, &q->lock);
	return before;
}

/*
 * After tasks were taken: wakes a thread that may run what is left, and all of them for the end. A task that was put
 * while its share ran on as many threads as it may woke nobody.
 */
static void wake_others(struct queue *q)
{
	if (before_next(q))
		pthread_cond_signal(&q->filled);
	else if (q->closed && q->count == 0)
		pthread_cond_broadcast(&q->filled);
}

/* Takes the first task, for which the thread counts. */
static size_t take_first(struct queue *q, struct task **out)
{
	struct queue_share *before = wait_for_turn(q);

	if (!before)
		return 0;
	before->next->threads++;
	out[0] = pop(q, before);
	return 1;
}

size_t queue_take(struct queue *q, struct task **out, size_t most)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	n = take_first(q, out);
	while (n > 0 && n < most && q->turn)
		out[n++] = pop(q, q->turn);
	wake_others(q);
	pthread_mutex_unlock(&q->lock);
	return n;
}

/* Whether the next task is a read that may be run together with those of a share. */
static bool goes_with(const struct queue *q, unsigned share, int64_t now_us)
{
	const struct queue_share *s = &q->shares[share], *next = q->turn->next;

	if (next->first->lane != READ)
		return false;
	return s == next || (s->apart_until_us <= now_us && next->apart_until_us <= now_us);
}

size_t queue_take_reads(struct queue *q, struct task **out, size_t most)
{
	int64_t now_us;
	size_t n, part;

	pthread_mutex_lock(&q->lock);
	n = take_first(q, out);
	now_us = q->turn ? clock_coarse_us() : 0;
	part = (q->count + n) / (size_t)(q->threads > 1 ? q->threads - 1 : 1) + 1;
	while (n > 0 && n < most && n < part && q->turn && out[0]->lane == READ && goes_with(q, out[0]->share, now_us))
		out[n++] = pop(q, q->turn);
	wake_others(q);
	pthread_mutex_unlock(&q->lock);
	return n;
}

void queue_take_apart(struct queue *q, const unsigned *shares, size_t n)
{
	int64_t until_us = clock_coarse_us() + APART_US;

	pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < n; i++)
		q->shares[shares[i]].apart_until_us = until_us;
	pthread_mutex_unlock(&q->lock);
}

void queue_release(struct queue *q, unsigned share)
{
	pthread_mutex_lock(&q->lock);
	q->shares[share].threads--;
	pthread_mutex_unlock(&q->lock);
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}
