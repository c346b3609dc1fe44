/*
 * mfa_rules.h - what the files about second factors share: the rules of the tenant, and what a person has.
 */
#ifndef SIGNIN_MFA_RULES_H
#define SIGNIN_MFA_RULES_H

#include "base/text.h"
#include "signin/mfa.h"

/* In the order in which answers name them. */
extern const enum factor_type mfa_order[FACTORS];

const char *mfa_policy(const struct experience *x);
/* Whether the policy lets nobody skip. */
bool mfa_is_mandatory(const struct experience *x);
/* A flag of the person's own settings: a member of `mfa` or `passkey_sign_in`. */
bool mfa_setting(const struct person *person, const char *part, const char *member);
/* Whether the list of factors has one of this type that can be used. */
bool mfa_has_stored(const struct person *person, enum factor_type type);
/* The same of one that the tenant enables, the addresses of the account included. */
bool mfa_has(const struct experience *x, const struct person *person, enum factor_type type);
/* Whether an organization of the person requires second factors, and the tenant wants that at sign-in. */
NODISCARD err_t mfa_read_demand(struct request *rq, const struct experience *x, bool *out);
/* Writes the member `availableFactors`: those that are. */
void mfa_write_available(struct json_out *j, const bool are[FACTORS]);
/* Writes the member `maskedIdentifiers` of those that are factors; NULL: there is none. */
void mfa_write_masked(struct request *rq, struct json_out *j, const struct experience *x, const char *email,
		      const char *phone);

/* ada.****@a.example, ****1234. Lives in `a`. */
const char *identifier_mask(struct arena *a, const struct identifier *by);

#endif
