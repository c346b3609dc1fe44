#include "store/sqlite.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/*
 * Every savepoint would flush what FTS5 holds in memory, which makes a batch slow. So the triggers only note the
 * changes; the writer applies them once. Of several changes of a row, the text of the first `before` and the last
 * `after` count.
 */

#define LONGEST_TABLE 48

static bool is_table_name(const char *s)
{
	size_t len = s ? strspn(s, "abcdefghijklmnopqrstuvwxyz_") : 0;

	return len > 0 && len <= LONGEST_TABLE && !s[len];
}

static const char *kept(struct search *s, sqlite3_value *v)
{
	const char *text = (const char *)sqlite3_value_text(v);

	return text ? arena_copyn(s->texts, text, (size_t)sqlite3_value_bytes(v)) : NULL;
}

static void search_changed(sqlite3_context *context, int n, sqlite3_value **v)
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
	c->table = kept(s, v[0]);
	c->rowid = sqlite3_value_int64(v[1]);
	c->before = kept(s, v[2]);
	c->after = kept(s, v[3]);
	c->order = s->count++;
	sqlite3_result_null(context);
}

err_t search_init(struct search *s, sqlite3 *db)
{
	s->db = db;
	s->texts = arena_new();
	/* innocuous: it only appends to a list; a schema that is not trusted may call it */
	if (sqlite3_create_function(db, "search_changed", 4, SQLITE_UTF8 | SQLITE_INNOCUOUS, s, search_changed, NULL, NULL))
		return lite_failed(db, "search_changed");
	return OK;
}

void search_done(struct search *s)
{
	int i;

	for (i = 0; i < s->index_count; i++) {
		free(s->indexes[i].table);
		sqlite3_finalize(s->indexes[i].gone);
		sqlite3_finalize(s->indexes[i].come);
	}
	free(s->list);
	arena_free(s->texts);
}

void search_forget(struct search *s)
{
	if (s->count)
		arena_reset(s->texts);
	s->count = 0;
}

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

static err_t index_open(struct search *s, const char *table, int *out)
{
	char text[256];
	int i = s->index_count;
	err_t e;

	if (i == (int)ARRAY_LEN(s->indexes))
		return err_set(ERR_STORE, "more than %d search indexes", i);
	sqlite3_snprintf(sizeof(text), text, "INSERT INTO %s_search (%s_search, rowid, search) VALUES ('delete', ?1, ?2)", table, table);
	e = lite_prepare(s->db, text, &s->indexes[i].gone);
	if (e)
		return e;
	sqlite3_snprintf(sizeof(text), text, "INSERT INTO %s_search (rowid, search) VALUES (?1, ?2)", table);
	e = lite_prepare(s->db, text, &s->indexes[i].come);
	if (e) {
		sqlite3_finalize(s->indexes[i].gone);
		return e;
	}
	s->indexes[i].table = store__alloc(strlen(table) + 1);
	memcpy(s->indexes[i].table, table, strlen(table));
	s->index_count++;
	*out = i;
	return OK;
}

static err_t index_of(struct search *s, const char *table, int *out)
{
	int i;

	for (i = 0; i < s->index_count; i++) {
		if (strcmp(s->indexes[i].table, table) == 0) {
			*out = i;
			return OK;
		}
	}
	return index_open(s, table, out);
}

static err_t run(struct search *s, sqlite3_stmt *stmt, int64_t rowid, const char *text)
{
	int rc;

	if (!text)
		return OK;
	sqlite3_bind_int64(stmt, 1, rowid);
	sqlite3_bind_text(stmt, 2, text, -1, SQLITE_STATIC);
	rc = sqlite3_step(stmt);
	if (rc != SQLITE_DONE) {
		err_t e = lite_failed(s->db, "search index");

		sqlite3_reset(stmt);
		return e;
	}
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return OK;
}

static err_t apply(struct search *s, const struct search_change *first, const struct search_change *last)
{
	int i = 0;
	err_t e;

	if (first->before && last->after && strcmp(first->before, last->after) == 0)
		return OK;
	e = index_of(s, first->table, &i);
	if (!e)
		e = run(s, s->indexes[i].gone, first->rowid, first->before);
	if (!e)
		e = run(s, s->indexes[i].come, first->rowid, last->after);
	return e;
}

err_t search_flush(struct search *s)
{
	size_t i, j;
	err_t e;

	if (s->count == 0)
		return OK;
	qsort(s->list, s->count, sizeof(*s->list), by_row);
	for (i = 0; i < s->count; i = j) {
		for (j = i + 1; j < s->count && s->list[j].rowid == s->list[i].rowid; j++) {
			if (strcmp(s->list[j].table, s->list[i].table) != 0)
				break;
		}
		e = apply(s, &s->list[i], &s->list[j - 1]);
		if (e)
			return e;
	}
	search_forget(s);
	return OK;
}
