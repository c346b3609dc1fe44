/* Checks challenges and verifiers. */
#include "oidc/pkce.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/digest.h"
#include "oidc/oauth.h"
#include "base/banned.h"

#define LENGTH_LEAST 43
#define LENGTH_MOST 128

err_t pkce_check(const char *name, const char *value)
{
	size_t len = strlen(value);

	if (len < LENGTH_LEAST)
		return oauth_fail(ERR_OAUTH_REQUEST, "%s must be a string with a minimum length of %d characters",
				  name, LENGTH_LEAST);
	if (len > LENGTH_MOST)
		return oauth_fail(ERR_OAUTH_REQUEST, "%s must be a string with a maximum length of %d characters",
				  name, LENGTH_MOST);
	if (strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~-") < len)
		return oauth_fail(ERR_OAUTH_REQUEST, "%s contains invalid characters", name);
	return OK;
}

bool pkce_matches(struct arena *a, const char *challenge, const char *verifier)
{
	return text_equal_secret(challenge, digest_of(a, verifier));
}
