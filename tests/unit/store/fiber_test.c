#include "store/fiber.h"

#include "test.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void count_up(struct fiber *f, void *of)
{
	int here = 0;

	for (;;) {
		*(int *)of = ++here;
		fiber_leave(f);
	}
}

static void a_fiber_goes_on_where_it_left(void **state)
{
	int a = 0, b = 0;
	struct fiber *first = fiber_new(count_up, &a), *second = fiber_new(count_up, &b);

	(void)state;
	for (int i = 1; i <= 5; i++) {
		fiber_enter(first);
		assert_int_equal(i, a);
		assert_int_equal(i - 1, b);
		fiber_enter(second);
		assert_int_equal(i, b);
	}
	fiber_free(first);
	fiber_free(second);
	fiber_free(NULL);
}

static void one_that_never_ran_can_be_freed(void **state)
{
	int n;

	(void)state;
	fiber_free(fiber_new(count_up, &n));
}

static __attribute__((noinline)) int use_stack(int kib)
{
	volatile char room[1024];

	memset((char *)(uintptr_t)room, kib, sizeof(room));
	return kib ? use_stack(kib - 1) + room[kib] : room[0];
}

static void use_some(struct fiber *f, void *of)
{
	*(int *)of = use_stack((int)(FIBER_STACK / 1024 / 4));
	fiber_leave(f);
}

static void use_too_much(struct fiber *f, void *of)
{
	*(int *)of = use_stack((int)(FIBER_STACK / 1024));
	fiber_leave(f);
}

/* In a process of its own. True: it came to its end. */
static bool survives(void (*run)(struct fiber *f, void *of))
{
	int result, status;
	pid_t child = fork();

	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		fiber_enter(fiber_new(run, &result));
		_exit(0);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void a_stack_that_runs_over_ends_the_process(void **state)
{
	(void)state;
	assert_true(survives(use_some));
	assert_false(survives(use_too_much));
}

RUN(T(a_fiber_goes_on_where_it_left), T(one_that_never_ran_can_be_freed), T(a_stack_that_runs_over_ends_the_process))
