/* saml_connector.h - connectors as SAML's own endpoints see them: those of other protocols are refused. */
#ifndef SSO_SAML_CONNECTOR_H
#define SSO_SAML_CONNECTOR_H

#include "base/err.h"

struct request;

/* ERR_NOT_EXISTS_WITH_ID: there is no such connector; `otherwise`: it does not speak SAML. */
NODISCARD err_t saml_connector_require(struct request *rq, const char *id, err_t otherwise);
/* Whether its configuration says that requests are signed. */
NODISCARD err_t saml_connector_signs(struct request *rq, const char *id, bool *out);

#endif
