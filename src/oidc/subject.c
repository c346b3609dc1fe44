/* The kinds of subject tokens, and the actor token. None of these checks uses a token up. */
#include "oidc/subject.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "directory/personal_tokens.h"
#include "directory/subject_tokens.h"
#include "oidc/held.h"
#include "oidc/words.h"
#include "store/store.h"
#include "tenant/keyring.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define ACCESS_TOKEN "urn:ietf:params:oauth:token-type:access_token"

STATEMENT(subject_user, "SELECT is_suspended FROM users WHERE tenant_id = $1 AND id = $2");

static err_t refuse_subject(const char *why)
{
	return err_set(ERR_OAUTH_GRANT, "%s", why);
}

/* -- tokens that an administrator or the user made -- */

static err_t read_impersonation(struct oauth *o, const char *token, struct subject *out)
{
	struct subject_token found;
	err_t e = subject_token_find(o->rq->tx, o->rq->arena, token, &found);

	if (!e)
		*out = (struct subject){ .user_id = found.user_id, .once = found.hash };
	return e;
}

static err_t read_personal(struct oauth *o, const char *token, struct subject *out)
{
	struct personal_token found;
	err_t e = personal_token_find(o->rq->tx, o->rq->arena, token, &found);

	if (!e)
		*out = (struct subject){ .user_id = found.user_id };
	return e;
}

/* -- access tokens -- */

/* Whether the client still is there, and is of the tenant itself. */
static err_t check_client(struct oauth *o, const char *client_id)
{
	const struct client *c = NULL;
	err_t e = client_load(o->rq->tx, o->rq->tenant, client_id, &c);

	if (!e && c->is_third_party)
		e = ERR_NOT_FOUND;
	client_release(&c);
	return e;
}

static err_t read_opaque(struct oauth *o, const char *token, struct subject *out)
{
	struct held h;
	err_t e = held_find(o->rq, token, &h);

	if (!e && h.token.kind != ARTIFACT_ACCESS)
		e = ERR_NOT_FOUND;
	if (!e)
		e = check_client(o, h.token.client_id);
	if (!e)
		*out = (struct subject){ .user_id = h.token.user_id };
	return e;
}

static bool is_access_type(const char *typ)
{
	static const char prefix[] = "application/";

	if (typ && strlen(typ) > strlen(prefix) && text_equal_nocase(typ + strlen(prefix), "at+jwt"))
		return !strncasecmp(typ, prefix, strlen(prefix));
	return typ && text_equal_nocase(typ, "at+jwt");
}

/* Whether this tenant issued it for somebody, and it is not over. */
static bool is_good(const struct oauth *o, const struct jwt *jwt, const struct keyring *ring)
{
	const char *issuer = jwt_text(jwt, "iss");
	const struct key *key = jwt->kid ? keyring_find(ring, jwt->kid) : NULL;
	double until = json_number_value(json_object_get(jwt->claims, "exp"));

	return key && is_access_type(jwt->typ) && issuer && !strcmp(issuer, o->rq->tenant->issuer) &&
	       until > (double)clock_s() && jwt_text(jwt, "client_id") && jwt_text(jwt, "sub") && jwt_verify(jwt, key);
}

static err_t read_jwt(struct oauth *o, const char *token, struct subject *out)
{
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	CLEANUP(jwt_done) struct jwt jwt = {0};
	err_t e;

	if (!jwt_parse(token, strlen(token), &jwt))
		return ERR_NOT_FOUND;
	e = keyring_load(o->rq->tx, o->rq->tenant->id, &ring);
	if (!e && !is_good(o, &jwt, ring))
		e = ERR_NOT_FOUND;
	if (!e)
		e = check_client(o, jwt_text(&jwt, "client_id"));
	if (!e)
		*out = (struct subject){ .user_id = arena_copy(o->rq->arena, jwt_text(&jwt, "sub")) };
	return e;
}

/* The type is also an older name of that of subject tokens. */
static err_t read_access(struct oauth *o, const char *token, struct subject *out)
{
	if (strchr(token, '.'))
		return read_jwt(o, token, out);
	if (text_has_prefix(token, "sub_"))
		return read_impersonation(o, token, out);
	return read_opaque(o, token, out);
}

/* -- the subject -- */

static const struct {
	const char *type;
	err_t (*read)(struct oauth *o, const char *token, struct subject *out);
} kinds[] = {
	{ "urn:logto:token-type:impersonation_token", read_impersonation },
	{ ACCESS_TOKEN, read_access },
	{ "urn:logto:token-type:personal_access_token", read_personal },
};

static err_t read_kind(struct oauth *o, struct subject *out)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kinds[i].type, oauth_field(o, "subject_token_type")))
			return kinds[i].read(o, oauth_field(o, "subject_token"), out);
	return ERR_NOT_FOUND;
}

err_t subject_read(struct oauth *o, struct subject *out)
{
	int64_t is_suspended = 0;
	err_t e = read_kind(o, out);

	if (!e)
		e = store_int(o->rq->tx, &subject_user, ARGS(T(out->user_id)), &is_suspended);
	if (e == ERR_NOT_FOUND)
		return refuse_subject("no such subject token");
	return !e && is_suspended ? refuse_subject("the subject is suspended") : e;
}

/* -- the actor -- */

static bool is_actor(const struct oauth *o, const struct held *h)
{
	struct words scopes = words_of(o->rq->arena, h->token.scope);

	return h->token.kind == ARTIFACT_ACCESS && !h->is_suspended && words_have(&scopes, "openid");
}

err_t actor_read(struct oauth *o, const char **user_id)
{
	const char *token = oauth_field(o, "actor_token"), *type = oauth_field(o, "actor_token_type");
	struct held h;
	err_t e;

	*user_id = NULL;
	if (!token)
		return OK;
	if (!type || strcmp(type, ACCESS_TOKEN) != 0)
		return refuse_subject("an actor token of another type");
	e = held_find(o->rq, token, &h);
	if (e == ERR_NOT_FOUND || (!e && !is_actor(o, &h)))
		return refuse_subject("no such actor token");
	if (!e)
		*user_id = h.token.user_id;
	return e;
}
