/* Compares addresses in their normal form, and fits them to patterns. */
#include "oidc/redirect_uri.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/idn.h"
#include "base/text.h"
#include "base/url.h"
#include "base/banned.h"

#define URI_MOST KIB(8)

/* -- hosts -- */

/* Matches one label of a host; `*` stands for one or more characters. Patterns are short and hold few stars. */
static bool label_matches(struct slice pattern, struct slice label)
{
	size_t p = 0, l = 0, star = SIZE_MAX, from = 0;

	while (l < label.len) {
		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			from = ++l;	/* one character at least */
		} else if (p < pattern.len && strncasecmp(pattern.at + p, label.at + l, 1) == 0) {
			p++;
			l++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			l = ++from;
		} else {
			return false;
		}
	}
	return l == label.len && p == pattern.len;
}

/* Takes the first label from `rest` and returns it. */
static struct slice first_label(struct slice *rest)
{
	const char *dot = memchr(rest->at, '.', rest->len);
	size_t len = dot ? (size_t)(dot - rest->at) : rest->len;
	struct slice label = { rest->at, len };

	*rest = (struct slice){ rest->at + len + (dot ? 1 : 0), rest->len - len - (dot ? 1 : 0) };
	return label;
}

static int labels_of(struct slice host)
{
	int n = 1;

	for (size_t i = 0; i < host.len; i++)
		n += host.at[i] == '.';
	return n;
}

static bool has_star(struct slice s)
{
	return s.len > 0 && memchr(s.at, '*', s.len) != NULL;
}

bool host_matches(struct slice pattern, struct slice host)
{
	int left = labels_of(pattern);

	if (!has_star(pattern))
		return url_hosts_equal(pattern, host);
	if (left < 2 || left != labels_of(host))
		return false;
	for (; left > 0; left--) {
		struct slice p = first_label(&pattern), h = first_label(&host);

		if (left <= 2 && has_star(p))
			return false;
		if (!label_matches(p, h))
			return false;
	}
	return true;
}

/* -- paths -- */

/* Matches a path; `*` stands for any characters, or for none. */
static bool path_matches(struct slice pattern, struct slice path)
{
	size_t p = 0, i = 0, star = SIZE_MAX, from = 0;

	while (i < path.len) {
		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			from = i;
		} else if (p < pattern.len && pattern.at[p] == path.at[i]) {
			p++;
			i++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}

/* How many dots the segment is, written as such or escaped; 0: it is something else. */
static int dots_of(struct slice segment)
{
	int n = 0;

	while (segment.len > 0) {
		size_t len = segment.at[0] == '.' ? 1 : 3;

		if (len > segment.len || (len == 3 && strncasecmp(segment.at, "%2e", 3) != 0))
			return 0;
		segment = (struct slice){ segment.at + len, segment.len - len };
		n++;
	}
	return n;
}

/* Takes the last segment off a path. */
static void drop_segment(struct buffer *path)
{
	while (path->len > 0 && path->data[--path->len] != '/')
		;
}

/* The path without the segments `.` and `..` (WHATWG URL, path state); an empty one is a slash. */
static struct slice normal_path(struct arena *a, struct slice path)
{
	struct buffer out;
	struct slice made;

	buffer_init(&out, URI_MOST);
	while (path.len > 0) {
		const char *slash = memchr(path.at + 1, '/', path.len - 1);
		size_t len = slash ? (size_t)(slash - path.at) : path.len;
		int dots = dots_of((struct slice){ path.at + 1, len - 1 });

		if (dots == 2)
			drop_segment(&out);
		if (dots != 1 && dots != 2)
			buffer_add(&out, path.at, len);
		else if (!slash)
			buffer_char(&out, '/');
		path = (struct slice){ path.at + len, path.len - len };
	}
	if (out.len == 0)
		buffer_char(&out, '/');
	made = (struct slice){ arena_copyn(a, buffer_str(&out), out.len), out.len };
	buffer_done(&out);
	return made;
}

/* -- whole addresses -- */

/* The schemes of which browsers read a path with dots and the host's letter case in their own way. */
static bool is_special(const struct url *u)
{
	return url_port(&(struct url){ .scheme = u->scheme, .port = -1 }) >= 0;
}

/* Takes an address apart, its host and path in their normal form. False: it is none, or readers differ about it. */
static bool parse(struct arena *a, const char *text, struct url *out)
{
	size_t len = strlen(text);
	const char *host;

	if (len > URI_MOST || !url_parse(text, len, out))
		return false;
	if (!is_special(out))
		return true;
	host = idn_to_ascii(a, out->host);
	if (!host || memchr(text, '\\', len))
		return false;
	out->host = (struct slice){ host, strlen(host) };
	out->path = normal_path(a, out->path);
	return true;
}

/* Neither is there, or both are, with the same bytes. */
static bool slices_equal(struct slice x, struct slice y)
{
	return !x.at == !y.at && x.len == y.len && (x.len == 0 || !memcmp(x.at, y.at, x.len));
}

static bool schemes_equal(const struct url *x, const struct url *y)
{
	return x->scheme.len == y->scheme.len && !strncasecmp(x->scheme.at, y->scheme.at, x->scheme.len);
}

static bool is_loopback(const struct url *u)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };

	for (size_t i = 0; url_has_scheme(u, "http") && i < ARRAY_LEN(names); i++)
		if (slices_equal(u->host, (struct slice){ names[i], strlen(names[i]) }))
			return true;
	return false;
}

static bool hosts_match(const struct url *pattern, const struct url *u)
{
	if (!pattern->host.at || !u->host.at)
		return !pattern->host.at && !u->host.at;
	return has_star(pattern->host) ? host_matches(pattern->host, u->host) : slices_equal(pattern->host, u->host);
}

/* A star in host or path is a pattern; one elsewhere fits nothing, since no candidate holds a star. */
static bool matches(const struct url *pattern, const struct url *u, bool any_loopback_port)
{
	bool any_port = any_loopback_port && is_loopback(u);

	return schemes_equal(pattern, u) && slices_equal(pattern->userinfo, u->userinfo) &&
	       (any_port || url_port(pattern) == url_port(u)) && slices_equal(pattern->query, u->query) &&
	       slices_equal(pattern->fragment, u->fragment) && hosts_match(pattern, u) &&
	       path_matches(pattern->path, u->path);
}

bool redirect_uri_is_registered(struct arena *a, char *const *registered, const char *candidate,
				bool any_loopback_port)
{
	struct url u, pattern;

	if (strchr(candidate, '*') || !parse(a, candidate, &u))
		return false;
	for (; *registered; registered++)
		if (parse(a, *registered, &pattern) && matches(&pattern, &u, any_loopback_port))
			return true;
	return false;
}
