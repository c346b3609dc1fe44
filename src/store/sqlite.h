/*
 * sqlite.h - inside store/ only: the parts of the SQLite engine.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>

#include "store/engine.h"

/* ---- search.c: rows whose search column changed, indexed once just before COMMIT ---- */

struct search_change {
	const char *table, *before, *after;	/* NULL: no row. All live in `texts` */
	int64_t rowid;
	size_t order;
};

#define SEARCH_STATEMENTS 6

struct search_index {
	char *table;
	sqlite3_stmt *run[SEARCH_STATEMENTS];
	int64_t behind;		/* bytes of text behind the mark, or more; -1: not known */
};

struct search {
	sqlite3 *db;
	struct arena *texts;
	struct search_change *list;
	size_t count, cap, mark;	/* mark: at the savepoint */
	struct search_index indexes[16];
	int index_count;
};

/* Registers search_changed(table, rowid, before, after) for triggers. */
NODISCARD err_t search_init(struct search *s, sqlite3 *db);
void search_done(struct search *s);
/* Brings the indexes up to date. On an error the transaction must be rolled back. */
NODISCARD err_t search_flush(struct search *s);
void search_forget(struct search *s);
/* The transaction of a flush was not committed. */
void search_lose(struct search *s);

/* ---- functions.c: what statements may call ---- */

#define INVALID_PATTERN "invalid pattern"

/* What the functions have of their connection. */
struct functions {
	struct arena *scratch;			/* for the length of one call */
	const struct deadline *deadline;	/* of what runs; NULL: none */
};
/* `f` lives as long as `db`. */
NODISCARD err_t functions_init(sqlite3 *db, struct functions *f);

/* ---- watch.c: what another process changed in the file ---- */

struct lite_writer {		/* a writing connection, as the watcher sees it */
	sqlite3 *db;
	pthread_mutex_t busy;	/* held during its transactions */
	sqlite3_stmt *version;	/* PRAGMA data_version */
	int64_t seen;
	struct lite_writer *next;
};

struct lite_watch;

NODISCARD err_t watch_start(struct store *s, sqlite3 *db, struct lite_watch **out);	/* takes `db`, even on error */
void watch_stop(struct lite_watch *w);
/* Registers a writing connection. `w` NULL, since nobody watches yet: returns NULL. */
struct lite_writer *watch_add(struct lite_watch *w, sqlite3 *db);
void watch_remove(struct lite_watch *w, struct lite_writer *writer);

/* ---- snapshot.c: reading on from a snapshot while nothing was committed ---- */

struct snapshots;	/* of a store */
struct snapshot;	/* of a reading connection */

/* The database of `path` is open, in WAL mode, by a connection that has read. */
NODISCARD err_t snapshots_open(const char *path, struct snapshots **out);
void snapshots_close(struct snapshots *s);	/* after the last connection is closed */
/* `rollback`: the connection's own statement, borrowed. `s` NULL, since no snapshots are kept: returns NULL. */
struct snapshot *snapshot_add(struct snapshots *s, sqlite3_stmt *rollback);
void snapshot_remove(struct snapshot *one);	/* before the connection is closed */
/*
 * The connection is in use from here to snapshot_leave(). True: the kept snapshot is current, so the caller does not
 * begin a transaction.
 */
bool snapshot_begin(struct snapshot *one);
/* Ends a read. True: the snapshot is kept; false: the caller rolls back. `good`: the transaction may be kept. */
bool snapshot_end(struct snapshot *one, bool good);
void snapshot_leave(struct snapshot *one);
/* A writer has committed: ends idle snapshots if the log is long. */
void snapshots_note_commit(struct snapshots *s);

/* ---- turn.c: processes that write take turns ---- */

/* Opens the file beside `path` on which turns are locked. */
NODISCARD err_t turn_open(const char *path, int *out);
void turn_close(int turn);
/* Before a transaction is begun. True: it is our turn, until turn_give(); false: there was none to be had. */
bool turn_take(int turn);
void turn_give(int turn);

/* ---- the engine ---- */

/* Statements without arguments and rows. */
enum fixed { BEGIN, BEGIN_WRITE, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, FIXED };

struct lite_conn {
	struct conn base;
	sqlite3 *db;
	sqlite3_stmt *fixed[FIXED];
	struct search search;		/* of a writing connection */
	struct lite_writer *writer;	/* NULL: not watched */
	struct snapshot *snapshot;	/* of a reading connection; NULL: none is kept */
	struct functions functions;
	int turn;			/* of a writing connection; -1: none */
};

struct lite_data {		/* of the store; empty while it starts */
	struct lite_watch *watch;
	struct snapshots *snapshots;
};

static inline struct lite_conn *lite_of(struct conn *c)
{
	return (struct lite_conn *)c;
}

/* ---- sqlite.c ---- */

/* The last error of `db`, with its detail and its constraint. */
err_t lite_error(sqlite3 *db, const char *what);
/* What the store keeps for the engine; never NULL. */
const struct lite_data *lite_data_of(const struct store *s);

/* ---- open.c ---- */

extern const char *const lite_fixed[FIXED];

/* Makes sure that the file is there, and that only its owner can read it. */
NODISCARD err_t lite_file_make(const char *path);
/* A bare connection. */
NODISCARD err_t lite_open(struct store *s, sqlite3 **out);
NODISCARD err_t lite_prepare(sqlite3 *db, const char *text, sqlite3_stmt **out);
/* Runs several statements without rows that are read. */
NODISCARD err_t lite_pragmas(sqlite3 *db, const char *text);
NODISCARD err_t lite_conn_open(struct store *s, bool write, struct conn **out);
void lite_conn_close(struct conn *of);

/* ---- planner.c ---- */

/* After each migration. */
NODISCARD err_t lite_statistics_write(sqlite3 *db);

/* ---- stmt.c: what engine.h asks of an engine ---- */

err_t lite_stmt_prepare(struct txn *tx, const struct run *r);
err_t lite_stmt_columns(struct txn *tx, const struct run *r, struct buffer *to);
bool lite_stmt_forget(struct conn *c, void **prepared);
err_t lite_stmt_exec(struct txn *tx, const struct run *r, int64_t *changed);
err_t lite_stmt_query(struct txn *tx, const struct run *r, struct rows *out);
bool lite_row_next(struct rows *r);
const char *lite_row_text(struct rows *r, int column, size_t *len);
const void *lite_row_blob(struct rows *r, int column, size_t *len, struct arena *a);
int64_t lite_row_int(struct rows *r, int column);
double lite_row_real(struct rows *r, int column);
bool lite_row_null(struct rows *r, int column);
void lite_rows_close(struct rows *r);

#endif
