/*
 * store.h - one interface, two engines: SQLite embedded, PostgreSQL to scale out.
 *
 * Promises:
 *   - $1 of every statement is the tenant of the transaction. The store binds it itself, and does not start with a
 *     statement without it (GLOBAL_STATEMENT is the exception, for tenants and migrations).
 *   - Values are never part of a text.
 *   - Constraints are checked at once. A statement that failed has spoilt its transaction: return the error,
 *     the lane rolls back.
 *   - Nothing that was acknowledged is lost: COMMIT returns after the change is durable.
 *
 * Errors from anywhere: ERR_STORE (a mistake of the program, or a broken disk), ERR_STORE_DOWN (the server went away),
 * ERR_STORE_FULL (the disk is full, or cannot be written), ERR_STORE_LIMIT (more temporary files than a session of
 * PostgreSQL may have), ERR_AGAIN (deadlock, serialization: run the transaction
 * again from its start).
 * From a deadline (txn_set_deadline()): ERR_DEADLINE, or the error that it names; ERR_BUSY after store_cancel().
 * From a charge (txn_set_charge()): ERR_MEMORY.
 * From constraints: ERR_UNIQUE, ERR_REFERENCE, ERR_CHECK; store_constraint() tells which.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/deadline.h"
#include "base/err.h"

enum engine { SQLITE, POSTGRES };

struct charge;	/* base/budget.h */
struct store;	/* the database of the process */
struct conn;	/* one connection, used by one thread at a time */
struct txn;	/* a transaction on it, bound to a tenant */

/*
 * A prepared statement. Both texts may hold these, which become what the engine wants:
 *   {text}      a text type that compares bytes          TEXT | text COLLATE "C"
 *   {rowid}     a line of a table definition              seq INTEGER PRIMARY KEY, | (nothing)
 *   {list:$n}   rows (pos, id) of a JSON list of texts    json_each | jsonb_array_elements_text
 *   {agg} {obj} JSON list of rows, JSON object            json_group_array json_object | json_agg json_build_object
 *   {join} all texts of a column, with a text between    group_concat | string_agg
 *   {blob}      bytes                                     BLOB | bytea
 *   {key}       key of a table with {rowid}               UNIQUE | PRIMARY KEY
 *   {clustered} end of a table kept in the order of its key   WITHOUT ROWID | (nothing)
 *   {lock}      row lock of a SELECT                      (nothing) | FOR NO KEY UPDATE
 *   {cols:entity:alias}  columns of a thing, by the expander that entity/ sets; {cols:entity:} their bare names
 * Parameters are written in rising order: SQLite numbers them by first appearance.
 */
struct statement {
	const char *name;		/* for the log; no other statement of the program has it */
	const char *sqlite, *postgres;	/* the same pointer where the engines agree */
	bool global;			/* has no tenant */
	int number;			/* given at registration; 0: not registered */
	const char *columns;		/* "id, name": COLUMNS; NULL: nobody reads them by name */
};

/* Defines a statement of this file. It registers itself: the store finds all of them in a section of the program. */
#define STATEMENT_(id, s, p, g) \
	static struct statement id = { #id, s, p, g, 0, NULL }; \
	static struct statement *const id##_ref __attribute__((used, section("statements"))) = &id
#define STATEMENT(id, text) STATEMENT_(id, text, text, false)
#define STATEMENT2(id, sqlite_text, postgres_text) STATEMENT_(id, sqlite_text, postgres_text, false)
#define GLOBAL_STATEMENT(id, text) STATEMENT_(id, text, text, true)
#define GLOBAL_STATEMENT2(id, sqlite_text, postgres_text) STATEMENT_(id, sqlite_text, postgres_text, true)

/*
 * Names the columns of a statement, in the order of its text, so that no reader counts them: find_x_title is 2, and
 * store_check() finds a list that is not that of the statement. An expression needs AS.
 *	STATEMENT(find_x, "SELECT id, name, upper(name) AS title FROM …");
 *	COLUMNS(find_x, id, name, title);
 * Where one reader serves several statements, the list has a name of its own:
 *	COLUMN_LIST(x, id, name);
 *	COLUMNS_OF(find_x, x);
 *	COLUMNS_OF(list_x, x);
 * A statement that is made at start takes its x_columns: s->columns = x_columns;
 * Where the columns of a thing follow those written by hand, they begin at find_x_user:
 *	STATEMENT(find_x, "SELECT u.digest, {cols:user:u} FROM …");
 *	COLUMNS_BEFORE(find_x, user, digest);
 */
struct columns {
	struct statement *of;
	const char *names;
};
#define COLUMN_(list, name) list##_##name,
#define COLUMN_LIST(list, ...) \
	enum { EACH(COLUMN_, list, __VA_ARGS__) }; \
	static const char list##_columns[] = #__VA_ARGS__
#define COLUMNS_OF(id, list) \
	static const struct columns id##_has = { &id, list##_columns }; \
	static const struct columns *const id##_has_ref __attribute__((used, section("statement_columns"))) = &id##_has
#define COLUMNS(id, ...) \
	COLUMN_LIST(id, __VA_ARGS__); \
	COLUMNS_OF(id, id)
#define COLUMNS_BEFORE(id, entity, ...) \
	enum { EACH(COLUMN_, id, __VA_ARGS__) id##_##entity }; \
	static const char id##_columns[] = #__VA_ARGS__ ", {cols:" #entity ":}"; \
	COLUMNS_OF(id, id)

/* Registers a statement made at start (entity/). Before store_start(); `s` lives as long as the process. */
void store_register(struct statement *s);
/*
 * Writes what {cols:name:alias} becomes; `alias` may be "". False: `name` is unknown, a mistake of the program, which
 * stops the start.
 */
typedef bool store_expander(struct buffer *to, const char *name, const char *alias);
void store_set_expander(store_expander *expand);

struct arg {
	enum { ARG_NULL, ARG_TEXT, ARG_INT, ARG_REAL, ARG_BLOB } kind;
	const char *text;	/* also the bytes of ARG_BLOB */
	size_t len;		/* ARG_BLOB */
	int64_t n;
	double real;
};
#define T(s) arg_text(s)
#define N(i) ((struct arg){ .kind = ARG_INT, .n = (i) })
#define R(d) ((struct arg){ .kind = ARG_REAL, .real = (d) })
#define BLOB(p, l) ((struct arg){ .kind = ARG_BLOB, .text = (const char *)(p), .len = (l) })
/* $2, $3, … of a statement: borrowed for the call. */
#define ARGS(...) (const struct arg[]){ __VA_ARGS__ }, (int)ARRAY_LEN(((const struct arg[]){ __VA_ARGS__ }))
#define NO_ARGS NULL, 0
static inline struct arg arg_text(const char *s)
{
	return (struct arg){ .kind = s ? ARG_TEXT : ARG_NULL, .text = s };
}

/* Runs a statement without rows. `*changed` (may be NULL): how many rows it touched, without those of cascades. */
NODISCARD err_t store_exec(struct txn *tx, struct statement *s, const struct arg *args, int n, int64_t *changed);

/*
 * Runs a statement with rows:
 *	CLEANUP(rows_close) struct rows rows = {0};
 *	e = store_query(tx, &find_x, ARGS(T(id)), &rows);
 *	while (!e && rows_next(&rows)) use(rows_text(&rows, find_x_name));
 *	return e ? e : rows_end(&rows);
 */
struct rows {
	struct txn *tx;
	void *stmt;		/* the engine's */
	int row, count;		/* PostgreSQL: all rows are here already */
	struct charge *charge;	/* in which they count */
	size_t held;		/* what they hold of it */
	err_t error;
	bool done;
};
NODISCARD err_t store_query(struct txn *tx, struct statement *s, const struct arg *args, int n, struct rows *out);
/* The same for a text put together by entity/query: prepared once per shape, in a bounded cache of the connection. */
NODISCARD err_t store_query_text(struct txn *tx, const char *text, const struct arg *args, int n, struct rows *out);
bool rows_next(struct rows *r);
/* Texts are borrowed until the next rows_next(); NULL for SQL NULL. */
const char *rows_text(struct rows *r, int column);
const char *rows_textn(struct rows *r, int column, size_t *len);
const void *rows_blob(struct rows *r, int column, size_t *len, struct arena *a);	/* lives in `a` */
int64_t rows_int(struct rows *r, int column);
double rows_real(struct rows *r, int column);
bool rows_null(struct rows *r, int column);
NODISCARD err_t rows_end(struct rows *r);	/* closes; returns the error of reading the rows, if there was one */
void rows_close(struct rows *r);		/* may be called again */

/* Runs a query and goes to its first row; the caller closes `out`, whatever comes. ERR_NOT_FOUND: no row. */
NODISCARD err_t store_first(struct txn *tx, struct statement *s, const struct arg *args, int n, struct rows *out);
/* First column of the first row as a number. ERR_NOT_FOUND: no row. */
NODISCARD err_t store_int(struct txn *tx, struct statement *s, const struct arg *args, int n, int64_t *out);
/* First column of the first row as text in `a`. ERR_NOT_FOUND: no row. */
NODISCARD err_t store_text(struct txn *tx, struct statement *s, const struct arg *args, int n, struct arena *a,
			   const char **out);

/* After ERR_UNIQUE, ERR_REFERENCE or ERR_CHECK: the constraint's name or columns ("users.tenant_id, users.id"). */
const char *store_constraint(void);

const char *txn_tenant(const struct txn *tx);
enum engine txn_engine(const struct txn *tx);
bool txn_is_write(const struct txn *tx);
/* Sets the tenant of what follows, for a caller that begins before the tenant is known. `tenant` is borrowed. */
void txn_set_tenant(struct txn *tx, const char *tenant);

/*
 * Until when what the transaction runs has to be done; holds until the next call or the end of the transaction,
 * without COMMIT and ROLLBACK, which take the time that they take. When it is over, the statement that runs ends with
 * the error of `d`, and so does each later one. `d` is copied; its `cancelled` is store_cancel()'s.
 *
 * SQLite: a write whose statement was ended is lost as a whole, with what other savepoints of it hold.
 * PostgreSQL: the server ends the statement, or a second later the connection is closed, which ends it too.
 */
void txn_set_deadline(struct txn *tx, const struct deadline *d);

/*
 * In which charge the rows of what follows count, until the next call or the end of the transaction; NULL, as in the
 * beginning: in none. `c` is borrowed, and outlives the rows. PostgreSQL sends all rows of a statement at once: those
 * for which there is no room are received and forgotten, and the query is ERR_MEMORY. It may be ERR_AGAIN when its
 * statement is first found to have a large result. SQLite makes one row at a time, which does not count.
 */
void txn_set_charge(struct txn *tx, struct charge *c);

/*
 * Reports that something has changed which the memory of a copy may hold (base/cache.h). Every copy hears of it
 * when, and only when, the transaction commits: this process before COMMIT is answered, others within a second.
 */
enum change {
	CHANGE_TENANTS = 1, CHANGE_KEYS = 2, CHANGE_APPLICATIONS = 4, CHANGE_ACCESS = 8, CHANGE_SETTINGS = 16,
	CHANGE_DELETIONS = 32, CHANGE_OUTGOING = 64, CHANGE_EVENTS = 128, CHANGE_ALL = 255
};
void store_note_change(struct txn *tx, enum change what);
/*
 * The kinds of change that this transaction has reported so far, of any tenant. A value that depends on none of them
 * reads as committed, even in a write transaction that holds the changes of other requests.
 */
unsigned txn_changes(const struct txn *tx);
typedef void store_listener(const char *tenant, unsigned changes);	/* tenant NULL: any */

/* ---- for lanes, verbs and tests ---- */

struct store_options {
	const char *path;	/* SQLite: file of the database */
	const char *url;	/* PostgreSQL: not empty chooses it */
	store_listener *listener;	/* may be NULL */
	int wait_s;		/* PostgreSQL: for a server that does not answer, or is starting */
};

/* Opens the database and migrates it under a lock. A line in the log says what failed. */
NODISCARD err_t store_start(const struct store_options *o, struct store **out);
/*
 * Prepares every statement once on a connection of its own, and compares its columns with COLUMNS, so that a typing
 * error stops a server and not a customer. May run beside everything else. Each mistake has its line in the log.
 */
NODISCARD err_t store_check(struct store *s);
/*
 * From any thread, once, before the end: the deadlines of all transactions are over now, those of later ones too. What
 * has none goes on, and COMMIT is not disturbed.
 */
void store_cancel(struct store *s);
void store_stop(struct store *s);	/* after all connections are closed */
enum engine store_engine(const struct store *s);
/*
 * Until when, by the monotonic clock, what was read before and not forgotten is surely current, unless a later call
 * names a later time: a second after the last proof that changes of other copies were heard. SQLite: INT64_MAX.
 */
int64_t store_hears_until_us(const struct store *s);
/* PostgreSQL: false while changes of other copies cannot be heard, so that nothing may be remembered. SQLite: true. */
bool store_is_listening(const struct store *s);
/*
 * Applies migrations only. `*applied` (may be NULL): how many since the store was started, those of store_start()
 * included.
 */
NODISCARD err_t store_migrate(struct store *s, int *applied);

NODISCARD err_t conn_open(struct store *s, bool write, struct conn **out);
void conn_close(struct conn *c);
/*
 * Tells the server that no statement of this connection runs longer than `seconds`, so that it ends one itself also
 * when this process cannot, and whether they read long (SCAN). PostgreSQL only; it holds for connections made again
 * too. Not in a transaction.
 */
NODISCARD err_t conn_limit_statements(struct conn *c, int64_t seconds, bool reads_long);

/*
 * A read sees one snapshot from its first statement on (SQLite), or what is committed when each statement begins
 * (PostgreSQL). A statement that changes something is refused in it: ERR_STORE.
 * A write is BEGIN IMMEDIATE (SQLite) or BEGIN (PostgreSQL).
 */
NODISCARD err_t txn_begin(struct conn *c, const char *tenant, bool write, struct txn **out);
NODISCARD err_t txn_commit(struct txn **tx);	/* takes it */
void txn_rollback(struct txn **tx);		/* takes it; NULL is fine */

/*
 * Runs several reads at once on a connection that is in no transaction. On PostgreSQL a read that waits for its answer
 * leaves the thread to the next one, and all questions that wait travel together, so that many reads cost hardly more
 * round trips than one. On SQLite, where nothing waits, they run one after another.
 *
 * Each read runs exactly once, as ordinary blocking code, with a read transaction of its own that ends when it
 * returns. `begun` not OK: there is no transaction, as after a txn_begin() that failed, and `tx` is NULL. A read
 * sees its own err_fault(), store_constraint() and log_request(). It has 256 KiB of stack, and must not hold a lock
 * while it asks: another read of the same thread would wait for that lock forever.
 */
#define READS_TOGETHER 16	/* at most */
typedef void store_read(void *of, struct txn *tx, err_t begun);
void store_read_together(struct conn *c, store_read *read, void *const *of, size_t n);

/* SQLite's writer: many requests in one transaction, each in a savepoint of its own. */
NODISCARD err_t txn_savepoint(struct txn *tx, const char *tenant);
NODISCARD err_t txn_release(struct txn *tx);
/* On an error the whole transaction is lost (a full disk): roll it back. */
NODISCARD err_t txn_rollback_to(struct txn *tx);

#endif
