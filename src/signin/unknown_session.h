/*
 * unknown_session.h - pages that make no sense without a sign-in under way (sign-in.md section 1.2).
 */
#ifndef SIGNIN_UNKNOWN_SESSION_H
#define SIGNIN_UNKNOWN_SESSION_H

#include "signin/interaction.h"

/*
 * Finds the interaction of the browser that opens a page. `*left`: there is none, and the answer sends the browser to
 * where the tenant, or the operator, wants such visitors. Needs a transaction that can read.
 */
NODISCARD err_t page_interaction(struct request *rq, struct interaction *out, bool *left);

#endif
