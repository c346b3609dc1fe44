/* The queue of a lane: whose task is next, and who has a place. */
#include "server/queue.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"
#include "base/banned.h"

static struct queue q;

/* Takes one and says which: 'a' for a task of share 1, 'b' for one of share 2, … */
static char take(void)
{
	struct task *t;

	return queue_take(&q, &t, 1) ? (char)('a' + t->share - 1) : '-';
}

static bool put(struct task *t, char share, enum lane lane)
{
	*t = (struct task){ .share = (unsigned)(share - 'a' + 1), .lane = lane };
	return queue_put(&q, t, true);
}

/* Puts a new task for each letter. */
static void put_all(struct task *t, const char *shares)
{
	for (; *shares; shares++)
		assert_true(put(t++, *shares, WRITE));
}

static void tasks_of_one_tenant_come_in_their_order(void **state)
{
	struct task t[5], *out[5];

	(void)state;
	queue_init(&q, 100, 1);
	put_all(t, "aaaaa");
	assert_int_equal(queue_take(&q, out, 5), 5);
	for (int i = 0; i < 5; i++)
		assert_ptr_equal(out[i], &t[i]);
	queue_done(&q);
}

static void tenants_are_served_in_turn(void **state)
{
	static const char expected[] = "abcabaaaa";
	struct task t[9], *out[9];

	(void)state;
	queue_init(&q, 100, 1);
	put_all(t, "aaaaaabbc");
	assert_int_equal(queue_take(&q, out, 9), 9);
	for (int i = 0; i < 9; i++)
		assert_int_equal('a' + (int)out[i]->share - 1, expected[i]);
	assert_int_equal(q.count, 0);
	assert_null(q.turn);
	queue_done(&q);
}

static void a_tenant_that_comes_late_waits_for_one_task_of_each_other(void **state)
{
	struct task t[10];

	(void)state;
	queue_init(&q, 100, 1);
	put_all(t, "aaaaa");
	assert_int_equal(take(), 'a');
	put_all(t + 5, "bb");
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), 'b');
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), 'b');
	assert_int_equal(take(), 'a');
	queue_done(&q);
}

static void a_quarter_of_the_places_is_kept_from_each_tenant(void **state)
{
	struct task t[9], later = { .share = 1 };

	(void)state;
	queue_init(&q, 8, 1);
	put_all(t, "aaaaaa");
	assert_false(put(&t[6], 'a', WRITE));
	assert_true(put(&t[6], 'b', WRITE));
	assert_true(put(&t[7], 'c', WRITE));
	assert_false(put(&t[8], 'd', WRITE));	/* all places are taken */
	assert_true(queue_put(&q, &later, false));
	queue_done(&q);
}

static void the_last_thread_is_kept_for_the_others(void **state)
{
	struct task t[6];

	(void)state;
	queue_init(&q, 100, 3);
	put_all(t, "aaaa");
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), 'a');
	put_all(t + 4, "b");
	assert_int_equal(take(), 'b');	/* two threads run tasks of a */
	queue_release(&q, 1);
	assert_int_equal(take(), 'a');
	queue_done(&q);
}

static void a_single_thread_runs_tasks_of_any_tenant(void **state)
{
	struct task t[3];

	(void)state;
	queue_init(&q, 100, 1);
	put_all(t, "aaa");
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), 'a');
	queue_done(&q);
}

static void only_reads_are_taken_together(void **state)
{
	struct task t[4], *out[4];

	(void)state;
	queue_init(&q, 100, 1);
	assert_true(put(&t[0], 'a', READ));
	assert_true(put(&t[1], 'a', READ));
	assert_true(put(&t[2], 'a', WRITE));
	assert_true(put(&t[3], 'a', READ));
	assert_int_equal(queue_take_reads(&q, out, 4), 2);
	assert_int_equal(queue_take_reads(&q, out, 4), 1);
	assert_int_equal(out[0]->lane, WRITE);
	assert_int_equal(queue_take_reads(&q, out, 4), 1);
	queue_done(&q);
}

static void reads_of_shares_that_took_long_are_not_taken_with_those_of_others(void **state)
{
	struct task t[6], *out[8];
	unsigned slow[1];

	(void)state;
	queue_init(&q, 100, 1);
	for (int i = 0; i < 6; i++)
		assert_true(put(&t[i], i % 2 ? 'b' : 'a', READ));
	slow[0] = t[0].share;
	queue_take_apart(&q, slow, 1);
	assert_int_equal(queue_take_reads(&q, out, 8), 1);	/* the next one is of b */
	assert_ptr_equal(out[0], &t[0]);
	assert_int_equal(queue_take_reads(&q, out, 8), 1);
	assert_int_equal(queue_take_reads(&q, out, 8), 1);
	q.shares[slow[0]].apart_until_us = 0;			/* a minute later */
	assert_int_equal(queue_take_reads(&q, out, 8), 3);
	queue_done(&q);
}

static void reads_are_left_for_the_other_threads(void **state)
{
	struct task t[8], *out[8];

	(void)state;
	queue_init(&q, 100, 4);
	for (int i = 0; i < 8; i++)
		assert_true(put(&t[i], (char)('a' + i), READ));
	assert_int_equal(queue_take_reads(&q, out, 8), 3);
	queue_done(&q);
}

static void a_closed_queue_takes_no_new_task_and_gives_what_it_has(void **state)
{
	struct task t[2], later = { .share = 1 };

	(void)state;
	queue_init(&q, 100, 1);
	put_all(t, "a");
	queue_close(&q);
	assert_false(put(&t[1], 'a', WRITE));
	assert_true(queue_put(&q, &later, false));
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), '-');
	queue_done(&q);
}

static void *take_one(void *out)
{
	*(char *)out = take();
	return NULL;
}

static void a_waiting_thread_hears_that_a_tenant_may_run_again(void **state)
{
	char taken = 0;
	struct task t[4];
	pthread_t id;

	(void)state;
	queue_init(&q, 100, 3);
	put_all(t, "aaaa");
	assert_int_equal(take(), 'a');
	assert_int_equal(take(), 'a');
	assert_int_equal(pthread_create(&id, NULL, take_one, &taken), 0);
	usleep(20000);			/* it waits: the other tasks are of the tenant that has its threads */
	queue_release(&q, 1);
	queue_release(&q, 1);
	assert_int_equal(take(), 'a');
	pthread_join(id, NULL);
	assert_int_equal(taken, 'a');
	queue_done(&q);
}

static void a_thread_that_waits_for_a_tenant_ends_when_another_takes_the_last_task(void **state)
{
	char taken = 0;
	struct task t[2];
	pthread_t id;

	(void)state;
	queue_init(&q, 100, 2);
	put_all(t, "aa");
	assert_int_equal(take(), 'a');
	queue_close(&q);
	assert_int_equal(pthread_create(&id, NULL, take_one, &taken), 0);
	usleep(20000);
	queue_release(&q, 1);
	assert_int_equal(take(), 'a');
	pthread_join(id, NULL);
	assert_int_equal(taken, '-');
	queue_done(&q);
}

static void a_tenant_keeps_its_share_and_nobody_shares_with_the_unknown(void **state)
{
	char name[8];

	(void)state;
	assert_int_equal(queue_share_of(NULL), 0);
	assert_int_equal(queue_share_of("acme"), queue_share_of("acme"));
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		assert_in_range(queue_share_of(name), 1, QUEUE_SHARES - 1);
	}
}

RUN(T(tasks_of_one_tenant_come_in_their_order), T(tenants_are_served_in_turn),
    T(a_tenant_that_comes_late_waits_for_one_task_of_each_other), T(a_quarter_of_the_places_is_kept_from_each_tenant),
    T(the_last_thread_is_kept_for_the_others), T(a_single_thread_runs_tasks_of_any_tenant),
    T(only_reads_are_taken_together), T(reads_of_shares_that_took_long_are_not_taken_with_those_of_others),
    T(reads_are_left_for_the_other_threads),
    T(a_closed_queue_takes_no_new_task_and_gives_what_it_has), T(a_waiting_thread_hears_that_a_tenant_may_run_again),
    T(a_thread_that_waits_for_a_tenant_ends_when_another_takes_the_last_task),
    T(a_tenant_keeps_its_share_and_nobody_shares_with_the_unknown))
