#include "store/fixture.h"

#include <signal.h>
#include <sys/wait.h>

BOTH(what_is_committed_can_be_read)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");
	const char *name = NULL;

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_commit(&tx));
	assert_null(tx);
	tx = read_in(&f, "acme");
	assert_string_equal("acme", txn_tenant(tx));
	assert_false(txn_is_write(tx));
	CHECK_OK(store_text(tx, &thing_name, ARGS(T("a")), f.a, &name));
	assert_string_equal("Ada", name);
	CHECK_ERR(ERR_NOT_FOUND, store_text(tx, &thing_name, ARGS(T("b")), f.a, &name));
	CHECK_OK(txn_commit(&tx));
	assert_int_equal(0, count_in(&f, "other"));
}

BOTH(what_is_rolled_back_is_gone)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");

	CHECK_OK(add(tx, "a", "Ada"));
	store_note_change(tx, CHANGE_KEYS);
	txn_rollback(&tx);
	txn_rollback(&tx);
	assert_int_equal(0, count_in(&f, "acme"));
	assert_int_equal(0, told_acme);
	tx = write_in(&f, "acme");	/* nothing was said in it */
	txn_rollback(&tx);
	tx = write_in(&f, "acme");
	CHECK_OK(txn_commit(&tx));
}

BOTH(a_transaction_of_another_tenant_sees_nothing)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");
	int64_t n = 0;

	CHECK_OK(add(tx, "a", "Ada"));
	txn_set_tenant(tx, "other");
	CHECK_OK(store_int(tx, &thing_count, NO_ARGS, &n));
	assert_int_equal(0, n);
	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(store_int(tx, &everywhere, ARGS(T("a")), &n));
	assert_int_equal(2, n);
	CHECK_OK(txn_commit(&tx));
}

BOTH(a_broken_constraint_is_named_and_spoils_its_transaction)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_ERR(ERR_UNIQUE, add(tx, "b", "Ada"));
	assert_string_equal(engine == SQLITE ? "things.tenant_id, things.name" : "things_name", store_constraint());
	CHECK_ERR(ERR_STORE, add(tx, "c", "Bob"));
	CHECK_ERR(ERR_STORE, txn_commit(&tx));
	assert_int_equal(0, count_in(&f, "acme"));

	tx = write_in(&f, "acme");
	CHECK_ERR(ERR_REFERENCE, store_exec(tx, &part_add, ARGS(T("p"), T("nobody")), NULL));
	assert_string_equal(engine == SQLITE ? "" : "parts_thing", store_constraint());
	txn_rollback(&tx);

	tx = write_in(&f, "acme");
	CHECK_ERR(ERR_CHECK, store_exec(tx, &thing_add, ARGS(T("a"), T("x"), N(-1), T("")), NULL));
	assert_string_equal("things_n", store_constraint());
	txn_rollback(&tx);
}

BOTH(a_failed_query_needs_no_closing)
{
	ON(engine);
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx = write_in(&f, "acme");

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_ERR(ERR_CHECK, store_query(tx, &thing_set_n, ARGS(T("a"), N(-5)), &rows));
	assert_false(rows_next(&rows));
	CHECK_ERR(ERR_CHECK, rows_end(&rows));
	txn_rollback(&tx);
}

BOTH(changed_rows_are_counted)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");
	int64_t n = -1;

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(store_exec(tx, &part_add, ARGS(T("p"), T("a")), &n));
	assert_int_equal(1, n);
	CHECK_OK(store_exec(tx, &thing_drop, ARGS(T("zz")), &n));
	assert_int_equal(0, n);
	CHECK_OK(store_exec(tx, &thing_drop, ARGS(T("a")), &n));
	assert_int_equal(1, n);
	CHECK_OK(txn_commit(&tx));
}

BOTH(returning_changes_even_when_no_row_is_read)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");
	struct rows rows;
	int64_t n = 0;

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(store_query(tx, &thing_set_n, ARGS(T("a"), N(7)), &rows));
	rows_close(&rows);
	rows_close(&rows);
	CHECK_OK(store_int(tx, &thing_lock, ARGS(T("a")), &n));
	assert_int_equal(7, n);
	CHECK_OK(txn_commit(&tx));
}

BOTH(every_kind_of_value_comes_back)
{
	ON(engine);
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx = write_in(&f, "acme");
	static const unsigned char bytes[] = { 0, 1, 0xff, 'x', 0 };
	const unsigned char *back;
	size_t len = 0;

	CHECK_OK(store_exec(tx, &thing_full, ARGS(T("a"), R(0.1), BLOB(bytes, sizeof(bytes))), NULL));
	CHECK_OK(store_exec(tx, &thing_full, ARGS(T("b"), R(-1e300), BLOB("", 0)), NULL));
	CHECK_OK(store_exec(tx, &thing_full, ARGS(T("c"), T(NULL), T(NULL)), NULL));
	CHECK_OK(store_query(tx, &thing_read, ARGS(T("a")), &rows));
	assert_true(rows_next(&rows));
	assert_true(rows_real(&rows, 0) == 0.1);
	back = rows_blob(&rows, 1, &len, f.a);
	assert_int_equal(sizeof(bytes), len);
	assert_memory_equal(bytes, back, len);
	assert_true(rows_null(&rows, 2));
	assert_null(rows_text(&rows, 2));
	assert_false(rows_next(&rows));
	assert_false(rows_next(&rows));
	CHECK_OK(rows_end(&rows));
	CHECK_OK(store_query(tx, &thing_read, ARGS(T("b")), &rows));
	assert_true(rows_next(&rows));
	assert_true(rows_real(&rows, 0) == -1e300);
	assert_non_null(rows_blob(&rows, 1, &len, f.a));
	assert_int_equal(0, len);
	CHECK_OK(rows_end(&rows));
	CHECK_OK(store_query(tx, &thing_read, ARGS(T("c")), &rows));
	assert_true(rows_next(&rows));
	assert_true(rows_null(&rows, 0));
	assert_null(rows_blob(&rows, 1, &len, f.a));
	CHECK_OK(rows_end(&rows));
	CHECK_OK(txn_commit(&tx));
}

BOTH(a_statement_can_be_used_while_its_rows_are_read)
{
	ON(engine);
	CLEANUP(rows_close) struct rows outer = {0};
	struct txn *tx = write_in(&f, "acme");
	char id[16];
	int i, seen = 0;

	for (i = 0; i < 5; i++) {
		snprintf(id, sizeof(id), "t%d", i);
		CHECK_OK(add(tx, id, id));
	}
	CHECK_OK(store_query(tx, &thing_list, NO_ARGS, &outer));
	while (rows_next(&outer)) {
		assert_string_equal("t0,t1,t2,t3,t4", join_rows(&f, tx, &thing_list, NO_ARGS));
		snprintf(id, sizeof(id), "t%d", seen++);
		assert_string_equal(id, rows_text(&outer, 0));
	}
	assert_int_equal(5, seen);
	CHECK_OK(rows_end(&outer));
	CHECK_OK(txn_commit(&tx));
}

BOTH(arguments_are_borrowed_for_the_call_only)
{
	ON(engine);
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx = write_in(&f, "acme");
	char list[] = "[\"c\",\"zz\",\"a\"]";

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(add(tx, "c", "Cleo"));
	CHECK_OK(store_query(tx, &thing_given, ARGS(T(list)), &rows));
	memset(list, 'x', sizeof(list) - 1);
	assert_true(rows_next(&rows));
	assert_string_equal("c", rows_text(&rows, 0));
	assert_int_equal(0, rows_int(&rows, 1));
	assert_true(rows_next(&rows));
	assert_string_equal("a", rows_text(&rows, 0));
	assert_int_equal(2, rows_int(&rows, 1));
	assert_false(rows_next(&rows));
	CHECK_OK(rows_end(&rows));
	CHECK_OK(txn_commit(&tx));
}

BOTH(tokens_become_what_the_engine_wants)
{
	ON(engine);
	CLEANUP(rows_close) struct rows rows = {0};
	struct txn *tx = write_in(&f, "acme");
	const char *json = NULL;

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(store_exec(tx, &odd_add, NO_ARGS, NULL));
	CHECK_OK(store_text(tx, &thing_json, NO_ARGS, f.a, &json));
	assert_non_null(strstr(json, "\"id\""));
	CHECK_OK(store_query(tx, &thing_cols, ARGS(T("a")), &rows));
	assert_true(rows_next(&rows));
	assert_string_equal("Ada", rows_text(&rows, 1));
	CHECK_OK(rows_end(&rows));
	assert_string_equal("a", join_rows(&f, tx, &out_of_order, ARGS(T("a"), N(1))));
	CHECK_OK(txn_commit(&tx));
}

BOTH(our_mistakes_are_refused)
{
	ON(engine);
	struct rows rows;
	struct txn *tx = write_in(&f, "acme");

	CHECK_ERR(ERR_STORE, store_exec(tx, &thing_drop, NO_ARGS, NULL));
	txn_rollback(&tx);
	tx = write_in(&f, "acme");
	CHECK_ERR(ERR_STORE, store_exec(tx, &thing_drop, ARGS(T("a"), T("b")), NULL));
	txn_rollback(&tx);
	tx = read_in(&f, "acme");
	CHECK_ERR(ERR_STORE, store_query(tx, &unregistered, NO_ARGS, &rows));
	CHECK_ERR(ERR_STORE, store_query_text(tx, "SELECT id FROM things", NO_ARGS, &rows));
	CHECK_ERR(ERR_STORE,
		  store_query_text(tx, "SELECT {nonsense} FROM things WHERE tenant_id = $1", NO_ARGS, &rows));
	CHECK_ERR(ERR_STORE, store_query_text(tx, "SELECT nonsense FROM things WHERE tenant_id = $1", NO_ARGS, &rows));
	assert_false(rows_next(&rows));
	CHECK_OK(txn_commit(&tx));
}

BOTH(texts_made_at_run_time_are_kept_within_bounds)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");
	struct rows rows, open;
	int round, i;

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(store_query_text(tx, "SELECT id FROM things WHERE tenant_id = $1", NO_ARGS, &open));
	for (round = 0; round < 3; round++) {
		for (i = 0; i < SHAPES + 20; i++) {
			CHECK_OK(store_query_text(
				tx, arena_printf(f.a, "SELECT n + %d FROM things WHERE tenant_id = $1 AND id = $2", i),
				ARGS(T("a")), &rows));
			assert_true(rows_next(&rows));
			assert_int_equal(1 + i, rows_int(&rows, 0));
			CHECK_OK(rows_end(&rows));
		}
	}
	assert_true(rows_next(&open));
	assert_string_equal("a", rows_text(&open, 0));
	CHECK_OK(rows_end(&open));
	CHECK_OK(txn_commit(&tx));
}

BOTH(a_batch_keeps_what_was_released)
{
	ON(engine);
	struct txn *tx = write_in(&f, NULL);

	CHECK_OK(txn_savepoint(tx, "acme"));
	CHECK_OK(add(tx, "a", "Ada"));
	assert_int_equal(0, txn_changes(tx));
	store_note_change(tx, CHANGE_KEYS);
	CHECK_OK(txn_release(tx));
	CHECK_OK(txn_savepoint(tx, "acme"));
	CHECK_OK(add(tx, "b", "Bob"));
	store_note_change(tx, CHANGE_TENANTS);
	assert_int_equal(CHANGE_KEYS | CHANGE_TENANTS, txn_changes(tx));
	CHECK_ERR(ERR_UNIQUE, add(tx, "c", "Ada"));
	CHECK_ERR(ERR_STORE, txn_release(tx));
	CHECK_OK(txn_rollback_to(tx));
	assert_int_equal(CHANGE_KEYS, txn_changes(tx));	/* what was taken back was not changed */
	CHECK_OK(txn_savepoint(tx, "other"));
	CHECK_OK(add(tx, "a", "Ada"));
	store_note_change(tx, CHANGE_ACCESS);
	store_note_change(tx, CHANGE_SETTINGS);
	CHECK_OK(txn_release(tx));
	assert_int_equal(0, told_acme);
	CHECK_OK(txn_commit(&tx));
	assert_int_equal(CHANGE_KEYS, told_acme);
	assert_int_equal(CHANGE_ACCESS | CHANGE_SETTINGS, told_other);
	assert_int_equal(1, count_in(&f, "acme"));
	assert_int_equal(1, count_in(&f, "other"));
}

BOTH(a_search_finds_what_is_committed)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");

	CHECK_OK(add(tx, "a", "ada lovelace"));
	CHECK_OK(add(tx, "b", "grace hopper"));
	CHECK_OK(txn_commit(&tx));
	tx = read_in(&f, "acme");
	assert_string_equal("a", join_rows(&f, tx, &thing_found, ARGS(T("love"))));
	CHECK_OK(txn_commit(&tx));
	tx = write_in(&f, "acme");
	CHECK_OK(txn_savepoint(tx, "acme"));
	CHECK_OK(store_exec(tx, &thing_rename, ARGS(T("x"), T("edsger dijkstra"), T("a")), NULL));
	CHECK_OK(txn_rollback_to(tx));
	CHECK_OK(txn_savepoint(tx, "acme"));
	CHECK_OK(store_exec(tx, &thing_rename, ARGS(T("y"), T("first"), T("b")), NULL));
	CHECK_OK(store_exec(tx, &thing_rename, ARGS(T("z"), T("second"), T("b")), NULL));
	CHECK_OK(add(tx, "c", "passing by"));
	CHECK_OK(store_exec(tx, &thing_drop, ARGS(T("c")), NULL));
	CHECK_OK(txn_release(tx));
	CHECK_OK(txn_commit(&tx));
	tx = read_in(&f, "acme");
	assert_string_equal("a", join_rows(&f, tx, &thing_found, ARGS(T("love"))));
	assert_string_equal("", join_rows(&f, tx, &thing_found, ARGS(T("dijk"))));
	assert_string_equal("", join_rows(&f, tx, &thing_found, ARGS(T("hopper"))));
	assert_string_equal("", join_rows(&f, tx, &thing_found, ARGS(T("first"))));
	assert_string_equal("b", join_rows(&f, tx, &thing_found, ARGS(T("second"))));
	assert_string_equal("", join_rows(&f, tx, &thing_found, ARGS(T("passing"))));
	CHECK_OK(txn_commit(&tx));
}

BOTH(an_invalid_pattern_is_the_callers_fault)
{
	ON(engine);
	struct txn *tx = write_in(&f, "acme");
	struct rows rows;

	CHECK_OK(add(tx, "a", "Ada"));
	CHECK_OK(txn_commit(&tx));
	tx = read_in(&f, "acme");
	CHECK_ERR(ERR_INPUT, store_query(tx, &thing_pattern, ARGS(T("(")), &rows));
	assert_string_equal("a", join_rows(&f, tx, &thing_pattern, ARGS(T("^A.a$"))));
	CHECK_OK(txn_commit(&tx));
}

/* On a busy machine a beat may come late; then one is deaf until the next. */
static bool both_listen(const struct store *a, const struct store *b)
{
	for (int ms = 0; ms < SOON_MS && !(store_is_listening(a) && store_is_listening(b)); ms += 10)
		usleep(10000);
	return store_is_listening(a) && store_is_listening(b);
}

/* What the other store is told: it may hear of a change before the one that makes it goes on. */
static _Atomic unsigned other_any, other_acme;

static void on_other_change(const char *tenant, unsigned what)
{
	atomic_fetch_or(tenant ? &other_acme : &other_any, what);
}

BOTH(another_store_hears_of_a_change)
{
	ON(engine);
	struct store *other;
	struct txn *tx;

	/* as another process would */
	CHECK_OK(store_start(&(struct store_options){ .path = f.path, .url = f.url, .listener = on_other_change },
			     &other));
	if (engine == POSTGRES)
		usleep(1500000);	/* beyond the first beats */
	assert_true(both_listen(f.store, other));
	told_any = told_acme = other_any = other_acme = 0;
	tx = write_in(&f, "acme");
	CHECK_OK(add(tx, "a", "Ada"));
	store_note_change(tx, CHANGE_KEYS);
	CHECK_OK(txn_commit(&tx));
	assert_int_equal(CHANGE_KEYS, told_acme);
	if (engine == SQLITE)
		assert_true(wait_for_flag(SOON_MS, &other_any, CHANGE_ALL));
	else
		assert_true(wait_for_flag(SOON_MS, &other_acme, CHANGE_KEYS));
	store_stop(other);
}

STATEMENT(of_this_file, "SELECT id FROM things WHERE tenant_id = $1");

extern struct statement *const __start_statements[], *const __stop_statements[];

static void a_statement_is_found_where_the_linker_put_it(void **state)
{
	struct statement *const *at = __start_statements;

	(void)state;
	while (at < __stop_statements && *at != &of_this_file)
		at++;
	assert_true(at < __stop_statements);
}

/* The columns that are said of a statement, and those that it has: the same, then each mistake that can be made. */
STMT(columns_as_said, "SELECT id, upper(name) AS title FROM things WHERE tenant_id = $1");
COLUMNS(columns_as_said, id, title);
STMT(columns_as_listed, "SELECT n AS id, name AS title FROM things WHERE tenant_id = $1");
COLUMNS_OF(columns_as_listed, columns_as_said);
STMT(columns_before_as_said, "SELECT t.n, {cols:thing:t} FROM things t WHERE t.tenant_id = $1");
COLUMNS_BEFORE(columns_before_as_said, thing, n);
STMT(columns_misnamed, "SELECT id, name FROM things WHERE tenant_id = $1");
COLUMNS(columns_misnamed, id, title);
STMT(columns_misordered, "SELECT name, id FROM things WHERE tenant_id = $1");
COLUMNS(columns_misordered, id, name);
STMT(columns_missing, "SELECT id FROM things WHERE tenant_id = $1");
COLUMNS(columns_missing, id, name);
STMT(columns_not_said, "SELECT id, name, n FROM things WHERE tenant_id = $1");
COLUMNS(columns_not_said, id, name);
STMT(columns_of_none, "DELETE FROM things WHERE tenant_id = $1");
COLUMNS(columns_of_none, id);
STMT(columns_between, "SELECT t.n, t.search, {cols:thing:t} FROM things t WHERE t.tenant_id = $1");
COLUMNS_BEFORE(columns_between, thing, n);

static void columns_are_numbered_in_their_order(void **state)
{
	(void)state;
	assert_int_equal(0, columns_as_said_id);
	assert_int_equal(1, columns_as_said_title);
	assert_int_equal(0, columns_before_as_said_n);
	assert_int_equal(1, columns_before_as_said_thing);
}

/* What store_check() writes to the log, which is a file here, and not the terminal. */
static const char *log_of_check(struct fixture *f, struct store *s)
{
	char *said = arena_alloc(f->a, 4000);
	FILE *log = tmpfile();
	int terminal = dup(STDERR_FILENO);
	err_t e;

	assert_non_null(log);
	dup2(fileno(log), STDERR_FILENO);
	e = store_check(s);
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	rewind(log);
	said[fread(said, 1, 3999, log)] = '\0';
	fclose(log);
	CHECK_ERR(ERR_STORE, e);
	return said;
}

static void check_said(const char *log, const char *line)
{
	if (!strstr(log, line))
		fail_msg("the log has no line \"%s\":\n%s", line, log);
}

BOTH(columns_that_are_not_as_said_are_reported)
{
	ON(engine);
	struct statement *all[] = { &columns_as_said, &columns_as_listed, &columns_before_as_said, &columns_misnamed,
		&columns_misordered, &columns_missing, &columns_not_said, &columns_of_none, &columns_between };
	struct fixture g = f;
	const char *log;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		store_register(all[i]);
	CHECK_OK(fixture_start(&g));
	log = log_of_check(&f, g.store);
	store_stop(g.store);
	assert_null(strstr(log, "as_said:"));
	assert_null(strstr(log, "as_listed:"));
	check_said(log, "statement columns_misnamed: its columns are \"id, name\", and COLUMNS says \"id, title\"");
	check_said(log, "statement columns_misordered: its columns are \"name, id\", and COLUMNS says \"id, name\"");
	check_said(log, "statement columns_missing: its columns are \"id\", and COLUMNS says \"id, name\"");
	check_said(log, "statement columns_not_said: its columns are \"id, name, n\", and COLUMNS says \"id, name\"");
	check_said(log, "statement columns_of_none: its columns are \"\", and COLUMNS says \"id\"");
	check_said(log, "statement columns_between: its columns are \"n, search, id, name\", and COLUMNS says"
			" \"n, id, name\"");
}

static void parameters_are_counted_outside_of_texts(void **state)
{
	bool has_first;

	(void)state;
	assert_int_equal(12, store__params("SELECT $1, '$13', \"$14\", $12 -- $15\n, $2", &has_first));
	assert_true(has_first);
	assert_int_equal(2, store__params("SELECT '$1', $2", &has_first));
	assert_false(has_first);
}

static void braces_that_are_no_token_stay(void **state)
{
	char *out = NULL;

	(void)state;
	CHECK_OK(store__expand(POSTGRES, "a '{}' {2,3} {\"x\":1} {text} {rowid}{key}", &out));
	assert_string_equal("a '{}' {2,3} {\"x\":1} text COLLATE \"C\" PRIMARY KEY", out);
	free(out);
	CHECK_ERR(ERR_STORE, store__expand(SQLITE, "{what}", &out));
	CHECK_ERR(ERR_STORE, store__expand(SQLITE, "{list:2}", &out));
	CHECK_ERR(ERR_STORE, store__expand(SQLITE, "{cols:thing}", &out));
}

static err_t ask_for_rows(void)
{
	struct rows rows = {0};

	return store_query(NULL, &thing_list, NO_ARGS, &rows);
}

static err_t ask_for_rows_of_text(void)
{
	struct rows rows = {0};

	return store_query_text(NULL, "SELECT $1", NO_ARGS, &rows);
}

static err_t change(void)
{
	return store_exec(NULL, &thing_drop, ARGS(T("a")), NULL);
}

static err_t tell_a_change(void)
{
	store_note_change(NULL, CHANGE_KEYS);
	return OK;
}

static err_t ask_whose(void)
{
	return txn_tenant(NULL) ? OK : ERR_NOT_FOUND;
}

/* In a process of its own: it ends by abort(), and says why. */
static void check_aborts(err_t (*ask)(void))
{
	FILE *said = tmpfile();
	char line[500] = "";
	pid_t child = fork();
	int status;

	if (child == 0) {
		dup2(fileno(said), STDERR_FILENO);
		_exit(ask() == OK);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	rewind(said);
	assert_non_null(fgets(line, sizeof(line), said));
	assert_non_null(strstr(line, "no transaction: is this a step of WORK or CALL?"));
	fclose(said);
}

static void who_asks_without_a_transaction_is_stopped(void **state)
{
	(void)state;
	check_aborts(ask_for_rows);
	check_aborts(ask_for_rows_of_text);
	check_aborts(change);
	check_aborts(tell_a_change);
	check_aborts(ask_whose);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN_BOTH(what_is_committed_can_be_read), RUN_BOTH(what_is_rolled_back_is_gone),
		RUN_BOTH(a_transaction_of_another_tenant_sees_nothing),
		RUN_BOTH(a_broken_constraint_is_named_and_spoils_its_transaction),
		RUN_BOTH(a_failed_query_needs_no_closing),
		RUN_BOTH(changed_rows_are_counted), RUN_BOTH(returning_changes_even_when_no_row_is_read),
		RUN_BOTH(every_kind_of_value_comes_back), RUN_BOTH(a_statement_can_be_used_while_its_rows_are_read),
		RUN_BOTH(arguments_are_borrowed_for_the_call_only), RUN_BOTH(tokens_become_what_the_engine_wants),
		RUN_BOTH(our_mistakes_are_refused), RUN_BOTH(texts_made_at_run_time_are_kept_within_bounds),
		RUN_BOTH(a_batch_keeps_what_was_released), RUN_BOTH(a_search_finds_what_is_committed),
		RUN_BOTH(an_invalid_pattern_is_the_callers_fault), RUN_BOTH(another_store_hears_of_a_change),
		RUN_BOTH(columns_that_are_not_as_said_are_reported),
		cmocka_unit_test(a_statement_is_found_where_the_linker_put_it),
		cmocka_unit_test(columns_are_numbered_in_their_order),
		cmocka_unit_test(parameters_are_counted_outside_of_texts),
		cmocka_unit_test(braces_that_are_no_token_stay),
		cmocka_unit_test(who_asks_without_a_transaction_is_stopped),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
