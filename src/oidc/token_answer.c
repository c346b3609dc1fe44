/* Signs, stores and answers. */
#include "oidc/token_answer.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/jwt.h"
#include "directory/active.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define TOKEN_MAX MIB(6)	/* an ID token tells all organizations of a user, and custom data */

struct answering {
	struct oauth *oauth;
	struct token_answer answer;
	const struct keyring *ring;
	const char *access_claims;	/* NULL: nothing to sign */
	const char *id_token;
};
FLOW(answering, struct answering)

/* -- the answer -- */

static void write_scope_and_tokens(struct json_out *j, const struct answering *s)
{
	const struct token_answer *t = &s->answer;

	json_key_text(j, "access_token", t->access_token);
	json_key_int(j, "expires_in", t->ttl_s);
	if (s->id_token)
		json_key_text(j, "id_token", s->id_token);
	if (t->refresh_token)
		json_key_text(j, "refresh_token", t->refresh_token);
	if (t->scope)
		json_key_text(j, "scope", t->scope);
	json_key_text(j, "token_type", "Bearer");
}

/* Tells the audit log what the client gets. */
static void log_tokens(const struct answering *s)
{
	const char *types[4];
	int n = 0;

	types[n++] = "AccessToken";
	if (s->id_token)
		types[n++] = "IdToken";
	if (s->answer.refresh_token)
		types[n++] = "RefreshToken";
	types[n] = NULL;
	oauth_log_tokens(s->oauth, types, s->answer.scope);
}

static err_t reply(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);

	log_tokens(answering(rq));
	json_open(&j);
	write_scope_and_tokens(&j, answering(rq));
	json_close(&j);
	return OK;
}

static err_t store(struct request *rq)
{
	struct answering *s = answering(rq);
	err_t e;

	oauth_resume(s->oauth);
	e = s->answer.store ? s->answer.store(s->oauth, &s->answer) : OK;
	if (!e && s->answer.user_id)
		e = active_note(rq->tx, s->answer.user_id, clock_ms());
	return e ? e : reply(rq);
}

static const struct step keep_step = { "store what the token endpoint gives", WRITE, store };

static bool writes(const struct token_answer *t)
{
	return t->store || t->user_id;
}

/* -- signing -- */

static err_t sign_one(struct request *rq, const char *type, const char *claims, const char **out)
{
	CLEANUP(buffer_done) struct buffer token = {0};
	err_t e;

	buffer_init(&token, TOKEN_MAX);
	e = jwt_sign(keyring_current(answering(rq)->ring), type, claims, strlen(claims), &token);
	if (!e && token.full)
		e = err_set(ERR_INTERNAL, "a token is too long");
	if (!e)
		*out = arena_copyn(rq->arena, token.data, token.len);
	return e;
}

static err_t sign(struct request *rq)
{
	struct answering *s = answering(rq);
	err_t e = OK;

	oauth_resume(s->oauth);
	if (s->access_claims)
		e = sign_one(rq, "at+jwt", s->access_claims, &s->answer.access_token);
	if (!e && s->answer.id_claims)
		e = sign_one(rq, NULL, s->answer.id_claims, &s->id_token);
	if (e)
		return e;
	return writes(&s->answer) ? next(rq, &keep_step) : reply(rq);
}

static const struct step sign_step = { "sign tokens", WORK, sign };

static void release_ring(void *ring)
{
	keyring_release(ring);
}

/* Keeps the tenant's keys until the end of the request. */
static err_t load_ring(struct request *rq, struct answering *s)
{
	err_t e = keyring_load(rq->tx, rq->tenant->id, &s->ring);

	if (e == ERR_NOT_FOUND)
		e = err_set(ERR_INTERNAL, "tenant '%s' has no signing key", rq->tenant->id);
	if (!e)
		arena_defer(rq->arena, release_ring, &s->ring);
	return e;
}

/* Begins anew: the step may have run before, and what it made then is not part of this answer. */
static struct answering *begin_anew(struct oauth *o, const struct token_answer *t)
{
	struct answering *s = answering(o->rq);

	keyring_release(&s->ring);
	*s = (struct answering){ .oauth = o, .answer = *t };
	s->answer.ttl_s = lifetime_within_bounds(t->ttl_s);
	return s;
}

err_t token_answer_send(struct oauth *o, const struct token_answer *t)
{
	struct request *rq = o->rq;
	struct answering *s = begin_anew(o, t);
	err_t e;

	if (t->user_id)
		audit_text(o->log, "userId", t->user_id);
	if (!t->jwt.aud && !t->id_claims)
		return writes(t) ? next(rq, &keep_step) : reply(rq);
	e = load_ring(rq, s);
	if (!e && t->jwt.aud)
		e = access_token_claims(rq, &t->jwt, &s->access_claims);
	if (e)
		return e;
	return key_is_slow(keyring_current(s->ring)) ? next(rq, &sign_step) : sign(rq);
}
