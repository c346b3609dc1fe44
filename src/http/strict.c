#include "http/strict.h"

#include <string.h>

#include "base/banned.h"

bool strict_method(const char *text, enum method *out)
{
	static const char *const ours[] = {
		[GET] = "GET", [HEAD] = "HEAD", [POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE", [OPTIONS] = "OPTIONS",
	};
	/* IANA's registry, as far as HTTP servers parse them. */
	static const char *const others[] = {
		"ACL", "BIND", "CHECKOUT", "CONNECT", "COPY", "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL",
		"MOVE", "NOTIFY", "PROPFIND", "PROPPATCH", "PURGE", "QUERY", "REBIND", "REPORT", "SEARCH", "SOURCE", "SUBSCRIBE", "TRACE",
		"UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE",
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

bool strict_header_value(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];

		if (UNLIKELY((c < ' ' && c != '\t') || c == 0x7f))
			return false;
	}
	return true;
}

static size_t address6_len(const char *s, size_t len)
{
	size_t n = 1;

	while (n < len && (IS_DIGIT(s[n]) || ((s[n] | 0x20) >= 'a' && (s[n] | 0x20) <= 'f') || s[n] == ':' || s[n] == '.'))
		n++;
	return n > 2 && n < len && s[n] == ']' ? n + 1 : 0;
}

bool strict_host(const char *host, size_t len)
{
	size_t n = 0;
	int port = 0;

	if (len == 0)
		return true;
	if (host[0] == '[')
		n = address6_len(host, len);
	else
		while (n < len && (IS_DIGIT(host[n]) || IS_ALPHA(host[n]) || host[n] == '-' || host[n] == '.' || host[n] == '_'))
			n++;
	if (n == 0 || n > 255)
		return false;
	if (n == len)
		return true;
	if (host[n++] != ':' || len - n > 5)
		return false;
	for (; n < len; n++) {
		if (!IS_DIGIT(host[n]))
			return false;
		port = port * 10 + (host[n] - '0');
	}
	return port <= 65535;
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
	size_t scheme = strncasecmp(target, "http://", 7) == 0 ? 7 : strncasecmp(target, "https://", 8) == 0 ? 8 : 0;
	size_t len;

	*host = (struct slice){ "", 0 };
	*path = (struct slice){ target, strlen(target) };
	if (target[0] == '/')
		return true;
	if (!scheme)
		return false;
	len = strcspn(target + scheme, "/?");
	*host = (struct slice){ target + scheme, len };
	*path = (struct slice){ target + scheme + len, strlen(target + scheme + len) };
	return len > 0;
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
