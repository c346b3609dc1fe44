/*
 * queue.h - the queue of a lane: tasks wait by tenant, and tenants are served in turn.
 *
 * A tenant's tasks are a share of the queue. Shares that wait give one task each in turn, so ten thousand tasks of one
 * tenant delay another tenant's task by one. No share fills the whole queue, and none occupies every thread: a thread
 * more than the lane is said to have is there for the others. Tenants fall into shares by a hash that is different in
 * every process; two that meet in one share are served as one.
 */
#ifndef SERVER_QUEUE_H
#define SERVER_QUEUE_H

#include <pthread.h>

#include "http/step.h"

#define QUEUE_SHARES 256

struct queue_share {
	struct task *first, *last;
	struct queue_share *next;	/* in the ring of those that wait */
	size_t waiting;
	int threads;			/* that run its tasks */
	int64_t apart_until_us;		/* until then its reads are not taken together with those of other shares */
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct queue_share shares[QUEUE_SHARES];
	struct queue_share *turn;	/* the last of the ring: the one behind it is next. NULL: nothing waits */
	size_t count;
	size_t room;			/* for new tasks; later steps of tasks always have a place */
	int threads;			/* that serve it */
	bool closed;
};

/* `room`: how many new tasks may wait. `threads`: how many serve the queue; a single one runs tasks of any share. */
void queue_init(struct queue *q, size_t room, int threads);
void queue_done(struct queue *q);

/* The share of a tenant, for task->share; NULL: the tenant is not known, or there is none. */
unsigned queue_share_of(const char *tenant);

/* False: there is no place. A task that is not new always has one. */
bool queue_put(struct queue *q, struct task *t, bool is_new);

/*
 * Waits for tasks and takes up to `most`; returns how many, 0 when the queue is closed and empty. The calling thread
 * belongs to out[0]->share until queue_release().
 */
size_t queue_take(struct queue *q, struct task **out, size_t most);
/* The same, but leaves the other threads their part, and takes several only when all are reads. */
size_t queue_take_reads(struct queue *q, struct task **out, size_t most);
/*
 * What was taken together took long, so that each waited for the slowest. For a minute their shares are taken apart.
 */
void queue_take_apart(struct queue *q, const unsigned *shares, size_t n);
/*
 * The calling thread has run what it took, and takes again: that wakes the others for what it leaves them. `share` is
 * that of its first task, which may be gone.
 */
void queue_release(struct queue *q, unsigned share);

/* No new tasks; wakes every thread. */
void queue_close(struct queue *q);

#endif
