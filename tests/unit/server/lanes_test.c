#include "server/errand.h"

#include "server/lanes.h"

#include "base/banned.h"

static void short_reads_in_a_row_are_answered_at_once(void **state)
{
	static const struct step *const steps[] = { &read_step, &read_step };
	struct errand *d = errand_of("read", OK);

	(void)state;
	errand_lead(d, ARRAY_LEN(steps), steps);
	assert_true(errand_take(d));
	assert_int_equal(204, errand_status(d));
	assert_int_equal(errands_answered(), 0);
	errand_free(d);
}

/* SQLite: others wait for the event loop. */
static void a_read_that_takes_long_leaves_the_event_loop(void **state)
{
	static const struct step *const reads[] = { &read_step, &read_step };
	struct errand *d = errand_of("long", OK);

	(void)state;
	errand_lead(d, 2, reads);
	d->runs_sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)"
		      " SELECT max(i) FROM n WHERE $1 = 'default'";
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(204, errand_status(d));
	assert_int_equal(3, d->runs);		/* the first step twice */
	assert_false(pthread_equal(pthread_self(), d->threads[0]));
	errand_free(d);
}

/* Runs a long read and, at once, a short one of `share`. Whether that was run here. */
static bool is_run_here_beside_long(unsigned share)
{
	static const struct step *const reads[] = { &read_step };
	struct errand *both[2] = { errand_of("long", OK), errand_of("short", OK) };
	int before = errands_answered();
	bool here;

	errand_lead(both[0], 1, reads);
	errand_lead(both[1], 1, reads);
	both[0]->runs_sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)"
			    " SELECT max(i) FROM n WHERE $1 = 'default'";
	both[1]->rq.task.share = share;
	errand_take(both[0]);
	here = errand_take(both[1]);
	errands_wait(before + (here ? 1 : 2));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(204, errand_status(both[i]));
		errand_free(both[i]);
	}
	return here;
}

/* SQLite. When the machine itself pauses between the two, the tenant has its part of the loop anew. */
static void whose_reads_take_long_leaves_the_event_loop_to_others(void **state)
{
	bool here = true;

	(void)state;
	for (int i = 0; i < 20 && here; i++) {
		usleep(150000);
		here = is_run_here_beside_long(0);
	}
	assert_false(here);
	usleep(150000);
	assert_true(is_run_here_beside_long(7));
}

static void lanes_stop_when_the_last_chain_is_over(void **state)
{
	static const struct step *const steps[] = { &work_step, &write_step, &work_step, &write_step };
	struct errand *d = errand_of("last", OK);

	errand_lead(d, ARRAY_LEN(steps), steps);
	assert_false(errand_take(d));
	client_stop();
	lanes_stop();
	assert_int_equal(errands_answered(), 1);
	assert_int_equal(204, errand_status(d));
	errand_free(d);
	errands_begin(state);
}

static void a_full_queue_is_told_at_once(void **state)
{
	struct errand *all[40];
	int taken = 0;

	(void)state;
	errands_hold(1);
	for (int i = 0; i < 40; i++) {
		all[i] = errand_of("many", OK);
		if (!errand_take(all[i])) {
			taken++;
			continue;
		}
		assert_int_equal(503, errand_status(all[i]));
		assert_string_equal(all[i]->cause, "the queue of its lane is full");
	}
	assert_in_range(taken, 9, 39);	/* three quarters of the queue, and what runs */
	errands_hold(0);
	errands_wait(taken);
	for (int i = 0; i < 40; i++)
		errand_free(all[i]);
}

/* For the end of the process, so it comes last: what computes is told, what waits does not begin. */
static void work_is_given_up(void **state)
{
	static const struct step *const steps[] = { &work_step };
	struct errand *all[9];
	int begun = 0;

	(void)state;
	errands_hold(1);
	for (int i = 0; i < 9; i++) {
		all[i] = errand_of("work", OK);
		errand_lead(all[i], ARRAY_LEN(steps), steps);
		assert_false(errand_take(all[i]));
	}
	errands_wait_until_held();
	lanes_give_up();
	errands_hold(0);
	errands_wait(9);
	for (int i = 0; i < 9; i++) {
		if (all[i]->runs)
			assert_true(deadline_is_over(all[i]->rq.task.until));
		assert_int_equal(all[i]->runs ? 204 : 503, errand_status(all[i]));
		assert_string_equal(all[i]->cause, all[i]->runs ? "" : "given up, since the server stops");
		begun += all[i]->runs;
		errand_free(all[i]);
	}
	assert_in_range(begun, 1, 3);
}

int main(void)
{
#define OF_BOTH ERRAND(lanes_stop_when_the_last_chain_is_over), ERRAND(a_full_queue_is_told_at_once)
	const struct CMUnitTest sqlite[] = { OF_BOTH, ERRAND(short_reads_in_a_row_are_answered_at_once),
					     ERRAND(a_read_that_takes_long_leaves_the_event_loop),
					     ERRAND(whose_reads_take_long_leaves_the_event_loop_to_others),
					     ERRAND(work_is_given_up) };
	const struct CMUnitTest postgres[] = { OF_BOTH, ERRAND(work_is_given_up) };

	return ERRANDS_RUN(sqlite, postgres);
}
