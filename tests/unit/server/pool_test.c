#include "server/errand.h"

#include "base/banned.h"

/* PostgreSQL: more reads than one round takes, handed out among the threads of the pool. */
static void reads_that_wait_together_are_each_answered(void **state)
{
	static const struct step *const steps[] = { &read_step, &read_step, &work_step, &read_step };
	struct errand *all[8];

	(void)state;
	errands_hold(1);
	for (int i = 0; i < 8; i++) {
		all[i] = errand_of("read", OK);
		errand_lead(all[i], ARRAY_LEN(steps), steps);
		if (i == 5)
			all[i]->path[1].ends = ERR_AGAIN;
		if (i == 6)
			all[i]->path[3].ends = ERR_NOT_FOUND;
		assert_false(errand_take(all[i]));
	}
	errands_hold(0);
	errands_wait(8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(i == 6 ? 404 : 204, errand_status(all[i]));
		assert_int_equal(all[i]->runs, i == 5 ? 5 : 4);
		errand_free(all[i]);
	}
}

/* The connection goes in the middle of a transaction; the next task finds a new one. */
static void a_lost_connection_is_503_and_nothing_is_kept(void **state)
{
	struct errand *lost = errand_of("cut", OK), *after = errand_of("later", OK);

	(void)state;
	lost->cuts = true;
	assert_false(errand_take(lost));
	errands_wait(1);
	assert_int_equal(503, errand_status(lost));
	for (int tries = 1; tries < 1200; tries++) {
		after->at = 0;
		after->rq.task.step = &write_step;
		assert_false(errand_take(after));
		errands_wait(1 + tries);
		if (errand_status(after) == 204)
			break;
		usleep(50000);
	}
	assert_int_equal(204, errand_status(after));
	assert_false(is_set("cut0"));
	assert_true(is_set("later0"));
	errand_free(lost);
	errand_free(after);
}

static void a_read_over_its_deadline_is_503(void **state)
{
	static const struct step *const reads[] = { &read_step };
	struct errand *d = errand_of("late", OK), *after = errand_of("later", OK);

	errands_restart_with_a_second(state);
	errand_lead(d, 1, reads);
	errand_lead(after, 1, reads);
	d->runs_sql = endless_sql(false);
	assert_false(errand_take(d));
	errands_wait(1);
	check_late(d);
	if (!errand_take(after))
		errands_wait(2);
	assert_int_equal(204, errand_status(after));
	errand_free(d);
	errand_free(after);
}

/* PostgreSQL: the reads beside it wait for the same round trip, and are answered in the end. */
static void a_slow_read_beside_others_is_503_alone(void **state)
{
	static const struct step *const reads[] = { &read_step };
	struct errand *all[8];

	errands_restart_with_a_second(state);
	errands_hold(1);
	for (int i = 0; i < 8; i++) {
		all[i] = errand_of("read", OK);
		errand_lead(all[i], 1, reads);
		all[i]->runs_sql = i == 4 ? endless_sql(false) : "SELECT 1 WHERE $1 = 'default'";
		assert_false(errand_take(all[i]));
	}
	errands_hold(0);
	errands_wait(8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(i == 4 ? 503 : 204, errand_status(all[i]));
		errand_free(all[i]);
	}
}

static void a_scan_has_a_limit_of_its_own(void **state)
{
	static const struct step *const scans[] = { &scan_step };
	struct errand *d = errand_of("late", OK);

	errands_restart_with_a_second(state);
	errand_lead(d, 1, scans);
	d->runs_sql = endless_sql(false);
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(503, errand_status(d));
	assert_non_null(strstr(buffer_str(&d->rq.reply.body), "(scan-seconds: 1 s)"));
	errand_free(d);
}

int main(void)
{
#define OF_BOTH ERRAND(a_read_over_its_deadline_is_503), ERRAND(a_scan_has_a_limit_of_its_own)
	const struct CMUnitTest sqlite[] = { OF_BOTH };
	const struct CMUnitTest postgres[] = { OF_BOTH, ERRAND(reads_that_wait_together_are_each_answered),
					       ERRAND(a_lost_connection_is_503_and_nothing_is_kept),
					       ERRAND(a_slow_read_beside_others_is_503_alone) };

	return ERRANDS_RUN(sqlite, postgres);
}
