#include "store/postgres.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/banned.h"

/*
 * A connection stays in pipeline mode: what belongs together (BEGIN and the first statement, PREPARE and the first
 * execution, the notifications and COMMIT; the statements of several reads, together.c) is sent at once and costs one
 * round trip. Such a group is a list of steps and ends with a sync. The server answers them in order; after an error it
 * skips the rest of the group. Each step names the answer that its result is for, so that an error reaches the one whose
 * statement failed, and a read that was only skipped asks again.
 *
 * A lost connection is found at the next transaction, and connected again there: in between, and while the server is
 * away, txn_begin() answers ERR_STORE_DOWN at once.
 */

#define LONGEST_PAUSE_US 2000000	/* between two attempts to connect */
#define IDLE_US 20000		/* from then on a connection may have been lost unseen */
#define MIGRATION_LOCK "7454987654821637185"	/* an advisory lock: any number, but always this one */

struct pg_conn {
	struct conn base;
	PGconn *pg;
	unsigned generation;	/* of the connection: what was prepared on an older one is gone */
	unsigned shapes;	/* texts prepared so far: their names are never used twice */
	bool begun;		/* the server knows of the transaction */
	err_t broken;		/* not OK: it is of no use any more, and this is what those are told who wait for answers */
	int64_t failed_us, retry_us, pause_us;	/* the last attempt to connect, and when to try again */
	int64_t heard_us;	/* the last sign of life */
	struct pg_step *steps;	/* of the group, sent and not yet answered */
	size_t step_count, step_cap;
	unsigned *unused;	/* numbers of statements to deallocate */
	size_t unused_count, unused_cap;

	const char **values;	/* arguments of the statement that is being sent */
	int *lengths, *formats;
	char (*numbers)[32];
	int cap;
};

struct pg_prepared {
	unsigned generation;	/* of the connection that knows it; 0: none does */
	unsigned number;	/* its name is "s" and this */
	unsigned waiting;	/* executions that are not finished */
};

/* What a group brings to one who asks. All zero: nothing yet. */
struct pg_answer {
	size_t missing;		/* steps without a result */
	bool skipped;		/* the server passed over some of them, since another's failed */
	PGresult *result;	/* of the last step */
	PGresult *failure;	/* of the first that failed */
};

struct pg_step {
	struct pg_answer *to;
	struct pg_prepared *prepares;	/* what it prepares; NULL: nothing */
	unsigned deallocates;		/* the number that it deallocates; 0: none */
};

static struct pg_conn *pg_of(struct conn *c)
{
	return (struct pg_conn *)c;
}

/* ---- errors ---- */

err_t pg_failed(err_t e, const char *what, const char *message)
{
	size_t len = message ? strcspn(message, "\n") : 0;	/* what follows quotes the statement */

	return err_set(e, "%s: %.*s", what, (int)len, message ? message : "");
}

static const struct {
	const char *state;	/* or its class, the first two characters */
	err_t e;
} states[] = {
	{ "23505", ERR_UNIQUE },
	{ "23503", ERR_REFERENCE },
	{ "23001", ERR_REFERENCE },
	{ "23514", ERR_CHECK },
	{ "P0001", ERR_CHECK },		/* RAISE EXCEPTION */
	{ "22001", ERR_TOO_LONG },
	{ "54000", ERR_TOO_LONG },	/* a row too large for its index */
	{ "40001", ERR_AGAIN },
	{ "40P01", ERR_AGAIN },
	{ "55P03", ERR_AGAIN },		/* lock timeout */
	{ "57014", ERR_BUSY },		/* statement timeout */
	{ "2201B", ERR_INPUT },		/* regular expression */
	{ "22025", ERR_INPUT },		/* a pattern ends with its escape */
	{ "22019", ERR_INPUT },
	{ "22021", ERR_INPUT },		/* bytes that are no UTF-8 */
	{ "22P05", ERR_INPUT },		/* \u0000 in JSON */
	{ "25006", ERR_STORE_DOWN },	/* the server became a replica */
	{ "57P", ERR_STORE_DOWN },	/* shutdown, crash, start-up */
	{ "08", ERR_STORE_DOWN },
	{ "53", ERR_STORE_DOWN },	/* no memory, no disk, too many connections */
	/* The tables were changed below a prepared statement, or somebody discarded it: everything is prepared anew. */
	{ "0A000", ERR_AGAIN },
	{ "26000", ERR_AGAIN },
};

static err_t error_of(const char *state)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(states); i++) {
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
			return states[i].e;
	}
	return ERR_STORE;
}

/* Marks a connection of which nothing good can be expected after this result. */
static void check_connection(struct pg_conn *c, const PGresult *r)
{
	const char *state = pq.resultErrorField(r, PG_DIAG_SQLSTATE);
	err_t e = state ? error_of(state) : OK;

	if (!state)	/* libpq's own */
		c->broken = pq.status(c->pg) == CONNECTION_BAD ? ERR_STORE_DOWN : c->broken;
	else if (strcmp(state, "26000") == 0 || strcmp(state, "0A000") == 0)
		c->broken = e;
	else if (e == ERR_STORE_DOWN && strncmp(state, "53", 2) != 0)
		c->broken = e;
}

static err_t lost(struct pg_conn *c, const char *what)
{
	c->broken = ERR_STORE_DOWN;
	return pg_failed(ERR_STORE_DOWN, what, pq.errorMessage(c->pg));
}

static void set_constraint(const PGresult *r, const char *state)
{
	const char *name = pq.resultErrorField(r, PG_DIAG_CONSTRAINT_NAME);

	if (!name && strcmp(state, "P0001") == 0)
		name = pq.resultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	name = name ? name : "";
	store__constraint_set(name, strlen(name));
}

static err_t result_failed(struct pg_conn *c, const PGresult *r, const char *what)
{
	const char *state = pq.resultErrorField(r, PG_DIAG_SQLSTATE);
	const char *message = pq.resultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = pq.resultErrorField(r, PG_DIAG_MESSAGE_DETAIL);

	if (!state)
		return pq.status(c->pg) == CONNECTION_BAD ? lost(c, what) : pg_failed(ERR_STORE, what, pq.resultErrorMessage(r));
	set_constraint(r, state);
	return err_set(error_of(state), "%s: %s%s%s (SQLSTATE %s)", what, message ? message : "failed", detail ? "; " : "",
		       detail ? detail : "", state);
}

/* ---- connecting ---- */

static void on_notice(void *of, const char *message)
{
	(void)of;
	log_debug("PostgreSQL: %.*s", (int)strcspn(message, "\n"), message);
}

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

err_t pg_connect(const struct store *s, PGconn **out)
{
	/* before `dbname`, which is the URL: what the operator writes there wins. After it: what may not be otherwise */
	static const char *const names[] = { "fallback_application_name", "connect_timeout", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname", "client_encoding", NULL };
	const char *const values[] = { "guildhall", "2", "5", "2", "3", "10000", s->url, "UTF8", NULL };
	PGconn *pg = pq.connectdbParams(names, values, 1);
	PGresult *r;
	err_t e = OK;

	if (pq.status(pg) != CONNECTION_OK) {
		e = pg_failed(ERR_STORE_DOWN, "connecting to PostgreSQL", pg ? pq.errorMessage(pg) : "no memory");
		pq.finish(pg);
		return e;
	}
	pq.setNoticeProcessor(pg, on_notice, NULL);
	r = pq.exec(pg, settings);
	if (pq.resultStatus(r) != PGRES_COMMAND_OK)
		e = pg_failed(ERR_STORE_DOWN, "setting up the connection", pq.errorMessage(pg));
	pq.clear(r);
	if (e) {
		pq.finish(pg);
		return e;
	}
	*out = pg;
	return OK;
}

/* When a connection of this process was made last: then there is no reason to wait for another. */
static _Atomic int64_t connected_us;

static err_t reconnect(struct pg_conn *c, const struct store *s)
{
	err_t e;

	if (clock_monotonic_us() < c->retry_us && atomic_load(&connected_us) <= c->failed_us)
		return err_set(ERR_STORE_DOWN, "PostgreSQL is away; the next attempt to connect follows");
	pq.finish(c->pg);
	c->pg = NULL;
	c->unused_count = 0;
	e = pg_connect(s, &c->pg);
	if (!e && pq.enterPipelineMode(c->pg) != 1)
		e = pg_failed(ERR_STORE_DOWN, "pipeline mode", pq.errorMessage(c->pg));
	if (e) {
		c->pause_us = c->pause_us ? c->pause_us * 2 : 100000;
		if (c->pause_us > LONGEST_PAUSE_US)
			c->pause_us = LONGEST_PAUSE_US;
		c->failed_us = clock_monotonic_us();
		c->retry_us = c->failed_us + c->pause_us;
		return e;
	}
	atomic_store(&connected_us, clock_monotonic_us());
	c->generation++;
	c->broken = OK;
	c->pause_us = 0;
	return OK;
}

/* What the server said while nobody asked: most of all that it has gone. Under load the next statement tells as soon. */
static bool is_gone(struct pg_conn *c)
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

static void close_conn(struct conn *of)
{
	struct pg_conn *c = pg_of(of);

	pq.finish(c->pg);
	free(c->steps);
	free(c->unused);
	free(c->values);
	free(c->lengths);
	free(c->formats);
	free(c->numbers);
	free(c);
}

static err_t open_conn(struct store *s, bool write, struct conn **out)
{
	struct pg_conn *c = store__alloc(sizeof(*c));
	err_t e;

	(void)write;
	e = reconnect(c, s);
	if (e) {
		close_conn(&c->base);
		return e;
	}
	*out = &c->base;
	return OK;
}

/* ---- groups ---- */

/* Makes room for one more in a list. */
static void *list_grow(void *list, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return list;
	*cap = *cap ? *cap * 2 : 32;
	return store__resize(list, *cap, size);
}

/* `sent`: what libpq said to it. What cannot even be sent ends the connection. */
static void step_add(struct pg_conn *c, int sent, struct pg_step step)
{
	if (sent != 1) {
		c->broken = ERR_STORE_DOWN;
		return;
	}
	c->steps = list_grow(c->steps, c->step_count, &c->step_cap, sizeof(*c->steps));
	c->steps[c->step_count++] = step;
	step.to->missing++;
}

static void send_text(struct pg_conn *c, struct pg_answer *to, const char *text, int n, const char *const *values)
{
	step_add(c, pq.sendQueryParams(c->pg, text, n, NULL, values, NULL, NULL, 0), (struct pg_step){ .to = to });
}

static void unused_add(struct pg_conn *c, unsigned number)
{
	c->unused = list_grow(c->unused, c->unused_count, &c->unused_cap, sizeof(*c->unused));
	c->unused[c->unused_count++] = number;
}

/* What a step that failed, or was passed over, would have done is still to be done. */
static void step_undo(struct pg_conn *c, const struct pg_step *s)
{
	if (s->prepares)
		s->prepares->generation = 0;
	if (s->deallocates)
		unused_add(c, s->deallocates);
}

/* Takes `r`. */
static void step_finish(struct pg_conn *c, const struct pg_step *s, PGresult *r)
{
	struct pg_answer *to = s->to;
	PGresult **place = &to->result;

	to->missing--;
	switch (pq.resultStatus(r)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		break;
	case PGRES_PIPELINE_ABORTED:
		step_undo(c, s);
		to->skipped = true;
		break;
	default:
		step_undo(c, s);
		check_connection(c, r);
		place = &to->failure;
	}
	pq.clear(*place);
	*place = r;
}

/* One result, then NULL. Anything else, and questions and answers do not belong together any more. */
static void step_receive(struct pg_conn *c, const struct pg_step *s)
{
	PGresult *r = pq.getResult(c->pg);

	if (!r) {
		c->broken = ERR_STORE_DOWN;
		return;
	}
	step_finish(c, s, r);
	if (c->broken)
		return;
	r = pq.getResult(c->pg);
	if (r)
		c->broken = ERR_STORE_DOWN;
	pq.clear(r);
}

static void receive_sync(struct pg_conn *c)
{
	PGresult *r = pq.getResult(c->pg);

	if (pq.resultStatus(r) == PGRES_PIPELINE_SYNC)
		c->heard_us = clock_monotonic_us();
	else
		c->broken = ERR_STORE_DOWN;
	pq.clear(r);
}

/* Ends the group and hands out its results. When the connection is lost meanwhile, some answers stay without. */
static void receive(struct conn *of)
{
	struct pg_conn *c = pg_of(of);
	size_t i;

	if (!c->broken && pq.pipelineSync(c->pg) != 1)
		c->broken = ERR_STORE_DOWN;
	for (i = 0; i < c->step_count && !c->broken; i++)
		step_receive(c, &c->steps[i]);
	if (!c->broken)
		receive_sync(c);
	c->step_count = 0;
}

/* A transaction that has the connection to itself waits here, a read that shares it lets others run. */
static void wait_for_answer(struct txn *tx)
{
	if (tx->reader)
		store__wait(tx->reader);
	else
		receive(tx->conn);
}

/* Ends an answer: what went wrong, or its result in `*out` (may be NULL). */
static err_t answer_take(struct pg_conn *c, struct pg_answer *a, const char *what, PGresult **out)
{
	PGresult *result = NULL;
	err_t e = OK;

	if (a->failure)
		e = result_failed(c, a->failure, what);
	else if (a->result && !a->missing && !a->skipped)
		result = a->result;
	else
		e = pg_failed(c->broken, what, pq.errorMessage(c->pg));
	if (!result || !out)
		pq.clear(a->result);
	else
		*out = result;
	pq.clear(a->failure);
	return e;
}

/* For a group of one asker: receives it. */
static err_t receive_answer(struct pg_conn *c, struct pg_answer *a, const char *what, PGresult **out)
{
	receive(&c->base);
	return answer_take(c, a, what, out);
}

static void send_begin(struct pg_conn *c, const struct txn *tx, struct pg_answer *to)
{
	if (tx->write && !c->begun) {
		send_text(c, to, "BEGIN", 0, NULL);
		c->begun = true;
	}
}

static void send_deallocate(struct pg_conn *c, struct pg_answer *to)
{
	char text[64];

	while (c->unused_count && !c->broken) {
		unsigned number = c->unused[--c->unused_count];

		snprintf(text, sizeof(text), "DEALLOCATE s%u", number);
		step_add(c, pq.sendQueryParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 0),
			 (struct pg_step){ .to = to, .deallocates = number });
	}
}

/* ---- arguments ---- */

static void make_room(struct pg_conn *c, int n)
{
	if (n <= c->cap)
		return;
	c->cap = n < 32 ? 32 : n;
	c->values = store__resize(c->values, (size_t)c->cap, sizeof(*c->values));
	c->lengths = store__resize(c->lengths, (size_t)c->cap, sizeof(*c->lengths));
	c->formats = store__resize(c->formats, (size_t)c->cap, sizeof(*c->formats));
	c->numbers = store__resize(c->numbers, (size_t)c->cap, sizeof(*c->numbers));
}

static void put_arg(struct pg_conn *c, int i, const struct arg *a)
{
	c->lengths[i] = 0;
	c->formats[i] = a->kind == ARG_BLOB;	/* bytea in binary is the bytes themselves */
	c->values[i] = c->numbers[i];
	switch (a->kind) {
	case ARG_NULL:
		c->values[i] = NULL;
		break;
	case ARG_TEXT:
		c->values[i] = a->text;
		break;
	case ARG_INT:
		snprintf(c->numbers[i], sizeof(c->numbers[i]), "%lld", (long long)a->n);
		break;
	case ARG_REAL:
		snprintf(c->numbers[i], sizeof(c->numbers[i]), "%.17g", a->real);
		break;
	case ARG_BLOB:
		c->values[i] = a->text ? a->text : "";
		c->lengths[i] = (int)a->len;
		break;
	}
}

static int put_args(struct pg_conn *c, const struct txn *tx, const struct run *r)
{
	const struct arg tenant = arg_text(tx->tenant);
	int i, n = 0;

	make_room(c, r->n + 1);
	if (!r->sql->global)
		put_arg(c, n++, &tenant);
	for (i = 0; i < r->n; i++)
		put_arg(c, n++, &r->args[i]);
	return n;
}

/* ---- statements ---- */

static void prepared_name(const struct pg_prepared *p, char *out, size_t size)
{
	snprintf(out, size, "s%u", p->number);
}

/* Counts as prepared from now on, for other reads of the group too; if it fails, step_undo() takes that back. */
static struct pg_prepared *send_prepare(struct pg_conn *c, const struct run *r, struct pg_answer *to)
{
	struct pg_prepared *p = *r->prepared;
	char name[16];

	if (p && p->generation == c->generation)
		return p;
	if (!p)
		p = *r->prepared = store__alloc(sizeof(*p));
	p->number = ++c->shapes;
	p->generation = c->generation;
	prepared_name(p, name, sizeof(name));
	step_add(c, pq.sendPrepare(c->pg, name, r->sql->text, 0, NULL), (struct pg_step){ .to = to, .prepares = p });
	return p;
}

/* One that is being executed stays: the read that asked may have to ask again. */
static bool forget(struct conn *of, void **prepared)
{
	struct pg_conn *c = pg_of(of);
	struct pg_prepared *p = *prepared;

	if (p && p->waiting)
		return false;
	if (p && p->generation == c->generation && !c->broken)
		unused_add(c, p->number);
	free(p);
	*prepared = NULL;
	return true;
}

/* What is due before, the statement, its execution. */
static struct pg_prepared *send_statement(struct txn *tx, const struct run *r, struct pg_answer *to)
{
	struct pg_conn *c = pg_of(tx->conn);
	int n = put_args(c, tx, r);
	struct pg_prepared *p;
	char name[16];

	send_deallocate(c, to);
	send_begin(c, tx, to);
	p = send_prepare(c, r, to);
	prepared_name(p, name, sizeof(name));
	if (!c->broken)
		step_add(c, pq.sendQueryPrepared(c->pg, name, n, c->values, c->lengths, c->formats, 0), (struct pg_step){ .to = to });
	return p;
}

/* Asks until the answer is its own: only reads are ever passed over, and asking again changes nothing. */
static err_t run_statement(struct txn *tx, const struct run *r, PGresult **out)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_prepared *p;
	struct pg_answer answer;

	if (r->sql->params > 65535)
		return err_set(ERR_STORE, "%s: more than 65535 parameters", r->sql->name);
	do {
		answer = (struct pg_answer){0};
		p = send_statement(tx, r, &answer);
		p->waiting++;
		wait_for_answer(tx);
		p->waiting--;
	} while (tx->reader && answer.skipped && !answer.failure && !c->broken);
	return answer_take(c, &answer, r->sql->name, out);
}

/* By itself, at the start: reads and writes nothing. */
static err_t prepare(struct txn *tx, const struct run *r)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};

	send_prepare(c, r, &answer);
	return answer.missing || c->broken ? receive_answer(c, &answer, r->sql->name, NULL) : OK;
}

static err_t exec(struct txn *tx, const struct run *r, int64_t *changed)
{
	PGresult *result;
	err_t e;

	e = run_statement(tx, r, &result);
	if (e)
		return e;
	if (changed)
		*changed = strtoll(pq.cmdTuples(result), NULL, 10);
	pq.clear(result);
	return OK;
}

static err_t query(struct txn *tx, const struct run *r, struct rows *out)
{
	PGresult *result;
	err_t e;

	e = run_statement(tx, r, &result);
	if (e)
		return e;
	out->stmt = result;
	out->count = pq.ntuples(result);
	out->row = -1;
	return OK;
}

/* ---- rows ---- */

static bool next_row(struct rows *r)
{
	return ++r->row < r->count;
}

static bool row_null(struct rows *r, int column)
{
	return pq.getisnull(r->stmt, r->row, column);
}

static const char *row_text(struct rows *r, int column, size_t *len)
{
	if (row_null(r, column))
		return NULL;
	*len = (size_t)pq.getlength(r->stmt, r->row, column);
	return pq.getvalue(r->stmt, r->row, column);
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* bytea_output = hex: \x and two digits a byte */
static const void *row_blob(struct rows *r, int column, size_t *len, struct arena *a)
{
	const char *text = row_text(r, column, len);
	unsigned char *bytes;
	size_t i;

	if (!text)
		return NULL;
	if (text[0] != '\\' || text[1] != 'x')	/* a text read as bytes */
		return arena_copyn(a, text, *len);
	*len = (*len - 2) / 2;
	bytes = arena_alloc(a, *len + 1);
	for (i = 0; i < *len; i++)
		bytes[i] = (unsigned char)(digit(text[2 + 2 * i]) << 4 | digit(text[3 + 2 * i]));
	return bytes;
}

/* A boolean reads as on SQLite. */
static int64_t row_int(struct rows *r, int column)
{
	const char *text = pq.getvalue(r->stmt, r->row, column);

	return text[0] == 't' ? 1 : strtoll(text, NULL, 10);
}

static double row_real(struct rows *r, int column)
{
	return strtod(pq.getvalue(r->stmt, r->row, column), NULL);
}

static void close_rows(struct rows *r)
{
	pq.clear(r->stmt);
}

/* ---- transactions ---- */

static err_t begin(struct txn *tx)
{
	struct pg_conn *c = pg_of(tx->conn);

	c->begun = false;
	if (UNLIKELY(c->broken || !c->pg || is_gone(c))) {
		c->broken = ERR_STORE_DOWN;
		return reconnect(c, tx->conn->store);
	}
	return OK;
}

static void rollback(struct txn *tx)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};

	if (c->broken || !c->begun || pq.transactionStatus(c->pg) == PQTRANS_IDLE)
		return;
	send_text(c, &answer, "ROLLBACK", 0, NULL);
	if (receive_answer(c, &answer, "ROLLBACK", NULL))
		c->broken = ERR_STORE_DOWN;	/* the server rolls back when the connection goes */
	c->begun = false;
}

static void send_changes(struct pg_conn *c, struct pg_answer *to)
{
	char text[512];
	const char *value = text;
	size_t i;

	for (i = 0; i < c->base.change_count; i++) {
		snprintf(text, sizeof(text), "%s %u %s", c->base.changes[i].tenant ? c->base.changes[i].tenant : "*",
			 c->base.changes[i].what, c->base.store->origin);
		send_text(c, to, "SELECT pg_notify('" CHANNEL "', $1)", 1, &value);
	}
}

/* Of a transaction in which nothing was said the server never hears. */
static err_t commit(struct txn *tx)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};
	PGresult *result = NULL;
	err_t e;

	if (!tx->write || (!c->begun && c->base.change_count == 0))
		return OK;
	send_begin(c, tx, &answer);
	send_changes(c, &answer);
	send_text(c, &answer, "COMMIT", 0, NULL);
	e = receive_answer(c, &answer, "COMMIT", &result);
	if (e) {
		rollback(tx);
		return e;
	}
	if (strcmp(pq.cmdStatus(result), "COMMIT") != 0)
		e = err_set(ERR_STORE, "COMMIT was answered with %s", pq.cmdStatus(result));
	pq.clear(result);
	c->begun = false;
	return e;
}

static err_t run_text(struct txn *tx, const char *text)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};

	send_begin(c, tx, &answer);
	send_text(c, &answer, text, 0, NULL);
	return receive_answer(c, &answer, text, NULL);
}

static err_t savepoint(struct txn *tx)
{
	return run_text(tx, "SAVEPOINT r");
}

static err_t release(struct txn *tx)
{
	return run_text(tx, "RELEASE SAVEPOINT r");
}

static err_t rollback_to(struct txn *tx)
{
	err_t e;

	e = run_text(tx, "ROLLBACK TO SAVEPOINT r");
	return e ? e : release(tx);
}

/* ---- the store ---- */

static err_t prepare_store(struct store *s)
{
	(void)s;
	return libpq_load();
}

static err_t watch(struct store *s)
{
	struct pg_listener *l;
	err_t e;

	if (!s->listener)
		return OK;
	e = listener_start(s, &l);
	if (!e)
		s->engine_data = l;
	return e;
}

static void done_store(struct store *s)
{
	listener_stop(s->engine_data);
	s->engine_data = NULL;
}

static bool listening(const struct store *s)
{
	return s->engine_data && listener_hears(s->engine_data);
}

/* ---- migrations ---- */

/* Several statements in one text: only the simple protocol takes them. */
static err_t simple(struct pg_conn *c, const char *text)
{
	PGresult *r;
	err_t e = OK;

	if (pq.exitPipelineMode(c->pg) != 1)
		return lost(c, "leaving pipeline mode");
	r = pq.exec(c->pg, text);
	if (pq.resultStatus(r) != PGRES_COMMAND_OK && pq.resultStatus(r) != PGRES_TUPLES_OK) {
		check_connection(c, r);
		e = result_failed(c, r, "script");
	}
	pq.clear(r);
	if (pq.enterPipelineMode(c->pg) != 1)
		return lost(c, "pipeline mode");
	return e;
}

static err_t script(struct txn *tx, const char *text)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};
	err_t e = OK;

	send_begin(c, tx, &answer);
	if (answer.missing || c->broken)
		e = receive_answer(c, &answer, "BEGIN", NULL);
	return e ? e : simple(c, text);
}

static err_t migrate_lock(struct conn *c)
{
	return simple(pg_of(c), "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock(" MIGRATION_LOCK ")");
}

static void migrate_unlock(struct conn *c)
{
	struct pg_conn *pg = pg_of(c);

	if (!pg->broken && simple(pg, "SELECT pg_advisory_unlock(" MIGRATION_LOCK ")"))
		log_error("database: %s", err_fault()->detail);
}

static err_t migrate_check(struct txn *tx)
{
	(void)tx;
	return OK;
}

const struct engine_ops store__postgres = {
	.prepare_store = prepare_store,
	.watch = watch,
	.done_store = done_store,
	.listening = listening,
	.conn_open = open_conn,
	.conn_close = close_conn,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.savepoint = savepoint,
	.release = release,
	.rollback_to = rollback_to,
	.prepare = prepare,
	.forget = forget,
	.exec = exec,
	.query = query,
	.receive = receive,
	.rows_next = next_row,
	.rows_text = row_text,
	.rows_blob = row_blob,
	.rows_int = row_int,
	.rows_real = row_real,
	.rows_null = row_null,
	.rows_close = close_rows,
	.migrate_lock = migrate_lock,
	.migrate_unlock = migrate_unlock,
	.script = script,
	.migrate_check = migrate_check,
};
