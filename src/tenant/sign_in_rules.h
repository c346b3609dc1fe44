/*
 * sign_in_rules.h - which parts of a sign-in experience fit together. Contract: sign-in.md section 10.
 *
 * Everything here looks at values alone; what the tenant has beside them comes as struct means.
 */
#ifndef TENANT_SIGN_IN_RULES_H
#define TENANT_SIGN_IN_RULES_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

/* What can carry a code to a person. */
struct means {
	bool email, sms;
};

/* The lists of the member emailBlocklistPolicy. */
extern const char *const blocklists[2];

/*
 * Each looks at the part `sent` of a patch that is being judged, NULL where the patch does not have it, and at the
 * value as it will be: `next`, of which `sent` is part already. OK or the error of the first rule that is broken.
 */
NODISCARD err_t rules_of_csp(struct arena *a, const json_t *sent);
NODISCARD err_t rules_of_sign_up(const json_t *sent, struct means have);
NODISCARD err_t rules_of_sign_in(const json_t *sent, const json_t *next, struct means have);
NODISCARD err_t rules_of_mfa(const json_t *sent, const json_t *next);
NODISCARD err_t rules_of_adaptive_mfa(const json_t *next);
NODISCARD err_t rules_of_forgotten_passwords(const json_t *sent, struct means have);
NODISCARD err_t rules_of_blocklist(struct arena *a, const json_t *sent);

/* How people who forgot their password can get a new one: what is allowed, and can be sent. */
struct means ways_back(const json_t *next, struct means have);

#endif
