/*
 * jwk.h - public keys as JSON Web Keys (RFC 7517): used by keys.c and jws.c.
 */
#ifndef CRYPTO_JWK_H
#define CRYPTO_JWK_H

#include <openssl/types.h>

#include "crypto/keys.h"

#define JWK_KID_SIZE 44			/* SHA-256 in base64url, and NUL */
#define JWK_RSA_MOST_BITS 8192

/* The parts of each algorithm, by enum key_algorithm; in keys.c. */
struct algorithm {
	const char *name, *digest, *type, *group;	/* NULL: has none */
	size_t half;				/* octets of r and of s, and of a coordinate */
};
extern const struct algorithm key__algorithms[];

/*
 * The public half: the members of RFC 7638 first, then use, kid (the thumbprint) and (RSA has none, oidc.md section 3)
 * alg. The caller frees `*out`. False: OpenSSL does not give the numbers out.
 */
NODISCARD bool jwk_format(const EVP_PKEY *pkey, enum key_algorithm algorithm, char **out, char kid[JWK_KID_SIZE]);
/*
 * The key that the members describe; the caller frees it with EVP_PKEY_free(). NULL: it is not a key for this
 * algorithm.
 */
EVP_PKEY *jwk_parse(const json_t *jwk, enum key_algorithm algorithm);
/* The same for an algorithm that others sign with. */
EVP_PKEY *jwk_read(const json_t *jwk, const struct algorithm *al);

#endif
