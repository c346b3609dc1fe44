/*
 * password.h - digests of passwords: those that we make, and those that other programs made and an import brought
 * (users-apps-resources.md section 1.3).
 *
 * All of this is slow on purpose: WORK lane only. Comparisons take time that does not depend on where texts differ.
 * What a stored digest may cost is bounded (memory, passes, rounds): one beyond that is refused at its import, and
 * verifies nothing. All that are computed at once share 256 MiB: a call waits until there is room.
 */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/settings.h"

/* What new digests are made with: the name for users.password_algorithm. */
#define PASSWORD_ALGORITHM "Argon2id"
/* Longest password that is hashed, bytes. */
#define PASSWORD_MAX 65536

/*
 * A digest for a new password, in `a`; memory and passes of the settings. ERR_BUSY: the system lacks that much
 * memory now.
 */
NODISCARD err_t password_hash(struct arena *a, const struct settings *settings, const char *password,
			      const char **digest);

/*
 * Whether the password is the one of the digest. `algorithm`: Argon2i, Argon2id, Argon2d, SHA1, SHA256, MD5, Bcrypt,
 * Legacy. A digest that cannot be read, or an unknown algorithm, verifies nothing.
 */
bool password_verify(const char *algorithm, const char *digest, const char *password);

/*
 * False: after this password was verified, the caller should store a fresh digest of it in place of this one. A digest
 * that reads only the start of a password (bcrypt, 72 bytes) stays when the password may be another one than its own.
 */
bool password_is_current(const char *algorithm, const char *digest, const char *password);

/*
 * A digest at its import. ERR_LEGACY_FORMAT: a Legacy digest is not JSON [algorithm, [arguments with "@"], hash], all
 * texts; ERR_LEGACY_HASH: there is no such hash. ERR_REQUEST_INPUT: it would cost too much to verify. One that cannot
 * be read passes, and verifies nothing.
 */
NODISCARD err_t password_import_check(struct arena *a, const char *algorithm, const char *digest);

#endif
