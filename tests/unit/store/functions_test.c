/* What statements may call, one call at a time; pattern_test has the patterns themselves. */
#include "test.h"
#undef T	/* store.h's is meant here */

#include <stdio.h>

#include "base/log.h"
#include "store/sqlite.h"

#include "base/banned.h"

static sqlite3 *db;
static struct deadline deadline;
static struct functions functions = { NULL, &deadline };

enum { NO_VALUE = -1, FAILED = -2 };

static int begin(void **state)
{
	(void)state;
	functions.scratch = arena_new();
	deadline = (struct deadline){0};
	return sqlite3_open(":memory:", &db) || functions_init(db, &functions) ? -1 : 0;
}

static int end(void **state)
{
	int busy = sqlite3_close(db);

	(void)state;
	arena_free(functions.scratch);
	return busy;
}

static int step(sqlite3_stmt *stmt)
{
	if (sqlite3_step(stmt) != SQLITE_ROW)
		return FAILED;
	return sqlite3_column_type(stmt, 0) == SQLITE_NULL ? NO_VALUE : sqlite3_column_int(stmt, 0);
}

/* What an expression is. */
static int value_of(const char *expression)
{
	char text[512];
	sqlite3_stmt *stmt;
	int value;

	snprintf(text, sizeof(text), "SELECT %s", expression);
	assert_int_equal(0, sqlite3_prepare_v2(db, text, -1, &stmt, NULL));
	value = step(stmt);
	sqlite3_finalize(stmt);
	return value;
}

struct expectation { const char *expression; int value; };

static void check_all(const struct expectation *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int value = value_of(list[i].expression);

		if (value != list[i].value)
			fail_msg("%s is %d, not %d", list[i].expression, value, list[i].value);
	}
}

static void like_folded_heeds_no_letter_case(void **state)
{
	static const struct expectation cases[] = {
		{ "like_folded('\xc3\x84" "da', '\xc3\xa4" "DA')", 1 },
		{ "like_folded('STRASSE', 'stra\xc3\x9f" "e')", 0 }, { "like_folded('a_a', 'a\xc3\xa9" "a')", 1 },
		{ "like_folded('a__a', 'a\xc3\xa9" "a')", 0 }, { "like_folded('%d%', 'ADA')", 1 },
		{ "like_folded('d%', 'Ada')", 0 }, { "like_folded('', '')", 1 }, { "like_folded('', 'a')", 0 },
		{ "like_folded('%', '')", 1 }, { "like_folded('12', 12)", 1 },
	};

	(void)state;
	check_all(cases, ARRAY_LEN(cases));
}

/* The separator is between fields: a pattern is held against one of them, never against two. */
static void any_like_looks_at_one_field_at_a_time(void **state)
{
	static const struct expectation cases[] = {
		{ "any_like('one' || char(31) || 'two', 'one')", 1 },
		{ "any_like('one' || char(31) || 'two', 'two')", 1 },
		{ "any_like('one' || char(31) || 'two', 'one%two')", 0 },
		{ "any_like('one' || char(31) || 'two', '%e_t%')", 0 },
		{ "any_like('one' || char(31) || 'two', 'o%')", 1 },
		{ "any_like('one' || char(31) || 'two', 't')", 0 },
		{ "any_like('one' || char(31) || char(31) || 'two', '')", 1 },
		{ "any_like('one' || char(31), '')", 1 }, { "any_like('one', '')", 0 }, { "any_like('', '')", 1 },
		{ "any_like('one', 'ONE')", 0 },	/* both are folded already */
	};

	(void)state;
	check_all(cases, ARRAY_LEN(cases));
}

static void folded_is_a_text_as_searches_compare_it(void **state)
{
	static const struct expectation cases[] = {
		{ "folded('\xc3\x84" "DA') = '\xc3\xa4" "da'", 1 }, { "folded('') = ''", 1 },
		{ "folded('ada') = 'ada'", 1 },
		{ "folded('A' || char(31) || 'b') = 'a' || char(30) || 'b'", 1 },
		{ "folded('a' || char(31)) = 'a' || char(30)", 1 }, { "folded(12) = '12'", 1 },
		{ "matches('exact', 0, 'a' || char(31), 'A' || char(31))", 1 },
	};

	(void)state;
	check_all(cases, ARRAY_LEN(cases));
}

static void null_gives_null(void **state)
{
	static const struct expectation cases[] = {
		{ "folded(NULL)", NO_VALUE },
		{ "like_folded(NULL, 'a')", NO_VALUE }, { "like_folded('a', NULL)", NO_VALUE },
		{ "any_like(NULL, 'a')", NO_VALUE }, { "any_like('a', NULL)", NO_VALUE },
		{ "matches(NULL, 1, 'a', 'a')", NO_VALUE }, { "matches('like', NULL, 'a', 'a')", NO_VALUE },
		{ "matches('like', 1, NULL, 'a')", NO_VALUE }, { "matches('like', 1, 'a', NULL)", NO_VALUE },
	};

	(void)state;
	check_all(cases, ARRAY_LEN(cases));
}

static void matches_takes_four_modes(void **state)
{
	static const struct expectation cases[] = {
		{ "matches('like', 1, 'a%', 'abc')", 1 }, { "matches('exact', 1, 'a%', 'abc')", 0 },
		{ "matches('exact', 1, 'abc', 'abc')", 1 }, { "matches('posix', 1, '^a.c$', 'abc')", 1 },
		{ "matches('similar_to', 1, '(a|x)_c', 'abc')", 1 }, { "matches('like', 1, 'A%', 'abc')", 0 },
		{ "matches('like', 0, 'A%', 'abc')", 1 }, { "matches('posix', 0, 'B', 'abc')", 1 },
		{ "matches('regexp', 1, 'a', 'a')", FAILED }, { "matches('', 1, 'a', 'a')", FAILED },
	};

	(void)state;
	check_all(cases, ARRAY_LEN(cases));
}

/* So that whether a search fails does not hang on what is stored. */
static void a_bad_pattern_fails_whatever_the_value(void **state)
{
	static const struct expectation cases[] = {
		{ "matches('posix', 1, '(', 'a')", FAILED }, { "matches('posix', 1, '(', NULL)", FAILED },
		{ "matches('posix', 1, '(', '')", FAILED }, { "matches('similar_to', 1, '(', 'a')", FAILED },
		{ "matches('posix', NULL, '(', 'a')", NO_VALUE },
	};

	(void)state;
	check_all(cases, ARRAY_LEN(cases));
}

static void a_failure_says_that_it_is_the_pattern(void **state)
{
	(void)state;
	assert_int_equal(SQLITE_ERROR, sqlite3_exec(db, "SELECT matches('posix', 1, '(', 'a')", NULL, NULL, NULL));
	assert_string_equal(sqlite3_errmsg(db), INVALID_PATTERN);
}

/* Within a call, and before one begins. */
static void a_call_keeps_the_deadline_of_the_connection(void **state)
{
#define LETTERS(n) "replace(hex(zeroblob(" #n " / 2)), '0', 'a')"
	static const char *const texts[] = {
		"SELECT matches('posix', 1, '^(a|aa)+$', " LETTERS(2000) " || 'c')",
		"SELECT any_like(" LETTERS(2000000) ", '%_' || " LETTERS(10000) " || 'x%')",
		"SELECT like_folded('%_' || " LETTERS(10000) " || 'x%', " LETTERS(2000000) ")",
		"SELECT any_like('a', 'a')",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		deadline.at_us = clock_monotonic_us() + (i < 3 ? 20000 : -20000);
		assert_int_equal(SQLITE_INTERRUPT, sqlite3_exec(db, texts[i], NULL, NULL, NULL));
	}
	deadline.at_us = 0;
	assert_int_equal(1, value_of("any_like('a', 'a')"));
}

/* It is kept with the statement, and must not outlive its text, its mode or its heed of letter case. */
static void a_pattern_is_made_anew_when_anything_of_it_changes(void **state)
{
	static const struct { const char *mode; int case_sensitive; const char *text; int value; } rows[] = {
		{ "posix", 1, "b", 1 }, { "posix", 1, "b", 1 }, { "posix", 1, "x", 0 }, { "posix", 1, "B", 0 },
		{ "posix", 0, "B", 1 }, { "exact", 0, "B", 0 }, { "like", 0, "%B%", 1 }, { "exact", 0, "%B%", 0 },
		{ "posix", 1, "(", FAILED }, { "posix", 1, "b", 1 },
	};
	sqlite3_stmt *stmt;

	(void)state;
	assert_int_equal(0, sqlite3_prepare_v2(db, "SELECT matches(?1, ?2, ?3, 'abc')", -1, &stmt, NULL));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sqlite3_bind_text(stmt, 1, rows[i].mode, -1, SQLITE_STATIC);
		sqlite3_bind_int(stmt, 2, rows[i].case_sensitive);
		sqlite3_bind_text(stmt, 3, rows[i].text, -1, SQLITE_STATIC);
		assert_int_equal(rows[i].value, step(stmt));
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	/* the same from row to row of one run; with a constant text SQLite keeps it from the row before */
	assert_int_equal(
		2, value_of("sum(matches('exact', 1, p, 'abc')) FROM (SELECT 'abc' AS p UNION ALL SELECT 'x' UNION ALL"
			    " SELECT 'abc')"));
	assert_int_equal(
		1, value_of("sum(matches('exact', c, 'ABC', 'abc')) FROM (SELECT 1 AS c UNION ALL SELECT 0 UNION ALL"
			    " SELECT 1)"));
	assert_int_equal(
		2,
		value_of(
			"sum(matches(m, 1, 'a.c', 'abc')) FROM (SELECT 'posix' AS m UNION ALL SELECT 'exact' UNION ALL"
			" SELECT 'posix')"));
}

static void a_schema_that_is_not_trusted_may_use_them(void **state)
{
	(void)state;
	assert_int_equal(0, sqlite3_exec(db,
					 "PRAGMA trusted_schema = OFF; CREATE TABLE t (a TEXT);"
					 "CREATE INDEX i ON t (like_folded('a%', a)); CREATE VIEW v AS"
					 " SELECT any_like(a, 'a%') + matches('exact', 0, 'ADA', a) AS n FROM t;"
					 "INSERT INTO t VALUES ('ada')",
					 NULL, NULL, NULL));
	assert_int_equal(2, value_of("n FROM v"));
	assert_int_equal(1, value_of("count(*) FROM t INDEXED BY i WHERE like_folded('a%', a) = 1"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(like_folded_heeds_no_letter_case), CASE(any_like_looks_at_one_field_at_a_time),
		CASE(folded_is_a_text_as_searches_compare_it), CASE(null_gives_null), CASE(matches_takes_four_modes),
		CASE(a_bad_pattern_fails_whatever_the_value), CASE(a_failure_says_that_it_is_the_pattern),
		CASE(a_call_keeps_the_deadline_of_the_connection),
		CASE(a_pattern_is_made_anew_when_anything_of_it_changes),
		CASE(a_schema_that_is_not_trusted_may_use_them),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
