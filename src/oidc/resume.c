/* GET /oidc/auth/UID: an authorization goes on when one of its pages is done (oidc.md section 5.5). */
#include <string.h>

#include "base/clock.h"
#include "http/cookie.h"
#include "oidc/authorize.h"
#include "oidc/oauth.h"
#include "oidc/oidc.h"
#include "store/store.h"
#include "tenant/cookie_keys.h"
#include "tenant/tenant.h"
#include "base/banned.h"

STATEMENT(may_sign_in, "SELECT 1 FROM users WHERE tenant_id = $1 AND id = $2 AND is_suspended = 0");

/* -- which one -- */

static err_t refuse_resumption(struct request *rq, const char *description)
{
	rq->reply.no_store = true;
	oauth_fail(ERR_SESSION_NOT_FOUND, "%s", description);
	oidc_answer_error(rq, ERR_SESSION_NOT_FOUND, NULL, rq->tenant->issuer);
	return OK;
}

/* Whether the browser is the one that the interaction began in: it has the cookie for this path. */
static err_t is_same_browser(struct request *rq, const char *id, bool *out)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	struct params cookies;
	const char *value = NULL;
	err_t e = cookies_parse(rq, &cookies);

	if (!e)
		e = cookie_keys_load(rq->tx, rq->tenant->id, &keys);
	if (!e)
		value = cookie_find(&cookies, &keys->ring, RESUME_COOKIE);
	*out = value && !strcmp(value, id);
	return e;
}

/* -- what the page has done -- */

static unsigned unpack_prompts(const json_t *names)
{
	unsigned prompts = 0;
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		prompts |= !strcmp(json_string_value(name), "login") ? PROMPT_LOGIN : PROMPT_CONSENT;
	return prompts;
}

err_t authorization_take_login(struct authorization *az, const struct interaction *i, const char *user_id)
{
	int64_t one, at_s = json_integer_value(json_object_get(i->login, "ts"));
	err_t e = store_int(az->rq->tx, &may_sign_in, ARGS(T(user_id)), &one);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	az->session.user_id = user_id;
	az->session.login_at_s = at_s ? at_s : clock_s();
	json_object_set_new(i->login, "clientId", json_string(i->client_id));	/* the API tells it with the session */
	az->session.login = i->login;
	az->login = i->login;
	az->done |= PROMPT_LOGIN;
	az->renews = true;
	return OK;
}

/* Sets what the client was given on the page, when it is still the same person. */
static void take_consent(struct authorization *az, const struct interaction *i)
{
	const char *asked = json_string_value(json_object_get(i->request, "accountId"));

	if (!i->grant_id || !asked || !az->session.user_id || strcmp(asked, az->session.user_id) != 0)
		return;
	json_object_set_new(session_client(&az->session, i->client_id), "grantId", json_string(i->grant_id));
	az->done |= PROMPT_CONSENT;
	az->renews = true;
}

/* The request as it was when the page opened. */
static err_t restore(struct authorization *az, const struct interaction *i)
{
	authorization_unpack(az, json_object_get(i->request, "params"));
	az->done = unpack_prompts(json_object_get(i->request, "done"));
	az->login = json_object_get(i->request, "lastLogin");
	az->pushed = json_string_value(json_object_get(i->request, "pushed"));
	az->resumed = json_string_value(json_object_get(i->request, "returnTo"));
	az->device = json_string_value(json_object_get(i->request, "device"));
	return az->device ? authorization_check_device(az) : authorization_check(az);
}

static err_t go_on(struct authorization *az, const struct interaction *i)
{
	const char *user_id = json_string_value(json_object_get(i->login, "accountId"));
	err_t e = restore(az, i);

	if (e)
		return authorization_refuse(az, e);
	if (user_id && az->session.user_id && strcmp(user_id, az->session.user_id) != 0)
		return logout_other_account(az, i);
	authorization_log(az->rq, AUDIT_INTERACTION_END, i, user_id);
	e = interaction_delete(az->rq, i->id);
	if (!e && user_id)
		e = authorization_take_login(az, i, user_id);
	if (e)
		return e;
	take_consent(az, i);
	return authorization_go_on(az);
}

err_t authorize_resume(struct request *rq)
{
	struct authorization *az = authorization_of(rq);
	const char *id = path_arg(rq, "uid");
	struct interaction i;
	bool same;
	err_t e = is_same_browser(rq, id, &same);

	if (e)
		return e;
	if (!same)
		return refuse_resumption(rq, "authorization request has expired");
	e = interaction_find(rq, id, &i);
	if (e)
		return e == ERR_NOT_FOUND ? refuse_resumption(rq, "interaction session not found") : e;
	*az = (struct authorization){ .rq = rq };
	e = session_open(rq, &az->session);
	return e ? e : go_on(az, &i);
}
