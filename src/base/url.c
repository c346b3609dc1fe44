/* One pass from left to right: scheme, authority, and then path, query and fragment by their marks. */
#include "base/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/idn.h"
#include "base/text.h"
#include "base/banned.h"

/* WHATWG URL, special schemes but file: those with a host, a port and an origin. */
static const struct special {
	const char *scheme;
	int port;
} special[] = {
	{ "https", 443 }, { "http", 80 }, { "wss", 443 }, { "ws", 80 }, { "ftp", 21 },
};

static bool is_letter(char c)
{
	return text_lower(c) >= 'a' && text_lower(c) <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool slice_is(struct slice s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.at, word, s.len) == 0;
}

static const struct special *special_of(struct slice scheme)
{
	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if (slice_is(scheme, special[i].scheme))
			return &special[i];
	return NULL;
}

/* Takes the first `n` bytes off `*rest`. */
static struct slice take(struct slice *rest, size_t n)
{
	struct slice head = { rest->at, n };

	*rest = (struct slice){ rest->at + n, rest->len - n };
	return head;
}

/* Bytes before the first of `marks`; all of them when there is none. */
static size_t span_until(struct slice s, const char *marks)
{
	size_t n = 0;

	while (n < s.len && !(s.at[n] && strchr(marks, s.at[n])))
		n++;
	return n;
}

/* Browsers drop some control characters and go on: they would read another URL than the one that was checked. */
static bool has_control(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return true;
	return false;
}

/* Length of the scheme that `s` begins with; 0 without one. */
static size_t scheme_len(struct slice s)
{
	size_t n = 0;

	if (s.len == 0 || !is_letter(s.at[0]))
		return 0;
	while (n < s.len && (is_letter(s.at[n]) || is_digit(s.at[n]) || strchr("+-.", s.at[n] ? s.at[n] : 'x')))
		n++;
	return n < s.len && s.at[n] == ':' ? n : 0;
}

/* -- host and port -- */

/* False for what is in no host, whatever the scheme (WHATWG URL, forbidden domain code points, and a few more). */
static bool is_host_char(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && !strchr("\"#%/:<>?@[\\]^`{|}", c);
}

/* `foreign`: of a scheme whose hosts are not names of the DNS; there escapes are fine, and labels of any length. */
static bool name_fits(struct slice name, bool foreign)
{
	size_t label = 0;

	if (name.len > URL_HOST_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (!is_host_char(name.at[i]) && !(foreign && name.at[i] == '%'))
			return false;
		label = name.at[i] == '.' ? 0 : label + 1;
		if (label > URL_LABEL_MAX && !foreign)
			return false;
	}
	return true;
}

/* RFC 3986 section 3.2.2, IP-literal; without a zone. */
static bool address6_fits(struct slice literal)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (literal.len < 2 || literal.len - 2 >= sizeof(text) || literal.at[literal.len - 1] != ']')
		return false;
	memcpy(text, literal.at + 1, literal.len - 2);
	text[literal.len - 2] = '\0';
	return strlen(text) == literal.len - 2 && inet_pton(AF_INET6, text, &address) == 1;
}

/* Behind the colon: nothing, or a number. */
static bool parse_port(struct slice digits, int *out)
{
	int port = 0;

	if (digits.len == 0)
		return true;
	if (digits.len > 5)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		if (!is_digit(digits.at[i]))
			return false;
		port = port * 10 + (digits.at[i] - '0');
	}
	*out = port;
	return port <= 65535;
}

/* host[:port]; the scheme in `*out`, if there is one, decides which names fit. */
static bool parse_host(struct slice rest, struct url *out)
{
	bool literal = rest.len > 0 && rest.at[0] == '[', foreign = out->scheme.len > 0 && !special_of(out->scheme);
	size_t n = literal ? span_until(rest, "]") : span_until(rest, ":");

	if (literal && n < rest.len)
		n++;
	out->host = take(&rest, n);
	if (literal ? !address6_fits(out->host) : !name_fits(out->host, foreign))
		return false;
	if (rest.len == 0)
		return true;
	return *take(&rest, 1).at == ':' && parse_port(rest, &out->port);
}

bool url_parse_host(const char *text, size_t len, struct url *out)
{
	*out = (struct url){ .port = -1 };
	return parse_host((struct slice){ text, len }, out) && out->host.len > 0;
}

/* -- URLs -- */

/*
 * The part behind the "//". Refuses what readers take apart differently: browsers end it at a \, too, and some
 * readers end the userinfo at the first @, some at the last.
 */
static bool parse_authority(struct slice authority, struct url *out)
{
	size_t n = span_until(authority, "@\\");

	if (n < authority.len) {
		out->userinfo = take(&authority, n);
		if (*take(&authority, 1).at != '@')
			return false;
	}
	if (!parse_host(authority, out))
		return false;
	return out->host.len > 0 || (!out->userinfo.at && out->port < 0);
}

/* Path, query and fragment. */
static void parse_tail(struct slice rest, struct url *out)
{
	out->path = take(&rest, span_until(rest, "?#"));
	if (rest.len > 0 && *rest.at == '?') {
		take(&rest, 1);
		out->query = take(&rest, span_until(rest, "#"));
	}
	if (rest.len > 0) {
		take(&rest, 1);
		out->fragment = rest;
	}
}

bool url_parse(const char *text, size_t len, struct url *out)
{
	struct slice rest = { text, len };
	bool needs_host;

	*out = (struct url){ .port = -1 };
	if (has_control(text, len))
		return false;
	out->scheme = take(&rest, scheme_len(rest));
	if (out->scheme.len == 0)
		return false;
	take(&rest, 1);
	needs_host = special_of(out->scheme) != NULL;
	if (rest.len >= 2 && memcmp(rest.at, "//", 2) == 0) {
		take(&rest, 2);
		if (!parse_authority(take(&rest, span_until(rest, "/?#")), out))
			return false;
	}
	parse_tail(rest, out);
	return out->host.len > 0 || !needs_host;
}

/* -- questions -- */

bool url_has_scheme(const struct url *u, const char *scheme)
{
	return slice_is(u->scheme, scheme);
}

bool url_is_web(const struct url *u)
{
	return url_has_scheme(u, "https") || url_has_scheme(u, "http");
}

/*
 * Whether a browser finds `prefix`, which is in lower case, at the start of the text: it drops tabs and line breaks
 * everywhere (WHATWG URL, basic URL parser). `*rest` is what follows.
 */
static bool reads_as(const char *text, const char *prefix, const char **rest)
{
	for (; *prefix; prefix++) {
		text += strspn(text, "\t\n\r");
		if (text_lower(*text++) != *prefix)
			return false;
	}
	*rest = text;
	return true;
}

bool url_can_run(const char *text)
{
	static const char *const running[] = { "javascript:", "vbscript:", "blob:" };
	const char *rest;

	while (*text && (unsigned char)*text <= ' ')	/* dropped as well */
		text++;
	for (size_t i = 0; i < ARRAY_LEN(running); i++)
		if (reads_as(text, running[i], &rest))
			return true;
	return reads_as(text, "data:", &rest) && !reads_as(rest, "image/", &rest);
}

int url_port(const struct url *u)
{
	const struct special *s = special_of(u->scheme);

	return u->port >= 0 || !s ? u->port : s->port;
}

struct slice url_host(const struct url *u)
{
	struct slice host = u->host;

	/* two dots are an empty label, not the root */
	if (host.len > 1 && host.at[host.len - 1] == '.' && host.at[host.len - 2] != '.')
		host.len--;
	return host;
}

bool url_hosts_equal(struct slice a, struct slice b)
{
	return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	const struct special *s = special_of(a->scheme);

	return s && s == special_of(b->scheme) && url_port(a) == url_port(b) &&
	       url_hosts_equal(url_host(a), url_host(b));
}

const char *url_origin(struct arena *a, const struct url *u)
{
	const struct special *s = special_of(u->scheme);
	struct slice host = url_host(u);
	char port[8] = "", *out, *to;
	int port_len = 0;

	if (!s)
		return NULL;
	if (u->port >= 0 && u->port != s->port)
		port_len = snprintf(port, sizeof(port), ":%d", u->port);
	out = arena_alloc(a, u->scheme.len + strlen("://") + host.len + (size_t)port_len + 1);
	to = stpcpy(stpcpy(out, s->scheme), "://");
	for (size_t i = 0; i < host.len; i++)
		*to++ = text_lower(host.at[i]);
	memcpy(to, port, (size_t)port_len + 1);
	return out;
}

const char *url_base(struct arena *a, const char *text)
{
	struct url u;
	const char *host;
	size_t n;

	if (!url_parse(text, strlen(text), &u) || !url_is_web(&u) || u.userinfo.at || u.query.at || u.fragment.at ||
	    strchr(text, ' '))
		return NULL;
	host = idn_to_ascii(a, u.host);
	if (!host)
		return NULL;
	u.host = (struct slice){ host, strlen(host) };
	n = u.path.len;
	while (n > 0 && u.path.at[n - 1] == '/')
		n--;
	return arena_printf(a, "%s%.*s", url_origin(a, &u), (int)n, u.path.at);
}
