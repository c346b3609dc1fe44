/*
 * An authenticator app: a new secret that is shown to be proven, and the codes of the one that the person has
 * (sign-in.md section 3.3).
 *
 * The record of a new secret has the member `factor`, which becomes one of the account when it is bound and the
 * interaction submitted. It keeps the secret sealed, as the account will.
 */
#include <string.h>

#include "crypto/totp.h"
#include "entity/tree.h"
#include "signin/attempt.h"
#include "signin/mfa.h"
#include "signin/record.h"
#include "tenant/doors.h"
#include "base/banned.h"

#define CODE_MOST 64	/* characters that are looked at */

static bool is_new(const json_t *record)
{
	return json_object_get(record, "factor") != NULL;
}

static err_t bind(struct request *rq, struct experience *x, const char *id);

static const char *const shown[] = { "userId", "verified", NULL };

RECORD_TYPE(totp_record) = {
	.name = TYPE_TOTP, .shown = shown, .factor = TYPE_TOTP, .is_new = is_new, .bind = bind,
};

/* -- a new secret -- */

/* What is shown once it is stored. */
struct new_secret {
	const char *id, *secret, *account;
};
FLOW(new_secret, struct new_secret)

static err_t reply_secret(struct request *rq)
{
	const struct new_secret *new = new_secret(rq);
	const char *picture;
	struct json_out j;
	err_t e = factor_totp_picture(rq, new->account, new->secret, &picture);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "verificationId", new->id);
	json_key_text(&j, "secret", new->secret);
	json_key_text(&j, "secretQrCode", picture);
	json_close(&j);
	return OK;
}

static const struct step reply_secret_step = { "draw a new secret", WORK, reply_secret };

static err_t make_secret(struct request *rq)
{
	struct new_secret *new = new_secret(rq);
	struct experience x;
	struct person person;
	json_t *factor;
	err_t e = mfa_begin_verification(rq, &x, AUDIT_VERIFICATION_CREATE, &totp_record, &person);

	new->secret = totp_secret_new(rq->arena);
	if (!e)
		e = factor_new_totp(rq, new->secret, &factor);
	if (e)
		return e;
	new->account = factor_totp_account(&person);
	new->id = record_put(rq, &x, &totp_record,
			     json_pack("{s:s, s:b, s:O}", "userId", x.user_id, "verified", 0, "factor", factor));
	e = experience_save(rq, &x);
	return e ? e : next(rq, &reply_secret_step);
}

static const struct step make_secret_step = { "make a secret for an app", WRITE, make_secret };

/* The code that proves the secret does not count as used. */
static err_t prove_secret(struct request *rq, struct experience *x, json_t *record)
{
	json_t *factor = json_object_get(record, "factor");
	err_t e;

	if (!factor || !factor_totp_accepts(rq, factor, body_text(rq, "code")))
		return ERR_TOTP_CODE;
	json_object_del(factor, "step");
	json_object_del(factor, "lastUsedAt");
	json_object_set_new(record, "verified", json_true());
	e = experience_save(rq, x);
	return e ? e : reply_verification(rq, body_text(rq, "verificationId"));
}

static err_t bind(struct request *rq, struct experience *x, const char *id)
{
	json_t *record = record_find(x, &totp_record, id), *list;
	err_t e;

	if (!record_is_verified(record) || !is_new(record))
		return ERR_PROOF_FAILED;
	if (!mfa_is_enabled(x, FACTOR_TOTP))
		return ERR_MFA_FACTOR;
	e = factors_lock(rq, x->user_id, &list);
	if (!e && factors_find(list, FACTOR_TOTP))
		e = ERR_TOTP_IN_USE;
	if (!e)
		json_object_set(mfa_state(x), "totp", json_object_get(record, "factor"));
	return e;
}

/* -- a code of the app that the person has -- */

/* The lock on the list lets a code be taken once, however many come with it at the same time. */
static err_t try_code(struct request *rq, struct experience *x)
{
	const struct attempt attempt = { LOCKOUT_TOTP, "userId", x->user_id };
	json_t *list, *factor;
	bool right;
	err_t e = factors_lock(rq, x->user_id, &list);

	if (e)
		return e == ERR_NOT_FOUND ? ERR_USER_UNKNOWN : e;
	factor = factors_find(list, FACTOR_TOTP);
	right = factor && factor_totp_accepts(rq, factor, body_text(rq, "code"));
	e = attempt_settle(rq, &x->interaction, &attempt, right ? OK : ERR_TOTP_CODE);
	if (e)
		return e;
	return mfa_keep_proof(rq, x, list, &totp_record, json_pack("{s:s, s:b}", "userId", x->user_id, "verified", 1));
}

static err_t verify(struct request *rq)
{
	const char *id = body_text(rq, "verificationId");
	struct experience x;
	json_t *record;
	err_t e = mfa_begin_verification(rq, &x, AUDIT_VERIFICATION_SUBMIT, &totp_record, NULL);

	if (e)
		return e;
	if (!id)
		return try_code(rq, &x);
	record = record_find(&x, &totp_record, id);
	return record ? prove_secret(rq, &x, record) : ERR_PROOF_UNKNOWN;
}

/* -- routes -- */

static const struct field verify_body[] = {
	{ "code", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = CODE_MOST },
	{ "verificationId", .type = FIELD_TEXT,
	  .help = "Of a new secret; without it, the code is of the app in use." },
	FIELDS_END
};
static const struct field secret_members[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "secret", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "secretQrCode", .type = FIELD_TEXT, .flags = REQUIRED, .help = "A picture, as a data: address." },
	FIELDS_END
};
static const struct shape secret_shape = { .fields = secret_members };

#define BASE "/api/experience/verification/totp"

const struct route totp_routes[] = {
	{ POST, BASE "/secret", INTERACTION, .before = experience_require_begun, .first = &make_secret_step,
	  .status = 200, .reply = &secret_shape, .operation = "CreateTotpSecret",
	  .summary = "Make a secret for an authenticator app" },
	{ POST, BASE "/verify", INTERACTION, WRITE, .before = experience_require_begun, .body = verify_body,
	  .handler = verify, .status = 200, .reply = &verification_shape, .operation = "VerifyTotpVerification",
	  .summary = "Prove an authenticator app by a code of it" },
};
const size_t totp_route_count = ARRAY_LEN(totp_routes);
