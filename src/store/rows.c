/*
 * Results within the account of memory (base/budget.h).
 *
 * libpq gathers all rows of a result before it hands them out, however many the server sends, and none of them counts
 * meanwhile. So we look while it gathers. Where a result is larger than WHOLE_MOST the connection is closed, the step
 * is run again, and from then on the rows of that statement are received one by one: each counts when it comes, and is
 * forgotten when there is no room for it. Receiving them so costs about a microsecond a row, so statements with small
 * results, as most are, never do. One statement does this once in the life of the process.
 */
#include "store/postgres.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/ioctl.h>

#include "base/budget.h"
#include "base/log.h"
#include "base/banned.h"

#define WHOLE_MOST KIB(256)	/* of a result that libpq gathers */
#define UNCOUNTED KIB(16)	/* what a result grows by before that counts */
#define PLACES 4096
#define TLS_WAIT_MS 10		/* the TLS library may have read what poll() waits for */

/* Statements with large results, by their hash. Those that meet in one place share what is known. */
static atomic_bool large[PLACES];

static atomic_bool *place_of(const struct sql *sql)
{
	return &large[sql->hash % PLACES];
}

/* ---- what a result holds ---- */

/* Counts what the result has grown by. False: there is no room. */
static bool hold(struct pg_answer *to, const PGresult *r)
{
	size_t size = pq.resultMemorySize(r);

	if (LIKELY(size < to->held + UNCOUNTED))
		return true;
	if (!charge_add(to->charge, size - to->held))
		return false;
	to->held = size;
	return true;
}

static void give_back(struct pg_answer *a)
{
	if (a->held)
		charge_drop(a->charge, a->held);
	a->held = 0;
}

void rows_drop(struct pg_answer *a)
{
	pq.clear(a->result);
	a->result = NULL;
	give_back(a);
}

/* Forgets a result that has no room. */
static PGresult *refuse(struct pg_answer *to, PGresult *r)
{
	pq.clear(r);
	give_back(to);
	to->ended = ERR_MEMORY;
	return NULL;
}

/* ---- all rows at once ---- */

static size_t bytes_waiting(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) == 0 && n > 0 ? (size_t)n : 0;
}

static void wait_for_bytes(struct pg_conn *c, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, pq.sslInUse(c->pg) ? TLS_WAIT_MS : -1) < 0 && errno == EINTR)
		;
}

/*
 * Lets libpq gather the next result. False: it is larger than WHOLE_MOST. Of what libpq reads only that counts which
 * was waiting before, at least: it may read more that comes meanwhile, up to one row. The first piece does not count,
 * so that small results cost nothing.
 */
static bool gather(struct pg_conn *c)
{
	size_t read = 0, before = 0, after;
	int fd = pq.socket(c->pg);

	for (bool first = true; pq.isBusy(c->pg); first = false) {
		if (read > WHOLE_MOST)
			return false;
		wait_for_bytes(c, fd);
		if (!first)
			before = bytes_waiting(fd);
		if (!pq.consumeInput(c->pg))
			return true;	/* PQgetResult() says why */
		if (first)
			continue;
		after = bytes_waiting(fd);
		read += before > after + KIB(8) ? before - after : before < KIB(8) ? before : KIB(8);
	}
	return true;
}

/* From now on the rows of the statement are received one by one. */
static void mark_large(const struct sql *sql)
{
	log_debug("%s: from now on its rows are received one by one", sql->name);
	atomic_store_explicit(place_of(sql), true, memory_order_relaxed);
}

static PGresult *receive_whole(struct pg_conn *c, struct pg_answer *to)
{
	PGresult *r;

	if (!gather(c)) {
		mark_large(to->sql);
		to->ended = ERR_AGAIN;
		c->broken = ERR_AGAIN;
		return NULL;
	}
	r = pq.getResult(c->pg);
	if (!r || hold(to, r)) {
		if (UNLIKELY(to->held > WHOLE_MOST))
			mark_large(to->sql);
		return r;
	}
	return refuse(to, r);
}

/* ---- one row at a time ---- */

/* Puts the row of one result at the end of another one, as PQgetResult() would have done. */
static void append(PGresult *all, const PGresult *row)
{
	int at = pq.ntuples(all), columns = pq.nfields(row);

	for (int i = 0; i < columns; i++) {
		int len = pq.getisnull(row, 0, i) ? -1 : pq.getlength(row, 0, i);

		if (!pq.setvalue(all, at, i, len < 0 ? NULL : pq.getvalue(row, 0, i), len))
			log_fatal("out of memory: no room for a row");
	}
}

/* Adds a row to those that are there, or forgets it with them. Takes both, returns all rows. */
static PGresult *add_row(struct pg_answer *to, PGresult *all, PGresult *row)
{
	if (to->ended) {
		pq.clear(row);
		return NULL;
	}
	if (!all) {
		all = row;
	} else {
		append(all, row);
		pq.clear(row);
	}
	return hold(to, all) ? all : refuse(to, all);
}

static PGresult *receive_rows(struct pg_conn *c, struct pg_answer *to)
{
	PGresult *all = NULL, *r;

	while ((r = pq.getResult(c->pg)) && pq.resultStatus(r) == PGRES_SINGLE_TUPLE)
		all = add_row(to, all, r);
	if (r && pq.resultStatus(r) == PGRES_TUPLES_OK && (all || to->ended)) {
		pq.clear(r);
		return all;
	}
	pq.clear(all);		/* an error after some rows, or no row */
	give_back(to);
	return r;
}

PGresult *rows_receive(struct pg_conn *c, struct pg_answer *to)
{
	if (!to->sql)
		return pq.getResult(c->pg);
	if (UNLIKELY(atomic_load_explicit(place_of(to->sql), memory_order_relaxed)) && pq.setSingleRowMode(c->pg))
		return receive_rows(c, to);
	return receive_whole(c, to);
}
