/*
 * record.h - what a person has proven, or is about to: one record of each type (sign-in.md sections 1.1 and 1.3).
 *
 * A record is a JSON object in the state of the experience: {id, type, verified, …}; the other members are those of
 * its type. A type is one row: RECORD_TYPE(x) = { … } in the file that makes its records, and a line in record.c.
 */
#ifndef SIGNIN_RECORD_H
#define SIGNIN_RECORD_H

#include "signin/experience.h"

struct record_type {
	const char *name;		/* on the wire: Password */
	/* Members that answers show beside `id` and `type`, in this order, ended by NULL. */
	const char *const *shown;

	/* -- what it may do: the table of section 1.3 -- */
	bool signs_in, resets_password, registers;
	bool suffices;		/* its user owes nothing more: no part of a profile, no second factor, no passkey */
	bool is_invitation;	/* it identifies and registers whatever the methods and the mode are */

	/* Member of signIn.methods that must be on for its identifier; NULL: it is no method of theirs. */
	const char *method;
	/* Part of the rules that must be true, or whose `enabled` must, for it to sign in; NULL: it needs none. */
	const char *setting;
	/*
	 * Finds the user of a verified record. ERR_NOT_FOUND makes `unknown` of the row; ERR_USER_UNKNOWN with the
	 * identifier as its data if that is 0.
	 */
	err_t (*find_user)(struct request *rq, const struct experience *x, const json_t *record, struct person *out);
	err_t unknown;
	/* What is told beside `unknown`, JSON of an object in the request's arena; NULL: nothing. */
	err_t (*hint)(struct request *rq, const struct experience *x, const json_t *record, const char **out);
	/*
	 * Where the person asks for it (linkSocialIdentity) and find_user() finds nobody: the user whom what it proves
	 * leads to. ERR_NOT_FOUND. NULL: it leads to nobody.
	 */
	err_t (*find_to_link)(struct request *rq, const struct experience *x, const json_t *record,
			      struct person *out);
	/* Stages what it proves of a new user, by the names of the fields of a user; NULL: it registers nobody. */
	void (*stage)(const json_t *record, json_t *profile);
	/* Leaves out of what it stages what somebody else has already; NULL: then the registration is refused. */
	err_t (*leave_out)(struct request *rq, const struct experience *x, json_t *profile);
	bool is_social;		/* of an account at a social provider, which POST /profile adds too */
	/* The member of the rule socialSignIn that exempts its user from completing the profile; NULL: none. */
	const char *exemption;
	/* Whether this user may sign in by a verified one; NULL: always. */
	err_t (*guard)(struct request *rq, const json_t *record);
	/* Stages what a sign-in brings up to date, likewise; NULL: nothing. */
	void (*sync)(const json_t *record, json_t *profile);
	/* The account that becomes the user's at sign-in (sso_account.h); json_decref(). NULL: there is none. */
	json_t *(*account)(const json_t *record);
	/* Ids of organizations that a verified one makes its user a member of, when they sign in; NULL: none ever. */
	const json_t *(*organizations)(const json_t *record);
	/* The e-mail address that it carries; NULL: none. No function: that of its identifier, when it is one. */
	const char *(*email)(const json_t *record);

	/* -- as a second factor (section 8) -- */

	/* Which one it proves that the user has: a name of factor_names (tenant/factor_type.h); NULL: none. */
	const char *factor;
	/* Whether the record is of a factor that the user does not have yet, and so proves none; NULL: never. */
	bool (*is_new)(const json_t *record);
	/* POST /profile/mfa: stages it as a new factor of the user; NULL: it is none. */
	err_t (*bind)(struct request *rq, struct experience *x, const char *id);
	bool exempts;		/* its user needs no second factor */
};

#define RECORD_TYPE(id) \
	extern const struct record_type id; \
	const struct record_type id

/* Makes a record in place of an older one of its type. `members` is taken; returns the id, in the request's arena. */
const char *record_put(struct request *rq, struct experience *x, const struct record_type *type, json_t *members);
/* The record of this id, of any type (NULL) or of one; NULL: there is none. Changes of it are saved with the state. */
json_t *record_find(const struct experience *x, const struct record_type *type, const char *id);
/* Never NULL. */
const struct record_type *record_type_of(const json_t *record);
bool record_is_verified(const json_t *record);
/* Of its member `identifier`; NULLs: it has none. */
struct identifier record_identifier(const json_t *record);
/* The e-mail address that it carries; NULL: none. */
const char *record_email(const json_t *record);
/* Whether there is a verified record of a type that is an invitation. */
bool record_has_invitation(const struct experience *x);
/* Whether the identified user has come by a record that suffices. */
NODISCARD err_t record_is_enough(struct request *rq, const struct experience *x, bool *out);
/* Whether a record of the identified user, by a rule of the tenant, exempts them from completing their profile. */
NODISCARD err_t record_exempts(struct request *rq, const struct experience *x, bool *out);
/* What an answer shows of it; json_decref(). */
json_t *record_shown(const json_t *record);

/* -- for rows -- */

/* Finds the user who has the record's identifier. */
err_t record_find_by_identifier(struct request *rq, const struct experience *x, const json_t *record,
				struct person *out);
extern const char *const shown_identifier[];	/* identifier, verified */

#endif
