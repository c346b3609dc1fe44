/*
 * experience.h - the Experience API: what pages do, call by call, until somebody has signed in (sign-in.md).
 *
 * Each call loads the state of the interaction, looks, changes it and saves it, in one WRITE step; what is slow (a
 * hash, a call to another server) is a step of its own before, and the WRITE step after it loads anew. A refusal rolls
 * back, so that it leaves no trace, unless the step says refuse_keeping().
 *
 * A call that proves something leaves a record (signin/record.h). POST /identification makes a record the identified
 * user, or a new one; POST /profile stages what the user lacks; POST /submit checks all of it and writes it.
 */
#ifndef SIGNIN_EXPERIENCE_H
#define SIGNIN_EXPERIENCE_H

#include "directory/person.h"
#include "entity/shape.h"
#include "events/audit.h"
#include "http/mount.h"
#include "signin/interaction.h"

/* What the person wants. In the order of the names in the API. */
enum purpose { SIGN_IN, REGISTER, FORGOTTEN_PASSWORD };
extern const char *const purposes[];	/* SignIn, Register, ForgotPassword, NULL */

/*
 * The state of a call, and the rules of the tenant. The trees are the request's; what is changed in them is stored by
 * experience_save().
 */
struct experience {
	struct interaction interaction;
	enum purpose purpose;
	const char *user_id;		/* who is identified; NULL: nobody yet */
	json_t *profile;		/* what is staged: values by the names of the fields of a user */
	json_t *records;		/* list: signin/record.h */
	json_t *captcha;		/* {verified, skipped} */
	const json_t *rules;		/* the setting sign_in_experience */
};

/*
 * Loads the state of the caller's interaction, and locks it in a WRITE step. ERR_SESSION_NOT_FOUND;
 * ERR_EXPERIENCE_NOT_BEGUN: PUT /api/experience was not called, or all was done.
 */
NODISCARD err_t experience_load(struct request *rq, struct experience *out);
/* The same of an interaction that something else than the browser's cookie names. */
NODISCARD err_t experience_load_of(struct request *rq, const char *interaction_id, struct experience *out);
/* The rules of the tenant alone, for a call that needs no beginning. */
NODISCARD err_t experience_load_rules(struct request *rq, struct experience *out);
NODISCARD err_t experience_save(struct request *rq, struct experience *x);
void experience_set_user(struct experience *x, const char *user_id);
/* The person who is identified. ERR_IDENTIFIER_MISSING: nobody is; ERR_USER_UNKNOWN: deleted since. */
NODISCARD err_t experience_find_person(struct request *rq, const struct experience *x, struct person *out);
/* Stages values beside those that are staged. Organizations that came with an address go when another one comes. */
void experience_stage(struct experience *x, json_t *values);
/* Forgets what is staged. */
void experience_clear_profile(struct experience *x);
/* Marks that nobody needs to solve a captcha: the person has come by another provider, or by a link. */
void experience_skip_captcha(struct experience *x);
/* A member of the state that is neither of the above, such as `mfa`; NULL: absent. */
json_t *experience_member(const struct experience *x, const char *name);
/* Sets it; takes `value`. */
void experience_set_member(struct experience *x, const char *name, json_t *value);

/* The member of the state that counts pictures of the person who registers; it outlives a new beginning. */
#define EXPERIENCE_AVATARS "avatars"

/* For the column `before` of routes: the call needs an interaction that was begun. ERR_EXPERIENCE_NOT_BEGUN. */
err_t experience_require_begun(struct request *rq);

/* A part of the rules; NULL: not set. */
const json_t *experience_rule(const struct experience *x, const char *part, const char *member);
/* Whether user names are compared in any letter case. */
bool experience_any_case(const struct experience *x);
/*
 * Checks that the mode of the tenant allows the purpose; a verified one-time token registers in any mode.
 * ERR_SIGN_IN_MODE.
 */
NODISCARD err_t experience_check_mode(const struct experience *x, enum purpose purpose);

/* ERR_CAPTCHA_REQUIRED: the tenant asks for a captcha, and the person has neither solved one nor need not. */
NODISCARD err_t experience_check_captcha(const struct experience *x);

/* The state as answers and sessions have it: without what nobody may see. json_decref(). */
json_t *experience_shown(const struct experience *x);
/* The records of it alone. json_decref(). */
json_t *experience_shown_records(const struct experience *x);

/*
 * Opens the entry of the audit log of this call, and writes what each has: application, user, and the state as it is
 * now; a later call renews it. `type`: of the verification; NULL where the key has none.
 */
void experience_log(struct request *rq, const struct experience *x, enum audit_key key, const char *type);

/* Answers 200 with {verificationId}. */
err_t reply_verification(struct request *rq, const char *id);
extern const struct shape verification_shape;	/* of that answer */

/* -- bodies -- */

/* {type, value} of an identifier of any type. */
extern const struct field identifier_members[];
/* The member `identifier` of the body. */
struct identifier body_identifier(const struct request *rq);

extern const struct mount experience_mount;
extern const struct route code_routes[], magic_link_routes[];
extern const size_t code_route_count, magic_link_route_count;
extern const struct route experience_routes[], password_routes[], new_identity_routes[], identification_routes[];
extern const struct route profile_routes[], avatar_routes[], submit_routes[];
extern const size_t experience_route_count, password_route_count, new_identity_route_count;
extern const size_t identification_route_count, profile_route_count, avatar_route_count, submit_route_count;

#endif
