/* language.h - the language of an answer's `message`, as the caller asks for it (http-conventions.md section 11). */
#ifndef HTTP_LANGUAGE_H
#define HTTP_LANGUAGE_H

#include "base/messages.h"
#include "http/request.h"

#define QUALITY_LEAST (-1)

/*
 * The language of ours that an Accept-Language (RFC 9110 section 12.5.4) likes best, the first of equals; NULL: it
 * names none whose quality is above `*quality`, in thousandths. Else sets `*quality`. q=0 is a quality as any, `*`
 * matches nothing.
 */
const struct language *language_best(const char *accept, int *quality);
/* By the query's `locale`, else by Accept-Language, else English. */
const struct language *language_of(const struct request *rq);

#endif
