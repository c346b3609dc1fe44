/*
 * registration.h - a person becomes a new user (sign-in.md section 2.4).
 */
#ifndef SIGNIN_REGISTRATION_H
#define SIGNIN_REGISTRATION_H

#include "signin/experience.h"

/*
 * In a WRITE step: makes a user of what is staged and of a record (`id`; NULL: of what is staged alone), and answers
 * 201. What the record stages is kept even where the user cannot be made yet, so the step returns what this returns.
 */
err_t registration_identify(struct request *rq, struct experience *x, const char *id);
/* Whether a record that suffices makes a user; the refusals of the above, and nothing is written. */
NODISCARD err_t registration_foresee(struct request *rq, const struct experience *x, const json_t *record);

#endif
