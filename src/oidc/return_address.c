/* Writes addresses that a browser is sent to. */
#include "oidc/return_address.h"

#include <string.h>

#include "base/escape.h"
#include "base/banned.h"

#define ADDRESS_MOST KIB(8)	/* what reply_redirect() sends */

/* Escapes what a Location may not hold (RFC 3986 section 2). */
static void write_address(struct buffer *to, const char *address, size_t len)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%";

	for (size_t i = 0; i < len; i++)
		if (strchr(plain, address[i]))
			buffer_char(to, address[i]);
		else
			buffer_printf(to, "%%%02X", (unsigned)(unsigned char)address[i]);
}

static void write_pairs(struct buffer *to, const struct param *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buffer_char(to, '&');
		buffer_texts(to, pairs[i].name, "=");
		text_escape_form(to, pairs[i].value);
	}
}

const char *return_address(struct arena *a, const char *uri, bool as_fragment, const struct param *pairs, size_t n)
{
	const char *fragment = strchr(uri, '#'), *out;
	size_t len = fragment ? (size_t)(fragment - uri) : strlen(uri);
	struct buffer b;

	buffer_init(&b, ADDRESS_MOST);
	write_address(&b, uri, len);
	if (n > 0)
		buffer_char(&b, as_fragment ? '#' : memchr(uri, '?', len) ? '&' : '?');
	write_pairs(&b, pairs, n);
	if (fragment && !as_fragment)
		write_address(&b, fragment, strlen(fragment));
	out = b.full ? NULL : arena_copy(a, buffer_str(&b));
	buffer_done(&b);
	return out;
}
