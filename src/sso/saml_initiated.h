/*
 * saml_initiated.h - sign-ins that a SAML provider begins: its response comes without a request of ours. It is kept
 * for the browser that brought it, which goes to an application, or to the authorization endpoint for one, and from
 * there to our page; the page's sign-in at the connector then needs no provider any more.
 * Contract: jit-and-sso.md section 4.6.
 */
#ifndef SSO_SAML_INITIATED_H
#define SSO_SAML_INITIATED_H

#include "base/json.h"
#include "http/request.h"

/* Whether the connector takes such responses. ERR_SAML_SESSION: it does not. */
NODISCARD err_t saml_initiated_check(struct request *rq, const char *connector_id);
/* In a WRITE step: keeps the helper's answer, and answers with a redirect and the cookie. */
NODISCARD err_t saml_initiated_keep(struct request *rq, const char *connector_id, const char *issuer,
				    const json_t *said);
/* Whether the request brings such a cookie. */
bool saml_initiated_is_there(struct request *rq);
/* In a WRITE step: uses it up. `*said` is the request's. ERR_NOT_FOUND: unknown, over, or of another connector. */
NODISCARD err_t saml_initiated_take(struct request *rq, const char *connector_id, const char **issuer, json_t **said);

#endif
