/*
 * The device flow (oidc.md section 7.4): a device shows a code, and a person enters it in a browser, signs in there
 * and agrees. What the device asked for goes the way of an authorization request; its device code becomes what a code
 * is.
 *
 * Nobody else may make a browser confirm a device: each form has a secret that the session keeps. The page reads it
 * from a cookie.
 */
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/ids.h"
#include "base/text.h"
#include "entity/tree.h"
#include "http/cookie.h"
#include "oidc/authorize.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "oidc/pages.h"
#include "signin/page.h"
#include "tenant/cookie_keys.h"
#include "tenant/lockout.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define DEVICE_LIFE_S 600	/* oidc.md section 8.6 */
#define USER_CODE_LEN 8
#define SECRET_COOKIE "_logto_device_flow_xsrf"
#define SECRET_MEMBER "device"	/* in what the session keeps of open questions */
#define PAGE "/device"
#define HINT_MOST 256		/* bytes of each of those that the address of the page has for scripts */
#define INPUT_MOST 64		/* bytes of what was typed that go back to the page */

/* -- codes -- */

/* Letters that make no words and are not taken for each other. */
static const char *new_user_code(struct arena *a)
{
	static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";
	const unsigned n = sizeof(letters) - 1;
	char *code = arena_zalloc(a, USER_CODE_LEN + 1);
	unsigned char byte;

	for (size_t len = 0; len < USER_CODE_LEN;) {
		random_bytes(&byte, 1);
		if (byte < 256 / n * n)		/* each letter is equally likely */
			code[len++] = letters[byte % n];
	}
	return code;
}

static const char *shown(struct arena *a, const char *code)
{
	return arena_printf(a, "%.4s-%s", code, code + USER_CODE_LEN / 2);
}

/* What was typed, in capitals and without what stands between; "" when it cannot be a code. */
static const char *typed(struct arena *a, const char *input)
{
	char *code = arena_zalloc(a, USER_CODE_LEN + 1);
	size_t len = 0;

	for (; *input; input++) {
		char c = text_lower(*input);
		bool letter = c >= 'a' && c <= 'z';

		if (!letter && !(c >= '0' && c <= '9') && c != '_')
			continue;
		if (len == USER_CODE_LEN)
			return "";
		code[len++] = letter ? (char)(c - 'a' + 'A') : c;
	}
	return code;
}

/* -- POST /oidc/device/auth -- */

static err_t reply_codes(struct request *rq, const struct artifact *made)
{
	struct json_out j = reply_json(rq, 200);
	const char *code = shown(rq->arena, made->user_code), *page;

	page = arena_printf(rq->arena, "%s" PAGE, rq->tenant->endpoint);
	json_open(&j);
	json_key_text(&j, "device_code", made->value);
	json_key_text(&j, "user_code", code);
	json_key_text(&j, "verification_uri", page);
	json_key_text(&j, "verification_uri_complete", arena_printf(rq->arena, "%s?user_code=%s", page, code));
	json_key_int(&j, "expires_in", DEVICE_LIFE_S);
	json_close(&j);
	return OK;
}

static err_t begin(struct oauth *o)
{
	struct authorization az = { .rq = o->rq };
	struct artifact made = { .kind = ARTIFACT_DEVICE };
	err_t e = client_authenticate(o);

	if (e)
		return e;
	if (!(o->client->grants & GRANT_DEVICE_CODE))
		return oauth_fail(ERR_OAUTH_REQUEST,
				  "urn:ietf:params:oauth:grant-type:device_code is not allowed for this client");
	authorization_take(&az, &o->fields, false);
	az.params[PARAM_CLIENT_ID] = o->client->id;
	e = authorization_check_device(&az);
	if (e)
		return e;
	made.client_id = o->client->id;
	made.user_code = new_user_code(o->rq->arena);
	made.scope = az.params[PARAM_SCOPE];
	made.details = tree_keep(o->rq, json_pack("{s:O}", "params", authorization_pack(&az)));
	e = artifact_issue(o->rq, &made, DEVICE_LIFE_S);
	if (e == ERR_UNIQUE)	/* a device shows this code just now: take another one */
		return ERR_AGAIN;
	return e ? e : reply_codes(o->rq, &made);
}

err_t device_begin(struct request *rq)
{
	return oauth_run(rq, OAUTH_NO_STORE, begin);
}

/* -- the secret of the forms -- */

static const char *secret_of(const struct session *s)
{
	return json_string_value(json_object_get(s->logout, SECRET_MEMBER));
}

static err_t renew_secret(struct request *rq, struct session *s)
{
	char secret[SECRET_LEN + 1];

	id_new(secret, SECRET_LEN, ALPHABET_URL);
	s->logout = tree_keep(rq, s->logout ? json_copy(s->logout) : json_object());
	json_object_set_new(s->logout, SECRET_MEMBER, json_string(secret));
	return session_save(rq, s, false);
}

/* What the address of the page says of whose page it is; each short enough to be sent on. */
static const struct { const char *name; enum authorization_param param; } hints[] = {
	{ "app_id", PARAM_CLIENT_ID },
	{ "organization_id", PARAM_ORGANIZATION_ID },
	{ "ui_locales", PARAM_UI_LOCALES },
};

static const char *hint_of(const struct request *rq, size_t i)
{
	const char *value = query_nonempty(rq, hints[i].name);

	return value && strlen(value) <= HINT_MOST ? value : NULL;
}

static const char *page_cookie(struct request *rq)
{
	struct authorization az = { .rq = rq };

	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		az.params[hints[i].param] = hint_of(rq, i);
	return authorization_page_cookie(&az);
}

static err_t set_cookies(struct request *rq, const struct session *s)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	const struct cookie secret = { .name = SECRET_COOKIE, .value = secret_of(s), .path = PAGE,
				       .life_s = DEVICE_LIFE_S, .readable = true };
	const struct cookie page = { .name = "_logto", .value = page_cookie(rq), .readable = true };
	err_t e = cookie_keys_load(rq->tx, rq->tenant->id, &keys);

	if (!e)
		e = cookie_set(rq, &secret, &keys->ring);
	return e ? e : cookie_set(rq, &page, &keys->ring);
}

/* -- the page -- */

static void add_pair(struct buffer *to, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	buffer_texts(to, strchr(buffer_str(to), '?') ? "&" : "?", name, "=");
	text_escape_form(to, value);
}

/* What was typed goes back to the page, unless it is much too long for a code. */
static const char *page_address(const struct request *rq, const char *input, const char *error)
{
	struct buffer b;
	const char *out;

	buffer_init(&b, KIB(4));
	buffer_text(&b, PAGE);
	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		add_pair(&b, hints[i].name, hint_of(rq, i));
	add_pair(&b, "input_code", input && strlen(input) <= INPUT_MOST ? input : NULL);
	add_pair(&b, "error", error);
	out = arena_copy(rq->arena, buffer_str(&b));
	buffer_done(&b);
	return out;
}

/* Sends the browser to the page with a new secret. */
static err_t go_to_page(struct request *rq, struct session *s, const char *input, const char *error)
{
	err_t e = renew_secret(rq, s);

	if (!e)
		e = set_cookies(rq, s);
	return e ? e : reply_redirect(rq, 302, page_address(rq, input, error));
}

/* GET /oidc/device?user_code=: the code that the address brings is sent on as if it had been typed. */
static err_t send_on(struct request *rq, struct session *s, const char *code)
{
	const char *action = arena_printf(rq->arena, "%s" PAGE, rq->tenant->issuer);
	struct param inputs[2];
	err_t e = renew_secret(rq, s);

	if (e)
		return e;
	inputs[0] = (struct param){ "xsrf", secret_of(s) };
	inputs[1] = (struct param){ "user_code", code };
	return page_form_post(rq, 200, action, inputs, ARRAY_LEN(inputs));
}

err_t device_open(struct request *rq)
{
	const char *code = query_nonempty(rq, "user_code");
	struct session s;
	err_t e = session_open(rq, &s);

	rq->reply.no_store = true;
	if (e)
		return e;
	return code ? send_on(rq, &s, code) : go_to_page(rq, &s, NULL, NULL);
}

/* The query as it came; none when a Location cannot have it. */
static const char *query_to_keep(const struct request *rq)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?@!$&'()*+,;=%";
	const char *query = rq->query_text;

	if (!*query || query[strspn(query, plain)] || strlen(query) > KIB(4))
		return "";
	return arena_printf(rq->arena, "?%s", query);
}

/* Begins with the secret, without which the page can do nothing. */
err_t device_page(struct request *rq)
{
	struct params cookies;
	err_t e = cookies_parse(rq, &cookies);

	if (e)
		return e;
	if (params_get(&cookies, SECRET_COOKIE))
		return page_answer(rq);
	return reply_redirect(rq, 302, arena_printf(rq->arena, "/oidc/device%s", query_to_keep(rq)));
}

/* -- POST /oidc/device -- */

/* Why a code cannot be confirmed, in the page's words; NULL: it can. */
static const char *fault_of(const struct artifact *t)
{
	if (t->consumed_at_ms || t->grant_id || json_is_true(json_object_get(t->details, "aborted")))
		return "AlreadyUsedError";
	return t->expires_at_ms <= clock_ms() ? "ExpiredError" : NULL;
}

static err_t abort_device(struct request *rq, struct session *s, struct artifact *t)
{
	err_t e;

	json_object_set_new(t->details, "aborted", json_true());
	e = artifact_save(rq, t);
	return e ? e : go_to_page(rq, s, NULL, "AbortedError");
}

/* The person signs in and agrees, as to an authorization request. */
static err_t confirm(struct request *rq, const struct session *s, const struct artifact *t)
{
	struct authorization *az = authorization_of(rq);
	err_t e;

	*az = (struct authorization){ .rq = rq, .session = *s, .device = t->hash };
	authorization_unpack(az, json_object_get(t->details, "params"));
	e = authorization_check_device(az);
	return e ? authorization_refuse(az, e) : authorization_go_on(az);
}

/* The secret stays, but the cookie may not have it yet: that of a code in the address was in the form alone. */
static err_t ask_to_confirm(struct request *rq, const struct session *s, const struct artifact *t)
{
	err_t e = set_cookies(rq, s);

	if (e)
		return e;
	return reply_redirect(rq, 302, arena_printf(rq->arena, PAGE "?user_code=%s", shown(rq->arena, t->user_code)));
}

static err_t use_code(struct oauth *o, struct session *s, struct artifact *t)
{
	struct request *rq = o->rq;

	if (oauth_field(o, "abort"))
		return abort_device(rq, s, t);
	if (oauth_field(o, "confirm"))
		return confirm(rq, s, t);
	return ask_to_confirm(rq, s, t);
}

/*
 * Counts the codes that are entered from a network, since eight letters could be guessed. ERR_LOCKED: too many of them
 * were of no device.
 */
static err_t report_code(struct request *rq, bool found)
{
	struct address network = address_network(&rq->client);
	char text[ADDRESS_TEXT];

	address_text(&network, text);
	return lockout_report(rq->tx, rq->arena, LOCKOUT_DEVICE_CODE, text, found);
}

/* ERR_NOT_FOUND, ERR_LOCKED: see above. */
static err_t find_device(struct request *rq, const char *input, struct artifact *out)
{
	err_t found = artifact_find_device(rq, typed(rq->arena, input), out), e;

	if (found && found != ERR_NOT_FOUND)
		return found;
	e = report_code(rq, !found);
	return e ? e : found;
}

static err_t enter(struct oauth *o, struct session *s)
{
	const char *xsrf = oauth_field(o, "xsrf"), *input = oauth_field(o, "user_code"), *fault;
	struct artifact t;
	err_t e;

	if (!xsrf || !secret_of(s) || !text_equal_secret(xsrf, secret_of(s)))
		return go_to_page(o->rq, s, NULL, "InvalidRequest");
	if (!input)
		return go_to_page(o->rq, s, NULL, "NoCodeError");
	e = find_device(o->rq, input, &t);
	if (e == ERR_NOT_FOUND || e == ERR_LOCKED) {
		err_clear();
		return go_to_page(o->rq, s, input, e == ERR_LOCKED ? "SlowDown" : "NotFoundError");
	}
	if (e)
		return e;
	fault = fault_of(&t);
	return fault ? go_to_page(o->rq, s, input, fault) : use_code(o, s, &t);
}

err_t device_enter(struct request *rq)
{
	struct oauth o = { .rq = rq };
	struct session s;
	err_t e = oauth_read_body(&o);

	rq->reply.no_store = true;
	if (!e)
		e = session_open(rq, &s);
	return e ? e : enter(&o, &s);
}

/* -- the end -- */

err_t device_send_code(struct authorization *az, struct artifact *made)
{
	struct request *rq = az->rq;
	struct artifact t;
	err_t e = artifact_find_hash(rq, az->device, &t);

	if (e == ERR_NOT_FOUND || (!e && fault_of(&t)))
		return reply_redirect(rq, 302, page_address(rq, NULL, e ? "NotFoundError" : fault_of(&t)));
	if (e)
		return e;
	made->hash = t.hash;
	made->consumed_at_ms = 0;
	e = artifact_save(rq, made);
	if (!e)
		e = cookie_clear(rq, SECRET_COOKIE, PAGE, true);
	return e ? e : reply_redirect(rq, 302, PAGE "/success");
}
