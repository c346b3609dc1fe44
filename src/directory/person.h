/*
 * person.h - a user as somebody who signs in: found by an identifier, with what a sign-in looks at.
 *
 * Contract: sign-in.md sections 2 and 3.1.
 */
#ifndef DIRECTORY_PERSON_H
#define DIRECTORY_PERSON_H

#include "http/request.h"

/* What people call themselves when they sign in. `type`: username, email or phone. */
struct identifier {
	const char *type, *value;
};

/* Texts live in the request's arena, trees are the request's. What a user does not have is NULL. */
struct person {
	const char *id;
	const char *username, *email, *phone, *name, *avatar;
	const char *digest, *algorithm;		/* of the password; NULL: none */
	int64_t created_at_ms, password_updated_at_ms;	/* 0: not known */
	bool is_password_expired, is_suspended;
	json_t *identities, *profile, *custom_data, *config, *factors;
};

/* By id. Locks the row in a WRITE step. ERR_NOT_FOUND. */
NODISCARD err_t person_load(struct request *rq, const char *id, struct person *out);
/*
 * By an identifier. Addresses are compared in any letter case, numbers in every way to write them; `any_case`: names
 * in any letter case too, where the same one in the given case wins. ERR_NOT_FOUND.
 */
NODISCARD err_t person_find(struct request *rq, const struct identifier *by, bool any_case, struct person *out);

#endif
