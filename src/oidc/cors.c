/* CORS at the OAuth endpoints: which pages may read the answers of a client (oidc.md section 1.4), and preflights. */
#include "oidc/oauth.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/url.h"
#include "oidc/oidc.h"
#include "oidc/redirect_uri.h"
#include "base/banned.h"

#define ORIGIN_LONGEST (URL_HOST_MAX + sizeof("https://:65535"))

/* Parses the address of a page. Only pages of http and https have an origin; with other schemes it is `null`. */
static bool parse_web(const char *address, struct url *out)
{
	return url_parse(address, strlen(address), out) && url_is_web(out) && !out->userinfo.at;
}

/* The length of scheme, host and port of an address, or more; the rest of it may be long. */
static size_t origin_len(const char *address)
{
	const char *host = strstr(address, "://");

	return host ? (size_t)(host + 3 - address) + strcspn(host + 3, "/?#") : strlen(address);
}

/* Whether the redirect URI, which may hold `*` in its host, is of this origin. */
static bool redirects_to(const char *uri, const struct url *origin)
{
	size_t len = origin_len(uri);
	struct url u;

	return len <= ORIGIN_LONGEST && url_parse(uri, len, &u) && url_is_web(&u) && !u.userinfo.at &&
	       url_is_web(origin) && url_has_scheme(&u, "https") == url_has_scheme(origin, "https") &&
	       url_port(&u) == url_port(origin) && host_matches(url_host(&u), url_host(origin));
}

bool cors_is_allowed(const struct client *client, const char *own_origin, const char *origin)
{
	struct url o, own;

	if (own_origin && !strcmp(origin, own_origin))
		return true;
	for (char **at = client->cors_origins; *at; at++)
		if (!strcmp(*at, origin))
			return true;
	if (!parse_web(origin, &o) || memchr(o.host.at, '*', o.host.len))
		return false;
	if (own_origin && parse_web(own_origin, &own) && url_same_origin(&o, &own))
		return true;
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
	return text_has_prefix(path, "/oidc/.well-known/") || !strcmp(path, "/oidc/jwks") ? "GET" : "POST";
}

/* Every preflight is allowed. A request without Access-Control-Request-Method is not a preflight: 404. */
err_t oidc_preflight(struct request *rq)
{
	const char *origin = request_header(rq, "Origin"),
		   *headers = request_header(rq, "Access-Control-Request-Headers");
	err_t e;

	if (!request_header(rq, "Access-Control-Request-Method")) {
		oidc_answer_no_route(rq);
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
