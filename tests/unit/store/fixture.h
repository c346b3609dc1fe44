/*
 * fixture.h - a store of two small tables for the tests of src/store, on SQLite and, when GUILDHALL_TEST_PG names a
 * PostgreSQL server (postgres://…), on a new database there.
 */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "folder.h"
#include "test.h"
#undef T	/* test.h's is store.h's too */

#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/engine.h"

#define CHECK_OK(call) do { \
		err_t check_ = (call); \
		if (check_) \
			fail_msg("%s: %s: %s", #call, err_name(check_), err_fault()->detail); \
	} while (0)
#define CHECK_ERR(e, call) assert_string_equal(err_name(call), err_name(e))

static const struct migration fixture_migrations[] = {
	{ 1, "things", true, true,
	  "CREATE TABLE things (\n\t{rowid}\n\ttenant_id {text} NOT NULL,\n\tid {text} NOT NULL,\n\tname {text},\n"
	  "\tn bigint NOT NULL DEFAULT 0,\n"
	  "\treal_n double precision,\n\tdata {blob},\n\tsearch {text} NOT NULL DEFAULT '',\n"
	  "\t{key} (tenant_id, id),\n"
	  "\tCONSTRAINT things_name UNIQUE (tenant_id, name), CONSTRAINT things_n CHECK (n >= 0));\n"
	  "CREATE TABLE parts (tenant_id {text} NOT NULL, id {text} NOT NULL, thing_id {text} NOT NULL,\n"
	  "\tPRIMARY KEY (tenant_id, id),\n"
	  "\tCONSTRAINT parts_thing FOREIGN KEY (tenant_id, thing_id) REFERENCES things (tenant_id,"
	  " id) ON DELETE CASCADE) {clustered};\n"
	  "CREATE TABLE odd (tenant_id {text} NOT NULL, value {text} NOT NULL DEFAULT '{}');" },
	{ 2, "search", true, false,
	  "CREATE VIRTUAL TABLE things_search USING fts5 (search, content = 'things', content_rowid = 'seq',"
	  " tokenize = 'trigram case_sensitive 1');\n"
	  "CREATE TABLE search_marks (of_table TEXT NOT NULL PRIMARY KEY, upto bigint NOT NULL);\n"
	  "INSERT INTO search_marks VALUES ('things', 0);\n"
	  "CREATE TRIGGER things_insert AFTER INSERT ON things BEGIN"
	  " SELECT search_changed('things', new.seq, NULL, new.search); END;\n"
	  "CREATE TRIGGER things_update AFTER UPDATE OF search ON things BEGIN"
	  " SELECT search_changed('things', new.seq, old.search, new.search); END;\n"
	  "CREATE TRIGGER things_delete AFTER DELETE ON things BEGIN"
	  " SELECT search_changed('things', old.seq, old.search, NULL); END;\n" },
	{ 2, "search", false, true, "CREATE INDEX things_search ON things (search);\n"
	  "CREATE INDEX things_n ON things (tenant_id, n);" },
};

#define STMT(id, text) static struct statement id __attribute__((unused)) = { #id, text, text, false, 0 }
#define GLOBAL_STMT(id, text) static struct statement id __attribute__((unused)) = { #id, text, text, true, 0 }

STMT(thing_add, "INSERT INTO things (tenant_id, id, name, n, search) VALUES ($1, $2, $3, $4, $5)");
STMT(thing_name, "SELECT name FROM things WHERE tenant_id = $1 AND id = $2");
STMT(thing_count, "SELECT count(*) FROM things WHERE tenant_id = $1");
STMT(thing_list, "SELECT id, name, n FROM things WHERE tenant_id = $1 ORDER BY id");
STMT(thing_rename, "UPDATE things SET name = $2, search = $3 WHERE tenant_id = $1 AND id = $4");
STMT(thing_set_n, "UPDATE things SET n = $3 WHERE tenant_id = $1 AND id = $2 RETURNING n");
STMT(thing_drop, "DELETE FROM things WHERE tenant_id = $1 AND id = $2");
STMT(thing_full, "INSERT INTO things (tenant_id, id, real_n, data) VALUES ($1, $2, $3, $4)");
STMT(thing_read, "SELECT real_n, data, name FROM things WHERE tenant_id = $1 AND id = $2");
STMT(thing_given, "SELECT t.id, l.pos FROM {list:$2} l JOIN things t ON t.tenant_id = $1 AND t.id = l.id"
  " ORDER BY l.pos");
STMT(thing_json, "SELECT {agg}({obj}('id', id, 'n', n)) FROM things WHERE tenant_id = $1");
STMT(thing_lock, "SELECT n FROM things WHERE tenant_id = $1 AND id = $2 {lock}");
STMT(thing_cols, "SELECT {cols:thing:t} FROM things t WHERE t.tenant_id = $1 AND t.id = $2");
STMT(out_of_order, "SELECT id FROM things WHERE n >= $3 AND id = $2 AND tenant_id = $1 AND n <= $3 + 100");
STMT(part_add, "INSERT INTO parts (tenant_id, id, thing_id) VALUES ($1, $2, $3)");
STMT(odd_add, "INSERT INTO odd (tenant_id, value) VALUES ($1, '{\"a\": {}}')");
GLOBAL_STMT(everywhere, "SELECT count(*) FROM things WHERE id = $1");
static struct statement unregistered __attribute__((unused)) = { "unregistered", "SELECT $1", "SELECT $1", false, 0 };
static struct statement thing_found __attribute__((unused)) = { "thing_found",
	"SELECT id FROM things WHERE tenant_id = $1 AND seq IN (SELECT rowid FROM things_search"
	" WHERE things_search MATCH $2"
	" UNION ALL SELECT seq FROM things WHERE seq > (SELECT upto FROM search_marks WHERE of_table = 'things')"
	" AND instr(search, trim($2, '\"')) > 0) ORDER BY id",
	"SELECT id FROM things WHERE tenant_id = $1 AND search LIKE '%' || $2 || '%' ORDER BY id", false, 0 };
static struct statement thing_pattern __attribute__((unused)) = { "thing_pattern",
	"SELECT id FROM things WHERE tenant_id = $1 AND matches('posix', 1, $2, name) ORDER BY id",
	"SELECT id FROM things WHERE tenant_id = $1 AND name ~ $2 ORDER BY id", false, 0 };

static struct statement *const fixture_statements[] = { &thing_add, &thing_name, &thing_count, &thing_list,
	&thing_rename, &thing_set_n, &thing_drop, &thing_full, &thing_read, &thing_given, &thing_json, &thing_lock,
	&thing_cols, &out_of_order, &part_add, &odd_add, &everywhere, &thing_found, &thing_pattern };

static _Atomic unsigned told_any, told_acme, told_other;

static void on_change(const char *tenant, unsigned what)
{
	atomic_fetch_or(!tenant ? &told_any : strcmp(tenant, "acme") == 0 ? &told_acme : &told_other, what);
}

static bool columns(struct buffer *to, const char *name, const char *alias)
{
	if (strcmp(name, "thing") != 0)
		return false;
	if (*alias)
		buffer_printf(to, "%s.id, %s.name", alias, alias);
	else
		buffer_text(to, "id, name");
	return true;
}

struct fixture {
	enum engine engine;
	char dir[FOLDER_SIZE], path[PATH_SIZE], url[512], database[64];
	struct store *store;
	struct conn *w, *r;
	struct arena *a;
};

/* The server's conninfo with another database. */
static void pg_info(const char *database, char *out, size_t size)
{
	PQconninfoOption *all = PQconninfoParse(getenv("GUILDHALL_TEST_PG"), NULL), *o;
	size_t n = (size_t)snprintf(out, size, "dbname='%s'", database);

	assert_non_null(all);
	for (o = all; o->keyword; o++) {
		if (o->val && strcmp(o->keyword, "dbname") != 0)
			n += (size_t)snprintf(out + n, size - n, " %s='%s'", o->keyword, o->val);
	}
	PQconninfoFree(all);
}

static void pg_do(const char *info, const char *text)
{
	PGconn *pg = PQconnectdb(info);
	PGresult *r = PQexec(pg, text);

	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", text, PQerrorMessage(pg));
	PQclear(r);
	PQfinish(pg);
}

static err_t fixture_start(struct fixture *f)
{
	return store_start(&(struct store_options){ .path = f->path, .url = f->url, .listener = on_change },
			   &f->store);
}

/* A database with nothing in it; the store is not started. */
static void fixture_init(struct fixture *f, enum engine engine)
{
	static int count;
	char server[512], text[128];

	*f = (struct fixture){ .engine = engine };
	store__program = (struct store_program){ fixture_migrations, ARRAY_LEN(fixture_migrations),
		fixture_statements, fixture_statements + ARRAY_LEN(fixture_statements) };
	store_set_expander(columns);
	f->a = arena_new();
	assert_non_null(folder_new(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/db", f->dir);
	if (engine == POSTGRES) {
		if (!getenv("GUILDHALL_TEST_PG")) {
			rmdir(f->dir);
			arena_free(f->a);
			skip();
		}
		snprintf(f->database, sizeof(f->database), "guildhall_test_%d_%d", (int)getpid(), ++count);
		pg_info("postgres", server, sizeof(server));
		snprintf(text, sizeof(text), "CREATE DATABASE %s", f->database);
		pg_do(server, text);
		pg_info(f->database, f->url, sizeof(f->url));
	}
}

static struct fixture fixture_open(enum engine engine)
{
	struct fixture f;

	fixture_init(&f, engine);
	CHECK_OK(fixture_start(&f));
	CHECK_OK(conn_open(f.store, true, &f.w));
	CHECK_OK(conn_open(f.store, false, &f.r));
	told_any = told_acme = told_other = 0;
	return f;
}

static void fixture_done(struct fixture *f)
{
	char server[512], text[PATH_SIZE];

	conn_close(f->w);
	conn_close(f->r);
	store_stop(f->store);
	arena_free(f->a);
	snprintf(text, sizeof(text), "rm -rf '%s'", f->dir);
	assert_int_equal(0, system(text));
	if (f->engine == POSTGRES) {
		pg_info("postgres", server, sizeof(server));
		snprintf(text, sizeof(text), "DROP DATABASE %s WITH (FORCE)", f->database);
		pg_do(server, text);
	}
}

static __attribute__((unused)) struct txn *write_in(struct fixture *f, const char *tenant)
{
	struct txn *tx;

	CHECK_OK(txn_begin(f->w, tenant, true, &tx));
	return tx;
}

static __attribute__((unused)) struct txn *read_in(struct fixture *f, const char *tenant)
{
	struct txn *tx;

	CHECK_OK(txn_begin(f->r, tenant, false, &tx));
	return tx;
}

static __attribute__((unused)) err_t add(struct txn *tx, const char *id, const char *name)
{
	return store_exec(tx, &thing_add, ARGS(T(id), T(name), N(1), T(name ? name : "")), NULL);
}

static __attribute__((unused)) int64_t count_in(struct fixture *f, const char *tenant)
{
	struct txn *tx = read_in(f, tenant);
	int64_t n = -1;

	CHECK_OK(store_int(tx, &thing_count, NO_ARGS, &n));
	CHECK_OK(txn_commit(&tx));
	return n;
}

/* First column of all rows, joined by commas. */
static __attribute__((unused)) const char *join_rows(struct fixture *f, struct txn *tx, struct statement *s,
						     const struct arg *args, int n)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *all = "";

	CHECK_OK(store_query(tx, s, args, n, &rows));
	while (rows_next(&rows))
		all = arena_printf(f->a, "%s%s%s", all, *all ? "," : "", rows_text(&rows, 0));
	CHECK_OK(rows_end(&rows));
	return all;
}

static __attribute__((unused)) bool wait_for_flag(int ms, _Atomic unsigned *flag, unsigned want)
{
	for (; ms > 0 && (*flag & want) != want; ms -= 10)
		usleep(10000);
	return (*flag & want) == want;
}

/* A test that runs on both engines. */
#define BOTH(name) \
	static void name##_on(enum engine engine); \
	static void name##_sqlite(void **state) { (void)state; name##_on(SQLITE); } \
	static void name##_postgres(void **state) { (void)state; name##_on(POSTGRES); } \
	static void name##_on(enum engine engine)
#define RUN_BOTH(name) cmocka_unit_test(name##_sqlite), cmocka_unit_test(name##_postgres)
#define ON(engine) CLEANUP(fixture_done) struct fixture f = fixture_open(engine)

#endif
