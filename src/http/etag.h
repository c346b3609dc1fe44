/*
 * etag.h - whether the caller has the current content already (RFC 9110 section 13).
 */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include "http/request.h"

/*
 * The caller named this tag, with its quotes, in If-None-Match: 304. Beside If-Modified-Since, and with
 * `Cache-Control: no-cache`, the peer answers in full, which is always allowed (RFC 9110 section 13.2.2).
 */
bool etag_is_current(const struct request *rq, const char *tag);

#endif
