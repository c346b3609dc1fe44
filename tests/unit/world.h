/*
 * world.h - a fresh installation in a folder of its own, and requests to handlers without a socket.
 *
 * A function that cannot do its part fails the test that calls it. One world a program: the tests of a program share
 * it.
 */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "test.h"
#undef T	/* store.h's is meant here */

#include "base/clock.h"
#include "crypto/jwt.h"
#include "crypto/seal.h"
#include "http/mount.h"
#include "http/request.h"
#include "http/worker.h"
#include "server/dispatch.h"
#include "server/environment.h"
#include "server/local.h"
#include "server/mounts.h"
#include "server/routes.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"

extern struct world {
	char folder[FOLDER_SIZE];
	struct settings settings;
	struct store *store;
	struct conn *reader, *writer;
	struct txn *tx;		/* of read_begin() */
} world;

/* Setup and teardown of a group of tests: the installation, with a connection of each kind. */
int world_begin(void **state);
int world_end(void **state);
/* The same on a fresh database of the PostgreSQL server that GUILDHALL_TEST_PG names; main() looks whether it does. */
int world_begin_postgres(void **state);

/*
 * For main(): runs one group of tests on SQLite and one on PostgreSQL, where there is a server, each with its setup.
 * The latter in a process of its own, since a process has one environment.
 */
#define WORLDS_RUN(sqlite, sqlite_setup, postgres, postgres_setup) \
	({ \
		int others = 0; \
\
		if (getenv("GUILDHALL_TEST_PG")) { \
			if (fork() == 0) \
				exit(cmocka_run_group_tests(postgres, postgres_setup, world_end)); \
			wait(&others); \
		} \
		cmocka_run_group_tests(sqlite, sqlite_setup, world_end) || others; \
	})

/* The world's read transaction, world.tx. */
struct txn *read_begin(const char *tenant);
void read_end(void);
/* A write transaction; the caller ends it. */
struct txn *write_begin(const char *tenant);

/* -- a request; `headers`: name, value, …, NULL -- */

struct ask {
	enum method method;
	const char *path, *query, *body;
	const char *headers[12];
	const char *origin;
	enum lane lane;
};

struct request *request_new(const struct ask *c);
void request_free(struct request *rq);
const char *reply_header_value(const struct request *rq, const char *name);
/*
 * Runs a step in a read transaction of the request's tenant, and those that follow it; an error is answered as the
 * dispatcher does it.
 */
struct request *run(step_fn *fn, const struct ask *c);
/*
 * Runs the step at which the request stands (at first that of its route) as its lane does, in the caller's transaction
 * or without one. The next step, or NULL, stands in rq->task.step.
 */
err_t step_run(struct request *rq, struct txn *tx);
/* All of them; in a transaction that only reads, without the one that writes the audit log. */
err_t chain_run(struct request *rq, struct txn *tx);
/*
 * A request on its route by a caller who is allowed it, in a transaction of the caller: all that the dispatcher does
 * but the door and the lane. A body without headers is JSON.
 */
struct request *request_run(struct txn *tx, const struct ask *c);
/* A member of the answer that is text; lives in the request's arena. */
const char *answer(struct request *rq, const char *member);

/* -- the API, in one transaction that a test leaves unwritten: api_start() sets up a group, api_begin() a test -- */

extern struct api {
	struct arena *arena;
	struct txn *tx;
	const struct tenant *tenant;
	const char *answer;	/* text of the last one; "" for none */
} api;

int api_start(void **state);
int api_begin(void **state);
int api_end(void **state);
/* Runs a route as a caller who is allowed it, in a savepoint as on the lane; `body` is JSON or NULL. */
err_t api_call(enum method method, const char *path, const char *body);
/* The same; fails the test by the names of the errors. */
void api_expect(err_t expected, enum method method, const char *path, const char *body);
/* A member of the last answer that is text. */
const char *api_member(const char *member);
/* The id of what a route makes. */
const char *api_post_for_id(const char *path, const char *body);
/* A request for step_run() in the transaction, to look between its steps; request_free(). */
struct request *api_request(enum method method, const char *path, const char *body);
/*
 * Writes what stands so far, runs a route in a transaction of its own: whether what depends on `change` is forgotten
 * then.
 */
bool api_call_forgets(enum change change, enum method method, const char *path, const char *body);

/* A whole round of a worker, in the caller's transaction. */
err_t worker_run(const struct worker *w, struct txn *tx);

/* A tenant with a key of its own; and its end, however large it is. */
err_t make_tenant(struct txn *tx, const char *id, const char *host, const char *name);
err_t end_tenant(struct txn *tx, const char *id);
/* What a start does where something is missing. */
err_t seed_tenants(struct txn *tx);

#endif
