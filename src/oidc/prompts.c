/* Which page an authorization needs, and why: oidc.md section 5.4. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "entity/tree.h"
#include "http/cookie.h"
#include "oidc/authorize.h"
#include "oidc/oauth.h"
#include "oidc/scopes.h"
#include "oidc/words.h"
#include "tenant/cookie_keys.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define PAGE_COOKIE "_logto"		/* what scripts of the pages read */
#define HINT_MOST 1024			/* bytes of a hint that the address of a page has room for */

/* -- what is missing -- */

/* The scopes of the provider that were asked for and that the grant neither has nor refuses. */
static json_t *missing_oidc_scopes(const struct authorization *az)
{
	struct words asked = words_of(az->rq->arena, az->params[PARAM_SCOPE]);
	json_t *missing = json_array();

	for (size_t i = 0; i < asked.count; i++)
		if (scope_is_oidc(asked.at[i]) && !grant_has(&az->grant, NULL, asked.at[i]) &&
		    !grant_rejects(&az->grant, NULL, asked.at[i]))
			json_array_append_new(missing, json_string(asked.at[i]));
	return missing;
}

/*
 * Adds what is missing at one resource to `to`, by its indicator; in the order of the request, since tokens have the
 * order of the grant.
 */
static err_t add_missing_at(const struct authorization *az, const struct words *asked, const char *indicator,
			    json_t *to)
{
	json_t *names, *missing = json_array();
	struct words available;
	err_t e = scopes_of_user(az->rq, az->client, az->session.user_id, indicator, az->params[PARAM_ORGANIZATION_ID],
				 &names);

	available = words_of_list(az->rq->arena, e ? NULL : names);
	for (size_t i = 0; i < asked->count; i++) {
		const char *scope = asked->at[i];

		if (words_find(asked, scope) == (int)i && words_have(&available, scope) &&
		    !grant_has(&az->grant, indicator, scope) && !grant_rejects(&az->grant, indicator, scope))
			json_array_append_new(missing, json_string(scope));
	}
	if (json_array_size(missing) > 0)
		json_object_set(to, indicator, missing);
	json_decref(missing);
	return e;
}

/* Sets `*out` to {missingOIDCScope?: [], missingResourceScopes?: {}}; the request's. */
static err_t find_missing(const struct authorization *az, json_t **out)
{
	struct words asked = words_of(az->rq->arena, az->params[PARAM_SCOPE]);
	json_t *found = tree_keep(az->rq, json_object());
	json_t *scopes = missing_oidc_scopes(az), *resources = json_object();
	const json_t *one;
	size_t i;
	err_t e = OK;

	json_array_foreach(az->resources, i, one)
		if (!e)
			e = add_missing_at(az, &asked, json_string_value(one), resources);
	if (json_array_size(scopes) > 0)
		json_object_set(found, "missingOIDCScope", scopes);
	if (json_object_size(resources) > 0)
		json_object_set(found, "missingResourceScopes", resources);
	json_decref(scopes);
	json_decref(resources);
	*out = found;
	return e;
}

/* -- reasons; the first one that holds is the error of prompt=none -- */

struct reason {
	const char *name;
	bool (*holds)(const struct authorization *az, const json_t *missing);
	err_t error;
	const char *description;
};

static bool is_asked(const struct authorization *az, enum prompt prompt)
{
	return (az->prompts & prompt) && !(az->done & prompt);
}

static bool login_is_asked(const struct authorization *az, const json_t *missing)
{
	(void)missing;
	return is_asked(az, PROMPT_LOGIN);
}

static bool nobody_is_there(const struct authorization *az, const json_t *missing)
{
	(void)missing;
	return !az->session.user_id;
}

static bool login_is_old(const struct authorization *az, const json_t *missing)
{
	(void)missing;
	return az->max_age_s >= 0 && !(az->done & PROMPT_LOGIN) && clock_s() - az->session.login_at_s > az->max_age_s;
}

static bool another_is_hinted(const struct authorization *az, const json_t *missing)
{
	(void)missing;
	return az->hinted_user && az->session.user_id && strcmp(az->hinted_user, az->session.user_id) != 0;
}

static bool consent_is_asked(const struct authorization *az, const json_t *missing)
{
	(void)missing;
	return is_asked(az, PROMPT_CONSENT);
}

static bool is_native(const struct authorization *az, const json_t *missing)
{
	(void)missing;
	return az->client->is_native && !(az->done & PROMPT_CONSENT);
}

static bool scopes_are_missing(const struct authorization *az, const json_t *missing)
{
	(void)az;
	return json_object_size(missing) > 0;
}

static const struct reason login_reasons[] = {
	{ "login_prompt", login_is_asked, ERR_OAUTH_LOGIN, "login prompt was not resolved" },
	{ "no_session", nobody_is_there, ERR_OAUTH_LOGIN, "End-User authentication is required" },
	{ "max_age", login_is_old, ERR_OAUTH_LOGIN, "End-User authentication is required" },
	{ "id_token_hint", another_is_hinted, ERR_OAUTH_LOGIN,
	  "id_token_hint and authenticated subject do not match" },
};
static const struct reason consent_reasons[] = {
	{ "consent_prompt", consent_is_asked, ERR_OAUTH_CONSENT, "consent prompt was not resolved" },
	{ "native_client_prompt", is_native, ERR_OAUTH_INTERACTION, "native clients require End-User interaction" },
	{ "scopes_missing", scopes_are_missing, ERR_OAUTH_CONSENT, "requested scopes not granted" },
};

/* The reasons that hold, as a list that the caller frees; `*first` is the first one, NULL without any. */
static json_t *reasons_of(const struct authorization *az, const struct reason *reasons, size_t n,
			  const json_t *missing, const struct reason **first)
{
	json_t *names = json_array();

	*first = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!reasons[i].holds(az, missing))
			continue;
		json_array_append_new(names, json_string(reasons[i].name));
		*first = *first ? *first : &reasons[i];
	}
	return names;
}

/* -- the address of the page -- */

static const struct { const char *screen, *path; } screens[] = {
	{ "sign_in", "sign-in" }, { "register", "register" }, { "reset_password", "reset-password" },
	{ "identifier:sign_in", "identifier-sign-in" }, { "identifier:register", "identifier-register" },
	{ "single_sign_on", "single-sign-on" }, { "signIn", "sign-in" },
};

static const char *screen_path(const char *screen)
{
	for (size_t i = 0; i < ARRAY_LEN(screens); i++)
		if (!strcmp(screens[i].screen, screen))
			return screens[i].path;
	return NULL;
}

/* The path of the first screen, without its slash; NULL: a value that is not known voids all extensions. */
static const char *first_screen(const struct authorization *az)
{
	const char *screen = az->params[PARAM_FIRST_SCREEN], *mode = az->params[PARAM_INTERACTION_MODE];

	if (mode && strcmp(mode, "signIn") != 0 && strcmp(mode, "signUp") != 0)
		return NULL;
	if (screen)
		return screen_path(screen);
	return mode && !strcmp(mode, "signUp") ? "register" : "sign-in";
}

static void add_pair(struct buffer *to, const char *name, const char *value)
{
	if (!value || strlen(value) > HINT_MOST)
		return;
	buffer_texts(to, strchr(buffer_str(to), '?') ? "&" : "?", name, "=");
	text_escape_form(to, value);
}

/* /direct/METHOD/TARGET of `method:target`. */
static void add_direct(struct buffer *to, const char *direct)
{
	size_t len = strcspn(direct, ":");
	struct buffer method;

	buffer_init(&method, HINT_MOST);
	buffer_add(&method, direct, len);
	buffer_text(to, "/direct/");
	text_escape_form(to, buffer_str(&method));
	if (direct[len] && direct[len + 1]) {
		buffer_char(to, '/');
		text_escape_form(to, direct + len + 1);
	}
	buffer_done(&method);
}

static const char *direct_sign_in(const struct authorization *az)
{
	const char *direct = az->params[PARAM_DIRECT_SIGN_IN];

	if (direct)
		return strlen(direct) <= HINT_MOST ? direct : NULL;
	return az->params[PARAM_GOOGLE_CREDENTIAL] ? "social:google" : NULL;
}

/* The page for signing in, with what the request hints at in the order of oidc.md section 5.4. */
static const char *login_page(const struct authorization *az)
{
	static const enum authorization_param hints[] = {
		PARAM_ORGANIZATION_ID, PARAM_UI_LOCALES, PARAM_ONE_TIME_TOKEN, PARAM_LOGIN_HINT, PARAM_IDENTIFIER,
	};
	const char *screen = first_screen(az), *direct = screen ? direct_sign_in(az) : NULL, *out;
	struct buffer b;

	buffer_init(&b, KIB(32));
	if (direct)
		add_direct(&b, direct);
	else
		buffer_texts(&b, "/", screen ? screen : "sign-in");
	add_pair(&b, "app_id", az->client->id);
	for (size_t i = 0; screen && i < ARRAY_LEN(hints); i++)
		add_pair(&b, authorization_param_names[hints[i]], az->params[hints[i]]);
	if (direct)
		add_pair(&b, "fallback", screen);
	out = arena_copy(az->rq->arena, buffer_str(&b));
	buffer_done(&b);
	return out;
}

/* -- cookies of the pages -- */

/* JSON that may stand in a cookie: a `;` would end its value. NULL: it is too long for one. */
static const char *cookie_json(struct arena *a, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII), *out = NULL;
	struct buffer b;

	buffer_init(&b, COOKIE_SIZE_MOST - 64);
	for (const char *s = text; s && *s; s++)
		if (*s == ';')
			buffer_text(&b, "\\u003b");
		else
			buffer_char(&b, *s);
	if (!b.full)
		out = arena_copy(a, buffer_str(&b));
	buffer_done(&b);
	free(text);
	return out;
}

const char *authorization_page_cookie(const struct authorization *az)
{
	static const struct { const char *member; enum authorization_param param; } members[] = {
		{ "appId", PARAM_CLIENT_ID }, { "organizationId", PARAM_ORGANIZATION_ID },
		{ "uiLocales", PARAM_UI_LOCALES },
	};
	json_auto_t *value = json_object();

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const char *text = az->params[members[i].param];

		if (text && strlen(text) <= HINT_MOST / 4)
			json_object_set_new(value, members[i].member, json_string(text));
	}
	return cookie_json(az->rq->arena, value);
}

#define CREDENTIAL_COOKIE "_logto_google_one_tap_credential"
#define CREDENTIAL_LIFE_S 10
#define CREDENTIAL_MOST 3072

/* An ID token that a page of the application has got by Google One Tap; the page for signing in takes it. */
static err_t set_credential_cookie(const struct authorization *az)
{
	const char *token = az->params[PARAM_GOOGLE_CREDENTIAL];
	const struct cookie c = { .name = CREDENTIAL_COOKIE, .value = token, .life_s = CREDENTIAL_LIFE_S,
				  .readable = true };
	size_t len = token ? strlen(token) : 0;

	if (len == 0 || len > CREDENTIAL_MOST ||
	    strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			  "0123456789-_.") != len)
		return OK;
	return cookie_set(az->rq, &c, NULL);
}

static err_t set_cookies(const struct authorization *az, const struct interaction *i)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	struct request *rq = az->rq;
	const struct cookie resume = { .name = RESUME_COOKIE, .value = i->id, .life_s = INTERACTION_LIFE_S,
				       .path = json_string_value(json_object_get(i->request, "returnTo")) };
	const struct cookie page = { .name = PAGE_COOKIE, .value = authorization_page_cookie(az), .readable = true };
	err_t e = interaction_set_cookie(rq, i);

	if (!e)
		e = cookie_keys_load(rq->tx, rq->tenant->id, &keys);
	if (!e)
		e = cookie_set(rq, &resume, &keys->ring);
	if (!e && page.value)
		e = cookie_set(rq, &page, &keys->ring);
	return e ? e : set_credential_cookie(az);
}

/* -- opening a page -- */

static json_t *pack_prompts(unsigned prompts)
{
	json_t *names = json_array();

	if (prompts & PROMPT_LOGIN)
		json_array_append_new(names, json_string("login"));
	if (prompts & PROMPT_CONSENT)
		json_array_append_new(names, json_string("consent"));
	return names;
}

/* What the interaction keeps, as signin/interaction.h tells it. */
static json_t *pack_request(const struct authorization *az, const char *id, const char *prompt, json_t *reasons,
			    json_t *details)
{
	json_t *out = tree_keep(az->rq, json_object());

	json_object_set(out, "params", authorization_pack(az));
	json_object_set_new(out, "prompt",
			    json_pack("{s:s, s:O, s:O}", "name", prompt, "reasons", reasons, "details", details));
	tree_set_text(out, "returnTo",
		      arena_printf(az->rq->arena, az->device ? "/oidc/device/%s" : "/oidc/auth/%s", id));
	tree_set_text(out, "device", az->device);
	tree_set_text(out, "session", az->session.user_id ? az->session.uid : NULL);
	tree_set_text(out, "accountId", az->session.user_id);
	tree_set_text(out, "pushed", az->pushed);
	json_object_set_new(out, "done", pack_prompts(az->done));
	if (az->login)
		json_object_set_new(out, "lastLogin", json_deep_copy(az->login));
	return out;
}

static err_t open_page(struct authorization *az, const char *prompt, json_t *reasons, json_t *details,
		       const char *address)
{
	struct interaction i = { .id = interaction_new_id(az->rq), .client_id = az->client->id };
	err_t e;

	i.request = pack_request(az, i.id, prompt, reasons, details);
	e = interaction_create(az->rq, &i);
	if (e)
		return e;
	authorization_log(az->rq, AUDIT_INTERACTION_CREATE, &i, az->session.user_id);
	e = set_cookies(az, &i);
	return e ? e : reply_redirect(az->rq, 303, address);
}

static err_t fail_silently(struct authorization *az, const struct reason *why)
{
	az->failure.e = why->error;
	az->failure.description = why->description;
	return authorization_send_failure(az);
}

/* -- the decision -- */

static err_t prompt_login(struct authorization *az, bool *ends)
{
	const struct reason *why;
	json_auto_t *reasons = reasons_of(az, login_reasons, ARRAY_LEN(login_reasons), NULL, &why);
	json_auto_t *details = json_object();

	*ends = why != NULL;
	if (!why)
		return OK;
	if (az->prompts & PROMPT_NONE)
		return fail_silently(az, why);
	return open_page(az, "login", reasons, details, login_page(az));
}

static err_t prompt_consent(struct authorization *az, bool *ends)
{
	const struct reason *why;
	json_auto_t *reasons = NULL;
	json_t *missing;
	err_t e = find_missing(az, &missing);

	if (e)
		return e;
	reasons = reasons_of(az, consent_reasons, ARRAY_LEN(consent_reasons), missing, &why);
	*ends = why != NULL;
	if (!why)
		return OK;
	if (az->prompts & PROMPT_NONE)
		return fail_silently(az, why);
	return open_page(az, "consent", reasons, missing,
			 arena_printf(az->rq->arena, "/consent?app_id=%s", az->client->id));
}

/* The grant that the client has in this session. */
static err_t find_grant(struct authorization *az)
{
	const json_t *given = json_object_get(az->session.clients, az->client->id);
	const char *id = json_string_value(json_object_get(given, "grantId"));
	err_t e = id ? grant_find(az->rq, id, az->session.user_id, az->client->id, &az->grant) : ERR_NOT_FOUND;

	if (e == ERR_NOT_FOUND)
		az->grant = (struct user_grant){0};
	return e == ERR_NOT_FOUND ? OK : e;
}

err_t authorization_prompt(struct authorization *az, bool *ends)
{
	err_t e = prompt_login(az, ends);

	if (!e && !*ends)
		e = find_grant(az);
	return e || *ends ? e : prompt_consent(az, ends);
}
