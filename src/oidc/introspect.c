/* Introspection and revocation of opaque tokens (oidc.md section 10). JWT live out their time. */
#include <string.h>

#include "crypto/jwt.h"
#include "oidc/grant.h"
#include "oidc/held.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static bool is_jwt(const char *token)
{
	struct jwt jwt;

	if (!jwt_parse(token, strlen(token), &jwt))
		return false;
	jwt_done(&jwt);
	return true;
}

/* Authenticates the client and checks the token. `done` and `endpoint` complete the error text for a JWT. */
static err_t check(struct oauth *o, const char *done, const char *endpoint)
{
	static const char *const once[] = { "token", "token_type_hint", NULL };
	err_t e = client_authenticate(o);

	if (!e)
		e = oauth_refuse_repeats(o, once);
	if (!e)
		e = oauth_need(o, "token");
	if (!e && is_jwt(oauth_field(o, "token")))
		e = oauth_fail(ERR_OAUTH_TOKEN_TYPE, "Structured JWT Tokens cannot be %s via the %s", done, endpoint);
	return e;
}

/* The access or refresh token that was sent, whatever kind a hint says. ERR_NOT_FOUND: it does not live. */
static err_t find_token(struct oauth *o, struct held *h)
{
	err_t e = held_find(o->rq, oauth_field(o, "token"), h);

	if (!e && h->token.kind != ARTIFACT_ACCESS && h->token.kind != ARTIFACT_REFRESH)
		return ERR_NOT_FOUND;
	return e;
}

static bool is_own(const struct oauth *o, const struct held *h)
{
	return !strcmp(h->token.client_id, o->client->id);
}

/* -- introspection -- */

static void write_token(struct json_out *j, const struct request *rq, const struct held *h)
{
	const json_t *actor = json_object_get(h->token.details, "act");

	json_key_bool(j, "active", true);
	if (actor) {
		json_key(j, "act");
		json_value(j, actor);
	}
	json_key_text(j, "client_id", h->token.client_id);
	json_key_int(j, "exp", h->token.expires_at_ms / 1000);
	json_key_int(j, "iat", h->token.created_at_ms / 1000);
	json_key_text(j, "iss", rq->tenant->issuer);
	json_key_text(j, "scope", h->token.scope ? h->token.scope : "");
	json_key_text(j, "sub", h->token.user_id);
	if (h->token.kind == ARTIFACT_ACCESS)
		json_key_text(j, "token_type", "Bearer");
}

/* A public client, which anyone can claim to be, learns of its own tokens alone. */
static bool is_told(const struct oauth *o, const struct held *h)
{
	return !h->is_suspended && !h->token.consumed_at_ms && (!o->client->is_public || is_own(o, h));
}

static err_t introspect(struct oauth *o)
{
	struct json_out j;
	struct held h;
	bool told;
	err_t e = check(o, "introspected", "introspection_endpoint");

	if (e)
		return e;
	e = find_token(o, &h);
	if (e && e != ERR_NOT_FOUND)
		return e;
	told = !e && is_told(o, &h);
	j = reply_json(o->rq, 200);
	json_open(&j);
	if (told)
		write_token(&j, o->rq, &h);
	else
		json_key_bool(&j, "active", false);
	json_close(&j);
	return OK;
}

/* -- revocation -- */

struct revocation {
	struct oauth *oauth;
	const char *grant_id;
	bool whole;		/* the grant ends too: a refresh token was revoked */
};
FLOW(revocation, struct revocation)

/* What the grant gave ends together. */
static err_t remove_tokens(struct request *rq)
{
	struct revocation *r = revocation(rq);
	err_t e;

	oauth_resume(r->oauth);
	e = r->whole ? grant_revoke(rq->tx, r->grant_id) : artifacts_remove_of_grant(rq->tx, r->grant_id);
	return e ? e : reply_text(rq, 200, "");
}

static const struct step remove_step = { "revoke tokens", WRITE, remove_tokens };

static err_t revoke(struct oauth *o)
{
	struct held h;
	err_t e;

	oauth_log(o, AUDIT_REVOKE_TOKEN);
	e = check(o, "revoked", "revocation_endpoint");
	if (e)
		return e;
	e = find_token(o, &h);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (!e) {
		audit_text(o->log, "userId", h.token.user_id);
		audit_text(o->log, "grantId", h.token.grant_id);
	}
	if (e || (o->client->is_public && !is_own(o, &h)))
		return reply_text(o->rq, 200, "");
	if (!is_own(o, &h))
		return oauth_fail(ERR_OAUTH_REQUEST, "client is not authorized to revoke the presented token");
	*revocation(o->rq) = (struct revocation){ o, h.token.grant_id, h.token.kind == ARTIFACT_REFRESH };
	return next(o->rq, &remove_step);
}

err_t oidc_introspect(struct request *rq)
{
	return oauth_run(rq, OAUTH_NO_STORE, introspect);
}

err_t oidc_revoke(struct request *rq)
{
	return oauth_run(rq, OAUTH_STORED, revoke);
}
