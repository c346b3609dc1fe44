/*
 * outcome.h - what a sign-in by the answer to a test would come to: as whom, and which organizations would admit them,
 * at the time of the test. Nothing is written.
 */
#ifndef SSO_OUTCOME_H
#define SSO_OUTCOME_H

#include "entity/field.h"
#include "http/request.h"

#define OUTCOME_SIGN_IN "SignIn"
#define OUTCOME_LINK "Link"
#define OUTCOME_REGISTER "Register"
#define OUTCOME_REFUSE "Refuse"

/*
 * {action, user?, organizations?, hasUnprovenDomain?, error?}, as outcome_members say, of the person of the work; the
 * request's. What refuses a sign-in is told in it, and is no error.
 */
NODISCARD err_t outcome_foresee(struct request *rq, json_t **out);
extern const struct field outcome_members[];

/* What failed, for an administrator: {code, message, detail}; json_decref(). */
json_t *outcome_error(err_t e, const char *message, const char *detail);
extern const struct field outcome_error_members[];

#endif
