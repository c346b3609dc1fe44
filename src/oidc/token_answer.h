/*
 * token_answer.h - the answer of the token endpoint: every token that the provider signs or stores goes out by it.
 *
 * A grant checks everything in a READ step and ends with token_answer_send(). Then the tokens are signed, in the same
 * step or, with a slow key (RSA), on WORK; then a WRITE step stores what has to last, the audit log and the users'
 * activity among it, and answers. So no signature is made while a transaction of the writer is open, and no token
 * leaves that is not stored.
 */
#ifndef OIDC_TOKEN_ANSWER_H
#define OIDC_TOKEN_ANSWER_H

#include "oidc/access_token.h"
#include "oidc/oauth.h"

struct token_answer;
/*
 * Runs in a WRITE step: consumes what may be used once, and issues opaque tokens. It sets `access_token` and
 * `refresh_token` where they are new. The step may run again.
 */
typedef err_t token_store(struct oauth *o, struct token_answer *t);

struct token_answer {
	struct access_token jwt;	/* the access token; `aud` NULL: it is opaque */
	const char *access_token;	/* the opaque one */
	const char *id_claims;		/* payload of the ID token; NULL: there is none */
	const char *refresh_token;	/* NULL: none */
	const char *scope;		/* NULL: the answer does not tell it */
	int64_t ttl_s;			/* of the access token */
	const char *user_id;		/* who is active by it; NULL: nobody, it is the client's own or none */
	token_store *store;		/* NULL: nothing has to be stored */
	void *of;			/* what `store` needs; lives in the arena */
};

/* Ends a READ step of a grant; `t` is copied. ERR_INTERNAL: the tenant has no signing key. */
err_t token_answer_send(struct oauth *o, const struct token_answer *t);

#endif
