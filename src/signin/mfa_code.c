/*
 * A code to an address of the account as a second factor (sign-in.md section 3.2). The caller never says which
 * address: it is the one that the account has.
 */
#include <string.h>

#include "signin/code.h"
#include "signin/mfa.h"
#include "signin/profile.h"
#include "signin/sent_code.h"
#include "tenant/doors.h"
#include "base/banned.h"

RECORD_TYPE(mfa_email_record) = {
	.name = "MfaEmailVerificationCode", .shown = shown_code, .factor = TYPE_EMAIL_CODE,
};
RECORD_TYPE(mfa_phone_record) = {
	.name = "MfaPhoneVerificationCode", .shown = shown_code, .factor = TYPE_PHONE_CODE,
};

static bool is_of_email(const struct request *rq)
{
	return !strcmp(body_text(rq, "identifierType"), "email");
}

static const struct record_type *type_of_body(const struct request *rq)
{
	return is_of_email(rq) ? &mfa_email_record : &mfa_phone_record;
}

/* The contract has another status for this here. */
static err_t refuse_nobody(void)
{
	err_t e = err_set(ERR_IDENTIFIER_MISSING, "nobody to send a code to");

	err_fault()->status = 400;
	return e;
}

static err_t send_code(struct request *rq)
{
	struct code_order o = { .to = { body_text(rq, "identifierType"), NULL }, .type = type_of_body(rq),
				.kind = "MfaVerification" };
	struct experience x;
	struct person person;
	err_t e = experience_load(rq, &x);

	code_begin(rq);
	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, o.type->name);
	if (!x.user_id)
		return refuse_nobody();
	e = experience_find_person(rq, &x, &person);
	if (e)
		return e;
	o.user_id = person.id;
	o.to.value = is_of_email(rq) ? person.email : person.phone;
	return o.to.value ? code_send(rq, &x, &o) : ERR_MFA_FACTOR;
}

static const struct step send_step = { "make a code for a second factor and put its message out", WRITE, send_code };

static err_t verify_code(struct request *rq)
{
	struct experience x;
	struct identifier by;
	json_t *record;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, type_of_body(rq)->name);
	record = record_find(&x, type_of_body(rq), body_text(rq, "verificationId"));
	if (!record)
		return ERR_PROOF_UNKNOWN;
	by = record_identifier(record);
	return code_try(rq, &x, record, &by);
}

/* -- an address as a new factor -- */

static json_t *proof_of(const json_t *record, const char *user_id)
{
	struct identifier by = record_identifier(record);

	return json_pack("{s:{s:s, s:s}, s:s, s:b, s:s}", "identifier", "type", by.type, "value", by.value,
			 "templateType", "BindMfa", "verified", 1, "userId", user_id);
}

/* The proof of the address counts for the new factor too, so that this sign-in does not ask for it. */
err_t code_bind(struct request *rq, struct experience *x, const char *id)
{
	const json_t *record = record_find(x, NULL, id);
	const struct record_type *type = record_type_of(record);
	bool email = !strcmp(record_identifier(record).type, "email");
	json_auto_t *staged = json_object();
	struct person person;
	err_t e;

	if (!record_is_verified(record))
		return ERR_PROOF_FAILED;
	if (!mfa_is_enabled(x, email ? FACTOR_EMAIL : FACTOR_PHONE))
		return ERR_MFA_FACTOR;
	type->stage(record, staged);
	e = person_load(rq, x->user_id, &person);
	if (!e)
		e = profile_check(rq, x, &person, staged);
	if (e)
		return e;
	experience_stage(x, staged);
	record_put(rq, x, email ? &mfa_email_record : &mfa_phone_record, proof_of(record, x->user_id));
	return OK;
}

/* -- routes -- */

static const char *const types[] = { "email", "phone", NULL };
#define IDENTIFIER_TYPE { "identifierType", .type = FIELD_ENUM, .flags = REQUIRED, .options = types }

static const struct field send_body[] = { IDENTIFIER_TYPE, FIELDS_END };
static const struct field verify_body[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "code", .type = FIELD_TEXT, .flags = REQUIRED, .max = SENT_CODE_VALUE_MOST },
	IDENTIFIER_TYPE,
	FIELDS_END
};

#define BASE "/api/experience/verification/mfa-verification-code"

const struct route mfa_code_routes[] = {
	{ POST, BASE, INTERACTION, .before = experience_require_begun, .first = &send_step, .body = send_body,
	  .status = 200, .reply = &verification_shape, .sends = true, .operation = "CreateMfaCodeVerification",
	  .summary = "Send a code to an address of the account as a second factor" },
	{ POST, BASE "/verify", INTERACTION, WRITE, .before = experience_require_begun, .body = verify_body,
	  .handler = verify_code, .status = 200, .reply = &verification_shape,
	  .operation = "VerifyMfaCodeVerification", .summary = "Prove a second factor by the code that was sent" },
};
const size_t mfa_code_route_count = ARRAY_LEN(mfa_code_routes);
