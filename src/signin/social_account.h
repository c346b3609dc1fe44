/*
 * social_account.h - the account at a social provider by which somebody has come becomes theirs (sign-in.md sections
 * 2.3 to 2.5).
 */
#ifndef SIGNIN_SOCIAL_ACCOUNT_H
#define SIGNIN_SOCIAL_ACCOUNT_H

#include "directory/person.h"
#include "directory/user.h"

/* The member of what is staged that holds such an account: {target, userId, details}. */
#define STAGED_SOCIAL "socialIdentity"

/* False: `staged` holds none. */
bool social_account_of(const json_t *staged, struct social_account *out);
/* ERR_SOCIAL_IN_PROFILE: the user has another account at the same provider. */
NODISCARD err_t social_account_check_new(const json_t *staged, const struct person *person);
/* ERR_IDENTITY_IN_USE: the staged account is another user's than this one's (NULL: anybody's). */
NODISCARD err_t social_account_check_free(struct request *rq, const json_t *staged, const char *user_id);
/* Makes the staged account the user's; nothing where none is staged. `*is_new`: set to true when it was not theirs. */
NODISCARD err_t social_account_settle(struct request *rq, const json_t *staged, const char *user_id, bool *is_new);

#endif
