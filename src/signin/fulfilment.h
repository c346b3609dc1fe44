/*
 * fulfilment.h - what every account of the tenant must have, and what this one lacks (sign-in.md section 2.4).
 */
#ifndef SIGNIN_FULFILMENT_H
#define SIGNIN_FULFILMENT_H

#include "signin/experience.h"

/*
 * Checks that what is staged and what the user has (`person`; NULL: there is no user yet) are all that the tenant
 * demands. ERR_PROFILE_MISSING, whose data tells what is missing.
 */
NODISCARD err_t fulfilment_check(struct request *rq, const struct experience *x, const struct person *person);

/*
 * Checks that nothing of `staged` is there already with the user: ERR_USERNAME_IN_PROFILE, ERR_EMAIL_IN_PROFILE,
 * ERR_PHONE_IN_PROFILE, ERR_PASSWORD_IN_PROFILE, ERR_SOCIAL_IN_PROFILE.
 */
NODISCARD err_t fulfilment_check_new(const json_t *staged, const struct person *person);
/* Checks that the tenant takes new people with this user name and e-mail address (sections 9.4, 9.5). */
NODISCARD err_t fulfilment_check_policies(struct request *rq, const struct experience *x, const json_t *staged);
/*
 * Checks that nobody but this user (NULL: nobody at all) has an identifier of `staged`, or the account elsewhere.
 * ERR_USERNAME_IN_USE, ERR_EMAIL_IN_USE, ERR_PHONE_IN_USE, ERR_IDENTITY_IN_USE.
 */
NODISCARD err_t fulfilment_check_free(struct request *rq, const struct experience *x, const json_t *staged,
				      const char *user_id);

#endif
