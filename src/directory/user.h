/*
 * user.h - what the files about users share within this room.
 */
#ifndef DIRECTORY_USER_H
#define DIRECTORY_USER_H

#include "directory/directory.h"
#include "entity/event_note.h"

/* The members of a profile; also those of its patch. */
extern const struct field profile_members[];
/* A user in the answers of the endpoints about users. */
extern const struct shape user_shape;
/* Whether a text may be the address of a picture, for FORM_URL beside it: only http and https. */
bool user_avatar_fits(const json_t *value);
/* SQL: hasPassword of the user `u`, as 0 or 1. */
#define HAS_PASSWORD(u) "CASE WHEN " u ".password_digest IS NULL THEN 0 ELSE 1 END"

/* Answers 200 with the user as stored now. ERR_NOT_FOUND. */
NODISCARD err_t user_reply(struct request *rq, const char *id);
/* Changes the fields of a user that `patch` names, hidden ones included, and answers with the user. ERR_NOT_FOUND. */
NODISCARD err_t user_change(struct request *rq, const char *id, const json_t *patch);
/*
 * Notes an event whose data is the user as stored now, when the event is wanted. Does nothing for an unknown user.
 */
NODISCARD err_t user_note(struct request *rq, const char *event, const char *id, enum event_note_form form);
/*
 * Checks that no other user than `self` ("" for a new one) has an identifier of `row`: username, primaryEmail,
 * primaryPhone. ERR_USERNAME_IN_USE, ERR_EMAIL_IN_USE, ERR_PHONE_IN_USE.
 */
NODISCARD err_t user_check_free(struct request *rq, const json_t *row, const char *self);
/*
 * Stores a user who registers, with the default roles; `row` holds values by the names of the fields, hidden ones
 * included, and has the id afterwards. ERR_USERNAME_IN_USE and its kin: somebody else was faster; ERR_INVALID_PHONE,
 * ERR_TOO_LONG.
 */
NODISCARD err_t user_register(struct request *rq, json_t *row);
/* Changes what a sign-in adds to a user; `patch` as in user_register(). The same errors, and ERR_NOT_FOUND. */
NODISCARD err_t user_complete(struct request *rq, const char *id, json_t *patch);
/*
 * The user as stored now, as JSON text in the request's arena: the data of events about users. ERR_NOT_FOUND.
 */
NODISCARD err_t user_info(struct request *rq, const char *id, const char **out);
/* An account at a social provider: `target` says which, `id` is what it is called there. */
struct social_account {
	const char *target, *id;
	const json_t *details;		/* what the provider tells of it; NULL: nothing */
};
/* Whose it is; in the request's arena. ERR_NOT_FOUND: nobody's. */
NODISCARD err_t user_find_social(struct request *rq, const struct social_account *account, const char **user_id);
/*
 * Makes it the user's, in place of one that they have at the same provider, or keeps what the provider tells now.
 * `*is_new`: it was not theirs. ERR_NOT_FOUND; ERR_IDENTITY_IN_USE: it is another user's.
 */
NODISCARD err_t user_link_social(struct request *rq, const char *id, const struct social_account *account,
				 bool *is_new);
/* Answers 200 with the accounts of a user by their targets. ERR_NOT_FOUND. */
NODISCARD err_t user_reply_social(struct request *rq, const char *id);
/* Takes the account at a social provider from a user. ERR_NOT_FOUND; ERR_IDENTITY_NOT_EXIST: the user has none. */
NODISCARD err_t user_unlink_identity(struct request *rq, const char *id, const char *target);
/* Adds the members that store a password digest to a new row or a patch. */
void user_set_password(json_t *patch, const char *digest, const char *algorithm);
/* The digest of the body's `password`, in the request's arena. It is slow on purpose: call it from a step on WORK. */
NODISCARD err_t user_hash_password(struct request *rq, const char **digest);

#endif
