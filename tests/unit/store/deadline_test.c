/* What runs in a transaction ends when its time is over. */
#include "store/fixture.h"

#include <pthread.h>

/* Runs for a minute at least; it asks nothing of the tables. */
static const char *endless(const struct txn *tx)
{
	return txn_engine(tx) == SQLITE ? "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
					  " SELECT max(i) FROM n WHERE $1 <> ''" :
					  "SELECT pg_sleep(60) WHERE $1 <> ''";
}

static void give(struct txn *tx, int64_t ms, err_t e)
{
	const struct deadline d = {
		.at_us = clock_monotonic_us() + ms * 1000, .error = e, .limit = "step-seconds: 1 s",
	};

	txn_set_deadline(tx, &d);
}

static err_t ask(struct txn *tx, const char *text)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query_text(tx, text, NO_ARGS, &rows);

	while (!e && rows_next(&rows))
		;
	return e ? e : rows_end(&rows);
}

BOTH(a_statement_ends_at_the_deadline_and_the_next_transaction_is_fine)
{
	ON(engine);
	struct txn *tx = read_in(&f, "acme");
	int64_t began = clock_monotonic_us();

	give(tx, 100, ERR_DEADLINE);
	CHECK_ERR(ERR_DEADLINE, ask(tx, endless(tx)));
	assert_true(clock_monotonic_us() - began < 30000000);
	assert_string_equal("step-seconds: 1 s", err_fault()->args[0].value);
	CHECK_ERR(ERR_DEADLINE, store_int(tx, &thing_count, NO_ARGS, &(int64_t){0}));	/* its time is over */
	txn_rollback(&tx);
	assert_int_equal(0, count_in(&f, "acme"));
}

/* The rows of a query that does not end come one by one. */
static void rows_end_at_the_deadline_too(void **state)
{
	ON(SQLITE);
	struct txn *tx = read_in(&f, "acme");

	(void)state;
	give(tx, 50, ERR_DEADLINE);
	CHECK_ERR(ERR_DEADLINE, ask(tx, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
					" SELECT i FROM n WHERE $1 <> ''"));
	txn_rollback(&tx);
}

/* They need few steps of SQLite's machine, but what the caller does between them takes long. */
static void a_caller_who_takes_long_over_its_rows_ends_at_the_deadline(void **state)
{
	ON(SQLITE);
	struct txn *tx = read_in(&f, "acme");
	CLEANUP(rows_close) struct rows rows = {0};

	(void)state;
	give(tx, 100, ERR_AGAIN);
	CHECK_OK(
		store_query_text(tx, "SELECT 1 WHERE $1 <> '' UNION ALL SELECT 2 UNION ALL SELECT 3", NO_ARGS, &rows));
	assert_true(rows_next(&rows));
	usleep(200000);
	assert_false(rows_next(&rows));
	CHECK_ERR(ERR_AGAIN, rows_end(&rows));
	txn_rollback(&tx);
}

BOTH(the_deadline_names_its_error)
{
	ON(engine);
	struct txn *tx = read_in(&f, "acme");

	give(tx, 100, ERR_AGAIN);
	CHECK_ERR(ERR_AGAIN, ask(tx, endless(tx)));
	txn_rollback(&tx);
}

/* The server has a limit of its own, and keeps it before we give up: the connection goes on. */
static void the_server_ends_a_statement_by_itself(void **state)
{
	ON(POSTGRES);
	struct txn *tx;

	(void)state;
	CHECK_OK(conn_limit_statements(f.r, 1, true));
	tx = read_in(&f, "acme");
	give(tx, 60000, ERR_DEADLINE);
	CHECK_ERR(ERR_DEADLINE, ask(tx, "SELECT pg_sleep(60) WHERE $1 <> ''"));
	CHECK_OK(store_int(tx, &thing_count, NO_ARGS, &(int64_t){0}));
	txn_rollback(&tx);
}

BOTH(a_write_whose_time_is_over_leaves_nothing)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");

	CHECK_OK(add(tx, "a", "Ada"));
	give(tx, 100, ERR_DEADLINE);
	CHECK_ERR(ERR_DEADLINE, ask(tx, endless(tx)));
	CHECK_ERR(ERR_STORE, txn_commit(&tx));
	assert_int_equal(0, count_in(&f, "acme"));
	tx = write_in(&f, "acme");
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_commit(&tx));
	assert_int_equal(1, count_in(&f, "acme"));
}

/* SQLite cannot undo half of a statement that writes without undoing all. */
static void a_statement_that_writes_takes_all_savepoints_along(void **state)
{
	ON(SQLITE);
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx = write_in(&f, "acme");

	(void)state;
	CHECK_OK(txn_savepoint(tx, "acme"));
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_release(tx));
	CHECK_OK(txn_savepoint(tx, "acme"));
	give(tx, 100, ERR_DEADLINE);
	CHECK_ERR(ERR_DEADLINE, store_query_text(tx,
						 "INSERT INTO things (tenant_id, id) WITH RECURSIVE n (i) AS"
						 " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT $1, i FROM n",
						 NO_ARGS, &rows));
	assert_int_not_equal(OK, txn_rollback_to(tx));
	txn_rollback(&tx);
	assert_int_equal(0, count_in(&f, "acme"));
}

BOTH(commit_is_not_disturbed_by_a_deadline)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");

	give(tx, 60000, ERR_DEADLINE);
	CHECK_OK(add(tx, "a", "Ada"));
	give(tx, 1, ERR_DEADLINE);
	usleep(50000);
	CHECK_OK(txn_commit(&tx));
	assert_int_equal(1, count_in(&f, "acme"));
}

static void *cancel(void *store)
{
	usleep(100000);
	store_cancel(store);
	return NULL;
}

BOTH(cancel_ends_what_has_a_deadline_and_nothing_else)
{
	ON(engine);
	struct txn *tx = read_in(&f, "acme");
	pthread_t thread;

	give(tx, 60000, ERR_DEADLINE);
	assert_int_equal(0, pthread_create(&thread, NULL, cancel, f.store));
	CHECK_ERR(ERR_BUSY, ask(tx, endless(tx)));
	pthread_join(thread, NULL);
	txn_rollback(&tx);
	tx = write_in(&f, "acme");
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_commit(&tx));
	assert_int_equal(1, count_in(&f, "acme"));
}

/* -- reads that share a connection -- */

struct ask {
	struct fixture *f;
	bool slow;
	err_t e;
	int64_t n;
};

static void read_one(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;

	a->e = begun;
	if (begun)
		return;
	txn_set_tenant(tx, "acme");
	give(tx, 300, ERR_AGAIN);
	for (int i = 0; i < 3 && !a->e; i++)
		a->e = a->slow ? ask(tx, endless(tx)) : store_int(tx, &thing_count, NO_ARGS, &a->n);
}

static void reads_beside_a_slow_one_are_right_or_run_again(void **state)
{
	ON(POSTGRES);
	struct ask asks[4] = { { .f = &f }, { .f = &f }, { .f = &f, .slow = true }, { .f = &f } };
	void *of[4] = { &asks[0], &asks[1], &asks[2], &asks[3] };

	(void)state;
	store_read_together(f.r, read_one, of, 4);
	CHECK_ERR(ERR_AGAIN, asks[2].e);
	for (int i = 0; i < 4; i++)
		assert_true(asks[i].e == ERR_AGAIN || asks[i].e == OK);
	asks[2].slow = false;
	store_read_together(f.r, read_one, of, 4);
	for (int i = 0; i < 4; i++)
		CHECK_ERR(OK, asks[i].e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BOTH(a_statement_ends_at_the_deadline_and_the_next_transaction_is_fine),
		cmocka_unit_test(rows_end_at_the_deadline_too),
		cmocka_unit_test(a_caller_who_takes_long_over_its_rows_ends_at_the_deadline),
		RUN_BOTH(the_deadline_names_its_error),
		cmocka_unit_test(the_server_ends_a_statement_by_itself),
		RUN_BOTH(a_write_whose_time_is_over_leaves_nothing),
		cmocka_unit_test(a_statement_that_writes_takes_all_savepoints_along),
		RUN_BOTH(commit_is_not_disturbed_by_a_deadline),
		RUN_BOTH(cancel_ends_what_has_a_deadline_and_nothing_else),
		cmocka_unit_test(reads_beside_a_slow_one_are_right_or_run_again),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
