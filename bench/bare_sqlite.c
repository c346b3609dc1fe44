/*
 * bare_sqlite.c - durable inserts that SQLite alone gives on this machine: `bare_sqlite FILE SECONDS`.
 *
 * 64 threads each want a row inserted, wait until it is durable, and want the next. One writer takes all that wait
 * into one transaction and commits it (WAL, synchronous=FULL). The rows have the columns, the width and the unique
 * key of organizations; no other index, no trigger, no search, no HTTP. Prints rows a second.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS 64

static struct {
	pthread_mutex_t lock;
	pthread_cond_t wanted, done;
	int waiting;		/* inserts that nobody has taken yet */
	long batch;		/* number of the batch that takes what waits now */
	long committed;		/* all batches below are durable */
	bool over;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER, .wanted = PTHREAD_COND_INITIALIZER, .done = PTHREAD_COND_INITIALIZER };

static void die(const char *what, sqlite3 *db)
{
	fprintf(stderr, "bare_sqlite: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
	exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		die(sql, db);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		die(sql, db);
	return stmt;
}

static void step(sqlite3 *db, sqlite3_stmt *stmt)
{
	if (sqlite3_step(stmt) != SQLITE_DONE)
		die("step", db);
	sqlite3_reset(stmt);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *client(void *arg)
{
	long mine;

	(void)arg;
	pthread_mutex_lock(&queue.lock);
	while (!queue.over) {
		mine = queue.batch;
		if (queue.waiting++ == 0)
			pthread_cond_signal(&queue.wanted);
		while (queue.committed <= mine && !queue.over)
			pthread_cond_wait(&queue.done, &queue.lock);
	}
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

static int take(void)
{
	int n;

	pthread_mutex_lock(&queue.lock);
	while (queue.waiting == 0)
		pthread_cond_wait(&queue.wanted, &queue.lock);
	n = queue.waiting;
	queue.waiting = 0;
	queue.batch++;
	pthread_mutex_unlock(&queue.lock);
	return n;
}

static void tell(bool over)
{
	pthread_mutex_lock(&queue.lock);
	queue.committed = queue.batch;
	queue.over = over;
	pthread_cond_broadcast(&queue.done);
	pthread_mutex_unlock(&queue.lock);
}

/* A random id, as real ones are: the index is met everywhere. */
static void insert(sqlite3 *db, sqlite3_stmt *stmt)
{
	static unsigned long long seed = 88172645463325252ULL;
	char id[13];

	for (int i = 0; i < 12; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		id[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[seed % 36];
	}
	id[12] = '\0';
	sqlite3_bind_text(stmt, 1, id, 12, SQLITE_STATIC);
	step(db, stmt);
}

static sqlite3 *open_db(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db))
		die(path, db);
	run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;"
		" PRAGMA wal_autocheckpoint = 4000");
	run(db, "CREATE TABLE organizations (seq INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, id TEXT NOT NULL,"
		" name TEXT NOT NULL, description TEXT, custom_data TEXT NOT NULL,"
		" is_mfa_required bigint NOT NULL, color TEXT NOT NULL,"
		" branding TEXT NOT NULL,"
		" custom_css TEXT, created_at bigint NOT NULL, search TEXT NOT NULL, UNIQUE (tenant_id, id))");
	return db;
}

int main(int argc, char **argv)
{
	double seconds = argc == 3 ? strtod(argv[2], NULL) : 0, begun;
	pthread_t threads[CLIENTS];
	sqlite3_stmt *begin, *commit, *add;
	sqlite3 *db;
	long rows = 0;

	if (seconds <= 0)
		die("usage: bare_sqlite FILE SECONDS", NULL);
	db = open_db(argv[1]);
	begin = prepare(db, "BEGIN IMMEDIATE");
	commit = prepare(db, "COMMIT");
	add = prepare(
		db, "INSERT INTO organizations (tenant_id, id, name, description, custom_data, is_mfa_required, color,"
		    " branding, custom_css, created_at, search)"
		    " VALUES ('default', ?1, 'Bench', NULL, '{}', 0, '{}', '{}', NULL, 1700000000000,"
		    " ?1 || char(31) || 'bench')");
	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, client, NULL);
	for (begun = now(); now() - begun < seconds; tell(false)) {
		int n = take();

		step(db, begin);
		for (int i = 0; i < n; i++, rows++)
			insert(db, add);
		step(db, commit);
	}
	printf("%.0f\n", (double)rows / (now() - begun));
	tell(true);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
