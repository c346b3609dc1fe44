/*
 * keys.h - signing keys: ES256, ES384, RS256, EdDSA (RFC 7518, RFC 8037).
 *
 * A key signs and verifies with the one algorithm it was made for; nothing in a token can change that.
 * Signatures have the form of JOSE: r and s side by side for the elliptic curves. A key may be used by several threads
 * at once.
 */
#ifndef CRYPTO_KEYS_H
#define CRYPTO_KEYS_H

#include <jansson.h>

#include "base/deadline.h"
#include "base/err.h"
#include "base/secret.h"

enum key_algorithm { KEY_ES256, KEY_ES384, KEY_RS256, KEY_EDDSA };

#define KEY_SIGNATURE_MAX 1024		/* RSA up to 8192 bits */

struct key;

const char *key_algorithm_name(enum key_algorithm algorithm);	/* "ES256" */
/* False: unknown. */
bool key_algorithm_parse(const char *name, enum key_algorithm *out);

/*
 * A fresh key; the caller frees it with key_free(). RS256 (4096 bits) takes a second or more: WORK lane. `until`
 * (borrowed; NULL: never) ends that: ERR_BUSY when it was cancelled, else ERR_DEADLINE.
 */
NODISCARD err_t key_generate(enum key_algorithm algorithm, const struct deadline *until, struct key **out);
/* From PKCS#8 DER. ERR_INTERNAL: not a private key for this algorithm. */
NODISCARD err_t key_parse(const void *der, size_t len, enum key_algorithm algorithm, struct key **out);
/* The same from PEM ("BEGIN PRIVATE KEY"). ERR_INPUT: it is not such a key. */
NODISCARD err_t key_parse_pem(const char *pem, enum key_algorithm algorithm, struct key **out);
/* From a public JWK; such a key only verifies. ERR_INPUT: not a key for this algorithm. */
NODISCARD err_t key_parse_jwk(const json_t *jwk, enum key_algorithm algorithm, struct key **out);
void key_free(struct key *key);

/* PKCS#8 DER; the caller ends it with secret_done(). ERR_INTERNAL: it is a public key. */
NODISCARD err_t key_private(const struct key *key, struct secret *out);
/* The public JWK as text, with use, kid and (RSA has none, oidc.md section 3) alg. Lives as long as the key. */
const char *key_jwk(const struct key *key);
/* RFC 7638 thumbprint, SHA-256, base64url. Lives as long as the key. */
const char *key_kid(const struct key *key);
enum key_algorithm key_algorithm(const struct key *key);
/* Signing takes milliseconds (RSA): do it on WORK. */
bool key_is_slow(const struct key *key);

/* `signature` has room for KEY_SIGNATURE_MAX bytes. */
NODISCARD err_t key_sign(const struct key *key, const void *data, size_t len, unsigned char *signature,
			 size_t *signature_len);
/* True only for a good signature. */
NODISCARD bool key_verify(const struct key *key, const void *data, size_t len, const unsigned char *signature,
			  size_t signature_len);

#endif
