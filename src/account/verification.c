/*
 * The password and a new passkey as proofs of the owner of an account (sign-in.md section 11).
 *
 * Wrong passwords count for the user, whichever of their tokens comes with them; not for the name that they sign in
 * with, so that a stolen token locks nobody out.
 */
#include "account/account.h"
#include "account/proof.h"
#include "crypto/password.h"
#include "directory/person.h"
#include "directory/user_password.h"
#include "signin/attempt.h"
#include "tenant/doors.h"

#include "base/banned.h"

/* -- the password -- */

struct trial {
	struct user_password password;
	err_t outcome;		/* OK or ERR_CREDENTIALS */
};
FLOW(trial, struct trial)

static err_t keep_password(struct request *rq)
{
	const struct trial *t = trial(rq);
	struct proof proof;
	err_t e = proof_put(rq, PROOF_PASSWORD, json_pack("{s:b}", "verified", 1), &proof);

	if (!e)
		e = user_password_renew(rq->tx, &t->password);
	return e ? e : proof_reply(rq, &proof);
}

static err_t settle_password(struct request *rq)
{
	const struct attempt attempt = { LOCKOUT_IDENTIFIER, "userId", rq->who.id };
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_SUBMIT, PROOF_PASSWORD);
	e = attempt_settle_by(rq, &attempt, trial(rq)->outcome, account_note);
	return e ? e : keep_password(rq);
}

static const struct step settle_password_step = { "settle the password of an owner", WRITE, settle_password };

static err_t try_password(struct request *rq)
{
	struct trial *t = trial(rq);

	t->outcome = user_password_try(rq, &t->password, body_text(rq, "password"));
	if (t->outcome && t->outcome != ERR_CREDENTIALS)
		return t->outcome;
	return next(rq, &settle_password_step);
}

static const struct step try_password_step = { "try the password of an owner", WORK, try_password };

static err_t find_password(struct request *rq)
{
	err_t e = user_password_read(rq, rq->who.id, &trial(rq)->password);

	return e ? e : next(rq, &try_password_step);
}

static const struct step find_password_step = { "find the password of an owner", READ, find_password };

/* -- routes -- */

static const struct field password_body[] = {
	{ "password", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = PASSWORD_MAX / 4 },
	FIELDS_END
};

const struct route verification_routes[] = {
	{ POST, "/api/verifications/password", ACCOUNT, .first = &find_password_step, .body = password_body,
	  .status = 201, .reply = &proof_shape, .operation = "CreateVerificationByPassword",
	  .summary = "Prove that it is you by the password" },
};
const size_t verification_route_count = ARRAY_LEN(verification_routes);
