/*
 * code.h - authorization codes: what /oidc/auth leaves for the token endpoint (oidc.md sections 5.5 and 7.1).
 *
 * An artifact of the kind ARTIFACT_CODE whose columns say client, user, grant and scope, and whose details are those
 * of struct code. The scope is what was asked for, without an offline_access that was dropped: a token gets what of it
 * the grant has. The artifact names its session when the scope has no offline_access, and so dies with it.
 */
#ifndef OIDC_CODE_H
#define OIDC_CODE_H

#include "oidc/artifact.h"

#define CODE_LIFE_S 60		/* oidc.md section 8.6 */

struct code {
	const char *redirect_uri;	/* to which it was sent, named by the request or not; NULL: of a device */
	const char *challenge;		/* of PKCE; NULL: none was sent */
	const char *nonce;		/* NULL: none */
	const json_t *resources;	/* the indicators asked for, or the tenant's default; NULL: none */
	const char *session_uid;	/* of the browser */
	const char *sid;		/* what the claim `sid` of ID tokens says; NULL: no such claim */
	int64_t auth_time_s;		/* what the claim `auth_time` says; 0: no such claim */
};

/* The details of an artifact; the request's. */
json_t *code_pack(struct request *rq, const struct code *c);
/* Reads them; what it finds lives as long as the details. */
void code_read(const json_t *details, struct code *out);

#endif
