/*
 * digest.h - how the store keeps what a browser or a client holds as a secret: as its hash, so that a reader of the
 * store cannot use it. Only for secrets that are long and random; passwords go through crypto/password.h.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "base/arena.h"
#include "base/secret.h"

/* SHA-256 in base64url, 43 characters; lives in `a`. */
const char *digest_of(struct arena *a, const char *secret);

#define HMAC_HEX_SIZE 65	/* with its NUL */
/* HMAC-SHA256 of bytes that are sent, in lower-case hex: who has the key knows that they are ours. */
void hmac_hex(const struct secret *key, const void *bytes, size_t len, char out[HMAC_HEX_SIZE]);

#endif
