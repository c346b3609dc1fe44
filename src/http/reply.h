/*
 * reply.h - inside http/: what the files that make an answer share. Handlers use the functions of request.h.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "http/request.h"

/* Adds a header as it is: for values that are ours and live as long as the request. */
void reply__add(struct request *rq, const char *name, const char *value);
/* Takes back what reply_page() has set. */
void reply__drop_page(struct reply *r);

#endif
