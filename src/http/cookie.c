/* Reads, signs and writes cookies. */
#include "http/cookie.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/base64.h"
#include "base/text.h"
#include "http/strict.h"
#include "base/banned.h"

#define SIGNATURE_TEXT 43 /* base64url of SHA256_DIGEST_SIZE bytes */
#define LIFE_MOST_S INT64_C(34560000) /* 400 days: browsers cut what is longer */

/*
 * RFC 6265 section 4.1.1 keeps blanks, quotes, commas and backslashes out of values, but section 5.2, by which
 * browsers go, does not; and the cookie `_logto` holds JSON as it is (oidc.md section 5.4).
 */
static bool is_value(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)at[i] < ' ' || (unsigned char)at[i] >= 0x7f || at[i] == ';')
			return false;
	return len == 0 || (at[0] != ' ' && at[len - 1] != ' ');
}

/* -- reading -- */

/* How many pairs the Cookie headers hold at most; COOKIES_MOST for more. */
static size_t count_pairs(const struct request *rq)
{
	size_t n = 0;

	for (size_t i = 0; i < rq->header_count; i++) {
		if (strcasecmp(rq->headers[i].name, "Cookie") != 0)
			continue;
		n++;
		for (const char *at = rq->headers[i].value; (at = strchr(at, ';')); at++)
			n++;
	}
	return n < COOKIES_MOST ? n : COOKIES_MOST;
}

static struct slice trim_blanks(struct slice s)
{
	while (s.len && (*s.at == ' ' || *s.at == '\t'))
		s.at++, s.len--;
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Appends one name=value; anything else is ignored. ERR_REQUEST_INPUT: too large, or too many. */
static err_t take_pair(struct arena *a, struct slice pair, struct params *out)
{
	const char *equals = pair.len ? memchr(pair.at, '=', pair.len) : NULL;
	struct slice name, value;

	if (!equals)
		return OK;
	name = trim_blanks((struct slice){ pair.at, (size_t)(equals - pair.at) });
	value = trim_blanks((struct slice){ equals + 1, pair.len - (size_t)(equals + 1 - pair.at) });
	if (!strict_header_name(name.at, name.len) || !is_value(value.at, value.len))
		return OK;
	if (name.len + value.len > COOKIE_SIZE_MOST)
		return err_arg(err_set(ERR_REQUEST_INPUT, "the cookie '%.40s' is too large", name.at), "reason",
			       "A cookie is too large.");
	if (out->count == COOKIES_MOST)
		return err_arg(err_set(ERR_REQUEST_INPUT, "more than %d cookies", COOKIES_MOST), "reason",
			       "There are too many cookies.");
	out->at[out->count++] =
		(struct param){ arena_copyn(a, name.at, name.len), arena_copyn(a, value.at, value.len) };
	return OK;
}

static err_t take_header(struct arena *a, const char *at, struct params *out)
{
	size_t len;
	err_t e;

	for (; *at; at += len + (at[len] == ';')) {
		len = strcspn(at, ";");
		e = take_pair(a, (struct slice){ at, len }, out);
		if (e)
			return e;
	}
	return OK;
}

err_t cookies_parse(const struct request *rq, struct params *out)
{
	err_t e = OK;

	*out = (struct params){ .at = ARENA_ARRAY(rq->arena, struct param, count_pairs(rq) + 1) };
	for (size_t i = 0; i < rq->header_count && !e; i++) /* a proxy from HTTP/2 may split the header into several */
		if (strcasecmp(rq->headers[i].name, "Cookie") == 0)
			e = take_header(rq->arena, rq->headers[i].value, out);
	return e;
}

/* -- signatures -- */

/* HMAC-SHA256 of `name=value`. A name has no `=`, so two different cookies never give the same text. */
static void sign(struct slice key, const char *name, const char *value, uint8_t out[SHA256_DIGEST_SIZE])
{
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, key.len, (const uint8_t *)key.at);
	hmac_sha256_update(&ctx, strlen(name), (const uint8_t *)name);
	hmac_sha256_update(&ctx, 1, (const uint8_t *)"=");
	hmac_sha256_update(&ctx, strlen(value), (const uint8_t *)value);
	hmac_sha256_digest(&ctx, SHA256_DIGEST_SIZE, out);
	explicit_bzero(&ctx, sizeof(ctx));
}

static const char *name_of_signature(struct arena *a, const char *name)
{
	return arena_printf(a, "%s.sig", name);
}

static bool is_signature_of(const char *at, const char *name)
{
	size_t len = strlen(name);

	return strncmp(at, name, len) == 0 && strcmp(at + len, ".sig") == 0;
}

/* Of several signatures the first, as params_get() does with values. */
static const char *find_signature(const struct params *cookies, const char *name)
{
	for (size_t i = 0; i < cookies->count; i++)
		if (is_signature_of(cookies->at[i].name, name))
			return cookies->at[i].value;
	return NULL;
}

const char *cookie_find(const struct params *cookies, const struct cookie_ring *ring, const char *name)
{
	const char *value = params_get(cookies, name), *text = find_signature(cookies, name);
	uint8_t told[SHA256_DIGEST_SIZE + 1], ours[SHA256_DIGEST_SIZE];
	bool right = false;

	if (!value || !text || strlen(text) != SIGNATURE_TEXT ||
	    text_base64url_decode(text, SIGNATURE_TEXT, told) != SHA256_DIGEST_SIZE)
		return NULL;
	for (int i = 0; i < ring->count; i++) {
		sign(ring->keys[i], name, value, ours);
		right |= memeql_sec(ours, told, SHA256_DIGEST_SIZE);
	}
	return right ? value : NULL;
}

/* -- writing -- */

static bool is_path(const char *path)
{
	return path[0] == '/' && is_value(path, strlen(path));
}

/* IMF-fixdate (RFC 9110 section 5.6.7). */
static void write_date(struct buffer *to, int64_t at_s)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)at_s;
	struct tm tm;

	gmtime_r(&t, &tm);
	buffer_printf(to, "%s, %02d %s %d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		      tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Writes Expires rather than Max-Age, since every client knows it. `expires_at_s` < 0: until the browser is closed. */
static err_t write_cookie(struct request *rq, const struct cookie *c, const char *name, const char *value,
			  int64_t expires_at_s)
{
	static const char *const
		same_site[] = { [SAME_SITE_LAX] = "Lax", [SAME_SITE_STRICT] = "Strict", [SAME_SITE_NONE] = "None" };
	struct buffer b;
	err_t e;

	buffer_init(&b, KIB(8));
	buffer_texts(&b, name, "=", value, "; path=", c->path ? c->path : "/");
	if (expires_at_s >= 0) {
		buffer_text(&b, "; expires=");
		write_date(&b, expires_at_s);
	}
	buffer_texts(&b, "; samesite=", same_site[c->same_site], rq->secure ? "; secure" : "",
		     c->readable ? "" : "; httponly");
	e = reply_header(rq, "Set-Cookie", buffer_str(&b));
	buffer_done(&b);
	return e;
}

/* ERR_INTERNAL for a cookie that browsers would not keep as it is. */
static err_t check(const struct request *rq, const struct cookie *c)
{
	if (!strict_header_name(c->name, strlen(c->name)) || !is_value(c->value, strlen(c->value)) ||
	    (c->path && !is_path(c->path)))
		return err_set(ERR_INTERNAL, "the cookie '%.40s' holds what no cookie can", c->name);
	if (strlen(c->name) + strlen(".sig") + strlen(c->value) + (c->path ? strlen(c->path) : 0) > COOKIE_SIZE_MOST)
		return err_set(ERR_INTERNAL, "the cookie '%.40s' is too large", c->name);
	if (c->life_s < 0 || c->life_s > LIFE_MOST_S)
		return err_set(ERR_INTERNAL, "the cookie '%.40s' has a life that no browser grants", c->name);
	if (c->same_site == SAME_SITE_NONE && !rq->secure)
		return err_set(ERR_INTERNAL, "the cookie '%.40s' is for other sites, which needs https", c->name);
	return OK;
}

static err_t write_signature(struct request *rq, const struct cookie *c, const struct cookie_ring *ring,
			     int64_t expires_at_s)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct buffer text;
	err_t e;

	if (ring->count == 0)
		return err_set(ERR_INTERNAL, "no key signs the cookie '%s'", c->name);
	buffer_init(&text, 64);
	sign(ring->keys[0], c->name, c->value, digest);
	text_base64url(&text, digest, sizeof(digest));
	e = write_cookie(rq, c, name_of_signature(rq->arena, c->name), buffer_str(&text), expires_at_s);
	buffer_done(&text);
	return e;
}

err_t cookie_set(struct request *rq, const struct cookie *c, const struct cookie_ring *ring)
{
	int64_t expires_at_s = c->life_s ? clock_s() + c->life_s : -1;
	err_t e = check(rq, c);

	if (!e)
		e = write_cookie(rq, c, c->name, c->value, expires_at_s);
	return e || !ring ? e : write_signature(rq, c, ring, expires_at_s);
}

err_t cookie_clear(struct request *rq, const char *name, const char *path, bool has_signature)
{
	const struct cookie c = { .name = name, .value = "", .path = path };
	err_t e = check(rq, &c);

	if (!e)
		e = write_cookie(rq, &c, name, "", 0);
	return e || !has_signature ? e : write_cookie(rq, &c, name_of_signature(rq->arena, name), "", 0);
}
