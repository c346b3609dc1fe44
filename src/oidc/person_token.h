/*
 * person_token.h - tokens of what a person has authorized: by a code, a device code or a refresh token (oidc.md
 * sections 6, 7.1, 7.2, 8).
 */
#ifndef OIDC_PERSON_TOKEN_H
#define OIDC_PERSON_TOKEN_H

#include "oidc/code.h"
#include "oidc/held.h"
#include "oidc/token_answer.h"
#include "oidc/words.h"

struct person_token {
	struct held held;		/* what the client presents */
	struct code details;		/* of it */
	struct words asked;		/* scopes wanted of those that were granted */
	const char *organization_id;	/* NULL: none */
	int64_t checked_at_ms;		/* when person_token_begin() saw it */
	/* What person_token_issue() is to store; `client_id` NULL: nothing. */
	struct artifact access, refresh;
	int64_t refresh_life_s;
};

/* Begins with a `held` that is checked. `scope` NULL: all that was granted is wanted. Lives in the arena. */
struct person_token *person_token_begin(struct oauth *o, const struct held *h, const char *scope);
/*
 * Fills access token and ID token of `t`. Without a resource the access token is one for `organization_id`, or it is
 * opaque. ERR_OAUTH_TARGET: a resource that was not authorized.
 */
NODISCARD err_t person_token_make(struct oauth *o, struct person_token *p, struct token_answer *t);
/* Stores `access` and `refresh` of the struct person_token in `t->of`. ERR_OAUTH_GRANT: their grant has ended. */
token_store person_token_store;

/*
 * The whole answer to a code, of an authorization or a device, once it is checked: it is used up, and gives its
 * tokens; used a second time, it ends all that it gave.
 */
err_t person_token_redeem(struct oauth *o, const struct held *code);
/* Ends the grant of what was used before. */
err_t person_token_refuse_reuse(struct oauth *o, const struct held *h);

#endif
