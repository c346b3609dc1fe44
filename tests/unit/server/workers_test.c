/* Rounds of workers: when they begin, on which lane they run, how they end. */
#include "world.h"

#include <pthread.h>
#include <stdatomic.h>

#include "http/client.h"
#include "server/lanes.h"
#include "server/workers.h"
#include "tenant/setting.h"

#include "base/banned.h"

#define MARK CHANGE_ACCESS

static atomic_int rounds, slices, at_once, most_at_once, failures;
static atomic_bool fails;

static void await(atomic_int *n, int wanted)
{
	for (int i = 0; i < 600000 && atomic_load(n) < wanted; i++)
		usleep(100);
	assert_true(atomic_load(n) >= wanted);
}

static void count_in(void)
{
	int now = atomic_fetch_add(&at_once, 1) + 1;

	if (now > atomic_load(&most_at_once))
		atomic_store(&most_at_once, now);
}

/* Writes, goes on with itself twice, and is done. */
static err_t slice(struct request *rq);
static const struct step slice_step = { "slice", WRITE, slice };

struct work {
	int done;
};
FLOW(work, struct work)

static err_t slice(struct request *rq)
{
	struct work *w = work(rq);
	err_t e;

	count_in();
	txn_set_tenant(rq->tx, "default");
	e = setting_put(rq->tx, arena_printf(rq->arena, "slice%d", w->done), "1");
	atomic_fetch_add(&slices, 1);
	atomic_fetch_sub(&at_once, 1);
	if (e)
		return e;
	if (++w->done < 3)
		return next(rq, &slice_step);
	atomic_fetch_add(&rounds, 1);
	return OK;
}

/* Every second round fails after it wrote. */
static err_t stumble(struct request *rq)
{
	txn_set_tenant(rq->tx, "default");
	if (setting_put(rq->tx, "stumbled", "1"))
		return ERR_INTERNAL;
	atomic_fetch_add(&failures, 1);
	return atomic_load(&fails) ? err_set(ERR_STORE, "as the test wants") : OK;
}

static const struct worker when_told = { "when told", 0, MARK, WRITE, slice }, once = { "once", 0, 0, WRITE, slice },
			   each_second = { "each second", 1, 0, WRITE, slice },
			   stumbling = { "stumbling", 0, MARK, WRITE, stumble };

static bool is_set(const char *name)
{
	struct arena *arena = arena_new();
	const char *value;
	err_t e = setting_find(read_begin("default"), arena, name, &value);

	read_end();
	arena_free(arena);
	return e == OK;
}

static int begin(void **state)
{
	struct lanes_options o = {
		.store = world.store, .db_threads = 2, .scan_threads = 1, .work_threads = 1, .queue = 8,
		.step_seconds = 10, .scan_seconds = 30,
	};

	(void)state;
	atomic_store(&rounds, 0);
	atomic_store(&slices, 0);
	atomic_store(&failures, 0);
	atomic_store(&most_at_once, 0);
	return lanes_start(&o);
}

static int end(void **state)
{
	(void)state;
	workers_stop();
	lanes_stop();
	return 0;
}

static err_t start(const struct worker *w)
{
	return workers_start_with(&w, 1);
}

static void a_round_begins_at_the_start_and_goes_on_from_slice_to_slice(void **state)
{
	(void)state;
	assert_int_equal(start(&when_told), OK);
	await(&rounds, 1);
	assert_int_equal(atomic_load(&slices), 3);
	workers_stop();
	assert_true(is_set("slice0") && is_set("slice1") && is_set("slice2"));
}

static void a_change_that_it_waits_for_wakes_it(void **state)
{
	(void)state;
	assert_int_equal(start(&when_told), OK);
	await(&rounds, 1);
	workers_wake(MARK | CHANGE_KEYS);
	await(&rounds, 2);
}

/*
 * The store tells of everything when another process may have committed; a worker without wishes sleeps through that
 * too.
 */
static void who_waits_for_nothing_is_not_woken(void **state)
{
	(void)state;
	assert_int_equal(start(&once), OK);
	await(&rounds, 1);
	workers_wake(CHANGE_ALL);
	usleep(50000);
	assert_int_equal(atomic_load(&rounds), 1);
}

static void it_comes_again_when_its_time_has_passed(void **state)
{
	(void)state;
	assert_int_equal(start(&each_second), OK);
	await(&rounds, 2);
}

static void two_rounds_of_one_worker_never_run_at_once(void **state)
{
	(void)state;
	assert_int_equal(start(&when_told), OK);
	for (int i = 0; i < 200; i++) {
		workers_wake(MARK);
		usleep(100);
	}
	await(&rounds, 2);
	workers_stop();
	assert_int_equal(atomic_load(&most_at_once), 1);
}

static void a_round_that_fails_leaves_nothing_and_the_next_one_tries_again(void **state)
{
	(void)state;
	atomic_store(&fails, true);
	assert_int_equal(start(&stumbling), OK);
	await(&failures, 1);
	assert_false(is_set("stumbled"));
	atomic_store(&fails, false);
	for (int i = 0; i < 60000 && !is_set("stumbled"); i++) {
		workers_wake(MARK);
		usleep(1000);
	}
	assert_true(is_set("stumbled"));
}

/* Its time would be in an hour, and nobody wakes it. */
static void a_round_that_fails_comes_again_soon_by_itself(void **state)
{
	static const struct worker hourly = { "hourly", 3600, 0, WRITE, stumble };

	(void)state;
	atomic_store(&fails, true);
	assert_int_equal(start(&hourly), OK);
	await(&failures, 2);
	atomic_store(&fails, false);
	await(&failures, 3);
	workers_stop();
	assert_true(is_set("stumbled"));
}

static void after_the_stop_nothing_begins(void **state)
{
	int before;

	(void)state;
	assert_int_equal(start(&when_told), OK);
	await(&rounds, 1);
	workers_stop();
	workers_stop();
	before = atomic_load(&slices);
	workers_wake(MARK);
	usleep(50000);
	assert_int_equal(atomic_load(&slices), before);
}

static void the_programs_own_workers_run_on_a_fresh_store(void **state)
{
	(void)state;
	assert_int_equal(workers_start(), OK);
	workers_stop();
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(a_round_begins_at_the_start_and_goes_on_from_slice_to_slice),
		CASE(a_change_that_it_waits_for_wakes_it), CASE(who_waits_for_nothing_is_not_woken),
		CASE(it_comes_again_when_its_time_has_passed), CASE(two_rounds_of_one_worker_never_run_at_once),
		CASE(a_round_that_fails_leaves_nothing_and_the_next_one_tries_again),
		CASE(a_round_that_fails_comes_again_soon_by_itself),
		CASE(after_the_stop_nothing_begins),
		CASE(the_programs_own_workers_run_on_a_fresh_store),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
