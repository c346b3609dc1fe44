/*
 * seal.h - secrets at rest: AES-256-GCM, bound to the place where they stand.
 *
 * What is sealed for one purpose, tenant and row cannot be opened for another: a sealed value that is copied into
 * another row is refused. Every sealing draws a nonce of its own (96 random bits), so sealing the same text twice
 * gives two values. The key never leaves this file and is never logged.
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/settings.h"

struct seal;

/* Purposes, and what their `id` is. */
#define SEAL_SIGNING_KEY	"signing_key"		/* the key's id */
#define SEAL_COOKIE_KEY		"cookie_key"		/* the key's id */
#define SEAL_APPLICATION_SECRET	"application_secret"	/* the application's id: the secret's name may change */
#define SEAL_CONNECTOR		"connector"		/* the connector's id */
#define SEAL_SSO_CONNECTOR	"sso_connector"		/* the connector's id */
#define SEAL_CODE		"verification_code"	/* the recipient */
#define SEAL_MESSAGE		"message"		/* the message's id */
#define SEAL_ONE_TIME_TOKEN	"one_time_token"	/* the token's id */
#define SEAL_CAPTCHA_SECRET	"captcha_secret"	/* the provider's id */
#define SEAL_LEGACY_SECRET	"legacy_secret"		/* the application's id */
#define SEAL_PERSONAL_TOKEN	"personal_token"	/* the user's id: the token's name may change */
#define SEAL_TOTP		"totp"			/* the factor's id */
#define SEAL_SSO_SIGNING_KEY	"sso_signing_key"	/* the key's id */
#define SEAL_HOOK_CONFIG	"hook_config"		/* the hook's id */
#define SEAL_HOOK_KEY		"hook_key"		/* the hook's id */
#define SEAL_BACKUP_CODE	"backup_code"		/* of seal_digest(): the factor's id */

#define SEAL_KEY_SIZE 32
#define SEAL_OVERHEAD 29	/* version, nonce, tag */
#define SEAL_DIGEST_SIZE 44	/* with its NUL */

/*
 * The key of the settings: `seal_key` (base64), else the file `seal_key_file`, else seal.key in the data folder, which
 * is made (mode 0600) when it is not there and `is_new`: nothing was sealed yet. The caller ends `*out` with
 * seal_free(). ERR_INTERNAL with the reason for the operator.
 */
NODISCARD err_t seal_start(const struct settings *settings, bool is_new, struct seal **out);
/* The same with a key at hand; SEAL_KEY_SIZE bytes, borrowed. */
NODISCARD err_t seal_new(const unsigned char *key, struct seal **out);
void seal_free(struct seal *s);

/* `out` is the sealed value, for a {blob} column; it lives in `a`. */
NODISCARD err_t seal_wrap(const struct seal *s, struct arena *a, const char *purpose, const char *tenant,
			  const char *id, const void *plain, size_t len, struct slice *out);
/*
 * The caller ends `*out` with secret_done(); its bytes have a NUL at their end that `len` does not count.
 * ERR_INTERNAL: another key, another place, or damaged.
 */
NODISCARD err_t seal_unwrap(const struct seal *s, const char *purpose, const char *tenant, const char *id,
			    const void *sealed, size_t len, struct secret *out);

/*
 * The hash of a text in base64url that only the holder of the key can compute, another one at each place: for what
 * nobody needs to read again, and is too short for crypto/digest.h, where all texts could be tried. False: there is
 * none, since memory or the crypto library failed.
 */
NODISCARD bool seal_digest(const struct seal *s, const char *purpose, const char *id, const char *text,
			   char out[SEAL_DIGEST_SIZE]);

#endif
