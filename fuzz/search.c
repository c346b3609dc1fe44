/*
 * Search parameters of a list (http-conventions.md section 5), from the query to the rows of a real database: a fresh
 * installation's roles and resources of the tenant `admin`. The input is the query of the request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tests/unit/folder.h"
#include "base/log.h"
#include "base/settings.h"
#include "directory/role.h"
#include "entity/query.h"
#include "http/mount.h"
#include "server/environment.h"
#include "store/store.h"
#include "tenant/tenant.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[FOLDER_SIZE];
static struct settings settings;
static struct store *store;
static struct conn *conn;

static void stop(void)
{
	char command[PATH_SIZE];

	conn_close(conn);
	environment_close(&store);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", folder);
}

static void start(void)
{
	char program[] = "fuzz", flag[] = "--data", *argv[] = { program, flag, folder, NULL };
	int argc = 3;

	if (!folder_new(folder) || settings_load(&settings, &argc, argv) || environment_open(&settings, &store) ||
	    conn_open(store, false, &conn))
		abort();
	atexit(stop);
}

/* Every answer is an error of the caller, or a list. */
static void list(struct request *rq, bool by_keyword)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e;

	query_init(&q, rq, &role, "r", "roles r");
	if (by_keyword)
		query_keyword(&q);
	else
		query_search(&q);
	q.order = "r.id";
	e = query_reply(&q);
	if (e ? err_row(e)->status == 500 : rq->reply.status != 200)
		abort();
	err_clear();
	buffer_clear(&rq->reply.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request rq = {
		.task.lane = SCAN, .method = GET, .method_text = "GET", .path = "/api/roles", .target = "/api/roles",
		.origin = "http://localhost:3002", .mount = mount_find("/api/roles"),
	};
	struct txn *tx;

	if (!conn)
		start();
	rq.arena = arena_new();
	rq.query_text = arena_copyn(rq.arena, (const char *)data, size);
	params_parse(rq.arena, rq.query_text, strlen(rq.query_text), &rq.query);
	cache_mark(context.cache);
	if (txn_begin(conn, "admin", false, &tx) || tenant_find(tx, rq.arena, "admin", &rq.tenant))
		abort();
	rq.tx = tx;
	list(&rq, false);
	list(&rq, true);
	txn_rollback(&tx);
	buffer_done(&rq.reply.body);
	request_done(&rq);
	arena_free(rq.arena);
	return 0;
}
