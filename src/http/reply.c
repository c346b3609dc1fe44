/* Begins an answer: status, type, the first bytes of the body, headers. */
#include "http/reply.h"

#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/banned.h"

/* All headers of an answer must fit beside those of the request in the memory of a connection (server.c). */
#define HEADER_MAX KIB(8)
#define HEADERS_MAX KIB(12)
#define OUR_HEADERS 8	/* places that reply_finish() needs */

static const char JSON_TYPE[] = "application/json; charset=utf-8";
static const char HTML_TYPE[] = "text/html; charset=utf-8";
static const char TEXT_TYPE[] = "text/plain; charset=utf-8";

/* -- beginning an answer -- */

static size_t body_most = MIB(256);	/* of an answer; reply_limit() */

void reply_limit(size_t most)
{
	body_most = most;
}

/* Empties the body for a new answer; gives back what did not fit, so that there is room to say so. */
static void body_start(struct request *rq)
{
	struct reply *r = &rq->reply;

	if (r->body.full)
		buffer_done(&r->body);
	buffer_clear(&r->body);
	r->body.max = body_most;
	r->body.charge = &rq->charge;
	r->borrowed = (struct slice){0};
}

err_t reply_check(const struct request *rq)
{
	const struct reply *r = &rq->reply;

	if (!r->body.full)
		return OK;
	if (rq->charge.refused)
		return err_set(ERR_MEMORY, "the answer has no room within the setting %s", rq->charge.refused);
	return err_set(ERR_ANSWER_TOO_LARGE, "the answer has more than %zu bytes", r->body.max);
}

struct json_out reply_json(struct request *rq, int status)
{
	struct json_out out;

	body_start(rq);
	rq->reply.status = status;
	rq->reply.type = JSON_TYPE;
	rq->reply.is_json = true;
	if (!rq->reply.body.data)
		buffer_reserve(&rq->reply.body, 1000);
	json_out_init(&out, &rq->reply.body);
	return out;
}

err_t reply_text(struct request *rq, int status, const char *text)
{
	body_start(rq);
	rq->reply.status = status;
	rq->reply.type = TEXT_TYPE;
	rq->reply.is_json = false;
	buffer_text(&rq->reply.body, text);
	return OK;
}

struct buffer *reply_html(struct request *rq, int status)
{
	body_start(rq);
	rq->reply.status = status;
	rq->reply.type = HTML_TYPE;
	rq->reply.is_json = false;
	return &rq->reply.body;
}

err_t reply_empty(struct request *rq, int status)
{
	if (status == 200)
		return reply_text(rq, status, "OK");
	if (status == 201)
		return reply_text(rq, status, "Created");
	body_start(rq);
	rq->reply.status = status;
	rq->reply.type = NULL;
	rq->reply.is_json = false;
	return OK;
}

void reply__add(struct request *rq, const char *name, const char *value)
{
	struct reply *r = &rq->reply;

	if (r->header_count < (int)ARRAY_LEN(r->headers))
		r->headers[r->header_count++] = (struct header){ name, value };
}

bool reply_header_fits(const char *value)
{
	size_t len = 0;

	while ((unsigned char)value[len] >= ' ' && value[len] != 0x7f)
		len++;
	return !value[len] && len <= HEADER_MAX;
}

err_t reply_header(struct request *rq, const char *name, const char *value)
{
	struct reply *r = &rq->reply;
	size_t len = strlen(name) + strlen(value) + strlen(": \r\n");

	if (!reply_header_fits(value))
		return err_set(ERR_INTERNAL, "a header is too long or holds a control character: %s", name);
	if (r->header_bytes + len > HEADERS_MAX || r->header_count >= (int)ARRAY_LEN(r->headers) - OUR_HEADERS)
		return err_set(ERR_INTERNAL, "the headers of the answer are too many: no room for %s", name);
	r->header_bytes += len;
	reply__add(rq, name, arena_copy(rq->arena, value));
	return OK;
}

void reply_reset(struct request *rq)
{
	struct reply *r = &rq->reply;

	body_start(rq);
	r->status = 0;
	r->type = NULL;
	r->header_count = 0;
	r->header_bytes = 0;
	r->is_json = r->no_etag = r->no_store = r->by_accept = r->coded = r->finished = false;
}
