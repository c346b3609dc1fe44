/*
 * The audit log of a tenant that has many entries: its totals, which are counted by the hour, are those of a count of
 * all entries, whatever the window and the filters, also while old ones are forgotten. On both engines.
 */
#include "world.h"

#include <sys/wait.h>

#include "base/ids.h"
#include "directory/log_counts.h"
#include "events/audit_rows.h"

#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)
#define HOUR_US INT64_C(3600000000)
#define ROWS 11000

extern const struct worker keep_audit_log;

STATEMENT(t_count, "SELECT count(*) FROM logs WHERE tenant_id = $1 AND key = coalesce($2, key)"
	  " AND coalesce(application_id, '') = coalesce($3, application_id, '')"
	  " AND coalesce(user_id, '') = coalesce($4, user_id, '') AND created_at >= $5 AND created_at < $6");
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

/* Entries of the last days, in irregular steps. */
static void put_rows(int64_t begin_us, int64_t step_us)
{
	for (int i = 0; i < ROWS; i++) {
		struct audit_row row = {
			.key = keys[pick(3)], .application_id = apps[pick(3)], .user_id = users[pick(4)],
			.payload = "{}", .at_us = begin_us + i * step_us + pick(1000),
		};

		audit_time_begins(row.at_us, row.id);
		id_new(row.id + AUDIT_TIME_LEN, ID_LONG - AUDIT_TIME_LEN, ALPHABET_LOWER);
		MUST(audit_row_write(api.tx, &row));
	}
}

static const char *any_of(const char *const *texts, unsigned n)
{
	return pick(2) ? texts[pick(n)] : NULL;
}

/* Compares the total of a random filter with a count of the rows. */
static void check_total(int64_t begin_ms, int64_t length_ms)
{
	struct log_filter f = { .from_us = 0, .until_us = INT64_MAX };
	int64_t from = pick(3) ? begin_ms + (int64_t)(length_ms * (pick(1200) / 1000.0 - 0.1)) : 0;
	int64_t until = pick(3) ? from + (int64_t)(length_ms * (pick(1000) / 1000.0)) : INT64_C(9000000000000);
	int64_t expected, total;

	f.key = any_of(keys, 3);
	f.application_id = any_of(apps, 3);
	f.user_id = pick(4) ? NULL : "u1";
	if (pick(4) == 0)
		from = from / 3600000 * 3600000;
	if (from > 0)
		f.from_us = from * 1000;
	if (until < INT64_C(9000000000000))
		f.until_us = until * 1000;
	MUST(store_int(api.tx, &t_count, ARGS(T(f.key), T(f.application_id), T(f.user_id), N(from), N(until)),
		       &expected));
	MUST(log_count(api.tx, api.arena, &f, &total));
	if (total != expected)
		fail_msg("%lld in place of %lld from %lld until %lld of %s %s %s", (long long)total,
			 (long long)expected, (long long)from, (long long)until, f.key ? f.key : "-",
			 f.application_id ? f.application_id : "-", f.user_id ? f.user_id : "-");
}

static void check_totals(int64_t begin_us, int64_t length_us)
{
	for (int i = 0; i < 60; i++)
		check_total(begin_us / 1000, length_us / 1000);
}

static void totals_are_right_before_and_after_hours_are_counted(void **state)
{
	int64_t now = clock_us(), length = 40 * HOUR_US, begin = now - length, hours, step = length / ROWS;

	(void)state;
	put_rows(begin, step);
	check_totals(begin, length);
	MUST(worker_run(&keep_audit_log, api.tx));
	MUST(store_int(api.tx, &t_hours, NO_ARGS, &hours));
	assert_true(hours > 100);
	check_totals(begin, length);
	MUST(worker_run(&keep_audit_log, api.tx));	/* it counts nothing twice */
	check_totals(begin, length);
	put_rows(now, 1);
	check_totals(begin, length + HOUR_US);
}

static void what_is_too_old_is_forgotten_and_totals_stay_right(void **state)
{
	int64_t now = clock_us(), length = 30 * 24 * HOUR_US, begin = now - length, oldest, before, after;

	(void)state;
	put_rows(begin, length / ROWS);
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
		CASE(totals_are_right_before_and_after_hours_are_counted),
		CASE(what_is_too_old_is_forgotten_and_totals_stay_right),
		CASE(a_tenant_with_few_entries_has_no_hours),
	};
	int status = 0;

	/* a process has one environment */
	if (getenv("GUILDHALL_TEST_PG")) {
		if (fork() == 0)
			exit(cmocka_run_group_tests(tests, start_postgres, world_end));
		wait(&status);
	}
	return cmocka_run_group_tests(tests, api_start, world_end) || status;
}
