/*
 * code_policy.h - how long a verification code is good, and how often it may be tried: `verificationCodePolicy` of the
 * sign-in experience (sign-in.md section 3.2).
 */
#ifndef TENANT_CODE_POLICY_H
#define TENANT_CODE_POLICY_H

#include <jansson.h>
#include <stdint.h>

struct code_policy {
	int64_t life_ms, tries;
};

/* `rules`: the sign-in experience. */
struct code_policy code_policy_of(const json_t *rules);

#endif
