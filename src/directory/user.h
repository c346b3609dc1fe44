/*
 * user.h - what the files about people share within this room.
 */
#ifndef DIRECTORY_USER_H
#define DIRECTORY_USER_H

#include "directory/directory.h"
#include "entity/happened.h"

/* The members of a profile; also those of its patch. */
extern const struct field profile_members[];
/* A person as the endpoints about people show it. */
extern const struct shape user_shape;
/* hasPassword, of `u`. */
#define HAS_PASSWORD(u) "CASE WHEN " u ".password_digest IS NULL THEN 0 ELSE 1 END"

/* Answers 200 with the person as stored now. ERR_NOT_FOUND. */
NODISCARD err_t user_reply(struct request *rq, const char *id);
/* Changes hidden or shown fields, named in `patch`, of somebody who must exist, and answers with the person. */
NODISCARD err_t user_change(struct request *rq, const char *id, const json_t *patch);
/*
 * Notes an event whose data is the person as stored now, when somebody wants to be told of it. An unknown person is
 * not noted.
 */
NODISCARD err_t user_note(struct request *rq, const char *event, const char *id, enum happened_form form);
/* The members that store a password hashed elsewhere, for a new row or a patch. */
void user_set_password(json_t *patch, const char *digest, const char *algorithm);
/* For WORK: the digest of the body's `password`, in the request's arena. */
NODISCARD err_t user_hash_password(struct request *rq, const char **digest);

#endif
