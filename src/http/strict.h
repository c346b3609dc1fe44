/*
 * strict.h - checks whether a request's head is well-formed (RFC 9110, RFC 9112), where libmicrohttpd is lenient.
 *
 * Pure functions over text; none allocates.
 */
#ifndef HTTP_STRICT_H
#define HTTP_STRICT_H

#include "http/route.h"

/* Sets METHOD_OTHER for a registered method that no route can have. False: not registered. Letter case counts. */
bool strict_method(const char *text, enum method *out);
bool strict_header_name(const char *name, size_t len);
/* No control character but the tab. */
bool strict_header_value(const char *value, size_t len);
/* host[:port]; "" is one too. */
bool strict_host(const char *host, size_t len);
/* Visible ASCII only (RFC 3986 section 2). */
bool strict_target(const char *target, size_t len);
/*
 * Splits the absolute form (RFC 9112 section 3.2.2): `*host` is empty for the origin form. `*path` begins with '/',
 * '?' or is empty. False: neither form, or credentials in it.
 */
bool strict_split_target(const char *target, struct slice *host, struct slice *path);
/* Digits only. False also when it is beyond 2^62. */
bool strict_length(const char *text, uint64_t *out);

#endif
