/* One world a program, and how requests reach its handlers. */
#include "world.h"

#include "events/audit.h"

#include <libpq-fe.h>

#include "crypto/keys.h"
#include "base/banned.h"

struct world world;

/* `url`: of a PostgreSQL database; "": SQLite. */
static int begin_at(const char *url)
{
	char program[] = "test", data[] = "--data", db[] = "--db", text[512],
	     *argv[6] = { program, data, world.folder, db, text, NULL };
	int argc = 5;

	mounts_start();
	snprintf(text, sizeof(text), "%s", url);
	if (!folder_new(world.folder) || settings_load(&world.settings, &argc, argv) ||
	    environment_open(&world.settings, &world.store) || conn_open(world.store, false, &world.reader) ||
	    conn_open(world.store, true, &world.writer))
		return -1;
	return 0;
}

int world_begin(void **state)
{
	(void)state;
	return begin_at("");
}

int world_begin_postgres(void **state)
{
	const char *server = getenv("GUILDHALL_TEST_PG");
	char url[512], text[128], name[32];
	PGconn *pg;
	PGresult *r;
	bool made;

	(void)state;
	snprintf(name, sizeof(name), "guildhall_world_%d", (int)getpid());
	snprintf(text, sizeof(text), "CREATE DATABASE %s", name);
	snprintf(url, sizeof(url), "%s/postgres", server);
	pg = PQconnectdb(url);
	r = PQexec(pg, text);
	made = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	PQfinish(pg);
	snprintf(url, sizeof(url), "%s/%s", server, name);
	return made ? begin_at(url) : -1;
}

int world_end(void **state)
{
	char command[PATH_SIZE];

	(void)state;
	conn_close(world.reader);
	conn_close(world.writer);
	environment_close(&world.store);
	snprintf(command, sizeof(command), "rm -rf %s", world.folder);
	return system(command);
}

struct txn *read_begin(const char *tenant)
{
	cache_mark(context.cache);
	assert_int_equal(txn_begin(world.reader, tenant, false, &world.tx), OK);
	return world.tx;
}

void read_end(void)
{
	txn_rollback(&world.tx);
}

struct txn *write_begin(const char *tenant)
{
	struct txn *tx;

	assert_int_equal(txn_begin(world.writer, tenant, true, &tx), OK);
	return tx;
}

/* -- a request -- */

struct request *request_new(const struct ask *c)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW" };
	struct arena *a = arena_new();
	struct request *rq = ARENA_NEW(a, struct request);

	rq->arena = a;
	rq->method = c->method;
	rq->method_text = methods[c->method];
	rq->target = rq->path = c->path;
	rq->query_text = c->query ? c->query : "";
	params_parse(a, rq->query_text, strlen(rq->query_text), &rq->query);
	rq->headers = ARENA_ARRAY(a, struct header, 8);
	for (size_t i = 0; c->headers[i]; i += 2)
		rq->headers[rq->header_count++] = (struct header){ c->headers[i], c->headers[i + 1] };
	rq->origin = c->origin ? c->origin : "http://localhost:3001";
	rq->raw = c->body ? arena_copy(a, c->body) : NULL;
	rq->raw_len = c->body ? strlen(c->body) : 0;
	rq->body_limit = KIB(56);
	rq->task.lane = c->lane;
	rq->mount = mount_find(c->path);
	route_find(rq->mount, c->method, c->path, a, &rq->match);
	rq->route = rq->match.route;
	return rq;
}

void request_free(struct request *rq)
{
	struct arena *a = rq->arena;

	json_decref(body_to_check(rq));
	buffer_done(&rq->reply.body);
	arena_free(a);
}

const char *reply_header_value(const struct request *rq, const char *name)
{
	for (int i = 0; i < rq->reply.header_count; i++)
		if (!strcmp(rq->reply.headers[i].name, name))
			return rq->reply.headers[i].value;
	return NULL;
}

err_t step_run(struct request *rq, struct txn *tx)
{
	if (!rq->task.step)
		rq->task.step = rq->route->first;
	rq->task.lane = rq->task.step->lane;
	rq->task.keeps = false;
	return dispatch_step(rq, lane_has_transaction(rq->task.lane) ? tx : NULL);
}

err_t chain_run(struct request *rq, struct txn *tx)
{
	err_t e;

	do
		e = step_run(rq, tx);
	while (!e && rq->task.step && (txn_is_write(tx) || rq->task.step != &audit_last_step));
	return e;
}

/* Gives the request its tenant. */
static void resolve(struct request *rq, struct txn *tx)
{
	err_clear();
	assert_int_equal(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant), OK);
	txn_set_tenant(tx, rq->tenant->id);
}

struct request *run(step_fn *fn, const struct ask *c)
{
	const struct step step = { "test", READ, fn };
	struct request *rq = request_new(c);
	struct txn *tx = read_begin("default");
	err_t e;

	resolve(rq, tx);
	rq->task.step = &step;
	e = chain_run(rq, tx);
	if (e)
		reply_error(rq, e);
	read_end();
	return rq;
}

struct request *request_run(struct txn *tx, const struct ask *c)
{
	struct request *rq = request_new(c);
	const char *before = txn_tenant(tx);
	err_t e;

	if (c->body && !rq->header_count)
		rq->headers[rq->header_count++] = (struct header){ "Content-Type", "application/json" };
	resolve(rq, tx);
	e = chain_run(rq, tx);
	if (e)
		reply_error(rq, e);
	txn_set_tenant(tx, before);	/* the request's own goes with it */
	return rq;
}

const char *answer(struct request *rq, const char *member)
{
	json_t *body = json_loads(buffer_str(&rq->reply.body), 0, NULL);
	const char *text = arena_copy(rq->arena, json_string_value(json_object_get(body, member)));

	json_decref(body);
	return text;
}

/* -- the API -- */

struct api api;

int api_start(void **state)
{
	return routes_start() || world_begin(state);
}

int api_begin(void **state)
{
	(void)state;
	api.arena = arena_new();
	api.answer = "";
	api.tx = write_begin("default");
	return tenant_find(api.tx, api.arena, "default", &api.tenant);
}

int api_end(void **state)
{
	(void)state;
	txn_rollback(&api.tx);
	arena_free(api.arena);
	return 0;
}

err_t api_call(enum method method, const char *path, const char *body)
{
	json_t *in = body ? json_loads(body, 0, NULL) : NULL, *out = NULL;
	err_t e;

	assert_true(in || !body);
	assert_int_equal(txn_savepoint(api.tx, api.tenant->id), OK);
	e = local_call(api.tx, api.arena, api.tenant, method, path, in, &out);
	assert_int_equal(e ? txn_rollback_to(api.tx) : txn_release(api.tx), OK);
	api.answer = out ? json_to_text(api.arena, out) : "";
	json_decref(in);
	json_decref(out);
	return e;
}

void api_expect(err_t expected, enum method method, const char *path, const char *body)
{
	err_t e = api_call(method, path, body);

	if (e != expected)
		fail_msg("%s %s: %s, not %s (%s)", path, body ? body : "", err_name(e), err_name(expected),
			 err_fault()->detail);
}

const char *api_member(const char *member)
{
	json_t *body = json_loads(api.answer, JSON_DECODE_ANY, NULL);
	const char *text = arena_copy(api.arena, json_string_value(json_object_get(body, member)));

	json_decref(body);
	return text;
}

const char *api_post_for_id(const char *path, const char *body)
{
	api_expect(OK, POST, path, body);
	return api_member("id");
}

struct request *api_request(enum method method, const char *path, const char *body)
{
	struct request *rq = request_new(&(struct ask){ method, path, NULL, NULL, { NULL } });

	rq->body = body ? json_loads(body, 0, NULL) : json_object();
	rq->body_kind = BODY_JSON;
	rq->tenant = api.tenant;
	return rq;
}

bool api_call_forgets(enum change change, enum method method, const char *path, const char *body)
{
	void *kept;

	assert_int_equal(txn_commit(&api.tx), OK);
	cache_mark(context.cache);
	kept = cache_store(context.cache, cache_ticket(context.cache, "default", change), "default", change, "probe",
			   5, malloc(1), 1, 0, free);
	cache_release(context.cache, kept);
	kept = cache_find(context.cache, "default", "probe", 5);
	assert_non_null(kept);
	cache_release(context.cache, kept);
	api.tx = write_begin("default");
	api_expect(OK, method, path, body);
	assert_int_equal(txn_commit(&api.tx), OK);
	api.tx = write_begin("default");
	kept = cache_find(context.cache, "default", "probe", 5);
	cache_release(context.cache, kept);
	return !kept;
}

err_t worker_run(const struct worker *w, struct txn *tx)
{
	const struct step first = { w->name, w->lane, w->run }, *step = &first;
	struct request rq = { .arena = arena_new() };
	const char *before = txn_tenant(tx);
	err_t e = OK;

	while (!e && step) {
		rq.task.step = NULL;
		rq.tx = lane_has_transaction(step->lane) ? tx : NULL;
		e = step->run(&rq);
		step = rq.task.step;
	}
	arena_free(rq.arena);
	txn_set_tenant(tx, before);
	return e;
}

err_t make_tenant(struct txn *tx, const char *id, const char *host, const char *name)
{
	struct key *key;
	err_t e = tenant_key(&key);

	if (e)
		return e;
	e = tenant_create(tx, id, host, name, key);
	key_free(key);
	return e;
}

err_t end_tenant(struct txn *tx, const char *id)
{
	bool more;
	err_t e;

	do
		e = tenant_delete(tx, id, &more);
	while (!e && more);
	return e;
}

err_t seed_tenants(struct txn *tx)
{
	struct key *keys[BUILT_IN_TENANTS] = { NULL };
	err_t e = OK;

	for (int i = 0; !e && i < BUILT_IN_TENANTS; i++)
		e = tenant_key(&keys[i]);
	if (!e)
		e = tenant_seed(tx, keys);
	for (int i = 0; i < BUILT_IN_TENANTS; i++)
		key_free(keys[i]);
	return e;
}
