/*
 * The password of a user as a proof (sign-in.md section 3.1).
 *
 * Whoever is asked for, known or not, with a password or without: one digest of the tenant's own cost is computed, so
 * that neither the answer nor its time tells which it was. A weak digest that an import brought is renewed with it.
 */
#include <string.h>

#include "crypto/password.h"
#include "signin/record.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
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
	struct person person;		/* id NULL: nobody */
	bool right;
	const char *renewed;		/* replaces a weak digest */
};
FLOW(trial, struct trial)

static err_t keep_proof(struct request *rq, struct experience *x)
{
	const struct trial *t = trial(rq);
	json_t *identifier = (json_t *)(uintptr_t)body_get(rq, "identifier");
	const char *id = record_put(
		rq, x, &password_record,
		json_pack("{s:O, s:b, s:s}", "identifier", identifier, "verified", 1, "userId", t->person.id));
	err_t e = experience_save(rq, x);

	if (!e && t->renewed)
		e = person_renew_password(rq, t->person.id, t->person.digest, t->renewed);
	return e ? e : reply_verification(rq, id);
}

static err_t settle(struct request *rq)
{
	const struct trial *t = trial(rq);
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	if (!t->right)
		return refuse(rq, ERR_CREDENTIALS);
	if (t->person.is_suspended)
		return refuse(rq, ERR_USER_SUSPENDED);
	return keep_proof(rq, &x);
}

static const struct step settle_step = { "settle a proof by password", WRITE, settle };

/* Compares; computes a digest in any case but that of a right password with a current digest, which is as costly. */
static err_t try_password(struct request *rq)
{
	struct trial *t = trial(rq);
	const struct person *p = &t->person;
	const char *password = body_text(rq, "password"), *fresh = NULL;
	bool current = p->digest && password_is_current(p->algorithm, p->digest, password);
	err_t e = OK;

	t->right = p->digest && password_verify(p->algorithm, p->digest, password);
	if (!current)
		e = password_hash(rq->arena, context.settings, password, &fresh);
	t->renewed = t->right ? fresh : NULL;
	return e ? e : next(rq, &settle_step);
}

static const struct step try_step = { "try a password", WORK, try_password };

static err_t find_whose(struct request *rq)
{
	struct trial *t = trial(rq);
	struct identifier by = body_identifier(rq);
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (!e)
		e = person_find(rq, &by, experience_any_case(&x), &t->person);
	if (e == ERR_NOT_FOUND)
		t->person = (struct person){0};
	else if (e)
		return e;
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
	  .body = password_body, .status = 200, .reply = &verification_shape, .refuses = 401,
	  .operation = "CreatePasswordVerification", .summary = "Prove who one is by a password" },
};
const size_t password_route_count = ARRAY_LEN(password_routes);
