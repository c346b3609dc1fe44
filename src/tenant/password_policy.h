/*
 * password_policy.h - which passwords a tenant takes, and for how long. Contract: sign-in.md sections 9.2 and 9.3.
 */
#ifndef TENANT_PASSWORD_POLICY_H
#define TENANT_PASSWORD_POLICY_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
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
 * NULL. `stolen`: the operator's list of stolen passwords (crypto/breached.h), "" for none; one that cannot be read is
 * logged and stands for none. WORK lane, for the list.
 */
json_t *password_issues(struct arena *a, const json_t *policy, const char *password,
			const struct password_owner *owner, const char *stolen);
/* The same with the operator's list. ERR_PASSWORD_REJECTED: something is wrong; the issues are its `data`. */
NODISCARD err_t password_check(struct arena *a, const json_t *policy, const char *password,
			       const struct password_owner *owner);
/* Whether the policy looks at what is known of the owner. */
bool password_needs_owner(const json_t *policy);

/* When a password was set, and when its user was made: epoch milliseconds; 0: not known. */
struct password_age {
	bool is_expired;	/* an administrator said so */
	int64_t set_at, created_at;
};
/* Whether a password is expired at `now` by the member passwordExpiration (section 9.3). */
bool password_is_expired(const json_t *expiration, const struct password_age *age, int64_t now);

#endif
