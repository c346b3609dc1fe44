/* idp_initiated.h - what happens when an identity provider begins a sign-in, as the connector's settings say. */
#ifndef SSO_IDP_INITIATED_H
#define SSO_IDP_INITIATED_H

#include "base/json.h"
#include "http/request.h"

struct idp_initiated {
	bool automatic;			/* this server asks for the authorization; else the application does */
	const char *application_id;
	const char *redirect_uri;	/* automatic: of the settings, or the first of the application; NULL: none */
	const char *client_callback;	/* not automatic */
	json_t *parameters;		/* further ones of the request: texts; the request's */
};

/* ERR_NOT_FOUND: providers may not begin sign-ins at the connector. All lives in the request's arena. */
NODISCARD err_t idp_initiated_load(struct request *rq, const char *connector_id, struct idp_initiated *out);

#endif
