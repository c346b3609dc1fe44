/* UTF-8 (RFC 3629), comparing, folding letter case. */
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

#include "base/banned.h"

/* -- UTF-8 -- */

size_t text_utf16_len(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += !text_is_continuation(*s) + ((unsigned char)*s >= 0xf0);
	return n;
}

size_t text_points(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += !text_is_continuation(*s);
	return n;
}

/* RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t text_char_len(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char least = 0x80, most = 0xbf;	/* of the second byte */
	size_t n;

	if (len == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	n = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (n > len)
		return 0;
	switch (u[0]) {
	case 0xe0: least = 0xa0; break;
	case 0xed: most = 0x9f; break;
	case 0xf0: least = 0x90; break;
	case 0xf4: most = 0x8f; break;
	}
	if (u[1] < least || u[1] > most)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (!text_is_continuation(s[i]))
			return 0;
	return n;
}

/* How many of the first bytes are ASCII, counted in eights where possible. */
static size_t ascii_run(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t eight;

	for (; i + 8 <= len; i += 8) {
		memcpy(&eight, s + i, 8);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < len && (unsigned char)s[i] < 0x80)
		i++;
	return i;
}

/* The index of the first byte that begins no character; `len` when there is none. */
static size_t find_bad(const char *s, size_t len)
{
	size_t i, n;

	for (i = ascii_run(s, len); i < len; i += n) {
		n = text_char_len(s + i, len - i);
		if (n == 0)
			break;
	}
	return i;
}

bool text_is_utf8(const char *s, size_t len)
{
	return find_bad(s, len) == len;
}

size_t text_cut(const char *s, size_t len)
{
	size_t start = len;

	while (start > 0 && len - start < 3 && text_is_continuation(s[start - 1]))
		start--;
	if (start == 0 || (unsigned char)s[start - 1] < 0xc2)
		return len;	/* the last character is ASCII, or is not UTF-8 in any case */
	start--;
	return text_char_len(s + start, len - start) ? len : start;
}

char *text_repair(struct arena *a, char *s, size_t len)
{
	size_t bad = find_bad(s, len), n;
	char *out, *to;

	if (LIKELY(bad == len))
		return s;
	to = out = arena_alloc(a, len * 3 + 1);
	for (size_t i = 0; i < len; i += n ? n : 1) {
		n = text_char_len(s + i, len - i);
		memcpy(to, n ? s + i : "\xef\xbf\xbd", n ? n : 3);
		to += n ? n : 3;
	}
	*to = '\0';
	return out;
}

/* ECMA-262, WhiteSpace and LineTerminator. */
size_t text_space_len(const char *s)
{
	static const char *const wide[] = {
		"\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
		"\xe3\x80\x80", "\xef\xbb\xbf",
	};

	if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		return 1;
	if (text_has_prefix(s, "\xe2\x80") && (unsigned char)s[2] >= 0x80 && (unsigned char)s[2] <= 0x8a)
		return 3;	/* U+2000 to U+200A */
	for (size_t i = 0; (unsigned char)*s >= 0x80 && i < ARRAY_LEN(wide); i++)
		if (text_has_prefix(s, wide[i]))
			return strlen(wide[i]);
	return 0;
}

bool text_has_space(const char *s)
{
	for (; *s; s++)
		if (text_space_len(s))
			return true;
	return false;
}

/* -- comparing -- */

bool text_is_one_of(const char *s, const char *const *words)
{
	while (*words && strcmp(s, *words) != 0)
		words++;
	return *words != NULL;
}

bool text_has_prefix(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_equal_nocase(const char *a, const char *b)
{
	for (; text_lower(*a) == text_lower(*b); a++, b++)
		if (!*a)
			return true;
	return false;
}

/*
 * Simple folding (CaseFolding.txt, status C and S). utf8proc only has full folding (C and F): where that gives
 * one character, it equals the simple one; where it gives more, the simple one is the lower case, but U+0130 has
 * none.
 */
static utf8proc_int32_t fold_point(utf8proc_int32_t c)
{
	utf8proc_int32_t folded[8];
	int boundary = 0;

	if (utf8proc_decompose_char(c, folded, ARRAY_LEN(folded), UTF8PROC_CASEFOLD, &boundary) == 1)
		return folded[0];
	return c == 0x130 ? c : utf8proc_tolower(c);
}

/*
 * Folds all of `s`; its first `done` bytes are ASCII. Folding makes no character more than half as long again (2
 * bytes to 3).
 */
static char *fold_rest(struct arena *a, const char *s, size_t len, size_t done)
{
	char *out = arena_alloc(a, len + len / 2 + 4), *to = out;
	utf8proc_int32_t c;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = i < done ? 1 : text_char_len(s + i, len - i);
		if (n <= 1) {
			*to++ = text_lower(s[i]);
			n = 1;
			continue;
		}
		utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)n, &c);
		to += utf8proc_encode_char(fold_point(c), (utf8proc_uint8_t *)to);
	}
	*to = '\0';
	return out;
}

char *text_fold(struct arena *a, const char *s)
{
	size_t len = strlen(s), ascii = ascii_run(s, len);
	char *out;

	if (ascii < len)
		return fold_rest(a, s, len, ascii);
	out = arena_alloc(a, len + 1);
	for (size_t i = 0; i <= len; i++)
		out[i] = text_lower(s[i]);
	return out;
}

bool text_is_truthy(const char *s)
{
	static const char *const words[] = { "1", "true", "y", "yes", "yep", "yeah" };

	for (size_t i = 0; s && i < ARRAY_LEN(words); i++)
		if (text_equal_nocase(s, words[i]))
			return true;
	return false;
}

int text_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
