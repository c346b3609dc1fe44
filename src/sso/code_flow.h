/*
 * code_flow.h - the authorization code flow (RFC 6749 section 4.1) with PKCE (RFC 7636), as OpenID providers (oidc.c)
 * and others (oauth.c) speak it: the address that the browser is sent to, the exchange of the code that it comes back
 * with, and what is read with the token.
 *
 * Code, verifier and secret go to the endpoints of the connector's own provider and nowhere else; no redirect is
 * followed, and no answer is read beyond 64 KiB.
 */
#ifndef SSO_CODE_FLOW_H
#define SSO_CODE_FLOW_H

#include "http/client.h"
#include "sso/discovery.h"
#include "sso/protocol.h"

/* Of one request. */
struct code_flow {
	struct endpoints at;		/* the protocol sets it before it calls any of these */
	struct call call;
	const json_t *tokens;		/* what the token endpoint has answered; the request's */
	const char *access_token;
	const struct step *then;
};
struct code_flow *code_flow(struct request *rq);

/* Appends &name=value. */
void code_flow_add(struct buffer *to, const char *name, const char *value);
/* What is asked for: the provider's own words, and those of the connector, which blanks or plus signs separate. */
const char *code_flow_scope(struct arena *a, const struct sso_row *c);
/*
 * Sets `address` and `session` of the work: all that the flow says, and `more` (of code_flow_add()). The error of
 * SSO_UNREACHED: the address would be too long.
 */
NODISCARD err_t code_flow_begin(struct request *rq, const struct buffer *more);
/*
 * Whether the browser came back with a code of this sign-in. `needs_state`: nothing else will tell (OpenID Connect has
 * its nonce), so the page must have handed the state on. The error of SSO_REFUSED.
 */
NODISCARD err_t code_flow_check(struct request *rq, bool needs_state);
/*
 * Exchanges the code and goes on, with `tokens` and `access_token`. The errors of SSO_CODE, SSO_ANSWER and
 * SSO_UNREACHED.
 */
err_t code_flow_exchange(struct request *rq, const struct step *then);
/* Asks for what the access token opens, and goes on, to code_flow_read(). */
err_t code_flow_ask(struct request *rq, const char *url, const struct step *then);
/*
 * The JSON that the call has brought, of this type; the request's. `what`: for the operator; `refused`: what a
 * status from 400 to 499 means.
 */
NODISCARD err_t code_flow_read(struct request *rq, const char *what, enum sso_fault refused, json_type type,
			       json_t **out);

#endif
