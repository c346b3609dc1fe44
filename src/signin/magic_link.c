/*
 * A one-time token as a proof of an address (sign-in.md section 3.8): it signs in and registers whatever the methods
 * and the mode are, and may bring the person into organizations.
 */
#include "signin/attempt.h"
#include "signin/one_time_token.h"
#include "signin/record.h"
#include "tenant/doors.h"

#include "base/banned.h"

static const char *const shown_token[] = { "identifier", "verified", "oneTimeTokenContext", NULL };

static const json_t *organizations_of(const json_t *record)
{
	return json_object_get(json_object_get(record, "oneTimeTokenContext"), "jitOrganizationIds");
}

static void stage(const json_t *record, json_t *profile)
{
	json_t *organizations = (json_t *)(uintptr_t)organizations_of(record);	/* jansson takes no const here */

	json_object_set_new(profile, "primaryEmail", json_string(record_identifier(record).value));
	if (organizations)
		json_object_set(profile, "jitOrganizationIds", organizations);
}

RECORD_TYPE(one_time_token_record) = {
	.name = "OneTimeToken", .shown = shown_token, .signs_in = true, .resets_password = true, .registers = true,
	.is_invitation = true, .find_user = record_find_by_identifier, .stage = stage,
	.organizations = organizations_of,
};

static err_t keep_proof(struct request *rq, struct experience *x, json_t *about)
{
	json_t *identifier = (json_t *)(uintptr_t)body_get(rq, "identifier");
	const char *id = record_put(
		rq, x, &one_time_token_record,
		json_pack("{s:O, s:b, s:O}", "identifier", identifier, "verified", 1, "oneTimeTokenContext", about));
	err_t e;

	experience_skip_captcha(x);
	e = experience_save(rq, x);
	return e ? e : reply_verification(rq, id);
}

/* A good token is used up, also where it proves nothing because its address is blocked. */
static err_t verify_token(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	const struct attempt attempt = { LOCKOUT_IDENTIFIER, by.type, by.value };
	struct experience x;
	json_t *about;
	err_t outcome, e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, one_time_token_record.name);
	outcome = one_time_token_use(rq, body_text(rq, "token"), by.value, purposes[x.purpose], &about);
	if (outcome && !one_time_token_is_refusal(outcome))
		return outcome;
	e = attempt_settle(rq, &x.interaction, &attempt, outcome);
	return e ? e : keep_proof(rq, &x, about);
}

static const char *const types[] = { "email", NULL };
static const struct field email_members[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = types },
	{ "value", .type = FIELD_TEXT, .flags = REQUIRED, .max = 256, .form = FORM_EMAIL },
	FIELDS_END
};
static const struct field token_body[] = {
	{ "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = email_members },
	{ "token", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 256 },
	FIELDS_END
};

const struct route magic_link_routes[] = {
	{ POST, "/api/experience/verification/one-time-token/verify", INTERACTION, WRITE,
	  .before = experience_require_begun, .body = token_body, .handler = verify_token, .status = 200,
	  .reply = &verification_shape, .operation = "VerifyOneTimeTokenVerification",
	  .summary = "Prove an address by a token that was sent to it" },
};
const size_t magic_link_route_count = ARRAY_LEN(magic_link_routes);
