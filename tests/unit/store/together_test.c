#include "store/fixture.h"

#include "store/fiber.h"

/* One read of a group, as the test asks for it and as it went. */
struct ask {
	struct fixture *f;
	const char *tenant, *id;
	int number, runs;
	err_t begun, e;
	const char *name, *seen;
	char text[128];
};

static const struct { const char *tenant, *id, *name; } known[] = {
	{ "acme", "a", "Ada" }, { "acme", "b", "Bob" }, { "acme", "c", "Cleo" }, { "other", "a", "Olga" },
};

static void add_known(struct fixture *f)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct txn *tx = write_in(f, known[i].tenant);

		CHECK_OK(add(tx, known[i].id, known[i].name));
		CHECK_OK(txn_commit(&tx));
	}
}

static void asks_init(struct fixture *f, struct ask *asks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		asks[i] = (struct ask){ .f = f, .number = (int)i,
			.tenant = known[i % ARRAY_LEN(known)].tenant, .id = known[i % ARRAY_LEN(known)].id };
}

static void run_together(struct ask *asks, size_t n, store_read *read)
{
	void *of[READS_TOGETHER];

	for (size_t i = 0; i < n; i++)
		of[i] = &asks[i];
	store_read_together(asks[0].f->r, read, of, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(1, asks[i].runs);
}

static bool starts(struct ask *a, struct txn *tx, err_t begun)
{
	a->runs++;
	a->begun = begun;
	if (tx)
		txn_set_tenant(tx, a->tenant);
	return begun == OK;
}

static void read_name(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;

	if (starts(a, tx, begun))
		a->e = store_text(tx, &thing_name, ARGS(T(a->id)), a->f->a, &a->name);
}

static void check_names(const struct ask *asks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CHECK_ERR(OK, asks[i].begun);
		CHECK_ERR(OK, asks[i].e);
		assert_string_equal(known[i % ARRAY_LEN(known)].name, asks[i].name);
	}
}

BOTH(each_read_runs_once_and_gets_its_own_answer)
{
	ON(engine);
	struct ask asks[READS_TOGETHER];

	add_known(&f);
	for (size_t n = 1; n <= READS_TOGETHER; n += 5) {
		asks_init(&f, asks, n);
		run_together(asks, n, read_name);
		check_names(asks, n);
	}
	assert_int_equal(3, count_in(&f, "acme"));
}

static void read_nothing(void *of, struct txn *tx, err_t begun)
{
	starts(of, tx, begun);
}

BOTH(a_read_that_asks_nothing_is_fine)
{
	ON(engine);
	struct ask asks[3];

	asks_init(&f, asks, 3);
	run_together(asks, 3, read_nothing);
	store_read_together(f.r, read_nothing, NULL, 0);
}

/* The time at which the transaction began, as PostgreSQL counts it: one for a whole group. */
static void read_time(void *of, struct txn *tx, err_t begun)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct ask *a = of;

	if (!starts(a, tx, begun))
		return;
	for (int i = 0; i < a->number % 3 && !a->e; i++)	/* some ask before */
		a->e = store_text(tx, &thing_name, ARGS(T(a->id)), a->f->a, &a->name);
	if (!a->e)
		a->e = store_query_text(tx, "SELECT now()::text WHERE $1 <> ''", NO_ARGS, &rows);
	if (!a->e && rows_next(&rows))
		a->seen = arena_copy(a->f->a, rows_text(&rows, 0));
}

static void all_questions_that_wait_share_a_round_trip(void **state)
{
	ON(POSTGRES);
	struct ask asks[READS_TOGETHER];

	(void)state;
	add_known(&f);
	asks_init(&f, asks, READS_TOGETHER);
	run_together(asks, READS_TOGETHER, read_time);
	for (int i = 0; i < READS_TOGETHER; i++) {
		CHECK_ERR(OK, asks[i].e);
		assert_string_equal(asks[i % 3].seen, asks[i].seen);
	}
	assert_string_not_equal(asks[0].seen, asks[1].seen);
	assert_string_not_equal(asks[1].seen, asks[2].seen);
}

/* Walks the list of its tenant and asks for the name of each thing again while the rows are open. */
static void read_list(void *of, struct txn *tx, err_t begun)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct ask *a = of;
	const char *name;

	if (!starts(a, tx, begun))
		return;
	a->seen = "";
	a->e = store_query(tx, &thing_list, NO_ARGS, &rows);
	while (!a->e && rows_next(&rows)) {
		a->e = store_text(tx, &thing_name, ARGS(T(rows_text(&rows, 0))), a->f->a, &name);
		if (!a->e)
			a->seen = arena_printf(a->f->a, "%s%s=%s,", a->seen, rows_text(&rows, 1), name);
	}
}

BOTH(rows_of_several_reads_interleave)
{
	ON(engine);
	struct ask asks[8];

	add_known(&f);
	asks_init(&f, asks, 8);
	run_together(asks, 8, read_list);
	for (int i = 0; i < 8; i++) {
		CHECK_ERR(OK, asks[i].e);
		assert_string_equal(i % 4 == 3 ? "Olga=Olga," : "Ada=Ada,Bob=Bob,Cleo=Cleo,", asks[i].seen);
	}
}

/* Every third asks what PostgreSQL cannot hold, and then something sensible. */
static void read_with_errors(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;
	struct rows rows;

	if (!starts(a, tx, begun))
		return;
	if (a->number % 3 == 1) {
		CHECK_ERR(ERR_INPUT, store_query(tx, &thing_found, ARGS(T("\xff\xfe")), &rows));
		assert_non_null(strstr(err_fault()->detail, "thing_found"));
	}
	a->e = store_text(tx, &thing_name, ARGS(T(a->id)), a->f->a, &a->name);
}

static void an_error_of_one_read_leaves_the_others_right(void **state)
{
	ON(POSTGRES);
	struct ask asks[READS_TOGETHER];

	(void)state;
	add_known(&f);
	for (int i = 0; i < 3; i++) {
		asks_init(&f, asks, READS_TOGETHER);
		run_together(asks, READS_TOGETHER, read_with_errors);
		check_names(asks, READS_TOGETHER);
	}
}

/* The request that lines of the log name now. The thread has been given a box. */
static const char *thread_request(void)
{
	char *box = log_request_use(NULL);

	log_request_use(box);
	return box;
}

/* Fails with its own number, and looks at what is kept for a thread after the others ran. */
static void read_marks(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;
	struct rows rows;

	if (!starts(a, tx, begun))
		return;
	assert_string_equal("", err_fault()->detail);
	assert_string_equal("", store_constraint());
	snprintf(a->text, sizeof(a->text), "number %d", a->number);
	assert_string_equal("", thread_request());
	log_request(a->text);
	a->e = store_query_text(tx, "SELECT refuse($2) WHERE $1 <> ''", ARGS(T(a->text)), &rows);
	assert_string_equal(a->text, store_constraint());
	err_detail("%s", a->text);
	CHECK_ERR(OK, store_text(tx, &thing_name, ARGS(T(a->id)), a->f->a, &a->name));
	assert_string_equal(a->text, err_fault()->detail);
	assert_string_equal(a->text, store_constraint());
	assert_string_equal(a->text, thread_request());
}

static void what_is_kept_for_a_thread_does_not_pass_from_read_to_read(void **state)
{
	ON(POSTGRES);
	char box[LOG_REQUEST_MAX] = "";
	struct ask asks[5];
	struct txn *tx = write_in(&f, NULL);

	(void)state;
	CHECK_OK(tx->ops->script(tx, "CREATE FUNCTION refuse(why text) RETURNS text LANGUAGE plpgsql AS"
				     " $$ BEGIN RAISE EXCEPTION '%', why; END $$"));
	CHECK_OK(txn_commit(&tx));
	add_known(&f);
	err_detail("of the thread");
	log_request_use(box);
	log_request("of the thread");
	asks_init(&f, asks, 5);
	run_together(asks, 5, read_marks);
	for (int i = 0; i < 5; i++) {
		CHECK_ERR(ERR_CHECK, asks[i].e);
		assert_string_equal(known[i % ARRAY_LEN(known)].name, asks[i].name);
	}
	assert_string_equal("of the thread", err_fault()->detail);
	assert_string_equal("of the thread", thread_request());
	log_request_use(NULL);
}

static void kill_backends(struct fixture *f)
{
	char server[512];

	pg_info(f->database, server, sizeof(server));
	pg_do(server, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
		      " WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

/* The third kills the connection before it asks. */
static void read_and_kill(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;

	if (a->number == 2)
		kill_backends(a->f);
	read_name(of, tx, begun);
}

static void a_connection_lost_in_a_group_is_down_for_all_and_the_next_group_works(void **state)
{
	ON(POSTGRES);
	struct ask asks[6];

	(void)state;
	add_known(&f);
	asks_init(&f, asks, 6);
	run_together(asks, 6, read_and_kill);
	for (int i = 0; i < 6; i++) {
		CHECK_ERR(OK, asks[i].begun);
		CHECK_ERR(ERR_STORE_DOWN, asks[i].e);
	}
	asks_init(&f, asks, 6);
	run_together(asks, 6, read_name);
	check_names(asks, 6);
}

static void a_connection_lost_before_a_group_is_made_again(void **state)
{
	ON(POSTGRES);
	struct ask asks[6];

	(void)state;
	add_known(&f);
	asks_init(&f, asks, 6);
	run_together(asks, 6, read_name);
	kill_backends(&f);
	usleep(50000);
	asks_init(&f, asks, 6);
	run_together(asks, 6, read_name);
	check_names(asks, 6);
}

static void allow_connections(struct fixture *f, bool on)
{
	char server[512], text[192];

	pg_info("postgres", server, sizeof(server));
	snprintf(text, sizeof(text), "ALTER DATABASE %s ALLOW_CONNECTIONS %s", f->database, on ? "true" : "false");
	pg_do(server, text);
}

static void while_the_server_is_away_each_read_is_told_so(void **state)
{
	ON(POSTGRES);
	struct ask asks[4];

	(void)state;
	add_known(&f);
	kill_backends(&f);
	allow_connections(&f, false);
	usleep(50000);
	asks_init(&f, asks, 4);
	run_together(asks, 4, read_name);
	for (int i = 0; i < 4; i++)
		CHECK_ERR(ERR_STORE_DOWN, asks[i].begun);
	allow_connections(&f, true);
}

/* The first makes the server forget what was prepared. */
static void read_and_discard(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;

	if (a->number == 0)
		CHECK_OK(tx->ops->script(tx, "DEALLOCATE ALL"));
	read_name(of, tx, begun);
}

static void discarded_statements_are_to_be_asked_again_and_prepared_anew(void **state)
{
	ON(POSTGRES);
	struct ask asks[4];

	(void)state;
	add_known(&f);
	asks_init(&f, asks, 4);
	run_together(asks, 4, read_name);
	asks_init(&f, asks, 4);
	run_together(asks, 4, read_and_discard);
	for (int i = 0; i < 4; i++)
		CHECK_ERR(ERR_AGAIN, asks[i].e);
	asks_init(&f, asks, 4);
	run_together(asks, 4, read_name);
	check_names(asks, 4);
}

/* Texts that no other read asks, more of them in a group than a connection keeps; some fail. */
static void read_many_texts(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;
	struct rows rows;
	char text[160];

	if (!starts(a, tx, begun))
		return;
	for (int i = 0; i < SHAPES / READS_TOGETHER + 2; i++) {
		snprintf(text, sizeof(text),
			 "SELECT name, %d, %d FROM things WHERE tenant_id = $1 AND id = $2"
			 " AND n / $3 >= 0",
			 a->number, i);
		a->e = store_query_text(tx, text, ARGS(T(a->id), N((a->number + i) % 5 == 0 ? 0 : 1)), &rows);
		CHECK_ERR((a->number + i) % 5 == 0 ? ERR_STORE : OK, a->e);
		a->e = OK;
		if (rows_next(&rows)) {
			a->name = arena_copy(a->f->a, rows_text(&rows, 0));
			assert_int_equal(a->number, rows_int(&rows, 1));
			assert_int_equal(i, rows_int(&rows, 2));
		}
		rows_close(&rows);
	}
}

static int64_t prepared_on_server(struct fixture *f)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx = read_in(f, "acme");
	int64_t n;

	CHECK_OK(store_query_text(tx, "SELECT count(*) FROM pg_prepared_statements WHERE $1 <> ''", NO_ARGS, &rows));
	assert_true(rows_next(&rows));
	n = rows_int(&rows, 0);
	rows_close(&rows);
	CHECK_OK(txn_commit(&tx));
	return n;
}

static void more_texts_than_are_kept_are_prepared_and_forgotten_in_turn(void **state)
{
	ON(POSTGRES);
	struct ask asks[READS_TOGETHER];

	(void)state;
	add_known(&f);
	for (int i = 0; i < 5; i++) {
		asks_init(&f, asks, READS_TOGETHER);
		run_together(asks, READS_TOGETHER, read_many_texts);
		check_names(asks, READS_TOGETHER);
	}
	assert_in_range(prepared_on_server(&f), 1, SHAPES + 4);
}

static void read_and_change(void *of, struct txn *tx, err_t begun)
{
	struct ask *a = of;
	struct rows rows;
	int64_t n;

	if (!starts(a, tx, begun))
		return;
	CHECK_ERR(ERR_STORE, store_exec(tx, &thing_drop, ARGS(T("a")), NULL));
	CHECK_ERR(ERR_STORE, store_int(tx, &thing_set_n, ARGS(T("a"), N(7)), &n));
	CHECK_ERR(ERR_STORE, store_query_text(tx,
					      "WITH gone AS (DELETE FROM things WHERE tenant_id = $1 RETURNING id)"
					      " SELECT id FROM gone",
					      NO_ARGS, &rows));
	a->e = store_text(tx, &thing_name, ARGS(T(a->id)), a->f->a, &a->name);
}

BOTH(a_statement_that_changes_something_is_refused_in_a_read)
{
	ON(engine);
	struct ask asks[3];

	add_known(&f);
	asks_init(&f, asks, 3);
	log_start(LOG_ERROR + 1, false);	/* each is a mistake of ours, and said so */
	run_together(asks, 3, read_and_change);
	log_start(LOG_ERROR, false);
	check_names(asks, 3);
	assert_int_equal(3, count_in(&f, "acme"));
}

/* Fills most of its stack, and asks at the bottom of it. */
static __attribute__((noinline)) void ask_below(volatile char *above, struct ask *a, struct txn *tx)
{
	volatile char room[FIBER_STACK * 5 / 8];

	memset((char *)(uintptr_t)room, a->number, sizeof(room));
	a->e = store_text(tx, &thing_name, ARGS(T(a->id)), a->f->a, &a->name);
	for (size_t i = 0; i < sizeof(room); i += 512)
		assert_int_equal(a->number, room[i]);
	*above = room[0];
}

static void read_deep(void *of, struct txn *tx, err_t begun)
{
	volatile char at;

	if (starts(of, tx, begun))
		ask_below(&at, of, tx);
}

static void a_read_may_use_much_of_its_stack(void **state)
{
	ON(POSTGRES);
	struct ask asks[READS_TOGETHER];

	(void)state;
	add_known(&f);
	asks_init(&f, asks, READS_TOGETHER);
	run_together(asks, READS_TOGETHER, read_deep);
	check_names(asks, READS_TOGETHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BOTH(each_read_runs_once_and_gets_its_own_answer),
		RUN_BOTH(a_read_that_asks_nothing_is_fine),
		cmocka_unit_test(all_questions_that_wait_share_a_round_trip),
		RUN_BOTH(rows_of_several_reads_interleave),
		cmocka_unit_test(an_error_of_one_read_leaves_the_others_right),
		cmocka_unit_test(what_is_kept_for_a_thread_does_not_pass_from_read_to_read),
		cmocka_unit_test(a_connection_lost_in_a_group_is_down_for_all_and_the_next_group_works),
		cmocka_unit_test(a_connection_lost_before_a_group_is_made_again),
		cmocka_unit_test(while_the_server_is_away_each_read_is_told_so),
		cmocka_unit_test(discarded_statements_are_to_be_asked_again_and_prepared_anew),
		cmocka_unit_test(more_texts_than_are_kept_are_prepared_and_forgotten_in_turn),
		RUN_BOTH(a_statement_that_changes_something_is_refused_in_a_read),
		cmocka_unit_test(a_read_may_use_much_of_its_stack),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
