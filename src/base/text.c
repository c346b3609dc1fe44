#include "base/text.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/secret.h"
#include "base/banned.h"

/* -- UTF-8 -- */

static inline bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t text_utf16_len(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += !continues(*s) + ((unsigned char)*s >= 0xf0);
	return n;
}

size_t text_points(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += !continues(*s);
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
		if (!continues(s[i]))
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
static size_t first_bad(const char *s, size_t len)
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
	return first_bad(s, len) == len;
}

size_t text_cut(const char *s, size_t len)
{
	size_t start = len;

	while (start > 0 && len - start < 3 && continues(s[start - 1]))
		start--;
	if (start == 0 || (unsigned char)s[start - 1] < 0xc2)
		return len;	/* the last character is ASCII, or no UTF-8 anyhow */
	start--;
	return text_char_len(s + start, len - start) ? len : start;
}

/* `s` with U+FFFD for each byte that belongs to no character. */
static char *repair(struct arena *a, char *s, size_t len)
{
	size_t bad = first_bad(s, len), n;
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

/* -- comparing -- */

bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static inline char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool text_equal_nocase(const char *a, const char *b)
{
	for (; lower(*a) == lower(*b); a++, b++)
		if (!*a)
			return true;
	return false;
}

bool text_equal_secret(const char *a, const char *b)
{
	struct secret of_a = { (unsigned char *)(uintptr_t)a, strlen(a) };

	return secret_equal_text(&of_a, b);
}

/*
 * Simple folding (CaseFolding.txt, status C and S). The library knows the full one (C and F): where that gives one
 * character it is the simple one; where it gives more, lower case is it, but for U+0130, which has none.
 */
static utf8proc_int32_t fold_point(utf8proc_int32_t c)
{
	utf8proc_int32_t folded[8];
	int boundary = 0;

	if (utf8proc_decompose_char(c, folded, ARRAY_LEN(folded), UTF8PROC_CASEFOLD, &boundary) == 1)
		return folded[0];
	return c == 0x130 ? c : utf8proc_tolower(c);
}

/* From the first byte beyond ASCII on. Folding makes no character more than half as long again (2 bytes to 3). */
static char *fold_rest(struct arena *a, const char *s, size_t len, size_t done)
{
	char *out = arena_alloc(a, len + len / 2 + 4), *to = out;
	utf8proc_int32_t c;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = i < done ? 1 : text_char_len(s + i, len - i);
		if (n <= 1) {
			*to++ = lower(s[i]);
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
		out[i] = lower(s[i]);
	return out;
}

bool text_truthy(const char *s)
{
	static const char *const words[] = { "1", "true", "y", "yes", "yep", "yeah" };

	for (size_t i = 0; s && i < ARRAY_LEN(words); i++)
		if (text_equal_nocase(s, words[i]))
			return true;
	return false;
}

/* -- URLs and forms -- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of the escape at `s`, or -1. */
static int escaped_byte(const char *s, size_t len)
{
	int high, low;

	if (len < 3 || s[0] != '%')
		return -1;
	high = hex_value(s[1]);
	low = hex_value(s[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static size_t unescape(char *to, const char *s, size_t len, bool form, bool *has_nul)
{
	size_t n = 0, i = 0;
	int byte;

	*has_nul = false;
	while (i < len) {
		byte = escaped_byte(s + i, len - i);
		if (byte >= 0) {
			to[n++] = (char)byte;
			i += 3;
		} else {
			to[n++] = form && s[i] == '+' ? ' ' : s[i];
			i++;
		}
		if (to[n - 1] == '\0')
			*has_nul = true;
	}
	to[n] = '\0';
	return n;
}

char *text_unescape_path(struct arena *a, const char *s, size_t len, bool *has_nul)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = unescape(out, s, len, false, has_nul);

	if (text_is_utf8(out, n))
		return out;
	*has_nul = len > 0 && memchr(s, '\0', len);
	return repair(a, arena_copyn(a, s, len), len);
}

char *text_unescape_form(struct arena *a, const char *s, size_t len, bool *has_nul)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = unescape(out, s, len, true, has_nul);

	return repair(a, out, n);
}

/* WHATWG URL, application/x-www-form-urlencoded percent-encode set. */
void text_escape_form(struct buffer *to, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		char code[3] = { '%', "0123456789ABCDEF"[c >> 4], "0123456789ABCDEF"[c & 15] };
		char small = lower(*s);

		if ((small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '*' || c == '-' || c == '.' || c == '_')
			buffer_char(to, *s);
		else if (c == ' ')
			buffer_char(to, '+');
		else
			buffer_add(to, code, 3);
	}
}

/* -- JavaScript's numbers (ECMA-262, StringNumericLiteral) -- */

/* Bytes of the blank (WhiteSpace or LineTerminator) at `s`; 0 when it is none. */
static size_t js_blank(const char *s)
{
	static const char *const wide[] = {
		"\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
		"\xef\xbb\xbf",
	};

	if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		return 1;
	if (text_starts(s, "\xe2\x80") && (unsigned char)s[2] >= 0x80 && (unsigned char)s[2] <= 0x8a)
		return 3;	/* U+2000 to U+200A */
	for (size_t i = 0; i < ARRAY_LEN(wide); i++)
		if (text_starts(s, wide[i]))
			return strlen(wide[i]);
	return 0;
}

static const char *skip_blanks(const char *s)
{
	size_t n;

	while ((n = js_blank(s)))
		s += n;
	return s;
}

static const char *skip_digits(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

/* 0x, 0o and 0b. Bits that no longer fit are remembered in the lowest, so that the one rounding at the end is right. */
static const char *js_radix(const char *s, int bits, double *out)
{
	const char *start = s;
	uint64_t n = 0;
	int shift = 0, digit;

	for (; (digit = hex_value(*s)) >= 0 && digit < 1 << bits; s++) {
		if (n < UINT64_C(1) << 58) {
			n = n << bits | (uint64_t)digit;
			continue;
		}
		n |= digit != 0;
		if (shift < 4096)	/* Infinity long before */
			shift += bits;
	}
	*out = ldexp((double)n, shift);
	return s == start ? NULL : s;
}

static const char *js_decimal(const char *s, double *out)
{
	const char *start = s, *whole, *end;

	if (*s == '+' || *s == '-')
		s++;
	if (text_starts(s, "Infinity")) {
		*out = *start == '-' ? -INFINITY : INFINITY;
		return s + 8;
	}
	whole = s;
	s = skip_digits(s);
	if (s == whole && *s != '.')
		return NULL;
	if (*s == '.') {
		end = skip_digits(s + 1);
		if (s == whole && end == s + 1)
			return NULL;
		s = end;
	}
	if (*s == 'e' || *s == 'E') {
		s += s[1] == '+' || s[1] == '-' ? 2 : 1;
		end = skip_digits(s);
		if (end == s)
			return NULL;
		s = end;
	}
	*out = strtod(start, NULL);	/* stops where we did: nothing beyond our grammar follows but blanks */
	return s;
}

bool text_js_number(const char *s, double *out)
{
	double n = 0;

	s = skip_blanks(s);
	if (!*s) {
		*out = 0;
		return true;
	}
	if (*s == '0' && lower(s[1]) == 'x')
		s = js_radix(s + 2, 4, &n);
	else if (*s == '0' && lower(s[1]) == 'o')
		s = js_radix(s + 2, 3, &n);
	else if (*s == '0' && lower(s[1]) == 'b')
		s = js_radix(s + 2, 1, &n);
	else
		s = js_decimal(s, &n);
	if (!s || *skip_blanks(s))
		return false;
	*out = n;
	return true;
}

/* -- LIKE -- */

static const char *next_char(const char *s)
{
	do
		s++;
	while (continues(*s));
	return s;
}

/*
 * One step over what is neither % nor the end of the pattern: false when it does not fit. A \ at the
 * end, which has nothing to take, fits nothing.
 */
static bool like_step(const char **pattern, const char **value)
{
	const char *p = *pattern, *v = *value;

	if (*p == '_') {
		*pattern = p + 1;
		*value = next_char(v);
		return true;
	}
	if (*p == '\\')
		p++;
	if (!*p || *p != *v)
		return false;
	*pattern = p + 1;
	*value = v + 1;
	return true;
}

/* After a mismatch the last % takes one character more; an earlier one never has to. */
bool text_like(const char *pattern, const char *value)
{
	const char *after_any = NULL, *any_at = NULL;

	for (;;) {
		if (*pattern == '%') {
			after_any = ++pattern;
			any_at = value;
			if (!*pattern)
				return true;
		} else if (!*value) {
			return !*pattern;
		} else if (!like_step(&pattern, &value)) {
			if (!after_any)
				return false;
			any_at = next_char(any_at);
			value = any_at;
			pattern = after_any;
		}
	}
}

/* -- base64 -- */

static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char standard_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Without padding; returns the number of characters. */
static size_t encode(char *to, const unsigned char *from, size_t n, const char *digits)
{
	char *start = to;
	size_t i;

	for (i = 0; i + 3 <= n; i += 3) {
		uint32_t three = (uint32_t)from[i] << 16 | (uint32_t)from[i + 1] << 8 | from[i + 2];

		*to++ = digits[three >> 18];
		*to++ = digits[three >> 12 & 63];
		*to++ = digits[three >> 6 & 63];
		*to++ = digits[three & 63];
	}
	if (i < n) {
		uint32_t two = (uint32_t)from[i] << 8 | (i + 1 < n ? from[i + 1] : 0);

		*to++ = digits[two >> 10];
		*to++ = digits[two >> 4 & 63];
		if (i + 1 < n)
			*to++ = digits[two << 2 & 63];
	}
	return (size_t)(to - start);
}

static void add_base64(struct buffer *to, const void *bytes, size_t n, const char *digits)
{
	size_t len = n / 3 * 4 + (n % 3 ? n % 3 + 1 : 0);
	char *at = buffer_reserve(to, len);

	if (!at)
		return;
	at[encode(at, bytes, n, digits)] = '\0';
	to->len += len;
}

void text_base64url(struct buffer *to, const void *bytes, size_t n)
{
	add_base64(to, bytes, n, url_digits);
}

void text_base64(struct buffer *to, const void *bytes, size_t n)
{
	add_base64(to, bytes, n, standard_digits);
	buffer_add(to, "==", (3 - n % 3) % 3);
}

static int digit_value(char c, const char *digits)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == digits[62] ? 62 : c == digits[63] ? 63 : -1;
}

static int decode(const char *s, size_t len, unsigned char *out, const char *digits)
{
	unsigned char *start = out;
	uint32_t bits = 0;
	int count = 0, value;

	if (len % 4 == 1 || len > INT_MAX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		value = digit_value(s[i], digits);
		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			*out++ = (unsigned char)(bits >> count);
		}
	}
	/* RFC 4648 section 3.5: a second spelling of the same bytes is refused */
	return bits & ((1U << count) - 1) ? -1 : (int)(out - start);
}

int text_base64url_decode(const char *s, size_t len, unsigned char *out)
{
	return decode(s, len, out, url_digits);
}

int text_base64_decode(const char *s, size_t len, unsigned char *out)
{
	size_t pad = 0;

	while (pad < 2 && pad < len && s[len - pad - 1] == '=')
		pad++;
	if (pad && len % 4)
		return -1;
	return decode(s, len - pad, out, standard_digits);
}
