/*
 * Finds out when another process has changed the file. PRAGMA data_version of a connection changes when another
 * connection commits. The watcher's own connection shows that there was a commit; the connection of each writer of
 * this process shows whether it was another's, since its own commits do not change it. Two writers in one process
 * take each other for another process, which only forgets more than needed.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/banned.h"

#define POLL_MS 250

struct lite_watch {
	struct store *store;
	sqlite3 *db;
	sqlite3_stmt *version;
	int64_t seen;
	pthread_t thread;
	pthread_mutex_t lock;	/* of what follows */
	pthread_cond_t wake;
	bool stopping;
	struct lite_writer *writers;
};

/* -1: it could not be read. */
static int64_t version_of(sqlite3_stmt *stmt)
{
	int64_t version = -1;

	if (sqlite3_step(stmt) == SQLITE_ROW)
		version = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return version;
}

/* The time of this clock in `ms` milliseconds. */
static struct timespec time_after_ms(clockid_t clock, int ms)
{
	struct timespec at;

	clock_gettime(clock, &at);
	at.tv_nsec += ms * 1000000L;
	at.tv_sec += at.tv_nsec / 1000000000L;
	at.tv_nsec %= 1000000000L;
	return at;
}

/* Whether another connection has committed since the last look. True, to be safe, for a writer that stays busy. */
static bool is_foreign(struct lite_writer *w)
{
	struct timespec until = time_after_ms(CLOCK_REALTIME, POLL_MS);
	int64_t now;
	bool foreign;

	if (pthread_mutex_timedlock(&w->busy, &until) != 0)
		return true;
	now = version_of(w->version);
	foreign = now != w->seen;
	w->seen = now;
	pthread_mutex_unlock(&w->busy);
	return foreign;
}

/* Whether another process has committed. Asks every writer, so that each notes the version that it has seen. */
static bool any_is_foreign(struct lite_watch *w)
{
	struct lite_writer *writer;
	bool foreign = !w->writers;

	for (writer = w->writers; writer; writer = writer->next)
		foreign |= is_foreign(writer);
	return foreign;
}

/* The thread: reads the version four times a second. */
static void *watch(void *of)
{
	struct lite_watch *w = of;
	struct timespec until;
	int64_t now;
	bool foreign;

	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		until = time_after_ms(CLOCK_MONOTONIC, POLL_MS);
		if (pthread_cond_timedwait(&w->wake, &w->lock, &until) != ETIMEDOUT)
			continue;
		now = version_of(w->version);
		if (now == w->seen)
			continue;
		w->seen = now;
		foreign = any_is_foreign(w);
		pthread_mutex_unlock(&w->lock);
		if (foreign)
			w->store->listener(NULL, CHANGE_ALL);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void lite_watch_free(struct lite_watch *w)
{
	sqlite3_finalize(w->version);
	sqlite3_close(w->db);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->wake);
	free(w);
}

err_t watch_start(struct store *s, sqlite3 *db, struct lite_watch **out)
{
	struct lite_watch *w = store__alloc(sizeof(*w));
	pthread_condattr_t attr;
	err_t e;

	w->store = s;
	w->db = db;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
	e = lite_prepare(db, "PRAGMA data_version", &w->version);
	if (!e)
		w->seen = version_of(w->version);	/* here: nothing may be remembered that is older */
	if (!e && pthread_create(&w->thread, NULL, watch, w) != 0)
		e = err_set(ERR_STORE, "no thread to watch the database with");
	if (e) {
		lite_watch_free(w);
		return e;
	}
	*out = w;
	return OK;
}

void watch_stop(struct lite_watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	lite_watch_free(w);
}

struct lite_writer *watch_add(struct lite_watch *w, sqlite3 *db)
{
	struct lite_writer *writer;

	if (!w)
		return NULL;
	writer = store__alloc(sizeof(*writer));
	writer->db = db;
	pthread_mutex_init(&writer->busy, NULL);
	if (lite_prepare(db, "PRAGMA data_version", &writer->version)) {
		log_warn("database: changes of this connection count as those of another process: %s",
			 sqlite3_errmsg(db));
		pthread_mutex_destroy(&writer->busy);
		free(writer);
		return NULL;
	}
	writer->seen = version_of(writer->version);
	pthread_mutex_lock(&w->lock);
	writer->next = w->writers;
	w->writers = writer;
	pthread_mutex_unlock(&w->lock);
	return writer;
}

void watch_remove(struct lite_watch *w, struct lite_writer *writer)
{
	struct lite_writer **at;

	if (!writer)
		return;
	pthread_mutex_lock(&w->lock);
	for (at = &w->writers; *at != writer; at = &(*at)->next)
		;
	*at = writer->next;
	pthread_mutex_unlock(&w->lock);
	sqlite3_finalize(writer->version);
	pthread_mutex_destroy(&writer->busy);
	free(writer);
}
