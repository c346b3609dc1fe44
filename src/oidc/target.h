/*
 * target.h - the API resource that a request for tokens names by its indicator (oidc.md section 6.1).
 */
#ifndef OIDC_TARGET_H
#define OIDC_TARGET_H

#include "http/request.h"

/* Its scopes are those of the organization template; it has no row. */
#define ORGANIZATIONS_RESOURCE "urn:logto:resource:organizations"

struct target {
	const char *id;		/* of the resource; NULL: ORGANIZATIONS_RESOURCE */
	const char *indicator;	/* NULL: no resource */
	int64_t ttl_s;		/* of access tokens for it */
};

/* RFC 8707 section 2: an indicator is an absolute URI without a fragment. ERR_OAUTH_TARGET. */
NODISCARD err_t target_check(const char *indicator);
/* The indicators among the fields `resource`, each once, in their order, all checked. A list, the request's. */
NODISCARD err_t target_read(struct request *rq, const struct params *fields, json_t **out);
/* Finds what has this indicator; ORGANIZATIONS_RESOURCE too. ERR_OAUTH_TARGET: nothing has. */
NODISCARD err_t target_find(struct request *rq, const char *indicator, struct target *out);
/* The API resource for requests that name none. ERR_NOT_FOUND: the tenant has no default. */
NODISCARD err_t target_find_default(struct request *rq, struct target *out);

#endif
