/* Active users, counted by the days since they were active before. */
#include "directory/active.h"

#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

STATEMENT(active_last, "SELECT day FROM active_users WHERE tenant_id = $1 AND user_id = $2");
/* Of two that note the same user at once, one inserts or changes the row, and the other finds it changed. */
STATEMENT(active_move,
	  "INSERT INTO active_users AS u (tenant_id, user_id, day, gap) VALUES ($1, $2, $3, $4)"
	  " ON CONFLICT (tenant_id, user_id) DO UPDATE SET gap = excluded.day - u.day, day = excluded.day"
	  " WHERE u.day < excluded.day RETURNING gap");
#define COUNT(slot) \
	"INSERT INTO active_days AS d (tenant_id, day, gap, slot, n) VALUES ($1, $2, $3, " slot ", 1)" \
	" ON CONFLICT (tenant_id, day, gap, slot) DO UPDATE SET n = d.n + 1"
STATEMENT2(active_add, COUNT("0"), COUNT("pg_backend_pid() % 16"));
STATEMENT(active_list, "SELECT day, gap, sum(n) AS total FROM active_days WHERE tenant_id = $1 AND day > $2"
	  " AND day <= $3 GROUP BY day, gap");
COLUMNS(active_list, day, gap, total);

err_t active_note(struct txn *tx, const char *user_id, int64_t now_ms)
{
	int64_t today = now_ms / DAY_MS, last, gap;
	err_t e = store_int(tx, &active_last, ARGS(T(user_id)), &last);

	if (e ? e != ERR_NOT_FOUND : last >= today)
		return e;
	e = store_int(tx, &active_move, ARGS(T(user_id), N(today), N(ACTIVE_LONGEST)), &gap);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (gap > ACTIVE_LONGEST)
		gap = ACTIVE_LONGEST;
	return store_exec(tx, &active_add, ARGS(N(today), N(gap)), NULL);
}

err_t active_load(struct txn *tx, int64_t end, struct active_days *out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &active_list, ARGS(N(end - ACTIVE_KNOWN), N(end)), &rows);

	memset(out, 0, sizeof(*out));
	while (!e && rows_next(&rows)) {
		int64_t day = rows_int(&rows, active_list_day) - (end - ACTIVE_KNOWN + 1);

		out->at[day][rows_int(&rows, active_list_gap)] = rows_int(&rows, active_list_total);
	}
	return e ? e : rows_end(&rows);
}

int64_t active_count(const struct active_days *d, int ago, int length)
{
	int last = ACTIVE_KNOWN - 1 - ago, first = last - length + 1;
	int64_t n = 0;

	for (int day = first; day <= last; day++)
		for (int gap = day - first + 1; gap <= ACTIVE_LONGEST; gap++)
			n += d->at[day][gap];
	return n;
}
