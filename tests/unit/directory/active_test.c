/*
 * Active users: what is counted by absences is what a list of all users and days would give. On both engines.
 */
#include "world.h"

#include "directory/active.h"

#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)
#define USERS 12
#define DAYS 150

STATEMENT(t_new, "SELECT coalesce(sum(n), 0) FROM counters WHERE tenant_id = $1 AND kind = 'new_users'");

static const char *users[USERS];
static bool was_active[USERS][DAYS];
static unsigned seed = 7;

static unsigned pick(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* How many different users were active in these days. */
static int64_t count(int first, int last)
{
	int64_t n = 0;

	for (int u = 0; u < USERS; u++)
		for (int day = first < 0 ? 0 : first; day <= last && day < DAYS; day++)
			if (was_active[u][day]) {
				n++;
				break;
			}
	return n;
}

static void make_users(void)
{
	memset(was_active, 0, sizeof(was_active));
	for (int i = 0; i < USERS; i++)
		users[i] = api_post_for_id("/api/users", "{}");
}

/* Some users come often, some seldom. */
static void live(int64_t begin)
{
	for (int day = 0; day < DAYS; day++)
		for (int u = 0; u < USERS; u++) {
			if (pick((unsigned)u * 6 + 2) != 0)
				continue;
			was_active[u][day] = true;
			MUST(active_note(api.tx, users[u], (begin + day) * DAY_MS + pick(1000)));
			MUST(active_note(api.tx, users[u], (begin + day) * DAY_MS + 1000));
		}
}

static void days_weeks_and_months_are_those_of_a_list(void **state)
{
	static const int lengths[] = { 1, 7, 30 };
	const int64_t begin = 20000;
	struct active_days days;

	(void)state;
	make_users();
	live(begin);
	for (int day = 0; day < DAYS + 40; day++) {
		MUST(active_load(api.tx, begin + day, &days));
		for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
			for (int ago = 0; ago <= 30; ago++)
				assert_int_equal(active_count(&days, ago, lengths[i]),
						 count(day - ago - lengths[i] + 1, day - ago));
	}
}

static void a_clock_that_was_set_back_does_not_count_a_user_twice(void **state)
{
	struct active_days days;

	(void)state;
	make_users();
	MUST(active_note(api.tx, users[0], 1000 * DAY_MS));
	MUST(active_note(api.tx, users[0], 999 * DAY_MS));
	MUST(active_load(api.tx, 1000, &days));
	assert_int_equal(active_count(&days, 0, 1), 1);
	assert_int_equal(active_count(&days, 1, 1), 0);
	assert_int_equal(active_count(&days, 0, 30), 1);
}

static void a_deleted_user_stays_in_the_days_and_leaves_the_new_ones(void **state)
{
	struct active_days days;
	int64_t before, after;

	(void)state;
	MUST(store_int(api.tx, &t_new, NO_ARGS, &before));
	make_users();
	MUST(store_int(api.tx, &t_new, NO_ARGS, &after));
	assert_int_equal(after - before, USERS);
	MUST(active_note(api.tx, users[0], 1000 * DAY_MS));
	api_expect(OK, DELETE, arena_printf(api.arena, "/api/users/%s", users[0]), NULL);
	MUST(active_load(api.tx, 1000, &days));
	assert_int_equal(active_count(&days, 0, 1), 1);
	MUST(store_int(api.tx, &t_new, NO_ARGS, &after));
	assert_int_equal(after - before, USERS - 1);
}

static int start_postgres(void **state)
{
	return routes_start() || world_begin_postgres(state);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(days_weeks_and_months_are_those_of_a_list),
		CASE(a_clock_that_was_set_back_does_not_count_a_user_twice),
		CASE(a_deleted_user_stays_in_the_days_and_leaves_the_new_ones),
	};

	return WORLDS_RUN(tests, api_start, tests, start_postgres);
}
