#include "base/deadline.h"

#include "test.h"
#include "base/banned.h"

static void it_is_over_at_its_time_or_when_it_is_cancelled(void **state)
{
	static atomic_bool cancelled;
	struct deadline d = { .at_us = clock_monotonic_us() + 60000000, .cancelled = &cancelled };

	(void)state;
	assert_false(deadline_is_over(NULL));
	assert_false(deadline_is_over(&(struct deadline){0}));
	assert_false(deadline_is_over(&d));
	atomic_store(&cancelled, true);
	assert_true(deadline_is_over(&d));
	assert_false(deadline_is_over(&(struct deadline){ .cancelled = &cancelled }));
	atomic_store(&cancelled, false);
	d.at_us = clock_monotonic_us() - 20000;
	assert_true(deadline_is_over(&d));
}

static void its_error_names_the_limit(void **state)
{
	struct deadline d = { .at_us = 1, .limit = "step-seconds: 10 s" };

	(void)state;
	err_clear();
	assert_int_equal(deadline_error(&d, "find_x"), ERR_DEADLINE);
	assert_string_equal(err_fault()->args[0].value, "step-seconds: 10 s");
	assert_non_null(strstr(err_fault()->detail, "find_x"));
	d.error = ERR_AGAIN;
	assert_int_equal(deadline_error(&d, "find_x"), ERR_AGAIN);
}

static void what_was_cancelled_is_not_at_fault(void **state)
{
	static atomic_bool cancelled = true;
	struct deadline d = { .at_us = clock_monotonic_us() + 60000000, .cancelled = &cancelled };

	(void)state;
	assert_int_equal(deadline_error(&d, "find_x"), ERR_BUSY);
}

/* The same clock, so that a time of one can be compared with that of the other. */
static void the_coarse_clock_follows_the_fine_one(void **state)
{
	int64_t before = clock_coarse_us(), now = clock_monotonic_us();

	(void)state;
	assert_true(before <= now);
	assert_true(clock_coarse_us() > now - 1000000);
}

RUN(T(it_is_over_at_its_time_or_when_it_is_cancelled), T(its_error_names_the_limit),
    T(what_was_cancelled_is_not_at_fault), T(the_coarse_clock_follows_the_fine_one))
