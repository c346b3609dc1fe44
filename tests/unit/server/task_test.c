#include "server/errand.h"

#include "server/task.h"

#include "base/banned.h"

static void a_chain_goes_from_lane_to_lane(void **state)
{
	static const struct step *const steps[] = {
		&read_step, &write_step, &work_step, &scan_step, &write_step, &read_step,
	};
	struct errand *d = errand_of("chain", OK);

	(void)state;
	errand_lead(d, ARRAY_LEN(steps), steps);
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(204, errand_status(d));
	assert_int_equal(d->runs, ARRAY_LEN(steps));
	assert_true(is_set("chain1") && is_set("chain4"));
	/* the event loop's own */
	assert_int_equal(pthread_equal(d->threads[0], pthread_self()) != 0, store_engine(world.store) == SQLITE);
	for (size_t i = 1; i < ARRAY_LEN(steps); i++)
		assert_false(pthread_equal(d->threads[i], pthread_self()));
	errand_free(d);
}

static void what_a_step_committed_stays_when_a_later_one_is_refused(void **state)
{
	static const struct step *const steps[] = { &write_step, &work_step, &write_step };
	struct errand *d = errand_of("half", OK);

	(void)state;
	errand_lead(d, ARRAY_LEN(steps), steps);
	d->path[2].ends = ERR_UNIQUE;
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(422, errand_status(d));
	assert_true(is_set("half0"));
	assert_false(is_set("half2"));
	errand_free(d);
}

static void a_step_that_meets_a_deadlock_is_run_again(void **state)
{
	static const struct step *const steps[] = { &write_step, &scan_step };
	struct errand *d = errand_of("again", OK);

	(void)state;
	errand_lead(d, ARRAY_LEN(steps), steps);
	d->path[0].ends = d->path[1].ends = ERR_AGAIN;
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(204, errand_status(d));
	assert_int_equal(d->runs, 4);
	assert_true(is_set("again0"));
	errand_free(d);
}

/* Nobody listens there: what comes back is the error of the call, and the chain goes on. */
static void a_call_is_made_between_two_steps(void **state)
{
	static const struct step *const steps[] = { &write_step, &call_step, &write_step };
	struct errand *d = errand_of("call", OK);

	(void)state;
	errand_lead(d, ARRAY_LEN(steps), steps);
	d->call.url = "http://127.0.0.1:1/";
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(204, errand_status(d));
	assert_true(is_set("call0") && is_set("call2"));
	assert_int_equal(d->call.error, ERR_CALL_FAILED);
	errand_free(d);
}

static void calls_of_one_step_are_made_together_and_the_chain_goes_on_once(void **state)
{
	static const struct step *const steps[] = { &write_step, &call_step, &write_step };
	struct errand *d = errand_of("calls", OK);
	struct call more[2] = { { .url = "http://127.0.0.1:1/" }, { .url = "no address" } };

	(void)state;
	errand_lead(d, ARRAY_LEN(steps), steps);
	d->call.url = "http://127.0.0.1:1/";
	d->call.beside = &more[0];
	d->calls_all = true;
	more[0].beside = &more[1];
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(204, errand_status(d));
	assert_int_equal(d->runs, 3);
	assert_true(is_set("calls2"));
	assert_int_equal(d->call.error, ERR_CALL_FAILED);
	assert_int_equal(more[0].error, ERR_CALL_FAILED);
	assert_int_equal(more[1].error, ERR_CALL_INPUT);
	errand_free(d);
}

static void a_call_without_a_place_ends_the_chain_unless_it_may_fail(void **state)
{
	static const struct step *const steps[] = { &write_step, &call_step, &write_step };
	struct errand *d = errand_of("alone", OK);
	struct call more = { .url = "http://127.0.0.1:1/" };

	(void)state;
	client_stop();
	errand_lead(d, ARRAY_LEN(steps), steps);
	d->call.url = "http://127.0.0.1:1/";
	errand_take(d);
	errands_wait(1);
	assert_int_equal(503, errand_status(d));
	assert_false(is_set("alone2"));
	errand_free(d);
	d = errand_of("both", OK);
	errand_lead(d, ARRAY_LEN(steps), steps);
	d->call.url = "http://127.0.0.1:1/";
	d->call.beside = &more;
	d->calls_all = true;
	errand_take(d);
	errands_wait(2);
	assert_int_equal(204, errand_status(d));
	assert_true(is_set("both2"));
	assert_int_equal(d->call.error, ERR_BUSY);
	assert_int_equal(more.error, ERR_BUSY);
	errand_free(d);
}

static json_t *made;

static err_t make_a_tree(struct task *t, struct txn *tx)
{
	(void)t;
	(void)tx;
	made = json_array();
	for (int i = 0; i < 10000; i++)
		json_array_append_new(made, json_object());
	return OK;
}

static void what_a_step_makes_counts_in_the_charge_of_its_task(void **state)
{
	static const struct task_kind kind = { .run = make_a_tree };
	struct charge charge = {0};
	struct task t = { .kind = &kind, .charge = &charge }, of_nobody = { .kind = &kind };

	(void)state;
	assert_int_equal(OK, task_run(&t, NULL));
	assert_true(charge.held > 10000 * sizeof(json_t));
	json_decref(made);
	charge_end(&charge);
	assert_int_equal(OK, task_run(&of_nobody, NULL));
	json_decref(made);
	assert_int_equal(0, charge.held);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ERRAND(a_chain_goes_from_lane_to_lane),
		ERRAND(what_a_step_committed_stays_when_a_later_one_is_refused),
		ERRAND(a_step_that_meets_a_deadlock_is_run_again),
		ERRAND(a_call_is_made_between_two_steps),
		ERRAND(calls_of_one_step_are_made_together_and_the_chain_goes_on_once),
		ERRAND(a_call_without_a_place_ends_the_chain_unless_it_may_fail),
		ERRAND(what_a_step_makes_counts_in_the_charge_of_its_task),
	};

	return ERRANDS_RUN(tests, tests);
}
