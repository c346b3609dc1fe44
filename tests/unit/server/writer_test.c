#include "server/errand.h"

#include "base/banned.h"

static void one_that_fails_takes_nothing_of_its_neighbours_along(void **state)
{
	struct errand *all[3] = { errand_of("good", OK), errand_of("bad", ERR_UNIQUE), errand_of("fine", OK) };

	(void)state;
	errands_hold(1);
	for (int i = 0; i < 3; i++)
		assert_false(errand_take(all[i]));
	errands_hold(0);
	errands_wait(3);
	assert_int_equal(204, errand_status(all[0]));
	assert_int_equal(422, errand_status(all[1]));
	assert_int_equal(204, errand_status(all[2]));
	assert_true(is_set("good0") && is_set("fine0") && !is_set("bad0"));
	for (int i = 0; i < 3; i++)
		errand_free(all[i]);
}

static void a_refusal_that_keeps_is_committed(void **state)
{
	struct errand *d = errand_of("kept", ERR_CREDENTIALS);

	(void)state;
	d->path[0].keeps = true;
	assert_false(errand_take(d));
	errands_wait(1);
	assert_int_equal(422, errand_status(d));
	assert_true(is_set("kept0"));
	errand_free(d);
}

static void a_commit_that_fails_answers_all_with_503_and_nothing_of_one_to_the_other(void **state)
{
	struct errand *all[3] = {
		errand_of("lost", OK), errand_of("bad", ERR_INPUT), errand_of("gone", ERR_CREDENTIALS),
	};
	struct errand *before = errand_of("before", OK);

	(void)state;
	all[0]->spoils = true;
	all[2]->path[0].keeps = true;
	errands_hold(1);
	assert_false(errand_take(before));
	errands_wait_until_held();			/* so that the others are one batch */
	for (int i = 0; i < 3; i++)
		assert_false(errand_take(all[i]));
	errands_hold(0);
	errands_wait(4);
	assert_int_equal(204, errand_status(before));
	errand_free(before);
	for (int i = 0; i < 3; i += 2) {
		assert_int_equal(503, errand_status(all[i]));
		assert_null(strstr(buffer_str(&all[i]->rq.reply.body), "another"));
	}
	assert_int_equal(400, errand_status(all[1]));	/* wrote nothing, and was answered before */
	assert_non_null(strstr(buffer_str(&all[1]->rq.reply.body), "another"));
	assert_false(is_set("lost0") || is_set("gone0"));
	for (int i = 0; i < 3; i++)
		errand_free(all[i]);
}

/* On SQLite they are one transaction, which the late one takes along: the others are run again without it. */
static void a_write_over_its_deadline_takes_nothing_of_its_neighbours_along(void **state)
{
	struct errand *all[5] = { errand_of("before", OK), errand_of("good", OK), errand_of("late", OK),
				  errand_of("fine", OK), errand_of("refused", ERR_UNIQUE) };

	errands_restart_with_a_second(state);
	all[2]->runs_sql = endless_sql(true);
	errands_hold(1);
	assert_false(errand_take(all[0]));
	errands_wait_until_held();
	for (int i = 1; i < 5; i++)
		assert_false(errand_take(all[i]));
	errands_hold(0);
	errands_wait(5);
	check_late(all[2]);
	assert_int_equal(422, errand_status(all[4]));
	for (int i = 0; i < 4; i++)
		assert_int_equal(i == 2, !is_set(arena_printf(all[i]->rq.arena, "%s0", all[i]->name)));
	assert_false(is_set("slow1") || is_set("refused0"));
	for (int i = 0; i < 5; i++) {
		assert_true(i == 2 || i == 4 || errand_status(all[i]) == 204);
		errand_free(all[i]);
	}
}

/* On PostgreSQL it is the pool that keeps the same promises. */
int main(void)
{
#define OF_BOTH \
	ERRAND(one_that_fails_takes_nothing_of_its_neighbours_along), ERRAND(a_refusal_that_keeps_is_committed), \
	ERRAND(a_write_over_its_deadline_takes_nothing_of_its_neighbours_along)
	const struct CMUnitTest sqlite[] = {
		OF_BOTH, ERRAND(a_commit_that_fails_answers_all_with_503_and_nothing_of_one_to_the_other)
	};
	const struct CMUnitTest postgres[] = { OF_BOTH };

	return ERRANDS_RUN(sqlite, postgres);
}
