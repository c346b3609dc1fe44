/*
 * Addresses of strangers: URLs, Host headers and what form_fits() takes for a redirect URI, and origins compared with
 * them. The input is one address, then after a line feed another.
 */
#include <stdlib.h>
#include <string.h>

#include "base/idn.h"
#include "base/url.h"
#include "entity/field.h"
#include "http/strict.h"
#include "oidc/oauth.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* The parts lie one behind the other inside the text. */
static void check_parts(const char *text, size_t len, const struct url *u)
{
	const struct slice parts[] = { u->scheme, u->userinfo, u->host, u->path, u->query, u->fragment };
	const char *at = text;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (!parts[i].at)
			continue;
		must(parts[i].at >= at && parts[i].at + parts[i].len <= text + len);
		at = parts[i].at + parts[i].len;
	}
	must(u->host.len <= URL_HOST_MAX && u->port >= -1 && u->port <= 65535);
	must(!u->host.len || !memchr(u->host.at, '@', u->host.len));
}

/* The origin of a URL is a URL of that origin, and its own. */
static void check_origin(struct arena *a, const struct url *u)
{
	const char *origin = url_origin(a, u);
	struct url again;

	if (!origin)
		return;
	must(url_parse(origin, strlen(origin), &again) && url_same_origin(u, &again));
	must(again.path.len == 0 && !strcmp(url_origin(a, &again), origin));
}

/* The host in ASCII is a host, and stays as it is. */
static void check_ascii(struct arena *a, const struct url *u)
{
	const char *ascii = url_is_web(u) ? idn_to_ascii(a, u->host) : NULL;
	struct url again;

	if (!ascii)
		return;
	must(url_parse_host(ascii, strlen(ascii), &again) && again.host.len == strlen(ascii));
	for (const char *p = ascii; *p; p++)
		must(*p > 0);
	must(!strcmp(idn_to_ascii(a, again.host), ascii));
}

/* A redirect URI of the web has one host that a browser goes to. */
static void check_form(const char *text)
{
	struct url u;

	if (!form_fits(FORM_REDIRECT_URI, text))
		return;
	must(form_fits(FORM_URL, text) && url_parse(text, strlen(text), &u));
	must(!url_is_web(&u) || (u.host.len > 0 && !strpbrk(text, " \t\r\n")));
}

static void check_host(const char *text, size_t len)
{
	struct url u;

	if (url_parse_host(text, len, &u))
		check_parts(text, len, &u);
	if (strict_host(text, len) && len > 0)
		must(url_parse_host(text, len, &u));
}

/* What a client's addresses open to an origin is the web's, and an own origin always. */
static void check_cors(char *uri, const char *origin)
{
	char *none[] = { NULL }, *uris[] = { uri, NULL };
	struct client client = { .cors_origins = none, .redirect_uris = uris };
	struct url u, o;

	if (!cors_is_allowed(&client, NULL, origin))
		return;
	must(url_parse(uri, strlen(uri), &u) && url_parse(origin, strlen(origin), &o));
	must(url_is_web(&o) && !o.userinfo.at && url_port(&u) == url_port(&o));
	must(memchr(u.host.at, '*', u.host.len) || url_same_origin(&u, &o));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	char *one = arena_copyn(a, (const char *)data, size), *other = strchr(one, '\n');
	struct url u;

	if (url_parse((const char *)data, size, &u)) {
		check_parts((const char *)data, size, &u);
		check_origin(a, &u);
		check_ascii(a, &u);
	}
	if (other)
		*other++ = '\0';
	check_form(one);
	check_host(one, strlen(one));
	if (other)
		check_cors(one, other);
	arena_free(a);
	return 0;
}
