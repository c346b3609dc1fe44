/*
 * lockout.h - how many failures an identifier may have before nobody signs in with it for a while (sign-in.md
 * section 7).
 *
 * A verification always runs to its end; then its outcome is reported, in the WRITE step that acts on it. Reports of
 * one identifier happen one after another, whichever copy of the server they come from and however many come at once,
 * so that no more than `maxAttempts` of them are told whether they were right. Who calls, and from where, does not
 * matter.
 *
 * The letter case of an identifier does not matter here: other spellings of an address would be further tries.
 * Failures are counted by the minute: they are forgotten up to a minute later than after the hour.
 */
#ifndef TENANT_LOCKOUT_H
#define TENANT_LOCKOUT_H

#include "base/arena.h"
#include "base/err.h"

struct txn;

/*
 * What is counted together: passwords, codes and magic links of an identifier; each second factor of a user; codes of
 * devices that a network of clients enters, with a limit of its own.
 */
enum lockout_pool {
	LOCKOUT_IDENTIFIER, LOCKOUT_TOTP, LOCKOUT_PASSKEY, LOCKOUT_BACKUP_CODE, LOCKOUT_DEVICE_CODE,
};

/*
 * Reports a verification. `value`: the identifier as typed; the user's id in the pools of factors; the network as
 * text. OK: it is not blocked. ERR_LOCKED: it is, whatever its outcome was; also by this failure itself, which must be
 * kept: refuse_keeping(). What is blocked is not counted again, and a success does not forget failures.
 */
NODISCARD err_t lockout_report(struct txn *tx, struct arena *a, enum lockout_pool pool, const char *value,
			       bool success);
/* Forgets the failures of an identifier or a user, in all pools, and the block with them. */
NODISCARD err_t lockout_forget(struct txn *tx, struct arena *a, const char *value);

#endif
