/*
 * new_password.h - a password that a person chooses: for a new account, for one without a password, for one whose
 * password was forgotten (sign-in.md sections 3.1, 4.1, 4.2, 9.2).
 *
 * The flow of three kinds of calls: a step with a transaction looks whether one may be chosen, the step here on WORK
 * judges and hashes it, and a WRITE step of the caller loads the state anew and keeps the digest.
 */
#ifndef SIGNIN_NEW_PASSWORD_H
#define SIGNIN_NEW_PASSWORD_H

#include "signin/experience.h"
#include "tenant/password_policy.h"

struct new_password {
	const char *text;		/* as sent */
	const json_t *policy;		/* passwordPolicy; NULL: all defaults */
	struct password_owner owner;	/* what the password must not be made of */
	struct person person;		/* whose it is, with the present digest; id NULL: there is no user yet */
	const struct step *then;	/* WRITE: keeps the digest */
	const char *digest;		/* made here */
};

/* The state of the flow. */
struct new_password *new_password(struct request *rq);
/*
 * Goes on to the judgement. `person` (NULL: none) and what is staged are what the password must not be made of;
 * `username`: of a new account, in place of the staged one. The refusals: ERR_PASSWORD_REJECTED, ERR_SAME_PASSWORD.
 */
NODISCARD err_t new_password_judge(struct request *rq, const struct experience *x, const struct person *person,
				   const char *username, const char *text, const struct step *then);

/* A body's member for a password: any text that can be hashed. */
#define NEW_PASSWORD_FIELD(member) \
	{ (member), .type = FIELD_TEXT, .flags = REQUIRED, .max = NEW_PASSWORD_MOST }
#define NEW_PASSWORD_MOST 16384	/* UTF-16 units: no more bytes than are hashed */

#endif
