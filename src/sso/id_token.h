/*
 * id_token.h - whether an ID token of an identity provider tells who has signed in here and now (OpenID Connect Core
 * section 3.1.3.7).
 */
#ifndef SSO_ID_TOKEN_H
#define SSO_ID_TOKEN_H

#include "base/arena.h"
#include "crypto/jwt.h"

struct id_token_rules {
	const char *issuer;	/* as the provider's discovery document has it */
	bool has_tenants;	/* {tenantid} in it stands for the claim `tid` (Entra ID) */
	const char *client_id;
	const char *nonce;	/* NULL: nobody has asked for the token, so there is none */
	int64_t now_s;
};

#define ID_TOKEN_ISSUED_S 600	/* as far as that `iat` may be from now */
#define ID_TOKEN_SKEW_S 60	/* as far as clocks may differ */

/*
 * Checks signature and claims. `*out`: the token, to be ended by jwt_done(), also after an error; `*issuer`: the one
 * that it was issued by, in `a`. ERR_NOT_FOUND: no key of the set is the token's, so the set may be an old one;
 * ERR_SSO_FAILED, with what is wrong as its detail.
 */
NODISCARD err_t id_token_check(struct arena *a, const char *token, const json_t *keys,
			       const struct id_token_rules *rules, struct jwt *out, const char **issuer);

#endif
