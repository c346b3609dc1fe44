/*
 * personal_tokens.h - personal access tokens: a token exchange takes one as often as its user wants, until it expires
 * (oidc.md section 7.5).
 */
#ifndef DIRECTORY_PERSONAL_TOKENS_H
#define DIRECTORY_PERSONAL_TOKENS_H

#include "http/request.h"

struct personal_token {
	const char *user_id, *name;	/* live in the arena given to the reader */
};

/* By the value that its holder sends. ERR_NOT_FOUND: unknown, or over. */
NODISCARD err_t personal_token_find(struct txn *tx, struct arena *a, const char *value, struct personal_token *out);

#endif
