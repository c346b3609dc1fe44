/* Userinfo: the user of a token (oidc.md section 9). */
#include <string.h>
#include <strings.h>

#include "oidc/claims.h"
#include "oidc/held.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* Reads the token from header or body; NULL: there is none. ERR_OAUTH_REQUEST: there are two, or a bad header. */
static err_t read_token(struct oauth *o, const char **out)
{
	static const char *const once[] = { "access_token", NULL };
	const char *header = request_header(o->rq, "Authorization"), *field = oauth_field(o, "access_token"), *blank;
	err_t e = oauth_refuse_repeats(o, once);

	*out = field;
	if (e || !header || !*header)
		return e;
	if (field)
		return oauth_fail(ERR_OAUTH_REQUEST, "access token must only be provided using one mechanism");
	blank = strchr(header, ' ');
	if (!blank || !blank[1] || strchr(blank + 1, ' '))
		return oauth_fail(ERR_OAUTH_REQUEST, "invalid authorization header value format");
	if (blank - header != 6 || strncasecmp(header, "Bearer", 6) != 0)
		return oauth_fail(ERR_OAUTH_REQUEST, "authorization header scheme must be `Bearer`");
	*out = blank + 1;
	return OK;
}

/* RFC 6750 section 3: what a description in a header may hold; an origin in it is the caller's. */
static const char *header_text(struct arena *a, const char *text)
{
	char *out = arena_copy(a, text);

	for (char *c = out; *c; c++)
		if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
			*c = '?';
	return out;
}

/* Adds WWW-Authenticate and returns `e`. RFC 6750 section 3: `error` is NULL when the request has no token. */
static err_t challenge(struct oauth *o, err_t e, const char *error, const char *description)
{
	struct arena *a = o->rq->arena;
	const char *realm = arena_printf(a, "Bearer realm=\"%s\"", o->rq->tenant->issuer);
	err_t failed;

	if (error)
		realm = arena_printf(a, "%s, error=\"%s\", error_description=\"%s\"%s", realm, error,
				     header_text(a, description), e == ERR_OAUTH_SCOPE ? ", scope=\"openid\"" : "");
	failed = reply_header(o->rq, "WWW-Authenticate", realm);
	return failed ? failed : e;
}

static err_t refuse_token(struct oauth *o)
{
	return challenge(o, oauth_fail(ERR_OAUTH_TOKEN, "invalid token provided"), "invalid_token",
			 "invalid token provided");
}

/* `e` is ERR_OAUTH_REQUEST with its description, or the fault of the server. */
static err_t refuse_request(struct oauth *o, err_t e)
{
	return challenge(o, e, "invalid_request", err_fault()->arg_count > 0 ? err_fault()->args[0].value : "");
}

static err_t refuse_scope(struct oauth *o)
{
	static const char missing[] = "access token missing openid scope";
	err_t e = err_arg(oauth_fail(ERR_OAUTH_SCOPE, "%s", missing), "scope", "openid");

	return challenge(o, e, "insufficient_scope", missing);
}

static err_t reply_claims(struct oauth *o, const struct held *h, const struct words *scopes)
{
	struct json_out j = reply_json(o->rq, 200);
	err_t e;

	json_open(&j);
	e = claims_write(o->rq, &j, h->token.user_id, scopes, false);
	json_close(&j);
	return e;
}

/* The user of a token that is alive; who was suspended has no tokens, but one might have been made just then. */
static err_t tell(struct oauth *o, const char *token)
{
	struct words scopes;
	struct held h;
	err_t e = held_find(o->rq, token, &h);

	if (!e)
		e = h.token.kind == ARTIFACT_ACCESS ? client_of_token(o, h.token.client_id) : ERR_NOT_FOUND;
	if (e == ERR_OAUTH_REQUEST)
		return refuse_request(o, e);
	if (e)
		return e == ERR_NOT_FOUND ? refuse_token(o) : e;
	scopes = words_of(o->rq->arena, h.token.scope);
	if (!words_have(&scopes, "openid"))
		return refuse_scope(o);
	if (h.is_suspended)
		return err_set(ERR_OAUTH_GRANT, "the user is suspended");
	return reply_claims(o, &h, &scopes);
}

static err_t userinfo(struct oauth *o)
{
	const char *token = NULL;
	err_t e;

	if (query_count(o->rq, "access_token") > 0)
		e = oauth_fail(ERR_OAUTH_REQUEST, "access tokens must not be provided via query parameter");
	else
		e = read_token(o, &token);
	if (e)
		return refuse_request(o, e);
	if (!token)
		return challenge(o, oauth_fail(ERR_OAUTH_TOKEN, "no access token provided"), NULL, NULL);
	return tell(o, token);
}

err_t oidc_userinfo(struct request *rq)
{
	return oauth_run(rq, OAUTH_NO_STORE, userinfo);
}
