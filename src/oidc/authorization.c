/* Parses the Authorization header with which a client sends its id and secret. */
#include "oidc/authorization.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/banned.h"

#define PAIR_MAX KIB(8)

static bool is_printable(const char *s)
{
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			return false;
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool escapes_are_whole(const char *s)
{
	for (; *s; s++)
		if (*s == '%' && !(is_hex(s[1]) && is_hex(s[2])))
			return false;
	return true;
}

/* Decodes one half of the pair; NULL: it is not properly encoded (RFC 6749 section 2.3.1). */
static const char *decode_half(struct arena *a, const char *s, size_t len)
{
	const char *text = arena_copyn(a, s, len);
	bool has_nul = false;

	if (memchr(s, 0, len) || !escapes_are_whole(text))
		return NULL;
	text = text_unescape_form(a, text, len, &has_nul);
	return has_nul || !is_printable(text) ? NULL : text;
}

static const char bad_format[] = "invalid authorization header value format";
static const char bad_encoding[] = "client_id and client_secret in the authorization header are not properly encoded";

const char *basic_parse(struct arena *a, const char *header, const char **id, const char **secret)
{
	const char *blank = strchr(header, ' '), *colon, *first, *second;
	unsigned char *pair;
	size_t len;
	int n;

	if (!blank || blank - header != 5 || strncasecmp(header, "Basic", 5) != 0 || strchr(blank + 1, ' '))
		return bad_format;
	len = strlen(blank + 1);
	if (len > PAIR_MAX)
		return bad_format;
	pair = arena_alloc(a, len + 1);
	n = text_base64_decode(blank + 1, len, pair);
	colon = n > 0 ? memchr(pair, ':', (size_t)n) : NULL;
	if (!colon)
		return bad_format;
	first = decode_half(a, (char *)pair, (size_t)(colon - (char *)pair));
	second = decode_half(a, colon + 1, (size_t)((char *)pair + n - colon - 1));
	if (!first || !second || !*first)
		return bad_encoding;
	if (!*second)
		return "client_secret must be provided in the Authorization header";
	*id = first;
	*secret = second;
	return NULL;
}
