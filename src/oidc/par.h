/*
 * par.h - pushed authorization requests (RFC 9126, oidc.md section 5.7).
 */
#ifndef OIDC_PAR_H
#define OIDC_PAR_H

#include "oidc/authorize.h"

#define PAR_LIFE_S 60		/* oidc.md section 8.6 */

/* Whether a request_uri has the form of a name that par_push() gives. */
bool par_is_name(const char *request_uri);
/* Replaces the parameters by the pushed ones. ERR_OAUTH_REQUEST_URI: none of this client has the name. */
NODISCARD err_t par_load(struct authorization *az, const char *request_uri);
/* POST /oidc/request */
err_t par_push(struct request *rq);

#endif
