/*
 * The audit log of a tenant that has many entries: its totals, which are counted by the hour, are those of a count of
 * all entries, and its pages, which are looked for by the hour, those of the whole list, whatever the window and the
 * filters, also while old entries are forgotten. On both engines.
 */
#include "world.h"

#include "base/ids.h"
#include "directory/log_counts.h"
#include "events/audit_rows.h"

#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)
#define ROWS 11000

extern const struct worker keep_audit_log;

#define FOUND \
	" FROM logs WHERE tenant_id = $1 AND key = coalesce($2, key)" \
	" AND coalesce(application_id, '') = coalesce($3, application_id, '')" \
	" AND coalesce(user_id, '') = coalesce($4, user_id, '') AND created_at >= $5 AND created_at < $6"
STATEMENT(t_count, "SELECT count(*)" FOUND);
STATEMENT(t_ids, "SELECT id" FOUND " ORDER BY created_at DESC, id DESC");
COLUMNS(t_ids, id);
STATEMENT(t_hours, "SELECT count(*) FROM log_counts WHERE tenant_id = $1");
STATEMENT(t_oldest, "SELECT min(created_at) FROM logs WHERE tenant_id = $1");

static const char *const keys[] = { "A", "B", "C" };
static const char *const apps[] = { NULL, "a1", "a2" };
static const char *const users[] = { NULL, NULL, NULL, "u1" };

static unsigned seed = 1;

static unsigned pick(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* $2: a list of rows, each a list of values; one by one they would take minutes on a busy machine */
#define INTO "INSERT INTO logs (tenant_id, id, key, user_id, application_id, payload, created_at) SELECT $1, "
STATEMENT2(t_put,
	   INTO "value ->> 0, value ->> 1, value ->> 2, value ->> 3, '{}', value ->> 4 FROM json_each($2)",
	   INTO "e ->> 0, e ->> 1, e ->> 2, e ->> 3, '{}', (e ->> 4)::bigint FROM json_array_elements($2::json) e");

static json_t *any_row(int64_t at_us)
{
	char id[ID_LONG + 1];

	audit_time_begins(at_us, id);
	id_new(id + AUDIT_TIME_LEN, ID_LONG - AUDIT_TIME_LEN, ALPHABET_LOWER);
	return json_pack("[s, s, s?, s?, I]", id, keys[pick(3)], users[pick(4)], apps[pick(3)],
			 (json_int_t)(at_us / 1000));
}

/* Entries of some days, in irregular steps; many are of the same microsecond. */
static void put_rows(int count, int64_t begin_us, int64_t step_us)
{
	json_auto_t *rows = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(rows, any_row(begin_us + (i - i % (int)(1 + pick(4))) * step_us));
	MUST(store_exec(api.tx, &t_put, ARGS(T(json_to_text(api.arena, rows))), NULL));
}

static const char *any_of(const char *const *texts, unsigned n)
{
	return pick(2) ? texts[pick(n)] : NULL;
}

#define NO_END INT64_C(9000000000000)

/* A random filter; its window in milliseconds, until NO_END or before `until`. */
struct wanted {
	const char *key, *app, *user;
	int64_t from, until;
};
#define WANTED(w) ARGS(T((w)->key), T((w)->app), T((w)->user), N((w)->from), N((w)->until))

static struct wanted any_filter(int64_t begin_ms, int64_t length_ms)
{
	struct wanted w = { .key = any_of(keys, 3), .app = any_of(apps, 3), .user = pick(4) ? NULL : "u1" };

	w.from = pick(3) ? begin_ms + (int64_t)(length_ms * (pick(1200) / 1000.0 - 0.1)) : 0;
	w.until = pick(3) ? w.from + 1 + (int64_t)(length_ms * (pick(1000) / 1000.0)) : NO_END;
	if (pick(4) == 0)
		w.from = w.from / 3600000 * 3600000;
	return w;
}

static void fail_for(const struct wanted *w, const char *what, int64_t found, int64_t expected)
{
	fail_msg("%s %lld in place of %lld from %lld until %lld of %s %s %s", what, (long long)found,
		 (long long)expected, (long long)w->from, (long long)w->until, w->key ? w->key : "-",
		 w->app ? w->app : "-", w->user ? w->user : "-");
}

/* Compares the total of a random filter with a count of the rows. */
static void check_total(int64_t begin_ms, int64_t length_ms)
{
	struct wanted w = any_filter(begin_ms, length_ms);
	struct log_filter f = { .key = w.key, .application_id = w.app, .user_id = w.user, .until_us = INT64_MAX };
	struct log_total total;
	int64_t expected;

	f.from_us = w.from * 1000;
	if (w.until < NO_END)
		f.until_us = w.until * 1000;
	MUST(store_int(api.tx, &t_count, WANTED(&w), &expected));
	MUST(log_count(api.tx, api.arena, &f, &total));
	if (total.all != expected)
		fail_for(&w, "total", total.all, expected);
}

static void check_totals(int64_t begin_us, int64_t length_us)
{
	for (int i = 0; i < 30; i++)
		check_total(begin_us / 1000, length_us / 1000);
}

/* The ids of all entries that are wanted, newest first. */
static const char **list_all(const struct wanted *w, int64_t *count)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char **ids;

	MUST(store_int(api.tx, &t_count, WANTED(w), count));
	ids = ARENA_ARRAY(api.arena, const char *, (size_t)*count + 1);
	MUST(store_query(api.tx, &t_ids, WANTED(w), &rows));
	for (const char **id = ids; rows_next(&rows); id++)
		*id = arena_copy(api.arena, rows_text(&rows, t_ids_id));
	MUST(rows_end(&rows));
	return ids;
}

static const char *page_path(const struct wanted *w, int64_t number, int64_t size)
{
	const char *path = arena_printf(api.arena, "/api/logs?page=%lld&page_size=%lld&start_time=%lld",
					(long long)number, (long long)size, (long long)w->from);

	if (w->until < NO_END)
		path = arena_printf(api.arena, "%s&end_time=%lld", path, (long long)w->until - 1);
	return arena_printf(api.arena, "%s&logKey=%s&applicationId=%s&userId=%s", path, w->key ? w->key : "",
			    w->app ? w->app : "", w->user ? w->user : "");
}

static void check_page(const struct wanted *w, const char **ids, int64_t count, int64_t number, int64_t size)
{
	int64_t first = (number - 1) * size, left = first < count ? count - first : 0;
	json_t *page;

	api_expect(OK, GET, page_path(w, number, size), NULL);
	page = json_loads(api.answer, 0, NULL);
	if ((int64_t)json_array_size(page) != (left < size ? left : size))
		fail_for(w, "entries", (int64_t)json_array_size(page), left < size ? left : size);
	for (size_t i = 0; i < json_array_size(page); i++)
		assert_string_equal(json_string_value(json_object_get(json_array_get(page, i), "id")),
				    ids[first + (int64_t)i]);
	json_decref(page);
}

/* Each page of a random filter, and the one behind the last; of many pages about a dozen. */
static void check_pages(int64_t begin_us, int64_t length_us, int64_t size)
{
	struct wanted w = any_filter(begin_us / 1000, length_us / 1000);
	int64_t count, last, step;
	const char **ids = list_all(&w, &count);

	last = (count + size - 1) / size;
	step = 1 + last / 6;
	for (int64_t number = 1; number <= last + 1; number += 1 + pick((unsigned)step))
		check_page(&w, ids, count, number, size);
	if (last > 0)
		check_page(&w, ids, count, last, size);
}

static void each_page_is_a_part_of_the_whole_list(void **state)
{
	int64_t now = clock_us(), length = 5 * HOUR_US;

	(void)state;
	put_rows(400, now - length, length / 400);
	for (int i = 0; i < 20; i++)
		check_pages(now - length, length, 1 + pick(20));
}

static void pages_that_are_looked_for_by_the_hour_are_the_same(void **state)
{
	int64_t now = clock_us(), length = 40 * HOUR_US, begin = now - length;

	(void)state;
	put_rows(ROWS, begin, length / ROWS);
	MUST(worker_run(&keep_audit_log, api.tx));
	for (int i = 0; i < 20; i++)
		check_pages(begin, length, 1 + pick(100));
	put_rows(300, now, 1);
	for (int i = 0; i < 10; i++)
		check_pages(begin, length + HOUR_US, 100);
}

static void totals_are_right_before_and_after_hours_are_counted(void **state)
{
	int64_t now = clock_us(), length = 40 * HOUR_US, begin = now - length, hours, step = length / ROWS;

	(void)state;
	put_rows(ROWS, begin, step);
	check_totals(begin, length);
	MUST(worker_run(&keep_audit_log, api.tx));
	MUST(store_int(api.tx, &t_hours, NO_ARGS, &hours));
	assert_true(hours > 100);
	check_totals(begin, length);
	MUST(worker_run(&keep_audit_log, api.tx));	/* it counts nothing twice */
	check_totals(begin, length);
	put_rows(ROWS, now, 1);
	check_totals(begin, length + HOUR_US);
}

static void what_is_too_old_is_forgotten_and_totals_stay_right(void **state)
{
	int64_t now = clock_us(), length = 30 * 24 * HOUR_US, begin = now - length, oldest, before, after;

	(void)state;
	put_rows(ROWS, begin, length / ROWS);
	world.settings.log_days = 0;
	MUST(worker_run(&keep_audit_log, api.tx));
	MUST(store_int(api.tx, &t_oldest, NO_ARGS, &oldest));
	assert_true(oldest < now / 1000 - INT64_C(29) * 24 * 3600000);
	MUST(store_int(api.tx, &t_hours, NO_ARGS, &before));
	world.settings.log_days = 10;
	MUST(worker_run(&keep_audit_log, api.tx));
	MUST(store_int(api.tx, &t_oldest, NO_ARGS, &oldest));
	assert_true(oldest >= now / 1000 - INT64_C(10) * 24 * 3600000);
	MUST(store_int(api.tx, &t_hours, NO_ARGS, &after));
	assert_true(after < before);
	check_totals(begin, length);
	for (int i = 0; i < 5; i++)
		check_pages(begin, length, 100);
}

static void a_tenant_with_few_entries_has_no_hours(void **state)
{
	struct audit_row row = { .key = "A", .payload = "{}" };
	int64_t hours;

	(void)state;
	audit_row_stamp(&row);
	MUST(audit_row_write(api.tx, &row));
	MUST(worker_run(&keep_audit_log, api.tx));
	MUST(store_int(api.tx, &t_hours, NO_ARGS, &hours));
	assert_int_equal(hours, 0);
}

static int start_postgres(void **state)
{
	return routes_start() || world_begin_postgres(state);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(each_page_is_a_part_of_the_whole_list),
		CASE(pages_that_are_looked_for_by_the_hour_are_the_same),
		CASE(totals_are_right_before_and_after_hours_are_counted),
		CASE(what_is_too_old_is_forgotten_and_totals_stay_right),
		CASE(a_tenant_with_few_entries_has_no_hours),
	};

	return WORLDS_RUN(tests, api_start, tests, start_postgres);
}
