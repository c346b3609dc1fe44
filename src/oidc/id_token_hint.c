/* Verifies ID tokens that clients send back. */
#include "oidc/id_token_hint.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/jwt.h"
#include "oidc/oauth.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define SKEW_S 15		/* oidc.md section 3 */

/* Neither time lies in the future; that it is over does not matter. */
static bool is_begun(const struct jwt *jwt)
{
	const json_t *issued = json_object_get(jwt->claims, "iat"), *from = json_object_get(jwt->claims, "nbf");
	double latest = (double)(clock_s() + SKEW_S);

	return json_is_number(issued) && json_number_value(issued) <= latest &&
	       (!from || (json_is_number(from) && json_number_value(from) <= latest));
}

/* ID tokens have no `typ` (oidc.md section 8.1): an access or a logout token is not taken for one. */
static bool is_ours(const struct request *rq, const struct jwt *jwt, const struct keyring *ring)
{
	const char *issuer = jwt_text(jwt, "iss");
	const struct key *key = jwt->kid ? keyring_find(ring, jwt->kid) : NULL;

	return key && !jwt->typ && jwt_text(jwt, "sub") && jwt_text(jwt, "aud") && issuer &&
	       !strcmp(issuer, rq->tenant->issuer) && is_begun(jwt) && jwt_verify(jwt, key);
}

err_t id_token_hint_read(struct request *rq, const char *token, struct id_token_hint *out)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	CLEANUP(jwt_done) struct jwt jwt = {0};
	err_t e;

	if (!jwt_parse(token, strlen(token), &jwt))
		return oauth_fail(ERR_OAUTH_REQUEST, "could not decode id_token_hint");
	e = keyring_load(rq->tx, rq->tenant->id, &ring);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e || !is_ours(rq, &jwt, ring))
		return oauth_fail(ERR_OAUTH_REQUEST, "could not validate id_token_hint");
	out->user_id = arena_copy(rq->arena, jwt_text(&jwt, "sub"));
	out->client_id = arena_copy(rq->arena, jwt_text(&jwt, "aud"));
	return OK;
}
