/*
 * totp.h - one-time passwords that an authenticator app shows (RFC 6238): SHA-1, 6 digits, 30 seconds.
 *
 * Secrets are base32 texts (RFC 4648) in upper case: those that are made here have 32 characters (160 bits).
 */
#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

#define TOTP_STEP_S 30
#define TOTP_DIGITS 6

/* Whether a secret from outside may be one: upper-case base32, rightly padded, 16 to 32 characters. */
bool totp_secret_is_valid(const char *base32);
/* A fresh secret, in `a`. */
char *totp_secret_new(struct arena *a);
/*
 * Whether `code` is the one of `now_s` (Unix time), or of one step before or after. `*step` is the last step that was
 * accepted, 0 for none: neither it nor an earlier one passes again; a code that passes sets it. Every code takes the
 * same time. A secret that cannot be read accepts nothing.
 */
bool totp_check(const char *base32, const char *code, int64_t now_s, int64_t *step);
/*
 * The otpauth: address that apps read from a QR code, in `a`; a QR code holds it always. Of issuer and account the
 * first 255 bytes count; `account` may be NULL.
 */
char *totp_uri(struct arena *a, const char *issuer, const char *account, const char *secret);

#endif
