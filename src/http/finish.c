/* The end of every answer: headers of its mount, ETag and 304, compression, HEAD. */
#include "http/reply.h"

#include <nettle/sha1.h>
#include <string.h>

#include "base/log.h"
#include "base/base64.h"
#include "base/text.h"
#include "http/compress.h"
#include "http/etag.h"
#include "http/mount.h"
#include "base/banned.h"

#define WORTH_CODING 1024	/* bytes; contract, http-conventions.md section 3 */

/* What of a request decides about its answer: Vary. */
static const char *varies_by(const struct request *rq, bool shared)
{
	static const char *const lists[2][2] = {
		{ "Accept-Encoding", "Accept-Encoding, Origin" },
		{ "Accept, Accept-Encoding", "Accept, Accept-Encoding, Origin" },
	};

	return lists[rq->reply.by_accept][rq->mount->varies || shared];
}

/* Adds Vary, and the headers by which browsers let pages of other origins read the answer. */
static void add_cors_headers(struct request *rq)
{
	struct reply *r = &rq->reply;
	const struct mount *m = rq->mount;
	bool shared = r->cors_origin || r->cors_exposed;
	bool preflight = rq->method == OPTIONS && r->status == 204;

	reply__add(rq, "Vary", varies_by(rq, shared));
	if (r->cors_origin && reply_header(rq, "Access-Control-Allow-Origin", r->cors_origin))
		err_clear();	/* no browser sends an origin of that length; without the header no page reads on */
	if (shared && !preflight && m->exposed_headers)
		reply__add(rq, "Access-Control-Expose-Headers", m->exposed_headers);
}

static void add_page_policy(struct request *rq)
{
	if (rq->mount->policy && rq->reply.type && text_has_prefix(rq->reply.type, "text/html"))
		reply__add(rq, "Content-Security-Policy", rq->mount->policy);
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

/* Whether the mount wants an ETag on this answer. */
static bool is_tagged(const struct request *rq)
{
	const struct reply *r = &rq->reply;

	if (rq->method != GET || r->no_etag || r->body.len == 0)
		return false;
	switch (rq->mount->tagged) {
	case TAGGED_JSON_200:
		return r->status == 200 && r->is_json;
	case TAGGED_SUCCESS:
		return r->status / 100 == 2;
	default:
		return false;
	}
}

static void add_etag(struct request *rq)
{
	char *etag;

	if (!is_tagged(rq))
		return;
	etag = make_etag(rq->arena, &rq->reply.body);
	reply__add(rq, "ETag", etag);
	if (etag_is_current(rq, etag))
		rq->reply.status = 304;
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
	return type &&
	       (text_has_prefix(type, "text/") || text_has_prefix(type, "application/json") || strstr(type, "+json") ||
		text_has_prefix(type, "application/javascript") || text_has_prefix(type, "image/svg"));
}

static void compress_body(struct request *rq)
{
	struct reply *r = &rq->reply;
	enum coding c;

	if (rq->method == HEAD || r->body.len < WORTH_CODING || !is_codable(r->type) ||
	    has_header(r, "Content-Encoding"))
		return;
	c = coding_choose(request_header(rq, "Accept-Encoding"));
	r->coded = coding_apply(c, &r->body);
	if (r->coded && r->status != 304)
		reply__add(rq, "Content-Encoding", coding_name(c));
}

/*
 * Takes from a 304 what it does not have. The body is not sent, but stays: Content-Length, which libmicrohttpd always
 * adds, must be that of the 200 as it would have been sent, compressed (RFC 9110 section 8.6).
 */
static void strip_not_modified(struct reply *r)
{
	if (r->status != 304)
		return;
	r->type = NULL;
	r->is_json = false;
	r->coded = false;
}

void reply_finish(struct request *rq)
{
	struct reply *r = &rq->reply;

	if (r->finished)
		return;
	if (r->status == 0) {
		log_request(rq->id);
		log_error("no answer was made: %s %.200s", rq->method_text, rq->path);
		log_request(NULL);
		err_clear();
		reply_error(rq, ERR_INTERNAL);
	} else if (r->body.full) {
		reply_error(rq, reply_check(rq));
	}
	r->finished = true;
	add_cors_headers(rq);
	add_page_policy(rq);
	if (r->no_store)
		reply__add(rq, "Cache-Control", "no-store");
	add_etag(rq);
	compress_body(rq);
	strip_not_modified(r);
	/* The peer answers HEAD on an unknown path or method without a type; JSON keeps its own. */
	if (rq->method == HEAD && !r->is_json && r->status >= 400) {
		r->type = NULL;
		buffer_clear(&r->body);
	}
}
