/*
 * experience_log.h - entries of the audit log for calls of the Experience API (sign-in.md section 6): which call is which
 * key, and what its entry holds.
 */
#ifndef SIGNIN_EXPERIENCE_LOG_H
#define SIGNIN_EXPERIENCE_LOG_H

#include "signin/experience.h"

/* Opens the entry of the call, or brings it up to date. Nothing for calls that the log does not tell of. */
void experience_log(struct request *rq, const struct experience *x);

#endif
