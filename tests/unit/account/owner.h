/*
 * owner.h - for the tests of src/account: calls of a person, whom the door has let in, in a transaction that the test
 * rolls back. The people are `ada` and `eve`.
 */
#ifndef TESTS_UNIT_ACCOUNT_OWNER_H
#define TESTS_UNIT_ACCOUNT_OWNER_H

#include "../oidc/fixture.h"

#include "account/account.h"
#include "account/proof.h"

static struct txn *tx;

static int owner_begin(void **state)
{
	(void)state;
	tx = write_begin("default");
	MUST(store_exec(tx, &t_user, ARGS(T("eve")), NULL));
	return 0;
}

static int owner_end(void **state)
{
	(void)state;
	txn_rollback(&tx);
	cache_mark(context.cache);
	clock_stands_ms = 0;
	return 0;
}

/* A call that is about to run its first step; request_free(). */
static struct request *call_of(const char *user_id, const struct ask *c)
{
	static const struct account_token token = {
		"page", "grant", "openid profile email phone custom_data identities urn:logto:scope:sessions"
	};
	struct request *rq = request_new(c);

	if (c->body)
		rq->headers[rq->header_count++] = (struct header){ "Content-Type", "application/json" };
	MUST(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant));
	txn_set_tenant(tx, "default");	/* outlives the request */
	rq->tx = tx;
	rq->who = (struct principal){ .id = user_id, .is_user = true, .known = &token };
	return rq;
}

/* A call with this proof in its header; NULL: none. */
__attribute__((unused)) static struct request *call_with(const char *user_id, const char *proof)
{
	return call_of(user_id, &(struct ask){ GET, "/api/my-account",
					       .headers = { proof ? "logto-verification-id" : NULL, proof } });
}

#endif
