/* A task from step to step: its queue, its deadline, its calls and its end. */
#include "server/task.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "http/client.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define SECOND_US INT64_C(1000000)

struct lanes lanes;

/* -- deadlines -- */

void limit_init(struct limit *l, const char *setting, int seconds)
{
	l->us = seconds * SECOND_US;
	snprintf(l->text, sizeof(l->text), "%s: %d s", setting, seconds);
}

static const struct limit *limit_of(enum lane lane)
{
	return lane == SCAN ? &lanes.scan_limit : &lanes.step_limit;
}

struct deadline deadline_from_now(enum lane lane, err_t e)
{
	const struct limit *l = limit_of(lane);

	return (struct deadline){ .at_us = clock_monotonic_us() + l->us, .error = e, .limit = l->text };
}

err_t lane_open_conn(bool write, const struct limit *l, struct conn **out)
{
	err_t e = conn_open(lanes.o.store, write, out);

	if (!e)
		e = conn_limit_statements(*out, l->us / SECOND_US, l == &lanes.scan_limit);
	if (e) {
		conn_close(*out);
		*out = NULL;
	}
	return e;
}

/* -- from one step to the next -- */

struct queue *task_queue(const struct task *t)
{
	if (t->lane == WORK)
		return &lanes.work;
	if (t->lane == SCAN || (t->lane == READ && store_engine(lanes.o.store) == SQLITE))
		return &lanes.scan;
	return &lanes.db;
}

err_t task_run(struct task *t, struct txn *tx)
{
	struct json_meter trees = { .charge = t->charge }, *before;
	err_t e;

	t->keeps = false;
	if (!t->charge)
		return t->kind->run(t, tx);
	before = json_meter_use(&trees);
	e = t->kind->run(t, tx);
	json_meter_use(before);
	json_meter_end(&trees);
	return e;
}

err_t task_run_until(struct task *t, struct txn *tx, const struct deadline *d)
{
	err_t e;

	txn_set_deadline(tx, d);
	txn_set_charge(tx, t->charge);
	e = task_run(t, tx);
	txn_set_charge(tx, NULL);
	return e;
}

void task_fail(struct task *t, err_t e)
{
	char detail[sizeof(err_fault()->detail)];

	memcpy(detail, err_fault()->detail, sizeof(detail));
	err_clear();	/* what the error of another task of the batch left for its answer */
	err_detail("%s", detail);
	t->kind->fail(t, e);
}

void task_end(struct task *t)
{
	t->kind->done(t);
	atomic_fetch_sub(&lanes.inside, 1);
}

/* Ends a task on a thread that may take its time. */
static void finish(struct task *t)
{
	if (t->kind->finish)
		t->kind->finish(t);
	task_end(t);
}

static void fail_and_end(struct task *t, err_t e)
{
	task_fail(t, e);
	task_end(t);
}

_Static_assert(CALL_SHARES == QUEUE_SHARES, "a tenant's share of the queues is that of its calls");

/* Runs on a thread of http/client, when a transfer has ended, well or not: behind the last one the task goes on. */
static void end_call(struct call *c)
{
	struct task *t = c->owner;

	if (atomic_fetch_sub(&t->calls, 1) == 1)
		task_go_on(t);
}

static err_t submit(struct task *t, struct call *c)
{
	err_t e;

	c->owner = t;
	c->share = t->share;
	c->done = end_call;
	atomic_fetch_add(&t->calls, 1);
	e = client_submit(c);
	if (!e)
		return OK;
	c->error = e;
	snprintf(c->detail, sizeof(c->detail), "%s", err_fault()->detail);
	atomic_fetch_sub(&t->calls, 1);
	return e;
}

/*
 * Makes the calls of a step. Returns true when the task waits for one, or is over; false: all have ended. The task
 * counts as a call meanwhile, so that it does not go on before the last one is submitted.
 */
static bool make_calls(struct task *t, struct call *first)
{
	t->call = NULL;
	atomic_store(&t->calls, 1);
	for (struct call *c = first; c; c = c->beside) {
		err_t e = submit(t, c);

		if (e && !t->calls_may_fail) {
			fail_and_end(t, e);
			return true;
		}
	}
	err_clear();
	return atomic_fetch_sub(&t->calls, 1) > 1;
}

/*
 * Runs a step of CALL, which only says what to call: it takes no time, so it runs on the present thread. Returns true
 * when the task waits for the transfers, or is over; false: it goes on with its next step.
 */
static bool begin_call(struct task *t)
{
	err_t e = task_run(t, NULL);

	if (e == ERR_AGAIN)
		task_fail(t, err_set(ERR_BUSY, "the step of a call cannot be run again"));
	if (e == ERR_AGAIN || !t->step) {
		task_end(t);
		return true;
	}
	return !e && t->call && make_calls(t, t->call);
}

void task_go_on(struct task *t)
{
	t->tries = 0;
	for (;;) {
		t->lane = t->step->lane;
		if (t->lane != CALL) {
			queue_put(task_queue(t), t, false);
			return;
		}
		if (begin_call(t))
			return;
	}
}

bool task_should_commit(const struct task *t, err_t e)
{
	return e == OK || (t->keeps && e != ERR_AGAIN);
}

void task_conclude_with(struct task *t, err_t e, void (*last)(struct task *t))
{
	if (e == ERR_AGAIN)
		fail_and_end(t, err_set(ERR_BUSY, "others changed the same each time it was run"));
	else if (t->step)
		task_go_on(t);
	else
		last(t);
}

void task_conclude(struct task *t, err_t e)
{
	task_conclude_with(t, e, finish);
}

/* -- several at once -- */

struct cause cause_of(err_t e)
{
	struct cause c = { .e = e == ERR_STORE_FULL ? e : ERR_STORE_DOWN };

	memcpy(c.detail, err_fault()->detail, sizeof(c.detail));
	return c;
}

void task_fail_for(struct task *t, const struct cause *why)
{
	fail_and_end(t, err_set(why->e, "%s", why->detail));
}

void tasks_fail(struct task **batch, size_t n, err_t e)
{
	struct cause why = cause_of(e);

	for (size_t i = 0; i < n; i++)
		task_fail_for(batch[i], &why);
}
