/*
 * forwarded.h - headers in which a proxy passes on what it knows of the client (http-conventions.md section 1).
 */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "http/request.h"

#define FORWARDED_ADDRESS_MAX 45	/* an IPv6 address with an IPv4 one in it, as text */

/*
 * Sets host, secure and remote from the first element of X-Forwarded-Host, X-Forwarded-Proto and X-Forwarded-For. What
 * is not a host or an address is ignored. Only behind a trusted proxy: every client can send these headers.
 */
void forwarded_take(struct request *rq);

#endif
