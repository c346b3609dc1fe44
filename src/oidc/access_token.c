/* Makes and signs access tokens. Signing is a step of its own on WORK when the key is slow (RSA). */
#include "oidc/access_token.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/jwt.h"
#include "entity/field.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define CLAIMS_MAX KIB(64)	/* a scope is bounded by the request's body */
#define TOKEN_MAX KIB(96)
#define JTI_LEN 21

static void buffer_end(struct buffer *b)
{
	buffer_done(b);
}

/* Within the bounds that the API keeps; a resource stored before it kept them may have any lifetime. */
static int64_t bounded(int64_t ttl_s)
{
	return ttl_s < 1 ? 1 : ttl_s > LIFETIME_MOST_S ? LIFETIME_MOST_S : ttl_s;
}

static void write_claims(struct json_out *j, const struct request *rq, const struct access_token *t)
{
	int64_t now = clock_s();
	char jti[JTI_LEN + 1];

	id_new(jti, JTI_LEN, ALPHABET_URL);
	json_open(j);
	json_key_text(j, "jti", jti);
	json_key_text(j, "sub", t->sub);
	json_key_int(j, "iat", now);
	json_key_int(j, "exp", now + bounded(t->ttl_s));
	if (t->scope)
		json_key_text(j, "scope", t->scope);
	json_key_text(j, "client_id", t->client_id);
	json_key_text(j, "iss", rq->tenant->issuer);
	json_key_text(j, "aud", t->aud);
	if (t->organization_id)
		json_key_text(j, "organization_id", t->organization_id);
	json_close(j);
}

/* A token that is about to be signed. */
struct signing {
	const struct keyring *ring;
	const char *claims, *scope;
	int64_t ttl_s;
};
FLOW(signing, struct signing)

static void release_ring(void *ring)
{
	keyring_release(ring);
}

/* Collects in `s` what the signature needs, so that it can be made without a transaction. */
static err_t prepare_signing(struct request *rq, const struct access_token *t, struct signing *s)
{
	CLEANUP(buffer_end) struct buffer claims = {0};
	struct json_out j;
	err_t e = keyring_load(rq->tx, rq->tenant->id, &s->ring);

	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_INTERNAL, "tenant '%s' has no signing key", rq->tenant->id) :
					    e;
	arena_defer(rq->arena, release_ring, &s->ring);
	buffer_init(&claims, CLAIMS_MAX);
	json_out_init(&j, &claims);
	write_claims(&j, rq, t);
	if (claims.full)
		return err_set(ERR_INTERNAL, "the claims of a token are too long");
	s->claims = arena_copyn(rq->arena, claims.data, claims.len);
	s->scope = t->scope;
	s->ttl_s = bounded(t->ttl_s);
	return OK;
}

/* Signs the token and writes the answer of the token endpoint. */
static err_t sign(struct request *rq)
{
	CLEANUP(buffer_end) struct buffer token = {0};
	const struct signing *s = signing(rq);
	struct json_out j;
	err_t e;

	buffer_init(&token, TOKEN_MAX);
	e = jwt_sign(keyring_current(s->ring), "at+jwt", s->claims, strlen(s->claims), &token);
	if (e)
		return e;
	rq->reply.no_store = true;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "access_token", buffer_str(&token));
	json_key_int(&j, "expires_in", s->ttl_s);
	if (s->scope)
		json_key_text(&j, "scope", s->scope);
	json_key_text(&j, "token_type", "Bearer");
	json_close(&j);
	return OK;
}

static const struct step sign_step = { "sign an access token", WORK, sign };

err_t access_token_reply(struct request *rq, const struct access_token *t)
{
	struct signing *s = signing(rq);
	err_t e = prepare_signing(rq, t, s);

	if (e)
		return e;
	return key_is_slow(keyring_current(s->ring)) ? next(rq, &sign_step) : sign(rq);
}
