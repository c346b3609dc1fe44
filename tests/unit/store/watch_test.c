/* The watcher alone, with writers whose transactions the tests make by hand. */
#include "folder.h"
#include "test.h"
#undef T	/* store.h's is meant here */

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite.h"

#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)
#define LOOKS_MS 600	/* two looks of the watcher and some time */

static char folder[FOLDER_SIZE], path[PATH_SIZE];
static struct store store;
static struct lite_watch *watching;
static _Atomic int told;

static void on_change(const char *tenant, unsigned what)
{
	if (!tenant && what == CHANGE_ALL)
		told++;
}

static void sql(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL))
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
}

static sqlite3 *opened(void)
{
	sqlite3 *db;

	MUST(lite_open(&store, &db));
	sql(db, "PRAGMA synchronous = OFF");	/* a commit must not take as long as the watcher waits for a writer */
	return db;
}

static void done(sqlite3 *db)
{
	assert_int_equal(SQLITE_OK, sqlite3_close(db));	/* no statement was left on it */
}

static void start_watching(void)
{
	told = 0;
	MUST(watch_start(&store, opened(), &watching));
}

static int begin(void **state)
{
	sqlite3 *db;

	(void)state;
	if (!folder_new(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/db", folder);
	if (sqlite3_open(path, &db))
		return -1;
	sql(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (n)");
	sqlite3_close(db);
	store = (struct store){ .path = path, .listener = on_change };
	watching = NULL;
	return 0;
}

static int end(void **state)
{
	char command[PATH_SIZE];

	(void)state;
	watch_stop(watching);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static bool told_within(int ms)
{
	for (; ms > 0 && !told; ms -= 10)
		usleep(10000);
	return told > 0;
}

static void commit(sqlite3 *db)
{
	sql(db, "INSERT INTO t VALUES (1)");
}

/* As the engine does it. */
static void commit_as(struct lite_writer *w)
{
	pthread_mutex_lock(&w->busy);
	commit(w->db);
	pthread_mutex_unlock(&w->busy);
}

static void what_a_writer_of_ours_commits_is_not_told(void **state)
{
	struct lite_writer *w;
	sqlite3 *db = opened();

	(void)state;
	start_watching();
	w = watch_add(watching, db);
	for (int i = 0; i < 6; i++) {
		commit_as(w);
		usleep(100000);
	}
	assert_false(told_within(LOOKS_MS / 2));
	watch_remove(watching, w);
	done(db);
}

static void what_somebody_else_commits_is_told_once(void **state)
{
	struct lite_writer *w;
	sqlite3 *db = opened(), *stranger = opened();

	(void)state;
	start_watching();
	w = watch_add(watching, db);
	commit(stranger);
	assert_true(told_within(SOON_MS));
	usleep(LOOKS_MS * 1000);
	assert_int_equal(1, told);
	told = 0;
	commit_as(w);	/* ours once more: the writer has seen the other one's */
	assert_false(told_within(LOOKS_MS));
	watch_remove(watching, w);
	done(stranger);
	done(db);
}

static void a_commit_of_ours_does_not_hide_that_of_another(void **state)
{
	struct lite_writer *w;
	sqlite3 *db = opened(), *stranger = opened();

	(void)state;
	start_watching();
	w = watch_add(watching, db);
	for (int i = 0; i < 3; i++) {
		told = 0;
		commit_as(w);
		commit(stranger);
		commit_as(w);
		assert_true(told_within(SOON_MS));
	}
	watch_remove(watching, w);
	done(stranger);
	done(db);
}

static void without_a_writer_every_commit_is_somebody_elses(void **state)
{
	struct lite_writer *w;
	sqlite3 *db = opened();

	(void)state;
	start_watching();
	commit(db);
	assert_true(told_within(SOON_MS));
	usleep(LOOKS_MS * 1000);
	assert_int_equal(1, told);
	w = watch_add(watching, db);
	watch_remove(watching, w);
	told = 0;
	commit(db);
	assert_true(told_within(SOON_MS));
	done(db);
}

/* It forgets more than is needed. */
static void writers_are_somebody_else_to_each_other(void **state)
{
	sqlite3 *dbs[3] = { opened(), opened(), opened() }, *stranger = opened();
	struct lite_writer *w[3];

	(void)state;
	start_watching();
	for (int i = 0; i < 3; i++)
		w[i] = watch_add(watching, dbs[i]);
	for (int i = 0; i < 2; i++) {
		told = 0;
		commit_as(w[i]);
		assert_true(told_within(SOON_MS));
		usleep(LOOKS_MS * 1000);
		assert_int_equal(1, told);
	}
	told = 0;
	commit(stranger);
	assert_true(told_within(SOON_MS));
	watch_remove(watching, w[1]);
	watch_remove(watching, w[2]);
	told = 0;
	commit_as(w[0]);	/* the remaining one was asked with the others, and has seen what they saw */
	assert_false(told_within(LOOKS_MS));
	watch_remove(watching, w[0]);
	for (int i = 0; i < 3; i++)
		done(dbs[i]);
	done(stranger);
}

/* It cannot be asked, so the worse is taken to be true. */
static void a_writer_that_stays_busy_counts_as_somebody_else(void **state)
{
	struct lite_writer *w;
	sqlite3 *db = opened();

	(void)state;
	start_watching();
	w = watch_add(watching, db);
	pthread_mutex_lock(&w->busy);
	commit(db);
	assert_true(told_within(SOON_MS));
	pthread_mutex_unlock(&w->busy);
	watch_remove(watching, w);
	done(db);
}

static void what_was_there_before_is_not_told(void **state)
{
	sqlite3 *db = opened();

	(void)state;
	commit(db);
	start_watching();
	assert_false(told_within(LOOKS_MS));
	done(db);
}

static void stopping_waits_for_no_look(void **state)
{
	int64_t best = INT64_MAX;

	(void)state;
	for (int i = 0; i < 5; i++) {	/* the best of five: the machine may be busy */
		int64_t took;

		start_watching();
		usleep(20000);
		took = -clock_monotonic_us();
		watch_stop(watching);
		took += clock_monotonic_us();
		best = took < best ? took : best;
	}
	watching = NULL;
	assert_true(best < 150000);
}

static void while_nobody_watches_there_is_nothing_to_add_to(void **state)
{
	sqlite3 *db = opened();

	(void)state;
	assert_null(watch_add(NULL, db));
	watch_remove(NULL, NULL);
	watch_stop(NULL);
	done(db);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_a_writer_of_ours_commits_is_not_told), CASE(what_somebody_else_commits_is_told_once),
		CASE(a_commit_of_ours_does_not_hide_that_of_another),
		CASE(without_a_writer_every_commit_is_somebody_elses),
		CASE(writers_are_somebody_else_to_each_other), CASE(a_writer_that_stays_busy_counts_as_somebody_else),
		CASE(what_was_there_before_is_not_told), CASE(stopping_waits_for_no_look),
		CASE(while_nobody_watches_there_is_nothing_to_add_to),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
