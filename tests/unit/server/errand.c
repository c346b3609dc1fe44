#include "server/errand.h"

#include "server/lanes.h"
#include "tenant/setting.h"

#include "base/banned.h"

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

const struct step read_step = { "read", READ, never }, scan_step = { "scan", SCAN, never },
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
		assert_int_equal((d->calls_all ? transfer_all : transfer)(&d->rq, &d->call, NULL), OK);
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

	snprintf(((struct errand *)t)->cause, sizeof(((struct errand *)t)->cause), "%s", err_fault()->detail);
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

void errands_wait(int n)
{
	pthread_mutex_lock(&lock);
	while (answered < n)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
}

int errands_answered(void)
{
	return answered;
}

void errands_hold(int on)
{
	pthread_mutex_lock(&lock);
	hold = on;
	held = 0;
	pthread_cond_broadcast(&wake);
	pthread_mutex_unlock(&lock);
}

void errands_wait_until_held(void)
{
	pthread_mutex_lock(&lock);
	while (!held)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
}

struct errand *errand_of(const char *name, err_t ends)
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

void errand_free(struct errand *d)
{
	request_free(&d->rq);
}

void errand_lead(struct errand *d, int n, const struct step *const *steps)
{
	for (int i = 0; i < n; i++) {
		d->path[i].step = steps[i];
		d->path[i].writes = steps[i]->lane == WRITE;
	}
	d->rq.task.step = steps[0];
}

bool errand_take(struct errand *d)
{
	return lanes_take(&d->rq.task);
}

int errand_status(const struct errand *d)
{
	return d->rq.reply.status;
}

bool is_set(const char *name)
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

int errands_begin(void **state)
{
	(void)state;
	return start(30);
}

int errands_end(void **state)
{
	(void)state;
	client_stop();
	lanes_stop();
	return 0;
}

void errands_restart_with_a_second(void **state)
{
	errands_end(state);
	assert_int_equal(start(1), 0);
}

const char *endless_sql(bool writes)
{
	if (store_engine(world.store) == POSTGRES)
		return "SELECT pg_sleep(600) WHERE $1 = 'default'";
	return writes ? "INSERT INTO tenant_settings (tenant_id, name, value)"
			" WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
			" SELECT $1, 'slow' || i, '1' FROM n" :
			"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
			" SELECT max(i) FROM n WHERE $1 = 'default'";
}

void check_late(const struct errand *d)
{
	assert_int_equal(503, errand_status(d));
	assert_non_null(strstr(buffer_str(&d->rq.reply.body), "(step-seconds: 1 s)"));
	assert_string_equal("1", reply_header_value(&d->rq, "Retry-After"));
}
