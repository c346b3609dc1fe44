/*
 * redirect_uri.h - whether an address is one that an application has registered (oidc.md section 4.4).
 *
 * A browser is sent to the address with a code in it, so what two readers might take apart differently never matches.
 */
#ifndef OIDC_REDIRECT_URI_H
#define OIDC_REDIRECT_URI_H

#include "base/arena.h"

/*
 * Whether the candidate is one of the registered ones (ended by NULL), which may hold `*` in host and path.
 * `any_loopback_port`: of an http address of this machine the port does not count, for applications that listen on
 * a free one.
 */
bool redirect_uri_is_registered(struct arena *a, char *const *registered, const char *candidate,
				bool any_loopback_port);
/*
 * Whether a host fits a pattern, where a `*` stands for one or more characters of a label. The last two labels of a
 * pattern with `*` hold none, or nothing fits.
 */
bool host_matches(struct slice pattern, struct slice host);

#endif
