/*
 * SQL functions that statements call on SQLite. One with NULL among its arguments gives NULL, as SQL's operators do.
 */
#include "store/sqlite.h"

#include <string.h>

#include "base/like.h"
#include "base/search.h"
#include "store/pattern.h"
#include "base/banned.h"

static const char *text_of(sqlite3_value *v)
{
	return (const char *)sqlite3_value_text(v);
}

/* like_folded(pattern, value): LIKE whatever the letter case */
static void like_folded(sqlite3_context *context, int n, sqlite3_value **v)
{
	struct arena *scratch = sqlite3_user_data(context);
	const char *pattern = text_of(v[0]), *value = text_of(v[1]);

	(void)n;
	if (!pattern || !value)
		return;
	arena_reset(scratch);
	sqlite3_result_int(context, text_like(pattern_fold(pattern, scratch), pattern_fold(value, scratch)));
}

/* folded(value): as searches compare it in any letter case */
static void folded(sqlite3_context *context, int n, sqlite3_value **v)
{
	struct arena *scratch = sqlite3_user_data(context);
	const char *value = text_of(v[0]);

	(void)n;
	if (!value)
		return;
	arena_reset(scratch);
	sqlite3_result_text(context, pattern_fold(value, scratch), -1, SQLITE_TRANSIENT);
}

/* any_like(search, pattern): one of the texts of a search column is LIKE it; both are folded already */
static void any_like(sqlite3_context *context, int n, sqlite3_value **v)
{
	struct arena *scratch = sqlite3_user_data(context);
	const char *search = text_of(v[0]), *pattern = text_of(v[1]), *end;

	(void)n;
	if (!search || !pattern)
		return;
	arena_reset(scratch);
	for (; (end = strchr(search, SEARCH_SEPARATOR)); search = end + 1) {
		if (text_like(pattern, arena_copyn(scratch, search, (size_t)(end - search)))) {
			sqlite3_result_int(context, 1);
			return;
		}
	}
	sqlite3_result_int(context, text_like(pattern, search));
}

/*
 * The compiled pattern, which SQLite keeps with the statement while the arguments stay the same. NULL: not a pattern.
 */
static struct pattern *pattern_of(sqlite3_context *context, sqlite3_value **v)
{
	const char *mode = text_of(v[0]), *text = text_of(v[2]);
	bool case_sensitive = sqlite3_value_int(v[1]) != 0;
	struct pattern *p = sqlite3_get_auxdata(context, 2);

	if (p && pattern_is(p, mode, case_sensitive, text))
		return p;
	p = pattern_new(mode, case_sensitive, text);
	if (p) {
		sqlite3_set_auxdata(context, 2, p, pattern_free);
		p = sqlite3_get_auxdata(context, 2);	/* NULL: SQLite has freed it at once */
	}
	return p;
}

/* matches(mode, case_sensitive, pattern, value) */
static void matches(sqlite3_context *context, int n, sqlite3_value **v)
{
	struct arena *scratch = sqlite3_user_data(context);
	struct pattern *p;
	int i, found;

	for (i = 0; i < n; i++) {
		if (sqlite3_value_type(v[i]) == SQLITE_NULL && i != 3)
			return;
	}
	p = pattern_of(context, v);	/* a bad pattern is an error whatever the value */
	if (!p) {
		sqlite3_result_error(context, INVALID_PATTERN, -1);
		return;
	}
	if (sqlite3_value_type(v[3]) == SQLITE_NULL)
		return;
	found = pattern_match(p, text_of(v[3]), scratch);
	if (found < 0)
		sqlite3_result_error(context, INVALID_PATTERN, -1);
	else
		sqlite3_result_int(context, found);
}

err_t functions_init(sqlite3 *db, struct arena *scratch)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	if (sqlite3_create_function(db, "like_folded", 2, flags, scratch, like_folded, NULL, NULL) ||
	    sqlite3_create_function(db, "folded", 1, flags, scratch, folded, NULL, NULL) ||
	    sqlite3_create_function(db, "any_like", 2, flags, scratch, any_like, NULL, NULL) ||
	    sqlite3_create_function(db, "matches", 4, flags, scratch, matches, NULL, NULL))
		return lite_error(db, "functions");
	return OK;
}
