/*
 * account.h - people's own accounts: what somebody who has signed in to an application sees and changes of their
 * account through it, below /api/my-account and /api/verifications (sign-in.md section 11).
 *
 * The caller comes by an opaque access token of their own, which the door ACCOUNT (oidc/account_door.c) has looked up.
 * What they may do hangs on the token's scopes and on what the tenant lets people do (the account center). What is
 * sensitive needs a proof beside, made within the last ten minutes (proof.h).
 *
 * Each handler says what it needs by one row, struct need, and asks account_check() before it does anything. A chain
 * that waits between its steps asks again in the step that writes.
 */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "entity/shape.h"
#include "events/audit.h"
#include "http/mount.h"
#include "http/request.h"

/* By which token the person calls; texts live in the request's arena. The door sets rq->who.known to it. */
struct account_token {
	const char *client_id, *grant_id;
	const char *scope;
};
const struct account_token *account_token(const struct request *rq);
bool account_has_scope(const struct request *rq, const char *name);

/* What a call needs. All zero: nothing but that the account center is on. */
struct need {
	const char *field;	/* of the account center, which must not be Off; NULL: none */
	bool edits;		/* the field must be Edit */
	const char *scope;	/* of the token; NULL: openid is enough */
	bool is_later;		/* without the scope it is 401; on the older routes it is 400 */
	bool proof;		/* the header logto-verification-id names a proof of the caller */
};
/* Of the calls that prepare a second factor (factors.c). */
extern const struct need needs_to_make_factors;
/* In this order: ERR_PROOF_DENIED; ERR_FIELD_FIXED or ERR_FIELD_OFF; ERR_SCOPE_MISSING. With a transaction. */
NODISCARD err_t account_check(struct request *rq, const struct need *n);
/*
 * Opens the entry of the audit log of a change, and writes who makes it and by what application. `what`: Profile,
 * Password, …
 */
void account_log(struct request *rq, enum audit_key key, const char *what);
/*
 * Notes an event of what the caller does, where a reader wants it. `members`: JSON members of its own, without braces;
 * `data`: JSON of the member `data`; NULL: none. Both live in the request's arena.
 */
NODISCARD err_t account_note(struct request *rq, const char *event, const char *members, const char *data);
/* Notes that the caller's account has changed, with the user as stored now. */
NODISCARD err_t account_note_change(struct request *rq);

/* Answers 200 with the account as the caller may see it. */
err_t account_reply(struct request *rq);
/* Notes the change, and answers 204. */
err_t account_changed(struct request *rq);

extern const struct mount account_mount, verification_mount;
extern const struct route account_routes[], account_password_routes[], account_identifier_routes[];
extern const struct route verification_routes[], code_verification_routes[], account_membership_routes[];
extern const struct route totp_picture_routes[];
extern const struct route account_factor_routes[], passkey_verification_routes[];
extern const size_t account_factor_route_count, passkey_verification_route_count;
extern const size_t account_route_count, account_password_route_count, account_identifier_route_count;
extern const size_t verification_route_count, code_verification_route_count, account_membership_route_count;
extern const size_t totp_picture_route_count;

#endif
