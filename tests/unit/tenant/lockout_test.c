/* Failures to sign in are counted, and block. */
#include "world.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tenant/lockout.h"
#include "base/banned.h"

#define THREADS 8
#define GUESSES_EACH 8

extern const struct worker forget_expired_rows;

STATEMENT(t_age_lockouts,
	  "UPDATE lockouts SET failures = $2, blocked_until = $3, expires_at = $4 WHERE tenant_id = $1");
STATEMENT(t_lockout_rows, "SELECT count(*) FROM lockouts WHERE tenant_id = $1");
STATEMENT(t_lockout_block, "SELECT blocked_until FROM lockouts WHERE tenant_id = $1");

static void limit(const char *policy)
{
	api_expect(OK, PATCH, "/api/sign-in-exp", arena_printf(api.arena, "{\"sentinelPolicy\":%s}", policy));
}

static err_t fail_as(const char *who)
{
	return lockout_report(api.tx, api.arena, LOCKOUT_IDENTIFIER, who, false);
}

static err_t pass_as(const char *who)
{
	return lockout_report(api.tx, api.arena, LOCKOUT_IDENTIFIER, who, true);
}

static void forget_by_call(const char *type, const char *who)
{
	api_expect(OK, POST, "/api/sentinel-activities/delete",
		   arena_printf(api.arena, "{\"targetType\":\"%s\",\"targets\":[\"%s\"]}", type, who));
}

static void the_failure_that_reaches_the_limit_is_blocked_itself(void **state)
{
	(void)state;
	limit("{\"maxAttempts\":3,\"lockoutDuration\":10}");
	assert_int_equal(fail_as("ada"), OK);
	assert_int_equal(fail_as("ada"), OK);
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
	assert_string_equal(err_fault()->args[0].value, "10");
	assert_int_equal(pass_as("ada"), ERR_LOCKED);
	assert_int_equal(pass_as("ida"), OK);
}

static void without_a_policy_the_hundredth_blocks_for_an_hour(void **state)
{
	(void)state;
	limit("{}");
	for (int i = 1; i < 100; i++)
		assert_int_equal(fail_as("ada"), OK);
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
	assert_string_equal(err_fault()->args[0].value, "60");
}

static void a_success_between_forgets_nothing(void **state)
{
	(void)state;
	limit("{\"maxAttempts\":2}");
	assert_int_equal(fail_as("ada"), OK);
	assert_int_equal(pass_as("ada"), OK);
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
}

static void letter_case_gives_no_further_tries(void **state)
{
	(void)state;
	limit("{\"maxAttempts\":2}");
	assert_int_equal(fail_as("ada@a.example"), OK);
	assert_int_equal(fail_as("Ada@A.example"), ERR_LOCKED);
	forget_by_call("User", "ADA@a.example");
	assert_int_equal(pass_as("ada@a.example"), OK);
}

static void each_second_factor_is_counted_apart(void **state)
{
	(void)state;
	limit("{\"maxAttempts\":1}");
	for (enum lockout_pool p = LOCKOUT_TOTP; p <= LOCKOUT_BACKUP_CODE; p++) {
		assert_int_equal(lockout_report(api.tx, api.arena, p, "u1", true), OK);
		assert_int_equal(lockout_report(api.tx, api.arena, p, "u1", false), ERR_LOCKED);
	}
	assert_int_equal(pass_as("u1"), OK);
	forget_by_call("User", "u1");
	assert_int_equal(lockout_report(api.tx, api.arena, LOCKOUT_TOTP, "u1", true), OK);
	assert_int_equal(lockout_report(api.tx, api.arena, LOCKOUT_BACKUP_CODE, "u1", true), OK);
}

static err_t enter_a_device_code(const char *network, bool success)
{
	return lockout_report(api.tx, api.arena, LOCKOUT_DEVICE_CODE, network, success);
}

static void codes_of_devices_have_a_limit_that_no_policy_changes(void **state)
{
	(void)state;
	limit("{\"maxAttempts\":1,\"lockoutDuration\":500}");
	for (int i = 1; i < 20; i++)
		assert_int_equal(enter_a_device_code("192.0.2.1", false), OK);
	assert_int_equal(enter_a_device_code("192.0.2.1", true), OK);
	assert_int_equal(enter_a_device_code("192.0.2.1", false), ERR_LOCKED);
	assert_string_equal(err_fault()->args[0].value, "10");
	assert_int_equal(enter_a_device_code("192.0.2.1", true), ERR_LOCKED);
	assert_int_equal(enter_a_device_code("192.0.2.2", true), OK);
}

static void a_code_of_a_device_counts_for_ten_minutes(void **state)
{
	int64_t minute = clock_ms() / 60000;

	(void)state;
	assert_int_equal(enter_a_device_code("192.0.2.1", false), OK);
	assert_int_equal(store_exec(api.tx, &t_age_lockouts,
				    ARGS(T(arena_printf(api.arena, "[[%lld,19]]", (long long)minute - 12)), N(0),
					 N(clock_ms())),
				    NULL),
			 OK);
	assert_int_equal(enter_a_device_code("192.0.2.1", false), OK);
	assert_int_equal(
		store_exec(api.tx, &t_age_lockouts,
			   ARGS(T(arena_printf(api.arena, "[[%lld,19]]", (long long)minute - 8)), N(0), N(clock_ms())),
			   NULL),
		OK);
	assert_int_equal(enter_a_device_code("192.0.2.1", false), ERR_LOCKED);
}

static void a_more_generous_policy_does_not_end_a_block(void **state)
{
	(void)state;
	limit("{\"maxAttempts\":1}");
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
	limit("{\"maxAttempts\":100}");
	assert_int_equal(pass_as("ada"), ERR_LOCKED);
	forget_by_call("App", "ada");
	assert_int_equal(pass_as("ada"), ERR_LOCKED);
	forget_by_call("User", "somebody");
	assert_int_equal(pass_as("ada"), ERR_LOCKED);
	forget_by_call("User", "ada");
	assert_int_equal(pass_as("ada"), OK);
}

static void failures_while_it_is_blocked_do_not_prolong_it(void **state)
{
	int64_t before, after;

	(void)state;
	limit("{\"maxAttempts\":1}");
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
	assert_int_equal(store_int(api.tx, &t_lockout_block, NO_ARGS, &before), OK);
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
	assert_int_equal(store_int(api.tx, &t_lockout_block, NO_ARGS, &after), OK);
	assert_int_equal(before, after);
}

static void failures_of_more_than_an_hour_ago_do_not_count(void **state)
{
	int64_t now = clock_ms(), minute = now / 60000;

	(void)state;
	limit("{\"maxAttempts\":3}");
	assert_int_equal(fail_as("ada"), OK);
	assert_int_equal(store_exec(api.tx, &t_age_lockouts,
				    ARGS(T(arena_printf(api.arena, "[[%lld,2],[%lld,1]]", (long long)minute - 61,
							(long long)minute - 30)),
					 N(0), N(now + 1000)),
				    NULL),
			 OK);
	assert_int_equal(fail_as("ada"), OK);
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
}

static void a_block_ends_and_the_row_is_forgotten(void **state)
{
	const struct worker *w = &forget_expired_rows;
	int64_t rows;

	(void)state;
	limit("{\"maxAttempts\":1}");
	assert_int_equal(fail_as("ada"), ERR_LOCKED);
	assert_int_equal(worker_run(w, api.tx), OK);
	assert_int_equal(pass_as("ada"), ERR_LOCKED);
	assert_int_equal(
		store_exec(api.tx, &t_age_lockouts, ARGS(T("[]"), N(clock_ms() - 1), N(clock_ms() - 1)), NULL), OK);
	assert_int_equal(pass_as("ada"), OK);
	assert_int_equal(worker_run(w, api.tx), OK);
	assert_int_equal(store_int(api.tx, &t_lockout_rows, NO_ARGS, &rows), OK);
	assert_int_equal(rows, 0);
}

/* -- many at once -- */

static atomic_int told;		/* guesses that learned whether they were right */

static void *guess(void *unused)
{
	struct conn *c;
	struct txn *tx;
	struct arena *a = arena_new();

	if (conn_open(world.store, true, &c))
		abort();
	for (int i = 0; i < GUESSES_EACH; i++) {
		if (txn_begin(c, "default", true, &tx))
			abort();
		told += lockout_report(tx, a, LOCKOUT_IDENTIFIER, "ada", i == GUESSES_EACH - 1) == OK;
		if (txn_commit(&tx))
			abort();
	}
	conn_close(c);
	arena_free(a);
	return unused;
}

static int postgres_begin(void **state)
{
	return routes_start() || world_begin_postgres(state);
}

static void of_many_guesses_at_once_no_more_than_the_limit_learn_anything(void **state)
{
	pthread_t threads[THREADS];

	api_begin(state);
	limit("{\"maxAttempts\":3}");
	assert_int_equal(txn_commit(&api.tx), OK);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, guess, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(told == 2);
	arena_free(api.arena);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(the_failure_that_reaches_the_limit_is_blocked_itself),
		CASE(without_a_policy_the_hundredth_blocks_for_an_hour), CASE(a_success_between_forgets_nothing),
		CASE(letter_case_gives_no_further_tries), CASE(each_second_factor_is_counted_apart),
		CASE(codes_of_devices_have_a_limit_that_no_policy_changes),
		CASE(a_code_of_a_device_counts_for_ten_minutes),
		CASE(a_more_generous_policy_does_not_end_a_block),
		CASE(failures_while_it_is_blocked_do_not_prolong_it),
		CASE(failures_of_more_than_an_hour_ago_do_not_count), CASE(a_block_ends_and_the_row_is_forgotten),
	};
	const struct CMUnitTest at_once[] = {
		cmocka_unit_test(of_many_guesses_at_once_no_more_than_the_limit_learn_anything),
	};

	return WORLDS_RUN(tests, api_start, at_once, postgres_begin);
}
