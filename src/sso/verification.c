/* Records of sign-ins at other providers. */
#include "sso/verification.h"

#include <string.h>

#include "sso/protocol.h"

#include "base/banned.h"

err_t sso_verification_find(struct request *rq, const struct experience *x, const struct record_type *type,
			    json_t **out)
{
	const char *of;

	*out = record_find(x, type, body_text(rq, "verificationId"));
	of = json_string_value(json_object_get(*out, "connectorId"));
	return of && !strcmp(of, path_arg(rq, "connectorId")) ? OK : ERR_PROOF_UNKNOWN;
}

err_t sso_verification_begun(struct request *rq, const char *id)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "authorizationUri", sso_work(rq)->address);
	json_key_text(&j, "verificationId", id);
	json_close(&j);
	return OK;
}

static const struct field begun_members[] = {
	{ "authorizationUri", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
const struct shape sso_verification_begun_shape = { .fields = begun_members };

err_t sso_verification_keep(struct request *rq, struct experience *x, const struct record_type *type, const char *info,
			    json_t *record, const char *id)
{
	const struct sso_work *w = sso_work(rq);
	err_t e;

	json_object_set_new(record, "verified", json_true());
	json_object_set(record, info, w->person);
	json_object_set_new(record, "syncsProfile", json_boolean(w->connector.syncs_profile));
	experience_skip_captcha(x);
	experience_log(rq, x, AUDIT_VERIFICATION_SUBMIT, type->name);
	e = experience_save(rq, x);
	return e ? e : reply_verification(rq, id);
}
