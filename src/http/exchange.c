/* One request from its first byte to the end of its answer, as libmicrohttpd's callbacks see it. */
#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "http/forwarded.h"
#include "http/mount.h"
#include "http/strict.h"
#include "base/banned.h"

#define HEAD_MAX KIB(16)	/* request line and headers; contract, http-conventions.md section 1 */
#define ORIGIN_MAX 320	/* scheme, a host as DNS has them, port; a longer one is looked at by nobody */
#define LINES_MAX KIB(64)	/* of struct head_line; more than there can be in a head of HEAD_MAX */
#define SWALLOW_MAX MIB(8)	/* of an unread body, so that the answer arrives; then the connection is closed */
#define KEPT_MAX 128		/* exchanges kept for reuse */
#define CHUNK_MAX KIB(16)
#define KEPT_BUFFER KIB(64)	/* a larger buffer is not kept */

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

/* -- memory: exchanges are used again, with their arena and buffers -- */

static struct exchange *kept;
static int kept_count;
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static struct exchange *take_kept(void)
{
	struct exchange *x;

	pthread_mutex_lock(&kept_lock);
	x = kept;
	if (x) {
		kept = x->next;
		kept_count--;
	}
	pthread_mutex_unlock(&kept_lock);
	return x;
}

static void discard(struct exchange *x)
{
	arena_free(x->rq.arena);
	buffer_done(&x->rq.reply.body);
	buffer_done(&x->body);
	free(x);
}

static void keep(struct exchange *x)
{
	pthread_mutex_lock(&kept_lock);
	if (kept_count < KEPT_MAX) {
		x->next = kept;
		kept = x;
		kept_count++;
		x = NULL;
	}
	pthread_mutex_unlock(&kept_lock);
	if (x)
		discard(x);
}

void exchange_forget_free(void)
{
	struct exchange *x;

	while ((x = take_kept()))
		discard(x);
}

/* The buffer without its content; a large one is freed first. */
static struct buffer take_reusable(struct buffer *b)
{
	if (b->cap > KEPT_BUFFER)
		buffer_done(b);
	buffer_clear(b);
	return *b;
}

/* Sets all to zero but the memory that is used again. */
static void clear(struct exchange *x)
{
	struct buffer body = take_reusable(&x->body), reply = take_reusable(&x->rq.reply.body);
	struct arena *a = x->rq.arena;

	arena_reset(a);
	memset(x, 0, sizeof(*x));
	x->rq.arena = a;
	x->rq.reply.body = reply;
	x->body = body;
}

/* Ends the exchange: calls on_end(), and keeps the memory for another one. */
static void release(struct exchange *x)
{
	if (x->begun && x->on_end)
		x->on_end(&x->rq);
	json_decref(body_to_check(&x->rq));
	clear(x);
	keep(x);
}

static void unref(struct exchange *x)
{
	if (atomic_fetch_sub(&x->refs, 1) == 1)
		release(x);
}

static struct exchange *make(void)
{
	struct exchange *x = take_kept();

	if (x)
		return x;
	x = calloc(1, sizeof(*x));
	if (!x)
		log_fatal("out of memory: no room for a request");
	x->rq.arena = arena_new();
	return x;
}

static struct connection *connection_of(struct MHD_Connection *mhd)
{
	return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Sets the phase, whose deadline begins now. */
static void enter(struct connection *con, enum phase phase)
{
	atomic_store_explicit(&con->since_us, clock_monotonic_us(), memory_order_release);
	atomic_store_explicit(&con->phase, phase, memory_order_release);
}

/* Changes the phase. False: the sweeper has expired the connection meanwhile. */
static bool advance(struct connection *con, enum phase from, enum phase to)
{
	atomic_store_explicit(&con->since_us, clock_monotonic_us(), memory_order_release);
	return atomic_compare_exchange_strong(&con->phase, &from, to);
}

/*
 * Wipes the query in the target that libmicrohttpd reads next: it would keep a record of each parameter, and many
 * small ones use up the memory of the connection. Ours are made from a copy, params_parse().
 */
static void hide_query(const char *uri)
{
	const char *mark = strchr(uri, '?');

	if (mark)
		explicit_bzero((char *)(uintptr_t)(mark + 1), strlen(mark + 1));
}

void *exchange_new(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct connection *con = connection_of(mhd);
	struct exchange *x;

	if (!con)
		return NULL;
	x = con->begun = make();
	x->server = cls;
	x->con = con;
	x->mhd = mhd;
	x->on_end = x->server->o.on_end;
	x->uri = uri;
	x->uri_len = strlen(uri);
	x->rq.target = arena_copyn(x->rq.arena, uri, x->uri_len);
	hide_query(uri);
	x->body.max = LINES_MAX;
	atomic_init(&x->refs, 1);
	advance(con, PHASE_IDLE, PHASE_HEAD);
	return x;
}

/* -- the head -- */

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

/*
 * Wipes what was read, which may be a credential: libmicrohttpd wipes the memory of a connection between two requests,
 * but not when it frees it.
 */
static void wipe_read(const char *at, size_t len)
{
	explicit_bzero((char *)(uintptr_t)at, len);
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
		wipe_read(value, sent);
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

/* Fills the request from its head. Returns 0, or the status to refuse it with. */
static unsigned take_head(struct exchange *x, const char *method, const char *version)
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

/* -- answers -- */

static enum MHD_Result answer_bare(struct exchange *x, unsigned status)
{
	return exchange_queue(x->mhd, status, x->server->bare);
}

struct MHD_Response *exchange_refusal(struct MHD_Connection *mhd, unsigned *status)
{
	const struct connection *con = connection_of(mhd);

	if (*status == MHD_HTTP_INTERNAL_SERVER_ERROR)	/* a line between chunks that does not end */
		*status = MHD_HTTP_CONTENT_TOO_LARGE;
	return con ? con->server->bare : NULL;
}

/* Callback of libmicrohttpd: copies the next bytes of the body, which lives in the exchange until it is sent. */
static ssize_t read_answer(void *cls, uint64_t at, char *to, size_t max)
{
	const struct buffer *body = cls;
	size_t left = body->len - (size_t)at;

	if (left == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (max > left)
		max = left;
	memcpy(to, body->data + at, max);
	return (ssize_t)max;
}

/* A coded body goes in chunks, without its length (contract, http-conventions.md section 3). */
static struct MHD_Response *make_response(struct reply *r)
{
	if (r->borrowed.at)
		return MHD_create_response_from_buffer(r->borrowed.len, (void *)(uintptr_t)r->borrowed.at,
						       MHD_RESPMEM_PERSISTENT);
	if (r->coded)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN,
							 r->body.len < CHUNK_MAX ? r->body.len : CHUNK_MAX,
							 read_answer, &r->body, NULL);
	return MHD_create_response_from_buffer(r->body.len, r->body.len ? r->body.data : (void *)"",
					       MHD_RESPMEM_PERSISTENT);
}

/* Sends the reply of the request, with the headers of its mount and of the connection. */
static enum MHD_Result answer(struct exchange *x)
{
	const struct headers *fixed = x->rq.mount->fixed;
	struct reply *r = &x->rq.reply;
	struct MHD_Response *out;
	enum MHD_Result done;

	reply_finish(&x->rq);
	out = make_response(r);
	if (!out)
		return MHD_NO;
	if (r->type)
		MHD_add_response_header(out, MHD_HTTP_HEADER_CONTENT_TYPE, r->type);
	for (int i = 0; i < r->header_count; i++)
		MHD_add_response_header(out, r->headers[i].name, r->headers[i].value);
	for (int i = 0; fixed && i < fixed->count; i++)
		MHD_add_response_header(out, fixed->at[i].name, fixed->at[i].value);
	if (x->server->o.id_header)
		MHD_add_response_header(out, x->server->o.id_header, x->rq.id);
	if (x->close || atomic_load_explicit(&x->server->draining, memory_order_relaxed))
		MHD_add_response_header(out, MHD_HTTP_HEADER_CONNECTION, "close");
	else
		MHD_add_response_header(out, "Keep-Alive", x->server->keep_alive);
	done = exchange_queue(x->mhd, (unsigned)r->status, out);
	MHD_destroy_response(out);
	return done;
}

/* The deadline has passed: answers 503 without the exchange, which lives on until http_resume(). */
static enum MHD_Result answer_late(struct exchange *x, void **context)
{
	enum MHD_Result done = exchange_queue(x->mhd, MHD_HTTP_SERVICE_UNAVAILABLE, x->server->busy);

	*context = x->con->begun = NULL;
	if (x->counted)
		atomic_fetch_sub(&x->server->active, 1);
	unref(x);	/* http_resume() will be the last */
	return done;
}

/* -- dispatch -- */

/* Notes which exchange is suspended on the connection, for the sweeper; NULL: none. */
static void park(struct connection *con, struct exchange *x)
{
	pthread_mutex_lock(&con->lock);
	con->parked = x;
	pthread_mutex_unlock(&con->lock);
}

bool exchange_give_up(struct exchange *x)
{
	enum state later = STATE_LATER;

	return atomic_compare_exchange_strong(&x->state, &later, STATE_LATE);
}

/* dispatch() returned without an answer: suspends the connection, then lets http_resume() and the sweeper see that. */
static enum MHD_Result wait_for_answer(struct exchange *x)
{
	enum state running = STATE_RUNNING;

	x->stage = STAGE_WAIT;
	park(x->con, x);
	MHD_suspend_connection(x->mhd);
	if (!atomic_compare_exchange_strong(&x->state, &running, STATE_LATER))
		MHD_resume_connection(x->mhd);		/* the answer came meanwhile */
	else if (atomic_load(&x->server->stopping) && exchange_give_up(x))
		MHD_resume_connection(x->mhd);
	return MHD_YES;
}

/* Hands the request to the dispatcher, and answers at once where it can. */
static enum MHD_Result dispatch(struct exchange *x)
{
	if (!advance(x->con, PHASE_BODY, PHASE_BUSY))
		return MHD_NO;
	if (x->body.len && !x->rq.body_error) {
		x->rq.raw = x->body.data;
		x->rq.raw_len = x->body.len;
	}
	atomic_store(&x->refs, 2);
	atomic_store(&x->state, STATE_RUNNING);
	x->counted = true;
	atomic_fetch_add(&x->server->active, 1);
	if (x->server->o.dispatch(&x->rq) == ANSWERED) {
		atomic_store(&x->refs, 1);
		return answer(x);
	}
	if (atomic_load(&x->state) == STATE_READY)
		return answer(x);
	return wait_for_answer(x);
}

/* libmicrohttpd calls again for a connection that was suspended: answers if it was resumed for that. */
static enum MHD_Result continue_suspended(struct exchange *x, void **context)
{
	enum state state = atomic_load(&x->state);

	if (state == STATE_LATER || state == STATE_RUNNING)
		return MHD_YES;		/* nobody has resumed it */
	park(x->con, NULL);
	return state == STATE_READY ? answer(x) : answer_late(x, context);
}

void http_resume(struct request *rq)
{
	struct exchange *x = rq->owner;
	struct MHD_Connection *mhd = x->mhd;
	enum state state = atomic_load(&x->state);

	while (state != STATE_LATE)
		if (atomic_compare_exchange_weak(&x->state, &state, STATE_READY)) {
			unref(x);
			if (state == STATE_LATER)
				MHD_resume_connection(mhd);
			return;
		}
	unref(x);
}

/* -- the body -- */

static void refuse_body(struct exchange *x)
{
	x->rq.body_error = ERR_BODY_TOO_LARGE;
	buffer_done(&x->body);
}

/* Decides how much of the body is read. True: it is too large to wait for, so the request is answered at once. */
static bool expect_body(struct exchange *x)
{
	struct request *rq = &x->rq;
	const char *expect = request_header(rq, "Expect");
	size_t first;

	rq->body_limit = x->expected ? mount_body_limit(rq) : 0;
	x->body.max = rq->body_limit;
	if (x->expected == UINT64_MAX)
		return false;
	if (rq->body_limit && x->expected > rq->body_limit) {
		refuse_body(x);
		x->close |= expect || x->expected > SWALLOW_MAX;
		return expect || x->expected > SWALLOW_MAX;	/* RFC 9110 section 10.1.1: do not ask for it */
	}
	if (x->expected > SWALLOW_MAX && !rq->body_limit) {
		x->close = true;
		return true;
	}
	first = x->expected < KEPT_BUFFER ? (size_t)x->expected : KEPT_BUFFER - 1;
	if (rq->body_limit && first)
		buffer_reserve(&x->body, first);
	return false;
}

/* Appends a piece of the body, or drops it when the body is too large already. */
static enum MHD_Result take_body(struct exchange *x, const char *bytes, size_t *size)
{
	size_t n = *size;

	*size = 0;
	x->seen += n;
	if (x->seen > SWALLOW_MAX && x->seen > x->rq.body_limit) {
		connection_send_bare(x->con, "HTTP/1.1 413 Content Too Large");
		return MHD_NO;
	}
	if (x->rq.body_limit && !x->rq.body_error) {
		buffer_add(&x->body, bytes, n);
		if (x->body.full)
			refuse_body(x);
	}
	wipe_read(bytes, n);
	return MHD_YES;
}

/* The head is complete: reads it, and answers a malformed one with a bare status. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
	unsigned refused;

	if (!advance(x->con, PHASE_HEAD, PHASE_BODY))
		return MHD_NO;
	refused = take_head(x, method, version);
	if (refused)
		return answer_bare(x, refused);
	x->begun = true;
	x->stage = STAGE_BODY;
	return expect_body(x) ? dispatch(x) : MHD_YES;
}

enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
				const char *version, const char *upload, size_t *upload_size, void **context)
{
	struct exchange *x = *context;

	(void)cls;
	(void)mhd;
	(void)url;
	if (!x)
		return MHD_NO;
	switch (x->stage) {
	case STAGE_HEAD:
		return begin(x, method, version);
	case STAGE_BODY:
		return *upload_size ? take_body(x, upload, upload_size) : dispatch(x);
	default:
		return continue_suspended(x, context);
	}
}

void exchange_end(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	struct connection *con = connection_of(mhd);
	struct exchange *x = *context;

	(void)cls;
	(void)why;
	*context = NULL;
	if (con)
		enter(con, PHASE_IDLE);
	if (!x)
		return;
	if (con) {
		park(con, NULL);
		con->begun = NULL;
	}
	if (x->counted)
		atomic_fetch_sub(&x->server->active, 1);
	unref(x);
}
