/*
 * SQL functions that statements call on SQLite. One with NULL among its arguments gives NULL, as SQL's operators do.
 * Each keeps the deadline of the connection: SQLite itself looks at it only between two of its own steps.
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

/* Ends the statement as SQLite's own look at the deadline does. */
static void give_up(sqlite3_context *context)
{
	sqlite3_result_error_code(context, SQLITE_INTERRUPT);
}

/* Begins a call: empties the scratch memory. False: the deadline is over, and the statement ends. */
static bool call_begin(sqlite3_context *context, const struct functions *f)
{
	arena_reset(f->scratch);
	if (!deadline_is_over(f->deadline))
		return true;
	give_up(context);
	return false;
}

/* Gives what text_like() returned. */
static void result_like(sqlite3_context *context, int found)
{
	if (found < 0)
		give_up(context);
	else
		sqlite3_result_int(context, found);
}

/* like_folded(pattern, value): LIKE whatever the letter case */
static void like_folded(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct functions *f = sqlite3_user_data(context);
	const char *pattern = text_of(v[0]), *value = text_of(v[1]);

	(void)n;
	if (!pattern || !value || !call_begin(context, f))
		return;
	value = pattern_fold(value, f->scratch);
	result_like(context, text_like(pattern_fold(pattern, f->scratch), value, strlen(value), f->deadline));
}

/* folded(value): as searches compare it in any letter case */
static void folded(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct functions *f = sqlite3_user_data(context);
	const char *value = text_of(v[0]);

	(void)n;
	if (value && call_begin(context, f))
		sqlite3_result_text(context, pattern_fold(value, f->scratch), -1, SQLITE_TRANSIENT);
}

/* any_like(search, pattern): one of the texts of a search column is LIKE it; both are folded already */
static void any_like(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct functions *f = sqlite3_user_data(context);
	const char *search = text_of(v[0]), *pattern = text_of(v[1]), *end;
	int found;

	(void)n;
	if (!search || !pattern || !call_begin(context, f))
		return;
	do {
		end = strchrnul(search, SEARCH_SEPARATOR);
		found = text_like(pattern, search, (size_t)(end - search), f->deadline);
		search = end + 1;
	} while (found == 0 && *end);
	result_like(context, found);
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
	const struct functions *f = sqlite3_user_data(context);
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
	if (sqlite3_value_type(v[3]) == SQLITE_NULL || !call_begin(context, f))
		return;
	found = pattern_match(p, text_of(v[3]), f->scratch, f->deadline);
	if (found == PATTERN_LATE)
		give_up(context);
	else if (found < 0)
		sqlite3_result_error(context, INVALID_PATTERN, -1);
	else
		sqlite3_result_int(context, found);
}

err_t functions_init(sqlite3 *db, struct functions *f)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	if (sqlite3_create_function(db, "like_folded", 2, flags, f, like_folded, NULL, NULL) ||
	    sqlite3_create_function(db, "folded", 1, flags, f, folded, NULL, NULL) ||
	    sqlite3_create_function(db, "any_like", 2, flags, f, any_like, NULL, NULL) ||
	    sqlite3_create_function(db, "matches", 4, flags, f, matches, NULL, NULL))
		return lite_error(db, "functions");
	return OK;
}
