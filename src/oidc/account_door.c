/*
 * The door of people's own accounts (sign-in.md section 11): an opaque access token of a user with the scope openid.
 * A token is looked up at every call, so that one that was revoked, or whose user was suspended, opens nothing.
 */
#include "account/account.h"
#include "oidc/client.h"
#include "oidc/held.h"
#include "oidc/verify.h"
#include "oidc/words.h"
#include "tenant/doors.h"

#include "base/banned.h"

static bool recall(struct request *rq)
{
	(void)rq;
	return false;
}

/* Applications of third parties only read. */
static err_t check_client(struct request *rq, const char *client_id)
{
	CLEANUP(client_release) const struct client *c = NULL;
	err_t e = client_load(rq->tx, rq->tenant, client_id, &c);

	if (e || rq->method == GET || rq->method == HEAD)
		return e;
	return c->is_third_party ? err_set(ERR_THIRD_PARTY, "client '%s'", client_id) : OK;
}

static err_t check_token(struct request *rq, const struct held *h)
{
	struct words scopes = words_of(rq->arena, h->token.scope);
	err_t e;

	if (h->token.kind != ARTIFACT_ACCESS || h->is_suspended)
		return err_set(ERR_UNAUTHORIZED, "not an access token, or of a suspended user");
	if (!words_have(&scopes, "openid"))
		return err_set(ERR_OPENID_MISSING, "the token of '%s'", h->token.user_id);
	e = check_client(rq, h->token.client_id);
	return e == ERR_NOT_FOUND ? err_set(ERR_UNAUTHORIZED, "its application is gone") : e;
}

static void let_in(struct request *rq, const struct artifact *t)
{
	struct account_token *by = ARENA_NEW(rq->arena, struct account_token);

	*by = (struct account_token){ .client_id = t->client_id, .grant_id = t->grant_id, .scope = t->scope };
	rq->who = (struct principal){ .id = t->user_id, .is_user = true, .known = by };
}

static err_t settle(struct request *rq)
{
	const char *token = NULL;
	struct held h;
	err_t e = bearer_read(rq, &token);

	if (!e)
		e = held_find(rq, token, &h);
	if (e == ERR_NOT_FOUND)
		return err_set(ERR_UNAUTHORIZED, "no opaque token of this tenant");
	if (!e)
		e = check_token(rq, &h);
	if (!e)
		let_in(rq, &h.token);
	return e;
}

const struct door account_door = {
	.name = "account", .security = "accountToken", .recall = recall, .settle = settle,
};
