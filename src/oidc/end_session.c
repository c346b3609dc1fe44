/* Signing out, asked for by a client or by the sign-in of another account (oidc.md sections 5.5 and 11.1). */
#include <string.h>

#include "base/ids.h"
#include "base/secret.h"
#include "entity/tree.h"
#include "http/cookie.h"
#include "oidc/authorize.h"
#include "oidc/backchannel.h"
#include "oidc/id_token_hint.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "oidc/pages.h"
#include "oidc/redirect_uri.h"
#include "oidc/return_address.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* -- what waits for its confirmation, in the session: {secret, clientId?, address?, state?} -- */

static const char *text(const struct session *s, const char *member)
{
	return json_string_value(json_object_get(s->logout, member));
}

/* Keeps in the session what to do, and answers with the page that confirms it by itself. */
static err_t ask(struct request *rq, struct session *s, const char *client_id, const char *address, const char *state)
{
	char secret[SECRET_LEN + 1];
	err_t e;

	id_new(secret, SECRET_LEN, ALPHABET_URL);
	s->logout = tree_keep(rq, json_object());
	tree_set_text(s->logout, "secret", secret);
	tree_set_text(s->logout, "clientId", client_id);
	tree_set_text(s->logout, "address", address);
	tree_set_text(s->logout, "state", state);
	e = session_save(rq, s, false);
	return e ? e : page_logout(rq, text(s, "secret"));
}

err_t logout_other_account(struct authorization *az, const struct interaction *i)
{
	struct request *rq = az->rq;
	const char *path = json_string_value(json_object_get(i->request, "returnTo"));

	return ask(rq, &az->session, i->client_id, arena_printf(rq->arena, "%s%s", rq->tenant->endpoint, path), NULL);
}

/* -- GET and POST /oidc/session/end -- */

struct sign_out {
	const char *client_id, *address, *state;	/* NULL: not given, or without meaning */
};
FLOW(sign_out, struct sign_out)

static err_t read_request(struct oauth *o)
{
	static const char *const once[] = { "id_token_hint", "client_id", "post_logout_redirect_uri", "state",
					    "ui_locales", "logout_hint", NULL };
	err_t e = OK;

	if (o->rq->method == POST)
		e = oauth_read_body(o);
	else
		o->fields = o->rq->query;
	return e ? e : oauth_refuse_repeats(o, once);
}

/* Which client asks: that of the hint, or the one named, or none. */
static err_t find_client_id(struct oauth *o, const char **out)
{
	const char *token = oauth_field(o, "id_token_hint"), *named = oauth_field(o, "client_id");
	struct id_token_hint hint;
	err_t e;

	*out = named;
	if (!token)
		return OK;
	e = id_token_hint_read(o->rq, token, &hint);
	if (e)
		return e;
	if (named && strcmp(named, hint.client_id) != 0)
		return oauth_fail(ERR_OAUTH_REQUEST, "client_id does not match the provided id_token_hint");
	*out = hint.client_id;
	return OK;
}

/* Sets the client and the address that the request names, when they are what the tenant knows. */
static err_t check_client(struct oauth *o, struct sign_out *s)
{
	const char *address = oauth_field(o, "post_logout_redirect_uri");
	err_t e = find_client_id(o, &s->client_id);

	if (e || !s->client_id)
		return e;
	e = client_load(o->rq->tx, o->rq->tenant, s->client_id, &o->client);
	if (e == ERR_NOT_FOUND) {
		e = oauth_fail(ERR_OAUTH_CLIENT, "invalid client %.120s", s->client_id);
		err_fault()->status = 400;
	}
	if (e)
		return e;
	if (address && !redirect_uri_is_registered(o->rq->arena, o->client->post_logout_uris, address, false))
		return oauth_fail(ERR_OAUTH_REQUEST, "post_logout_redirect_uri not registered");
	s->address = arena_copy(o->rq->arena, address);
	return OK;
}

static err_t ask_to_confirm(struct request *rq)
{
	const struct sign_out *s = sign_out(rq);
	struct session session;
	err_t e = session_open(rq, &session);

	return e ? e : ask(rq, &session, s->client_id, s->address, s->state);
}

static const struct step ask_step = { "ask to confirm a sign-out", WRITE, ask_to_confirm };

static void end_oauth(struct oauth *o)
{
	client_release(&o->client);
}

static err_t check(struct request *rq)
{
	CLEANUP(end_oauth) struct oauth o = { .rq = rq, .forwards = true };
	struct sign_out *s = sign_out(rq);
	err_t e;

	*s = (struct sign_out){0};
	rq->reply.no_store = true;
	e = read_request(&o);
	if (!e)
		e = check_client(&o, s);
	if (e)
		return e;
	s->state = s->address ? arena_copy(rq->arena, oauth_field(&o, "state")) : NULL;
	return next(rq, &ask_step);
}

const struct step end_session_first = { "check a sign-out", READ, check };

/* -- POST /oidc/session/end/confirm -- */

/* Where the browser goes afterwards. */
static err_t find_destination(struct request *rq, const struct session *s, bool stays, const char **out)
{
	const char *address = text(s, "address"), *state = text(s, "state"), *client_id = text(s, "clientId");
	const struct param pair = { "state", state };

	if (address)
		*out = return_address(rq->arena, address, false, &pair, state ? 1 : 0);
	else if (stays && client_id)
		*out = arena_printf(rq->arena, "%s/session/end/success?client_id=%s", rq->tenant->issuer, client_id);
	else
		*out = arena_printf(rq->arena, "%s/session/end/success", rq->tenant->issuer);
	return *out ? OK : oauth_fail(ERR_OAUTH_REQUEST, "the state is too long for an address");
}

/* Revokes what a client was given, unless it may outlast the session (oidc.md section 8.7). */
static err_t revoke(struct request *rq, const json_t *given)
{
	const char *grant_id = json_string_value(json_object_get(given, "grantId"));

	return !grant_id || json_is_true(json_object_get(given, "persists")) ? OK : grant_revoke(rq->tx, grant_id);
}

static err_t sign_out_everywhere(struct request *rq, struct session *s)
{
	const char *destination, *client_id;
	json_t *given;
	err_t e = find_destination(rq, s, false, &destination);

	json_object_foreach(s->clients, client_id, given)
		if (!e)
			e = revoke(rq, given);
	return e ? e : backchannel_end_session(rq, s, destination);
}

/* The person stays signed in, but the client that asked has to ask for consent again. */
static err_t sign_out_of_client(struct request *rq, struct session *s)
{
	const char *destination, *client_id = text(s, "clientId");
	err_t e = find_destination(rq, s, true, &destination);

	if (!e && client_id) {
		e = revoke(rq, json_object_get(s->clients, client_id));
		json_object_del(s->clients, client_id);
	}
	s->logout = NULL;
	if (!e)
		e = session_save(rq, s, true);
	return e ? e : reply_redirect(rq, 303, destination);
}

err_t end_session_confirm(struct request *rq)
{
	struct oauth o = { .rq = rq };
	const char *xsrf;
	struct session s;
	err_t e = oauth_read_body(&o);

	rq->reply.no_store = true;
	if (!e)
		e = session_open(rq, &s);
	if (e)
		return e;
	if (!text(&s, "secret"))
		return oauth_fail(ERR_OAUTH_REQUEST, "could not find logout details");
	xsrf = oauth_field(&o, "xsrf");
	if (!xsrf || !text_equal_secret(xsrf, text(&s, "secret")))
		return oauth_fail(ERR_OAUTH_REQUEST, "xsrf token invalid");
	return oauth_field(&o, "logout") ? sign_out_everywhere(rq, &s) : sign_out_of_client(rq, &s);
}
