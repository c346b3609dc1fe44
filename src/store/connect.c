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

#include "base/clock.h"
#include "base/log.h"
#include "base/banned.h"

#define LONGEST_PAUSE_US 2000000	/* between two attempts to connect */
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
	"SET jit = off";

/*
 * So that the server stops a statement whose client has died, and with it the locks end. Not every platform of the
 * server can do it; there nothing is lost but time.
 */
static const char check_client[] = "SET client_connection_check_interval = '1s'";

err_t pg_connect(const struct store *s, PGconn **out)
{
	/*
	 * What stands before `dbname`, the URL, is a default that the URL may change; what stands after it is fixed.
	 */
	static const char *const names[] = { "fallback_application_name", "connect_timeout", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname", "client_encoding", NULL };
	const char *const values[] = { "guildhall", "2", "5", "2", "3", "10000", s->url, "UTF8", NULL };
	PGconn *pg = pq.connectdbParams(names, values, 1);
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

/* When this process made a connection last. One that failed before then need not wait with its next attempt. */
static _Atomic int64_t connected_us;

/* Sets the limit of the connection, which is in no transaction. */
static err_t set_limit(struct pg_conn *c)
{
	struct pg_answer answer = {0};
	char text[64];

	snprintf(text, sizeof(text), "SET statement_timeout = '%llds'", (long long)c->limit_s);
	pg_send_text(c, &answer, text, 0, NULL);
	return pg_receive_answer(c, &answer, "statement_timeout", NULL);
}

err_t pg_conn_limit(struct conn *of, int64_t seconds)
{
	struct pg_conn *c = pg_of(of);

	c->limit_s = seconds;
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
