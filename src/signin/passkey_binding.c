/*
 * People who sign in without a passkey are asked to make one, where the tenant signs people in with passkeys; they may
 * say "later" (sign-in.md sections 4.3 and 8.6).
 */
#include "directory/factor.h"
#include "signin/mfa.h"
#include "signin/record.h"
#include "signin/web_authn.h"
#include "tenant/doors.h"
#include "base/banned.h"

bool passkey_signs_in(const struct experience *x)
{
	return json_is_true(experience_rule(x, "passkeySignIn", "enabled"));
}

static bool has_skipped(const struct experience *x, const struct person *who)
{
	return json_is_true(json_object_get(mfa_state(x), "passkeySkipped")) ||
	       json_is_true(json_object_get(json_object_get(who->config, "passkey_sign_in"), "skipped"));
}

err_t passkey_check_preferred(const struct experience *x, const struct person *who)
{
	if (!passkey_signs_in(x) || factors_find(who->factors, FACTOR_WEB_AUTHN) ||
	    mfa_has_staged(x, FACTOR_WEB_AUTHN))
		return OK;
	return has_skipped(x, who) ? OK : ERR_PASSKEY_PREFERRED;
}

void passkey_take_skipped(const struct experience *x, const struct person *who, json_t *patch)
{
	json_t *config, *part;

	if (!json_is_true(json_object_get(mfa_state(x), "passkeySkipped")))
		return;
	if (!json_object_get(patch, "logtoConfig"))
		json_object_set_new(patch, "logtoConfig", json_deep_copy(who->config));
	config = json_object_get(patch, "logtoConfig");
	part = json_object_get(config, "passkey_sign_in");
	if (!json_is_object(part))
		json_object_set_new(config, "passkey_sign_in", part = json_object());
	json_object_set_new(part, "skipped", json_true());
}

static err_t bind_passkey(struct request *rq)
{
	struct experience x;
	struct person person;
	err_t e = mfa_begin_binding(rq, &x, &person, NULL);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_SIGN_IN_PASSKEY_SUBMIT, NULL);
	e = web_authn_stage(rq, &x, body_text(rq, "verificationId"));
	if (!e)
		e = experience_save(rq, &x);
	return e ? e : reply_empty(rq, 204);
}

static err_t skip_passkey(struct request *rq)
{
	struct experience x;
	struct person person;
	err_t e = mfa_begin_binding(rq, &x, &person, NULL);

	if (e)
		return e;
	json_object_set_new(mfa_state(&x), "passkeySkipped", json_true());
	e = experience_save(rq, &x);
	return e ? e : reply_empty(rq, 204);
}

/* -- routes -- */

static const struct field bind_body[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Of the registration of the passkey." },
	FIELDS_END
};

#define BASE "/api/experience/profile/mfa"

const struct route passkey_binding_routes[] = {
	{ POST, BASE "/passkey", INTERACTION, WRITE, .before = experience_require_begun, .body = bind_body,
	  .handler = bind_passkey, .status = 204, .operation = "BindSignInPasskey",
	  .summary = "Stage a passkey to sign in with" },
	{ POST, BASE "/passkey-skipped", INTERACTION, WRITE, .before = experience_require_begun,
	  .handler = skip_passkey, .status = 204, .operation = "SkipSignInPasskey",
	  .summary = "Make no passkey now" },
};
const size_t passkey_binding_route_count = ARRAY_LEN(passkey_binding_routes);
