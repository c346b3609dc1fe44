/*
 * apple_client.h - what Sign in with Apple does in its own way: the client's secret, and where a name comes from.
 */
#ifndef SSO_APPLE_CLIENT_H
#define SSO_APPLE_CLIENT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

#define APPLE_SECRET_S 300	/* it is used at once; Apple takes up to six months */

/*
 * The secret of the client of a configuration, {clientId, teamId, keyId, privateKey, issuer}: a JWT with ES256, which
 * lives in `a`. ERR_CONNECTOR_CONFIG: the key is none.
 */
NODISCARD err_t apple_client_secret(struct arena *a, const json_t *config, int64_t now_s, const char **out);
/* The name in the parameter `user` of Apple's form, {"name": {"firstName", "lastName"}}; NULL: none. Lives in `a`. */
const char *apple_name(struct arena *a, const char *user);

#endif
