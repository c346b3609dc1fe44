/* base64 in its two alphabets: libsodium's, whose time does not depend on the bytes. */
#include "base/base64.h"

#include <limits.h>
#include <sodium.h>

#include "base/banned.h"

static void encode(struct buffer *to, const void *bytes, size_t n, int variant)
{
	size_t len = sodium_base64_ENCODED_LEN(n, variant) - 1;
	char *at = buffer_reserve(to, len);

	if (!at)
		return;
	sodium_bin2base64(at, len + 1, bytes, n, variant);
	to->len += len;
}

void text_base64url(struct buffer *to, const void *bytes, size_t n)
{
	encode(to, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void text_base64(struct buffer *to, const void *bytes, size_t n)
{
	encode(to, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}

static bool is_ascii(const char *s, size_t len)
{
	unsigned char any = 0;

	for (size_t i = 0; i < len; i++)
		any |= (unsigned char)s[i];
	return any < 0x80;
}

/*
 * libsodium refuses bits left over, a second spelling of the same bytes (RFC 4648 section 3.5), but takes some bytes
 * beyond ASCII for digits (1.0.18, where char is signed).
 */
static int decode(const char *s, size_t len, unsigned char *out, int variant)
{
	size_t n;

	if (len > INT_MAX || !is_ascii(s, len))
		return -1;
	if (sodium_base642bin(out, len * 3 / 4, s, len, NULL, &n, NULL, variant) != 0)
		return -1;
	return (int)n;
}

int text_base64url_decode(const char *s, size_t len, unsigned char *out)
{
	return decode(s, len, out, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

int text_base64_decode(const char *s, size_t len, unsigned char *out)
{
	bool padded = len > 0 && s[len - 1] == '=';

	return decode(s, len, out,
		      padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}
