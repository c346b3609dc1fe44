/*
 * escape.h - percent-encoding: of parts of a URI (RFC 3986 section 2.1) and of forms (WHATWG URL,
 * application/x-www-form-urlencoded).
 *
 * What is decoded lives in `a` and is UTF-8. `*has_nul` tells that a NUL was inside: the text ends there for C.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/arena.h"
#include "base/buffer.h"

/*
 * A path segment. A malformed escape stays as it is; a segment whose escapes give bytes that are not UTF-8 stays as a
 * whole, with U+FFFD for each byte that belongs to no character.
 */
char *text_unescape_path(struct arena *a, const char *s, size_t len, bool *has_nul);
/* A name or value of a form: + is a blank, a byte that belongs to no character becomes U+FFFD. */
char *text_unescape_form(struct arena *a, const char *s, size_t len, bool *has_nul);
/* The other way, as browsers write forms: a blank becomes +, letters, digits and * - . _ stay. */
void text_escape_form(struct buffer *to, const char *s);
/* A part of any URI: letters, digits and - . _ ~ stay. */
void text_escape_part(struct buffer *to, const char *s);

#endif
