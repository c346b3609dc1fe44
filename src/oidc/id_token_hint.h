/*
 * id_token_hint.h - an ID token that a client sends back, to say who it means (oidc.md sections 3, 5.2 and 11.1).
 */
#ifndef OIDC_ID_TOKEN_HINT_H
#define OIDC_ID_TOKEN_HINT_H

#include "http/request.h"

struct id_token_hint {
	const char *user_id, *client_id;	/* live in the request's arena */
};

/*
 * Checks that this tenant issued the token; it may be over. ERR_OAUTH_REQUEST, with a description: it is not a token,
 * or not an ID token of this tenant.
 */
NODISCARD err_t id_token_hint_read(struct request *rq, const char *token, struct id_token_hint *out);

#endif
