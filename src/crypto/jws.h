/*
 * jws.h - signatures of others: tokens of identity providers, verified with a key of the set that they publish.
 *
 * RS256 to PS512, ES256 to ES512, EdDSA with Ed25519 (RFC 7518, RFC 8037). The key says what it is for: a token whose
 * `alg` is not one of its kind of key, or is not the `alg` of the key, does not pass. `none` and symmetric algorithms
 * are not known here; keys that a token brings or names itself (jwk, jku, x5c, x5u) are not looked at.
 */
#ifndef CRYPTO_JWS_H
#define CRYPTO_JWS_H

#include "crypto/jwt.h"

/* Whether the key of a set may be the token's: for signatures, of its algorithm, of its `kid` if it names one. */
bool jws_fits(const struct jwt *jwt, const json_t *jwk);
/* True only when the key fits, nothing critical is unknown and the signature is good. */
NODISCARD bool jws_verify(const struct jwt *jwt, const json_t *jwk);

#endif
