/* Finds a file of the program and answers with it. */
#include "http/asset.h"

#include <stdlib.h>
#include <string.h>

#include "http/compress.h"
#include "http/etag.h"
#include "base/banned.h"

static int by_path(const void *path, const void *asset)
{
	return strcmp(path, ((const struct asset *)asset)->path);
}

const struct asset *asset_find(const struct assets *all, const char *path)
{
	return bsearch(path, all->at, all->count, sizeof(all->at[0]), by_path);
}

/* The bytes to send, in the coding `*c` if the file has that form; otherwise plain, and `*c` is set to that. */
static struct slice choose(const struct asset *a, enum coding *c)
{
	if (*c == CODING_BR && a->brotli.at)
		return a->brotli;
	if (*c == CODING_GZIP && a->gzip.at)
		return a->gzip;
	*c = CODING_NONE;
	return a->plain;
}

static const char *tag_of(struct arena *arena, const struct asset *a, enum coding c)
{
	return arena_printf(arena, "\"%s%s%s\"", a->etag, c ? "-" : "", c ? coding_name(c) : "");
}

static void begin(struct request *rq, const struct asset *a, struct slice bytes)
{
	reply_text(rq, 200, "");
	rq->reply.type = a->type;
	rq->reply.borrowed = bytes;
	rq->reply.no_etag = true; /* reply_asset() sets one */
}

err_t reply_asset(struct request *rq, const struct asset *a)
{
	enum coding c = coding_choose(request_header(rq, "Accept-Encoding"));
	struct slice bytes = choose(a, &c);
	const char *tag = tag_of(rq->arena, a, c);
	err_t e;

	begin(rq, a, bytes);
	e = reply_header(rq, "ETag", tag);
	if (!e)
		e = reply_header(rq, "Cache-Control",
				 a->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	if (!e && c)
		e = reply_header(rq, "Content-Encoding", coding_name(c));
	if (!e && etag_is_current(rq, tag)) {
		rq->reply.status = 304;
		rq->reply.type = NULL;
	}
	return e;
}
