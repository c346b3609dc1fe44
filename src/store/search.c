/*
 * Keeps the search indexes (FTS5) of a writing connection up to date. Each savepoint would flush what FTS5 holds in
 * memory, which makes a batch slow. So the triggers only note the changes, and the writer applies them once, before
 * COMMIT. Of several changes of a row, the first `before` and the last `after` count.
 *
 * Each commit that touches an index writes a segment of it, to be merged again and again. So new rows are left out,
 * behind the mark of their table, until there are many of them or their texts are long (migration 0004): what a search
 * finds behind the mark it looks at itself.
 */
#include "store/sqlite.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define LONGEST_TABLE 48
#define UNINDEXED 256	/* rows behind the mark that are worth a segment */
/* … or that much text, in bytes: whoever writes next waits until all of it is indexed, some 0.4 s for a megabyte. */
#define UNINDEXED_BYTES KIB(128)

enum { GONE, COME, MARK, CATCH_UP, MOVE, BEHIND };

/* The statements of an index, with the name of the table where %s stands. */
static const char *const texts[SEARCH_STATEMENTS] = {
	[GONE] = "INSERT INTO %s_search (%s_search, rowid, search) VALUES ('delete', ?1, ?2)",
	[COME] = "INSERT INTO %s_search (rowid, search) VALUES (?1, ?2)",
	[MARK] = "SELECT upto FROM search_marks WHERE of_table = '%s'",
	[CATCH_UP] = "INSERT INTO %s_search (rowid, search) SELECT seq, search FROM %s WHERE seq > ?1 AND seq <= ?2",
	[MOVE] = "UPDATE search_marks SET upto = ?2 WHERE of_table = '%s' AND upto = ?1",
	[BEHIND] = "SELECT coalesce(sum(length(CAST(search AS BLOB))), 0) FROM %s WHERE seq > ?1",
};

static bool is_table_name(const char *s)
{
	size_t len = s ? strspn(s, "abcdefghijklmnopqrstuvwxyz_") : 0;

	return len > 0 && len <= LONGEST_TABLE && !s[len];
}

/* A copy of the text that lives until search_forget(); NULL for NULL. */
static const char *text_keep(struct search *s, sqlite3_value *v)
{
	const char *text = (const char *)sqlite3_value_text(v);

	return text ? arena_copyn(s->texts, text, (size_t)sqlite3_value_bytes(v)) : NULL;
}

/* The SQL function search_changed(table, rowid, before, after), which triggers call. */
static void note_change(sqlite3_context *context, int n, sqlite3_value **v)
{
	struct search *s = sqlite3_user_data(context);
	struct search_change *c;

	(void)n;
	if (!is_table_name((const char *)sqlite3_value_text(v[0]))) {
		sqlite3_result_error(context, "search_changed: not the name of a table", -1);
		return;
	}
	if (s->count == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->list = store__resize(s->list, s->cap, sizeof(*s->list));
	}
	c = &s->list[s->count];
	c->table = text_keep(s, v[0]);
	c->rowid = sqlite3_value_int64(v[1]);
	c->before = text_keep(s, v[2]);
	c->after = text_keep(s, v[3]);
	c->order = s->count++;
	sqlite3_result_null(context);
}

err_t search_init(struct search *s, sqlite3 *db)
{
	s->db = db;
	s->texts = arena_new();
	/* innocuous: it only appends to a list; a schema that is not trusted may call it */
	if (sqlite3_create_function(db, "search_changed", 4, SQLITE_UTF8 | SQLITE_INNOCUOUS, s, note_change, NULL,
				    NULL))
		return lite_error(db, "search_changed");
	return OK;
}

static void index_done(struct search_index *x)
{
	int i;

	for (i = 0; i < SEARCH_STATEMENTS; i++)
		sqlite3_finalize(x->run[i]);
	free(x->table);
}

void search_done(struct search *s)
{
	int i;

	for (i = 0; i < s->index_count; i++)
		index_done(&s->indexes[i]);
	free(s->list);
	arena_free(s->texts);
}

void search_forget(struct search *s)
{
	if (s->count)
		arena_reset(s->texts);
	s->count = 0;
}

void search_lose(struct search *s)
{
	int i;

	for (i = 0; i < s->index_count; i++)
		s->indexes[i].behind = -1;
}

/* The order in which changes are applied: by table, by row, as they came. */
static int by_row(const void *a, const void *b)
{
	const struct search_change *x = a, *y = b;
	int tables = strcmp(x->table, y->table);

	if (tables)
		return tables;
	if (x->rowid != y->rowid)
		return x->rowid < y->rowid ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static err_t index_open(struct search *s, const char *table, struct search_index **out)
{
	struct search_index x = { .behind = -1 };
	char text[256];
	err_t e = OK;
	int i;

	if (s->index_count == (int)ARRAY_LEN(s->indexes))
		return err_set(ERR_STORE, "more than %d search indexes", s->index_count);
	for (i = 0; i < SEARCH_STATEMENTS && !e; i++) {
		sqlite3_snprintf(sizeof(text), text, texts[i], table, table);
		e = lite_prepare(s->db, text, &x.run[i]);
	}
	if (e) {
		index_done(&x);
		return e;
	}
	x.table = store__alloc(strlen(table) + 1);
	memcpy(x.table, table, strlen(table));
	*out = &s->indexes[s->index_count++];
	**out = x;
	return OK;
}

/* The index of a table; its statements are prepared when it is used first. */
static err_t index_of(struct search *s, const char *table, struct search_index **out)
{
	int i;

	for (i = 0; i < s->index_count; i++) {
		if (strcmp(s->indexes[i].table, table) == 0) {
			*out = &s->indexes[i];
			return OK;
		}
	}
	return index_open(s, table, out);
}

static err_t run(struct search *s, sqlite3_stmt *stmt)
{
	err_t e = sqlite3_step(stmt) == SQLITE_DONE ? OK : lite_error(s->db, "search index");

	sqlite3_reset(stmt);
	return e;
}

/* Reads the number in the one row that a statement gives. ERR_NOT_FOUND: it gives none. */
static err_t read_number(struct search *s, sqlite3_stmt *stmt, int64_t *out)
{
	int rc = sqlite3_step(stmt);
	err_t e = OK;

	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	else
		e = rc == SQLITE_DONE ? ERR_NOT_FOUND : lite_error(s->db, "search index");
	sqlite3_reset(stmt);
	return e;
}

/* Reads the mark of a table: the last rowid that its index knows. */
static err_t mark_of(struct search *s, struct search_index *x, int64_t *out)
{
	err_t e = read_number(s, x->run[MARK], out);

	return e == ERR_NOT_FOUND ? err_set(ERR_STORE, "%s has no mark in search_marks", x->table) : e;
}

/* Removes or adds the text of one row; nothing for NULL. */
static err_t run_text(struct search *s, sqlite3_stmt *stmt, int64_t rowid, const char *text)
{
	err_t e;

	if (!text)
		return OK;
	sqlite3_bind_int64(stmt, 1, rowid);
	sqlite3_bind_text(stmt, 2, text, -1, SQLITE_STATIC);
	e = run(s, stmt);
	sqlite3_clear_bindings(stmt);
	return e;
}

static err_t run_range(struct search *s, sqlite3_stmt *stmt, int64_t from, int64_t to)
{
	sqlite3_bind_int64(stmt, 1, from);
	sqlite3_bind_int64(stmt, 2, to);
	return run(s, stmt);
}

/* Applies all changes of one row. */
static err_t apply(struct search *s, struct search_index *x, const struct search_change *first,
		   const struct search_change *last)
{
	err_t e;

	if (first->before && last->after && strcmp(first->before, last->after) == 0)
		return OK;
	e = run_text(s, x->run[GONE], first->rowid, first->before);
	return e ? e : run_text(s, x->run[COME], first->rowid, last->after);
}

/*
 * Adds the texts of changes behind the mark to what is behind it already; where that is not known, it is counted. A
 * row that changes again or is deleted counts still: then its table is indexed a little early.
 */
static err_t count_behind(struct search *s, struct search_index *x, int64_t mark, size_t i, size_t end)
{
	if (x->behind < 0) {
		sqlite3_bind_int64(x->run[BEHIND], 1, mark);
		return read_number(s, x->run[BEHIND], &x->behind);
	}
	for (; i < end; i++)
		if (s->list[i].after)
			x->behind += (int64_t)strlen(s->list[i].after);
	return OK;
}

/* Indexes the rows behind the mark when they are many or long, and moves the mark. */
static err_t catch_up(struct search *s, struct search_index *x, int64_t mark, int64_t newest)
{
	err_t e;

	if (newest - mark < UNINDEXED && x->behind < (int64_t)UNINDEXED_BYTES)
		return OK;
	x->behind = -1;		/* rows newer than these may be there */
	e = run_range(s, x->run[CATCH_UP], mark, newest);
	return e ? e : run_range(s, x->run[MOVE], mark, newest);
}

/* Applies the changes [i, end), which are those of one table, by row; rows behind its mark are left to catch_up(). */
static err_t flush_table(struct search *s, size_t i, size_t end)
{
	struct search_index *x;
	int64_t mark = 0;
	size_t next;
	err_t e;

	e = index_of(s, s->list[i].table, &x);
	if (!e)
		e = mark_of(s, x, &mark);
	for (; !e && i < end && s->list[i].rowid <= mark; i = next) {
		for (next = i + 1; next < end && s->list[next].rowid == s->list[i].rowid; next++)
			;
		e = apply(s, x, &s->list[i], &s->list[next - 1]);
	}
	if (!e && i < end)
		e = count_behind(s, x, mark, i, end);
	return e || i == end ? e : catch_up(s, x, mark, s->list[end - 1].rowid);
}

err_t search_flush(struct search *s)
{
	size_t i, end;
	err_t e;

	if (s->count == 0)
		return OK;
	qsort(s->list, s->count, sizeof(*s->list), by_row);
	for (i = 0; i < s->count; i = end) {
		for (end = i + 1; end < s->count && strcmp(s->list[end].table, s->list[i].table) == 0; end++)
			;
		e = flush_table(s, i, end);
		if (e)
			return e;
	}
	search_forget(s);
	return OK;
}
