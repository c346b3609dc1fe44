/*
 * forwarded.h - headers in which a proxy passes on what it knows of the client (http-conventions.md section 1).
 */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "http/request.h"

/*
 * Sets host and secure from the first element of X-Forwarded-Host and X-Forwarded-Proto, remote and client from
 * X-Forwarded-For: each of `proxies` has added the address that it saw, so the client's is so many from the end; what
 * stands before was written by the client. What is not a host or an address is ignored. Only behind trusted proxies:
 * every client can send these headers.
 */
void forwarded_take(struct request *rq, int proxies);

#endif
