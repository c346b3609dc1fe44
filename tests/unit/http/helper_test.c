/* The program beside the server is asked, and whatever becomes of it, only the call that it was for fails. */
#include "http/helper.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"
#include "base/clock.h"

#include "base/banned.h"

static struct client_options options = {
	.running = 8,
	.per_host = 8,
	.per_share = 8,
	.queue = 64,
	.queue_per_host = 16,
	.queue_per_share = 4,
	.connect_ms = 1000,
	.total_ms = 60000,
	.helper = HELPER_CHILD,
};

static int begin(void **state)
{
	(void)state;
	options.helper = HELPER_CHILD;
	return client_start(&options);
}

static int end(void **state)
{
	(void)state;
	client_stop();
	return 0;
}

struct asked {
	struct call call;
	sem_t told;
	atomic_int times;
};

static void on_done(struct call *c)
{
	struct asked *a = c->owner;

	atomic_fetch_add(&a->times, 1);
	sem_post(&a->told);
}

static err_t ask(struct asked *a, const char *question)
{
	*a = (struct asked){
		.call = { .kind = CALL_HELPER, .body = question, .body_len = strlen(question), .done = on_done }
	};
	a->call.owner = a;
	sem_init(&a->told, 0, 0);
	return client_submit(&a->call);
}

static void told(struct asked *a)
{
	while (sem_wait(&a->told) != 0)
		;
	assert_int_equal(atomic_load(&a->times), 1);
}

static void forget(struct asked *a)
{
	call_wipe(&a->call);
	sem_destroy(&a->told);
}

static void answers(const char *question, const char *answer)
{
	struct asked a;

	assert_int_equal(ask(&a, question), OK);
	told(&a);
	if (a.call.error)
		fail_msg("%s", a.call.detail);
	assert_string_equal(buffer_str(&a.call.answer), answer);
	forget(&a);
}

static void fails(const char *question, err_t e, const char *why)
{
	struct asked a;

	assert_int_equal(ask(&a, question), OK);
	told(&a);
	assert_int_equal(a.call.error, e);
	if (!strstr(a.call.detail, why))
		fail_msg("%s", a.call.detail);
	forget(&a);
}

static void a_question_gets_its_answer(void **state)
{
	(void)state;
	answers("what is it", "what is it");
	answers("and now", "and now");
}

static void a_large_question_gets_its_answer(void **state)
{
	char *large = malloc(MIB(2));

	(void)state;
	memset(large, 'x', MIB(2) - 1);
	large[MIB(2) - 1] = '\0';
	answers(large, large);
	free(large);
}

static void a_process_that_crashes_fails_the_call_it_was_for_and_no_other(void **state)
{
	(void)state;
	fails("crash", ERR_CALL_FAILED, "signal 6");
	answers("after it", "after it");
	fails("status", ERR_CALL_FAILED, "status 5");
	answers("after it", "after it");
	fails("half", ERR_CALL_FAILED, "ended while it was asked");
	answers("after it", "after it");
}

static void a_process_that_ended_while_nobody_asked_is_replaced(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		answers("then end", "ended");
		usleep(20000);
	}
	answers("after it", "after it");
}

static void an_answer_that_is_too_large_ends_the_process(void **state)
{
	(void)state;
	fails("huge", ERR_CALL_ANSWER, "too large");
	answers("after it", "after it");
}

/* There are two at most; the second begins when a question comes before the first has noticed that it is free. */
static void a_process_is_asked_again_and_again(void **state)
{
	char pids[2][32] = { "", "" };
	struct asked a;

	(void)state;
	for (int i = 0; i < 10; i++) {
		const char *pid;
		size_t at = 0;

		assert_int_equal(ask(&a, "pid"), OK);
		told(&a);
		pid = buffer_str(&a.call.answer);
		while (at < 2 && *pids[at] && strcmp(pids[at], pid) != 0)
			at++;
		assert_true(at < 2);
		snprintf(pids[at], sizeof(pids[at]), "%s", pid);
		forget(&a);
	}
}

static void one_that_hangs_holds_up_nobody_and_is_ended(void **state)
{
	struct asked hangs;
	int64_t began = clock_monotonic_us();

	(void)state;
	assert_int_equal(ask(&hangs, "hang"), OK);
	for (int i = 0; i < 10; i++)
		answers("meanwhile", "meanwhile");
	assert_int_equal(atomic_load(&hangs.times), 0);
	told(&hangs);
	assert_int_equal(hangs.call.error, ERR_CALL_TIMEOUT);
	assert_in_range(clock_monotonic_us() - began, 9000000, SOON_MS * 1000);
	forget(&hangs);
}

static void calls_that_wait_have_an_end_of_their_own(void **state)
{
	struct asked hang[2], waits;

	(void)state;
	assert_int_equal(ask(&hang[0], "hang"), OK);
	assert_int_equal(ask(&hang[1], "hang"), OK);
	waits = (struct asked){
		.call = { .kind = CALL_HELPER, .body = "x", .body_len = 1, .done = on_done, .total_ms = 1 }
	};
	waits.call.owner = &waits;
	sem_init(&waits.told, 0, 0);
	assert_int_equal(client_submit(&waits.call), OK);
	told(&waits);
	assert_int_equal(waits.call.error, ERR_CALL_TIMEOUT);
	told(&hang[0]), told(&hang[1]);
	forget(&hang[0]), forget(&hang[1]), forget(&waits);
}

static void a_tenant_has_one_process_at_most_and_a_part_of_the_queue(void **state)
{
	struct asked of_one[6], of_other;
	err_t e = OK;
	int n = 0;

	(void)state;
	for (; n < 6 && !e; n++) {
		of_one[n] = (struct asked){
			.call = { .kind = CALL_HELPER, .body = "slow", .body_len = 4, .done = on_done, .share = 7 }
		};
		of_one[n].call.owner = &of_one[n];
		sem_init(&of_one[n].told, 0, 0);
		e = client_submit(&of_one[n].call);
	}
	assert_int_equal(e, ERR_BUSY);
	assert_int_equal(ask(&of_other, "mine"), OK);
	told(&of_other);
	assert_true(atomic_load(&of_one[n - 2].times) == 0);
	for (int i = 0; i < n - 1; i++)
		told(&of_one[i]), forget(&of_one[i]);
	forget(&of_other);
}

static void a_full_queue_is_said_at_once(void **state)
{
	struct asked many[32];
	int n = 0;

	(void)state;
	while (n < 32 && ask(&many[n], "slow") == OK)
		n++;
	assert_in_range(n, 16, 31);
	for (int i = 0; i < n; i++)
		told(&many[i]), forget(&many[i]);
}

static void stopping_ends_what_runs_and_what_waits(void **state)
{
	struct asked hang[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(ask(&hang[i], "hang"), OK);
	usleep(50000);
	client_stop();
	for (int i = 0; i < 4; i++) {
		told(&hang[i]);
		assert_int_equal(hang[i].call.error, ERR_CALL_STOPPED);
		forget(&hang[i]);
	}
	assert_int_equal(client_start(&options), OK);
	answers("again", "again");
}

static void a_program_that_is_not_there_is_said_when_it_is_asked(void **state)
{
	(void)state;
	client_stop();
	options.helper = "/nowhere/helper";
	assert_int_equal(client_start(&options), OK);
	fails("x", ERR_CALL_INPUT, "/nowhere/helper cannot be started");
	client_stop();
	options.helper = NULL;
	assert_int_equal(client_start(&options), OK);
	assert_int_equal(ask(&(struct asked){0}, "x"), ERR_CALL_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_question_gets_its_answer, begin, end),
		cmocka_unit_test_setup_teardown(a_large_question_gets_its_answer, begin, end),
		cmocka_unit_test_setup_teardown(a_process_that_crashes_fails_the_call_it_was_for_and_no_other, begin,
						end),
		cmocka_unit_test_setup_teardown(a_process_that_ended_while_nobody_asked_is_replaced, begin, end),
		cmocka_unit_test_setup_teardown(an_answer_that_is_too_large_ends_the_process, begin, end),
		cmocka_unit_test_setup_teardown(a_process_is_asked_again_and_again, begin, end),
		cmocka_unit_test_setup_teardown(one_that_hangs_holds_up_nobody_and_is_ended, begin, end),
		cmocka_unit_test_setup_teardown(calls_that_wait_have_an_end_of_their_own, begin, end),
		cmocka_unit_test_setup_teardown(a_tenant_has_one_process_at_most_and_a_part_of_the_queue, begin, end),
		cmocka_unit_test_setup_teardown(a_full_queue_is_said_at_once, begin, end),
		cmocka_unit_test_setup_teardown(stopping_ends_what_runs_and_what_waits, begin, end),
		cmocka_unit_test_setup_teardown(a_program_that_is_not_there_is_said_when_it_is_asked, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
