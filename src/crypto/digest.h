/*
 * digest.h - how the store keeps what a browser or a client holds as a secret: as its hash, so that a reader of the
 * store cannot use it. Only for secrets that are long and random; passwords go through crypto/password.h.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "base/arena.h"

/* SHA-256 in base64url, 43 characters; lives in `a`. */
const char *digest_of(struct arena *a, const char *secret);

#endif
