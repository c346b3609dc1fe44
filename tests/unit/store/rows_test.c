#include "store/fixture.h"

#include "base/budget.h"

/* Rows of some length, every second one with a NULL; `which` makes a statement of its own of it. */
static const char *some_rows(struct fixture *f, const char *which, int count, int length)
{
	return arena_printf(f->a,
			    "SELECT repeat('x', %d), CASE WHEN g %% 2 = 1 THEN g END, '%s'"
			    " FROM generate_series(1, %d) g WHERE $1 <> ''",
			    length, which, count);
}

/* Runs a query and looks at all that it gives; `*held`: what the charge holds meanwhile. */
static err_t look_at(struct txn *tx, const char *text, int count, int length, const struct charge *c, size_t *held)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query_text(tx, text, NO_ARGS, &rows);
	size_t len;
	int n = 0;

	if (e)
		return e;
	*held = c ? c->held : 0;
	while (rows_next(&rows)) {
		n++;
		assert_non_null(rows_textn(&rows, 0, &len));
		assert_int_equal(length, len);
		assert_int_equal(n % 2 == 0, rows_null(&rows, 1));
		if (n % 2 == 1)
			assert_int_equal(n, rows_int(&rows, 1));
	}
	assert_int_equal(count, n);
	return rows_end(&rows);
}

/* The same in a transaction of its own, once more where it is to be run again. */
static err_t look_charged(struct fixture *f, const char *text, int count, int length, struct charge *c, size_t *held)
{
	err_t e = ERR_AGAIN;

	for (int i = 0; i < 2 && e == ERR_AGAIN; i++) {
		struct txn *tx = read_in(f, "acme");

		txn_set_charge(tx, c);
		e = look_at(tx, text, count, length, c, held);
		txn_rollback(&tx);
	}
	return e;
}

static void rows_count_until_they_are_closed(void **state)
{
	ON(POSTGRES);
	struct charge c = {0};
	size_t held = 0;

	(void)state;
	budget_start(MIB(64), MIB(64));
	CHECK_OK(look_charged(&f, some_rows(&f, "few", 3, 100), 3, 100, &c, &held));
	assert_int_equal(0, held);	/* too few to count */
	CHECK_OK(look_charged(&f, some_rows(&f, "some", 100, 1000), 100, 1000, &c, &held));
	assert_in_range(held, 100000, 400000);
	assert_int_equal(0, c.held);
	CHECK_OK(look_charged(&f, some_rows(&f, "many", 2000, 1000), 2000, 1000, &c, &held));
	assert_in_range(held, 2000000, 6000000);
	assert_int_equal(0, c.held);
	assert_int_equal(0, budget_held());
}

static void a_large_result_is_received_row_by_row_from_the_second_time_on(void **state)
{
	ON(POSTGRES);
	const char *text = some_rows(&f, "again", 100, 100000);
	struct charge c = {0};
	struct txn *tx;
	size_t held;

	(void)state;
	budget_start(MIB(64), MIB(64));
	tx = read_in(&f, "acme");
	CHECK_OK(look_at(tx, text, 100, 100000, NULL, &held));	/* nobody counts: nothing happens */
	txn_rollback(&tx);
	tx = read_in(&f, "acme");
	txn_set_charge(tx, &c);
	CHECK_ERR(ERR_AGAIN, look_at(tx, text, 100, 100000, &c, &held));
	txn_rollback(&tx);
	for (int i = 0; i < 3; i++) {
		tx = read_in(&f, "acme");
		txn_set_charge(tx, &c);
		CHECK_OK(look_at(tx, text, 100, 100000, &c, &held));
		assert_in_range(held, 10000000, 11000000);
		txn_rollback(&tx);
	}
	assert_int_equal(0, c.held);
}

static void rows_without_room_are_forgotten_and_the_connection_goes_on(void **state)
{
	ON(POSTGRES);
	struct charge c = {0}, other = {0};
	struct txn *tx;
	size_t held;

	(void)state;
	budget_start(MIB(4), MIB(4));
	CHECK_ERR(ERR_MEMORY, look_charged(&f, some_rows(&f, "large", 50, 1000000), 50, 1000000, &c, &held));
	assert_string_equal("memory", c.refused);
	assert_int_equal(0, c.held);
	CHECK_OK(look_charged(&f, some_rows(&f, "fit", 30, 100000), 30, 100000, &c, &held));
	charge_note(&other, MIB(4));
	CHECK_ERR(ERR_MEMORY, look_charged(&f, some_rows(&f, "one", 1, 100000), 1, 100000, &c, &held));
	tx = read_in(&f, "acme");
	txn_set_charge(tx, &c);
	CHECK_ERR(ERR_MEMORY, look_at(tx, some_rows(&f, "large", 50, 1000000), 50, 1000000, &c, &held));
	CHECK_OK(look_at(tx, some_rows(&f, "small", 10, 100), 10, 100, &c, &held));
	txn_rollback(&tx);
	charge_end(&other);
	assert_int_equal(0, budget_held());
}

extern void __asan_init(void) __attribute__((weak));

/* The memory that the process occupies. AddressSanitizer keeps for a while what is freed. */
static size_t resident(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long all = 0, pages = 0;

	assert_non_null(file);
	assert_int_equal(2, fscanf(file, "%lu %lu", &all, &pages));
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void rows_without_room_are_not_gathered_first(void **state)
{
	if (__asan_init)
		skip();

	ON(POSTGRES);
	struct charge c = {0};
	size_t before, held;

	(void)state;
	budget_start(MIB(1), MIB(1));
	before = resident();
	CHECK_ERR(ERR_MEMORY, look_charged(&f, some_rows(&f, "huge", 100000, 1000), 100000, 1000, &c, &held));
	assert_true(resident() < before + MIB(16));
	CHECK_ERR(ERR_MEMORY, look_charged(&f, some_rows(&f, "wide", 100, 1000000), 100, 1000000, &c, &held));
	assert_true(resident() < before + MIB(16));
}

static void an_error_after_some_rows_gives_back_what_they_held(void **state)
{
	ON(POSTGRES);
	static const char text[] = "SELECT repeat('x', 100000), CASE WHEN g = 80 THEN 1 / (g - 80) END, 'fails'"
				   " FROM generate_series(1, 100) g WHERE $1 <> ''";
	struct charge c = {0};
	size_t held;

	(void)state;
	budget_start(MIB(64), MIB(64));
	CHECK_ERR(ERR_STORE, look_charged(&f, text, 100, 100000, &c, &held));
	assert_int_equal(0, c.held);
	assert_int_equal(0, count_in(&f, "acme"));
}

/* One of several reads that share the connection. */
struct look {
	const char *text;
	int count, length;
	struct charge charge;
	err_t e;
};

static void look_together(void *of, struct txn *tx, err_t begun)
{
	struct look *l = of;
	size_t held;

	CHECK_OK(begun);
	txn_set_tenant(tx, "acme");
	txn_set_charge(tx, &l->charge);
	l->e = look_at(tx, l->text, l->count, l->length, &l->charge, &held);
	if (!l->e)
		l->e = look_at(tx, l->text, l->count, l->length, &l->charge, &held);
}

#define LOOKS 6

static void looks_run(struct fixture *f, struct look *looks)
{
	void *of[LOOKS];

	for (size_t i = 0; i < LOOKS; i++) {
		looks[i] = i % 2 ? (struct look){ .count = 30, .length = 100000 } :
				   (struct look){ .count = 3, .length = 100 };
		looks[i].text = some_rows(f, "of a group", looks[i].count, looks[i].length);
		of[i] = &looks[i];
	}
	store_read_together(f->r, look_together, of, LOOKS);
}

static void reads_beside_one_without_room_are_right(void **state)
{
	ON(POSTGRES);
	struct look looks[LOOKS];
	int refused = 0;

	(void)state;
	budget_start(MIB(8), MIB(8));
	looks_run(&f, looks);		/* the connection is closed under all: who has no answer is run again */
	for (size_t i = 0; i < LOOKS; i++)
		assert_true(looks[i].e == OK || looks[i].e == ERR_AGAIN);
	looks_run(&f, looks);		/* of three with 3 MB each, two have room */
	for (size_t i = 0; i < LOOKS; i++) {
		refused += looks[i].e == ERR_MEMORY;
		assert_true(looks[i].e == OK || (i % 2 == 1 && looks[i].e == ERR_MEMORY));
		assert_int_equal(0, looks[i].charge.held);
	}
	assert_int_equal(1, refused);
	assert_int_equal(0, budget_held());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_count_until_they_are_closed),
		cmocka_unit_test(a_large_result_is_received_row_by_row_from_the_second_time_on),
		cmocka_unit_test(rows_without_room_are_forgotten_and_the_connection_goes_on),
		cmocka_unit_test(rows_without_room_are_not_gathered_first),
		cmocka_unit_test(an_error_after_some_rows_gives_back_what_they_held),
		cmocka_unit_test(reads_beside_one_without_room_are_right),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
