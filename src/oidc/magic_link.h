/*
 * magic_link.h - an authorization request that carries a one-time token, in a browser where somebody is signed in
 * (sign-in.md section 3.8). Without a session the sign-in page uses the token, and nothing of this is needed.
 */
#ifndef OIDC_MAGIC_LINK_H
#define OIDC_MAGIC_LINK_H

#include "signin/interaction.h"

/*
 * In front of the consent. Sends the browser to the page that uses the token, that asks whether to change the account,
 * or that tells what is wrong; `*left`: so the step has its answer. The token is not used up here.
 */
NODISCARD err_t magic_link_open(struct request *rq, const struct interaction *i, bool *left);

#endif
