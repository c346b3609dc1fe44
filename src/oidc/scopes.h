/*
 * scopes.h - which scopes a user may get: of the provider, at an API resource, and in an organization (oidc.md section
 * 6.2, organization-tokens.md section 3). What the user granted and the request asks for bounds them further.
 */
#ifndef OIDC_SCOPES_H
#define OIDC_SCOPES_H

#include "http/request.h"
#include "tenant/user_scopes.h"

struct client;

/* Whether the provider itself knows the scope: openid, profile, … (discovery tells them all). */
bool scope_is_oidc(const char *name);
/* Its names, ended by NULL, in the order of the discovery document. */
extern const char *const oidc_scopes[];

/*
 * The names of the scopes of a resource that the user has by roles: by those of the tenant, and by those in the
 * organization; `organization_id` NULL: in any organization. Of ORGANIZATIONS_RESOURCE: all scopes of the
 * organization template. A third-party client gets only what it may ask consent for. `*names` is a list of texts,
 * ordered by id; the request's.
 */
NODISCARD err_t scopes_of_user(struct request *rq, const struct client *c, const char *user_id, const char *indicator,
			       const char *organization_id, json_t **names);
/*
 * The names of the scopes of an API resource that the user has by roles in the organization; `organization_id` NULL:
 * by roles of the tenant. Whatever a client may have.
 */
NODISCARD err_t scopes_of_user_by(struct request *rq, const char *user_id, const char *indicator,
				  const char *organization_id, json_t **names);
/* The names of the organization scopes that the user has by roles in the organization, ordered by id. */
NODISCARD err_t scopes_in_organization(struct request *rq, const char *user_id, const char *organization_id,
				       json_t **names);

#endif
