/* ECMA-262, StringNumericLiteral: blanks, a sign, a decimal or one of three radixes, blanks. */
#include "base/js_number.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/banned.h"

static const char *skip_blanks(const char *s)
{
	size_t n;

	while ((n = text_space_len(s)))
		s += n;
	return s;
}

static const char *skip_digits(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

/*
 * The digits behind 0x, 0o or 0b, `bits` bits each; returns their end, NULL without any. Bits that no longer fit are
 * remembered in the lowest, so that the one rounding at the end is right.
 */
static const char *js_radix(const char *s, int bits, double *out)
{
	const char *start = s;
	uint64_t n = 0;
	int shift = 0, digit;

	for (; (digit = text_hex_value(*s)) >= 0 && digit < 1 << bits; s++) {
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

/* StrDecimalLiteral. Returns the end of what was read; NULL: there is none. */
static const char *js_decimal(const char *s, double *out)
{
	const char *start = s, *whole, *end;

	if (*s == '+' || *s == '-')
		s++;
	if (text_has_prefix(s, "Infinity")) {
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
	if (*s == '0' && text_lower(s[1]) == 'x')
		s = js_radix(s + 2, 4, &n);
	else if (*s == '0' && text_lower(s[1]) == 'o')
		s = js_radix(s + 2, 3, &n);
	else if (*s == '0' && text_lower(s[1]) == 'b')
		s = js_radix(s + 2, 1, &n);
	else
		s = js_decimal(s, &n);
	if (!s || *skip_blanks(s))
		return false;
	*out = n;
	return true;
}
