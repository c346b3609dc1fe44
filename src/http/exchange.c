/* One request from its first byte to the end of its answer, as libmicrohttpd's callbacks see it. */
#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/mount.h"
#include "base/banned.h"

#define LINES_MAX KIB(64)	/* of struct head_line; more than there can be in a head of HEAD_MAX */
#define SWALLOW_MAX MIB(8)	/* of an unread body, so that the answer arrives; then the connection is closed */
#define KEPT_MAX 128		/* exchanges kept for reuse */
#define CHUNK_MAX KIB(16)
#define KEPT_BUFFER KIB(64)	/* a larger buffer is not kept */
#define OWN_MEMORY KIB(24)	/* of an exchange, the first block of its arena, what libmicrohttpd has of it */

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

void http_forget(void)
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
	charge_end(&x->rq.charge);
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

struct connection *connection_of(struct MHD_Connection *mhd)
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

void exchange_abandon(struct connection *con)
{
	if (con->begun)
		unref(con->begun);
	con->begun = NULL;
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
	exchange_abandon(con);
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
	out = advance(x->con, PHASE_BUSY, PHASE_SENDING) ? make_response(r) : NULL;
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

	advance(x->con, PHASE_BUSY, PHASE_SENDING);
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

/* What was asked for comes later: suspends the connection, then lets http_resume() and the sweeper see that. */
static enum MHD_Result wait_at(struct exchange *x, enum stage stage)
{
	enum state running = STATE_RUNNING;

	x->stage = stage;
	park(x->con, x);
	MHD_suspend_connection(x->mhd);
	if (!atomic_compare_exchange_strong(&x->state, &running, STATE_LATER))
		MHD_resume_connection(x->mhd);		/* the answer came meanwhile */
	else if (atomic_load(&x->server->stopping) && exchange_give_up(x))
		MHD_resume_connection(x->mhd);
	return MHD_YES;
}

/* From here on the request belongs to this thread and to the one that calls http_resume(). */
static void begin_task(struct exchange *x)
{
	atomic_store(&x->refs, 2);
	atomic_store(&x->state, STATE_RUNNING);
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
	begin_task(x);
	x->counted = true;
	atomic_fetch_add(&x->server->active, 1);
	if (x->server->o.dispatch(&x->rq) == ANSWERED) {
		atomic_store(&x->refs, 1);
		return answer(x);
	}
	if (atomic_load(&x->state) == STATE_READY)
		return answer(x);
	return wait_at(x, STAGE_WAIT);
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

void exchange_wipe_read(const char *at, size_t len)
{
	explicit_bzero((char *)(uintptr_t)at, len);
}

static void refuse_body(struct exchange *x, err_t e)
{
	x->rq.body_error = e;
	buffer_done(&x->body);
}

/*
 * Whether a refused body is not even read: the client waits for a word before it sends it (RFC 9110 section 10.1.1),
 * or it is too long for that. Then the connection ends with the answer.
 */
static bool is_cut_short(struct exchange *x)
{
	bool cut = request_header(&x->rq, "Expect") || (x->expected != UINT64_MAX && x->expected > SWALLOW_MAX);

	x->close |= cut;
	return cut;
}

/* Decides whether the body is read. True: it is not, and the request is answered at once. */
static bool expect_body(struct exchange *x)
{
	struct request *rq = &x->rq;

	rq->body_limit = x->expected ? mount_body_limit(rq) : 0;
	x->body.max = rq->body_limit;
	x->body.charge = &rq->charge;
	if (x->expected == UINT64_MAX)
		return false;
	if (rq->body_limit && x->expected > rq->body_limit) {
		refuse_body(x, ERR_BODY_TOO_LARGE);
		return is_cut_short(x);
	}
	return x->expected > SWALLOW_MAX && !rq->body_limit && is_cut_short(x);
}

/* The caller may send a body, or is turned away: begins to keep it, or not. */
static enum MHD_Result open_body(struct exchange *x)
{
	size_t first = x->expected < KEPT_BUFFER ? (size_t)x->expected : KEPT_BUFFER - 1;

	x->stage = STAGE_BODY;
	if (x->rq.turned_away)
		return is_cut_short(x) ? dispatch(x) : MHD_YES;
	if (x->expected != UINT64_MAX && !charge_fits(&x->rq.charge, (size_t)x->expected)) {
		refuse_body(x, ERR_MEMORY);
		return is_cut_short(x) ? dispatch(x) : MHD_YES;
	}
	if (x->expected != UINT64_MAX)
		buffer_reserve(&x->body, first);
	return MHD_YES;
}

/* A body follows: asks who the caller is, before any of it is kept. */
static enum MHD_Result ask_door(struct exchange *x)
{
	if (!x->server->o.admit)
		return open_body(x);
	begin_task(x);
	if (x->server->o.admit(&x->rq) == ANSWERED) {
		atomic_store(&x->refs, 1);
		return open_body(x);
	}
	if (atomic_load(&x->state) == STATE_READY)
		return open_body(x);
	return advance(x->con, PHASE_BODY, PHASE_BUSY) ? wait_at(x, STAGE_DOOR) : MHD_NO;
}

/* Appends a piece of the body, or drops it when the body is too large already. */
static enum MHD_Result take_body(struct exchange *x, const char *bytes, size_t *size)
{
	size_t n = *size;

	*size = 0;
	x->seen += n;
	atomic_fetch_add_explicit(&x->con->arrived, n, memory_order_relaxed);
	if (x->seen > SWALLOW_MAX && x->seen > x->rq.body_limit) {
		connection_send_bare(x->con, "HTTP/1.1 413 Content Too Large");
		return MHD_NO;
	}
	if (x->rq.body_limit && !x->rq.body_error && !x->rq.turned_away) {
		buffer_add(&x->body, bytes, n);
		if (x->body.full)
			refuse_body(x, x->rq.charge.refused ? ERR_MEMORY : ERR_BODY_TOO_LARGE);
	}
	exchange_wipe_read(bytes, n);
	return MHD_YES;
}

/* Takes what every request holds. False: there is no room, and the answer that says so is made. */
static bool take_room(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct address network = address_network(&rq->client);

	charge_share(&rq->charge, SHARE_ADDRESS, network.bytes, sizeof(network.bytes));
	arena_charge(rq->arena, &rq->charge);
	if (charge_add(&rq->charge, OWN_MEMORY + x->body.cap + rq->reply.body.cap))
		return true;
	err_clear();
	reply_error(rq, ERR_MEMORY);
	x->close = true;
	return false;
}

/* The head is complete: reads it, and answers a malformed one with a bare status. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
	unsigned refused;

	if (!advance(x->con, PHASE_HEAD, PHASE_BODY))
		return MHD_NO;
	refused = exchange_take_head(x, method, version);
	if (refused)
		return answer_bare(x, refused);
	x->begun = true;
	if (!take_room(x))
		return advance(x->con, PHASE_BODY, PHASE_BUSY) ? answer(x) : MHD_NO;
	x->stage = STAGE_BODY;
	if (expect_body(x))
		return dispatch(x);
	return x->rq.body_limit && !x->rq.body_error ? ask_door(x) : MHD_YES;
}

/* libmicrohttpd calls again for a connection that was suspended: goes on if it was resumed for that. */
static enum MHD_Result continue_suspended(struct exchange *x, void **context)
{
	enum state state = atomic_load(&x->state);

	if (state == STATE_LATER || state == STATE_RUNNING)
		return MHD_YES;		/* nobody has resumed it */
	park(x->con, NULL);
	if (state != STATE_READY)
		return answer_late(x, context);
	if (x->stage == STAGE_WAIT)
		return answer(x);
	return advance(x->con, PHASE_BUSY, PHASE_BODY) ? open_body(x) : MHD_NO;
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
	if (x && x->counted)
		atomic_fetch_sub(&x->server->active, 1);
	if (!con)
		return;
	park(con, NULL);
	exchange_abandon(con);
}
