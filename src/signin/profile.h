/*
 * profile.h - what is staged for an account while its person signs in or registers (sign-in.md section 4.1).
 */
#ifndef SIGNIN_PROFILE_H
#define SIGNIN_PROFILE_H

#include "signin/experience.h"

/*
 * Checks what would be staged against the rules of the tenant, against the account (`person`; its id is NULL: nobody
 * is identified) and against other accounts. ERR_SSO_ADDRESS, the errors of fulfilment_check_policies(),
 * fulfilment_check_new() and fulfilment_check_free().
 */
NODISCARD err_t profile_check(struct request *rq, const struct experience *x, const struct person *person,
			      const json_t *staged);

#endif
