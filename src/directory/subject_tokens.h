/*
 * subject_tokens.h - subject tokens: a token exchange takes one, once, to act as its user (oidc.md section 7.5).
 */
#ifndef DIRECTORY_SUBJECT_TOKENS_H
#define DIRECTORY_SUBJECT_TOKENS_H

#include "http/request.h"

struct subject_token {
	const char *hash;		/* names it to subject_token_consume() */
	const char *user_id;
	const char *context;		/* JSON object: what its maker noted */
};

/* By the value that its holder sends; the strings live in `a`. ERR_NOT_FOUND: unknown, over, or used up. */
NODISCARD err_t subject_token_find(struct txn *tx, struct arena *a, const char *value, struct subject_token *out);
/* Uses it up. ERR_NOT_FOUND: another exchange was first. */
NODISCARD err_t subject_token_consume(struct txn *tx, const char *hash);

#endif
