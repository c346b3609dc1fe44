/* The list of changes alone, on a database in memory; store_test and sqlite_test see it at work in transactions. */
#include "test.h"
#undef T	/* store.h's is meant here */

#include <stdio.h>

#include "base/log.h"
#include "store/sqlite.h"

#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)

static sqlite3 *db;
static struct search search;

static void sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL))
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
}

/* An index that knows its table, which is empty, up to row 1000. */
static void index_new(const char *table)
{
	char text[512];

	snprintf(
		text, sizeof(text),
		"CREATE VIRTUAL TABLE %s_search USING fts5 (search, content = '',"
		" tokenize = 'trigram case_sensitive 1');"
		"CREATE TABLE %s (seq INTEGER PRIMARY KEY, search TEXT); INSERT INTO search_marks VALUES ('%s', 1000)",
		table, table, table);
	sql(text);
}

static int begin(void **state)
{
	(void)state;
	search = (struct search){0};
	if (sqlite3_open(":memory:", &db) || search_init(&search, db))
		return -1;
	sql("CREATE TABLE search_marks (of_table TEXT NOT NULL PRIMARY KEY, upto bigint NOT NULL)");
	index_new("things");
	return 0;
}

static int end(void **state)
{
	(void)state;
	search_done(&search);
	return sqlite3_close(db);	/* busy: a statement was left behind */
}

/* Text after text, each NULL or a value: what a trigger would note. */
static void note(const char *table, int rowid, const char *before, const char *after)
{
	sqlite3_stmt *stmt;

	assert_int_equal(0, sqlite3_prepare_v2(db, "SELECT search_changed(?, ?, ?, ?)", -1, &stmt, NULL));
	sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 2, rowid);
	sqlite3_bind_text(stmt, 3, before, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 4, after, -1, SQLITE_STATIC);
	if (sqlite3_step(stmt) != SQLITE_ROW)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
}

/* The sum of the rowids that a word is found at. */
static int found(const char *table, const char *word)
{
	char text[256];
	sqlite3_stmt *stmt;
	int sum;

	snprintf(text, sizeof(text), "SELECT coalesce(sum(rowid), 0) FROM %s_search WHERE search MATCH '\"%s\"'",
		 table, word);
	assert_int_equal(0, sqlite3_prepare_v2(db, text, -1, &stmt, NULL));
	assert_int_equal(SQLITE_ROW, sqlite3_step(stmt));
	sum = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return sum;
}

static void nothing_is_indexed_before_the_flush(void **state)
{
	(void)state;
	note("things", 1, NULL, "apple");
	assert_int_equal(0, found("things", "apple"));
	MUST(search_flush(&search));
	assert_int_equal(1, found("things", "apple"));
	note("things", 1, "apple", NULL);
	MUST(search_flush(&search));
	assert_int_equal(0, found("things", "apple"));
}

static void of_several_changes_of_a_row_the_first_before_and_the_last_after_count(void **state)
{
	static const struct { const char *texts[4]; int apple, melon; } cases[] = {
		{ { NULL, "peach", "apple", "melon" }, 0, 1 },
		{ { "apple", "peach", "peach", "melon" }, 0, 1 },
		{ { "apple", NULL, "melon", "apple" }, 1, 0 },	/* deleted and made again under its number */
		{ { "apple", "melon", "peach", NULL }, 0, 0 },
		{ { NULL, "apple", "melon", NULL }, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *const *t = cases[i].texts;

		note("things", 1, NULL, t[0]);
		MUST(search_flush(&search));
		for (int k = 0; k < 3; k++) {
			note("things", 2, "x", "y");	/* another row between them */
			note("things", 1, t[k], t[k + 1]);
		}
		note("things", 2, "y", "x");
		MUST(search_flush(&search));
		assert_int_equal(cases[i].apple, found("things", "apple"));
		assert_int_equal(cases[i].melon, found("things", "melon"));
		assert_int_equal(0, found("things", "peach"));
		note("things", 1, t[3], NULL);
		MUST(search_flush(&search));
	}
}

static void what_is_in_the_end_as_it_was_costs_no_write(void **state)
{
	int before;

	(void)state;
	note("things", 1, NULL, "apple");
	MUST(search_flush(&search));
	before = sqlite3_total_changes(db);
	note("things", 1, "apple", "melon");
	note("things", 1, "melon", "apple");
	note("things", 2, NULL, "peach");
	note("things", 2, "peach", NULL);
	MUST(search_flush(&search));
	MUST(search_flush(&search));
	assert_int_equal(before, sqlite3_total_changes(db));
	assert_int_equal(1, found("things", "apple"));
}

static void rows_of_two_tables_with_one_number_are_two(void **state)
{
	(void)state;
	index_new("parts");
	note("things", 7, NULL, "apple");
	note("parts", 7, NULL, "melon");
	note("things", 7, "apple", "peach");
	note("parts", 7, "melon", "grape");
	MUST(search_flush(&search));
	assert_int_equal(7, found("things", "peach"));
	assert_int_equal(7, found("parts", "grape"));
	assert_int_equal(0, found("things", "grape") + found("parts", "peach") + found("things", "apple") +
				    found("parts", "melon"));
}

static void texts_are_kept_until_they_are_needed(void **state)
{
	char text[16];

	(void)state;
	for (int i = 1; i <= 1000; i++) {	/* more than the list begins with */
		snprintf(text, sizeof(text), "word%04d", i);
		note("things", 1001 - i, NULL, text);
	}
	memset(text, 0, sizeof(text));
	MUST(search_flush(&search));
	assert_int_equal(1000, found("things", "word0001"));
	assert_int_equal(1, found("things", "word1000"));
	assert_int_equal(1000 * 1001 / 2, found("things", "word"));
}

static void what_is_forgotten_is_not_indexed(void **state)
{
	(void)state;
	note("things", 1, NULL, "apple");
	search_forget(&search);
	note("things", 2, NULL, "melon");
	search.mark = search.count;		/* a savepoint, and the way back to it */
	note("things", 2, "melon", "peach");
	note("things", 3, NULL, "grape");
	search.count = search.mark;
	note("things", 4, NULL, "grape");
	MUST(search_flush(&search));
	assert_int_equal(0, found("things", "apple") + found("things", "peach"));
	assert_int_equal(2, found("things", "melon"));
	assert_int_equal(4, found("things", "grape"));
}

static void fill_things(int from, int to)
{
	char text[128];

	for (int i = from; i <= to; i++) {
		snprintf(text, sizeof(text), "INSERT INTO things VALUES (%d, 'apple')", i);
		sql(text);
		note("things", i, NULL, "apple");
	}
}

static void rows_behind_the_mark_wait_until_there_are_many(void **state)
{
	(void)state;
	sql("UPDATE search_marks SET upto = 10");
	fill_things(11, 265);
	MUST(search_flush(&search));
	assert_int_equal(0, found("things", "apple"));
	fill_things(266, 266);
	MUST(search_flush(&search));
	assert_int_equal((11 + 266) * 256 / 2, found("things", "apple"));
	fill_things(267, 267);
	note("things", 266, "apple", "melon");	/* known by now */
	MUST(search_flush(&search));
	assert_int_equal((11 + 265) * 255 / 2, found("things", "apple"));
	assert_int_equal(266, found("things", "melon"));
}

/* Makes a row that searches find by "apple", with a text of `bytes`. */
static void add_long(int row, int bytes)
{
	static char word[200000], text[200100];

	memset(word, 'x', sizeof(word));
	memcpy(word, "apple", 5);
	snprintf(text, sizeof(text), "INSERT INTO things VALUES (%d, '%.*s')", row, bytes, word);
	sql(text);
	word[bytes] = '\0';
	note("things", row, NULL, word);
}

static void rows_behind_the_mark_wait_until_their_texts_are_long(void **state)
{
	(void)state;
	sql("UPDATE search_marks SET upto = 10");
	add_long(11, 100000);
	MUST(search_flush(&search));		/* counted in the table */
	add_long(12, 31071);
	MUST(search_flush(&search));		/* added to it */
	assert_int_equal(0, found("things", "apple"));
	add_long(13, 5);
	MUST(search_flush(&search));
	assert_int_equal(11 + 12 + 13, found("things", "apple"));
	add_long(14, 131071);
	MUST(search_flush(&search));		/* what is indexed waits no longer */
	assert_int_equal(11 + 12 + 13, found("things", "apple"));
	add_long(15, 5);
	MUST(search_flush(&search));
	assert_int_equal(11 + 12 + 13 + 14 + 15, found("things", "apple"));
}

static void what_was_rolled_back_does_not_wait(void **state)
{
	(void)state;
	sql("UPDATE search_marks SET upto = 10");
	add_long(11, 5);
	MUST(search_flush(&search));
	sql("BEGIN");
	add_long(12, 100000);
	MUST(search_flush(&search));
	sql("ROLLBACK");
	search_lose(&search);
	add_long(12, 100000);
	MUST(search_flush(&search));
	assert_int_equal(0, found("things", "apple"));
}

static void what_changes_behind_the_mark_is_indexed_as_it_is_in_the_end(void **state)
{
	(void)state;
	sql("UPDATE search_marks SET upto = 10");
	fill_things(11, 12);
	MUST(search_flush(&search));
	sql("UPDATE things SET search = 'melon' WHERE seq = 11");
	note("things", 11, "apple", "melon");
	sql("DELETE FROM things WHERE seq = 12");
	note("things", 12, "apple", NULL);
	MUST(search_flush(&search));
	assert_int_equal(0, found("things", "melon") + found("things", "apple"));
	note("things", 300, "apple", NULL);	/* the newest may be gone, too */
	MUST(search_flush(&search));
	assert_int_equal(11, found("things", "melon"));
	assert_int_equal(0, found("things", "apple"));
	note("things", 12, NULL, "grape");	/* a number below the mark is given again */
	MUST(search_flush(&search));
	assert_int_equal(12, found("things", "grape"));
}

static void a_table_without_a_mark_fails_the_flush(void **state)
{
	(void)state;
	sql("DELETE FROM search_marks");
	note("things", 1, NULL, "apple");
	assert_int_equal(ERR_STORE, search_flush(&search));
}

static void a_trigger_of_a_schema_that_is_not_trusted_may_note(void **state)
{
	(void)state;
	sql("PRAGMA trusted_schema = OFF");
	sql("CREATE TRIGGER noted AFTER INSERT ON things BEGIN SELECT search_changed('things', new.seq, NULL,"
	    " new.search); END");
	sql("INSERT INTO things VALUES (3, 'apple')");
	MUST(search_flush(&search));
	assert_int_equal(3, found("things", "apple"));
}

static void only_the_name_of_a_table_is_taken(void **state)
{
	static const struct { const char *table; bool good; } cases[] = {
		{ "'things'", true }, { "'a_b'", true }, { "'x; DROP TABLE y'", false }, { "'Things'", false },
		{ "'t1'", false }, { "''", false }, { "NULL", false },
		{ "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", true },
		{ "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", false },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(text, sizeof(text), "SELECT search_changed(%s, 1, NULL, 'apple')", cases[i].table);
		assert_int_equal(cases[i].good, sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK);
		assert_int_equal(cases[i].good, search.count);
		search_forget(&search);
	}
}

static void an_index_that_is_not_there_fails_the_flush(void **state)
{
	(void)state;
	note("parts", 1, NULL, "apple");
	assert_int_equal(ERR_STORE, search_flush(&search));
	search_forget(&search);
	index_new("parts");
	note("parts", 1, NULL, "apple");
	MUST(search_flush(&search));
	assert_int_equal(1, found("parts", "apple"));
	sql("DROP TABLE parts_search");
	note("parts", 2, NULL, "apple");
	assert_int_equal(ERR_STORE, search_flush(&search));
}

static void there_is_room_for_sixteen_indexes(void **state)
{
	char name[] = "parts_a";	/* "things" has none: nothing was noted of it */

	(void)state;
	for (int i = 0; i < 17; i++) {
		name[6] = (char)('a' + i);
		index_new(name);
		note(name, 1, NULL, "apple");
		assert_int_equal(search_flush(&search), i < 16 ? OK : ERR_STORE);
	}
	search_forget(&search);
	note("parts_a", 2, NULL, "melon");	/* those that have a place still work */
	MUST(search_flush(&search));
	assert_int_equal(2, found("parts_a", "melon"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(nothing_is_indexed_before_the_flush),
		CASE(of_several_changes_of_a_row_the_first_before_and_the_last_after_count),
		CASE(what_is_in_the_end_as_it_was_costs_no_write), CASE(rows_of_two_tables_with_one_number_are_two),
		CASE(texts_are_kept_until_they_are_needed), CASE(what_is_forgotten_is_not_indexed),
		CASE(rows_behind_the_mark_wait_until_there_are_many),
		CASE(rows_behind_the_mark_wait_until_their_texts_are_long), CASE(what_was_rolled_back_does_not_wait),
		CASE(what_changes_behind_the_mark_is_indexed_as_it_is_in_the_end),
		CASE(a_table_without_a_mark_fails_the_flush),
		CASE(a_trigger_of_a_schema_that_is_not_trusted_may_note), CASE(only_the_name_of_a_table_is_taken),
		CASE(an_index_that_is_not_there_fails_the_flush), CASE(there_is_room_for_sixteen_indexes),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
