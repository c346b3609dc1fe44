/* Judges and hashes the passwords that people choose. */
#include "signin/new_password.h"

#include "base/text.h"
#include "crypto/password.h"
#include "tenant/tenant.h"
#include "base/banned.h"

_Static_assert(NEW_PASSWORD_MOST * 3 <= PASSWORD_MAX, "what is taken can be hashed");

FLOW(choosing, struct new_password)

struct new_password *new_password(struct request *rq)
{
	return choosing(rq);
}

/* Digests of other kinds are not compared, as the contract has it. */
static bool is_same(const struct new_password *n)
{
	const struct person *p = &n->person;

	return p->digest && text_has_prefix(p->algorithm, "Argon2") &&
	       password_verify(p->algorithm, p->digest, n->text);
}

static err_t judge(struct request *rq)
{
	struct new_password *n = choosing(rq);
	err_t e = password_check(rq->arena, n->policy, n->text, &n->owner);

	if (!e && is_same(n))
		e = ERR_SAME_PASSWORD;
	if (!e)
		e = password_hash(rq->arena, context.settings, n->text, &n->digest);
	return e ? refuse(rq, e) : next(rq, n->then);
}

static const struct step judge_step = { "judge and hash a new password", WORK, judge };

/* What is staged goes before what is stored. */
static const char *known(const struct experience *x, const char *member, const char *stored)
{
	const char *staged = json_string_value(json_object_get(x->profile, member));

	return staged ? staged : stored;
}

err_t new_password_judge(struct request *rq, const struct experience *x, const struct person *person,
			 const char *username, const char *text, const struct step *then)
{
	struct new_password *n = choosing(rq);

	*n = (struct new_password){
		.text = text, .policy = json_object_get(x->rules, "passwordPolicy"), .then = then,
		.person = person ? *person : (struct person){0},
	};
	n->owner = (struct password_owner){
		.name = known(x, "name", n->person.name),
		.username = username ? username : known(x, "username", n->person.username),
		.email = known(x, "primaryEmail", n->person.email),
		.phone = known(x, "primaryPhone", n->person.phone),
	};
	return next(rq, &judge_step);
}
