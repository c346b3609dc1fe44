/*
 * engine.h - inside store/ only: what an engine is, and what the shared code keeps for it.
 *
 * The shared code owns the registry, transactions, the texts made at run time and the changes that were noted; an
 * engine (sqlite.c, postgres.c) prepares, binds, runs and reads. An engine that returns an error has set the fault's
 * detail, and for constraints store__constraint_set(). ERR_DEADLINE of an engine, a statement that was ended, becomes
 * the error of the deadline in run.c.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include <assert.h>

#include "store/store.h"

#define SHAPES 64	/* texts of store_query_text() that a connection keeps prepared */

/* Ends the process where a step of WORK or CALL asks the store without a transaction: a mistake of the program. */
#define TXN_CHECK(tx) assert((tx) && "no transaction: is this a step of WORK or CALL?")

/* A text as the engine takes it. */
struct sql {
	const char *name;	/* for the operator */
	char *text;
	char *columns;		/* that its rows must have; NULL: nothing is said of them */
	uint64_t hash;		/* of `text` */
	int params;		/* highest $n */
	bool global;		/* $1 is an argument, not the tenant */
	bool changes;		/* it may change something */
};

/* One execution. `prepared` is the place where the connection keeps what the engine made of the text. */
struct run {
	const struct sql *sql;
	void **prepared;
	const struct arg *args;
	int n;
};

struct txn {
	struct conn *conn;
	const struct engine_ops *ops;	/* those of the connection */
	const char *tenant;	/* borrowed */
	bool open, write;
	bool spoilt;		/* a statement failed: only a rollback is possible */
	bool in_savepoint;
	int open_rows;
	struct reader *reader;	/* that of store_read_together(); NULL: the transaction has the connection to itself */
	struct charge *charge;	/* borrowed; in which its rows count; NULL: they do not */
};

struct tenant_change {
	const char *tenant;	/* lives in conn->arena; NULL: any */
	unsigned what;
};

struct shape {
	uint64_t hash, used;	/* `used`: tick of the last use; 0: free */
	char *key;		/* the text as it was given */
	size_t key_len;
	struct sql sql;
	void *prepared;
};

struct conn {			/* an engine's connection begins with it */
	struct store *store;
	const struct engine_ops *ops;
	bool write;
	struct txn tx;
	struct deadline deadline;	/* of what the transaction runs */
	struct arena *arena;	/* forgotten when the transaction ends */
	struct tenant_change *changes;
	size_t change_count, change_cap, change_mark;	/* mark: at the savepoint */
	void **prepared;	/* by number of the statement - 1 */
	struct shape shapes[SHAPES];
	uint64_t tick;
	struct reader *readers[READS_TOGETHER];	/* made when they are needed first */
};

struct store {
	enum engine engine;
	const struct engine_ops *ops;
	char *path, *url;
	store_listener *listener;
	int wait_s;
	struct sql *sqls;	/* by number of the statement - 1 */
	int count;
	int applied;		/* migrations, since the start */
	char origin[17];	/* sender of our notifications, by which we skip them */
	atomic_bool cancelled;	/* store_cancel() */
	void *engine_data;
};

struct engine_ops {
	/* Before the first connection, and after the last one. */
	err_t (*prepare_store)(struct store *s);
	/* Starts a thread that calls the listener when another process commits a change. */
	err_t (*watch)(struct store *s);
	void (*done_store)(struct store *s);
	int64_t (*hears_until_us)(const struct store *s);

	/* Allocates the engine's struct and fills its own part; store.c fills the shared part afterwards. */
	err_t (*conn_open)(struct store *s, bool write, struct conn **out);
	void (*conn_close)(struct conn *c);	/* frees; everything prepared is forgotten before */
	err_t (*conn_limit)(struct conn *c, int64_t seconds, bool reads_long);	/* NULL: nothing to tell */

	err_t (*begin)(struct txn *tx);
	/* Ends the transaction also when it returns an error. */
	err_t (*commit)(struct txn *tx);
	void (*rollback)(struct txn *tx);
	err_t (*savepoint)(struct txn *tx);
	err_t (*release)(struct txn *tx);
	err_t (*rollback_to)(struct txn *tx);

	err_t (*prepare)(struct txn *tx, const struct run *r);
	/* Writes the names of the columns of a prepared statement, with ", " between them. */
	err_t (*columns)(struct txn *tx, const struct run *r, struct buffer *to);
	/* Frees what was prepared. False: it is in use, and stays. */
	bool (*forget)(struct conn *c, void **prepared);
	err_t (*exec)(struct txn *tx, const struct run *r, int64_t *changed);
	err_t (*query)(struct txn *tx, const struct run *r, struct rows *out);

	/*
	 * For reads that share the connection: the engine sends a statement and calls store__wait() instead of
	 * waiting; this function receives the results and gives each waiting read its own. NULL: no statement ever
	 * waits (SQLite).
	 */
	void (*receive)(struct conn *c);

	bool (*rows_next)(struct rows *r);
	const char *(*rows_text)(struct rows *r, int column, size_t *len);
	const void *(*rows_blob)(struct rows *r, int column, size_t *len, struct arena *a);
	int64_t (*rows_int)(struct rows *r, int column);
	double (*rows_real)(struct rows *r, int column);
	bool (*rows_null)(struct rows *r, int column);
	void (*rows_close)(struct rows *r);

	/* Only one process migrates at a time. */
	err_t (*migrate_lock)(struct conn *c);
	void (*migrate_unlock)(struct conn *c);
	/* Several statements in one text. */
	err_t (*script)(struct txn *tx, const char *text);
	/* Checks after a migration what the engine has not checked during it. */
	err_t (*migrate_check)(struct txn *tx);
};

extern const struct engine_ops store__sqlite, store__postgres;

/* Made from migrations/ (embed.awk): one row a file, in rising order of versions. */
struct migration {
	int version;
	const char *name;
	bool sqlite, postgres;
	const char *text;
};

extern const struct migration store__migrations[];
extern const int store__migration_count;

/* What a store starts with. Unit tests put their own in its place before store_start(). */
struct store_program {
	const struct migration *migrations;
	int migration_count;
	struct statement *const *first, *const *last;	/* [first, last) */
};
extern struct store_program store__program;

/* ---- statement.c: texts ---- */

/* Replaces {tokens}; the text is the caller's to free(). ERR_STORE with a detail: an unknown token. */
NODISCARD err_t store__expand(enum engine engine, const char *text, char **out);
/* Returns the highest n of the parameters $n, outside of quotes and comments; `*has_first`: $1 is among them. */
int store__params(const char *text, bool *has_first);
/* The text for one engine and what is known of it. `out->text` is the caller's to free(), also after an error. */
NODISCARD err_t store__sql_make(enum engine engine, const char *name, const char *text, bool global, struct sql *out);
uint64_t store__text_hash(const char *text, size_t len);
/* Numbers the statements of the program, and tells each its columns. */
void store__register_program(void);
/*
 * Makes the texts of all registered statements. Every mistake in one has its line in the log before the error
 * returns.
 */
NODISCARD err_t store__texts_make(struct store *s);
void store__texts_free(struct store *s);

/* ---- shape.c: texts made at run time ---- */

/* The place of a text in the cache of the connection; a new text is put there. Stays until the next call at least. */
NODISCARD err_t store__shape_find(struct conn *c, const char *text, struct shape **out);
void store__shapes_drop(struct conn *c);

/* ---- store.c: constraints and memory ---- */

#define CONSTRAINT_MAX 256

void store__constraint_set(const char *s, size_t len);
/*
 * Makes this thread keep the name of the constraint in `place`, of CONSTRAINT_MAX bytes; NULL: in its default place.
 * Returns the `place` of the call before.
 */
char *store__constraint_use(char *place);

/* Memory to be freed with free(). When there is none, the process ends with a line in the log. */
void *store__alloc(size_t size);	/* zeroed */
void *store__resize(void *p, size_t count, size_t size);
char *store__copy(const char *s);	/* NULL gives NULL */

/* ---- together.c: several reads at once ---- */

/* The engine calls it when it has sent a statement of a read: lets the next read run, returns after its receive(). */
void store__wait(struct reader *r);
void store__readers_free(struct conn *c);

#endif
