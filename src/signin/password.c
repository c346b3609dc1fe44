/* The password of a user as a proof (sign-in.md section 3.1). */
#include "base/clock.h"
#include "crypto/password.h"
#include "directory/user_password.h"
#include "signin/attempt.h"
#include "signin/record.h"
#include "tenant/doors.h"
#include "tenant/password_policy.h"
#include "base/banned.h"

/* The user of the time when the password was right: by now the name may be somebody else's. */
static err_t find_user(struct request *rq, const struct experience *x, const json_t *record, struct person *out)
{
	(void)x;
	return person_load(rq, json_string_value(json_object_get(record, "userId")), out);
}

RECORD_TYPE(password_record) = {
	.name = "Password", .shown = shown_identifier, .signs_in = true, .method = "password", .find_user = find_user,
};

struct trial {
	struct person person;			/* id NULL: nobody */
	struct user_password password;		/* of that user */
	err_t outcome;				/* OK or ERR_CREDENTIALS */
};
FLOW(trial, struct trial)

/* A right password is good only for somebody who may use it. */
static err_t check_person(const struct experience *x, const struct person *p)
{
	const struct password_age age = { p->is_password_expired, p->password_updated_at_ms, p->created_at_ms };

	if (p->is_suspended)
		return ERR_USER_SUSPENDED;
	return password_is_expired(json_object_get(x->rules, "passwordExpiration"), &age, clock_ms()) ?
		       ERR_PASSWORD_EXPIRED :
		       OK;
}

static err_t keep_proof(struct request *rq, struct experience *x)
{
	const struct trial *t = trial(rq);
	const char *id = record_put(rq, x, &password_record,
				    json_pack("{s:O, s:b, s:s}", "identifier", body_get(rq, "identifier"), "verified",
					      1, "userId", t->person.id));
	err_t e = experience_save(rq, x);

	if (!e)
		e = user_password_renew(rq->tx, &t->password);
	return e ? e : reply_verification(rq, id);
}

static err_t settle(struct request *rq)
{
	const struct trial *t = trial(rq);
	struct identifier by = body_identifier(rq);
	const struct attempt attempt = { LOCKOUT_IDENTIFIER, by.type, by.value };
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, password_record.name);
	e = attempt_settle(rq, &x.interaction, &attempt, t->outcome);
	if (!e)
		e = check_person(&x, &t->person);
	return e ? e : keep_proof(rq, &x);
}

static const struct step settle_step = { "settle a proof by password", WRITE, settle };

static err_t try_password(struct request *rq)
{
	struct trial *t = trial(rq);

	t->outcome = user_password_try(rq, &t->password, body_text(rq, "password"));
	if (t->outcome && t->outcome != ERR_CREDENTIALS)
		return t->outcome;
	return next(rq, &settle_step);
}

static const struct step try_step = { "try a password", WORK, try_password };

static err_t find_whose(struct request *rq)
{
	struct trial *t = trial(rq);
	struct identifier by = body_identifier(rq);
	struct experience x;
	err_t e = experience_load(rq, &x);

	*t = (struct trial){0};
	if (!e)
		e = person_find(rq, &by, experience_any_case(&x), &t->person);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (!e)
		t->password = (struct user_password){ t->person.id, t->person.digest, t->person.algorithm, NULL };
	return next(rq, &try_step);
}

static const struct step find_step = { "find whose password is tried", READ, find_whose };

/* -- routes -- */

static const struct field password_body[] = {
	{ "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = identifier_members },
	{ "password", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = PASSWORD_MAX / 4 },
	FIELDS_END
};

#define BASE "/api/experience/verification"

const struct route password_routes[] = {
	{ POST, BASE "/password", INTERACTION, .before = experience_require_begun, .first = &find_step,
	  .body = password_body, .status = 200, .reply = &verification_shape,
	  .operation = "CreatePasswordVerification", .summary = "Prove who one is by a password" },
};
const size_t password_route_count = ARRAY_LEN(password_routes);
