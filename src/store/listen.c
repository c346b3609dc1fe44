/*
 * A connection of its own waits for NOTIFY. Four times a second it sends SELECT 1: an answer proves that the
 * notifications of everything committed before that query have arrived, or follow right behind the answer. What counts
 * is when the last answered query was sent: one second later a change may have been missed.
 */
#include "store/postgres.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/banned.h"

#define BEAT_US 250000		/* between two queries */
#define DEAF_US 1000000		/* after the last answered query, the listener counts as deaf */
#define GIVE_UP_US 5000000	/* without an answer: the connection counts as lost */
#define LONGEST_WAIT_US 1000000	/* between two attempts to connect */

struct pg_listener {
	struct store *store;
	pthread_t thread;
	int stop;		/* eventfd */
	PGconn *pg;
	int64_t asked_us;	/* when the query without an answer was sent; 0: there is none */
	int64_t next_us;	/* when to send the next one */
	_Atomic int64_t heard_us;	/* when the last answered query was sent; 0: not connected */
};

int64_t listener_hears_until_us(const struct pg_listener *l)
{
	int64_t heard = atomic_load_explicit(&((struct pg_listener *)l)->heard_us, memory_order_acquire);

	return heard ? heard + DEAF_US : 0;
}

/* Waits until `fd` can be read (-1: no descriptor), the time is over, or the store stops. False: it stops. */
static bool wait_for(struct pg_listener *l, int fd, int64_t us)
{
	struct pollfd fds[] = { { .fd = l->stop, .events = POLLIN }, { .fd = fd, .events = POLLIN } };

	if (poll(fds, 2, us > 0 ? (int)(us / 1000) + 1 : 0) < 0 && errno != EINTR)
		log_error("listening: poll: %s", strerrordesc_np(errno));
	return !(fds[0].revents & POLLIN);
}

/*
 * Tells the store's listener what another copy changed. `text`: "tenant changes origin", which is cut into pieces; the
 * tenant "*" is any.
 */
static void take_notice(struct pg_listener *l, char *text)
{
	char *origin = strrchr(text, ' '), *changes;
	unsigned long what;

	if (!origin)
		return;
	*origin++ = '\0';
	changes = strrchr(text, ' ');
	if (!changes || strcmp(origin, l->store->origin) == 0)
		return;
	*changes++ = '\0';
	what = strtoul(changes, NULL, 10);
	l->store->listener(strcmp(text, "*") == 0 ? NULL : text, (unsigned)what & CHANGE_ALL);
}

/* Reads what has arrived: the answer to the query, and notifications. False: the connection is unusable. */
static bool take_answers(struct pg_listener *l)
{
	PGresult *r;
	bool good = true, answered = false;
	PGnotify *n;

	if (!pq.consumeInput(l->pg))
		return false;
	while (l->asked_us && !answered && !pq.isBusy(l->pg)) {
		r = pq.getResult(l->pg);
		if (!r)
			answered = true;
		else
			good &= pq.resultStatus(r) == PGRES_TUPLES_OK;
		pq.clear(r);
	}
	while ((n = pq.notifies(l->pg))) {
		take_notice(l, n->extra);
		pq.freemem(n);
	}
	if (answered && good) {
		atomic_store_explicit(&l->heard_us, l->asked_us, memory_order_release);
		l->asked_us = 0;
	}
	return good && pq.status(l->pg) == CONNECTION_OK;
}

/* Sends the query when it is time. False: the last one waits too long for its answer, or nothing can be sent. */
static bool ask(struct pg_listener *l)
{
	int64_t now = clock_monotonic_us();

	if (now < l->next_us)
		return true;
	if (l->asked_us)
		return now - l->asked_us < GIVE_UP_US;
	l->asked_us = now;
	l->next_us = now + BEAT_US;
	return pq.sendQuery(l->pg, "SELECT 1") == 1;
}

/* Listens until the connection is lost (true) or the store stops (false). */
static bool listen_on(struct pg_listener *l)
{
	for (;;) {
		if (!ask(l))
			return true;
		if (!wait_for(l, pq.socket(l->pg), l->next_us - clock_monotonic_us()))
			return false;
		if (!take_answers(l))
			return true;
	}
}

/* Connects and listens. What changed before is unknown, so everything is forgotten once. ERR_STORE_DOWN. */
static err_t connect_listener(struct pg_listener *l)
{
	int64_t since;
	PGresult *r;
	err_t e;

	e = pg_connect(l->store, &l->pg);
	if (e)
		return e;
	r = pq.exec(l->pg, "LISTEN " CHANNEL);
	if (pq.resultStatus(r) != PGRES_COMMAND_OK)
		e = pg_error(ERR_STORE_DOWN, "LISTEN", pq.errorMessage(l->pg));
	pq.clear(r);
	if (e) {
		pq.finish(l->pg);
		l->pg = NULL;
		return e;
	}
	l->asked_us = l->next_us = 0;
	since = clock_monotonic_us();
	l->store->listener(NULL, CHANGE_ALL);	/* before `heard_us` is set */
	atomic_store_explicit(&l->heard_us, since, memory_order_release);
	return OK;
}

static void disconnect(struct pg_listener *l)
{
	atomic_store_explicit(&l->heard_us, 0, memory_order_release);
	pq.finish(l->pg);
	l->pg = NULL;
}

/* The thread: listens, and connects again after a pause that grows with each failure. */
static void *run(void *of)
{
	struct pg_listener *l = of;
	int64_t pause_us = 0;
	bool told = false;

	for (;;) {
		if (!l->pg && connect_listener(l) != OK) {
			if (!told)
				log_warn("changes of other copies cannot be heard, nothing is remembered: %s",
					 err_fault()->detail);
			told = true;
			pause_us = pause_us ? pause_us * 2 : 100000;
			if (pause_us > LONGEST_WAIT_US)
				pause_us = LONGEST_WAIT_US;
			if (!wait_for(l, -1, pause_us))
				return NULL;
			continue;
		}
		if (told)
			log_info("changes of other copies are heard again");
		pause_us = 0;
		if (!listen_on(l))
			return NULL;
		log_warn("the connection that hears changes of other copies was lost");
		told = true;
		disconnect(l);
	}
}

static void listener_free(struct pg_listener *l)
{
	pq.finish(l->pg);
	if (l->stop >= 0)
		close(l->stop);
	free(l);
}

err_t listener_start(struct store *s, struct pg_listener **out)
{
	struct pg_listener *l = store__alloc(sizeof(*l));
	err_t e;

	l->store = s;
	l->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	e = connect_listener(l);
	if (!e && (l->stop < 0 || pthread_create(&l->thread, NULL, run, l) != 0))
		e = err_set(ERR_STORE, "no thread to listen with");
	if (e) {
		listener_free(l);
		return e;
	}
	*out = l;
	return OK;
}

void listener_stop(struct pg_listener *l)
{
	if (!l)
		return;
	if (eventfd_write(l->stop, 1) != 0)
		log_error("listening: eventfd: %s", strerrordesc_np(errno));
	pthread_join(l->thread, NULL);
	listener_free(l);
}
