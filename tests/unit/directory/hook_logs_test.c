/* Entries of webhooks are forgotten when they are too old, of every tenant. */
#include "world.h"

#include "base/clock.h"
#include "directory/hook.h"
#include "events/audit_rows.h"
#include "http/worker.h"

#include "base/banned.h"

#define MUST(call) assert_int_equal((call), OK)

extern const struct worker forget_hook_logs;

STATEMENT(t_put, "INSERT INTO hook_logs (tenant_id, id, hook_id, key, failed, payload, created_at)"
		 " VALUES ($1, $2, 'h', 'TriggerHook.A', 0, '{}', 0)");
STATEMENT(t_count, "SELECT count(*) FROM hook_logs WHERE tenant_id = $1");

static void put(const char *tenant, int64_t days_ago)
{
	char id[AUDIT_TIME_LEN + 1];

	audit_time_begins(clock_us() - days_ago * DAY_US, id);
	txn_set_tenant(api.tx, tenant);
	MUST(store_exec(api.tx, &t_put, ARGS(T(id)), NULL));
}

static int64_t count(const char *tenant)
{
	int64_t n;

	txn_set_tenant(api.tx, tenant);
	MUST(store_int(api.tx, &t_count, NO_ARGS, &n));
	return n;
}

static void what_is_too_old_is_forgotten_of_every_tenant(void **state)
{
	(void)state;
	for (int days = 1; days < 20; days++) {
		put("admin", days);
		put("default", days);
	}
	world.settings.log_days = 0;
	MUST(worker_run(&forget_hook_logs, api.tx));
	assert_int_equal(count("default"), 19);
	world.settings.log_days = 10;
	MUST(worker_run(&forget_hook_logs, api.tx));
	assert_int_equal(count("admin"), 9);
	assert_int_equal(count("default"), 9);
	put("default", 1);
	MUST(worker_run(&forget_hook_logs, api.tx));
	assert_int_equal(count("default"), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_too_old_is_forgotten_of_every_tenant, api_begin, api_end),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
