/*
 * The owner of an account chooses a new password (sign-in.md section 11). Tokens and sessions live on.
 */
#include "crypto/password.h"

#include "account/account.h"
#include "directory/user.h"
#include "signin/new_password.h"
#include "tenant/doors.h"

#include "base/banned.h"

/* Who has nothing to prove themselves by chooses a first password without a proof. */
static err_t check_owner(struct request *rq, struct person *owner)
{
	struct need need = { .field = "password", .edits = true, .scope = "profile" };
	err_t e = person_load(rq, rq->who.id, owner);

	need.proof = !e && (owner->digest || owner->email || owner->phone);
	return e ? e : account_check(rq, &need);
}

static err_t keep_password(struct request *rq)
{
	json_auto_t *patch = json_object();
	struct person owner;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Password");
	e = check_owner(rq, &owner);
	if (e)
		return e;
	user_set_password(patch, new_password(rq)->digest, PASSWORD_ALGORITHM);
	e = user_complete(rq, rq->who.id, patch);
	return e ? e : account_changed(rq);
}

static const struct step keep_password_step = { "store the new password of an owner", WRITE, keep_password };

static err_t judge_password(struct request *rq)
{
	struct experience x = {0};
	struct person owner;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Password");
	e = check_owner(rq, &owner);
	if (!e)
		e = experience_load_rules(rq, &x);
	return e ? e : new_password_judge(rq, &x, &owner, NULL, body_text(rq, "password"), &keep_password_step);
}

static const struct step judge_password_step = { "check who chooses a password", READ, judge_password };

static const struct field password_body[] = { NEW_PASSWORD_FIELD("password"), FIELDS_END };

const struct route account_password_routes[] = {
	{ POST, "/api/my-account/password", ACCOUNT, .first = &judge_password_step, .body = password_body,
	  .status = 204, .operation = "UpdateMyPassword", .summary = "Choose a new password" },
};
const size_t account_password_route_count = ARRAY_LEN(account_password_routes);
