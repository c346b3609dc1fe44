#include "http/request.h"

#include <nettle/sha1.h>
#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/text.h"
#include "http/compress.h"
#include "base/banned.h"

#define BODY_MAX MIB(256)	/* of an answer; what is larger is our mistake */
#define WORTH_CODING 1024	/* bytes; contract, http-conventions.md section 3 */
/* All headers of an answer must fit beside those of the request in the memory of a connection (server.c). */
#define HEADER_MAX KIB(8)
#define LINK_MAX KIB(2)
#define OUR_HEADERS 8	/* places that reply_finish() needs */

static const char JSON_TYPE[] = "application/json; charset=utf-8";
static const char TEXT_TYPE[] = "text/plain; charset=utf-8";

/* -- beginning an answer -- */

static void body_start(struct reply *r)
{
	if (r->body.max == 0)
		r->body.max = BODY_MAX;
	buffer_clear(&r->body);
}

struct json_out reply_json(struct request *rq, int status)
{
	struct json_out out;

	body_start(&rq->reply);
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
	body_start(&rq->reply);
	rq->reply.status = status;
	rq->reply.type = TEXT_TYPE;
	rq->reply.is_json = false;
	buffer_text(&rq->reply.body, text);
	return OK;
}

err_t reply_empty(struct request *rq, int status)
{
	if (status == 200)
		return reply_text(rq, status, "OK");
	if (status == 201)
		return reply_text(rq, status, "Created");
	body_start(&rq->reply);
	rq->reply.status = status;
	rq->reply.type = NULL;
	rq->reply.is_json = false;
	return OK;
}

static void add(struct request *rq, const char *name, const char *value)
{
	struct reply *r = &rq->reply;

	if (r->header_count < (int)ARRAY_LEN(r->headers))
		r->headers[r->header_count++] = (struct header){ name, value };
}

void reply_header(struct request *rq, const char *name, const char *value)
{
	size_t len = 0;

	while ((unsigned char)value[len] >= ' ' && value[len] != 0x7f)
		len++;
	if (value[len] || len > HEADER_MAX)
		log_error("a header too long or with a control character is left out: %s", name);
	else if (rq->reply.header_count >= (int)ARRAY_LEN(rq->reply.headers) - OUR_HEADERS)
		log_error("too many headers in an answer: %s is left out", name);
	else
		add(rq, name, arena_copy(rq->arena, value));
}

void reply_reset(struct request *rq)
{
	struct reply *r = &rq->reply;

	body_start(r);
	r->status = 0;
	r->type = NULL;
	r->header_count = 0;
	r->is_json = r->no_etag = r->no_store = r->coded = r->finished = false;
}

/* -- pages -- */

/* Joined by a comma where a name repeats; the second and later are not written again. */
static void write_value(struct buffer *to, const struct params *q, size_t first)
{
	const char *name = q->at[first].name;

	text_escape_form(to, q->at[first].value);
	for (size_t i = first + 1; i < q->count; i++)
		if (strcmp(q->at[i].name, name) == 0) {
			buffer_text(to, "%2C");
			text_escape_form(to, q->at[i].value);
		}
}

static bool seen_before(const struct params *q, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(q->at[i].name, q->at[at].name) == 0)
			return true;
	return false;
}

static void write_query(struct buffer *to, const struct params *q, int64_t page)
{
	char before = '?';
	bool written = false;

	for (size_t i = 0; i < q->count; i++) {
		if (seen_before(q, i))
			continue;
		buffer_char(to, before);
		before = '&';
		text_escape_form(to, q->at[i].name);
		buffer_char(to, '=');
		if (strcmp(q->at[i].name, "page") == 0) {
			buffer_int(to, page);
			written = true;
		} else {
			write_value(to, q, i);
		}
	}
	if (!written) {
		buffer_char(to, before);
		buffer_text(to, "page=");
		buffer_int(to, page);
	}
}

static void link_to(struct request *rq, int64_t page, const char *rel)
{
	const char *path = text_starts(rq->path, "/api/") ? rq->path + 4 : rq->path;
	struct buffer b;

	buffer_init(&b, LINK_MAX);
	buffer_char(&b, '<');
	buffer_text(&b, rq->origin);
	buffer_text(&b, path);
	write_query(&b, &rq->query, page);
	buffer_text(&b, ">; rel=\"");
	buffer_text(&b, rel);
	buffer_char(&b, '"');
	if (!b.full)		/* a search of that length goes without */
		reply_header(rq, "Link", buffer_str(&b));
	buffer_done(&b);
}

void reply_page(struct request *rq, int64_t total)
{
	int64_t last, number = rq->page.number;

	if (!rq->page.on)
		return;
	last = total > 0 ? (total - 1) / rq->page.size + 1 : 1;
	add(rq, "Total-Number", arena_printf(rq->arena, "%lld", (long long)total));
	link_to(rq, 1, "first");
	if (number > 1)
		link_to(rq, number - 1, "prev");
	link_to(rq, last, "last");
	if (number < last)
		link_to(rq, number + 1, "next");
}

static void drop_page(struct reply *r)
{
	int n = 0;

	for (int i = 0; i < r->header_count; i++)
		if (strcmp(r->headers[i].name, "Link") != 0 && strcmp(r->headers[i].name, "Total-Number") != 0)
			r->headers[n++] = r->headers[i];
	r->header_count = n;
}

/* -- errors -- */

static const char *fault_arg(const char *key)
{
	const struct fault *f = err_fault();

	for (int i = 0; i < f->arg_count; i++)
		if (strcmp(f->args[i].key, key) == 0)
			return f->args[i].value;
	return NULL;
}

/* NULL when nobody filled it. */
static const char *filling(const struct request *rq, err_t e, const char *key)
{
	const char *value;

	if (e == rq->body_error && strcmp(key, "reason") == 0 && rq->body_reason)
		return rq->body_reason;		/* found when the body was read; other faults may have come since */
	value = fault_arg(key);
	if (!value && e == ERR_INPUT && strcmp(key, "part") == 0)
		return "body";
	return value;
}

/* The message with its {names} filled. */
static const char *message_of(const struct request *rq, err_t e)
{
	const char *at = err_row(e)->message, *open, *close, *value;
	const char *text;
	struct buffer b;
	char key[32];

	if (!strchr(at, '{'))
		return at;
	buffer_init(&b, KIB(4));
	while ((open = strchr(at, '{')) && (close = strchr(open, '}'))) {
		size_t len = (size_t)(close - open - 1);

		buffer_add(&b, at, (size_t)(open - at));
		if (len < sizeof(key)) {
			memcpy(key, open + 1, len);
			key[len] = '\0';
			value = filling(rq, e, key);
			buffer_text(&b, value ? value : "");
		}
		at = close + 1;
	}
	buffer_text(&b, at);
	text = arena_copy(rq->arena, buffer_str(&b));
	buffer_done(&b);
	return text;
}

static bool is_below(const char *path, const char *mount)
{
	size_t len = strlen(mount);

	return strncmp(path, mount, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static bool is_oauth(const struct request *rq)
{
	return rq->route ? rq->route->auth == OAUTH : is_below(rq->path, "/oidc");
}

/* These two never tell more (oidc.md section 1.2); a reason would help who guesses. */
static const char *describe(const char *error)
{
	if (strcmp(error, "invalid_grant") == 0)
		return "grant request is invalid";
	if (strcmp(error, "invalid_client") == 0 && !fault_arg("description"))
		return "client authentication failed";
	if (strcmp(error, "server_error") == 0)
		return "the server failed; try again";
	return fault_arg("description");
}

/* RFC 6749 section 5.2; the peer's `code` and `message` stand before (oidc.md section 1.2). */
static void write_oauth(struct request *rq, struct json_out *j, const char *code, const char *message)
{
	const char *error = code + strlen("oidc.");
	const char *description = describe(error), *scope = fault_arg("scope");
	const char *decorate = query_arg(rq, "parse_error");

	if (!decorate || strcmp(decorate, "false") != 0) {
		json_key_text(j, "code", code);
		json_key_text(j, "message", message);
	}
	if (strcmp(error, "invalid_grant") == 0)
		json_key_text(j, "error_uri", "https://openid.sh/debug/invalid_grant");
	json_key_text(j, "error", error);
	if (description && *description)
		json_key_text(j, "error_description", description);
	if (scope && *scope)
		json_key_text(j, "scope", scope);
}

static void write_plain(const struct request *rq, struct json_out *j, err_t e, const char *message)
{
	const struct fault *f = err_fault();
	const char *code = err_row(e)->code;
	const char *data = f->data, *details = f->details;

	if (e == rq->body_error) {	/* found when the body was read; the fault may tell of another since */
		data = e == ERR_INPUT ? "{}" : NULL;
		details = NULL;
	}
	if (code) {
		json_key_text(j, "code", code);
		if (data) {
			json_key(j, "data");
			json_raw(j, data, strlen(data));
		}
		if (details)
			json_key_text(j, "details", details);
	}
	json_key_text(j, "message", message);
}

void reply_error(struct request *rq, err_t e)
{
	const struct err_row *row;
	struct json_out j;
	int status;

	if (is_oauth(rq) && !err_row(e)->code && err_row(e)->status == 500)
		e = ERR_OAUTH_SERVER;
	row = err_row(e);
	status = err_fault()->status ? err_fault()->status : row->status;
	drop_page(&rq->reply);
	rq->reply.finished = false;
	if (e == ERR_ROUTE_NOT_FOUND || e == ERR_TENANT_NOT_FOUND) {
		reply_text(rq, status, row->message);
		return;
	}
	j = reply_json(rq, status);
	json_open(&j);
	if (is_oauth(rq) && row->code && text_starts(row->code, "oidc."))
		write_oauth(rq, &j, row->code, message_of(rq, e));
	else
		write_plain(rq, &j, e, message_of(rq, e));
	json_close(&j);
	if (status == 503)
		add(rq, "Retry-After", "1");
}

/* -- finishing -- */

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
		if (is_below(rq->path, data[i])) {
			set_fixed(&rq->reply, api_headers, ARRAY_LEN(api_headers));
			return;
		}
	if (is_below(rq->path, "/console") || is_below(rq->path, "/account"))
		set_fixed(&rq->reply, page_headers, ARRAY_LEN(page_headers));
	else
		set_fixed(&rq->reply, sign_in_headers, ARRAY_LEN(sign_in_headers));
}

static void share(struct request *rq, bool in_api, bool in_oidc)
{
	struct reply *r = &rq->reply;
	bool preflight = rq->method == OPTIONS && r->status == 204;

	add(rq, "Vary", in_api || (in_oidc && (r->cors_origin || r->cors_exposed)) ? "Accept-Encoding, Origin" : "Accept-Encoding");
	if (r->cors_origin)
		reply_header(rq, "Access-Control-Allow-Origin", r->cors_origin);
	if ((r->cors_origin || r->cors_exposed) && !preflight)
		add(rq, "Access-Control-Expose-Headers", in_oidc ? "WWW-Authenticate" : "*");
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
	add(rq, "ETag", etag);
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
		add(rq, "Content-Encoding", coding_name(c));
}

void reply_finish(struct request *rq)
{
	struct reply *r = &rq->reply;
	bool in_api = is_below(rq->path, "/api"), in_oidc = is_below(rq->path, "/oidc");

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
		add(rq, "Cache-Control", "no-store");
	tag(rq, in_api, in_oidc);
	compress_body(rq);
	/* The peer answers HEAD on an unknown path or method without a type; JSON keeps its own. */
	if (rq->method == HEAD && !r->is_json && r->status >= 400) {
		r->type = NULL;
		buffer_clear(&r->body);
	}
	add(rq, "Logto-Core-Request-Id", rq->id);
}
