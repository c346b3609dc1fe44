/*
 * one_time_token.h - tokens that prove an e-mail address, made by the Management API and sent to people in links.
 *
 * A token is good once and until it expires. The store has its hash, to find it by, and the token itself sealed, since
 * answers of the Management API show it.
 * Contract: users-apps-resources.md section 7, sign-in.md section 3.8.
 */
#ifndef SIGNIN_ONE_TIME_TOKEN_H
#define SIGNIN_ONE_TIME_TOKEN_H

#include "http/request.h"

/*
 * Whether a token is good for this address and this interaction event (NULL: any), in the contract's order:
 * ERR_ONCE_UNKNOWN, ERR_ONCE_EMAIL, ERR_ONCE_EXPIRED, ERR_ONCE_CONSUMED, ERR_ONCE_REVOKED, ERR_ONCE_EVENT.
 * `*context` (may be NULL): {jitOrganizationIds?, interactionEvent?}, the request's.
 */
NODISCARD err_t one_time_token_check(struct request *rq, const char *token, const char *email, const char *event,
				     json_t **context);
/*
 * The same in a step that writes, and uses the token up when it is good; of two calls at once one succeeds. After
 * ERR_ONCE_EXPIRED the token is marked, which refuse_keeping() keeps.
 */
NODISCARD err_t one_time_token_use(struct request *rq, const char *token, const char *email, const char *event,
				   json_t **context);

/* Whether either has looked at the token and found it not good, rather than failed itself. */
bool one_time_token_is_refusal(err_t e);

extern const struct route one_time_token_routes[];
extern const size_t one_time_token_route_count;

#endif
