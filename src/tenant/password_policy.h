/*
 * password_policy.h - which passwords a tenant takes. Contract: sign-in.md section 9.2.
 */
#ifndef TENANT_PASSWORD_POLICY_H
#define TENANT_PASSWORD_POLICY_H

#include <jansson.h>

#include "base/arena.h"
#include "entity/field.h"

/* Of passwordPolicy, each with the contract's default. */
extern const struct field password_policy_members[];

/* What a password must not be made of; each may be NULL. */
struct password_owner {
	const char *name, *username, *email, *phone;
};

/*
 * What is wrong with a password: a list of {code, interpolation?}, in the contract's order, empty for a good one; the
 * caller owns it. `policy` is the member passwordPolicy; what it leaves out has its default. `owner` may be
 * NULL. Lists of stolen passwords are not looked at.
 */
json_t *password_issues(struct arena *a, const json_t *policy, const char *password,
			const struct password_owner *owner);
/* Whether the policy looks at what is known of the owner. */
bool password_needs_owner(const json_t *policy);

#endif
