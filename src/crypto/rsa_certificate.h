/*
 * rsa_certificate.h - RSA keys that come with a certificate of their own, as SAML wants them. The certificate says
 * nothing but the key and its time: nobody vouches for it, each side gives it to the other.
 *
 * A private key is PKCS#8 DER, as key_private() gives it. Signing takes milliseconds: do it on WORK.
 */
#ifndef CRYPTO_RSA_CERTIFICATE_H
#define CRYPTO_RSA_CERTIFICATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"

struct buffer;

#define CERTIFICATE_DIGEST_SIZE 32

/* Signed by the key itself, with SHA-256; PEM with CR LF, lives in `a`. ERR_INTERNAL. */
NODISCARD err_t rsa_certificate_make(struct arena *a, const struct secret *key, const char *name, int64_t from_ms,
				     int64_t until_ms, const char **pem);
/* SHA-256 of the certificate. False: the text is none. */
NODISCARD bool rsa_certificate_digest(const char *pem, unsigned char out[CERTIFICATE_DIGEST_SIZE]);

enum rsa_digest { RSA_SHA256, RSA_SHA512 };

/* Appends the base64 of the signature (PKCS #1 v1.5). ERR_INTERNAL. */
NODISCARD err_t rsa_sign(const struct secret *key, enum rsa_digest digest, const void *data, size_t len,
			 struct buffer *base64);

#endif
