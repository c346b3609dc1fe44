/* Percent-encoding of paths (RFC 3986 section 2.1) and of forms (WHATWG URL, application/x-www-form-urlencoded). */
#include "base/escape.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

/* The byte of the escape at `s`, or -1. */
static int unescape_byte(const char *s, size_t len)
{
	int high, low;

	if (len < 3 || s[0] != '%')
		return -1;
	high = text_hex_value(s[1]);
	low = text_hex_value(s[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Decodes into `to`, which has room for len + 1 bytes, and ends it by a NUL. Returns the bytes before that NUL. */
static size_t unescape(char *to, const char *s, size_t len, bool form, bool *has_nul)
{
	size_t n = 0, i = 0;
	int byte;

	*has_nul = false;
	while (i < len) {
		byte = unescape_byte(s + i, len - i);
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
	return text_repair(a, arena_copyn(a, s, len), len);
}

char *text_unescape_form(struct arena *a, const char *s, size_t len, bool *has_nul)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = unescape(out, s, len, true, has_nul);

	return text_repair(a, out, n);
}

static bool is_alphanumeric(char c)
{
	char small = text_lower(c);

	return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9');
}

static void escape_byte(struct buffer *to, unsigned char c)
{
	char code[3] = { '%', "0123456789ABCDEF"[c >> 4], "0123456789ABCDEF"[c & 15] };

	buffer_add(to, code, 3);
}

/* WHATWG URL, application/x-www-form-urlencoded percent-encode set. */
void text_escape_form(struct buffer *to, const char *s)
{
	for (; *s; s++)
		if (is_alphanumeric(*s) || strchr("*-._", *s))
			buffer_char(to, *s);
		else if (*s == ' ')
			buffer_char(to, '+');
		else
			escape_byte(to, (unsigned char)*s);
}

void text_escape_part(struct buffer *to, const char *s)
{
	for (; *s; s++)
		if (is_alphanumeric(*s) || strchr("-._~", *s))
			buffer_char(to, *s);
		else
			escape_byte(to, (unsigned char)*s);
}
