#include "world.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "http/client.h"
#include "server/lanes.h"
#include "tenant/setting.h"

#include "base/banned.h"

/* A task of the tests: its steps, one after the other, each with the way it ends. */
struct errand {
	struct request rq;
	struct { const struct step *step; err_t ends; bool keeps, writes; } path[8];
	int at;			/* step that comes next */
	int runs;
	struct call call;
	bool spoils;		/* COMMIT of the batch fails */
	bool cuts;		/* PostgreSQL: the connection is lost after the write */
	const char *runs_sql;	/* a statement that may take long; NULL: none */
	char name[16];
	pthread_t threads[8];	/* that ran its steps */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static int answered, hold, held;

/* A search index that there is not, which shows just before COMMIT. */
static err_t spoil(struct txn *tx)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query_text(tx, "SELECT search_changed('nowhere', 1, NULL, 'x') WHERE $1 = 'default'", NO_ARGS,
				   &rows);

	return e ? e : rows_end(&rows);
}

static err_t cut_connection(struct txn *tx)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query_text(tx, "SELECT pg_terminate_backend(pg_backend_pid()) WHERE $1 = 'default'", NO_ARGS,
				   &rows);

	return e ? e : rows_end(&rows);
}

/* Runs a text, which names the tenant, to its end. */
static err_t run_sql(struct txn *tx, const char *text)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query_text(tx, text, NO_ARGS, &rows);

	while (!e && rows_next(&rows))
		;
	return e ? e : rows_end(&rows);
}

static void wait_while_held(void)
{
	pthread_mutex_lock(&lock);
	held += hold;
	pthread_cond_broadcast(&wake);
	while (hold)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
}

static err_t never(struct request *rq)
{
	(void)rq;
	return ERR_INTERNAL;
}

static const struct step read_step = { "read", READ, never }, scan_step = { "scan", SCAN, never },
			 write_step = { "write", WRITE, never }, work_step = { "work", WORK, never },
			 call_step = { "call", CALL, never };

static err_t fake_run(struct task *t, struct txn *tx)
{
	struct errand *d = (struct errand *)t;
	int at = d->at -= d->path[d->at].step != t->step;	/* it may be set back to the step that it has done */
	err_t e = d->path[at].ends;

	assert_int_equal(tx != NULL, lane_has_transaction(t->lane));
	reply_reset(&d->rq);
	wait_while_held();
	d->threads[at] = pthread_self();
	d->runs++;
	if (tx)
		txn_set_tenant(tx, "default");
	if (d->spoils && spoil(tx))
		return ERR_INTERNAL;
	if (d->path[at].writes && setting_put(tx, arena_printf(d->rq.arena, "%s%d", d->name, at), "1"))
		return ERR_INTERNAL;
	if (d->runs_sql) {
		err_t ran = run_sql(tx, d->runs_sql);

		if (ran == ERR_AGAIN)
			return ran;
		e = ran ? ran : e;
	}
	if (d->cuts) {
		err_t cut = cut_connection(tx);

		d->at++;
		t->step = NULL;
		if (cut)
			reply_error(&d->rq, cut);
		return cut;
	}
	if (e == ERR_AGAIN) {
		d->path[at].ends = OK;
		return e;
	}
	if (t->lane == CALL)
		assert_int_equal(transfer(&d->rq, &d->call, NULL), OK);
	d->at++;
	t->step = e ? NULL : d->path[d->at].step;
	t->keeps = d->path[at].keeps;
	if (e == ERR_INPUT)
		err_fault()->data = "{\"of\":\"another\"}";
	if (e)
		reply_error(&d->rq, e);
	else if (!t->step)
		reply_empty(&d->rq, 204);
	return e;
}

static void fake_fail(struct task *t, err_t e)
{
	struct request *rq = (struct request *)t;

	t->step = NULL;
	reply_reset(rq);
	reply_error(rq, e);
}

static void fake_done(struct task *t)
{
	(void)t;
	pthread_mutex_lock(&lock);
	answered++;
	pthread_cond_broadcast(&wake);
	pthread_mutex_unlock(&lock);
}

static const struct task_kind fake_kind = { fake_run, fake_fail, NULL, fake_done };

static void wait_for(int n)
{
	pthread_mutex_lock(&lock);
	while (answered < n)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
}

static void set_hold(int on)
{
	pthread_mutex_lock(&lock);
	hold = on;
	held = 0;
	pthread_cond_broadcast(&wake);
	pthread_mutex_unlock(&lock);
}

static void wait_until_held(void)
{
	pthread_mutex_lock(&lock);
	while (!held)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
}

/* An errand of one write that ends so. */
static struct errand *errand_of(const char *name, err_t ends)
{
	struct arena *arena = arena_new();
	struct errand *d = ARENA_NEW(arena, struct errand);

	snprintf(d->name, sizeof(d->name), "%s", name);
	d->rq.arena = arena;
	d->rq.path = d->rq.query_text = "";
	d->rq.method = POST;
	d->rq.mount = mount_find("");
	d->rq.task.kind = &fake_kind;
	d->rq.task.step = &write_step;
	d->path[0].step = &write_step;
	d->path[0].ends = ends;
	d->path[0].writes = true;
	return d;
}

static void errand_free(struct errand *d)
{
	request_free(&d->rq);
}

static bool take(struct errand *d)
{
	return lanes_take(&d->rq.task);
}

static int status(const struct errand *d)
{
	return d->rq.reply.status;
}

static bool is_set(const char *name)
{
	const char *value;
	struct arena *arena = arena_new();
	err_t e = setting_find(read_begin("default"), arena, name, &value);

	read_end();
	arena_free(arena);
	return e == OK;
}

static int start(int seconds)
{
	struct lanes_options o = {
		.store = world.store, .db_threads = 2, .scan_threads = 2, .work_threads = 2, .queue = 12,
		.step_seconds = seconds, .scan_seconds = seconds,
	};

	struct client_options calls;

	answered = hold = 0;
	client_options_init(&calls, &world.settings);
	calls.private_addresses = true;
	return client_start(&calls) || lanes_start(&o);
}

static int begin(void **state)
{
	(void)state;
	return start(30);
}

static int end(void **state)
{
	(void)state;
	client_stop();
	lanes_stop();
	return 0;
}

static void one_that_fails_takes_nothing_of_its_neighbours_along(void **state)
{
	struct errand *all[3] = { errand_of("good", OK), errand_of("bad", ERR_UNIQUE), errand_of("fine", OK) };

	(void)state;
	set_hold(1);
	for (int i = 0; i < 3; i++)
		assert_false(take(all[i]));
	set_hold(0);
	wait_for(3);
	assert_int_equal(204, status(all[0]));
	assert_int_equal(422, status(all[1]));
	assert_int_equal(204, status(all[2]));
	assert_true(is_set("good0") && is_set("fine0") && !is_set("bad0"));
	for (int i = 0; i < 3; i++)
		errand_free(all[i]);
}

static void a_refusal_that_keeps_is_committed(void **state)
{
	struct errand *d = errand_of("kept", ERR_CREDENTIALS);

	(void)state;
	d->path[0].keeps = true;
	assert_false(take(d));
	wait_for(1);
	assert_int_equal(422, status(d));
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
	set_hold(1);
	assert_false(take(before));
	wait_until_held();			/* so that the others are one batch */
	for (int i = 0; i < 3; i++)
		assert_false(take(all[i]));
	set_hold(0);
	wait_for(4);
	assert_int_equal(204, status(before));
	errand_free(before);
	for (int i = 0; i < 3; i += 2) {
		assert_int_equal(503, status(all[i]));
		assert_null(strstr(buffer_str(&all[i]->rq.reply.body), "another"));
	}
	assert_int_equal(400, status(all[1]));	/* wrote nothing, and was answered before */
	assert_non_null(strstr(buffer_str(&all[1]->rq.reply.body), "another"));
	assert_false(is_set("lost0") || is_set("gone0"));
	for (int i = 0; i < 3; i++)
		errand_free(all[i]);
}

static void lead(struct errand *d, int n, const struct step *const *steps)
{
	for (int i = 0; i < n; i++) {
		d->path[i].step = steps[i];
		d->path[i].writes = steps[i]->lane == WRITE;
	}
	d->rq.task.step = steps[0];
}

static void a_chain_goes_from_lane_to_lane(void **state)
{
	static const struct step *const steps[] = {
		&read_step, &write_step, &work_step, &scan_step, &write_step, &read_step,
	};
	struct errand *d = errand_of("chain", OK);

	(void)state;
	lead(d, ARRAY_LEN(steps), steps);
	assert_false(take(d));
	wait_for(1);
	assert_int_equal(204, status(d));
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
	lead(d, ARRAY_LEN(steps), steps);
	d->path[2].ends = ERR_UNIQUE;
	assert_false(take(d));
	wait_for(1);
	assert_int_equal(422, status(d));
	assert_true(is_set("half0"));
	assert_false(is_set("half2"));
	errand_free(d);
}

static void a_step_that_meets_a_deadlock_is_run_again(void **state)
{
	static const struct step *const steps[] = { &write_step, &scan_step };
	struct errand *d = errand_of("again", OK);

	(void)state;
	lead(d, ARRAY_LEN(steps), steps);
	d->path[0].ends = d->path[1].ends = ERR_AGAIN;
	assert_false(take(d));
	wait_for(1);
	assert_int_equal(204, status(d));
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
	lead(d, ARRAY_LEN(steps), steps);
	d->call.url = "http://127.0.0.1:1/";
	assert_false(take(d));
	wait_for(1);
	assert_int_equal(204, status(d));
	assert_true(is_set("call0") && is_set("call2"));
	assert_int_equal(d->call.error, ERR_CALL_FAILED);
	errand_free(d);
}

static void short_reads_in_a_row_are_answered_at_once(void **state)
{
	static const struct step *const steps[] = { &read_step, &read_step };
	struct errand *d = errand_of("read", OK);

	(void)state;
	lead(d, ARRAY_LEN(steps), steps);
	assert_true(take(d));
	assert_int_equal(204, status(d));
	assert_int_equal(answered, 0);
	errand_free(d);
}

static void lanes_stop_when_the_last_chain_is_over(void **state)
{
	static const struct step *const steps[] = { &work_step, &write_step, &work_step, &write_step };
	struct errand *d = errand_of("last", OK);

	lead(d, ARRAY_LEN(steps), steps);
	assert_false(take(d));
	client_stop();
	lanes_stop();
	assert_int_equal(answered, 1);
	assert_int_equal(204, status(d));
	errand_free(d);
	begin(state);
}

static void a_full_queue_is_told_at_once(void **state)
{
	struct errand *all[40];
	int taken = 0;

	(void)state;
	set_hold(1);
	for (int i = 0; i < 40; i++) {
		all[i] = errand_of("many", OK);
		if (take(all[i]))
			assert_int_equal(503, status(all[i]));
		else
			taken++;
	}
	assert_in_range(taken, 9, 39);	/* three quarters of the queue, and what runs */
	set_hold(0);
	wait_for(taken);
	for (int i = 0; i < 40; i++)
		errand_free(all[i]);
}

/* PostgreSQL: more reads than one round takes, handed out among the threads of the pool. */
static void reads_that_wait_together_are_each_answered(void **state)
{
	static const struct step *const steps[] = { &read_step, &read_step, &work_step, &read_step };
	struct errand *all[8];

	(void)state;
	set_hold(1);
	for (int i = 0; i < 8; i++) {
		all[i] = errand_of("read", OK);
		lead(all[i], ARRAY_LEN(steps), steps);
		if (i == 5)
			all[i]->path[1].ends = ERR_AGAIN;
		if (i == 6)
			all[i]->path[3].ends = ERR_NOT_FOUND;
		assert_false(take(all[i]));
	}
	set_hold(0);
	wait_for(8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(i == 6 ? 404 : 204, status(all[i]));
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
	assert_false(take(lost));
	wait_for(1);
	assert_int_equal(503, status(lost));
	for (int tries = 1; tries < 1200; tries++) {
		after->at = 0;
		after->rq.task.step = &write_step;
		assert_false(take(after));
		wait_for(1 + tries);
		if (status(after) == 204)
			break;
		usleep(50000);
	}
	assert_int_equal(204, status(after));
	assert_false(is_set("cut0"));
	assert_true(is_set("later0"));
	errand_free(lost);
	errand_free(after);
}

/* -- deadlines -- */

/* A statement that never ends; `writes`: that adds rows meanwhile, where the engine has no cheaper way to wait. */
static const char *endless(bool writes)
{
	if (store_engine(world.store) == POSTGRES)
		return "SELECT pg_sleep(600) WHERE $1 = 'default'";
	return writes ? "INSERT INTO tenant_settings (tenant_id, name, value)"
			" WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
			" SELECT $1, 'slow' || i, '1' FROM n" :
			"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
			" SELECT max(i) FROM n WHERE $1 = 'default'";
}

static void restart_with_a_second(void **state)
{
	end(state);
	assert_int_equal(start(1), 0);
}

/* 503, and the message names what an operator can change. */
static void check_late(const struct errand *d)
{
	assert_int_equal(503, status(d));
	assert_non_null(strstr(buffer_str(&d->rq.reply.body), "(step-seconds: 1 s)"));
	assert_string_equal("1", reply_header_value(&d->rq, "Retry-After"));
}

/* On SQLite they are one transaction, which the late one takes along: the others are run again without it. */
static void a_write_over_its_deadline_takes_nothing_of_its_neighbours_along(void **state)
{
	struct errand *all[5] = { errand_of("before", OK), errand_of("good", OK), errand_of("late", OK),
				  errand_of("fine", OK), errand_of("refused", ERR_UNIQUE) };

	restart_with_a_second(state);
	all[2]->runs_sql = endless(true);
	set_hold(1);
	assert_false(take(all[0]));
	wait_until_held();
	for (int i = 1; i < 5; i++)
		assert_false(take(all[i]));
	set_hold(0);
	wait_for(5);
	check_late(all[2]);
	assert_int_equal(422, status(all[4]));
	for (int i = 0; i < 4; i++)
		assert_int_equal(i == 2, !is_set(arena_printf(all[i]->rq.arena, "%s0", all[i]->name)));
	assert_false(is_set("slow1") || is_set("refused0"));
	for (int i = 0; i < 5; i++) {
		assert_true(i == 2 || i == 4 || status(all[i]) == 204);
		errand_free(all[i]);
	}
}

static void a_read_over_its_deadline_is_503(void **state)
{
	static const struct step *const reads[] = { &read_step };
	struct errand *d = errand_of("late", OK), *after = errand_of("later", OK);

	restart_with_a_second(state);
	lead(d, 1, reads);
	lead(after, 1, reads);
	d->runs_sql = endless(false);
	assert_false(take(d));
	wait_for(1);
	check_late(d);
	if (!take(after))
		wait_for(2);
	assert_int_equal(204, status(after));
	errand_free(d);
	errand_free(after);
}

static void a_scan_has_a_limit_of_its_own(void **state)
{
	static const struct step *const scans[] = { &scan_step };
	struct errand *d = errand_of("late", OK);

	restart_with_a_second(state);
	lead(d, 1, scans);
	d->runs_sql = endless(false);
	assert_false(take(d));
	wait_for(1);
	assert_int_equal(503, status(d));
	assert_non_null(strstr(buffer_str(&d->rq.reply.body), "(scan-seconds: 1 s)"));
	errand_free(d);
}

/* SQLite: others wait for the event loop. */
static void a_read_that_takes_long_leaves_the_event_loop(void **state)
{
	static const struct step *const reads[] = { &read_step, &read_step };
	struct errand *d = errand_of("long", OK);

	(void)state;
	lead(d, 2, reads);
	d->runs_sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)"
		      " SELECT max(i) FROM n WHERE $1 = 'default'";
	assert_false(take(d));
	wait_for(1);
	assert_int_equal(204, status(d));
	assert_int_equal(3, d->runs);		/* the first step twice */
	assert_false(pthread_equal(pthread_self(), d->threads[0]));
	errand_free(d);
}

/* Runs a long read and, at once, a short one of `share`. Whether that was run here. */
static bool is_run_here_beside_long(unsigned share)
{
	static const struct step *const reads[] = { &read_step };
	struct errand *both[2] = { errand_of("long", OK), errand_of("short", OK) };
	bool here;

	lead(both[0], 1, reads);
	lead(both[1], 1, reads);
	both[0]->runs_sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)"
			    " SELECT max(i) FROM n WHERE $1 = 'default'";
	both[1]->rq.task.share = share;
	answered = 0;
	take(both[0]);
	here = take(both[1]);
	wait_for(here ? 1 : 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(204, status(both[i]));
		errand_free(both[i]);
	}
	return here;
}

/* SQLite. When the machine itself pauses between the two, the tenant has its part of the loop anew. */
static void whose_reads_take_long_leaves_the_event_loop_to_others(void **state)
{
	bool here = true;

	(void)state;
	for (int i = 0; i < 20 && here; i++) {
		usleep(150000);
		here = is_run_here_beside_long(0);
	}
	assert_false(here);
	usleep(150000);
	assert_true(is_run_here_beside_long(7));
}

/* As at the end of the process: nobody waits for what was not begun. */
static void what_waits_for_work_is_given_up_when_lanes_are_cancelled(void **state)
{
	static const struct step *const works[] = { &work_step };
	struct errand *all[8];
	int given_up = 0;

	(void)state;
	set_hold(1);
	for (int i = 0; i < 8; i++) {
		all[i] = errand_of("work", OK);
		lead(all[i], 1, works);
		assert_false(take(all[i]));
	}
	wait_until_held();
	lanes_cancel();
	set_hold(0);
	wait_for(8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(all[i]->runs ? 204 : 503, status(all[i]));
		given_up += !all[i]->runs;
		errand_free(all[i]);
	}
	assert_true(given_up > 0 && given_up < 8);
}

/* PostgreSQL: the reads beside it wait for the same round trip, and are answered in the end. */
static void a_slow_read_beside_others_is_503_alone(void **state)
{
	static const struct step *const reads[] = { &read_step };
	struct errand *all[8];

	restart_with_a_second(state);
	set_hold(1);
	for (int i = 0; i < 8; i++) {
		all[i] = errand_of("read", OK);
		lead(all[i], 1, reads);
		all[i]->runs_sql = i == 4 ? endless(false) : "SELECT 1 WHERE $1 = 'default'";
		assert_false(take(all[i]));
	}
	set_hold(0);
	wait_for(8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(i == 4 ? 503 : 204, status(all[i]));
		errand_free(all[i]);
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define OF_BOTH \
	CASE(one_that_fails_takes_nothing_of_its_neighbours_along), CASE(a_refusal_that_keeps_is_committed), \
	CASE(a_chain_goes_from_lane_to_lane), CASE(what_a_step_committed_stays_when_a_later_one_is_refused), \
	CASE(a_step_that_meets_a_deadlock_is_run_again), CASE(a_call_is_made_between_two_steps), \
	CASE(lanes_stop_when_the_last_chain_is_over), CASE(a_full_queue_is_told_at_once), \
	CASE(a_write_over_its_deadline_takes_nothing_of_its_neighbours_along), \
	CASE(a_read_over_its_deadline_is_503), CASE(a_scan_has_a_limit_of_its_own), \
	CASE(what_waits_for_work_is_given_up_when_lanes_are_cancelled)
	const struct CMUnitTest sqlite[] = {
		OF_BOTH, CASE(a_commit_that_fails_answers_all_with_503_and_nothing_of_one_to_the_other),
		CASE(short_reads_in_a_row_are_answered_at_once), CASE(a_read_that_takes_long_leaves_the_event_loop),
		CASE(whose_reads_take_long_leaves_the_event_loop_to_others),
	};
	const struct CMUnitTest postgres[] = {
		OF_BOTH, CASE(reads_that_wait_together_are_each_answered),
		CASE(a_slow_read_beside_others_is_503_alone),
		CASE(a_lost_connection_is_503_and_nothing_is_kept),
	};
	int status = 0;

	/* a process has one environment */
	if (getenv("GUILDHALL_TEST_PG")) {
		if (fork() == 0)
			exit(cmocka_run_group_tests(postgres, world_begin_postgres, world_end));
		wait(&status);
	}
	return cmocka_run_group_tests(sqlite, world_begin, world_end) || status;
}
