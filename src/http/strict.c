/* The checks of strict.h, each by the grammar that its comment names. */
#include "http/strict.h"

#include <string.h>

#include "base/url.h"
#include "base/banned.h"

bool strict_method(const char *text, enum method *out)
{
	static const char *const ours[] = {
		[GET] = "GET", [HEAD] = "HEAD", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE",
		[OPTIONS] = "OPTIONS",
	};
	/* the methods of IANA's registry that HTTP servers parse */
	static const char *const others[] = {
		"ACL", "BIND", "CHECKOUT", "CONNECT", "COPY", "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY",
		"MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "PROPFIND", "PROPPATCH", "PURGE", "QUERY", "REBIND", "REPORT",
		"SEARCH", "SOURCE", "SUBSCRIBE", "TRACE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE",
	};

	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (strcmp(ours[i], text) == 0) {
			*out = (enum method)i;
			return true;
		}
	*out = METHOD_OTHER;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (strcmp(others[i], text) == 0)
			return true;
	return false;
}

#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')
#define IS_ALPHA(c) (((c) | 0x20) >= 'a' && ((c) | 0x20) <= 'z')

/* RFC 9110 section 5.6.2 */
static bool is_token_char(unsigned char c)
{
	return IS_DIGIT(c) || IS_ALPHA(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

bool strict_header_name(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_token_char((unsigned char)name[i]))
			return false;
	return len > 0;
}

/* How many bytes at the start are surely no control characters, in steps of eight: a token has a thousand. */
static size_t printable_prefix(const char *s, size_t len)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	uint64_t w, del;
	size_t i;

	for (i = 0; i + sizeof(w) <= len; i += sizeof(w)) {
		memcpy(&w, s + i, sizeof(w));
		del = w ^ (ones * 0x7f);
		if (((w - ones * ' ') & ~w & high) | ((del - ones) & ~del & high))
			break;
	}
	return i;
}

bool strict_header_value(const char *value, size_t len)
{
	for (size_t i = printable_prefix(value, len); i < len; i++) {
		unsigned char c = (unsigned char)value[i];

		if (UNLIKELY((c < ' ' && c != '\t') || c == 0x7f))
			return false;
	}
	return true;
}

/* A registered name as DNS and certificates have them, in ASCII; or an address in brackets. */
bool strict_host(const char *host, size_t len)
{
	struct url u;

	if (len == 0)
		return true;
	if (!url_parse_host(host, len, &u))
		return false;
	for (size_t i = 0; i < u.host.len && host[0] != '['; i++)
		if (!IS_DIGIT(host[i]) && !IS_ALPHA(host[i]) && host[i] != '-' && host[i] != '.' && host[i] != '_')
			return false;
	return true;
}

bool strict_target(const char *target, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (UNLIKELY((unsigned char)target[i] <= ' ' || (unsigned char)target[i] >= 0x7f))
			return false;
	return len > 0;
}

bool strict_split_target(const char *target, struct slice *host, struct slice *path)
{
	size_t len = strlen(target);
	struct url u;

	*host = (struct slice){ "", 0 };
	*path = (struct slice){ target, len };
	if (target[0] == '/')
		return true;
	if (!url_parse(target, len, &u) || !url_is_web(&u) || u.userinfo.at || u.fragment.at)
		return false;
	*host = (struct slice){ u.host.at, (size_t)(u.path.at - u.host.at) };
	*path = (struct slice){ u.path.at, len - (size_t)(u.path.at - target) };
	return true;
}

bool strict_length(const char *text, uint64_t *out)
{
	uint64_t n = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (!IS_DIGIT(*text) || n > (UINT64_C(1) << 62) / 10 - 10)
			return false;
		n = n * 10 + (uint64_t)(*text - '0');
	}
	*out = n;
	return true;
}
