/* The head of a request, from libmicrohttpd into the request. */
#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/text.h"
#include "base/url.h"
#include "http/forwarded.h"
#include "http/mount.h"
#include "http/strict.h"
#include "base/banned.h"

#define HEAD_MAX KIB(16)	/* request line and headers; contract, http-conventions.md section 1 */
#define ORIGIN_MAX 320	/* scheme, a host as DNS has them, port; a longer one is looked at by nobody */

/*
 * libmicrohttpd up to 0.9.76 silently cuts a header line at a NUL and accepts a bare LF as its end. But it parses in
 * place and writes one NUL for each byte of a line end: so in a correct head its strings lie one behind the other, two
 * bytes between a value and the next name, and together are as long as the head that it counted. take_headers() checks
 * that and refuses any other head. Later versions refuse by themselves.
 */
bool exchange_is_lenient(const char *version)
{
	return text_has_prefix(version, "0.9.") && strtol(version + 4, NULL, 10) < 77;
}

struct head {
	struct exchange *x;
	const char *expect;	/* where the next name lies, NULL: not watched */
	bool broken;
	int hosts, lengths, codings;
	const char *host, *length, *coding;
};

#define IS(name, literal) \
	((name).len == sizeof(literal) - 1 && strncasecmp((name).at, literal, sizeof(literal) - 1) == 0)

/* Whether libmicrohttpd itself looks up a header of this name. */
static bool is_special(struct slice name)
{
	return IS(name, "Host") || IS(name, "Content-Length") || IS(name, "Transfer-Encoding") ||
	       IS(name, "Connection") || IS(name, "Expect") || IS(name, "Upgrade");
}

static bool is_length(struct slice value)
{
	char copy[32];
	uint64_t n;

	if (value.len >= sizeof(copy))
		return false;
	memcpy(copy, value.at, value.len);
	copy[value.len] = '\0';
	return strict_length(copy, &n);
}

bool exchange_take_line(struct MHD_Connection *mhd, struct slice name, struct slice value)
{
	struct connection *con = connection_of(mhd);
	struct exchange *x = con ? con->begun : NULL;
	uintptr_t from = x ? (uintptr_t)x->uri : 0;
	struct head_line line;

	if (!x || x->stage != STAGE_HEAD)
		return false;
	line.name = (uint16_t)((uintptr_t)name.at - from);
	line.name_len = (uint16_t)name.len;
	line.value = (uint16_t)((uintptr_t)value.at - from);
	line.value_len = (uint16_t)value.len;
	if (from + line.name != (uintptr_t)name.at || from + line.value != (uintptr_t)value.at)
		x->body.full = true;	/* a line that was folded is put together elsewhere */
	buffer_add(&x->body, &line, sizeof(line));
	/* A length that is not one is refused by take_length(); libmicrohttpd would answer too, and we both. */
	return !is_special(name) || (IS(name, "Content-Length") && !is_length(value));
}

/* Notes a header that decides whether the head is well-formed. */
static void note(struct head *h, struct slice name, const char *value)
{
	if (IS(name, "Host")) {
		h->hosts++;
		h->host = value;
	} else if (IS(name, "Content-Length")) {
		h->lengths++;
		h->length = value;
	} else if (IS(name, "Transfer-Encoding")) {
		h->codings++;
		h->coding = value;
	} else if (IS(name, "Origin")) {
		h->broken |= strlen(value) > ORIGIN_MAX;
	}
}

/* Copies one header into the request; ends the loop over the headers when one is malformed. */
static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
				   const char *value, size_t value_len)
{
	struct head *h = cls;
	struct request *rq = &h->x->rq;
	struct header *at = &rq->headers[rq->header_count++];
	size_t sent = value_len;
	char *copy;

	(void)kind;
	if (!value) {
		value = "";
		value_len = sent = 0;
		h->broken = true;
	}
	if (h->expect) {
		if (name != h->expect || value < name + name_len + 1)
			h->broken = true;
		h->expect = value + value_len + 2;
	}
	if (!strict_header_name(name, name_len) || !strict_header_value(value, value_len))
		h->broken = true;
	while (value_len && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t'))
		value_len--;
	copy = arena_alloc(rq->arena, name_len + value_len + 2);
	memcpy(copy, name, name_len);
	copy[name_len] = '\0';
	memcpy(copy + name_len + 1, value, value_len);
	copy[name_len + 1 + value_len] = '\0';
	*at = (struct header){ copy, copy + name_len + 1 };
	note(h, (struct slice){ name, name_len }, at->value);
	if (!is_special((struct slice){ name, name_len }))
		exchange_wipe_read(value, sent);
	return h->broken ? MHD_NO : MHD_YES;
}

/* Where the first header begins. NULL: the request line is not method, blank, target, blank, version, CR LF. */
static const char *after_request_line(const struct exchange *x, const char *method, const char *version)
{
	if (x->uri != method + strlen(method) + 1 || version != x->uri + x->uri_len + 1)
		return NULL;
	return version + strlen(version) + 2;
}

/* Copies all headers: those that exchange_take_line() saw, or else those that libmicrohttpd keeps. */
static void copy_headers(struct exchange *x, struct head *h)
{
	size_t lines = x->body.len / sizeof(struct head_line);
	int count = lines ? (int)lines : MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, NULL, NULL);
	struct head_line l;

	h->broken = x->body.full;
	x->rq.headers = ARENA_ARRAY(x->rq.arena, struct header, (size_t)(count > 0 ? count : 0) + 1);
	if (lines == 0)
		MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, take_header, h);
	for (size_t i = 0; i < lines && !h->broken; i++) {
		memcpy(&l, x->body.data + i * sizeof(l), sizeof(l));
		take_header(h, MHD_HEADER_KIND, x->uri + l.name, l.name_len, x->uri + l.value, l.value_len);
	}
	buffer_clear(&x->body);
}

/* Reads all headers. False: one is malformed, or the head is not as long as its parts (exchange_is_lenient()). */
static bool take_headers(struct exchange *x, const char *method, const char *version, struct head *h)
{
	bool watched = x->server->lenient;
	size_t size = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;

	*h = (struct head){ .x = x };
	if (watched) {
		h->expect = after_request_line(x, method, version);
		if (!h->expect)
			return false;
	}
	copy_headers(x, h);
	if (watched && !h->broken && h->expect + 2 != method + size)
		h->broken = true;
	return !h->broken;
}

/*
 * Reads the length of the body, which must be said in one way only (RFC 9112 section 6): otherwise a proxy could see
 * the next request begin at another place. Returns 0, or the status to refuse it with.
 */
static unsigned take_length(struct exchange *x, const struct head *h, bool v11)
{
	bool ok;

	if (h->lengths > 1 || h->codings > 1 || (h->lengths && h->codings))
		return MHD_HTTP_BAD_REQUEST;
	if (h->codings) {
		x->expected = UINT64_MAX;
		ok = v11 && strcasecmp(h->coding, "chunked") == 0;
	} else {
		ok = h->lengths == 0 || strict_length(h->length, &x->expected);
		if (!ok && *h->length && h->length[strspn(h->length, "0123456789")] == '\0')
			return MHD_HTTP_CONTENT_TOO_LARGE;
	}
	return ok ? 0 : MHD_HTTP_BAD_REQUEST;
}

/* The origin of a host that strict_host() accepts; an empty host gives only the scheme. */
static const char *make_origin(struct arena *a, bool secure, const char *host)
{
	static const struct slice http = { "http", 4 }, https = { "https", 5 };
	struct url u;

	if (!url_parse_host(host, strlen(host), &u))
		return secure ? "https://" : "http://";
	u.scheme = secure ? https : http;
	return url_origin(a, &u);
}

/* Splits the target into path and query; an absolute one sets `*host` too. False: it is malformed. */
static bool take_target(struct request *rq, const char **host)
{
	struct slice named, path;
	const char *mark;

	if (!strict_target(rq->target, strlen(rq->target)))
		return false;
	if (strcmp(rq->target, "*") == 0 && rq->method == OPTIONS) {
		rq->path = rq->target;
		return true;
	}
	if (!strict_split_target(rq->target, &named, &path))
		return false;
	if (named.len) {	/* RFC 9112 section 3.2.2: then Host does not count */
		if (!strict_host(named.at, named.len))
			return false;
		*host = arena_copyn(rq->arena, named.at, named.len);
		rq->target = path.at[0] == '/' ? path.at : arena_printf(rq->arena, "/%s", path.at);
	}
	mark = strchr(rq->target, '?');
	rq->path = mark ? arena_copyn(rq->arena, rq->target, (size_t)(mark - rq->target)) : rq->target;
	rq->query_text = mark ? mark + 1 : "";
	return true;
}

unsigned exchange_take_head(struct exchange *x, const char *method, const char *version)
{
	struct request *rq = &x->rq;
	bool v11 = strcmp(version, MHD_HTTP_VERSION_1_1) == 0;
	const char *host, *connection;
	struct head h;
	unsigned refused;

	if (!v11 && strcmp(version, MHD_HTTP_VERSION_1_0) != 0)
		return MHD_HTTP_BAD_REQUEST;
	if (MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size > HEAD_MAX)
		return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
	if (!strict_method(method, &rq->method) || !take_headers(x, method, version, &h))
		return MHD_HTTP_BAD_REQUEST;
	refused = take_length(x, &h, v11);
	if (refused)
		return refused;
	if (h.hosts > 1 || (h.hosts == 0 && v11) || (h.hosts && !strict_host(h.host, strlen(h.host))))
		return MHD_HTTP_BAD_REQUEST;
	host = h.hosts ? h.host : "";
	rq->query_text = "";
	if (!take_target(rq, &host))
		return MHD_HTTP_BAD_REQUEST;
	rq->mount = mount_find(rq->path);
	rq->method_text = arena_copy(rq->arena, method);
	rq->host = host;
	rq->remote = arena_copy(rq->arena, x->con->remote);
	rq->client = x->con->address;
	rq->secure = x->server->o.tls;
	if (x->server->o.proxies)
		forwarded_take(rq, x->server->o.proxies);
	rq->origin = make_origin(rq->arena, rq->secure, rq->host);
	params_parse(rq->arena, rq->query_text, strlen(rq->query_text), &rq->query);
	id_new(rq->id, 16, ALPHABET_URL);
	rq->owner = x;
	connection = request_header(rq, "Connection");
	/*
	 * libmicrohttpd takes a bare LF for the end of a line between chunks, and shows us none of these lines. So
	 * nothing may follow: what a proxy sees as part of this body would be a request here.
	 */
	x->close = !v11 || x->expected == UINT64_MAX || (connection && strcasecmp(connection, "close") == 0);
	return 0;
}
