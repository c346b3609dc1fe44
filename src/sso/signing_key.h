/*
 * signing_key.h - the RSA keys of a SAML connector: the active one signs requests, and what providers encrypt to any
 * of them can be read.
 */
#ifndef SSO_SIGNING_KEY_H
#define SSO_SIGNING_KEY_H

#include "base/secret.h"
#include "http/route.h"

struct request;

#define SIGNING_KEYS_MOST 10 /* of a connector */

struct signing_keys {
	struct secret keys[SIGNING_KEYS_MOST]; /* PKCS#8; wiped with the request's arena */
	const char *certificates[SIGNING_KEYS_MOST]; /* PEM */
	size_t count;
	bool has_active; /* then it is the first; the others are the newest first */
};

/* Of the connector, in the transaction's tenant; all live in the request's arena. */
NODISCARD err_t signing_keys_load(struct request *rq, const char *connector_id, struct signing_keys *out);
/* Whether the connector has an active key. */
NODISCARD err_t signing_key_is_active(struct request *rq, const char *connector_id, bool *out);

extern const struct route signing_key_routes[], idp_initiated_routes[];
extern const size_t signing_key_route_count, idp_initiated_route_count;

#endif
