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
		if (errand_take(all[i]))
			assert_int_equal(503, errand_status(all[i]));
		else
			taken++;
	}
	assert_in_range(taken, 9, 39);	/* three quarters of the queue, and what runs */
	errands_hold(0);
	errands_wait(taken);
	for (int i = 0; i < 40; i++)
		errand_free(all[i]);
}

int main(void)
{
#define OF_BOTH ERRAND(lanes_stop_when_the_last_chain_is_over), ERRAND(a_full_queue_is_told_at_once)
	const struct CMUnitTest sqlite[] = { OF_BOTH, ERRAND(short_reads_in_a_row_are_answered_at_once),
					     ERRAND(a_read_that_takes_long_leaves_the_event_loop) };
	const struct CMUnitTest postgres[] = { OF_BOTH };

	return ERRANDS_RUN(sqlite, postgres);
}
