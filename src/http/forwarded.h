/*
 * forwarded.h - what a proxy in front says of the request that it had (http-conventions.md section 1).
 */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "http/request.h"

#define FORWARDED_ADDRESS_MAX 45	/* an IPv6 address with an IPv4 one in it, as text */

/*
 * X-Forwarded-Host, X-Forwarded-Proto and X-Forwarded-For, of each the first element, into host, secure and remote.
 * What is not a host or an address is passed over. Only for a proxy that is trusted: every client can send these
 * headers.
 */
void forwarded_take(struct request *rq);

#endif
