/*
 * proof.h - what the owner of an account has proven, or is about to: that it is really them, or that a new address is
 * theirs (sign-in.md section 11).
 *
 * A proof belongs to the user who began it and is of no use to others. It lasts ten minutes. One of the user is named
 * by the header logto-verification-id and is good for any number of calls until then; one of something new is gone
 * with the change that it was made for.
 */
#ifndef ACCOUNT_PROOF_H
#define ACCOUNT_PROOF_H

#include "entity/shape.h"
#include "http/request.h"
#include "tenant/factor_type.h"

#define PROOF_PASSWORD	"Password"
#define PROOF_EMAIL	TYPE_EMAIL_CODE
#define PROOF_PHONE	TYPE_PHONE_CODE
#define PROOF_PASSKEY	TYPE_WEB_AUTHN
#define PROOF_SOCIAL	"Social"	/* sso/social_proof.c */

/* The template of the message with a code that proves the user; any other proves an address alone. */
#define PROOF_OF_USER	"UserPermissionValidation"

struct proof {
	const char *id;		/* ID_LONG characters */
	const char *type;
	/* {id, verified, identifier?, templateType?, …}: signin/sent_code.h has what a code adds. The request's. */
	json_t *details;
	int64_t expires_at_ms;
};

/*
 * Stores a new one of the caller. `details` is taken, and gets the id; where it says so, the proof is verified.
 * ERR_MESSAGE_LIMIT: the caller has as many as one may have.
 */
NODISCARD err_t proof_put(struct request *rq, const char *type, json_t *details, struct proof *out);
/* One of the caller, of this type; locks it in a WRITE step. ERR_PROOF_MISSING: unknown, over, or of others. */
NODISCARD err_t proof_find(struct request *rq, const char *id, const char *type, struct proof *out);
/* Stores `details` as they are now. */
NODISCARD err_t proof_save(struct request *rq, const struct proof *p);
NODISCARD err_t proof_remove(struct request *rq, const struct proof *p);
/* Whether the header names a verified proof that the caller is who they are. ERR_PROOF_DENIED. */
NODISCARD err_t proof_check_caller(struct request *rq);
/* A verified proof of something new; the caller of this removes it with what it was made for. ERR_PROOF_MISSING. */
NODISCARD err_t proof_find_verified(struct request *rq, const char *id, const char *type, struct proof *out);

/* -- answers -- */

/* Writes {verificationRecordId, expiresAt} without braces. */
void proof_print(struct json_out *j, const struct proof *p);
/* Answers 201 with them. */
err_t proof_reply(struct request *rq, const struct proof *p);
/* Answers 200 with {verificationRecordId}. */
err_t proof_reply_id(struct request *rq, const struct proof *p);
/* Rows of a table of fields: what proof_print() writes. */
#define PROOF_MEMBERS \
	{ "verificationRecordId", .type = FIELD_TEXT, .flags = REQUIRED }, \
	{ "expiresAt", .type = FIELD_TEXT, .flags = REQUIRED, .help = "ISO 8601." }
extern const struct shape proof_shape, proof_id_shape;	/* of these two */

#endif
