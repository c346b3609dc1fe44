/* Signs calls with AWS Signature Version 4. */
#include "http/sigv4.h"

#include <nettle/hmac.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/url.h"
#include "http/request.h"
#include "base/banned.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define SIGNED "host;x-amz-content-sha256;x-amz-date"
#define HEX_SIZE (2 * SHA256_DIGEST_SIZE + 1)
#define DATE_LEN 8		/* 20261128 */

static void write_hex(const uint8_t *bytes, char *out)
{
	for (size_t i = 0; i < SHA256_DIGEST_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void hash_hex(const void *bytes, size_t len, char *out)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx c;

	sha256_init(&c);
	sha256_update(&c, len, bytes);
	sha256_digest(&c, sizeof(digest), digest);
	write_hex(digest, out);
}

static void hmac(const uint8_t *key, size_t key_len, const char *text, uint8_t *out)
{
	struct hmac_sha256_ctx c;

	hmac_sha256_set_key(&c, key_len, key);
	hmac_sha256_update(&c, strlen(text), (const uint8_t *)text);
	hmac_sha256_digest(&c, SHA256_DIGEST_SIZE, out);
	explicit_bzero(&c, sizeof(c));
}

/* 20261128T153000Z */
static void write_time(int64_t ms, char *out)
{
	char at[25];

	clock_format(ms, at);
	for (const char *s = at; *s && *s != '.'; s++)
		if (*s != '-' && *s != ':')
			*out++ = *s;
	*out++ = 'Z';
	*out = '\0';
}

/* The key of a day, region and service; `text` signed with it, in hex. */
static void sign_text(struct arena *a, const struct sigv4_key *key, const char *date, const char *text, char *out)
{
	const char *first = arena_printf(a, "AWS4%s", key->secret);
	const char *const parts[] = { date, key->region, key->service, "aws4_request", text };
	uint8_t made[SHA256_DIGEST_SIZE];

	hmac((const uint8_t *)first, strlen(first), parts[0], made);
	for (size_t i = 1; i < ARRAY_LEN(parts); i++)
		hmac(made, sizeof(made), parts[i], made);
	write_hex(made, out);
}

/* The host as the Host header has it: without the port that the scheme has anyway. */
static const char *host_of(struct arena *a, const struct url *u)
{
	const char *host = arena_copyn(a, u->host.at, u->host.len);
	int usual = url_has_scheme(u, "https") ? 443 : 80;

	return u->port < 0 || u->port == usual ? host : arena_printf(a, "%s:%d", host, u->port);
}

static void set_headers(struct arena *a, struct call *c, const char *time, const char *hash, const char *authorization)
{
	struct header *at = ARENA_ARRAY(a, struct header, 3);

	at[0] = (struct header){ "X-Amz-Date", time };
	at[1] = (struct header){ "X-Amz-Content-Sha256", hash };
	at[2] = (struct header){ "Authorization", authorization };
	c->headers = at;
	c->header_count = 3;
}

err_t sigv4_sign(struct arena *a, const struct sigv4_key *key, int64_t now_ms, struct call *c)
{
	char *time = arena_alloc(a, sizeof("20261128T153000Z")), *body = arena_alloc(a, HEX_SIZE);
	char request[HEX_SIZE], signature[HEX_SIZE];
	const char *date, *scope, *text;
	struct url u;

	if (!url_parse(c->url, strlen(c->url), &u) || !url_is_web(&u) || u.query.at)
		return err_set(ERR_CALL_INPUT, "not the URL of an object");
	write_time(now_ms, time);
	date = arena_copyn(a, time, DATE_LEN);
	scope = arena_printf(a, "%s/%s/%s/aws4_request", date, key->region, key->service);
	hash_hex(c->body, c->body_len, body);
	text = arena_printf(a, "%s\n%.*s\n\nhost:%s\nx-amz-content-sha256:%s\nx-amz-date:%s\n\n" SIGNED "\n%s",
			    c->method ? c->method : "GET", (int)u.path.len, u.path.at, host_of(a, &u), body, time,
			    body);
	hash_hex(text, strlen(text), request);
	sign_text(a, key, date, arena_printf(a, ALGORITHM "\n%s\n%s\n%s", time, scope, request), signature);
	set_headers(a, c, time, body,
		    arena_printf(a, ALGORITHM " Credential=%s/%s, SignedHeaders=" SIGNED ", Signature=%s", key->id,
				 scope, signature));
	return OK;
}
