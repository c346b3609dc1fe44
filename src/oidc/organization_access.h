/*
 * organization_access.h - the one door to tokens for an organization, for people (organization-tokens.md sections 3
 * and 7).
 */
#ifndef OIDC_ORGANIZATION_ACCESS_H
#define OIDC_ORGANIZATION_ACCESS_H

#include "oidc/token_answer.h"
#include "oidc/words.h"

/*
 * Whether the user may have tokens for the organization by this client: is a member, has granted it to the client, and
 * has a second factor where the organization requires one; in this order. ERR_OAUTH_ACCESS_DENIED.
 */
NODISCARD err_t organization_access_check(struct request *rq, const struct client *c, const char *user_id,
					  const char *organization_id);
/* Makes `t` an organization token of the user: the scopes by roles there that are asked for. */
NODISCARD err_t organization_access_token(struct oauth *o, const char *user_id, const char *organization_id,
					  const struct words *asked, struct token_answer *t);

#endif
