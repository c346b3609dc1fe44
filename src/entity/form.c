/* The forms of text that a field may ask for: addresses, names, colors, redirect URIs. */
#include "entity/field.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/url.h"
#include "base/banned.h"

/* An absolute URL of any scheme, but none that a page which shows it would run: here we are stricter than the peer. */
static bool url_fits(const char *s)
{
	struct url u;

	return url_parse(s, strlen(s), &u) && !url_can_run(s);
}

/* The address of an invitee (organizations.md section 6.3). */
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
			return dots > 0 && n >= 2 &&
			       strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
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
	const char *at = strchr(s, '@');

	if (!at || at == s || text_has_space(s))
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

/* The next segment of `*path`, without the slash before it; browsers read \ as one. */
static struct slice next_segment(struct slice *path)
{
	size_t from = path->len > 0 && (path->at[0] == '/' || path->at[0] == '\\'), to = from;
	struct slice segment;

	while (to < path->len && path->at[to] != '/' && path->at[to] != '\\')
		to++;
	segment = (struct slice){ path->at + from, to - from };
	*path = (struct slice){ path->at + to, path->len - to };
	return segment;
}

/* Whether the segment is `.` or `..`, also with dots written as %2e. */
static bool is_dots(struct slice segment)
{
	size_t at = 0;
	int dots = 0;

	while (at < segment.len) {
		if (segment.at[at] == '.')
			at++;
		else if (segment.len - at >= 3 && !strncasecmp(segment.at + at, "%2e", 3))
			at += 3;
		else
			return false;
		dots++;
	}
	return dots == 1 || dots == 2;
}

static bool path_has_dots(struct slice path)
{
	while (path.len > 0)
		if (is_dots(next_segment(&path)))
			return true;
	return false;
}

static bool has_star(struct slice s)
{
	return s.len > 0 && memchr(s.at, '*', s.len);
}

/*
 * Wildcards: a star may stand in the path or in a host that has a dot, never in query, fragment or userinfo, and not
 * in a URL that has credentials or an IPv6 address as its host.
 */
static bool stars_fit(const struct url *u)
{
	if (has_star(u->query) || has_star(u->fragment))
		return false;
	if (!has_star(u->host) && !has_star(u->path) && !has_star(u->userinfo))
		return true;
	return !u->userinfo.at && u->host.at[0] != '[' && (!has_star(u->host) || memchr(u->host.at, '.', u->host.len));
}

/*
 * users-apps-resources.md section 3.2. More strictly than the peer, schemes that a browser would run or read from disk
 * are refused.
 */
static bool redirect_uri_fits(const char *s)
{
	static const char *const refused[] = { "data", "file", "about" };
	struct url u;

	if (strchr(s, ' ') || url_can_run(s) || !url_parse(s, strlen(s), &u))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (url_has_scheme(&u, refused[i]))
			return false;
	return !url_is_web(&u) || (!path_has_dots(u.path) && stars_fit(&u));
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
	case FORM_SHOWN:
		return !url_can_run(s);
	case FORM_ANY:
		break;
	}
	return true;
}
