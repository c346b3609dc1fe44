/* Pushed authorization requests: a client sends the parameters itself, the browser a name for them. */
#include "oidc/par.h"

#include <string.h>

#include "base/text.h"
#include "entity/tree.h"
#include "oidc/artifact.h"
#include "oidc/oauth.h"
#include "base/banned.h"

#define NAME "urn:ietf:params:oauth:request_uri:"

bool par_is_name(const char *request_uri)
{
	return text_has_prefix(request_uri, NAME);
}

err_t par_load(struct authorization *az, const char *request_uri)
{
	struct artifact pushed;
	err_t e = artifact_find(az->rq, ARTIFACT_REQUEST, request_uri + strlen(NAME), &pushed);

	if (e == ERR_NOT_FOUND || (!e && strcmp(pushed.client_id, az->client->id) != 0))
		return oauth_fail(ERR_OAUTH_REQUEST_URI, "request_uri is invalid, expired, or was already used");
	if (e)
		return e;
	authorization_unpack(az, json_object_get(pushed.details, "params"));
	az->pushed = pushed.hash;
	return OK;
}

/* Checks the request as /oidc/auth will do; what cannot be redirected is an invalid request here. */
static err_t check(struct authorization *az)
{
	err_t e = authorization_check(az);

	if (e == ERR_OAUTH_REDIRECT_URI)
		return oauth_fail(ERR_OAUTH_REQUEST,
				  "redirect_uri did not match any of the client's registered redirect_uris");
	return e;
}

static err_t push(struct oauth *o)
{
	struct authorization az = { .rq = o->rq, .is_pushing = true };
	struct artifact made = { .kind = ARTIFACT_REQUEST };
	struct json_out j;
	err_t e = client_authenticate(o);

	if (e)
		return e;
	authorization_take(&az, &o->fields, false);
	e = check(&az);
	if (e)
		return e;
	made.client_id = az.client->id;
	made.details = tree_keep(o->rq, json_pack("{s:O}", "params", authorization_pack(&az)));
	e = artifact_issue(o->rq, &made, PAR_LIFE_S);
	if (e)
		return e;
	j = reply_json(o->rq, 201);
	json_open(&j);
	json_key_int(&j, "expires_in", PAR_LIFE_S);
	json_key_text(&j, "request_uri", arena_printf(o->rq->arena, NAME "%s", made.value));
	json_close(&j);
	return OK;
}

err_t par_push(struct request *rq)
{
	return oauth_run(rq, OAUTH_NO_STORE, push);
}
