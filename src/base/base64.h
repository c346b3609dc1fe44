/*
 * base64.h - RFC 4648: base64url without padding (section 5) for tokens, standard base64 (section 4) for headers.
 *
 * Strict: a character outside the alphabet, wrong padding and bits left over are refused. The time depends on
 * lengths only, so keys can pass here.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buffer.h"

void text_base64url(struct buffer *to, const void *bytes, size_t n);
void text_base64(struct buffer *to, const void *bytes, size_t n);	/* with padding */
/* Returns the number of bytes, or -1. `out` needs len * 3 / 4 bytes. */
int text_base64url_decode(const char *s, size_t len, unsigned char *out);
int text_base64_decode(const char *s, size_t len, unsigned char *out);	/* padding may be missing, as a whole */

#endif
