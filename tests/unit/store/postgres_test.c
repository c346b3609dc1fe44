#include "store/fixture.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

static void kill_backends(struct fixture *f)
{
	char server[512];

	pg_info(f->database, server, sizeof(server));
	pg_do(server, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
		      " AND pid <> pg_backend_pid()");
}

static void an_idle_connection_that_was_lost_is_made_again(void **state)
{
	ON(POSTGRES);
	struct txn *tx = write_in(&f, "acme");

	(void)state;
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_commit(&tx));
	kill_backends(&f);
	usleep(50000);
	assert_int_equal(1, count_in(&f, "acme"));
	tx = write_in(&f, "acme");
	CHECK_OK(add(tx, "b", "Bob"));
	CHECK_OK(txn_commit(&tx));
	assert_int_equal(2, count_in(&f, "acme"));
}

static void a_connection_lost_inside_a_transaction_is_down(void **state)
{
	ON(POSTGRES);
	struct txn *tx = write_in(&f, "acme");

	(void)state;
	CHECK_OK(add(tx, "a", "Ada"));
	kill_backends(&f);
	CHECK_ERR(ERR_STORE_DOWN, add(tx, "b", "Bob"));
	txn_rollback(&tx);
	tx = write_in(&f, "acme");
	CHECK_OK(add(tx, "c", "Cleo"));
	kill_backends(&f);
	CHECK_ERR(ERR_STORE_DOWN, txn_commit(&tx));
	assert_int_equal(0, count_in(&f, "acme"));
}

static void the_listener_comes_back_and_forgets_everything(void **state)
{
	ON(POSTGRES);
	int i;

	(void)state;
	told_any = 0;
	kill_backends(&f);
	for (i = 0; i < 100 && store_is_listening(f.store); i++)
		usleep(2000);
	assert_true(wait_for_flag(SOON_MS, &told_any, CHANGE_ALL));
	for (i = 0; i < SOON_MS && !store_is_listening(f.store); i += 10)
		usleep(10000);
	assert_true(store_is_listening(f.store));
}

static void a_server_that_is_away_is_said_so_at_once(void **state)
{
	struct fixture f;
	int64_t began;

	(void)state;
	fixture_init(&f, POSTGRES);
	snprintf(f.url, sizeof(f.url), "postgres://nobody@127.0.0.1:1/nowhere");
	began = clock_monotonic_us();
	CHECK_ERR(ERR_STORE_DOWN, fixture_start(&f));
	assert_true(clock_monotonic_us() - began < 3000000);
	fixture_done(&f);
}

static void allow_connections(struct fixture *f, bool on)
{
	char server[512], text[192];

	pg_info("postgres", server, sizeof(server));
	snprintf(text, sizeof(text), "ALTER DATABASE %s ALLOW_CONNECTIONS %s", f->database, on ? "true" : "false");
	pg_do(server, text);
	if (!on) {
		snprintf(text, sizeof(text),
			 "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '%s'",
			 f->database);
		pg_do(server, text);
		usleep(50000);
	}
}

static void who_waits_to_connect_follows_at_once_when_a_neighbour_succeeds(void **state)
{
	ON(POSTGRES);
	struct txn *tx;

	(void)state;
	allow_connections(&f, false);
	for (int i = 0; i < 5; i++) {	/* the pauses of this one grow to more than a second */
		CHECK_ERR(ERR_STORE_DOWN, txn_begin(f.r, "acme", false, &tx));
		usleep(100000u << i);
	}
	CHECK_ERR(ERR_STORE_DOWN, txn_begin(f.r, "acme", false, &tx));
	allow_connections(&f, true);
	CHECK_ERR(ERR_STORE_DOWN, txn_begin(f.r, "acme", false, &tx));	/* it waits */
	CHECK_OK(txn_begin(f.w, "acme", true, &tx));
	txn_rollback(&tx);
	assert_int_equal(0, count_in(&f, "acme"));
}

static struct pair {
	struct fixture *f;
	err_t first, second;
} pair;

static void *locks_the_other_way(void *arg)
{
	struct txn *tx;
	int64_t n;

	(void)arg;
	pair.second = txn_begin(pair.f->r, "acme", false, &tx);
	if (!pair.second)
		tx->write = true;
	if (!pair.second)
		pair.second = store_int(tx, &thing_set_n, ARGS(T("b"), N(2)), &n);
	usleep(200000);
	if (!pair.second)
		pair.second = store_int(tx, &thing_set_n, ARGS(T("a"), N(2)), &n);
	txn_rollback(&tx);
	return NULL;
}

static void a_deadlock_is_to_be_run_again(void **state)
{
	ON(POSTGRES);
	struct txn *tx = write_in(&f, "acme");
	pthread_t thread;
	int64_t n;

	(void)state;
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(add(tx, "b", "Bob"));
	CHECK_OK(txn_commit(&tx));
	pair.f = &f;
	tx = write_in(&f, "acme");
	CHECK_OK(store_int(tx, &thing_set_n, ARGS(T("a"), N(1)), &n));
	assert_int_equal(0, pthread_create(&thread, NULL, locks_the_other_way, NULL));
	usleep(100000);
	pair.first = store_int(tx, &thing_set_n, ARGS(T("b"), N(1)), &n);
	txn_rollback(&tx);
	pthread_join(thread, NULL);
	assert_true((pair.first == ERR_AGAIN && pair.second == OK) || (pair.first == OK && pair.second == ERR_AGAIN));
}

static void a_discarded_statement_is_prepared_anew(void **state)
{
	ON(POSTGRES);
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx;

	(void)state;
	assert_int_equal(0, count_in(&f, "acme"));
	tx = read_in(&f, "acme");
	CHECK_OK(store_query_text(tx, "SELECT set_config('search_path', 'nowhere', false) WHERE $1 = 'acme'", NO_ARGS,
				  &rows));
	CHECK_OK(rows_end(&rows));
	CHECK_OK(store_query_text(tx, "SELECT set_config('search_path', 'public', false) WHERE $1 = 'acme'", NO_ARGS,
				  &rows));
	CHECK_OK(rows_end(&rows));
	CHECK_OK(txn_commit(&tx));
	tx = read_in(&f, "acme");
	CHECK_OK(tx->ops->script(tx, "DEALLOCATE ALL"));
	CHECK_ERR(ERR_AGAIN, store_int(tx, &thing_count, NO_ARGS, &(int64_t){0}));
	txn_rollback(&tx);
	assert_int_equal(0, count_in(&f, "acme"));
}

/* The limit as the session shows it; lives in the fixture's arena. */
static const char *temp_file_limit(struct fixture *f)
{
	struct txn *tx = read_in(f, "acme");
	struct rows rows = {0};
	const char *text;

	CHECK_OK(store_query_text(tx, "SELECT current_setting('temp_file_limit') WHERE $1 <> ''", NO_ARGS, &rows));
	assert_true(rows_next(&rows));
	text = arena_copy(f->a, rows_text(&rows, 0));
	rows_close(&rows);
	txn_rollback(&tx);
	return text;
}

static void a_statement_that_needs_more_temporary_files_is_refused(void **state)
{
	ON(POSTGRES);
	struct txn *tx = read_in(&f, "acme");
	struct rows rows = {0};

	(void)state;
	CHECK_OK(store_query_text(tx, "SELECT set_config('temp_file_limit', '64kB', false) WHERE $1 = 'acme'", NO_ARGS,
				  &rows));
	rows_close(&rows);
	CHECK_ERR(ERR_STORE_LIMIT, store_query_text(tx,
						    "SELECT count(*) FROM (SELECT i FROM generate_series(1, 1000000) i"
						    " WHERE $1 = 'acme' ORDER BY i % 1000 OFFSET 1) big",
						    NO_ARGS, &rows));
	assert_string_equal("temp_file_limit", err_fault()->args[0].value);
	txn_rollback(&tx);
	assert_int_equal(0, count_in(&f, "acme"));	/* the connection is fine */
}

static void temporary_files_are_bounded_where_the_role_may_bound_them(void **state)
{
	char server[512], text[192], role[32];
	struct fixture f;

	(void)state;
	fixture_init(&f, POSTGRES);
	snprintf(role, sizeof(role), "plain_%d", (int)getpid());
	pg_info("postgres", server, sizeof(server));
	snprintf(text, sizeof(text), "CREATE ROLE %s LOGIN", role);
	pg_do(server, text);
	snprintf(text, sizeof(text), "ALTER DATABASE %s OWNER TO %s", f.database, role);
	pg_do(server, text);

	CHECK_OK(fixture_start(&f));
	CHECK_OK(conn_open(f.store, false, &f.r));
	CHECK_OK(conn_open(f.store, true, &f.w));
	assert_string_equal(temp_file_limit(&f), "1GB");
	conn_close(f.r);
	conn_close(f.w);
	store_stop(f.store);

	snprintf(text, sizeof(text), "GRANT ALL ON ALL TABLES IN SCHEMA public TO %s", role);
	pg_do(f.url, text);
	strncat(f.url, " user=", sizeof(f.url) - strlen(f.url) - 1);
	strncat(f.url, role, sizeof(f.url) - strlen(f.url) - 1);
	CHECK_OK(fixture_start(&f));
	CHECK_OK(conn_open(f.store, false, &f.r));
	CHECK_OK(conn_open(f.store, true, &f.w));
	assert_string_equal(temp_file_limit(&f), "-1");
	fixture_done(&f);
	snprintf(text, sizeof(text), "DROP ROLE %s", role);
	pg_do(server, text);
}

static void what_postgresql_cannot_hold_is_the_callers_fault(void **state)
{
	ON(POSTGRES);
	struct txn *tx = read_in(&f, "acme");
	struct rows rows;

	(void)state;
	CHECK_ERR(ERR_INPUT, store_query(tx, &thing_given, ARGS(T("[\"\\u0000\"]")), &rows));
	CHECK_ERR(ERR_INPUT, store_query(tx, &thing_found, ARGS(T("\xff\xfe")), &rows));
	txn_rollback(&tx);
}

static void a_full_disk_is_told_as_one(void **state)
{
	ON(POSTGRES);
	struct txn *tx = write_in(&f, "acme");

	(void)state;
	CHECK_ERR(ERR_STORE_FULL,
		  tx->ops->script(tx, "DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"));
	txn_rollback(&tx);
	assert_int_equal(0, count_in(&f, "acme"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_connection_that_was_lost_is_made_again),
		cmocka_unit_test(a_connection_lost_inside_a_transaction_is_down),
		cmocka_unit_test(the_listener_comes_back_and_forgets_everything),
		cmocka_unit_test(a_server_that_is_away_is_said_so_at_once),
		cmocka_unit_test(who_waits_to_connect_follows_at_once_when_a_neighbour_succeeds),
		cmocka_unit_test(a_deadlock_is_to_be_run_again),
		cmocka_unit_test(a_discarded_statement_is_prepared_anew),
		cmocka_unit_test(a_statement_that_needs_more_temporary_files_is_refused),
		cmocka_unit_test(temporary_files_are_bounded_where_the_role_may_bound_them),
		cmocka_unit_test(what_postgresql_cannot_hold_is_the_callers_fault),
		cmocka_unit_test(a_full_disk_is_told_as_one),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
