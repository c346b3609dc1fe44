/*
 * Ends statements that the server does not end. It knows a limit for each statement (conn_limit_statements()), but not
 * for the several statements of a step, and inside a long function it looks at no limit at all. So a thread looks at
 * all connections of the store: where an answer is awaited a second beyond its deadline, it shuts the socket. The
 * thread that waits goes on, and the server, which looks for its client every second while it works
 * (client_connection_check_interval), ends the statement, the transaction and its locks.
 *
 * PQcancel() would reach the server no earlier: it ends a statement in the same places, and can itself wait for ever.
 */
#include "store/postgres.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/banned.h"

#define LOOK_MS 100
#define GRACE_US 1000000	/* for the server, which has the same limit for a statement */
#define SHUT INT64_C(-1)	/* in awaits_us: the answer was given up */

struct pg_overdue {
	const struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;	/* of the list, and of its sockets while they are shut */
	pthread_cond_t wake;
	struct pg_conn *all;
	bool stop;
};

/* Whether the answer is given up now. Only then is the socket shut: the answer has not come in between. */
static bool give_up(struct pg_conn *c, int64_t now, bool cancelled)
{
	int64_t until = atomic_load(&c->awaits_us);

	if (until <= 0 || (!cancelled && now < until + GRACE_US))
		return false;
	return atomic_compare_exchange_strong(&c->awaits_us, &until, SHUT);
}

/* Call with the lock. */
static void look(struct pg_overdue *o)
{
	bool cancelled = atomic_load(&o->store->cancelled);
	int64_t now = clock_monotonic_us();

	for (struct pg_conn *c = o->all; c; c = c->next)
		if (give_up(c, now, cancelled) && c->fd >= 0)
			shutdown(c->fd, SHUT_RDWR);
}

/* Call with the lock. */
static void sleep_a_little(struct pg_overdue *o)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&o->wake, &o->lock, &until);
}

static void *run(void *of)
{
	struct pg_overdue *o = of;

	pthread_mutex_lock(&o->lock);
	while (!o->stop) {
		look(o);
		sleep_a_little(o);
	}
	pthread_mutex_unlock(&o->lock);
	return NULL;
}

static void overdue_free(struct pg_overdue *o)
{
	pthread_cond_destroy(&o->wake);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

err_t overdue_start(const struct store *s, struct pg_overdue **out)
{
	struct pg_overdue *o = store__alloc(sizeof(*o));
	pthread_condattr_t monotonic;

	o->store = s;
	pthread_mutex_init(&o->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&o->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&o->thread, NULL, run, o) != 0) {
		overdue_free(o);
		return err_set(ERR_STORE, "no thread for deadlines");
	}
	*out = o;
	return OK;
}

void overdue_stop(struct pg_overdue *o)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->stop = true;
	pthread_cond_signal(&o->wake);
	pthread_mutex_unlock(&o->lock);
	pthread_join(o->thread, NULL);
	overdue_free(o);
}

void overdue_add(struct pg_overdue *o, struct pg_conn *c)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	c->next = o->all;
	o->all = c;
	pthread_mutex_unlock(&o->lock);
}

void overdue_remove(struct pg_overdue *o, struct pg_conn *c)
{
	struct pg_conn **at;

	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	for (at = &o->all; *at && *at != c; at = &(*at)->next)
		;
	if (*at)
		*at = c->next;
	pthread_mutex_unlock(&o->lock);
}

void overdue_set_socket(struct pg_overdue *o, struct pg_conn *c, int fd)
{
	if (o)
		pthread_mutex_lock(&o->lock);
	c->fd = fd;
	if (o)
		pthread_mutex_unlock(&o->lock);
}

void overdue_begin(struct pg_conn *c)
{
	atomic_store_explicit(&c->awaits_us, c->base.deadline.at_us, memory_order_relaxed);
}

bool overdue_end(struct pg_conn *c)
{
	return atomic_exchange(&c->awaits_us, 0) == SHUT;
}
