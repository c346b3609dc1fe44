/*
 * Introspection and revocation (oidc.md section 10). Tokens of machines are JWT, which neither serves; opaque tokens
 * will come with the sign-in of users, so every other token is unknown.
 */
#include <string.h>

#include "crypto/jwt.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
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

static err_t introspect(struct oauth *o)
{
	struct json_out j;
	err_t e = check(o, "introspected", "introspection_endpoint");

	if (e)
		return e;
	j = reply_json(o->rq, 200);
	json_open(&j);
	json_key_bool(&j, "active", false);
	json_close(&j);
	return OK;
}

static err_t revoke(struct oauth *o)
{
	err_t e;

	oauth_log(o, AUDIT_REVOKE_TOKEN);
	e = check(o, "revoked", "revocation_endpoint");
	return e ? e : reply_text(o->rq, 200, "");
}

err_t oidc_introspect(struct request *rq)
{
	return oauth_run(rq, OAUTH_NO_STORE, introspect);
}

err_t oidc_revoke(struct request *rq)
{
	return oauth_run(rq, OAUTH_STORED, revoke);
}
