/*
 * Statements of SQLite and their rows. A statement whose rows are being read is busy; used again meanwhile, it gets a
 * second copy.
 */
#include "store/sqlite.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct lite_stmt {
	sqlite3_stmt *stmt;
	struct lite_stmt *next;	/* another copy */
	bool busy;
	unsigned short *index;	/* [$n]: the number that SQLite gave it; 0: not in the text */
	char *texts;		/* copies of the arguments while rows are read */
	size_t texts_cap;
};

/* ---- statements ---- */

/* Finds SQLite's number of each $n: to SQLite $7 is a name, and names are numbered as they appear. */
static err_t map_params(struct lite_stmt *s, const struct sql *sql)
{
	char name[16];
	int i, found = 0;

	if (sql->params > SHRT_MAX)
		return err_set(ERR_STORE, "more than %d parameters", SHRT_MAX);
	s->index = store__alloc(sizeof(*s->index) * ((size_t)sql->params + 1));
	for (i = 1; i <= sql->params; i++) {
		sqlite3_snprintf(sizeof(name), name, "$%d", i);
		s->index[i] = (unsigned short)sqlite3_bind_parameter_index(s->stmt, name);
		found += s->index[i] != 0;
	}
	if (found != sqlite3_bind_parameter_count(s->stmt))
		return err_set(ERR_STORE, "parameters that are not $n");
	return OK;
}

static void stmt_free(struct lite_stmt *s)
{
	sqlite3_finalize(s->stmt);
	free(s->index);
	free(s->texts);
	free(s);
}

/* Prepares the text once more, and puts it in front of its copies. */
static err_t stmt_make(struct lite_conn *c, const struct run *r, struct lite_stmt **out)
{
	struct lite_stmt *s = store__alloc(sizeof(*s));
	err_t e;

	e = lite_prepare(c->db, r->sql->text, &s->stmt);
	if (!e)
		e = map_params(s, r->sql);
	if (e) {
		stmt_free(s);
		return e;
	}
	s->next = *r->prepared;
	*r->prepared = *out = s;
	return OK;
}

/* Takes a copy that is not busy; makes one when all are. */
static inline err_t stmt_take(struct lite_conn *c, const struct run *r, struct lite_stmt **out)
{
	struct lite_stmt *s = *r->prepared;

	while (s && s->busy)
		s = s->next;
	if (UNLIKELY(!s))
		return stmt_make(c, r, out);
	*out = s;
	return OK;
}

err_t lite_stmt_prepare(struct txn *tx, const struct run *r)
{
	struct lite_stmt *s;

	return stmt_take(lite_of(tx->conn), r, &s);
}

err_t lite_stmt_columns(struct txn *tx, const struct run *r, struct buffer *to)
{
	sqlite3_stmt *stmt = ((struct lite_stmt *)*r->prepared)->stmt;
	int i;

	(void)tx;
	for (i = 0; i < sqlite3_column_count(stmt); i++)
		buffer_texts(to, i ? ", " : "", sqlite3_column_name(stmt, i));
	return OK;
}

bool lite_stmt_forget(struct conn *c, void **prepared)
{
	struct lite_stmt *s, *next;

	(void)c;
	for (s = *prepared; s; s = s->next) {
		if (s->busy)
			return false;
	}
	for (s = *prepared; s; s = next) {
		next = s->next;
		stmt_free(s);
	}
	*prepared = NULL;
	return true;
}

static int arg_bind(sqlite3_stmt *stmt, int i, const struct arg *a)
{
	switch (a->kind) {
	case ARG_TEXT: return sqlite3_bind_text(stmt, i, a->text, -1, SQLITE_STATIC);
	case ARG_INT: return sqlite3_bind_int64(stmt, i, a->n);
	case ARG_REAL: return sqlite3_bind_double(stmt, i, a->real);
	case ARG_BLOB: return sqlite3_bind_blob64(stmt, i, a->text ? a->text : "", a->len, SQLITE_STATIC);
	case ARG_NULL: break;
	}
	return sqlite3_bind_null(stmt, i);
}

/* Binds the arguments as they are given: for a statement that is done before the call returns. */
static err_t bind(struct txn *tx, const struct lite_stmt *s, const struct run *r)
{
	const struct arg tenant = arg_text(tx->tenant);
	int i, param = 1, rc = SQLITE_OK;

	if (!r->sql->global)
		rc |= arg_bind(s->stmt, s->index[param++], &tenant);
	for (i = 0; i < r->n; i++, param++) {
		if (s->index[param])
			rc |= arg_bind(s->stmt, s->index[param], &r->args[i]);
	}
	return LIKELY(rc == SQLITE_OK) ? OK : lite_error(lite_of(tx->conn)->db, r->sql->name);
}

static size_t arg_size(const struct arg *a)
{
	return a->kind == ARG_TEXT ? strlen(a->text) + 1 : a->kind == ARG_BLOB ? a->len : 0;
}

/* A copy of `a` whose bytes stand at `*at`, which moves on. */
static struct arg arg_move(const struct arg *a, char **at)
{
	struct arg copy = *a;
	size_t n = arg_size(a);

	if (n) {
		copy.text = memcpy(*at, a->text, n);
		*at += n;
	}
	return copy;
}

/* Rows are read after the call: the arguments, borrowed for the call, are copied beside the statement. */
static err_t bind_copies(struct txn *tx, struct lite_stmt *s, const struct run *r)
{
	const struct arg tenant = arg_text(tx->tenant);
	int i, param = 1, rc = SQLITE_OK;
	size_t need = arg_size(&tenant);
	struct arg copy;
	char *at;

	for (i = 0; i < r->n; i++)
		need += arg_size(&r->args[i]);
	if (need > s->texts_cap) {
		s->texts_cap = need < 256 ? 256 : need;
		s->texts = store__resize(s->texts, s->texts_cap, 1);
	}
	at = s->texts;
	if (!r->sql->global) {
		copy = arg_move(&tenant, &at);
		rc |= arg_bind(s->stmt, s->index[param++], &copy);
	}
	for (i = 0; i < r->n; i++, param++) {
		copy = arg_move(&r->args[i], &at);
		if (s->index[param])
			rc |= arg_bind(s->stmt, s->index[param], &copy);
	}
	return LIKELY(rc == SQLITE_OK) ? OK : lite_error(lite_of(tx->conn)->db, r->sql->name);
}

/* Makes a statement ready to be used again, without its rows and arguments. */
static void stmt_release(struct lite_stmt *s)
{
	sqlite3_reset(s->stmt);
	sqlite3_clear_bindings(s->stmt);
	s->busy = false;
	if (s->texts_cap > KIB(64)) {	/* a long list, once */
		free(s->texts);
		s->texts = NULL;
		s->texts_cap = 0;
	}
}

err_t lite_stmt_exec(struct txn *tx, const struct run *r, int64_t *changed)
{
	struct lite_conn *c = lite_of(tx->conn);
	struct lite_stmt *s;
	err_t e;
	int rc;

	e = stmt_take(c, r, &s);
	if (UNLIKELY(e))
		return e;
	e = bind(tx, s, r);
	if (!e) {
		while ((rc = sqlite3_step(s->stmt)) == SQLITE_ROW)
			;
		if (UNLIKELY(rc != SQLITE_DONE))
			e = lite_error(c->db, r->sql->name);
	}
	if (!e && changed)
		*changed = sqlite3_stmt_readonly(s->stmt) ? 0 : sqlite3_changes64(c->db);
	stmt_release(s);
	return e;
}

/*
 * The first step is made here: a statement that changes something has then done so, and an error returns where it
 * does on PostgreSQL. rows.count: that step gave a row, not yet read. rows.row: there are no more.
 */
err_t lite_stmt_query(struct txn *tx, const struct run *r, struct rows *out)
{
	struct lite_conn *c = lite_of(tx->conn);
	struct lite_stmt *s;
	err_t e;
	int rc;

	e = stmt_take(c, r, &s);
	if (UNLIKELY(e))
		return e;
	e = bind_copies(tx, s, r);
	if (!e) {
		rc = sqlite3_step(s->stmt);
		out->count = rc == SQLITE_ROW;
		out->row = rc == SQLITE_DONE;
		if (UNLIKELY(rc != SQLITE_ROW && rc != SQLITE_DONE))
			e = lite_error(c->db, r->sql->name);
	}
	if (UNLIKELY(e)) {
		stmt_release(s);
		return e;
	}
	s->busy = true;
	out->stmt = s;
	return OK;
}

/* ---- rows ---- */

static inline sqlite3_stmt *row_stmt(const struct rows *r)
{
	return ((struct lite_stmt *)r->stmt)->stmt;
}

/*
 * Looks at the deadline before each row: SQLite's machine takes few steps for a long one, and what the caller does
 * with the rows takes time too.
 */
bool lite_row_next(struct rows *r)
{
	int rc;

	if (r->count) {
		r->count = 0;
		return true;
	}
	if (r->row)
		return false;
	if (UNLIKELY(deadline_is_over(&r->tx->conn->deadline))) {
		r->row = 1;
		r->error = ERR_DEADLINE;
		return false;
	}
	rc = sqlite3_step(row_stmt(r));
	if (rc == SQLITE_ROW)
		return true;
	r->row = 1;
	if (rc != SQLITE_DONE)
		r->error = lite_error(lite_of(r->tx->conn)->db, "rows");
	return false;
}

const char *lite_row_text(struct rows *r, int column, size_t *len)
{
	/* Safe, since no other thread uses the connection; it costs half of sqlite3_column_text() and _bytes(). */
	sqlite3_value *v = sqlite3_column_value(row_stmt(r), column);
	const char *text = (const char *)sqlite3_value_text(v);

	*len = (size_t)sqlite3_value_bytes(v);
	return text;
}

const void *lite_row_blob(struct rows *r, int column, size_t *len, struct arena *a)
{
	const void *bytes = sqlite3_column_blob(row_stmt(r), column);

	if (sqlite3_column_type(row_stmt(r), column) == SQLITE_NULL)
		return NULL;
	*len = (size_t)sqlite3_column_bytes(row_stmt(r), column);
	return arena_copyn(a, bytes ? bytes : "", *len);	/* an empty one has no address */
}

int64_t lite_row_int(struct rows *r, int column)
{
	return sqlite3_column_int64(row_stmt(r), column);
}

double lite_row_real(struct rows *r, int column)
{
	return sqlite3_column_double(row_stmt(r), column);
}

bool lite_row_null(struct rows *r, int column)
{
	return sqlite3_column_type(row_stmt(r), column) == SQLITE_NULL;
}

void lite_rows_close(struct rows *r)
{
	stmt_release(r->stmt);
}
