/*
 * authorization.h - the Authorization header of a client (RFC 6749 section 2.3.1, RFC 7617).
 */
#ifndef OIDC_AUTHORIZATION_H
#define OIDC_AUTHORIZATION_H

#include "base/arena.h"

/*
 * `Basic` and a pair, each half form-encoded. NULL: `*id` and `*secret` are set, live in `a`, and are printable ASCII.
 * Else what is wrong, for error_description.
 */
const char *basic_parse(struct arena *a, const char *header, const char **id, const char **secret);

#endif
