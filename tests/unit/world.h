/*
 * world.h - a fresh installation in a folder of its own, and requests to handlers without a socket.
 */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include <stdio.h>
#include <unistd.h>

#include "test.h"
#undef T	/* store.h's is meant here */

#include "base/clock.h"
#include "crypto/jwt.h"
#include "crypto/seal.h"
#include "http/request.h"
#include "server/environment.h"
#include "store/store.h"
#include "tenant/tenant.h"

static struct world {
	char folder[32];
	struct settings settings;
	struct store *store;
	struct conn *reader, *writer;
	struct txn *tx;
} world;

static int world_begin(void **state)
{
	char program[] = "test", flag[] = "--data", *argv[4] = { program, flag, world.folder, NULL };
	int argc = 3;

	(void)state;
	memcpy(world.folder, "/tmp/guildhall-XXXXXX", 22);
	if (!mkdtemp(world.folder) || settings_load(&world.settings, &argc, argv) || environment_open(&world.settings, &world.store) ||
	    conn_open(world.store, false, &world.reader) || conn_open(world.store, true, &world.writer))
		return -1;
	return 0;
}

static int world_end(void **state)
{
	char command[64];

	(void)state;
	conn_close(world.reader);
	conn_close(world.writer);
	environment_close(&world.store);
	snprintf(command, sizeof(command), "rm -rf %s", world.folder);
	return system(command);
}

__attribute__((unused)) static struct txn *read_begin(const char *tenant)
{
	cache_mark(context.cache);
	assert_int_equal(txn_begin(world.reader, tenant, false, &world.tx), OK);
	return world.tx;
}

__attribute__((unused)) static void read_end(void)
{
	txn_rollback(&world.tx);
}

__attribute__((unused)) static struct txn *write_begin(const char *tenant)
{
	struct txn *tx;

	assert_int_equal(txn_begin(world.writer, tenant, true, &tx), OK);
	return tx;
}

/* -- a request; `headers`: name, value, …, NULL -- */

struct call {
	enum method method;
	const char *path, *query, *body;
	const char *headers[12];
	const char *origin;
	enum lane lane;
};

__attribute__((unused)) static struct request *request_new(const struct call *c)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
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
	rq->lane = c->lane;
	route_find(c->method, c->path, a, &rq->match);
	rq->route = rq->match.route;
	return rq;
}

__attribute__((unused)) static void request_free(struct request *rq)
{
	struct arena *a = rq->arena;

	json_decref(rq->body);
	buffer_done(&rq->reply.body);
	arena_free(a);
}

__attribute__((unused)) static const char *reply_header_value(const struct request *rq, const char *name)
{
	for (int i = 0; i < rq->reply.header_count; i++)
		if (!strcmp(rq->reply.headers[i].name, name))
			return rq->reply.headers[i].value;
	return NULL;
}

/* Runs a handler in a read transaction of the request's tenant; an error is answered as the dispatcher does it. */
__attribute__((unused)) static struct request *run(handler_fn *handler, const struct call *c)
{
	struct request *rq = request_new(c);
	struct txn *tx = read_begin("default");
	err_t e;

	err_clear();
	assert_int_equal(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant), OK);
	txn_set_tenant(tx, rq->tenant->id);
	rq->tx = tx;
	e = handler(rq);
	if (e)
		reply_error(rq, e);
	read_end();
	return rq;
}

/* A member of the answer that is text; borrowed from the request's arena. */
__attribute__((unused)) static const char *answer(struct request *rq, const char *member)
{
	json_t *body = json_loads(buffer_str(&rq->reply.body), 0, NULL);
	const char *text = arena_copy(rq->arena, json_string_value(json_object_get(body, member)));

	json_decref(body);
	return text;
}

#endif
