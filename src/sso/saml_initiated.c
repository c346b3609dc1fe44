#include "sso/saml_initiated.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/ids.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "http/cookie.h"
#include "sso/idp_initiated.h"
#include "store/store.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define COOKIE "_logto_idp_saml_sso_session_id"
#define ID_LEN 43
#define LIFE_MOST_MS 600000	/* an assertion may be valid for longer */

STATEMENT(saml_session_insert,
	  "INSERT INTO saml_sessions (tenant_id, hash, sso_connector_id, issuer, said, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6)");
STATEMENT(saml_session_take,
	  "DELETE FROM saml_sessions WHERE tenant_id = $1 AND hash = $2 AND sso_connector_id = $3 AND expires_at > $4"
	  " RETURNING issuer, said");
COLUMNS(saml_session_take, issuer, said);
EXPIRING(saml_session, "saml_sessions", "hash", 0);

err_t saml_initiated_check(struct request *rq, const char *connector_id)
{
	struct idp_initiated unused;
	err_t e = idp_initiated_load(rq, connector_id, &unused);

	return e == ERR_NOT_FOUND ? err_set(ERR_SAML_SESSION, "the response names no sign-in") : e;
}

/* -- where the browser goes -- */

static void add(struct buffer *to, const char *name, const char *value)
{
	buffer_char(to, '&');
	text_escape_part(to, name);
	buffer_char(to, '=');
	text_escape_part(to, value);
}

static bool is_ours(const char *name)
{
	static const char *const ours[] = { "client_id", "redirect_uri", "response_type", "prompt", "direct_sign_in",
					    "scope", NULL };

	return text_is_one_of(name, ours);
}

static void add_further(struct buffer *to, const json_t *parameters)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)parameters, name, value)
		if (!is_ours(name) && json_is_string(value))
			add(to, name, json_string_value(value));
}

static void write_authorization(struct request *rq, struct buffer *to, const struct idp_initiated *s, const char *id)
{
	const char *scope = json_string_value(json_object_get(s->parameters, "scope"));

	buffer_texts(to, rq->tenant->endpoint, "/oidc/auth?response_type=code");
	add(to, "client_id", s->application_id);
	add(to, "redirect_uri", s->redirect_uri);
	add(to, "prompt", "login");
	add(to, "direct_sign_in", arena_printf(rq->arena, "sso:%s", id));
	add(to, "scope", arena_printf(rq->arena, "openid profile%s%s", scope ? " " : "", scope ? scope : ""));
	add_further(to, s->parameters);
}

static err_t redirect(struct request *rq, const struct idp_initiated *s, const char *id)
{
	CLEANUP(buffer_done) struct buffer to = {0};

	buffer_init(&to, KIB(16));
	if (s->automatic && !s->redirect_uri)
		return ERR_OAUTH_REDIRECT_URI;
	if (s->automatic)
		write_authorization(rq, &to, s, id);
	else
		buffer_texts(&to, s->client_callback, strchr(s->client_callback, '?') ? "&" : "?",
			     "ssoConnectorId=", id);
	if (to.full)
		return err_set(ERR_INTERNAL, "the address for the browser is too long");
	return reply_redirect(rq, 302, arena_copy(rq->arena, to.data));
}

/* -- what is kept -- */

err_t saml_initiated_keep(struct request *rq, const char *connector_id, const char *issuer, const json_t *said)
{
	const char *id = id_make(rq->arena, ID_LEN, ALPHABET_ALNUM);
	int64_t now = clock_ms(), until = json_integer_value(json_object_get(said, "expiresAt"));
	struct idp_initiated settings;
	err_t e = idp_initiated_load(rq, connector_id, &settings);

	if (until > now + LIFE_MOST_MS)
		until = now + LIFE_MOST_MS;
	if (!e)
		e = store_exec(rq->tx, &saml_session_insert,
			       ARGS(T(digest_of(rq->arena, id)), T(connector_id), T(issuer),
				    T(json_to_text(rq->arena, said)), N(until)),
			       NULL);
	if (!e)
		e = redirect(rq, &settings, connector_id);
	return e ? e :
		   cookie_set(rq,
			      &(struct cookie){ .name = COOKIE,
						.value = id,
						.life_s = LIFE_MOST_MS / 1000,
						.same_site = SAME_SITE_STRICT },
			      NULL);
}

static const char *cookie_of(struct request *rq)
{
	struct params cookies;
	err_t e = cookies_parse(rq, &cookies);

	err_clear();
	return e ? NULL : params_get(&cookies, COOKIE);
}

bool saml_initiated_is_there(struct request *rq)
{
	return cookie_of(rq) != NULL;
}

err_t saml_initiated_take(struct request *rq, const char *connector_id, const char **issuer, json_t **said)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = cookie_of(rq);
	err_t e = id ? store_first(rq->tx, &saml_session_take,
				   ARGS(T(digest_of(rq->arena, id)), T(connector_id), N(clock_ms())), &row) :
		       ERR_NOT_FOUND;

	if (e)
		return e;
	*issuer = arena_copy(rq->arena, rows_text(&row, saml_session_take_issuer));
	e = tree_of_column(rq, &row, saml_session_take_said, said);
	return e ? e : rows_end(&row);
}
