/* Writes the claims of access tokens. */
#include "oidc/access_token.h"

#include "base/clock.h"
#include "base/ids.h"
#include "entity/field.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define CLAIMS_MAX KIB(64)	/* a scope is bounded by the request's body, or by what was granted */
#define JTI_LEN 43

int64_t lifetime_within_bounds(int64_t ttl_s)
{
	return ttl_s < 1 ? 1 : ttl_s > LIFETIME_MOST_S ? LIFETIME_MOST_S : ttl_s;
}

static void write_actor(struct json_out *j, const char *actor)
{
	json_key(j, "act");
	json_open(j);
	json_key_text(j, "sub", actor);
	json_close(j);
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
	json_key_int(j, "exp", now + lifetime_within_bounds(t->ttl_s));
	if (t->scope)
		json_key_text(j, "scope", t->scope);
	json_key_text(j, "client_id", t->client_id);
	json_key_text(j, "iss", rq->tenant->issuer);
	json_key_text(j, "aud", t->aud);
	if (t->organization_id)
		json_key_text(j, "organization_id", t->organization_id);
	if (t->actor)
		write_actor(j, t->actor);
	json_close(j);
}

err_t access_token_claims(struct request *rq, const struct access_token *t, const char **out)
{
	CLEANUP(buffer_done) struct buffer claims = {0};
	struct json_out j;

	buffer_init(&claims, CLAIMS_MAX);
	json_out_init(&j, &claims);
	write_claims(&j, rq, t);
	if (claims.full)
		return err_set(ERR_INTERNAL, "the claims of a token are too long");
	*out = arena_copyn(rq->arena, claims.data, claims.len);
	return OK;
}
