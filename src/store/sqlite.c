#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/banned.h"

/*
 * WAL with synchronous=FULL: COMMIT returns when the change is on the disk. One writer, readers on snapshots beside
 * it. A statement whose rows are being read is busy; used again meanwhile, it gets a second copy.
 */

enum fixed { BEGIN, BEGIN_WRITE, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, FIXED };

static const char *const fixed_texts[FIXED] = {
	"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT r", "RELEASE r", "ROLLBACK TO r",
};

struct lite_conn {
	struct conn base;
	sqlite3 *db;
	sqlite3_stmt *fixed[FIXED];
	struct search search;		/* of a writing connection */
	struct lite_writer *writer;	/* NULL: not watched */
	struct snapshot *snapshot;	/* of a reading connection; NULL: none is kept */
	struct arena *scratch;
};

struct lite_stmt {
	sqlite3_stmt *stmt;
	struct lite_stmt *next;	/* another copy */
	bool busy;
	unsigned short *index;	/* [$n]: the number that SQLite gave it; 0: not in the text */
	char *texts;		/* copies of the arguments while rows are read */
	size_t texts_cap;
};

struct lite_data {		/* of the store; nothing of it while it starts */
	struct lite_watch *watch;
	struct snapshots *snapshots;
};

static struct lite_conn *lite(struct conn *c)
{
	return (struct lite_conn *)c;
}

/* ---- errors ---- */

static err_t constraint_failed(int code, const char *message)
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
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		return constraint_failed(code, message);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_AGAIN;
	case SQLITE_TOOBIG:
		return ERR_TOO_LONG;
	case SQLITE_ERROR:
		return strcmp(message, INVALID_PATTERN) == 0 ? ERR_INPUT : ERR_STORE;
	}
	return ERR_STORE;
}

err_t lite_failed(sqlite3 *db, const char *what)
{
	int code = sqlite3_extended_errcode(db);
	const char *message = sqlite3_errmsg(db);

	return err_set(error_of(code, message), "%s: %s (SQLite %d)", what, message, code);
}

/* ---- opening ---- */

err_t lite_prepare(sqlite3 *db, const char *text, sqlite3_stmt **out)
{
	const char *rest;

	if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, out, &rest) != SQLITE_OK)
		return lite_failed(db, "prepare");
	if (!*out || rest[strspn(rest, " \t\n;")])
		return err_set(ERR_STORE, "prepare: not one statement");
	return OK;
}

/* Files beside it (-wal, -shm) take over its mode. An open-and-close of an existing one would drop this process's locks. */
static err_t make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	if (fd >= 0) {
		close(fd);
		return OK;
	}
	if (errno != EEXIST || stat(path, &st) != 0)
		return err_set(ERR_STORE, "%s: %s", path, strerrordesc_np(errno));
	if ((st.st_mode & 077) && chmod(path, 0600) != 0)
		log_warn("database: %s can be read by others, and its mode cannot be changed: %s", path, strerrordesc_np(errno));
	return OK;
}

static void configure_once(void)
{
	/* statistics would cost a lock around every allocation; refused when SQLite runs already: no harm */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
}

err_t lite_open(struct store *s, sqlite3 **out)
{
	sqlite3 *db = NULL;
	err_t e;

	if (sqlite3_open_v2(s->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK) {
		e = db ? lite_failed(db, s->path) : err_set(ERR_STORE, "%s: no memory", s->path);
		sqlite3_close(db);
		return e;
	}
	sqlite3_busy_timeout(db, 5000);
	*out = db;
	return OK;
}

static err_t pragmas(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? OK : lite_failed(db, text);
}

/* Two processes that start on a new file meet here, where SQLite does not wait by itself. */
static err_t use_wal(sqlite3 *db)
{
	int tries, rc = SQLITE_OK;

	for (tries = 0; tries < 100; tries++) {
		rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if ((rc & 0xff) != SQLITE_BUSY)
			break;
		usleep(50000);
	}
	return rc == SQLITE_OK ? OK : lite_failed(db, "journal_mode = WAL");
}

static err_t set_up(sqlite3 *db, bool write)
{
	err_t e;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);	/* "x" is never a text */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	e = pragmas(db, "PRAGMA cache_size = -8192; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
		    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
	if (!e && !write)
		return pragmas(db, "PRAGMA query_only = ON");
	if (!e)
		e = use_wal(db);
	if (!e)		/* 16 MiB of log between two checkpoints: one would be done inside a commit every few requests */
		e = pragmas(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000;"
			    "PRAGMA journal_size_limit = 67108864");
	return e;
}

static const struct lite_data *data_of(const struct store *s)
{
	static const struct lite_data none;

	return s && s->engine_data ? s->engine_data : &none;
}

static void lite_close(struct conn *of)
{
	struct lite_conn *c = lite(of);
	int i;

	if (c->writer)
		watch_remove(data_of(c->base.store)->watch, c->writer);
	snapshot_remove(c->snapshot);
	for (i = 0; i < FIXED; i++)
		sqlite3_finalize(c->fixed[i]);
	if (c->search.db)
		search_done(&c->search);
	if (c->db && sqlite3_close(c->db) != SQLITE_OK)
		log_error("database: a connection is closed while in use: %s", sqlite3_errmsg(c->db));
	arena_free(c->scratch);
	free(c);
}

static err_t conn_init(struct lite_conn *c, struct store *s, bool write)
{
	err_t e;
	int i;

	e = lite_open(s, &c->db);
	if (!e)
		e = set_up(c->db, write);
	if (!e)
		e = functions_init(c->db, c->scratch);
	if (!e && write)
		e = search_init(&c->search, c->db);
	for (i = 0; !e && i < FIXED; i++)
		e = lite_prepare(c->db, fixed_texts[i], &c->fixed[i]);
	if (!e && write)
		c->writer = watch_add(data_of(s)->watch, c->db);
	if (!e && !write)
		c->snapshot = snapshot_add(data_of(s)->snapshots, c->fixed[ROLLBACK]);
	return e;
}

static err_t lite_conn_open(struct store *s, bool write, struct conn **out)
{
	struct lite_conn *c = store__alloc(sizeof(*c));
	err_t e;

	c->scratch = arena_new();
	e = conn_init(c, s, write);
	if (e) {
		lite_close(&c->base);
		return e;
	}
	*out = &c->base;
	return OK;
}

static err_t prepare_store(struct store *s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (!s->path || !*s->path)
		return err_set(ERR_STORE, "no path of the SQLite file");
	pthread_once(&once, configure_once);
	return make_file(s->path);
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

static bool listening(const struct store *s)
{
	(void)s;
	return true;
}

/* ---- transactions ---- */

static err_t run_fixed(struct lite_conn *c, enum fixed which)
{
	sqlite3_stmt *stmt = c->fixed[which];
	err_t e = OK;

	if (UNLIKELY(sqlite3_step(stmt) != SQLITE_DONE))
		e = lite_failed(c->db, fixed_texts[which]);
	sqlite3_reset(stmt);
	return e;
}

static void let_go(struct lite_conn *c)
{
	search_forget(&c->search);
	if (c->writer)
		pthread_mutex_unlock(&c->writer->busy);
}

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
	struct lite_conn *c = lite(tx->conn);
	err_t e;

	if (!tx->write)
		return begin_read(c);
	if (c->writer)
		pthread_mutex_lock(&c->writer->busy);
	e = run_fixed(c, BEGIN_WRITE);
	if (e)
		let_go(c);
	return e;
}

/* A broken disk or a full one may have ended the transaction already. */
static void roll_back(struct lite_conn *c)
{
	err_t e;

	if (sqlite3_get_autocommit(c->db))
		return;
	e = run_fixed(c, ROLLBACK);
	if (e)
		log_error("database: %s", err_fault()->detail);
}

/* Keeps the snapshot, or ends it. */
static void end_read(struct txn *tx)
{
	struct lite_conn *c = lite(tx->conn);

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
	struct lite_conn *c = lite(tx->conn);

	if (!tx->write) {
		end_read(tx);
		return;
	}
	roll_back(c);
	let_go(c);
}

static err_t commit(struct txn *tx)
{
	struct lite_conn *c = lite(tx->conn);
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
		if (e != ERR_AGAIN)
			e = ERR_STORE;
	} else if (data_of(c->base.store)->snapshots) {
		snapshots_committed(data_of(c->base.store)->snapshots);
	}
	let_go(c);
	return e;
}

static err_t savepoint(struct txn *tx)
{
	struct lite_conn *c = lite(tx->conn);

	c->search.mark = c->search.count;
	return run_fixed(c, SAVEPOINT);
}

static err_t release(struct txn *tx)
{
	return run_fixed(lite(tx->conn), RELEASE);
}

static err_t rollback_to(struct txn *tx)
{
	struct lite_conn *c = lite(tx->conn);
	err_t e;

	c->search.count = c->search.mark;
	if (sqlite3_get_autocommit(c->db))
		return err_set(ERR_STORE, "the transaction was lost");
	e = run_fixed(c, ROLLBACK_TO);
	return e ? e : run_fixed(c, RELEASE);
}

/* ---- statements ---- */

/* $7 is a name to SQLite: its number is that of its first appearance. */
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

static err_t make_stmt(struct lite_conn *c, const struct run *r, struct lite_stmt **out)
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

static inline err_t take_stmt(struct lite_conn *c, const struct run *r, struct lite_stmt **out)
{
	struct lite_stmt *s = *r->prepared;

	while (s && s->busy)
		s = s->next;
	if (UNLIKELY(!s))
		return make_stmt(c, r, out);
	*out = s;
	return OK;
}

static err_t prepare(struct txn *tx, const struct run *r)
{
	struct lite_stmt *s;

	return take_stmt(lite(tx->conn), r, &s);
}

static bool forget(struct conn *c, void **prepared)
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

static int bind_arg(sqlite3_stmt *stmt, int i, const struct arg *a)
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

/* The arguments as they are given: for a statement that is done before the call returns. */
static err_t bind(struct txn *tx, const struct lite_stmt *s, const struct run *r)
{
	const struct arg tenant = arg_text(tx->tenant);
	int i, param = 1, rc = SQLITE_OK;

	if (!r->sql->global)
		rc |= bind_arg(s->stmt, s->index[param++], &tenant);
	for (i = 0; i < r->n; i++, param++) {
		if (s->index[param])
			rc |= bind_arg(s->stmt, s->index[param], &r->args[i]);
	}
	return LIKELY(rc == SQLITE_OK) ? OK : lite_failed(lite(tx->conn)->db, r->sql->name);
}

static size_t size_of(const struct arg *a)
{
	return a->kind == ARG_TEXT ? strlen(a->text) + 1 : a->kind == ARG_BLOB ? a->len : 0;
}

/* A copy of `a` whose bytes stand at `*at`, which moves on. */
static struct arg moved(const struct arg *a, char **at)
{
	struct arg copy = *a;
	size_t n = size_of(a);

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
	size_t need = size_of(&tenant);
	struct arg copy;
	char *at;

	for (i = 0; i < r->n; i++)
		need += size_of(&r->args[i]);
	if (need > s->texts_cap) {
		s->texts_cap = need < 256 ? 256 : need;
		s->texts = store__resize(s->texts, s->texts_cap, 1);
	}
	at = s->texts;
	if (!r->sql->global) {
		copy = moved(&tenant, &at);
		rc |= bind_arg(s->stmt, s->index[param++], &copy);
	}
	for (i = 0; i < r->n; i++, param++) {
		copy = moved(&r->args[i], &at);
		if (s->index[param])
			rc |= bind_arg(s->stmt, s->index[param], &copy);
	}
	return LIKELY(rc == SQLITE_OK) ? OK : lite_failed(lite(tx->conn)->db, r->sql->name);
}

static void stmt_done(struct lite_stmt *s)
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

static err_t exec(struct txn *tx, const struct run *r, int64_t *changed)
{
	struct lite_conn *c = lite(tx->conn);
	struct lite_stmt *s;
	err_t e;
	int rc;

	e = take_stmt(c, r, &s);
	if (UNLIKELY(e))
		return e;
	e = bind(tx, s, r);
	if (!e) {
		while ((rc = sqlite3_step(s->stmt)) == SQLITE_ROW)
			;
		if (UNLIKELY(rc != SQLITE_DONE))
			e = lite_failed(c->db, r->sql->name);
	}
	if (!e && changed)
		*changed = sqlite3_stmt_readonly(s->stmt) ? 0 : sqlite3_changes64(c->db);
	stmt_done(s);
	return e;
}

/*
 * The first step is made here: a statement that changes something has then done so, and an error is told where
 * PostgreSQL tells it. rows.count: that step gave a row, not yet read. rows.row: there are no more.
 */
static err_t query(struct txn *tx, const struct run *r, struct rows *out)
{
	struct lite_conn *c = lite(tx->conn);
	struct lite_stmt *s;
	err_t e;
	int rc;

	e = take_stmt(c, r, &s);
	if (UNLIKELY(e))
		return e;
	e = bind_copies(tx, s, r);
	if (!e) {
		rc = sqlite3_step(s->stmt);
		out->count = rc == SQLITE_ROW;
		out->row = rc == SQLITE_DONE;
		if (UNLIKELY(rc != SQLITE_ROW && rc != SQLITE_DONE))
			e = lite_failed(c->db, r->sql->name);
	}
	if (UNLIKELY(e)) {
		stmt_done(s);
		return e;
	}
	s->busy = true;
	out->stmt = s;
	return OK;
}

/* ---- rows ---- */

static inline sqlite3_stmt *stmt_of(const struct rows *r)
{
	return ((struct lite_stmt *)r->stmt)->stmt;
}

static bool next_row(struct rows *r)
{
	int rc;

	if (r->count) {
		r->count = 0;
		return true;
	}
	if (r->row)
		return false;
	rc = sqlite3_step(stmt_of(r));
	if (rc == SQLITE_ROW)
		return true;
	r->row = 1;
	if (rc != SQLITE_DONE)
		r->error = lite_failed(lite(r->tx->conn)->db, "rows");
	return false;
}

static const char *row_text(struct rows *r, int column, size_t *len)
{
	/* without a mutex a value is as good as "protected", and costs half of sqlite3_column_text() and _bytes() */
	sqlite3_value *v = sqlite3_column_value(stmt_of(r), column);
	const char *text = (const char *)sqlite3_value_text(v);

	*len = (size_t)sqlite3_value_bytes(v);
	return text;
}

static const void *row_blob(struct rows *r, int column, size_t *len, struct arena *a)
{
	const void *bytes = sqlite3_column_blob(stmt_of(r), column);

	if (sqlite3_column_type(stmt_of(r), column) == SQLITE_NULL)
		return NULL;
	*len = (size_t)sqlite3_column_bytes(stmt_of(r), column);
	return arena_copyn(a, bytes ? bytes : "", *len);	/* an empty one has no address */
}

static int64_t row_int(struct rows *r, int column)
{
	return sqlite3_column_int64(stmt_of(r), column);
}

static double row_real(struct rows *r, int column)
{
	return sqlite3_column_double(stmt_of(r), column);
}

static bool row_null(struct rows *r, int column)
{
	return sqlite3_column_type(stmt_of(r), column) == SQLITE_NULL;
}

static void close_rows(struct rows *r)
{
	stmt_done(r->stmt);
}

/* ---- migrations ---- */

/*
 * BEGIN IMMEDIATE is the lock. Foreign keys are off meanwhile: with them on, a table that is made anew (the only way
 * to change a constraint) would take what refers to it along when the old one is dropped.
 */
static err_t migrate_lock(struct conn *c)
{
	return pragmas(lite(c)->db, "PRAGMA foreign_keys = OFF");
}

static void migrate_unlock(struct conn *c)
{
	if (pragmas(lite(c)->db, "PRAGMA foreign_keys = ON"))
		log_error("database: %s", err_fault()->detail);
}

static err_t script(struct txn *tx, const char *text)
{
	sqlite3 *db = lite(tx->conn)->db;

	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? OK : lite_failed(db, "script");
}

/*
 * What the planner has to know, in place of ANALYZE: the tenant, with which every index begins, chooses nothing, what
 * follows chooses much. Left to its guess (any first column leaves ten rows), it walks a whole tenant rather than the
 * few rows that the trigram index found. The same on every database, so plans do not change under a running one.
 */
static const char statistics[] =
	"ANALYZE sqlite_schema; DELETE FROM sqlite_stat1;"
	"INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT m.name, i.name,"
	" '1000000' || CASE (SELECT count(*) FROM pragma_index_info(i.name)) WHEN 1 THEN '' WHEN 2 THEN ' 1000000'"
	" WHEN 3 THEN ' 1000000 1000' ELSE ' 1000000 1000 30' END || CASE i.\"unique\" WHEN 1 THEN ' 1' ELSE ' 10' END"
	" FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
	" AND NOT EXISTS (SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND m.name GLOB v.name || '_*')";

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
		e = lite_failed(db, "foreign_key_check");
	}
	sqlite3_finalize(stmt);
	return e;
}

static err_t migrate_check(struct txn *tx)
{
	sqlite3 *db = lite(tx->conn)->db;
	err_t e = check_references(db);

	if (!e && sqlite3_exec(db, statistics, NULL, NULL, NULL) != SQLITE_OK)
		e = lite_failed(db, "statistics");
	return e;
}

const struct engine_ops store__sqlite = {
	.prepare_store = prepare_store,
	.watch = watch,
	.done_store = done_store,
	.listening = listening,
	.conn_open = lite_conn_open,
	.conn_close = lite_close,
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
