/*
 * return_address.h - the address by which a browser goes back to a client, with what it brings along.
 */
#ifndef OIDC_RETURN_ADDRESS_H
#define OIDC_RETURN_ADDRESS_H

#include "http/request.h"

/*
 * A registered address with the pairs in its query, or as its fragment, in the characters of a Location; lives in `a`.
 * NULL: it would be too long.
 */
const char *return_address(struct arena *a, const char *uri, bool as_fragment, const struct param *pairs, size_t n);

#endif
