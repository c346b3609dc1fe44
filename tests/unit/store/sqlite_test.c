#include "store/fixture.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/wait.h>

static void only_the_owner_can_read_the_file(void **state)
{
	ON(SQLITE);
	struct stat st;

	(void)state;
	assert_int_equal(0, stat(f.path, &st));
	assert_int_equal(0600, st.st_mode & 0777);
}

static void a_reader_keeps_its_snapshot(void **state)
{
	ON(SQLITE);
	struct txn *r = read_in(&f, "acme"), *w;
	int64_t n = -1;

	(void)state;
	CHECK_OK(store_int(r, &thing_count, NO_ARGS, &n));
	assert_int_equal(0, n);
	w = write_in(&f, "acme");
	CHECK_OK(add(w, "a", "Ada"));
	CHECK_OK(txn_commit(&w));
	CHECK_OK(store_int(r, &thing_count, NO_ARGS, &n));
	assert_int_equal(0, n);
	CHECK_OK(txn_commit(&r));
	assert_int_equal(1, count_in(&f, "acme"));
}

static void a_reading_connection_cannot_write(void **state)
{
	ON(SQLITE);
	struct txn *tx = read_in(&f, "acme");

	(void)state;
	CHECK_ERR(ERR_STORE, add(tx, "a", "Ada"));
	txn_rollback(&tx);
}

static void our_own_commits_are_no_foreign_ones(void **state)
{
	ON(SQLITE);
	struct txn *tx;
	char id[16];
	int i;

	(void)state;
	usleep(600000);
	told_any = 0;
	for (i = 0; i < 60; i++) {
		tx = write_in(&f, "acme");
		snprintf(id, sizeof(id), "t%d", i);
		CHECK_OK(add(tx, id, id));
		CHECK_OK(txn_commit(&tx));
		usleep(15000);
	}
	assert_int_equal(0, told_any);
}

static int child_adds(const char *path)
{
	sqlite3 *db = NULL;
	int rc;

	rc = sqlite3_open(path, &db);
	if (!rc)
		rc = sqlite3_busy_timeout(db, SOON_MS);
	if (!rc)
		rc = sqlite3_exec(db, "INSERT INTO odd (tenant_id) VALUES ('acme')", NULL, NULL, NULL);
	sqlite3_close(db);
	return rc;
}

static void what_another_process_changes_is_told(void **state)
{
	int status = -1, fds[2];
	char path[PATH_SIZE] = "";
	pid_t child;

	(void)state;
	assert_int_equal(0, pipe(fds));
	child = fork();		/* before SQLite has the file open: a child must not inherit that */
	if (child == 0) {
		if (read(fds[0], path, sizeof(path)) != (ssize_t)sizeof(path))
			_exit(99);
		_exit(child_adds(path));
	}
	{
		ON(SQLITE);
		struct txn *tx = write_in(&f, "acme");

		CHECK_OK(add(tx, "a", "a"));
		CHECK_OK(txn_commit(&tx));
		usleep(300000);
		told_any = 0;
		assert_int_equal(sizeof(f.path), write(fds[1], f.path, sizeof(f.path)));
		assert_int_equal(child, waitpid(child, &status, 0));
		assert_int_equal(0, status);
		assert_true(wait_for_flag(SOON_MS, &told_any, CHANGE_ALL));
	}
	close(fds[0]);
	close(fds[1]);
}

static void a_broken_trigger_name_is_refused(void **state)
{
	ON(SQLITE);
	struct txn *tx = read_in(&f, "acme");
	struct rows rows;

	(void)state;
	CHECK_ERR(
		ERR_STORE,
		store_query_text(
			tx,
			"SELECT matches('like', 1, 'a', 'b') + search_changed('x; DROP', 1, NULL, NULL) WHERE $1 = $1",
			NO_ARGS, &rows));
	txn_rollback(&tx);
}

static int64_t number(struct txn *tx, const char *text)
{
	CLEANUP(rows_close) struct rows rows = {0};

	CHECK_OK(store_query_text(tx, text, NO_ARGS, &rows));
	assert_true(rows_next(&rows));
	return rows_null(&rows, 0) ? -1 : rows_int(&rows, 0);
}

static void functions_of_statements(void **state)
{
	ON(SQLITE);
	struct txn *tx = read_in(&f, "acme");

	(void)state;
	assert_int_equal(1, number(tx, "SELECT like_folded('%DA', 'Ada') WHERE $1 = 'acme'"));
	assert_int_equal(0, number(tx, "SELECT like_folded('%DAX', 'Ada') WHERE $1 = 'acme'"));
	assert_int_equal(-1, number(tx, "SELECT like_folded('%DA', NULL) WHERE $1 = 'acme'"));
	assert_int_equal(
		1,
		number(tx,
		       "SELECT any_like('one' || char(31) || 'two' || char(31) || 'three', 'tw_') WHERE $1 = 'acme'"));
	assert_int_equal(1, number(tx, "SELECT any_like('one' || char(31) || 'two', 'two') WHERE $1 = 'acme'"));
	assert_int_equal(0, number(tx, "SELECT any_like('one' || char(31) || 'two', 'one%two') WHERE $1 = 'acme'"));
	assert_int_equal(1, number(tx, "SELECT matches('exact', 0, 'ADA', 'ada') WHERE $1 = 'acme'"));
	assert_int_equal(-1, number(tx, "SELECT matches('posix', 0, 'ADA', NULL) WHERE $1 = 'acme'"));
	assert_int_equal(
		2,
		number(tx,
		       "SELECT sum(matches('similar_to', 1, 'a(b|c)', value)) FROM json_each('[\"ab\",\"ac\",\"ad\"]')"
		       " WHERE $1 = 'acme'"));
	assert_int_equal(
		2, number(tx, "SELECT sum(matches('posix', 1, value, 'abc')) FROM json_each('[\"a\",\"x\",\"c$\"]')"
			      " WHERE $1 = 'acme'"));
	CHECK_OK(txn_commit(&tx));
}

/* As many as the index takes at once. */
static void add_many(struct fixture *f, char first)
{
	struct txn *tx = write_in(f, "acme");
	int i;

	for (i = 0; i < 256; i++)
		CHECK_OK(store_exec(tx, &thing_add,
				    ARGS(T(arena_printf(f->a, "%c%d", first, i)), T(NULL), N(1),
					 T(arena_printf(f->a, "text %d", i))),
				    NULL));
	CHECK_OK(txn_commit(&tx));
}

static void the_index_agrees_with_the_table_whenever_it_has_caught_up(void **state)
{
	ON(SQLITE);
	struct txn *tx;
	int round, i;
	char id[16];

	(void)state;
	srandom(7);
	add_many(&f, 't');
	for (round = 0; round < 30; round++) {
		tx = write_in(&f, "acme");
		for (i = 0; i < 30; i++) {
			CHECK_OK(txn_savepoint(tx, "acme"));
			snprintf(id, sizeof(id), "t%ld", random() % 300);
			if (random() % 3 == 0)
				CHECK_OK(store_exec(tx, &thing_drop, ARGS(T(id)), NULL));
			else if (random() % 2 == 0)
				CHECK_OK(store_exec(
					tx, &thing_rename,
					ARGS(T(NULL), T(arena_printf(f.a, "text %ld", random() % 99)), T(id)), NULL));
			else if (store_exec(
					 tx, &thing_add,
					 ARGS(T(id), T(NULL), N(1), T(arena_printf(f.a, "text %ld", random() % 99))),
					 NULL))
				goto back;
			if (random() % 4) {
				CHECK_OK(txn_release(tx));
				continue;
			}
back:
			CHECK_OK(txn_rollback_to(tx));
		}
		if (random() % 4)
			CHECK_OK(txn_commit(&tx));
		else
			txn_rollback(&tx);
	}
	add_many(&f, 'z');
	CHECK_OK(txn_begin(f.w, "acme", true, &tx));
	CHECK_OK(tx->ops->script(tx, "INSERT INTO things_search (things_search, rank) VALUES ('integrity-check', 1)"));
	txn_rollback(&tx);
}

static void a_busy_writer_is_waited_for(void **state)
{
	ON(SQLITE);
	struct txn *tx = write_in(&f, "acme"), *other;
	struct conn *second;

	(void)state;
	CHECK_OK(conn_open(f.store, true, &second));
	CHECK_ERR(ERR_AGAIN, txn_begin(second, "acme", true, &other));
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_commit(&tx));
	CHECK_OK(txn_begin(second, "acme", true, &other));
	CHECK_OK(add(other, "b", "Bob"));
	CHECK_OK(txn_commit(&other));
	conn_close(second);
}

static void a_full_disk_is_told_as_one(void **state)
{
	ON(SQLITE);
	struct txn *tx = write_in(&f, "acme");
	char id[16];
	err_t e = OK;

	(void)state;
	CHECK_OK(tx->ops->script(tx, "PRAGMA max_page_count = 1"));	/* no more than there are */
	for (int i = 0; !e && i < 100000; i++) {
		snprintf(id, sizeof(id), "t%d", i);
		e = add(tx, id, id);
	}
	CHECK_ERR(ERR_STORE_FULL, e);
	txn_rollback(&tx);
}

/* As SQLite rolls back by itself when the disk is full. */
static void a_transaction_that_was_lost_takes_no_savepoint(void **state)
{
	ON(SQLITE);
	struct txn *tx = write_in(&f, "acme");

	(void)state;
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(tx->ops->script(tx, "ROLLBACK"));
	CHECK_ERR(ERR_STORE_DOWN, txn_savepoint(tx, "acme"));
	CHECK_ERR(ERR_STORE_DOWN, txn_savepoint(tx, "acme"));
	CHECK_ERR(ERR_STORE, txn_commit(&tx));
	assert_int_equal(0, count_in(&f, "acme"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_another_process_changes_is_told),
		cmocka_unit_test(only_the_owner_can_read_the_file), cmocka_unit_test(a_reader_keeps_its_snapshot),
		cmocka_unit_test(a_reading_connection_cannot_write),
		cmocka_unit_test(our_own_commits_are_no_foreign_ones),
		cmocka_unit_test(a_broken_trigger_name_is_refused), cmocka_unit_test(functions_of_statements),
		cmocka_unit_test(the_index_agrees_with_the_table_whenever_it_has_caught_up),
		cmocka_unit_test(a_busy_writer_is_waited_for), cmocka_unit_test(a_full_disk_is_told_as_one),
		cmocka_unit_test(a_transaction_that_was_lost_takes_no_savepoint),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
