/* What oidc.md section 5.2 demands of an authorization request. The order of the checks is the contract. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/jwt.h"
#include "entity/tree.h"
#include "oidc/authorize.h"
#include "oidc/id_token_hint.h"
#include "oidc/oauth.h"
#include "oidc/par.h"
#include "oidc/pkce.h"
#include "oidc/redirect_uri.h"
#include "oidc/scopes.h"
#include "oidc/target.h"
#include "oidc/words.h"
#include "organizations/consent.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static const char *param(const struct authorization *az, enum authorization_param which)
{
	return az->params[which];
}

static err_t check_repeats(struct authorization *az)
{
	return az->repeated ?
		       oauth_fail(ERR_OAUTH_REQUEST, "'%s' parameter must not be provided twice", az->repeated) :
		       OK;
}

static void release(void *client)
{
	client_release(client);
}

/*
 * Loads the client for as long as the request lives, before anything is judged: a fault is told to it. One that is not
 * there is no fault yet.
 */
static err_t find_client(struct authorization *az)
{
	const char *id = param(az, PARAM_CLIENT_ID);
	const struct client **kept;
	err_t e;

	if (!id)
		return OK;
	kept = ARENA_NEW(az->rq->arena, const struct client *);
	e = client_load(az->rq->tx, az->rq->tenant, id, kept);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	arena_defer(az->rq->arena, release, kept);
	az->client = *kept;
	return OK;
}

static err_t check_client(struct authorization *az)
{
	const char *id = param(az, PARAM_CLIENT_ID);

	if (!id)
		return oauth_fail(ERR_OAUTH_REQUEST, "missing required parameter 'client_id'");
	return az->client ? OK : oauth_fail(ERR_OAUTH_CLIENT, "invalid client %.120s", id);
}

/* A request that was pushed takes the place of what the browser brings. */
static err_t check_pushed(struct authorization *az)
{
	const char *name = param(az, PARAM_REQUEST_URI);

	return name && par_is_name(name) && !az->is_pushing ? par_load(az, name) : OK;
}

/* -- how the answer comes to the client -- */

static const struct { const char *name; enum response_mode mode; } modes[] = {
	{ "query", MODE_QUERY }, { "fragment", MODE_FRAGMENT }, { "form_post", MODE_FORM_POST },
};

/* Sets how the answer is sent; false: in a way that nobody knows, so by the query. */
static bool find_mode(struct authorization *az)
{
	const char *name = param(az, PARAM_RESPONSE_MODE), *type = param(az, PARAM_RESPONSE_TYPE);

	az->mode = MODE_QUERY;
	for (size_t i = 0; name && i < ARRAY_LEN(modes); i++)
		if (!strcmp(modes[i].name, name)) {
			az->mode = modes[i].mode;
			return true;
		}
	if (!name && type && (jwt_word(type, "token") || jwt_word(type, "id_token")))
		az->mode = MODE_FRAGMENT;
	return !name;
}

static err_t check_mode(struct authorization *az)
{
	return find_mode(az) ? OK : oauth_fail(ERR_OAUTH_RESPONSE_MODE, "unsupported response_mode requested");
}

/* Parameters of which the discovery document says that they do nothing here. */
static err_t check_unsupported(struct authorization *az)
{
	if (param(az, PARAM_REQUEST))
		return err_set(ERR_OAUTH_REQUEST_OBJECT, "a request object");
	if (param(az, PARAM_REQUEST_URI))
		return err_set(ERR_OAUTH_REQUEST_URI_USED, "a request_uri that was not pushed");
	return OK;
}

/* RFC 6749 section 3.1.1: the order of the words does not matter. */
static bool is_supported_type(const char *type)
{
	static const char *const supported[] = { "code", "id_token", "none", "code id_token", "id_token code", NULL };

	return text_is_one_of(type, supported);
}

static err_t check_response_type(struct authorization *az)
{
	const char *type = param(az, PARAM_RESPONSE_TYPE);

	if (!type)
		return oauth_fail(ERR_OAUTH_REQUEST, "missing required parameter 'response_type'");
	if (param(az, PARAM_REGISTRATION))
		return err_set(ERR_OAUTH_REGISTRATION, "a registration");
	if (!is_supported_type(type))
		return oauth_fail(ERR_OAUTH_RESPONSE_TYPE, "unsupported response_type requested");
	if (strcmp(type, "code") != 0 || !(az->client->grants & GRANT_AUTHORIZATION_CODE))
		return oauth_fail(ERR_OAUTH_REQUEST, "requested response_type is not allowed for this client");
	return OK;
}

err_t authorization_check_redirect_uri(struct authorization *az)
{
	const char *uri = param(az, PARAM_REDIRECT_URI);
	char *const *registered = az->client->redirect_uris;

	if (!uri && registered[0] && !registered[1] && !strchr(registered[0], '*'))
		uri = registered[0];
	else if (!uri)
		return oauth_fail(ERR_OAUTH_REQUEST, "missing required parameter 'redirect_uri'");
	if (!(az->client->grants & GRANT_AUTHORIZATION_CODE) ||
	    !redirect_uri_is_registered(az->rq->arena, registered, uri, az->client->is_native))
		return oauth_fail(ERR_OAUTH_REDIRECT_URI,
				  "redirect_uri did not match any of the client's registered redirect_uris");
	az->redirect_uri = arena_copy(az->rq->arena, uri);
	return OK;
}

/* -- what is asked for -- */

static err_t check_prompt(struct authorization *az)
{
	static const struct { const char *name; enum prompt prompt; } known[] = {
		{ "none", PROMPT_NONE }, { "login", PROMPT_LOGIN }, { "consent", PROMPT_CONSENT },
	};
	struct words asked = words_of(az->rq->arena, param(az, PARAM_PROMPT));

	for (size_t i = 0; i < asked.count; i++) {
		size_t at = 0;

		while (at < ARRAY_LEN(known) && strcmp(known[at].name, asked.at[i]) != 0)
			at++;
		if (at == ARRAY_LEN(known))
			return oauth_fail(ERR_OAUTH_REQUEST, "unsupported prompt value requested");
		az->prompts |= known[at].prompt;
	}
	if (az->prompts & PROMPT_NONE && az->prompts != PROMPT_NONE)
		return oauth_fail(ERR_OAUTH_REQUEST, "prompt none must only be used alone");
	return OK;
}

/*
 * A third-party client may ask for scopes of the provider that were enabled for it (section 4.1). Scopes that nobody
 * knows are left alone.
 */
static err_t check_allowed(const struct authorization *az, const struct words *asked)
{
	static const char *const reserved[] = { "openid", "offline_access", NULL };
	json_t *enabled;
	struct words allowed;
	err_t e;

	if (!az->client->is_third_party)
		return OK;
	e = consent_scopes_load(az->rq, az->client->id, CONSENT_USER_SCOPES, NULL, &enabled);
	if (e)
		return e;
	allowed = words_of_list(az->rq->arena, enabled);
	for (size_t i = 0; i < asked->count; i++)
		if (scope_is_oidc(asked->at[i]) && !text_is_one_of(asked->at[i], reserved) &&
		    !words_have(&allowed, asked->at[i]))
			return err_arg(oauth_fail(ERR_OAUTH_INVALID_SCOPE, "requested scope is not allowed"), "scope",
				       asked->at[i]);
	return OK;
}

static err_t check_scope(struct authorization *az)
{
	struct arena *a = az->rq->arena;
	struct words asked = words_of(a, param(az, PARAM_SCOPE)), dropped = words_of(a, "offline_access");

	if (!(az->prompts & PROMPT_CONSENT) || !(az->client->grants & GRANT_REFRESH_TOKEN)) {
		const char *kept = words_beyond(a, &asked, &dropped);

		az->params[PARAM_SCOPE] = *kept ? kept : NULL;
		asked = words_of(a, kept);
	}
	return check_allowed(az, &asked);
}

static err_t check_openid(struct authorization *az)
{
	static const enum authorization_param needing[] = { PARAM_NONCE, PARAM_MAX_AGE, PARAM_ACR_VALUES,
							    PARAM_ID_TOKEN_HINT };
	const char *scope = param(az, PARAM_SCOPE);

	if (scope && jwt_word(scope, "openid"))
		return OK;
	for (size_t i = 0; i < ARRAY_LEN(needing); i++)
		if (param(az, needing[i]))
			return oauth_fail(ERR_OAUTH_REQUEST,
					  "openid scope must be requested when using the %s parameter",
					  authorization_param_names[needing[i]]);
	return OK;
}

/* Clients without a secret must use PKCE, others may (oidc.md section 5.3). */
static err_t check_pkce(struct authorization *az)
{
	const char *challenge = param(az, PARAM_CODE_CHALLENGE), *method = param(az, PARAM_CODE_CHALLENGE_METHOD);

	if (!challenge && method)
		return oauth_fail(ERR_OAUTH_REQUEST, "code_challenge must be provided with code_challenge_method");
	if (!challenge && az->client->is_public)
		return oauth_fail(ERR_OAUTH_REQUEST,
				  "Authorization Server policy requires PKCE to be used for this request");
	if (!challenge)
		return OK;
	if (!method)
		return oauth_fail(ERR_OAUTH_REQUEST, "code_challenge_method must be provided");
	if (strcmp(method, PKCE_METHOD) != 0)
		return oauth_fail(ERR_OAUTH_REQUEST, "not supported value of code_challenge_method");
	return pkce_check("code_challenge", challenge);
}

/* The tenant's default resource stands for none. */
static err_t take_default_resource(struct authorization *az)
{
	struct target target;
	err_t e = target_find_default(az->rq, &target);

	if (!e)
		json_array_append_new(az->resources, json_string(target.indicator));
	return e == ERR_NOT_FOUND ? OK : e;
}

static err_t check_resources(struct authorization *az)
{
	json_t *asked = json_distinct(az->resources);
	const json_t *one;
	size_t i;
	err_t e = OK;

	az->resources = tree_keep(az->rq, asked);
	json_array_foreach(asked, i, one) {
		struct target target;

		e = target_check(json_string_value(one));
		if (!e)
			e = target_find(az->rq, json_string_value(one), &target);
		if (e)
			return e;
	}
	return json_array_size(asked) ? OK : take_default_resource(az);
}

/* A greatest age of 0 asks for a new sign-in. */
static err_t check_max_age(struct authorization *az)
{
	const char *text = param(az, PARAM_MAX_AGE);

	az->max_age_s = -1;
	if (!text)
		return OK;
	if (strlen(text) > 15 || text[strspn(text, "0123456789")])
		return oauth_fail(ERR_OAUTH_REQUEST, "invalid max_age parameter value");
	az->max_age_s = strtoll(text, NULL, 10);
	if (az->max_age_s == 0)
		az->prompts |= PROMPT_LOGIN;
	return OK;
}

static err_t check_hint(struct authorization *az)
{
	const char *token = param(az, PARAM_ID_TOKEN_HINT);
	struct id_token_hint hint;
	err_t e;

	if (!token)
		return OK;
	e = id_token_hint_read(az->rq, token, &hint);
	if (e == ERR_OAUTH_REQUEST || (!e && strcmp(hint.client_id, az->client->id) != 0))
		return oauth_fail(ERR_OAUTH_REQUEST, "could not validate id_token_hint");
	az->hinted_user = hint.user_id;
	return e;
}

typedef err_t check_fn(struct authorization *az);

static err_t run_checks(struct authorization *az, check_fn *const *checks, size_t n)
{
	err_t e = find_client(az);

	for (size_t i = 0; !e && i < n; i++)
		e = checks[i](az);
	return e;
}

/* The person is always asked for consent, so offline_access may be part of it. */
err_t authorization_check_device(struct authorization *az)
{
	static check_fn *const checks[] = { check_repeats, check_client, check_scope, check_resources, check_max_age };

	az->prompts = PROMPT_CONSENT;
	return run_checks(az, checks, ARRAY_LEN(checks));
}

err_t authorization_check(struct authorization *az)
{
	static check_fn *const checks[] = {
		check_repeats, check_client, check_pushed, check_mode, check_unsupported, check_response_type,
		authorization_check_redirect_uri, check_prompt, check_scope, check_openid, check_pkce, check_resources,
		check_max_age, check_hint,
	};

	find_mode(az);
	return run_checks(az, checks, ARRAY_LEN(checks));
}
