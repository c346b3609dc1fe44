#include "oidc/access_token.h"

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/jwt.h"
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

err_t access_token_lane(struct request *rq)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	err_t e;

	if (rq->lane == SLOW)
		return OK;
	e = keyring_load(rq->tx, rq->tenant->id, &ring);
	if (e)
		return e;
	return key_is_slow(keyring_current(ring)) ? ERR_SLOW_FIRST : OK;
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
	json_key_int(j, "exp", now + t->ttl_s);
	if (t->scope)
		json_key_text(j, "scope", t->scope);
	json_key_text(j, "client_id", t->client_id);
	json_key_text(j, "iss", rq->tenant->issuer);
	json_key_text(j, "aud", t->aud);
	if (t->organization_id)
		json_key_text(j, "organization_id", t->organization_id);
	json_close(j);
}

err_t access_token_issue(struct request *rq, const struct access_token *t, const char **out)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	CLEANUP(buffer_end) struct buffer claims;
	CLEANUP(buffer_end) struct buffer token;
	struct json_out j;
	err_t e;

	buffer_init(&claims, CLAIMS_MAX);
	buffer_init(&token, TOKEN_MAX);
	e = keyring_load(rq->tx, rq->tenant->id, &ring);
	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_INTERNAL, "tenant '%s' has no signing key", rq->tenant->id) : e;
	json_out_init(&j, &claims);
	write_claims(&j, rq, t);
	if (claims.full)
		return err_set(ERR_INTERNAL, "the claims of a token are too long");
	e = jwt_sign(keyring_current(ring), "at+jwt", claims.data, claims.len, &token);
	if (!e)
		*out = arena_copyn(rq->arena, token.data, token.len);
	return e;
}

err_t access_token_reply(struct request *rq, const struct access_token *t)
{
	const char *token;
	struct json_out j;
	err_t e = access_token_issue(rq, t, &token);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "access_token", token);
	json_key_int(&j, "expires_in", t->ttl_s);
	if (t->scope)
		json_key_text(&j, "scope", t->scope);
	json_key_text(&j, "token_type", "Bearer");
	json_close(&j);
	return OK;
}
