/*
 * jwt.h - compact JSON web tokens, signed (RFC 7515, RFC 7519).
 *
 * A token that can be read is not yet verified: jwt_parse() takes it apart, jwt_verify() checks the signature with
 * one key, and the claims are the caller's business. `alg` must be the key's; `none`, symmetric algorithms and
 * critical extensions (`crit`) never pass.
 */
#ifndef CRYPTO_JWT_H
#define CRYPTO_JWT_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/err.h"
#include "crypto/keys.h"

#define JWT_MAX KIB(16)		/* what is longer is not a token */

struct jwt {
	json_t *header, *claims;	/* objects */
	const char *alg, *kid, *typ;	/* of the header; NULL when absent or not text */
	struct slice signed_part;	/* borrowed from the token */
	unsigned char *signature;
	size_t signature_len;
};

/*
 * Takes a compact JWS with JSON objects as header and payload apart; base64url is strict, members are not repeated.
 * False: it is not a token. When true, the caller ends `out` with jwt_done(); the token must outlive it.
 */
NODISCARD bool jwt_parse(const char *token, size_t len, struct jwt *out);
void jwt_done(struct jwt *jwt);		/* fine on a zeroed one */

/* True only when `alg` is the key's algorithm, nothing critical is unknown and the signature is good. */
NODISCARD bool jwt_verify(const struct jwt *jwt, const struct key *key);

/* Appends a token with this payload (a JSON object, borrowed) to `out`. `typ` NULL: none in the header. */
NODISCARD err_t jwt_sign(const struct key *key, const char *typ, const char *payload, size_t len, struct buffer *out);

/* Claims. NULL: it is absent or not text. */
const char *jwt_text(const struct jwt *jwt, const char *claim);
/* Whether `word` is one of the blank-separated words of `list` (scope). */
bool jwt_word(const char *list, const char *word);

#endif
