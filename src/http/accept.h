/* accept.h - which kind of answer the caller would rather have (RFC 9110 section 12.5.1). */
#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include "http/request.h"

/*
 * Whether Accept names text/html and wants it no less than application/json, as that of a browser which goes to an
 * address does. Not when it takes anything: programs say so.
 */
bool request_wants_html(const struct request *rq);

#endif
