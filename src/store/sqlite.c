/*
 * The SQLite engine: its errors, its life, transactions, migrations. How a database is opened stands in open.c,
 * statements and rows in stmt.c, what belongs to search in search.c and functions.c, kept snapshots in snapshot.c,
 * changes of other processes in watch.c, turns of processes in turn.c.
 */
#include "store/sqlite.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/banned.h"

/* ---- errors ---- */

/* Keeps the constraint that the message names: "UNIQUE constraint failed: users.tenant_id, users.username". */
static err_t constraint_error(int code, const char *message)
{
	const char *which = strstr(message, "failed: ");

	which = which ? which + 8 : code == SQLITE_CONSTRAINT_TRIGGER ? message : "";
	if (strncmp(which, "index '", 7) == 0)
		store__constraint_set(which + 7, strcspn(which + 7, "'"));
	else
		store__constraint_set(which, strlen(which));
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ERR_UNIQUE;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return ERR_REFERENCE;
	case SQLITE_CONSTRAINT_CHECK:
	case SQLITE_CONSTRAINT_TRIGGER:	/* RAISE */
		return ERR_CHECK;
	}
	return ERR_STORE;
}

static err_t error_of(int code, const char *message)
{
	switch (code) {
	case SQLITE_IOERR_WRITE:
	case SQLITE_IOERR_FSYNC:
	case SQLITE_IOERR_TRUNCATE:
	case SQLITE_IOERR_SHMSIZE:
		return ERR_STORE_FULL;
	}
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		return constraint_error(code, message);
	case SQLITE_FULL:
	case SQLITE_READONLY:
		return ERR_STORE_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_AGAIN;
	case SQLITE_TOOBIG:
		return ERR_TOO_LONG;
	case SQLITE_INTERRUPT:
		return ERR_DEADLINE;
	case SQLITE_ERROR:
		return strcmp(message, INVALID_PATTERN) == 0 ? ERR_INPUT : ERR_STORE;
	}
	return ERR_STORE;
}

err_t lite_error(sqlite3 *db, const char *what)
{
	int code = sqlite3_extended_errcode(db);
	const char *message = sqlite3_errmsg(db);

	return err_set(error_of(code, message), "%s: %s (SQLite %d)", what, message, code);
}

/* ---- the store ---- */

const struct lite_data *lite_data_of(const struct store *s)
{
	static const struct lite_data none;

	return s && s->engine_data ? s->engine_data : &none;
}

static void configure_once(void)
{
	/* statistics would cost a lock around every allocation; refused when SQLite runs already: no harm */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
}

static err_t prepare_store(struct store *s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (!s->path || !*s->path)
		return err_set(ERR_STORE, "no path of the SQLite file");
	pthread_once(&once, configure_once);
	return lite_file_make(s->path);
}

static err_t watch(struct store *s)
{
	struct lite_data *data;
	sqlite3 *db = NULL;
	err_t e;

	if (!s->listener)
		return OK;
	data = store__alloc(sizeof(*data));
	e = lite_open(s, &db);
	if (!e)
		e = watch_start(s, db, &data->watch);
	if (!e && snapshots_open(s->path, &data->snapshots))
		log_warn("database: %s; each read takes its own snapshot", err_fault()->detail);
	if (e)
		free(data);
	else
		s->engine_data = data;
	return e;
}

static void done_store(struct store *s)
{
	struct lite_data *data = s->engine_data;

	if (!data)
		return;
	watch_stop(data->watch);
	snapshots_close(data->snapshots);
	free(data);
	s->engine_data = NULL;
}

static int64_t hears_until_us(const struct store *s)
{
	(void)s;
	return INT64_MAX;
}

/* ---- transactions ---- */

/* Runs a statement that has neither arguments nor rows. */
static err_t run_fixed(struct lite_conn *c, enum fixed which)
{
	sqlite3_stmt *stmt = c->fixed[which];
	err_t e = OK;

	if (UNLIKELY(sqlite3_step(stmt) != SQLITE_DONE))
		e = lite_error(c->db, lite_fixed[which]);
	sqlite3_reset(stmt);
	return e;
}

/* Ends a write that was committed or rolled back, or could not begin; the watcher may look at the writer again. */
static void end_write(struct lite_conn *c)
{
	search_forget(&c->search);
	if (c->writer)
		pthread_mutex_unlock(&c->writer->busy);
}

/* Begins a read, on the kept snapshot where that is current. */
static err_t begin_read(struct lite_conn *c)
{
	err_t e;

	if (c->snapshot && snapshot_begin(c->snapshot))
		return OK;
	e = run_fixed(c, BEGIN);
	if (e && c->snapshot)
		snapshot_leave(c->snapshot);
	return e;
}

static err_t begin(struct txn *tx)
{
	struct lite_conn *c = lite_of(tx->conn);
	bool turn;
	err_t e;

	if (!tx->write)
		return begin_read(c);
	if (c->writer)
		pthread_mutex_lock(&c->writer->busy);
	turn = turn_take(c->turn);	/* behind the mutex, which wakes our own threads at once */
	e = run_fixed(c, BEGIN_WRITE);
	if (turn)
		turn_give(c->turn);
	if (e)
		end_write(c);
	return e;
}

/* Rolls back, unless SQLite has done so itself, as it does when the disk is full. */
static void roll_back(struct lite_conn *c)
{
	err_t e;

	if (sqlite3_get_autocommit(c->db))
		return;
	e = run_fixed(c, ROLLBACK);
	if (e)
		log_error("database: %s", err_fault()->detail);
}

/* Keeps the snapshot for the next read, or ends it. */
static void end_read(struct txn *tx)
{
	struct lite_conn *c = lite_of(tx->conn);

	if (!c->snapshot) {
		roll_back(c);
		return;
	}
	if (!snapshot_end(c->snapshot, !tx->spoilt && !sqlite3_get_autocommit(c->db)))
		roll_back(c);
	snapshot_leave(c->snapshot);
}

static void rollback(struct txn *tx)
{
	struct lite_conn *c = lite_of(tx->conn);

	if (!tx->write) {
		end_read(tx);
		return;
	}
	roll_back(c);
	end_write(c);
}

static err_t commit(struct txn *tx)
{
	struct lite_conn *c = lite_of(tx->conn);
	err_t e;

	if (!tx->write) {
		end_read(tx);
		return OK;
	}
	if (UNLIKELY(sqlite3_get_autocommit(c->db)))
		e = err_set(ERR_STORE, "the transaction was lost before its COMMIT");
	else
		e = search_flush(&c->search);
	if (!e)
		e = run_fixed(c, COMMIT);
	if (UNLIKELY(e)) {
		roll_back(c);
		search_lose(&c->search);
		if (e != ERR_AGAIN && e != ERR_STORE_FULL)
			e = ERR_STORE;
	} else if (lite_data_of(c->base.store)->snapshots) {
		snapshots_note_commit(lite_data_of(c->base.store)->snapshots);
	}
	end_write(c);
	return e;
}

static err_t savepoint(struct txn *tx)
{
	struct lite_conn *c = lite_of(tx->conn);

	/* outside of a transaction a savepoint would begin one, and its end would commit it */
	if (sqlite3_get_autocommit(c->db))
		return err_set(ERR_STORE_DOWN, "the transaction was lost");
	c->search.mark = c->search.count;
	return run_fixed(c, SAVEPOINT);
}

static err_t release(struct txn *tx)
{
	return run_fixed(lite_of(tx->conn), RELEASE);
}

static err_t rollback_to(struct txn *tx)
{
	struct lite_conn *c = lite_of(tx->conn);
	err_t e;

	c->search.count = c->search.mark;
	if (sqlite3_get_autocommit(c->db))
		return err_set(ERR_STORE, "the transaction was lost");
	e = run_fixed(c, ROLLBACK_TO);
	return e ? e : run_fixed(c, RELEASE);
}

/* ---- migrations ---- */

/*
 * The lock is BEGIN IMMEDIATE of each migration. Foreign keys are off meanwhile: to change a constraint, a migration
 * makes the table anew, and dropping the old one would delete the rows that refer to it.
 */
static err_t migrate_lock(struct conn *c)
{
	return lite_pragmas(lite_of(c)->db, "PRAGMA foreign_keys = OFF");
}

static void migrate_unlock(struct conn *c)
{
	if (lite_pragmas(lite_of(c)->db, "PRAGMA foreign_keys = ON"))
		log_error("database: %s", err_fault()->detail);
}

static err_t script(struct txn *tx, const char *text)
{
	sqlite3 *db = lite_of(tx->conn)->db;

	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? OK : lite_error(db, "script");
}

/* Whether every row that a foreign key names is there. */
static err_t check_references(sqlite3 *db)
{
	sqlite3_stmt *stmt;
	err_t e;

	e = lite_prepare(db, "PRAGMA foreign_key_check", &stmt);
	if (e)
		return e;
	switch (sqlite3_step(stmt)) {
	case SQLITE_DONE:
		break;
	case SQLITE_ROW:
		e = err_set(ERR_STORE, "it leaves a row of %s without the row of %s that it refers to",
			    (const char *)sqlite3_column_text(stmt, 0), (const char *)sqlite3_column_text(stmt, 2));
		break;
	default:
		e = lite_error(db, "foreign_key_check");
	}
	sqlite3_finalize(stmt);
	return e;
}

static err_t migrate_check(struct txn *tx)
{
	sqlite3 *db = lite_of(tx->conn)->db;
	err_t e = check_references(db);

	return e ? e : lite_statistics_write(db);
}

const struct engine_ops store__sqlite = {
	.prepare_store = prepare_store,
	.watch = watch,
	.done_store = done_store,
	.hears_until_us = hears_until_us,
	.conn_open = lite_conn_open,
	.conn_close = lite_conn_close,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.savepoint = savepoint,
	.release = release,
	.rollback_to = rollback_to,
	.prepare = lite_stmt_prepare,
	.columns = lite_stmt_columns,
	.forget = lite_stmt_forget,
	.exec = lite_stmt_exec,
	.query = lite_stmt_query,
	.rows_next = lite_row_next,
	.rows_text = lite_row_text,
	.rows_blob = lite_row_blob,
	.rows_int = lite_row_int,
	.rows_real = lite_row_real,
	.rows_null = lite_row_null,
	.rows_close = lite_rows_close,
	.migrate_lock = migrate_lock,
	.migrate_unlock = migrate_unlock,
	.script = script,
	.migrate_check = migrate_check,
};
