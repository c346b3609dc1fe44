/*
 * Connections to PostgreSQL: how one is made and set up, and made again.
 *
 * The next transaction notices that a connection was lost, and connects again. While the server is away, txn_begin()
 * returns ERR_STORE_DOWN at once: a connection waits longer before each further attempt, until one succeeds anywhere
 * in the process, which lets all others try at once.
 */
#include "store/postgres.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/banned.h"

#define LONGEST_PAUSE_US 2000000	/* between two attempts to connect */
#define WAIT_PAUSE_MS 250	/* between two attempts at the start */
#define POOLER_LOOKS 30		/* at the start, where a pooler is between */
#define IDLE_US 20000		/* from then on a connection may have been lost unseen */

/* Logs the server's notices. */
static void on_notice(void *of, const char *message)
{
	(void)of;
	log_debug("PostgreSQL: %.*s", (int)strcspn(message, "\n"), message);
}

/* What every session is set to, whatever the server and the role say. */
static const char settings[] =
	"SET client_min_messages = warning;"
	"SET standard_conforming_strings = on;"
	"SET bytea_output = 'hex';"
	"SET TimeZone = 'UTC';"
	"SET default_transaction_isolation = 'read committed';"
	"SET statement_timeout = '30s';"
	"SET lock_timeout = '10s';"
	"SET idle_in_transaction_session_timeout = '60s';"
	"SET jit = off;"
	SET_TEMP_FILE_LIMIT("1GB");

/*
 * So that the server stops a statement whose client has died, and with it the locks end. Not every platform of the
 * server can do it; there nothing is lost but time.
 */
static const char check_client[] = "SET client_connection_check_interval = '1s'";

/* What stands before `dbname`, the URL, is a default that the URL may change; what stands after it is fixed. */
static const char *const names[] = {
	"fallback_application_name", "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
	"tcp_user_timeout", "dbname", "client_encoding", NULL,
};
#define VALUES(s) (const char *const[]){ "guildhall", "2", "5", "2", "3", "10000", (s)->url, "UTF8", NULL }

err_t pg_connect(const struct store *s, PGconn **out)
{
	PGconn *pg = pq.connectdbParams(names, VALUES(s), 1);
	PGresult *r;
	err_t e = OK;

	if (pq.status(pg) != CONNECTION_OK) {
		e = pg_error(ERR_STORE_DOWN, "connecting to PostgreSQL", pg ? pq.errorMessage(pg) : "no memory");
		pq.finish(pg);
		return e;
	}
	pq.setNoticeProcessor(pg, on_notice, NULL);
	r = pq.exec(pg, settings);
	if (pq.resultStatus(r) != PGRES_COMMAND_OK)
		e = pg_error(ERR_STORE_DOWN, "setting up the connection", pq.errorMessage(pg));
	pq.clear(r);
	if (!e)
		pq.clear(pq.exec(pg, check_client));
	if (e) {
		pq.finish(pg);
		return e;
	}
	*out = pg;
	return OK;
}

/* -- before the first connection -- */

/* Whether the server is there for nobody: it does not answer, or refuses everybody, as it does while it starts. */
static bool is_away(const struct store *s)
{
	PGPing ping = pq.pingParams(names, VALUES(s), 1);

	return ping == PQPING_REJECT || ping == PQPING_NO_RESPONSE;
}

/* Connects as soon as the server is there. One that is there and refuses us does so for good: one more attempt. */
static err_t connect_when_there(const struct store *s, PGconn **out)
{
	const struct timespec pause = { .tv_nsec = WAIT_PAUSE_MS * 1000000 };
	int64_t until = clock_monotonic_us() + s->wait_s * INT64_C(1000000);
	bool away = true, told = false;
	err_t e = pg_connect(s, out);

	while (e && away && clock_monotonic_us() < until && !end_is_asked()) {
		away = is_away(s);
		if (away && !told)
			log_warn("database: %s; waiting for it, %d s at most", err_fault()->detail, s->wait_s);
		told = true;
		if (away)
			nanosleep(&pause, NULL);
		e = pg_connect(s, out);
	}
	return e;
}

static err_t check_encoding(PGconn *pg)
{
	const char *encoding = pq.parameterStatus(pg, "server_encoding");

	if (encoding && strcmp(encoding, "UTF8") == 0)
		return OK;
	return err_set(ERR_STORE,
		       "the database has the encoding %s, and must have UTF8:"
		       " createdb --template=template0 --encoding=UTF8",
		       encoding ? encoding : "(unknown)");
}

/* The process of the server that answers on the connection; -1: unknown. */
static long backend_of(PGconn *pg)
{
	PGresult *r = pq.exec(pg, "SELECT pg_backend_pid()");
	long number = pq.resultStatus(r) == PGRES_TUPLES_OK ? strtol(pq.getvalue(r, 0, 0), NULL, 10) : -1;

	pq.clear(r);
	return number;
}

/*
 * Whether a process of the server answers one client after the other: then two connections of ours meet in one, or, as
 * other clients are quick to take it, one of ours meets several. Among many clients one look can miss it.
 */
static bool is_shared(PGconn *pg, PGconn *other)
{
	long first = backend_of(pg);
	bool shared = false;

	for (int i = 0; i < POOLER_LOOKS && !shared; i++) {
		long theirs = backend_of(other), ours = backend_of(pg);

		shared = ours >= 0 && (ours == theirs || (first >= 0 && ours != first));
	}
	return shared;
}

/*
 * A pooler between may give the connection to the server to another client after each transaction, which mixes up
 * prepared statements, settings and LISTEN.
 */
static err_t check_pooler(const struct store *s, PGconn *pg)
{
	PGconn *other = NULL;
	bool shared;
	err_t e;

	if (backend_of(pg) == pq.backendPID(pg))
		return OK;		/* nothing is between */
	e = pg_connect(s, &other);
	if (e)
		return e;
	shared = is_shared(pg, other);
	pq.finish(other);
	return shared ? err_set(ERR_STORE, "a pooler gives its connections away after each transaction;"
					   " it must keep sessions: in PgBouncer pool_mode = session") :
			OK;
}

err_t pg_await(const struct store *s)
{
	PGconn *pg = NULL;
	err_t e = connect_when_there(s, &pg);

	if (e)
		return e;
	e = check_encoding(pg);
	if (!e)
		e = check_pooler(s, pg);
	pq.finish(pg);
	return e;
}

/* -- again -- */

/* When this process made a connection last. One that failed before then need not wait with its next attempt. */
static _Atomic int64_t connected_us;

/*
 * Sets the limit of the connection, which is in no transaction. A statement of a long read is planned for its values
 * each time: how many rows a search finds is what decides whether its index or the order of the list is the way.
 */
static err_t set_limit(struct pg_conn *c)
{
	struct pg_answer answer = {0};
	char text[160];

	snprintf(text, sizeof(text),
		 "SELECT set_config('statement_timeout', '%llds', false), set_config('plan_cache_mode', '%s', false)",
		 (long long)c->limit_s, c->reads_long ? "force_custom_plan" : "auto");
	pg_send_text(c, &answer, text, 0, NULL);
	return pg_receive_answer(c, &answer, "statement_timeout", NULL);
}

err_t pg_conn_limit(struct conn *of, int64_t seconds, bool reads_long)
{
	struct pg_conn *c = pg_of(of);

	c->limit_s = seconds;
	c->reads_long = reads_long;
	return set_limit(c);
}

err_t pg_reconnect(struct pg_conn *c, const struct store *s)
{
	struct pg_overdue *overdue = pg_data_of(s)->overdue;
	err_t e;

	if (clock_monotonic_us() < c->retry_us && atomic_load(&connected_us) <= c->failed_us)
		return err_set(ERR_STORE_DOWN, "PostgreSQL is away; the next attempt to connect follows");
	overdue_set_socket(overdue, c, -1);
	pq.finish(c->pg);
	c->pg = NULL;
	c->unused_count = 0;
	e = pg_connect(s, &c->pg);
	if (!e && pq.enterPipelineMode(c->pg) != 1)
		e = pg_error(ERR_STORE_DOWN, "pipeline mode", pq.errorMessage(c->pg));
	if (e) {
		c->pause_us = c->pause_us ? c->pause_us * 2 : 100000;
		if (c->pause_us > LONGEST_PAUSE_US)
			c->pause_us = LONGEST_PAUSE_US;
		c->failed_us = clock_monotonic_us();
		c->retry_us = c->failed_us + c->pause_us;
		return e;
	}
	atomic_store(&connected_us, clock_monotonic_us());
	overdue_set_socket(overdue, c, pq.socket(c->pg));
	c->generation++;
	c->broken = OK;
	c->pause_us = 0;
	return c->limit_s ? set_limit(c) : OK;
}

bool pg_is_gone(struct pg_conn *c)
{
	struct pollfd fd = { .fd = pq.socket(c->pg), .events = POLLIN };
	int i;

	if (clock_monotonic_us() - c->heard_us < IDLE_US)
		return pq.status(c->pg) != CONNECTION_OK;
	for (i = 0; i < 3 && poll(&fd, 1, 0) > 0; i++) {
		if (!pq.consumeInput(c->pg))
			return true;
	}
	return pq.status(c->pg) != CONNECTION_OK;
}

void pg_conn_close(struct conn *of)
{
	struct pg_conn *c = pg_of(of);

	overdue_remove(pg_data_of(of->store)->overdue, c);
	pq.finish(c->pg);
	free(c->steps);
	free(c->unused);
	free(c->values);
	free(c->lengths);
	free(c->formats);
	free(c->numbers);
	free(c);
}

err_t pg_conn_open(struct store *s, bool write, struct conn **out)
{
	struct pg_conn *c = store__alloc(sizeof(*c));
	err_t e;

	(void)write;
	e = pg_reconnect(c, s);
	if (e) {
		pg_conn_close(&c->base);
		return e;
	}
	overdue_add(pg_data_of(s)->overdue, c);
	*out = &c->base;
	return OK;
}
