/*
 * Running statements and reading their rows: the checks and the bookkeeping that both engines share.
 */
#include "store/store.h"

#include <assert.h>

#include "base/log.h"
#include "store/engine.h"
#include "base/banned.h"

/* ---- statements ---- */

/*
 * For a mistake of the program: writes a line to the log at once, since the caller may turn the error into another
 * one. Returns ERR_STORE.
 */
static err_t statement_error(const struct txn *tx, const char *name, const char *what)
{
	log_error("statement %s: %s", name, what);
	return err_set(ERR_STORE, "statement %s: %s (tenant %s)", name, what, tx->tenant ? tx->tenant : "-");
}

/* Whether this statement may run now with these arguments. */
static err_t run_check(const struct txn *tx, const struct run *r)
{
	assert(tx->open);
	if (UNLIKELY(r->n + !r->sql->global != r->sql->params))
		return statement_error(tx, r->sql->name, "the number of arguments is not that of its parameters");
	if (UNLIKELY(tx->spoilt))
		return err_set(ERR_STORE, "statement %s: an earlier one failed in this transaction", r->sql->name);
	if (UNLIKELY(r->sql->changes && !tx->write))
		return statement_error(tx, r->sql->name, "it may change something, and the transaction only reads");
	if (UNLIKELY(deadline_is_over(&tx->conn->deadline)))
		return deadline_error(&tx->conn->deadline, r->sql->name);
	return OK;
}

/* Makes `*out` of a registered statement, and checks it. */
static err_t run_init(struct txn *tx, struct statement *s, const struct arg *args, int n, struct run *out)
{
	struct conn *c;

	TXN_CHECK(tx);
	c = tx->conn;
	if (UNLIKELY(s->number < 1 || s->number > c->store->count))
		return statement_error(tx, s->name, "it was not registered before the store started");
	*out = (struct run){ &c->store->sqls[s->number - 1], &c->prepared[s->number - 1], args, n };
	return run_check(tx, out);
}

/* Of an error that the engine returned: a statement that was ended has the error of the deadline. */
static err_t engine_error(struct txn *tx, err_t e, const char *name)
{
	return UNLIKELY(e == ERR_DEADLINE) ? deadline_error(&tx->conn->deadline, name) : e;
}

/* After an error inside a write only a rollback is possible. Returns `e`. */
static err_t spoil(struct txn *tx, err_t e)
{
	if (UNLIKELY(e) && tx->write)
		tx->spoilt = true;
	return e;
}

err_t store_exec(struct txn *tx, struct statement *s, const struct arg *args, int n, int64_t *changed)
{
	struct run r;
	err_t e;

	e = run_init(tx, s, args, n, &r);
	if (!e)
		e = engine_error(tx, tx->ops->exec(tx, &r, changed), s->name);
	return spoil(tx, e);
}

/* Opens the rows of a statement. After an error they are closed, and rows_end() returns it once more. */
static err_t query(struct txn *tx, const struct run *r, struct rows *out)
{
	err_t e;

	*out = (struct rows){ .tx = tx };
	e = engine_error(tx, tx->ops->query(tx, r, out), r->sql->name);
	if (LIKELY(!e)) {
		tx->open_rows++;
		return OK;
	}
	out->stmt = NULL;
	out->error = e;
	out->done = true;
	return spoil(tx, e);
}

err_t store_query(struct txn *tx, struct statement *s, const struct arg *args, int n, struct rows *out)
{
	struct run r;
	err_t e;

	*out = (struct rows){ .tx = tx, .done = true };
	e = run_init(tx, s, args, n, &r);
	if (UNLIKELY(e))
		return spoil(tx, e);
	return query(tx, &r, out);
}

err_t store_query_text(struct txn *tx, const char *text, const struct arg *args, int n, struct rows *out)
{
	struct shape *sh = NULL;
	struct run r;
	err_t e;

	TXN_CHECK(tx);
	*out = (struct rows){ .tx = tx, .done = true };
	e = store__shape_find(tx->conn, text, &sh);
	if (!e) {
		r = (struct run){ &sh->sql, &sh->prepared, args, n };
		e = run_check(tx, &r);
	}
	if (UNLIKELY(e))
		return spoil(tx, e);
	return query(tx, &r, out);
}

/* ---- rows ---- */

bool rows_next(struct rows *r)
{
	if (r->done)
		return false;
	if (LIKELY(r->tx->ops->rows_next(r)))
		return true;
	r->done = true;
	r->error = spoil(r->tx, engine_error(r->tx, r->error, "rows"));
	return false;
}

const char *rows_text(struct rows *r, int column)
{
	size_t len;

	return r->tx->ops->rows_text(r, column, &len);
}

const char *rows_textn(struct rows *r, int column, size_t *len)
{
	*len = 0;
	return r->tx->ops->rows_text(r, column, len);
}

const void *rows_blob(struct rows *r, int column, size_t *len, struct arena *a)
{
	*len = 0;
	return r->tx->ops->rows_blob(r, column, len, a);
}

int64_t rows_int(struct rows *r, int column)
{
	return r->tx->ops->rows_int(r, column);
}

double rows_real(struct rows *r, int column)
{
	return r->tx->ops->rows_real(r, column);
}

bool rows_null(struct rows *r, int column)
{
	return r->tx->ops->rows_null(r, column);
}

void rows_close(struct rows *r)
{
	if (r->stmt) {
		r->tx->ops->rows_close(r);
		if (r->tx->open_rows > 0)	/* else the transaction went first */
			r->tx->open_rows--;
		r->stmt = NULL;
	}
	r->done = true;
}

err_t rows_end(struct rows *r)
{
	rows_close(r);
	return r->error;
}

err_t store_first(struct txn *tx, struct statement *s, const struct arg *args, int n, struct rows *out)
{
	err_t e = store_query(tx, s, args, n, out);

	if (e || rows_next(out))
		return e;
	return out->error ? out->error : ERR_NOT_FOUND;
}

err_t store_int(struct txn *tx, struct statement *s, const struct arg *args, int n, int64_t *out)
{
	CLEANUP(rows_close) struct rows r = {0};
	err_t e = store_first(tx, s, args, n, &r);

	if (!e)
		*out = rows_int(&r, 0);
	return e;
}

err_t store_text(struct txn *tx, struct statement *s, const struct arg *args, int n, struct arena *a, const char **out)
{
	CLEANUP(rows_close) struct rows r = {0};
	const char *text;
	size_t len;
	err_t e = store_first(tx, s, args, n, &r);

	if (e)
		return e;
	text = rows_textn(&r, 0, &len);
	*out = text ? arena_copyn(a, text, len) : NULL;
	return OK;
}
