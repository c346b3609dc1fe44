/*
 * access_token.h - what an access token says that is a JWT (oidc.md section 8).
 */
#ifndef OIDC_ACCESS_TOKEN_H
#define OIDC_ACCESS_TOKEN_H

#include "http/request.h"

#define ORGANIZATION_TOKEN_TTL_S 3600
#define ORGANIZATION_AUDIENCE "urn:logto:organization:"

struct access_token {
	const char *sub, *client_id, *aud;
	const char *scope;		/* NULL: the token has no scope */
	const char *organization_id;	/* NULL: no such claim */
	const char *actor;		/* the user who acts as `sub`; NULL: no such claim */
	int64_t ttl_s;
};

/* Its payload, in the request's arena; each call makes another token. ERR_INTERNAL: it would be too long. */
NODISCARD err_t access_token_claims(struct request *rq, const struct access_token *t, const char **out);
/* Within the bounds that the API keeps; a resource stored before it kept them may have any lifetime. */
int64_t lifetime_within_bounds(int64_t ttl_s);

#endif
