/* Checks the texts of settings, each by what will read it. */
#include "base/setting_check.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/text.h"
#include "base/url.h"
#include "base/banned.h"

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
#define SEAL_KEY_BYTES 32
#define SEAL_KEY_TEXT 64	/* more than its base64 takes */

const char *check_endpoint(const char *text)
{
	struct arena *a;
	struct url u;
	bool fine;

	if (!text[strspn(text, "/")])
		return NULL;
	a = arena_new();
	fine = url_base(a, text) != NULL && url_parse(text, strlen(text), &u) && u.port != 0;
	arena_free(a);
	return fine ? NULL :
		      "must be http(s)://HOST, with a port or a path where it has one, without user, query or blanks";
}

const char *check_folder(const char *text)
{
	return *text ? NULL : "must name a folder";
}

const char *check_file(const char *text)
{
	return !*text || access(text, R_OK) == 0 ? NULL : "must name a file that can be read";
}

/* What has a colon, or only digits and dots, is meant as an address; a name is looked up at the start. */
const char *check_listen(const char *text)
{
	unsigned char address[16];
	bool fine = text[strspn(text, NAME_CHARACTERS)] == '\0';

	if (strchr(text, ':'))
		fine = inet_pton(AF_INET6, text, address) == 1;
	else if (!text[strspn(text, "0123456789.")] && *text)
		fine = inet_pton(AF_INET, text, address) == 1;
	return fine ? NULL : "must be an IPv4 or IPv6 address without a port, or a name of this machine";
}

/* ADDRESS, ADDRESS:PORT, [ADDRESS] or [ADDRESS]:PORT; a name would have to be looked up at such a server. */
static bool is_server_address(const char *text, size_t len)
{
	unsigned char address[16];
	struct arena *a = arena_new();
	struct url u;
	bool fine = url_parse_host(text, len, &u) && u.port != 0 && text[len - 1] != ':';
	bool brackets = fine && u.host.at[0] == '[';
	const char *host = fine ? arena_copyn(a, u.host.at + brackets, u.host.len - 2 * brackets) : "";

	fine = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
	arena_free(a);
	return fine;
}

const char *check_dns_servers(const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == ',' && text[len + 1])) {
		len = strcspn(text, ",");
		if (!is_server_address(text, len) || (text[len] == ',' && !text[len + 1]))
			return "must be addresses, those of IPv6 in [], with :PORT or without, separated by commas";
	}
	return NULL;
}

/* -- the URL of a database -- */

/*
 * libpq reads these URLs in its own way: it ends the host at the first of many marks and quotes what it does not
 * understand, which then may be half of a password. So what it could take apart otherwise than it was meant is refused
 * here.
 */
#define ESCAPES "holds a character that must be written with a percent escape: @ as %40, / as %2F, # as %23, % as %25"

/* No blanks, no control characters, every % begins an escape of two digits, and not that of NUL. */
static bool is_escaped(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p <= ' ' || *p == 0x7f || *p == '#' ||
		    (*p == '%' && (!isxdigit(p[1]) || !isxdigit(p[2]) || (p[1] == '0' && p[2] == '0'))))
			return false;
	return true;
}

/* One of the hosts: HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT, or nothing. */
static bool host_fits(const char *host, size_t len)
{
	size_t n = 0;

	if (len > 0 && host[0] == '[') {
		while (n < len && host[n] != ']')
			n++;
		if (n++ == len)
			return false;
	}
	while (n < len && (isalnum((unsigned char)host[n]) || strchr("._-%", host[n])))
		n++;
	if (n < len && host[n] == ':')
		for (n++; n < len && isdigit((unsigned char)host[n]);)
			n++;
	return n == len;
}

static bool hosts_fit(const char *hosts, size_t len)
{
	const char *comma;
	size_t n;

	do {
		comma = memchr(hosts, ',', len);
		n = comma ? (size_t)(comma - hosts) : len;
		if (!host_fits(hosts, n))
			return false;
		hosts += n + 1;
		len -= comma ? n + 1 : n;
	} while (comma);
	return true;
}

/* key=value pairs with & between them; "" too. */
static bool query_fits(const char *query)
{
	size_t n;

	while (*query) {
		for (n = 0; isalnum((unsigned char)query[n]) || query[n] == '_'; n++)
			;
		if (n == 0 || query[n] != '=')
			return false;
		query += n + 1;
		n = strcspn(query, "&=");
		if (query[n] == '=')
			return false;
		query += query[n] ? n + 1 : n;
	}
	return true;
}

const char *check_database(const char *text)
{
	const char *rest = strstr(text, "://"), *at, *query;
	size_t len;

	if (!*text)
		return NULL;
	if (!text_has_prefix(text, "postgres://") && !text_has_prefix(text, "postgresql://"))
		return "must be a URL that begins with postgres://; without it the embedded database is used";
	rest += strlen("://");
	len = strcspn(rest, "/?");
	at = strchr(rest, '@');
	if (!is_escaped(rest) ||
	    (at && (at - rest > (ptrdiff_t)len || strchr(at + 1, '@') || (size_t)(at - rest) != strcspn(rest, "[]@"))))
		return ESCAPES;
	if (at) {
		len -= (size_t)(at + 1 - rest);
		rest = at + 1;
	}
	if (!hosts_fit(rest, len))
		return "must name its server as HOST or HOST:PORT";
	query = strchr(rest, '?');
	return !query || query_fits(query + 1) ? NULL : "must have pairs of key=value behind its question mark";
}

/* -- others -- */

const char *check_seal_key(const char *text)
{
	unsigned char bytes[SEAL_KEY_TEXT];
	size_t len;
	int n = 0;

	if (!*text)
		return NULL;
	text += strspn(text, " \t\r\n");
	for (len = strlen(text); len > 0 && strchr(" \t\r\n", text[len - 1]);)
		len--;
	if (len > 0 && len < sizeof(bytes))
		n = text_base64_decode(text, len, bytes);
	explicit_bzero(bytes, sizeof(bytes));
	return n == SEAL_KEY_BYTES ? NULL : "must be 32 bytes in base64";
}

/* As text_is_one_of(), in any letter case. */
static bool is_one_nocase(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (text_equal_nocase(text, *words))
			return true;
	return false;
}

const char *check_algorithm(const char *text)
{
	static const char *const words[] = { "ES256", "ES384", "RS256", "EdDSA", NULL };

	return text_is_one_of(text, words) ? NULL : "must be ES256, ES384, RS256 or EdDSA";
}

const char *check_uploads(const char *text)
{
	static const char *const words[] = { "", "data", "s3", NULL };

	return text_is_one_of(text, words) ? NULL : "must be data or s3";
}

const char *check_name(const char *text)
{
	return text[strspn(text, NAME_CHARACTERS)] ? "must have letters, digits and -._ only" : NULL;
}

const char *check_log_level(const char *text)
{
	static const char *const words[] = { "debug", "info", "warn", "error", NULL };

	return is_one_nocase(text, words) ? NULL : "must be debug, info, warn or error";
}

const char *check_log_format(const char *text)
{
	static const char *const words[] = { "", "json", "human", NULL };

	return is_one_nocase(text, words) ? NULL : "must be json or human";
}
