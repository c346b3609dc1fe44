#include "fixture.h"

#include "base/banned.h"

static int64_t count(struct fixture *f)
{
	struct txn *tx = read_in(f, "acme");
	int64_t n = -1;

	CHECK_OK(store_int(tx, &thing_count, NO_ARGS, &n));
	txn_rollback(&tx);
	return n;
}

static void add_one(struct fixture *f, int i)
{
	struct txn *tx = write_in(f, "acme");
	char id[16];

	snprintf(id, sizeof(id), "t%d", i);
	CHECK_OK(store_exec(tx, &thing_add, ARGS(T(id), T(NULL), N(i), T("")), NULL));
	CHECK_OK(txn_commit(&tx));
}

static void each_read_sees_every_commit_before_it(void **state)
{
	struct fixture f = fixture_open(SQLITE);

	(void)state;
	for (int i = 0; i < 50; i++) {
		assert_int_equal(i, count(&f));
		assert_int_equal(i, count(&f));	/* reads on from the same snapshot */
		add_one(&f, i);
	}
	fixture_done(&f);
}

static int64_t parts(struct fixture *f)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx = read_in(f, "acme");
	int64_t n;

	CHECK_OK(store_query_text(tx, "SELECT count(*) FROM parts WHERE tenant_id = $1", NO_ARGS, &rows));
	assert_true(rows_next(&rows));
	n = rows_int(&rows, 0);
	CHECK_OK(rows_end(&rows));
	txn_rollback(&tx);
	return n;
}

static void also_those_of_another_program(void **state)
{
	struct fixture f = fixture_open(SQLITE);
	char command[256];

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(i, parts(&f));
		snprintf(command, sizeof(command), "sqlite3 '%s' \"INSERT INTO parts VALUES ('acme', 'p%d', 'none')\"",
			 f.path, i);
		assert_int_equal(0, system(command));
	}
	assert_int_equal(3, parts(&f));
	fixture_done(&f);
}

static void an_idle_reader_does_not_hold_the_log_back(void **state)
{
	struct fixture f = fixture_open(SQLITE);
	char log[PATH_SIZE + 8], *text = malloc(60001);
	struct stat st;

	(void)state;
	memset(text, 'x', 60000);
	text[60000] = '\0';
	assert_int_equal(0, count(&f));		/* keeps its snapshot from here on */
	for (int i = 0; i < 2000; i++) {	/* some 30 000 pages of log, were it never begun anew */
		struct txn *tx = write_in(&f, "acme");

		if (i == 0)
			CHECK_OK(store_exec(tx, &thing_add, ARGS(T("t"), T(text), N(0), T("")), NULL));
		else
			CHECK_OK(store_exec(tx, &thing_rename, ARGS(T(text), T(""), T("t")), NULL));
		text[0] = (char)('a' + i % 26);
		CHECK_OK(txn_commit(&tx));
	}
	snprintf(log, sizeof(log), "%s-wal", f.path);
	assert_int_equal(0, stat(log, &st));
	assert_true(st.st_size < 40 * 1000 * 1000);
	assert_int_equal(1, count(&f));
	free(text);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_read_sees_every_commit_before_it),
		cmocka_unit_test(also_those_of_another_program),
		cmocka_unit_test(an_idle_reader_does_not_hold_the_log_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
