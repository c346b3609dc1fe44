/*
 * sso_address.h - e-mail addresses whose owners sign in at their organization: those of the domains of an enterprise
 * connector (sign-in.md sections 2.3, 2.7).
 */
#ifndef SIGNIN_SSO_ADDRESS_H
#define SIGNIN_SSO_ADDRESS_H

#include "signin/experience.h"

/* ERR_SSO_ADDRESS, whose data names the connectors. `email` NULL: OK. */
NODISCARD err_t sso_address_check(struct request *rq, const struct experience *x, const char *email);

extern const struct route sso_address_routes[];
extern const size_t sso_address_route_count;

#endif
