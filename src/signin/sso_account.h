/*
 * sso_account.h - the account at an organization's identity provider by which somebody has come becomes theirs
 * (sign-in.md sections 2.4 and 2.5, jit-and-sso.md section 4.5).
 */
#ifndef SIGNIN_SSO_ACCOUNT_H
#define SIGNIN_SSO_ACCOUNT_H

#include "http/request.h"

/* The member of what is staged that holds such an account: {issuer, identityId, namesItself, connectorId, detail}. */
#define STAGED_SSO "ssoIdentity"

/*
 * Makes the account the user's and, when it was nobody's before, the user a member of the organizations that list the
 * connector. ERR_IDENTITY_IN_USE: it is another user's; ERR_AGAIN.
 */
NODISCARD err_t sso_account_settle(struct request *rq, const json_t *account, const char *user_id);

#endif
