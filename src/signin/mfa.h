/*
 * mfa.h - second factors of a person who signs in: when one has to be proven, when one has to be set up, and what
 * becomes of those that are set up (sign-in.md section 8).
 *
 * The member `mfa` of the state keeps what the person has said and set up, until submission stores it:
 * {mfaEnabled?, mfaSkipped?, additionalBindingSuggestionSkipped?, passkeySkipped?, totp?, webAuthn?: [], backupCode?}.
 * The last three are elements of the list of factors (directory/factor.h).
 *
 * What the person has are the stored factors and the addresses of the account (implicit ones), as far as the tenant
 * enables them.
 */
#ifndef SIGNIN_MFA_H
#define SIGNIN_MFA_H

#include "directory/factor.h"
#include "signin/experience.h"

struct record_type;

/* The member `mfa` of the state, never NULL. */
json_t *mfa_state(const struct experience *x);
/* The same as answers have it, without secrets. json_decref(). */
json_t *mfa_shown(const struct experience *x);
/* Whether the tenant enables the factor. */
bool mfa_is_enabled(const struct experience *x, enum factor_type type);
/* Whether the user was made in this interaction, and still registers: such a one has nothing to prove. */
bool mfa_is_registering(const struct experience *x);

/* Whether a factor of this type, one that the list of a user can hold, was set up and waits for submission. */
bool mfa_has_staged(const struct experience *x, enum factor_type type);

/* -- proving one -- */

/*
 * The guards of proving a factor of the identified person: loads the state, opens an entry of the audit log, and finds
 * the person; `person` NULL: they are not looked at. ERR_IDENTIFIER_MISSING, ERR_USER_UNKNOWN.
 */
NODISCARD err_t mfa_begin_verification(struct request *rq, struct experience *x, enum audit_key key,
				       const struct record_type *type, struct person *person);
/* Stores the list of factors that a proof has changed, and the proof: `members`, taken. Answers with its id. */
err_t mfa_keep_proof(struct request *rq, struct experience *x, const json_t *list, const struct record_type *type,
		     json_t *members);

/*
 * Checks that the person has proven a second factor, where they must. ERR_MFA_REQUIRED, whose data tells the factors
 * that they have.
 */
NODISCARD err_t mfa_check_verified(struct request *rq, const struct experience *x, const struct person *person);
/*
 * The guards of everything below /profile/mfa: loads the state, opens an entry of the audit log for `factor` (NULL:
 * AUDIT_PROFILE_UPDATE) and finds the person. ERR_NOT_WHILE_FORGOTTEN, ERR_IDENTIFIER_MISSING, ERR_MFA_REQUIRED.
 */
NODISCARD err_t mfa_begin_binding(struct request *rq, struct experience *x, struct person *person, const char *factor);
/* Marks that the person wants second factors, saves the state and answers 204. */
err_t mfa_bound(struct request *rq, struct experience *x);

/*
 * Checks that the person has set up what the tenant, or one of their organizations, demands, and has answered what it
 * suggests. ERR_MFA_SUGGESTED, ERR_MFA_MISSING, ERR_MFA_MORE, ERR_BACKUP_CODES_NEEDED; ERR_MFA_FACTOR: what is staged
 * is not enabled any more.
 */
NODISCARD err_t mfa_check_enrolment(struct request *rq, const struct experience *x, const struct person *person);
/*
 * Makes what is staged factors of the account, and puts what the person has said into their settings, which are in
 * `patch` afterwards. `*changed`: there are new factors. ERR_TOTP_IN_USE: another sign-in was faster.
 */
NODISCARD err_t mfa_take_staged(struct request *rq, struct experience *x, const struct person *person, json_t *patch,
				bool *changed);

extern const struct route totp_routes[], backup_code_routes[], mfa_code_routes[], mfa_binding_routes[];
extern const size_t totp_route_count, backup_code_route_count, mfa_code_route_count, mfa_binding_route_count;

#endif
