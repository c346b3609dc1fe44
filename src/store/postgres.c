/*
 * The PostgreSQL engine: statements, rows, transactions, migrations. How connections are made stands in connect.c, how
 * statements travel in pipeline.c, how changes of other copies are heard in listen.c.
 */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/budget.h"
#include "base/log.h"
#include "base/banned.h"

#define MIGRATION_LOCK "7454987654821637185"	/* an advisory lock: any number, but always this one */

/* ---- arguments ---- */

/* Room for `n` arguments of a statement that is sent. */
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

/* Puts the tenant and the arguments where libpq reads them. Returns how many there are. */
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

/* Sends BEGIN together with the first statement of a write, so that it costs no round trip of its own. */
static void send_begin(struct pg_conn *c, const struct txn *tx, struct pg_answer *to)
{
	if (tx->write && !c->begun) {
		pg_send_text(c, to, "BEGIN", 0, NULL);
		c->begun = true;
	}
}

/* Deallocates the statements that were forgotten since the last group. */
static void send_deallocate(struct pg_conn *c, struct pg_answer *to)
{
	char text[64];

	while (c->unused_count && !c->broken) {
		unsigned number = c->unused[--c->unused_count];

		snprintf(text, sizeof(text), "DEALLOCATE s%u", number);
		pg_step_add(c, pq.sendQueryParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 0),
			    (struct pg_step){ .to = to, .deallocates = number });
	}
}

/*
 * Sends PREPARE unless the connection has done so. The statement counts as prepared at once, for other reads of the
 * group too; if PREPARE fails, step_undo() takes that back.
 */
static struct pg_prepared *send_prepare(struct pg_conn *c, const struct run *r, struct pg_answer *to)
{
	struct pg_prepared *p = *r->prepared;

	if (p && p->generation == c->generation)
		return p;
	if (!p)
		p = *r->prepared = store__alloc(sizeof(*p));
	p->number = ++c->prepared_count;
	p->generation = c->generation;
	snprintf(p->name, sizeof(p->name), "s%u", p->number);
	pg_step_add(c, pq.sendPrepare(c->pg, p->name, r->sql->text, 0, NULL),
		    (struct pg_step){ .to = to, .prepares = p });
	return p;
}

/* A statement that is being executed stays: its read may have to run it again. */
static bool forget(struct conn *of, void **prepared)
{
	struct pg_conn *c = pg_of(of);
	struct pg_prepared *p = *prepared;

	if (p && p->waiting)
		return false;
	if (p && p->generation == c->generation && !c->broken)
		pg_unused_add(c, p->number);
	free(p);
	*prepared = NULL;
	return true;
}

/* Sends what is due first (DEALLOCATE, BEGIN, PREPARE), then the execution of the statement. */
static struct pg_prepared *send_statement(struct txn *tx, const struct run *r, struct pg_answer *to)
{
	struct pg_conn *c = pg_of(tx->conn);
	int n = put_args(c, tx, r);
	struct pg_prepared *p;

	send_deallocate(c, to);
	send_begin(c, tx, to);
	p = send_prepare(c, r, to);
	if (!c->broken)
		pg_step_add(c, pq.sendQueryPrepared(c->pg, p->name, n, c->values, c->lengths, c->formats, 0),
			    (struct pg_step){ .to = to });
	return p;
}

/*
 * Runs a statement and receives its result. The server skips it when another read of the group failed before it; then
 * it is sent again, which is harmless, since only reads share a group. ERR_AGAIN: there is no time left for that.
 * `*held`: what the rows hold of the charge; NULL: they do not count.
 */
static err_t run_statement(struct txn *tx, const struct run *r, PGresult **out, size_t *held)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_prepared *p;
	struct pg_answer answer;
	err_t e;

	if (r->sql->params > 65535)
		return err_set(ERR_STORE, "%s: more than 65535 parameters", r->sql->name);
	do {
		answer = (struct pg_answer){ .sql = held && tx->charge ? r->sql : NULL, .charge = tx->charge };
		p = send_statement(tx, r, &answer);
		p->waiting++;
		pg_wait(tx);
		p->waiting--;
	} while (tx->reader && answer.skipped && !answer.failure && !c->broken &&
		 !deadline_is_over(&c->base.deadline));
	e = pg_answer_take(c, &answer, r->sql->name, out);
	if (held)
		*held = answer.held;
	return e;
}

/* Prepares a statement without running it, for store_check(). */
static err_t prepare(struct txn *tx, const struct run *r)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};

	send_prepare(c, r, &answer);
	return answer.missing || c->broken ? pg_receive_answer(c, &answer, r->sql->name, NULL) : OK;
}

static err_t columns(struct txn *tx, const struct run *r, struct buffer *to)
{
	struct pg_conn *c = pg_of(tx->conn);
	const struct pg_prepared *p = *r->prepared;
	struct pg_answer answer = {0};
	PGresult *result;
	err_t e;
	int i;

	pg_step_add(c, pq.sendDescribePrepared(c->pg, p->name), (struct pg_step){ .to = &answer });
	e = pg_receive_answer(c, &answer, r->sql->name, &result);
	if (e)
		return e;
	for (i = 0; i < pq.nfields(result); i++)
		buffer_texts(to, i ? ", " : "", pq.fname(result, i));
	pq.clear(result);
	return OK;
}

static err_t exec(struct txn *tx, const struct run *r, int64_t *changed)
{
	PGresult *result;
	err_t e;

	e = run_statement(tx, r, &result, NULL);
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

	out->charge = tx->charge;
	e = run_statement(tx, r, &result, &out->held);
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
	if (r->held)
		charge_drop(r->charge, r->held);
	r->held = 0;
}

/* ---- transactions ---- */

/* Sends nothing yet. Replaces a connection that was lost. ERR_STORE_DOWN. */
static err_t begin(struct txn *tx)
{
	struct pg_conn *c = pg_of(tx->conn);

	c->begun = false;
	if (UNLIKELY(c->broken || !c->pg || pg_is_gone(c))) {
		c->broken = ERR_STORE_DOWN;
		return pg_reconnect(c, tx->conn->store);
	}
	return OK;
}

static void rollback(struct txn *tx)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};

	if (c->broken || !c->begun || pq.transactionStatus(c->pg) == PQTRANS_IDLE)
		return;
	pg_send_text(c, &answer, "ROLLBACK", 0, NULL);
	if (pg_receive_answer(c, &answer, "ROLLBACK", NULL))
		c->broken = ERR_STORE_DOWN;	/* the server rolls back when the connection goes */
	c->begun = false;
}

/* Tells other copies what this transaction changed: they hear it when, and only when, it commits. */
static void send_changes(struct pg_conn *c, struct pg_answer *to)
{
	char text[512];
	const char *value = text;
	size_t i;

	for (i = 0; i < c->base.change_count; i++) {
		snprintf(text, sizeof(text), "%s %u %s", c->base.changes[i].tenant ? c->base.changes[i].tenant : "*",
			 c->base.changes[i].what, c->base.store->origin);
		pg_send_text(c, to, "SELECT pg_notify('" CHANNEL "', $1)", 1, &value);
	}
}

/* Sends nothing for a read, or for a write in which no statement ran and that reported no change. */
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
	pg_send_text(c, &answer, "COMMIT", 0, NULL);
	e = pg_receive_answer(c, &answer, "COMMIT", &result);
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
	pg_send_text(c, &answer, text, 0, NULL);
	return pg_receive_answer(c, &answer, text, NULL);
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
	err_t e = libpq_load();

	return e ? e : pg_await(s);
}

const struct pg_data *pg_data_of(const struct store *s)
{
	static const struct pg_data none;

	return s && s->engine_data ? s->engine_data : &none;
}

static err_t watch(struct store *s)
{
	struct pg_data *data;
	err_t e;

	if (!s->listener)
		return OK;
	data = store__alloc(sizeof(*data));
	e = listener_start(s, &data->listener);
	if (!e)
		e = overdue_start(s, &data->overdue);
	if (e) {
		listener_stop(data->listener);
		free(data);
		return e;
	}
	s->engine_data = data;
	return OK;
}

static void done_store(struct store *s)
{
	struct pg_data *data = s->engine_data;

	if (!data)
		return;
	listener_stop(data->listener);
	overdue_stop(data->overdue);
	free(data);
	s->engine_data = NULL;
}

static int64_t hears_until_us(const struct store *s)
{
	const struct pg_listener *l = pg_data_of(s)->listener;

	return l ? listener_hears_until_us(l) : 0;
}

/* ---- migrations ---- */

/* Runs several statements in one text, which only the simple query protocol takes. */
static err_t simple(struct pg_conn *c, const char *text)
{
	PGresult *r;
	err_t e = OK;

	if (pq.exitPipelineMode(c->pg) != 1)
		return pg_lose(c, "leaving pipeline mode");
	r = pq.exec(c->pg, text);
	if (pq.resultStatus(r) != PGRES_COMMAND_OK && pq.resultStatus(r) != PGRES_TUPLES_OK) {
		pg_check_connection(c, r);
		e = pg_result_error(c, r, "script");
	}
	pq.clear(r);
	if (pq.enterPipelineMode(c->pg) != 1)
		return pg_lose(c, "pipeline mode");
	return e;
}

static err_t script(struct txn *tx, const char *text)
{
	struct pg_conn *c = pg_of(tx->conn);
	struct pg_answer answer = {0};
	err_t e = OK;

	send_begin(c, tx, &answer);
	if (answer.missing || c->broken)
		e = pg_receive_answer(c, &answer, "BEGIN", NULL);
	return e ? e : simple(c, text);
}

static err_t migrate_lock(struct conn *c)
{
	return simple(pg_of(c), "SET statement_timeout = 0; SET lock_timeout = 0;" SET_TEMP_FILE_LIMIT(
					"-1") ";"
					      "SELECT pg_advisory_lock(" MIGRATION_LOCK ")");
}

static void migrate_unlock(struct conn *c)
{
	struct pg_conn *pg = pg_of(c);

	if (!pg->broken && simple(pg, "SELECT pg_advisory_unlock(" MIGRATION_LOCK ")"))
		log_error("database: %s", err_fault()->detail);
}

/* Nothing: PostgreSQL checks constraints during a migration too. */
static err_t migrate_check(struct txn *tx)
{
	(void)tx;
	return OK;
}

const struct engine_ops store__postgres = {
	.prepare_store = prepare_store,
	.watch = watch,
	.done_store = done_store,
	.hears_until_us = hears_until_us,
	.conn_open = pg_conn_open,
	.conn_close = pg_conn_close,
	.conn_limit = pg_conn_limit,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.savepoint = savepoint,
	.release = release,
	.rollback_to = rollback_to,
	.prepare = prepare,
	.columns = columns,
	.forget = forget,
	.exec = exec,
	.query = query,
	.receive = pg_receive,
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
