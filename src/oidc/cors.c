#include "oidc/oauth.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "oidc/oidc.h"
#include "base/banned.h"

/* scheme, host and port of an http(s) address */
struct origin {
	struct slice scheme, host, port;	/* no port: that of the scheme */
};

static bool slice_is(struct slice s, const char *text)
{
	return s.len == strlen(text) && !strncasecmp(s.at, text, s.len);
}

static bool slices_equal(struct slice a, struct slice b)
{
	return a.len == b.len && !strncasecmp(a.at, b.at, a.len);
}

/* Only http and https have an origin; of other schemes it is `null`, which is nobody's. */
static bool origin_parse(const char *address, struct origin *out)
{
	const char *host = strstr(address, "://"), *port, *end;

	if (!host)
		return false;
	out->scheme = (struct slice){ address, (size_t)(host - address) };
	if (!slice_is(out->scheme, "https") && !slice_is(out->scheme, "http"))
		return false;
	host += 3;
	end = host + strcspn(host, "/?#");
	if (memchr(host, '@', (size_t)(end - host)))
		return false;
	port = *host == '[' ? memchr(host, ']', (size_t)(end - host)) : host;
	port = port ? memchr(port, ':', (size_t)(end - port)) : NULL;
	out->host = (struct slice){ host, (size_t)((port ? port : end) - host) };
	out->port = port ? (struct slice){ port + 1, (size_t)(end - port - 1) } : (struct slice){ "", 0 };
	if (slice_is(out->port, slice_is(out->scheme, "https") ? "443" : "80"))
		out->port.len = 0;
	return out->host.len > 0;
}

/* One label: `*` stands for one or more characters. Patterns are short and hold few stars. */
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

/* oidc.md section 4.4: as many labels, the last two literal. */
static bool host_matches(struct slice pattern, struct slice host)
{
	int left = labels_of(pattern);

	if (!memchr(pattern.at, '*', pattern.len))
		return slices_equal(pattern, host);
	if (left < 2 || left != labels_of(host))
		return false;
	for (; left > 0; left--) {
		struct slice p = first_label(&pattern), h = first_label(&host);

		if (left <= 2 && memchr(p.at, '*', p.len))
			return false;
		if (!label_matches(p, h))
			return false;
	}
	return true;
}

static bool redirects_to(const char *uri, const struct origin *origin)
{
	struct origin o;

	return origin_parse(uri, &o) && slices_equal(o.scheme, origin->scheme) && slices_equal(o.port, origin->port) &&
	       host_matches(o.host, origin->host);
}

bool cors_is_allowed(const struct client *client, const char *own_origin, const char *origin)
{
	struct origin o;

	if (own_origin && !strcmp(origin, own_origin))
		return true;
	for (char **at = client->cors_origins; *at; at++)
		if (!strcmp(*at, origin))
			return true;
	if (!origin_parse(origin, &o) || memchr(o.host.at, '*', o.host.len))
		return false;
	for (char **at = client->redirect_uris; *at; at++)
		if (redirects_to(*at, &o))
			return true;
	return false;
}

/* -- preflights -- */

static const char *methods_of(const char *path)
{
	if (!strcmp(path, "/oidc/me"))
		return "GET,POST";
	return text_starts(path, "/oidc/.well-known/") || !strcmp(path, "/oidc/jwks") ? "GET" : "POST";
}

/* Always allowed; without the preflight's own header it is no preflight. */
err_t oidc_preflight(struct request *rq)
{
	const char *origin = request_header(rq, "Origin"), *headers = request_header(rq, "Access-Control-Request-Headers");
	err_t e;

	if (!request_header(rq, "Access-Control-Request-Method")) {
		oidc_unknown(rq);
		return OK;
	}
	rq->reply.cors_origin = origin && *origin ? origin : "*";
	e = reply_header(rq, "Access-Control-Allow-Methods", methods_of(rq->route->path));
	if (!e && headers && *headers && reply_header_fits(headers))
		e = reply_header(rq, "Access-Control-Allow-Headers", headers);
	if (!e)
		e = reply_header(rq, "Access-Control-Max-Age", "3600");
	return e ? e : reply_empty(rq, 204);
}
