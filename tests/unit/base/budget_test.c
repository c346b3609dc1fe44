#include "base/budget.h"

#include <pthread.h>

#include "test.h"
#include "base/banned.h"

static void what_would_pass_the_ceiling_is_refused_and_nothing_is_taken(void **state)
{
	struct charge a = {0}, b = {0};

	(void)state;
	budget_start(1000, 1000);
	assert_true(charge_add(&a, 600));
	assert_false(charge_add(&b, 401));
	assert_string_equal(b.refused, "memory");
	assert_int_equal(b.held, 0);
	assert_int_equal(budget_held(), 600);
	assert_true(charge_add(&b, 400));
	charge_end(&a);
	charge_end(&b);
	assert_int_equal(budget_held(), 0);
	assert_null(b.refused);
}

static void one_address_and_one_tenant_have_a_share_each(void **state)
{
	struct charge a = {0}, b = {0}, other = {0};

	(void)state;
	budget_start(1000, 300);
	charge_share(&a, SHARE_ADDRESS, "10.0.0.1", 8);
	charge_share(&b, SHARE_ADDRESS, "10.0.0.1", 8);
	charge_share(&other, SHARE_ADDRESS, "10.0.0.2", 8);
	assert_true(charge_add(&a, 200));
	assert_false(charge_add(&b, 101));
	assert_string_equal(b.refused, "memory-share");
	assert_int_equal(budget_held(), 200);
	assert_true(charge_add(&other, 300));
	charge_share(&b, SHARE_TENANT, "t1", 2);
	charge_share(&other, SHARE_TENANT, "t1", 2);	/* which comes with what it holds */
	assert_false(charge_add(&b, 1));
	charge_end(&other);
	assert_true(charge_add(&b, 100));
	charge_end(&a);
	charge_end(&b);
	assert_int_equal(budget_held(), 0);
}

static void what_is_noted_counts_and_is_not_refused(void **state)
{
	struct charge a = {0}, b = {0};

	(void)state;
	budget_start(1000, 1000);
	charge_note(&a, 5000);
	assert_false(charge_add(&b, 1));
	assert_false(charge_fits(&b, 1));
	charge_drop(&a, 4500);
	assert_true(charge_fits(&b, 500));
	assert_false(charge_fits(&b, 501));
	assert_true(charge_add(&b, 500));
	charge_drop(&b, 700);		/* more than it holds */
	assert_int_equal(budget_held(), 500);
	charge_end(&a);
	assert_int_equal(budget_held(), 0);
}

static void a_share_named_twice_counts_once(void **state)
{
	struct charge a = {0};

	(void)state;
	budget_start(1000, 100);
	charge_note(&a, 60);
	charge_share(&a, SHARE_TENANT, "t1", 2);
	charge_share(&a, SHARE_TENANT, "t1", 2);
	assert_true(charge_add(&a, 40));
	charge_share(&a, SHARE_TENANT, "t2", 2);	/* it takes along what it holds */
	assert_false(charge_add(&a, 1));
	charge_end(&a);
	charge_share(&a, SHARE_TENANT, "t1", 2);
	assert_true(charge_add(&a, 100));
	charge_end(&a);
}

#define THREADS 4
#define ROUNDS 20000

static void *take_and_give(void *taken)
{
	size_t most = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct charge c = {0};

		charge_share(&c, SHARE_ADDRESS, "10.0.0.1", 8);
		if (charge_add(&c, 300))
			most = budget_held() > most ? budget_held() : most;
		charge_end(&c);
	}
	*(size_t *)taken = most;
	return NULL;
}

static void threads_leave_the_account_as_it_was(void **state)
{
	pthread_t threads[THREADS];
	size_t most[THREADS];

	(void)state;
	budget_start(1000, 700);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, &most[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(most[i] >= 300);
	}
	assert_int_equal(budget_held(), 0);
}

RUN(T(what_would_pass_the_ceiling_is_refused_and_nothing_is_taken), T(one_address_and_one_tenant_have_a_share_each),
    T(what_is_noted_counts_and_is_not_refused), T(a_share_named_twice_counts_once),
    T(threads_leave_the_account_as_it_was))
