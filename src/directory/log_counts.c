/* Totals of the audit log: hours that are counted, and what lies between them. */
#include "directory/log_counts.h"

#include "events/audit_rows.h"
#include "base/banned.h"

#define HOUR_US INT64_C(3600000000)
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

void log_filter_write(struct arena *a, const struct log_filter *f, struct buffer *to, struct arg *args, int *n)
{
	if (f->user_id)
		add(to, "user_id =", args, n, f->user_id);
	if (f->application_id)
		add(to, "application_id =", args, n, f->application_id);
	if (f->key)
		add(to, "key =", args, n, f->key);
	if (f->from_us > 0)
		add(to, "id >=", args, n, place_of(a, f->from_us));
	if (f->until_us < INT64_MAX)
		add(to, "id <", args, n, place_of(a, f->until_us));
}

/* -- counting -- */

/* Counts entries one by one; those before the one with the id `from` are left out. */
static err_t count_entries(struct txn *tx, struct arena *a, const struct log_filter *f, const char *from, int64_t *out)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	CLEANUP(rows_close) struct rows rows = {0};
	struct arg args[LOG_ARGS + 1];
	enum { COUNT };
	int n = 0;
	err_t e;

	buffer_init(&b, KIB(4));
	buffer_text(&b, "SELECT count(*) FROM logs WHERE tenant_id = $1");
	log_filter_write(a, f, &b, args, &n);
	if (from)
		add(&b, "id >=", args, &n, from);
	e = store_query_text(tx, buffer_str(&b), args, n, &rows);
	if (!e && rows_next(&rows))
		*out += rows_int(&rows, COUNT);
	return e ? e : rows_end(&rows);
}

/* The same where both ends are times; nothing where they are the same. */
static err_t count_between(struct txn *tx, struct arena *a, const struct log_filter *f, int64_t from_us,
			   int64_t until_us, int64_t *out)
{
	struct log_filter part = *f;

	part.from_us = from_us;
	part.until_us = until_us;
	return from_us < until_us ? count_entries(tx, a, &part, NULL, out) : OK;
}

STATEMENT(log_counts_sum, "SELECT coalesce(sum(n), 0) FROM log_counts WHERE tenant_id = $1 AND key = $2"
	  " AND application_id = $3 AND hour >= $4 AND hour < $5");

/* Adds the hours from `first` on, before `end`. */
static err_t sum_hours(struct txn *tx, const struct log_filter *f, int64_t first, int64_t end, int64_t *out)
{
	int64_t n = 0;
	err_t e = store_int(
		tx, &log_counts_sum,
		ARGS(T(f->key ? f->key : ""), T(f->application_id ? f->application_id : ""), N(first), N(end)), &n);

	*out += n;
	return e;
}

STATEMENT(log_fold_get, "SELECT id, at FROM log_folds WHERE tenant_id = $1");
COLUMNS(log_fold_get, id, at);
STATEMENT(log_oldest, "SELECT created_at FROM logs WHERE tenant_id = $1 ORDER BY id LIMIT 1");

/* What is counted already. */
struct fold {
	const char *id;		/* NULL: nothing */
	int64_t at_us;
};

static err_t find_fold(struct txn *tx, struct arena *a, struct fold *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(tx, &log_fold_get, NO_ARGS, &row);

	*out = (struct fold){ NULL, 0 };
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	out->id = arena_copy(a, rows_text(&row, log_fold_get_id));
	out->at_us = rows_int(&row, log_fold_get_at) * 1000;
	return OK;
}

/* The first hour that begins at or after this time. */
static int64_t hour_from(int64_t us)
{
	return (us + HOUR_US - 1) / HOUR_US;
}

/* Counts a window that begins before what is counted ends. */
static err_t count_with_hours(struct txn *tx, struct arena *a, const struct log_filter *f, const struct fold *fold,
			      int64_t oldest_us, int64_t *out)
{
	int64_t from_us = f->from_us > oldest_us ? f->from_us : oldest_us;
	bool open = f->until_us > fold->at_us;	/* the window holds all that is counted, and more */
	int64_t first = hour_from(from_us), end = open ? fold->at_us / HOUR_US + 1 : f->until_us / HOUR_US;
	struct log_filter rest = *f;
	err_t e;

	if (first >= end)
		return count_entries(tx, a, f, NULL, out);
	e = sum_hours(tx, f, first, end, out);
	if (!e)
		e = count_between(tx, a, f, from_us, first * HOUR_US, out);
	if (e || !open)
		return e ? e : count_between(tx, a, f, end * HOUR_US, f->until_us, out);
	rest.from_us = 0;
	return count_entries(tx, a, &rest, fold->id, out);
}

err_t log_count(struct txn *tx, struct arena *a, const struct log_filter *f, int64_t *out)
{
	int64_t oldest_ms = 0;
	struct fold fold;
	err_t e = find_fold(tx, a, &fold);

	*out = 0;
	if (!e && fold.id)
		e = store_int(tx, &log_oldest, NO_ARGS, &oldest_ms);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (!fold.id || f->user_id || f->from_us > fold.at_us)
		return count_entries(tx, a, f, NULL, out);
	return count_with_hours(tx, a, f, &fold, oldest_ms * 1000, out);
}

/* -- folding: a slice of entries becomes numbers of hours -- */

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
	struct fold fold;
	err_t e = find_fold(tx, a, &fold);

	return e ? e : find_next(tx, a, fold.id ? fold.id : "", now_us, id);
}

/* The row of the fold is changed first: another copy that counts the same waits for it, and then finds it changed. */
err_t log_fold(struct txn *tx, struct arena *a, int64_t now_us, bool *more)
{
	int64_t moved = 0;
	struct fold fold;
	const char *id;
	err_t e = store_exec(tx, &log_fold_begin, NO_ARGS, NULL);

	*more = false;
	if (!e)
		e = find_fold(tx, a, &fold);
	if (!e)
		e = find_next(tx, a, fold.id, now_us, &id);
	if (e || !id)
		return e;
	e = store_exec(tx, &log_fold_move, ARGS(T(id), T(fold.id)), &moved);
	if (e || moved == 0)
		return e;
	*more = true;
	return store_exec(tx, &log_fold_add, ARGS(T(fold.id), T(id)), NULL);
}

err_t log_counts_forget(struct txn *tx, int64_t before_us)
{
	return store_exec(tx, &log_counts_delete, ARGS(N(before_us / HOUR_US)), NULL);
}
