/* The tenant's rules for verification codes. */
#include "tenant/code_policy.h"

#include "base/banned.h"

#define LIFE_S 600	/* where the rules say nothing */
#define TRIES 10	/* the same */

static int64_t number_or(const json_t *policy, const char *member, int64_t otherwise)
{
	const json_t *value = json_object_get(policy, member);

	return value ? json_integer_value(value) : otherwise;
}

struct code_policy code_policy_of(const json_t *rules)
{
	const json_t *policy = json_object_get(rules, "verificationCodePolicy");

	return (struct code_policy){ .life_ms = number_or(policy, "expirationDuration", LIFE_S) * 1000,
				     .tries = number_or(policy, "maxRetryAttempts", TRIES) };
}
