/*
 * text.h - text as the contract counts, compares and folds it.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include "base/buffer.h"

/* Length in UTF-16 code units: what the contract's limits count. `s` is valid UTF-8. */
size_t text_utf16_len(const char *s);
/* Length in code points. */
size_t text_points(const char *s);
bool text_is_utf8(const char *s, size_t len);
/* Bytes of the UTF-8 character that `s` (of `len` bytes) begins with; 0 when it is none. */
size_t text_char_len(const char *s, size_t len);
/* The longest start of `s`, at most `len` bytes, that does not end inside a character. `s` has at least `len` bytes. */
size_t text_cut(const char *s, size_t len);
bool text_starts(const char *s, const char *prefix);
/* ASCII letters only. */
bool text_equal_nocase(const char *a, const char *b);
/* The same in time that does not depend on where they differ. */
bool text_equal_secret(const char *a, const char *b);
/* Letter case folded (Unicode simple case folding), for comparing and searching; lives in `a`. */
char *text_fold(struct arena *a, const char *s);
/* The contract's truthy words: 1 true y yes yep yeah, any case. NULL is false. */
bool text_truthy(const char *s);

/*
 * Percent-decoding of a path segment; an escape that is none stays as it is, and a segment whose escapes give
 * no UTF-8 stays as a whole. Lives in `a`. `*has_nul`: %00 was inside. The result is UTF-8 (what is none: U+FFFD).
 */
char *text_unescape_path(struct arena *a, const char *s, size_t len, bool *has_nul);
/* Decoding of application/x-www-form-urlencoded: + is a blank, bytes that are no UTF-8 become U+FFFD. */
char *text_unescape_form(struct arena *a, const char *s, size_t len, bool *has_nul);
/* The other way, as a form is written (blank to +, unreserved of the form encoding kept). */
void text_escape_form(struct buffer *to, const char *s);
/* JavaScript's Number(s): blanks around, sign, fraction, exponent, 0x 0o 0b, Infinity. False when it would be NaN; "" is 0. */
bool text_js_number(const char *s, double *out);

/*
 * SQL LIKE over one value: % any run, _ one character, \ takes the next as it is.
 * Linear in practice; never recursive.
 */
bool text_like(const char *pattern, const char *value);

/* base64url without padding (RFC 4648 section 5) */
void text_base64url(struct buffer *to, const void *bytes, size_t n);
/* Strict: no padding, no other characters, no bits left over. Returns the length, or -1. `out` needs len * 3 / 4 bytes. */
int text_base64url_decode(const char *s, size_t len, unsigned char *out);
/* Standard base64, padding optional (RFC 4648 section 4). Returns the length, or -1. */
int text_base64_decode(const char *s, size_t len, unsigned char *out);
void text_base64(struct buffer *to, const void *bytes, size_t n);	/* with padding */

#endif
