#include "entity/field.h"

#include <ctype.h>
#include <string.h>


#include "base/banned.h"

/* An absolute URL of any scheme, as the URL standard parses it: special schemes need a host, others only "a:". */
static bool url_fits(const char *s)
{
	static const char *const special[] = { "http", "https", "ws", "wss", "ftp" };
	size_t scheme = 0;

	if (!isalpha((unsigned char)s[0]))
		return false;
	while (isalnum((unsigned char)s[scheme]) || strchr("+-.", s[scheme] ? s[scheme] : ' '))
		scheme++;
	if (s[scheme] != ':')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(special); i++) {
		if (strlen(special[i]) != scheme || strncasecmp(s, special[i], scheme))
			continue;
		const char *host = s + scheme + 1, *at;
		size_t len;

		host += strspn(host, "/\\");
		at = memchr(host, '@', strcspn(host, "/\\?#"));
		host = at ? at + 1 : host;
		len = strcspn(host, "/\\?#");
		return len > 0 && *host != ':' && strcspn(host, " <>^|%\"`{}") >= len;
	}
	return true;
}

/* organizations.md section 6.3: what an invitee looks like. */
static bool email_strict_fits(const char *s)
{
	const char *at = strchr(s, '@');
	size_t local, dots = 0;
	char before = '.';

	if (!at || at == s || at[-1] == '.' || at[-1] == '\'')
		return false;
	local = (size_t)(at - s);
	for (size_t i = 0; i < local; i++) {
		if (!isalnum((unsigned char)s[i]) && !strchr("_'+-.", s[i]))
			return false;
		if (s[i] == '.' && before == '.')
			return false;
		before = s[i];
	}
	const char *label = at + 1;
	for (;;) {
		size_t n = strcspn(label, ".");
		bool last = label[n] == '\0';

		if (last)
			return dots > 0 && n >= 2 && strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
		if (n == 0 || label[0] == '-' ||
		    strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != n)
			return false;
		dots++;
		label += n + 1;
	}
}

/* ^\S+@\S+\.\S+$ of users-apps-resources.md section 1.1: some text, @, some text, a dot, some text; no blanks. */
static bool email_fits(const char *s)
{
	const char *at;

	for (const char *p = s; *p; p++)
		if (isspace((unsigned char)*p))
			return false;
	at = strchr(s, '@');
	if (!at || at == s)
		return false;
	for (const char *dot = at + 2; *(dot - 1) && *dot; dot++)
		if (*dot == '.' && dot[1])
			return true;
	return false;
}

static bool username_fits(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	return *s == '\0';
}

static bool color_fits(const char *s)
{
	size_t n = *s == '#' ? strspn(s + 1, "0123456789abcdefABCDEF") : 0;

	return (n == 3 || n == 6) && s[n + 1] == '\0';
}

/* A path without dot segments, also when they are escaped. */
static bool path_has_dots(const char *path)
{
	while (*path && *path != '?' && *path != '#') {
		const char *p = path + (*path == '/' || *path == '\\');
		int dots = 0;

		path = p;
		while (*p == '.' || !strncasecmp(p, "%2e", 3)) {
			p += *p == '.' ? 1 : 3;
			dots++;
		}
		if (dots >= 1 && dots <= 2 && (*p == '\0' || strchr("/\\?#", *p)))
			return true;
		path += strcspn(path, "/\\?#");
	}
	return false;
}

/*
 * users-apps-resources.md section 3.2. Beyond the peer, schemes that a browser would run or read from disk are refused.
 */
static bool redirect_uri_fits(const char *s)
{
	static const char *const refused[] = { "javascript:", "data:", "file:", "vbscript:", "blob:", "about:" };
	const char *host, *rest, *star;
	size_t len;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (!strncasecmp(s, refused[i], strlen(refused[i])))
			return false;
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p <= ' ')
			return false;
	if (strncasecmp(s, "http://", 7) && strncasecmp(s, "https://", 8)) {
		size_t n = isalpha((unsigned char)*s) ? strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") : 0;
		return n > 0 && s[n] == ':' && !strchr(s, '*') && strncasecmp(s, "http:", 5) && strncasecmp(s, "https:", 6);
	}
	host = strstr(s, "//") + 2;
	len = strcspn(host, "/?#\\");
	rest = host + len;
	if (path_has_dots(rest))
		return false;
	star = strchr(s, '*');
	if (!star)
		return url_fits(s);
	if (memchr(host, '@', len) || *host == '[')
		return false;
	for (; star; star = strchr(star + 1, '*')) {
		const char *colon = memchr(host, ':', len), *query = strpbrk(rest, "?#");

		if (star < host || (query && star > query) || (colon && star > colon && star < rest))
			return false;
		if (star < rest && !memchr(host, '.', colon ? (size_t)(colon - host) : len))
			return false;
	}
	return len > 0;
}

bool form_fits(enum text_form form, const char *s)
{
	switch (form) {
	case FORM_URL:
		return url_fits(s);
	case FORM_EMAIL_STRICT:
		return email_strict_fits(s);
	case FORM_EMAIL:
		return email_fits(s);
	case FORM_USERNAME:
		return username_fits(s);
	case FORM_PHONE:
		return *s && s[strspn(s, "0123456789")] == '\0';
	case FORM_COLOR:
		return color_fits(s);
	case FORM_REDIRECT_URI:
		return redirect_uri_fits(s);
	case FORM_NO_BLANKS:
		for (; *s; s++)
			if (isspace((unsigned char)*s))
				return false;
		return true;
	case FORM_ANY:
		break;
	}
	return true;
}
