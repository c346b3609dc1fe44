/*
 * access_token.h - access tokens as JWT (oidc.md section 8): every access token is issued by this function.
 */
#ifndef OIDC_ACCESS_TOKEN_H
#define OIDC_ACCESS_TOKEN_H

#include "http/request.h"

#define ORGANIZATION_TOKEN_TTL_S 3600
#define ORGANIZATION_AUDIENCE "urn:logto:organization:"

struct access_token {
	const char *sub, *client_id, *aud;
	const char *scope;		/* NULL: token and answer have no scope */
	const char *organization_id;	/* NULL: no such claim */
	int64_t ttl_s;
};

/*
 * Ends a step that has a transaction with the answer of the token endpoint. The token is signed at once when the
 * tenant's key is quick, and by a step on WORK when it is an RSA key. ERR_INTERNAL: the tenant has no signing key.
 */
err_t access_token_reply(struct request *rq, const struct access_token *t);

#endif
