/* The end of every answer: headers by path, ETag and 304, compression, HEAD. */
#include "http/reply.h"

#include <nettle/sha1.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "http/compress.h"
#include "base/banned.h"

#define WORTH_CODING 1024	/* bytes; contract, http-conventions.md section 3 */

/* http-conventions.md section 10 */
#define EVERYWHERE \
	{ "Strict-Transport-Security", "max-age=15552000; includeSubDomains" }, { "X-Content-Type-Options", "nosniff" }, \
	{ "X-Download-Options", "noopen" }, { "X-Permitted-Cross-Domain-Policies", "none" }, { "X-XSS-Protection", "0" }, \
	{ "Referrer-Policy", "strict-origin-when-cross-origin" }, { "Origin-Agent-Cluster", "?1" }
#define SAME_ORIGIN { "Cross-Origin-Resource-Policy", "same-origin" }
#define FRAMES { "X-Frame-Options", "SAMEORIGIN" }

static const struct header api_headers[] = { EVERYWHERE, FRAMES, SAME_ORIGIN };
/* Pages add their Content-Security-Policy, which knows about frames, themselves. */
static const struct header page_headers[] = { EVERYWHERE, SAME_ORIGIN };
static const struct header sign_in_headers[] = { EVERYWHERE, { "Cross-Origin-Resource-Policy", "cross-origin" } };

static void set_fixed(struct reply *r, const struct header *headers, size_t count)
{
	r->fixed = headers;
	r->fixed_count = (int)count;
}

static void secure(struct request *rq)
{
	static const char *const data[] = { "/api", "/oidc", "/.well-known", "/me", "/demo-app", "/device-demo-app" };

	for (size_t i = 0; i < ARRAY_LEN(data); i++)
		if (reply__is_below(rq->path, data[i])) {
			set_fixed(&rq->reply, api_headers, ARRAY_LEN(api_headers));
			return;
		}
	if (reply__is_below(rq->path, "/console") || reply__is_below(rq->path, "/account"))
		set_fixed(&rq->reply, page_headers, ARRAY_LEN(page_headers));
	else
		set_fixed(&rq->reply, sign_in_headers, ARRAY_LEN(sign_in_headers));
}

static void share(struct request *rq, bool in_api, bool in_oidc)
{
	struct reply *r = &rq->reply;
	bool preflight = rq->method == OPTIONS && r->status == 204;

	reply__add(rq, "Vary", in_api || (in_oidc && (r->cors_origin || r->cors_exposed)) ? "Accept-Encoding, Origin" : "Accept-Encoding");
	if (r->cors_origin)
		reply_header(rq, "Access-Control-Allow-Origin", r->cors_origin);
	if ((r->cors_origin || r->cors_exposed) && !preflight)
		reply__add(rq, "Access-Control-Expose-Headers", in_oidc ? "WWW-Authenticate" : "*");
}

static char *make_etag(struct arena *a, const struct buffer *body)
{
	struct sha1_ctx ctx;
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct buffer text;
	char *tag;

	sha1_init(&ctx);
	sha1_update(&ctx, body->len, (const uint8_t *)body->data);
	sha1_digest(&ctx, sizeof(digest), digest);
	buffer_init(&text, 64);
	text_base64(&text, digest, sizeof(digest));
	tag = arena_printf(a, "\"%zx-%.27s\"", body->len, buffer_str(&text));
	buffer_done(&text);
	return tag;
}

static bool has_directive(const char *header, const char *name)
{
	size_t len = strlen(name), n;

	for (const char *at = header; at && *at; at += n + (at[n] == ',')) {
		at += strspn(at, " \t");
		n = strcspn(at, ",");
		if (strncasecmp(at, name, len) == 0 && strspn(at + len, " \t") == n - len)
			return true;
	}
	return false;
}

/* RFC 9110 section 13.1.2, weak comparison: a W/ before either does not count. */
static bool matches(const char *list, const char *tag)
{
	size_t len = strlen(tag), n;

	for (const char *at = list; *at; at += n + (at[n] == ',')) {
		at += strspn(at, " \t");
		n = strcspn(at, ",");
		if (*at == '*')
			return true;
		if (strncmp(at, "W/", 2) == 0) {
			at += 2;
			n -= 2;
		}
		if (strncmp(at, tag, len) == 0 && strspn(at + len, " \t") + len == n)
			return true;
	}
	return false;
}

/* The bytes stay: they are not sent, but their length is what Content-Length must say (RFC 9110 section 8.6). */
static void not_modified(struct reply *r)
{
	r->status = 304;
	r->type = NULL;
	r->is_json = false;
}

static void tag(struct request *rq, bool in_api, bool in_oidc)
{
	struct reply *r = &rq->reply;
	const char *asked;
	char *etag;

	if (rq->method != GET || r->no_etag || r->body.len == 0)
		return;
	if (!(in_api && r->status == 200 && r->is_json) && !(in_oidc && r->status / 100 == 2))
		return;
	etag = make_etag(rq->arena, &r->body);
	reply__add(rq, "ETag", etag);
	/* beside a date the peer answers in full, which is always allowed (RFC 9110 section 13.2.2) */
	asked = request_header(rq, "If-Modified-Since") ? NULL : request_header(rq, "If-None-Match");
	if (asked && matches(asked, etag) && !has_directive(request_header(rq, "Cache-Control"), "no-cache"))
		not_modified(r);
}

static bool has_header(const struct reply *r, const char *name)
{
	for (int i = 0; i < r->header_count; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return true;
	return false;
}

static bool is_codable(const char *type)
{
	return type && (text_starts(type, "text/") || text_starts(type, "application/json") || strstr(type, "+json") ||
			text_starts(type, "application/javascript") || text_starts(type, "image/svg"));
}

static void compress_body(struct request *rq)
{
	struct reply *r = &rq->reply;
	enum coding c;

	if (rq->method == HEAD || r->body.len < WORTH_CODING || !is_codable(r->type) || has_header(r, "Content-Encoding"))
		return;
	c = coding_choose(request_header(rq, "Accept-Encoding"));
	r->coded = coding_apply(c, &r->body);
	if (r->coded)
		reply__add(rq, "Content-Encoding", coding_name(c));
}

void reply_finish(struct request *rq)
{
	struct reply *r = &rq->reply;
	bool in_api = reply__is_below(rq->path, "/api"), in_oidc = reply__is_below(rq->path, "/oidc");

	if (r->finished)
		return;
	if (r->status == 0 || r->body.full) {
		log_error("no answer was made, or one beyond all bounds: %s %s", rq->method_text, rq->path);
		err_clear();
		reply_error(rq, ERR_INTERNAL);
	}
	r->finished = true;
	secure(rq);
	share(rq, in_api, in_oidc);
	if (r->no_store)
		reply__add(rq, "Cache-Control", "no-store");
	tag(rq, in_api, in_oidc);
	compress_body(rq);
	/* The peer answers HEAD on an unknown path or method without a type; JSON keeps its own. */
	if (rq->method == HEAD && !r->is_json && r->status >= 400) {
		r->type = NULL;
		buffer_clear(&r->body);
	}
	reply__add(rq, "Logto-Core-Request-Id", rq->id);
}
