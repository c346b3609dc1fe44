/*
 * factor_type.h - the kinds of second factors by their names: as rules of the tenant list them, as the list of a user
 * holds them, and as what a person proves is called (sign-in.md sections 1.3 and 8).
 */
#ifndef TENANT_FACTOR_TYPE_H
#define TENANT_FACTOR_TYPE_H

#define TYPE_TOTP		"Totp"
#define TYPE_WEB_AUTHN		"WebAuthn"
#define TYPE_BACKUP_CODE	"BackupCode"
#define TYPE_EMAIL_CODE		"EmailVerificationCode"
#define TYPE_PHONE_CODE		"PhoneVerificationCode"

/* The last two are implicit: an address of the account, never an element of the list of a user. */
enum factor_type { FACTOR_TOTP, FACTOR_WEB_AUTHN, FACTOR_BACKUP_CODE, FACTOR_EMAIL, FACTOR_PHONE, FACTORS };

/* Their names, ended by NULL: for FIELD_ENUM. All; those of the list of a user; those that are a code sent. */
extern const char *const factor_names[FACTORS + 1], *const stored_factor_names[], *const sent_code_names[];
/* FACTORS: of no kind; also for NULL. */
enum factor_type factor_type_named(const char *name);

#endif
