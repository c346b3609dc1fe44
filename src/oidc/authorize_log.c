/* What the audit log is told of an interaction (webhooks-and-logs.md section 5.1). */
#include "events/audit_mask.h"
#include "oidc/authorize.h"
#include "base/banned.h"

/* Two parameters are told of as if they were always there, so that no entry tells whether somebody came by a link. */
static json_t *masked_params(const struct interaction *i)
{
	json_t *params = json_copy(json_object_get(i->request, "params"));

	json_object_set_new(params, "one_time_token", json_string(AUDIT_MASK));
	json_object_set_new(params, "google_one_tap_credential", json_string(AUDIT_MASK));
	return params;
}

void authorization_log(struct request *rq, enum audit_key key, const struct interaction *i, const char *user_id)
{
	struct audit *log = audit_open(rq, key, NULL, NULL);
	json_t *params = masked_params(i);

	audit_text(log, "applicationId", i->client_id);
	audit_text(log, "userId", user_id ? user_id : json_string_value(json_object_get(i->request, "accountId")));
	audit_text(log, "sessionId", json_string_value(json_object_get(i->request, "session")));
	audit_text(log, "interactionId", i->id);
	audit_value(log, "params", params);
	audit_value(log, "prompt", json_object_get(i->request, "prompt"));
	json_decref(params);
}
