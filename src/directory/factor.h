/*
 * factor.h - the second factors of a user: what the list users.mfa_verifications holds, and how each proves itself.
 *
 * The list is JSON, read into person.factors (person.h). An element has id, type and createdAt (ISO text), perhaps
 * lastUsedAt and name, and by its type:
 *   Totp        key: the secret, sealed; step: the last 30 s step that was accepted, so that no code is taken twice
 *   WebAuthn    credentialId, publicKey, counter, transports[], agent?, rpId
 *   BackupCode  codes: [{hash, usedAt?}]
 * Nothing here tells a secret: keys are sealed and backup codes hashed with a key, both bound to the element's id.
 * An element that is changed is not yet stored: factors_save().
 *
 * Contract: sign-in.md section 8, users-apps-resources.md section 2.3.
 */
#ifndef DIRECTORY_FACTOR_H
#define DIRECTORY_FACTOR_H

#include "directory/person.h"
#include "entity/shape.h"
#include "tenant/factor_type.h"

#define BACKUP_CODES 10			/* in a set */
#define BACKUP_CODE_LEN 10		/* hex digits */
#define FACTORS_MOST 100		/* elements of a list: beyond, factors_save() refuses */

/* -- new elements; trees of the request -- */

/* {id, type, createdAt}, for a factor whose other members the caller sets. */
json_t *factor_new(struct request *rq, enum factor_type type);
/* `secret_base32`: as of totp_secret_new() or totp_secret_is_valid(). */
NODISCARD err_t factor_new_totp(struct request *rq, const char *secret_base32, json_t **out);
/*
 * What an app lists a person by; NULL: nothing. And the secret as a QR code, which names this server and `account`: a
 * PNG as a data: address. About a millisecond: in a WORK step. ERR_INTERNAL: they are too long for one.
 */
const char *factor_totp_account(const struct person *p);
NODISCARD err_t factor_totp_picture(struct request *rq, const char *account, const char *secret, const char **out);
/* BACKUP_CODES fresh codes in clear, as a list of texts. */
json_t *backup_codes_new(struct request *rq);
/* Whether codes from outside make a set: BACKUP_CODES texts of BACKUP_CODE_LEN hex digits in either case. */
bool backup_codes_fit(const json_t *codes);
/* `codes`: a set in clear, which is hashed. */
NODISCARD err_t factor_new_backup_codes(struct request *rq, const json_t *codes, json_t **out);

/* -- the list; both in a WRITE step -- */

/* The user's list, the row locked; the caller may change it. ERR_NOT_FOUND. */
NODISCARD err_t factors_lock(struct request *rq, const char *user_id, json_t **list);
/*
 * Stores it in one UPDATE; what was added and removed is an entry of the audit log. ERR_TOO_MANY_FACTORS: more than
 * FACTORS_MOST.
 */
NODISCARD err_t factors_save(struct request *rq, const char *user_id, const json_t *list);

/* The first of a type, or of an id; NULL: none. Borrowed from the list. */
json_t *factors_find(const json_t *list, enum factor_type type);
json_t *factors_get(const json_t *list, const char *id);
/* The backup codes in use: a set that is used up may stand beside its successor. NULL: there is no set. */
json_t *factors_find_codes(const json_t *list);
/* Takes an element off the list. False: it has none of this id. */
bool factors_remove(json_t *list, const char *id);
/* Takes all of a type off. */
void factors_remove_type(json_t *list, enum factor_type type);

/* -- one element -- */

/* FACTORS: a type that is not known. */
enum factor_type factor_type_of(const json_t *factor);
/* Whether it can prove something: a backup set with no code left cannot. */
bool factor_is_usable(const json_t *factor);
size_t factor_codes_left(const json_t *backup);		/* of a backup set */
/* Sets lastUsedAt; the two below do it themselves. */
void factor_set_used(json_t *factor);

/*
 * The checks. A success changes the factor, an element of a locked list, so that the same code is not taken again:
 * save the list afterwards. They take the same time for a right and a wrong code.
 */
/* A clock that is one step of 30 s early or late passes. */
bool factor_totp_accepts(struct request *rq, json_t *factor, const char *code);
/* In the letter case that the code was given out in. */
bool factor_backup_accepts(json_t *factor, const char *code);

/* -- answers -- */

/*
 * Answers 200 with the list as everybody may see it: {id, type, createdAt}, of a passkey also agent, name and
 * lastUsedAt, of backup codes remainCodes.
 */
err_t factors_reply(struct request *rq, const json_t *list);
extern const struct shape factors_shape;	/* of that answer */

#endif
