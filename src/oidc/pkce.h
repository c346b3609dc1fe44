/*
 * pkce.h - proof that who exchanges a code is who asked for it (RFC 7636, oidc.md section 5.3). The method is S256.
 */
#ifndef OIDC_PKCE_H
#define OIDC_PKCE_H

#include "base/arena.h"
#include "base/err.h"

#define PKCE_METHOD "S256"

/* The form of a challenge or a verifier; `name` is its parameter. ERR_OAUTH_REQUEST. */
NODISCARD err_t pkce_check(const char *name, const char *value);
/* Whether the verifier is the one of which the challenge was made; in constant time. */
bool pkce_matches(struct arena *a, const char *challenge, const char *verifier);

#endif
