/* The grant refresh_token: new tokens for what was authorized once (oidc.md section 7.2). */
#include <string.h>

#include "base/clock.h"
#include "oidc/oauth.h"
#include "oidc/organization_access.h"
#include "oidc/person_token.h"
#include "oidc/scopes.h"
#include "base/banned.h"

#define GRACE_MS 3000				/* for parallel refreshes: a used token works so long */
#define CHAIN_MOST_MS INT64_C(31557600000)	/* 365.25 days: a chain of that age is not prolonged */
#define WORN_PERCENT 70				/* a confidential client's token is replaced from there on */

/* -- checks, in the order of the contract -- */

/* Finds the client's token; one of a suspended user, or that was used, is told later. ERR_OAUTH_GRANT. */
static err_t find_token(struct oauth *o, struct held *h)
{
	err_t e = held_find(o->rq, oauth_field(o, "refresh_token"), h);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e || h->token.kind != ARTIFACT_REFRESH || strcmp(h->token.client_id, o->client->id) != 0)
		return err_set(ERR_OAUTH_GRANT, "the refresh token is unknown, over, or of another client");
	audit_text(o->log, "userId", h->token.user_id);
	return OK;
}

static err_t check_scope(struct oauth *o, const struct held *h)
{
	struct words asked = words_of(o->rq->arena, oauth_field(o, "scope"));
	struct words granted = words_of(o->rq->arena, h->token.scope);
	const char *beyond = words_beyond(o->rq->arena, &asked, &granted);
	err_t e;

	if (!*beyond)
		return OK;
	e = oauth_fail(ERR_OAUTH_INVALID_SCOPE, "refresh token missing requested %s",
		       strchr(beyond, ' ') ? "scopes" : "scope");
	return err_arg(e, "scope", beyond);
}

static bool was_used(const struct held *h)
{
	return h->token.consumed_at_ms && h->token.consumed_at_ms <= clock_ms() - GRACE_MS;
}

/* organization-tokens.md section 3.1 */
static err_t check_organization(struct oauth *o, const struct held *h, const char *organization_id)
{
	struct words granted;
	err_t e;

	if (!organization_id)
		return OK;
	e = organization_access_check(o->rq, o->client, h->token.user_id, organization_id);
	if (e)
		return e;
	granted = words_of(o->rq->arena, h->token.scope);
	if (words_have(&granted, SCOPE_ORGANIZATIONS))
		return OK;
	e = oauth_fail(ERR_OAUTH_SCOPE, "refresh token missing required scope");
	return err_arg(e, "scope", SCOPE_ORGANIZATIONS);
}

/* -- rotation -- */

static bool is_to_rotate(const struct client *c, const struct artifact *t, int64_t now_ms)
{
	int64_t started = json_integer_value(json_object_get(t->details, "startedAt"));
	int64_t life = t->expires_at_ms - t->created_at_ms;

	if (!c->rotates || now_ms - started >= CHAIN_MOST_MS)
		return false;
	return c->is_public || (now_ms - t->created_at_ms) * 100 >= life * WORN_PERCENT;
}

/* The tokens of an application in a browser end when the first of them would have: its successor lives no longer. */
static void prepare_successor(struct oauth *o, struct person_token *p)
{
	int64_t left_s = (p->held.token.expires_at_ms - p->checked_at_ms) / 1000;

	p->refresh = p->held.token;
	p->refresh.consumed_at_ms = 0;
	p->refresh_life_s = lifetime_within_bounds(o->client->is_page ? left_s : o->client->refresh_token_ttl_s);
}

static err_t store_rotated(struct oauth *o, struct token_answer *t)
{
	struct person_token *p = t->of;
	bool in_time;
	err_t e = held_consume(o->rq, &p->held, p->checked_at_ms - GRACE_MS, &in_time);

	if (e)
		return e;
	return in_time ? person_token_store(o, t) : held_refuse_reuse(o->rq, &p->held);
}

/* Says what has to be stored: nothing for a token that stays, beside a JWT. */
static void prepare_storing(struct oauth *o, struct person_token *p, struct token_answer *t)
{
	t->of = p;
	if (is_to_rotate(o->client, &p->held.token, p->checked_at_ms)) {
		prepare_successor(o, p);
		t->store = store_rotated;
		return;
	}
	t->refresh_token = oauth_field(o, "refresh_token");
	if (p->access.client_id)
		t->store = person_token_store;
}

/* -- the grant -- */

static err_t refresh(struct oauth *o, const struct held *h)
{
	struct person_token *p = person_token_begin(o, h, oauth_field(o, "scope"));
	struct token_answer t = {0};
	err_t e;

	p->organization_id = oauth_field(o, "organization_id");
	e = client_check_user(o, h->token.user_id);
	if (!e)
		e = check_organization(o, h, p->organization_id);
	if (!e)
		e = person_token_make(o, p, &t);
	if (e)
		return e;
	prepare_storing(o, p, &t);
	t.user_id = h->token.user_id;
	return token_answer_send(o, &t);
}

err_t grant_refresh_token(struct oauth *o)
{
	struct held h;
	err_t e = oauth_need(o, "refresh_token");

	if (!e)
		e = find_token(o, &h);
	if (!e)
		e = check_scope(o, &h);
	if (!e && h.is_suspended)
		e = err_set(ERR_OAUTH_GRANT, "the user is suspended");
	if (e)
		return e;
	return was_used(&h) ? person_token_refuse_reuse(o, &h) : refresh(o, &h);
}
