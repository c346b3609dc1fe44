#include "world.h"

#include <pthread.h>
#include <stdatomic.h>

#include "server/lanes.h"
#include "tenant/setting.h"

#include "base/banned.h"

/* What the dispatcher's part does here: writes a setting, or answers as the request's plan says. */
struct plan {
	err_t results[4];	/* of the runs, one after the other; ERR_COUNT: write the setting and be done */
	atomic_int runs, slow_runs;
	bool spoils;		/* COMMIT of the batch fails */
	char name[16];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static int answered, hold, held;

/* A search index that there is not, which shows just before COMMIT. */
static err_t spoil(struct txn *tx)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query_text(tx, "SELECT search_changed('nowhere', 1, NULL, 'x') WHERE $1 = 'default'", NO_ARGS, &rows);

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

static err_t fake_run(struct request *rq, struct txn *tx)
{
	struct plan *p = rq->plan;
	err_t e;

	reply_reset(rq);
	txn_set_tenant(tx, "default");
	wait_while_held();
	if (rq->lane == SLOW) {
		p->slow_runs++;
		return OK;
	}
	if (p->spoils && spoil(tx))
		return ERR_INTERNAL;
	e = p->results[p->runs++];
	if (e == ERR_INPUT)
		err_fault()->data = "{\"of\":\"another\"}";
	if (e == ERR_COUNT || e == ERR_MORE) {
		err_t put = setting_put(tx, arena_printf(rq->arena, "%s%d", p->name, p->runs), "1");

		if (put)
			return put;
		return e == ERR_MORE ? e : reply_empty(rq, 204);
	}
	if (e != OK && e != ERR_SLOW_FIRST && e != ERR_AGAIN)
		reply_error(rq, e);
	return e;
}

static void fake_done(struct request *rq)
{
	(void)rq;
	pthread_mutex_lock(&lock);
	answered++;
	pthread_cond_broadcast(&wake);
	pthread_mutex_unlock(&lock);
}

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

static err_t no_slow(struct request *rq)
{
	(void)rq;
	return OK;
}

static const struct route write_route = { POST, "/x", ANYONE, WRITE, .slow = no_slow, .status = 204 };

static struct request *request_of(const char *name, err_t a, err_t b)
{
	struct arena *arena = arena_new();
	struct request *rq = ARENA_NEW(arena, struct request);
	struct plan *p = ARENA_NEW(arena, struct plan);

	snprintf(p->name, sizeof(p->name), "%s", name);
	p->results[0] = a;
	p->results[1] = b;
	p->results[2] = p->results[3] = ERR_COUNT;
	rq->arena = arena;
	rq->plan = p;
	rq->path = rq->query_text = "";
	rq->method = POST;
	rq->mount = mount_find(rq->path);
	rq->route = &write_route;
	return rq;
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

static struct plan *plan_of(struct request *rq)
{
	return rq->plan;
}

static int begin(void **state)
{
	struct lanes_options o = { .store = world.store, .db_threads = 2, .slow_threads = 2, .queue = 8 };

	(void)state;
	answered = hold = 0;
	return lanes_start(&o, fake_run, fake_done);
}

static int end(void **state)
{
	(void)state;
	lanes_stop();
	return 0;
}

static void one_that_fails_takes_nothing_of_its_neighbours_along(void **state)
{
	struct request *all[3] = { request_of("good", ERR_COUNT, OK), request_of("bad", ERR_UNIQUE, OK), request_of("fine", ERR_COUNT, OK) };

	(void)state;
	set_hold(1);
	for (int i = 0; i < 3; i++)
		assert_false(lanes_take(all[i], WRITE));
	set_hold(0);
	wait_for(3);
	assert_int_equal(204, all[0]->reply.status);
	assert_int_equal(422, all[1]->reply.status);
	assert_int_equal(204, all[2]->reply.status);
	assert_true(is_set("good1") && is_set("fine1") && !is_set("bad1"));
	for (int i = 0; i < 3; i++)
		request_free(all[i]);
}

static void a_commit_that_fails_answers_all_with_503_and_nothing_of_one_to_the_other(void **state)
{
	struct request *all[3] = { request_of("lost", ERR_COUNT, OK), request_of("bad", ERR_INPUT, OK), request_of("gone", ERR_COUNT, OK) };
	struct request *before = request_of("before", ERR_COUNT, OK);

	(void)state;
	plan_of(all[0])->spoils = true;
	set_hold(1);
	assert_false(lanes_take(before, WRITE));
	wait_until_held();			/* so that the others are one batch */
	for (int i = 0; i < 3; i++)
		assert_false(lanes_take(all[i], WRITE));
	set_hold(0);
	wait_for(4);
	assert_int_equal(204, before->reply.status);
	request_free(before);
	for (int i = 0; i < 3; i += 2) {
		assert_int_equal(503, all[i]->reply.status);
		assert_null(strstr(buffer_str(&all[i]->reply.body), "another"));
	}
	assert_int_equal(400, all[1]->reply.status);	/* wrote nothing, and was answered before */
	assert_non_null(strstr(buffer_str(&all[1]->reply.body), "another"));
	assert_false(is_set("lost1") || is_set("gone1"));
	for (int i = 0; i < 3; i++)
		request_free(all[i]);
}

static void slow_work_comes_first_and_the_handler_runs_again(void **state)
{
	struct request *rq = request_of("slow", ERR_SLOW_FIRST, ERR_COUNT);

	(void)state;
	assert_false(lanes_take(rq, WRITE));
	wait_for(1);
	assert_int_equal(1, plan_of(rq)->slow_runs);
	assert_int_equal(2, plan_of(rq)->runs);
	assert_int_equal(204, rq->reply.status);
	request_free(rq);
}

static void a_slice_is_kept_and_the_rest_follows(void **state)
{
	struct request *rq = request_of("part", ERR_MORE, ERR_MORE);

	(void)state;
	assert_false(lanes_take(rq, WRITE));
	wait_for(1);
	assert_int_equal(204, rq->reply.status);
	assert_true(is_set("part1") && is_set("part2") && is_set("part3"));
	request_free(rq);
}

static void a_full_queue_is_told_at_once(void **state)
{
	struct request *all[40];
	int taken = 0;

	(void)state;
	set_hold(1);
	for (int i = 0; i < 40; i++) {
		all[i] = request_of("many", ERR_COUNT, OK);
		if (lanes_take(all[i], WRITE))
			assert_int_equal(503, all[i]->reply.status);
		else
			taken++;
	}
	assert_in_range(taken, 8, 39);
	set_hold(0);
	wait_for(taken);
	for (int i = 0; i < 40; i++)
		request_free(all[i]);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(one_that_fails_takes_nothing_of_its_neighbours_along), CASE(slow_work_comes_first_and_the_handler_runs_again),
		CASE(a_commit_that_fails_answers_all_with_503_and_nothing_of_one_to_the_other), CASE(a_slice_is_kept_and_the_rest_follows), CASE(a_full_queue_is_told_at_once),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
