/*
 * authorization.h - the Authorization header of a client (RFC 6749 section 2.3.1, RFC 7617).
 */
#ifndef OIDC_AUTHORIZATION_H
#define OIDC_AUTHORIZATION_H

#include "base/arena.h"

/*
 * Parses `Basic` and a pair whose halves are form-encoded. Returns NULL when `*id` and `*secret` are set; they live in
 * `a` and are printable ASCII. Otherwise returns what is wrong, as a text for error_description.
 */
const char *basic_parse(struct arena *a, const char *header, const char **id, const char **secret);

#endif
