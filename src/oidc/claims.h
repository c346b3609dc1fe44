/*
 * claims.h - what ID tokens and userinfo tell of a user, by scope: one table for both (oidc.md section 6.4).
 */
#ifndef OIDC_CLAIMS_H
#define OIDC_CLAIMS_H

#include "http/request.h"
#include "oidc/words.h"

/*
 * Writes `sub` and the claims of the scopes as members of an open object. `is_id_token`: of the extended claims only
 * those that the tenant has enabled. Values are those of this moment. ERR_NOT_FOUND: there is no such user.
 */
NODISCARD err_t claims_write(struct request *rq, struct json_out *j, const char *user_id, const struct words *scopes,
			     bool is_id_token);

/* What an ID token says beside its claims of the user. */
struct id_token {
	const char *user_id, *client_id;
	const struct words *scopes;
	const char *nonce, *sid;	/* NULL: no such claim */
	int64_t auth_time_s;		/* 0: no such claim */
	int64_t ttl_s;
};

/* The payload of an ID token (section 8.1), in the request's arena. */
NODISCARD err_t id_token_claims(struct request *rq, const struct id_token *t, const char **out);

#endif
