/* language.h - the language of an answer's `message`, as the caller asks for it (http-conventions.md section 11). */
#ifndef HTTP_LANGUAGE_H
#define HTTP_LANGUAGE_H

#include "base/messages.h"
#include "http/request.h"

#define QUALITY_LEAST (-1)

/*
 * The language of ours that an Accept-Language (RFC 9110 section 12.5.4) prefers, the first of equals. Its quality, in
 * thousandths, becomes `*quality`, and must be above what that was; NULL: no such language. q=0 is a quality like any
 * other, `*` matches nothing.
 */
const struct language *language_best(const char *accept, int *quality);
/* How loosely a tag may serve who wants another one: in any case of letters, fr for fr-CA, zh-CN for zh and zh-SG. */
enum language_fit { LANGUAGE_SAME, LANGUAGE_WIDER, LANGUAGE_SIBLING, LANGUAGE_FITS };
bool language_serves(const char *tag, const char *wanted, size_t len, enum language_fit fit);
/*
 * What `find` has in `in` for the tag that an Accept-Language prefers, the first of equals; for pages, which match
 * loosely. NULL: nothing.
 */
const void *language_accepted(const char *accept, const void *(*find)(const void *in, const char *wanted, size_t len),
			      const void *in);
/* The weight of one element of Accept-Language or Accept, from its tag to its end, in thousandths. */
int language_quality(const char *at, const char *end);
/* By the query's `locale`, else by Accept-Language, else English. */
const struct language *language_of(const struct request *rq);

#endif
