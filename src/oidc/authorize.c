/* The authorization endpoint, and the way of a checked request to a page or a code (oidc.md section 5). */
#include "oidc/authorize.h"

#include <string.h>

#include "base/ids.h"
#include "crypto/jwt.h"
#include "http/cookie.h"
#include "oidc/code.h"
#include "oidc/words.h"
#include "base/banned.h"

FLOW(flow, struct authorization)

struct authorization *authorization_of(struct request *rq)
{
	return flow(rq);
}

/* -- the code -- */

/* Whether the grant has a scope that was asked for, of the provider or of a resource. */
static bool has_access(const struct authorization *az)
{
	struct words asked = words_of(az->rq->arena, az->params[PARAM_SCOPE]);
	const json_t *resource;
	size_t at;

	for (size_t i = 0; i < asked.count; i++) {
		if (grant_has(&az->grant, NULL, asked.at[i]))
			return true;
		json_array_foreach(az->resources, at, resource)
			if (grant_has(&az->grant, json_string_value(resource), asked.at[i]))
				return true;
	}
	return false;
}

/* Notes in the session what the client got; returns its `sid`, which stays the same for as long as the session. */
static const char *note_client(struct authorization *az, bool persists)
{
	json_t *given = session_client(&az->session, az->client->id);
	char sid[ID_LONG + 1];

	if (!json_object_get(given, "sid")) {
		id_new(sid, ID_LONG, ALPHABET_URL);
		json_object_set_new(given, "sid", json_string(sid));
	}
	json_object_set_new(given, "grantId", json_string(az->grant.id));
	if (persists)
		json_object_set_new(given, "persists", json_true());
	return json_string_value(json_object_get(given, "sid"));
}

/* ID tokens tell when the person signed in where the request made that matter (oidc.md section 8.1). */
static int64_t auth_time_of(const struct authorization *az)
{
	return az->max_age_s >= 0 || (az->prompts & PROMPT_LOGIN) ? az->session.login_at_s : 0;
}

static err_t send_new_code(struct authorization *az, struct artifact *made)
{
	err_t e = artifact_issue(az->rq, made, CODE_LIFE_S);

	if (!e && az->pushed)
		e = artifact_remove(az->rq->tx, az->pushed);
	return e ? e : authorization_send_code(az, made->value);
}

static err_t issue_code(struct authorization *az)
{
	const char *scope = az->params[PARAM_SCOPE];
	bool persists = jwt_word(scope, "offline_access");
	const char *sid = note_client(az, persists);
	const struct code code = {
		.redirect_uri = az->redirect_uri, .challenge = az->params[PARAM_CODE_CHALLENGE],
		.nonce = az->params[PARAM_NONCE], .resources = az->resources, .session_uid = az->session.uid,
		.sid = az->client->backchannel_uri && az->client->backchannel_names_session ? sid : NULL,
		.auth_time_s = auth_time_of(az),
	};
	struct artifact made = {
		.kind = ARTIFACT_CODE, .client_id = az->client->id, .user_id = az->session.user_id,
		.grant_id = az->grant.id, .session_uid = persists ? NULL : az->session.uid, .scope = scope,
		.details = code_pack(az->rq, &code),
	};
	err_t e = az->device ? device_send_code(az, &made) : send_new_code(az, &made);

	return e == ERR_REFERENCE ? ERR_AGAIN : e;	/* the grant was revoked just now: look anew what is missing */
}

static err_t finish(struct authorization *az)
{
	err_t e = OK;

	if (az->resumed)
		e = cookie_clear(az->rq, RESUME_COOKIE, az->resumed, true);
	if (e)
		return e;
	if (has_access(az))
		return issue_code(az);
	az->failure.e = ERR_OAUTH_ACCESS_DENIED;
	az->failure.description = NULL;
	return authorization_send_failure(az);
}

err_t authorization_go_on(struct authorization *az)
{
	bool ends = false;
	err_t e = authorization_prompt(az, &ends);

	az->rq->reply.no_store = true;
	if (!e && !ends)
		e = finish(az);
	if (!e && (az->session.hash || az->session.user_id))
		e = session_save(az->rq, &az->session, az->renews);
	return e;
}

/* -- GET and POST /oidc/auth -- */

static err_t decide(struct request *rq)
{
	struct authorization *az = authorization_of(rq);
	err_t e = session_open(rq, &az->session);

	return e ? e : authorization_go_on(az);
}

static const struct step decide_step = { "answer an authorization request", WRITE, decide };

static err_t check(struct request *rq)
{
	struct authorization *az = authorization_of(rq);
	err_t e;

	*az = (struct authorization){ .rq = rq };
	e = authorization_read(az);
	if (!e)
		e = authorization_check(az);
	return e ? authorization_refuse(az, e) : next(rq, &decide_step);
}

const struct step authorize_first = { "check an authorization request", READ, check };
