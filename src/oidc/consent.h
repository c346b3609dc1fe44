/*
 * consent.h - what a person lets an application have (oidc.md section 5.6): shared by GET /consent, which asks nobody,
 * and by the calls of the page that does.
 *
 * All is about an interaction whose prompt is the consent; what is missing was found when it began.
 */
#ifndef OIDC_CONSENT_H
#define OIDC_CONSENT_H

#include "oidc/grant.h"
#include "signin/interaction.h"

struct client;

/* Whether a person who is signed in is asked for consent here. */
bool consent_is_asked(const struct interaction *i);
/* Who is asked. */
const char *consent_user(const struct interaction *i);
/* The scopes of the provider that are missing, a list; NULL: none. */
const json_t *consent_missing_scopes(const struct interaction *i);
/* The scopes of resources that are missing: lists by indicator; NULL: none. */
json_t *consent_missing_at_resources(const struct interaction *i);
/*
 * ERR_SESSION_NOT_FOUND: the person is not signed in any more in the browser where the question began.
 * ERR_OAUTH_ACCESS_DENIED, 400: the tenant does not let this person use the application.
 */
NODISCARD err_t consent_check(struct request *rq, const struct interaction *i);

/*
 * What the client has by now, or a new grant; with the missing scopes of the provider. After consent_check(), in a
 * WRITE step.
 */
NODISCARD err_t consent_begin(struct request *rq, const struct interaction *i, struct user_grant *out);
/* Stores the grant, with which the authorization goes on. */
NODISCARD err_t consent_end(struct request *rq, struct interaction *i, struct user_grant *g);
/* The address at which it goes on. */
const char *consent_resume_address(struct request *rq, const struct interaction *i);

extern const struct mount consent_mount;
extern const struct route consent_page_routes[];
extern const size_t consent_page_route_count;

#endif
