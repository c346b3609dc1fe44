/* How a client proves who it is: oidc.md section 4.3. The order of the checks is the contract. */
#include "oidc/oauth.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/jwt.h"
#include "oidc/authorization.h"
#include "organizations/access.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* What the request sends to prove which client it is. */
struct proof {
	const char *header;				/* Authorization; NULL: none */
	const char *id, *secret;			/* from the header, when it is well-formed */
	const char *header_fault;			/* otherwise what is wrong with it */
	const char *body_id, *body_secret, *assertion;
	const char *client_id;				/* "": not known yet */
	bool matched;					/* one of the named secrets is equal */
};

static struct proof read_proof(struct oauth *o)
{
	struct proof p = {
		.header = request_header(o->rq, "Authorization"),
		.body_id = oauth_field(o, "client_id"),
		.body_secret = oauth_field(o, "client_secret"),
		.assertion = oauth_field(o, "client_assertion"),
		.client_id = "",
	};

	if (p.header && !*p.header)
		p.header = NULL;
	if (p.header)
		p.header_fault = basic_parse(o->rq->arena, p.header, &p.id, &p.secret);
	return p;
}

/* -- 1: the named secrets -- */

/* Compares with all secrets, so that the time taken does not tell which one matched. */
static const struct client_secret *find_secret(const struct client *c, const char *text)
{
	struct fingerprint given = fingerprint_of(text, strlen(text));
	const struct client_secret *found = NULL;

	for (int i = 0; i < c->secret_count; i++)
		if (fingerprint_equal(&c->secrets[i].value, &given))
			found = &c->secrets[i];
	return found;
}

/* Sets the pair to look up among the named secrets; false: the request has no usable pair. */
static bool pair_to_match(const struct proof *p, const char **id, const char **secret)
{
	if (p->id && (p->body_secret || (p->body_id && strcmp(p->body_id, p->id) != 0)))
		return false;
	*id = p->id ? p->id : p->body_id;
	*secret = p->id ? p->secret : p->body_secret;
	return *id && *secret;
}

/* Loads the client that the pair names. An unknown client is not an error yet: load_client() reports it. */
static err_t match_secrets(struct oauth *o, struct proof *p)
{
	const struct client_secret *found;
	const char *id, *secret;
	err_t e;

	if (!pair_to_match(p, &id, &secret))
		return OK;
	e = client_load(o->rq->tx, o->rq->tenant, id, &o->client);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	found = find_secret(o->client, secret);
	if (!found)
		return OK;
	if (found->expires_at_ms && found->expires_at_ms <= clock_ms())
		return oauth_fail(ERR_OAUTH_REQUEST, "client secret has expired");
	p->matched = true;
	o->client_secret_name = arena_copy(o->rq->arena, found->name);
	return OK;
}

/* -- 2 to 5: which client -- */

/* Reads `sub` of a client assertion, into the arena; the signature is not checked, since no assertion is accepted. */
static err_t read_assertion_subject(struct oauth *o, const char *assertion, const char **out)
{
	struct jwt jwt;

	if (!jwt_parse(assertion, strlen(assertion), &jwt))
		return oauth_fail(ERR_OAUTH_REQUEST, "invalid client_assertion format");
	*out = arena_copy(o->rq->arena, jwt_text(&jwt, "sub"));
	jwt_done(&jwt);
	return OK;
}

/* Settles which client the request means: only one mechanism, and all ids that it names are the same. */
static err_t find_client_id(struct oauth *o, struct proof *p)
{
	const char *id = p->id ? p->id : p->body_id, *subject = NULL;
	err_t e;

	if (!!p->header + !!p->assertion + !!p->body_secret > 1)
		return oauth_fail(ERR_OAUTH_REQUEST,
				  "client authentication must only be provided using one mechanism");
	if (p->header_fault)
		return oauth_fail(ERR_OAUTH_REQUEST, "%s", p->header_fault);
	if (p->id && p->body_id && strcmp(p->id, p->body_id) != 0)
		return oauth_fail(ERR_OAUTH_REQUEST, "client_id mismatch");
	if (p->assertion) {
		e = read_assertion_subject(o, p->assertion, &subject);
		if (e)
			return e;
		if (id && (!subject || strcmp(id, subject) != 0))
			return oauth_fail(
				ERR_OAUTH_REQUEST,
				"subject of client_assertion must be the same as client_id provided in the body");
		id = subject;
	}
	if (!id || !*id)
		return oauth_fail(ERR_OAUTH_REQUEST, "no client authentication mechanism provided");
	p->client_id = id;
	return OK;
}

/* -- 6: the client exists, and CORS allows the origin of the page -- */

static err_t refuse_unknown_client(const char *id)
{
	err_t e = oauth_fail(ERR_OAUTH_CLIENT, "invalid client %.120s", id);

	err_fault()->status = 400;
	return e;
}

static err_t check_cors(struct oauth *o)
{
	struct request *rq = o->rq;
	const char *origin = request_header(rq, "Origin");

	if (!origin || !*origin || cors_is_allowed(o->client, rq->origin, origin))
		return OK;
	rq->reply.cors_origin = NULL;
	return oauth_fail(ERR_OAUTH_REQUEST, "origin %.120s not allowed for client: %s", origin, o->client->id);
}

err_t client_of_token(struct oauth *o, const char *id)
{
	err_t e = client_load(o->rq->tx, o->rq->tenant, id, &o->client);

	return e ? e : check_cors(o);
}

err_t client_check_user(struct oauth *o, const char *user_id)
{
	bool allowed = true;
	err_t e =
		o->client->is_access_controlled ? access_is_allowed(o->rq->tx, o->client->id, user_id, &allowed) : OK;

	if (e || allowed)
		return e;
	e = oauth_fail(ERR_OAUTH_ACCESS_DENIED, "Access denied.");
	err_fault()->status = 400;
	return e;
}

/* Loads the client unless match_secrets() has done so. A client of authorization codes needs a redirect URI. */
static err_t load_client(struct oauth *o, const struct proof *p)
{
	err_t e;

	if (o->client && strcmp(o->client->id, p->client_id) != 0)
		client_release(&o->client);
	if (!o->client) {
		e = client_load(o->rq->tx, o->rq->tenant, p->client_id, &o->client);
		if (e == ERR_NOT_FOUND)
			return refuse_unknown_client(p->client_id);
		if (e)
			return e;
	}
	if ((o->client->grants & GRANT_AUTHORIZATION_CODE) && !*o->client->redirect_uris) {
		client_release(&o->client);
		return oauth_fail(ERR_OAUTH_REDIRECT_URI, "redirect_uris must contain members");
	}
	return check_cors(o);
}

/* -- 7 and 8: the secret -- */

static bool is_legacy_secret(const struct client *c, const char *text)
{
	struct fingerprint given = fingerprint_of(text, strlen(text));

	return c->has_legacy_secret && fingerprint_equal(&c->legacy_secret, &given);
}

/* A public client must send no secret; another one must send a named secret that matched, or the legacy secret. */
static err_t check_secret(const struct oauth *o, const struct proof *p)
{
	const char *secret = p->header ? p->secret : p->body_secret;
	const struct client *c = o->client;

	if (c->is_public)
		return p->header || p->body_secret || p->assertion ?
			       err_set(ERR_OAUTH_CLIENT, "client '%s' has no secret", c->id) :
			       OK;
	if (!secret || p->assertion)
		return err_set(ERR_OAUTH_CLIENT, "client '%s' sent no secret", c->id);
	if (p->matched || is_legacy_secret(c, secret))
		return OK;
	return err_set(ERR_OAUTH_CLIENT, "wrong secret of client '%s'", c->id);
}

/* Tells the log which client it is, or says that it is. */
static void log_client(const struct oauth *o)
{
	json_t *secret = o->client_secret_name ? json_pack("{s:s}", "name", o->client_secret_name) : NULL;

	if (o->client)
		audit_text(o->log, "applicationId", o->client->id);
	audit_value(o->log, "applicationSecret", secret);
	json_decref(secret);
}

err_t client_authenticate(struct oauth *o)
{
	static const char *const once[] = {
		"client_id", "client_secret", "client_assertion", "client_assertion_type", NULL
	};
	struct proof p;
	err_t e = oauth_refuse_repeats(o, once);

	if (e)
		return e;
	p = read_proof(o);
	e = match_secrets(o, &p);
	if (!e)
		e = find_client_id(o, &p);
	if (!e)
		e = load_client(o, &p);
	if (!e)
		e = check_secret(o, &p);
	if (o->log)
		log_client(o);
	return e;
}
