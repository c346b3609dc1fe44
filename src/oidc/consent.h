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
/* ERR_OAUTH_ACCESS_DENIED, 400: the tenant does not let this person use the application. */
NODISCARD err_t consent_check_access(struct request *rq, const struct interaction *i);

/* What the client had so far, or a new grant; with the missing scopes of the provider. */
NODISCARD err_t consent_begin(struct request *rq, const struct interaction *i, struct user_grant *out);
/* Stores the grant, with which the authorization goes on. */
NODISCARD err_t consent_end(struct request *rq, struct interaction *i, struct user_grant *g);
/*
 * When the request came by a magic link (sign-in.md section 3.8): answers with the page that uses its token, that asks
 * whether to switch accounts, or that tells what is wrong with it. `*left`: so the step has its answer.
 */
NODISCARD err_t consent_follow_link(struct request *rq, const struct interaction *i, bool *left);
/* The address at which it goes on. */
const char *consent_resume_address(struct request *rq, const struct interaction *i);

extern const struct mount consent_mount;
extern const struct route consent_page_routes[];
extern const size_t consent_page_route_count;

#endif
