/* How many users there are, how many are new, how many are active (users-apps-resources.md section 10). */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "directory/active.h"
#include "directory/directory.h"
#include "base/banned.h"

#define WEEK 7

STATEMENT(dashboard_total, "SELECT coalesce(sum(n), 0) FROM counters WHERE tenant_id = $1 AND kind = 'users'"
	  " AND owner = ''");
/* A day has five digits until the year 2243. */
STATEMENT(dashboard_new, "SELECT owner, sum(n) AS total FROM counters WHERE tenant_id = $1 AND kind = 'new_users'"
	  " AND owner > $2 AND owner <= $3 GROUP BY owner");
COLUMNS(dashboard_new, owner, total);

static void write_change(struct json_out *j, const char *name, int64_t now, int64_t before)
{
	json_key(j, name);
	json_open(j);
	json_key_int(j, "count", now);
	json_key_int(j, "delta", now - before);
	json_close(j);
}

static err_t get_total(struct request *rq)
{
	struct json_out j;
	int64_t total;
	err_t e = store_int(rq->tx, &dashboard_total, NO_ARGS, &total);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_int(&j, "totalUserCount", total);
	json_close(&j);
	return OK;
}

/* -- new ones -- */

static const char *day_text(struct arena *a, int64_t day)
{
	return arena_printf(a, "%05lld", (long long)day);
}

/* How many were new on each of the last days; days[0] is today. */
static err_t load_new(struct request *rq, int64_t today, int64_t days[2 * WEEK])
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, &dashboard_new,
			      ARGS(T(day_text(rq->arena, today - 2 * WEEK)), T(day_text(rq->arena, today))), &rows);

	memset(days, 0, 2 * WEEK * sizeof(*days));
	while (!e && rows_next(&rows)) {
		int64_t ago = today - strtoll(rows_text(&rows, dashboard_new_owner), NULL, 10);

		if (ago >= 0 && ago < 2 * WEEK)
			days[ago] = rows_int(&rows, dashboard_new_total);
	}
	return e ? e : rows_end(&rows);
}

static void write_date(struct json_out *j, const char *name, int64_t day)
{
	char text[25];

	clock_format(day * DAY_MS, text);
	text[strlen("YYYY-MM-DD")] = '\0';
	json_key_text(j, name, text);
}

static void write_day(struct json_out *j, int64_t day, int64_t count)
{
	json_open(j);
	write_date(j, "date", day);
	json_key_int(j, "count", count);
	json_close(j);
}

static void write_new_curve(struct json_out *j, const int64_t days[2 * WEEK], int64_t today)
{
	json_key(j, "curve");
	json_list(j);
	for (int ago = 2 * WEEK - 1; ago >= 0; ago--)
		write_day(j, today - ago, days[ago]);
	json_list_end(j);
}

static err_t get_new(struct request *rq)
{
	int64_t days[2 * WEEK], week = 0, before = 0, today = clock_ms() / DAY_MS;
	struct json_out j;
	err_t e = load_new(rq, today, days);

	if (e)
		return e;
	for (int i = 0; i < WEEK; i++) {
		week += days[i];
		before += days[WEEK + i];
	}
	j = reply_json(rq, 200);
	json_open(&j);
	write_change(&j, "today", days[0], days[1]);
	write_change(&j, "last7Days", week, before);
	if (text_is_truthy(query_arg(rq, "includeCurve")))
		write_new_curve(&j, days, today);
	json_close(&j);
	return OK;
}

/* -- active ones -- */

/* The number of a day of the Gregorian calendar, from 1970-01-01; a month may be thought longer than it is. */
static int64_t day_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year, of_year = (153 * ((month + 9) % 12) + 2) / 5;

	return 365 * y + (y + 400) / 4 - (y + 400) / 100 + (y + 400) / 400 - 97 + of_year + day - 1 - 719468;
}

/* Reads YYYY-MM-DD. */
static bool read_date(const char *text, int64_t *out)
{
	static const char form[] = "dddd-dd-dd";
	int year, month, day;

	if (strlen(text) != strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	if (sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	*out = day_of(year, month, day);
	return true;
}

static void write_curve(struct json_out *j, const struct active_days *d, int64_t end)
{
	json_key(j, "dauCurve");
	json_list(j);
	for (int ago = ACTIVE_LONGEST - 1; ago >= 0; ago--)
		write_day(j, end - ago, active_count(d, ago, 1));
	json_list_end(j);
}

static err_t get_active(struct request *rq)
{
	const char *date = query_arg(rq, "date");
	int64_t end = clock_ms() / DAY_MS;
	struct active_days days;
	struct json_out j;
	err_t e;

	if (date && !read_date(date, &end))
		return input_issue(rq->arena, "query", "date", "invalid_string", "Is not a date as 2026-01-31");
	e = active_load(rq->tx, end, &days);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	write_curve(&j, &days, end);
	write_change(&j, "dau", active_count(&days, 0, 1), active_count(&days, 1, 1));
	write_change(&j, "wau", active_count(&days, 0, WEEK), active_count(&days, WEEK, WEEK));
	write_change(&j, "mau", active_count(&days, 0, ACTIVE_LONGEST),
		     active_count(&days, ACTIVE_LONGEST, ACTIVE_LONGEST));
	json_close(&j);
	return OK;
}

/* -- routes -- */

static const struct field total_members[] = {
	{ "totalUserCount", .type = FIELD_INTEGER, .flags = REQUIRED },
	FIELDS_END
};

static const struct field change_members[] = {
	{ "count", .type = FIELD_INTEGER, .flags = REQUIRED },
	{ "delta", .type = FIELD_INTEGER, .flags = REQUIRED, .help = "Against the period before." },
	FIELDS_END
};
#define CHANGE(member, text) \
	{ (member), .type = FIELD_STRUCT, .flags = REQUIRED, .members = change_members, .help = (text) }

static const struct field day_members[] = {
	{ "date", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "count", .type = FIELD_INTEGER, .flags = REQUIRED },
	FIELDS_END
};
static const struct field curve_day = { .type = FIELD_STRUCT, .members = day_members };

static const struct field new_members[] = {
	CHANGE("today", "By the day of their creation, UTC."),
	CHANGE("last7Days", "The last of which is today."),
	{ "curve", .type = FIELD_LIST, .element = &curve_day, .help = "14 days, oldest first; only if asked for." },
	FIELDS_END
};

static const struct field active_members[] = {
	{ "dauCurve", .type = FIELD_LIST, .flags = REQUIRED, .element = &curve_day, .help = "30 days, oldest first." },
	CHANGE("dau", "Users of the day."),
	CHANGE("wau", "Different users of the seven days that end with it."),
	CHANGE("mau", "Different users of the thirty days that end with it."),
	FIELDS_END
};

static const struct field new_query[] = {
	{ "includeCurve", .type = FIELD_TEXT, .help = "A truthy word adds curve." },
	FIELDS_END
};

static const struct field active_query[] = {
	{ "date", .type = FIELD_TEXT, .help = "YYYY-MM-DD; today if not given." },
	FIELDS_END
};

static const struct shape total = { .fields = total_members };
static const struct shape fresh = { .fields = new_members };
static const struct shape active = { .fields = active_members };

#define BASE "/api/dashboard/users/"

const struct route dashboard_routes[] = {
	{ GET, BASE "total", MANAGEMENT, READ, .handler = get_total, .status = 200, .reply = &total,
	  .operation = "GetTotalUserCount", .summary = "Get how many users there are" },
	{ GET, BASE "new", MANAGEMENT, READ, .handler = get_new, .query = new_query, .status = 200, .reply = &fresh,
	  .operation = "GetNewUserCounts", .summary = "Get how many users are new" },
	{ GET, BASE "active", MANAGEMENT, READ, .handler = get_active, .query = active_query, .status = 200,
	  .reply = &active, .operation = "GetActiveUserCounts",
	  .summary = "Get how many users were given access tokens" },
};
const size_t dashboard_route_count = ARRAY_LEN(dashboard_routes);
