/*
 * text.h - text as the contract counts, compares and folds it.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

/* Length in UTF-16 code units: what the contract's limits count. `s` is valid UTF-8. */
size_t text_utf16_len(const char *s);
/* Length in code points. */
size_t text_points(const char *s);
bool text_is_utf8(const char *s, size_t len);
/* Bytes of the UTF-8 character that `s` (of `len` bytes) begins with; 0 when it does not begin with one. */
size_t text_char_len(const char *s, size_t len);
/*
 * The longest start of `s`, at most `len` bytes, that does not end inside a character. `s` has at least `len` bytes.
 */
size_t text_cut(const char *s, size_t len);
/* `s` itself when it is UTF-8, otherwise a copy in `a` with U+FFFD for each byte that belongs to no character. */
char *text_repair(struct arena *a, char *s, size_t len);
bool text_has_prefix(const char *s, const char *prefix);
/* `words` ends with NULL. */
bool text_is_one_of(const char *s, const char *const *words);
/* ASCII letters only. */
bool text_equal_nocase(const char *a, const char *b);
/* Letter case folded (Unicode simple case folding), for comparing and searching; lives in `a`. */
char *text_fold(struct arena *a, const char *s);
/* The contract's truthy words: 1 true y yes yep yeah, any case. NULL is false. */
bool text_is_truthy(const char *s);
/* Bytes of the white space that `s` begins with, 0 for none: JavaScript's, as in \s of the contract's patterns. */
size_t text_space_len(const char *s);
bool text_has_space(const char *s);
/* The value of a hexadecimal digit; -1 for any other character. */
int text_hex_value(char c);

/* Whether the byte is the second, third or fourth of a UTF-8 character. */
static inline bool text_is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* ASCII letters only. */
static inline char text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

#endif
