/* Totals of the audit log: hours that are counted, and what lies between them. */
#include "directory/log_counts.h"

#include "base/clock.h"
#include "events/audit_rows.h"
#include "base/banned.h"

/* So long a transaction may take to add an entry of its time, and the clocks of copies may differ. */
#define SETTLING_US INT64_C(60000000)

/* -- conditions -- */

static void add(struct buffer *to, const char *condition, struct arg *args, int *n, const char *value)
{
	args[(*n)++] = T(value);
	buffer_texts(to, " AND ", condition, " $");
	buffer_int(to, *n + 1);
}

static const char *place_of(struct arena *a, int64_t at_us)
{
	char text[AUDIT_TIME_LEN + 1];

	audit_time_begins(at_us, text);
	return arena_copy(a, text);
}

/* One condition for each end: of two, an engine would use any for the index, and pass by all entries to the other. */
void log_filter_write(struct arena *a, const struct log_filter *f, struct buffer *to, struct arg *args, int *n)
{
	if (f->user_id)
		add(to, "user_id =", args, n, f->user_id);
	if (f->application_id)
		add(to, "application_id =", args, n, f->application_id);
	if (f->key)
		add(to, "key =", args, n, f->key);
	if (f->from)
		add(to, "id >=", args, n, f->from);
	else if (f->from_us > 0)
		add(to, "id >=", args, n, place_of(a, f->from_us));
	if (f->before)
		add(to, "id <", args, n, f->before);
	else if (f->until_us < INT64_MAX)
		add(to, "id <", args, n, place_of(a, f->until_us));
}

/* -- counting -- */

/* Counts entries one by one. */
static err_t count_entries(struct txn *tx, struct arena *a, const struct log_filter *f, int64_t *out)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	CLEANUP(rows_close) struct rows rows = {0};
	struct arg args[LOG_ARGS];
	enum { COUNT };
	int n = 0;
	err_t e;

	buffer_init(&b, KIB(4));
	buffer_text(&b, "SELECT count(*) FROM logs WHERE tenant_id = $1");
	log_filter_write(a, f, &b, args, &n);
	e = store_query_text(tx, buffer_str(&b), args, n, &rows);
	if (!e && rows_next(&rows))
		*out = rows_int(&rows, COUNT);
	return e ? e : rows_end(&rows);
}

/* The same where both ends are times; none where they are the same. */
static err_t count_between(struct txn *tx, struct arena *a, const struct log_filter *f, int64_t from_us,
			   int64_t until_us, int64_t *out)
{
	struct log_filter part = *f;

	*out = 0;
	part.from_us = from_us;
	part.until_us = until_us;
	return from_us < until_us ? count_entries(tx, a, &part, out) : OK;
}

#define HOURS_OF "log_counts c WHERE c.tenant_id = $1 AND c.key = $2 AND c.application_id = $3 AND c.hour >= $4"

/*
 * What is counted, where that ends, and what is counted of the hour in which it ends. One statement, since on
 * PostgreSQL another copy may count more before the next one. $4: the first hour; $5: the end of the window, in
 * milliseconds.
 */
STATEMENT(log_hours_sum,
	  "SELECT f.id AS id, f.at AS at, coalesce((SELECT sum(c.n) FROM " HOURS_OF
	  " AND c.hour < CASE WHEN $5 > f.at THEN f.at ELSE $5 END / 3600000), 0) AS whole,"
	  " coalesce((SELECT c.n FROM " HOURS_OF " AND c.hour = f.at / 3600000 AND $5 > f.at), 0) AS begun"
	  " FROM log_folds f WHERE f.tenant_id = $1");
COLUMNS(log_hours_sum, id, at, whole, begun);
STATEMENT(log_oldest, "SELECT created_at FROM logs WHERE tenant_id = $1 ORDER BY id LIMIT 1");

#define HOUR_ARGS(f) T((f)->key ? (f)->key : ""), T((f)->application_id ? (f)->application_id : "")

/* The first hour that begins at or after this time. */
static int64_t hour_from(int64_t us)
{
	return (us + HOUR_US - 1) / HOUR_US;
}

/* Reads the hours of a window that begins at `from_us`. Leaves `out->counted` NULL where it has none. */
static err_t sum_hours(struct txn *tx, struct arena *a, const struct log_filter *f, int64_t from_us,
		       struct log_total *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	int64_t at_us;
	err_t e;

	out->first = hour_from(from_us);
	e = store_first(tx, &log_hours_sum, ARGS(HOUR_ARGS(f), N(out->first), N(f->until_us / 1000)), &row);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	at_us = rows_int(&row, log_hours_sum_at) * 1000;
	out->open = f->until_us > at_us;
	out->end = (out->open ? at_us : f->until_us) / HOUR_US;
	if (out->first >= out->end + out->open)
		return OK;
	out->counted = arena_copy(a, rows_text(&row, log_hours_sum_id));
	out->whole = rows_int(&row, log_hours_sum_whole);
	out->begun = rows_int(&row, log_hours_sum_begun);
	return OK;
}

/* Counts what lies at the ends of the hours. */
static err_t count_ends(struct txn *tx, struct arena *a, const struct log_filter *f, int64_t from_us,
			struct log_total *out)
{
	struct log_filter newer = *f;
	int64_t older;
	err_t e = count_between(tx, a, f, from_us, out->first * HOUR_US, &older);

	newer.from = out->counted;
	if (!e && out->open)
		e = count_entries(tx, a, &newer, &out->newer);
	else if (!e)
		e = count_between(tx, a, f, out->end * HOUR_US, f->until_us, &out->newer);
	out->all = out->newer + out->begun + out->whole + older;
	return e;
}

err_t log_count(struct txn *tx, struct arena *a, const struct log_filter *f, struct log_total *out)
{
	int64_t oldest_ms, from_us;
	err_t e;

	*out = (struct log_total){0};
	if (f->user_id)		/* hours are not counted by users */
		return count_entries(tx, a, f, &out->all);
	e = store_int(tx, &log_oldest, NO_ARGS, &oldest_ms);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	from_us = f->from_us > oldest_ms * 1000 ? f->from_us : oldest_ms * 1000;
	e = sum_hours(tx, a, f, from_us, out);
	if (e)
		return e;
	return out->counted ? count_ends(tx, a, f, from_us, out) : count_entries(tx, a, f, &out->all);
}

/* -- seeking -- */

/* $4 and $5: the first hour, and the one behind the last. Adding up here is quicker than by a window in SQL. */
STATEMENT(log_hours_back, "SELECT c.hour, c.n FROM " HOURS_OF " AND c.hour < $5 ORDER BY c.hour DESC");
COLUMNS(log_hours_back, hour, n);

/* Begins at the end of an hour; `*skip` is the number within the whole hours. */
static err_t seek_hour(struct txn *tx, struct arena *a, const struct log_total *t, struct log_filter *f, int64_t *skip)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &log_hours_back, ARGS(HOUR_ARGS(f), N(t->first), N(t->end)), &rows);

	while (!e && rows_next(&rows)) {
		int64_t n = rows_int(&rows, log_hours_back_n);

		if (*skip < n) {
			f->before = place_of(a, (rows_int(&rows, log_hours_back_hour) + 1) * HOUR_US);
			return OK;
		}
		*skip -= n;
	}
	f->before = place_of(a, t->first * HOUR_US);	/* it was too old, and is forgotten meanwhile */
	return e ? e : rows_end(&rows);
}

err_t log_seek(struct txn *tx, struct arena *a, const struct log_total *t, struct log_filter *f, int64_t *skip)
{
	if (!t->counted || *skip < t->newer)
		return OK;
	*skip -= t->newer;
	f->before = t->counted;
	if (*skip < t->begun)
		return OK;
	*skip -= t->begun;
	if (*skip < t->whole)
		return seek_hour(tx, a, t, f, skip);
	*skip -= t->whole;
	f->before = place_of(a, t->first * HOUR_US);
	return OK;
}

/* -- folding: a slice of entries becomes numbers of hours -- */

STATEMENT(log_fold_get, "SELECT id FROM log_folds WHERE tenant_id = $1");
STATEMENT(log_fold_next, "SELECT id FROM logs WHERE tenant_id = $1 AND id >= $2 AND id < $3 ORDER BY id LIMIT 1"
	  " OFFSET $4");
STATEMENT(log_fold_begin, "INSERT INTO log_folds (tenant_id, id, at) VALUES ($1, '', 0) ON CONFLICT DO NOTHING");
STATEMENT(log_fold_move, "UPDATE log_folds SET at = (SELECT created_at FROM logs l WHERE l.tenant_id = $1"
	  " AND l.id = $2), id = $2 WHERE tenant_id = $1 AND id = $3");
/* One row an hour of each key and application, and of all that '' stands for. */
STATEMENT(log_fold_add,
	  "WITH f AS (SELECT tenant_id, key, application_id, created_at / 3600000 AS hour, count(*) AS n FROM logs"
	  " WHERE tenant_id = $1 AND id >= $2 AND id < $3"
	  " GROUP BY tenant_id, key, application_id, created_at / 3600000)"
	  " INSERT INTO log_counts AS c (tenant_id, key, application_id, hour, n)"
	  " SELECT tenant_id, '', '', hour, sum(n) FROM f GROUP BY tenant_id, hour"
	  " UNION ALL SELECT tenant_id, key, '', hour, sum(n) FROM f GROUP BY tenant_id, key, hour"
	  " UNION ALL SELECT tenant_id, '', application_id, hour, sum(n) FROM f WHERE application_id IS NOT NULL"
	  " GROUP BY tenant_id, application_id, hour"
	  " UNION ALL SELECT tenant_id, key, application_id, hour, n FROM f WHERE application_id IS NOT NULL"
	  " ON CONFLICT (tenant_id, key, application_id, hour) DO UPDATE SET n = c.n + excluded.n");
STATEMENT(log_counts_delete, "DELETE FROM log_counts WHERE tenant_id = $1 AND hour < $2");

/* Entries before this one are counted; NULL: none are. */
static err_t find_fold(struct txn *tx, struct arena *a, const char **id)
{
	err_t e = store_text(tx, &log_fold_get, NO_ARGS, a, id);

	if (e == ERR_NOT_FOUND)
		*id = NULL;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err_t find_next(struct txn *tx, struct arena *a, const char *from, int64_t now_us, const char **id)
{
	err_t e = store_text(tx, &log_fold_next, ARGS(T(from), T(place_of(a, now_us - SETTLING_US)), N(LOG_FOLD)), a,
			     id);

	if (e == ERR_NOT_FOUND)
		*id = NULL;
	return e == ERR_NOT_FOUND ? OK : e;
}

err_t log_fold_find(struct txn *tx, struct arena *a, int64_t now_us, const char **id)
{
	const char *from;
	err_t e = find_fold(tx, a, &from);

	return e ? e : find_next(tx, a, from ? from : "", now_us, id);
}

/* The row of the fold is changed first: another copy that counts the same waits for it, and then finds it changed. */
err_t log_fold(struct txn *tx, struct arena *a, int64_t now_us, bool *more)
{
	int64_t moved = 0;
	const char *from, *id;
	err_t e = store_exec(tx, &log_fold_begin, NO_ARGS, NULL);

	*more = false;
	if (!e)
		e = find_fold(tx, a, &from);
	if (!e)
		e = find_next(tx, a, from, now_us, &id);
	if (e || !id)
		return e;
	e = store_exec(tx, &log_fold_move, ARGS(T(id), T(from)), &moved);
	if (e || moved == 0)
		return e;
	*more = true;
	return store_exec(tx, &log_fold_add, ARGS(T(from), T(id)), NULL);
}

err_t log_counts_forget(struct txn *tx, int64_t before_us)
{
	return store_exec(tx, &log_counts_delete, ARGS(N(before_us / HOUR_US)), NULL);
}
