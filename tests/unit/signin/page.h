/*
 * page.h - calls of the Experience API in a test's transaction (world.h), as the pages of one interaction make them.
 * The door is passed: it has tests of its own.
 */
#ifndef TESTS_UNIT_SIGNIN_PAGE_H
#define TESTS_UNIT_SIGNIN_PAGE_H

#include "world.h"

#include "entity/tree.h"
#include "signin/experience.h"

/* The interaction; page_begin() makes it. */
static const char *page_id;

/* A call that stands before its first step. */
static inline struct request *page_request(enum method method, const char *path, const char *body)
{
	struct request *rq = api_request(method, arena_printf(api.arena, "/api/experience%s", path), body);

	rq->who.id = page_id;
	return rq;
}

/* Runs a call in a savepoint, as on its lane; its answer is api.answer. */
static inline err_t page_call(enum method method, const char *path, const char *body)
{
	struct request *rq = page_request(method, path, body);
	err_t e;

	assert_int_equal(txn_savepoint(api.tx, api.tenant->id), OK);
	err_clear();
	e = chain_run(rq, api.tx);
	assert_int_equal(e && !rq->task.keeps ? txn_rollback_to(api.tx) : txn_release(api.tx), OK);
	if (e)
		reply_error(rq, e);
	api.answer = arena_copy(api.arena, buffer_str(&rq->reply.body));
	request_free(rq);
	return e;
}

static inline void page_expect(err_t expected, enum method method, const char *path, const char *body)
{
	err_t e = page_call(method, path, body);

	if (e != expected)
		fail_msg("%s %s: %s, not %s (%s)", path, body ? body : "", err_name(e), err_name(expected),
			 api.answer);
}

/* An interaction of a client, which is not begun. */
static inline void page_open(void)
{
	struct request *rq = api_request(GET, "/api/experience/interaction", NULL);
	struct interaction i = { .client_id = "spa" };

	rq->tx = api.tx;
	i.request = tree_keep(rq, json_pack("{s:{}, s:{s:s}, s:s}", "params", "prompt", "name", "login", "returnTo",
					    "/oidc/auth/x"));
	i.id = interaction_new_id(rq);
	assert_int_equal(interaction_create(rq, &i), OK);
	page_id = arena_copy(api.arena, i.id);
	rq->tx = NULL;
	request_free(rq);
}

/* One that is begun for this purpose. */
static inline void page_begin(const char *purpose)
{
	page_open();
	page_expect(OK, PUT, "", arena_printf(api.arena, "{\"interactionEvent\":\"%s\"}", purpose));
}

/* Sets a member of the sign-in experience of the tenant. */
static inline void page_rule(const char *patch)
{
	api_expect(OK, PATCH, "/api/sign-in-exp", patch);
}

/* Proves a password of a user name; the id of the record. */
static inline const char *page_prove(const char *username, const char *password)
{
	page_expect(OK, POST, "/verification/password",
		    arena_printf(api.arena,
				 "{\"identifier\":{\"type\":\"username\",\"value\":\"%s\"},\"password\":\"%s\"}",
				 username, password));
	return api_member("verificationId");
}

static inline err_t page_identify(const char *id)
{
	return page_call(POST, "/identification",
			 id ? arena_printf(api.arena, "{\"verificationId\":\"%s\"}", id) : "{}");
}

#endif
