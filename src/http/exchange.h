/*
 * exchange.h - inside http/: one connection, and one request on it.
 *
 * An exchange belongs to the event loop's thread; from dispatch to http_resume() also to the code that makes the
 * answer, so it counts references (`refs`). `state` says which side acts next; it changes by compare-and-swap only, so
 * that an answer and its deadline can race. If the deadline wins, the connection is answered without the exchange,
 * which lives on until http_resume().
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/crowd.h"
#include "http/server.h"

/*
 * Where a connection stands. IDLE: between two requests. BUSY: the door or the answer is waited for. SENDING: the
 * answer is on its way. EXPIRED: the sweeper has closed it.
 */
enum phase { PHASE_HEAD, PHASE_IDLE, PHASE_BODY, PHASE_BUSY, PHASE_SENDING, PHASE_EXPIRED };

enum state { STATE_RUNNING, STATE_LATER, STATE_READY, STATE_LATE };

enum stage { STAGE_HEAD, STAGE_DOOR, STAGE_BODY, STAGE_WAIT };

struct exchange;

struct connection {
	struct connection *prev, *next;	/* server->lock */
	struct http_server *server;
	int fd;
	struct address address;
	char remote[ADDRESS_TEXT];
	_Atomic(int64_t) since_us;	/* written before `phase`, read after it */
	_Atomic(enum phase) phase;
	_Atomic(uint64_t) arrived;	/* bytes of bodies so far */
	bool ended;			/* the sweeper saw last that no more will come; its own */
	uint64_t moved;			/* what http_drain() saw last of the client's progress, and when that was */
	int64_t moved_at_us;
	pthread_mutex_t lock;
	struct exchange *parked;	/* suspended here; under `lock` */
	struct exchange *begun;		/* the exchange that is not ended yet; of the event loop's thread */
};

/*
 * A header in libmicrohttpd's memory: where its parts lie, from the target on. Small, since a head may hold thousands.
 */
struct head_line {
	uint16_t name, name_len, value, value_len;
};

struct exchange {
	struct request rq;
	struct exchange *next;		/* in the list of free ones */
	struct http_server *server;
	struct connection *con;
	struct MHD_Connection *mhd;
	void (*on_end)(struct request *rq);
	_Atomic(enum state) state;
	atomic_int refs;
	enum stage stage;
	bool begun;			/* its head was well-formed: `on_end` is due */
	bool counted;			/* in server->active */
	bool close;			/* after the answer */
	const char *uri;		/* libmicrohttpd's own, as sent; valid during the head */
	size_t uri_len;
	uint64_t expected;		/* Content-Length; UINT64_MAX: chunked */
	uint64_t seen;			/* bytes of the body so far */
	struct buffer body;		/* until the head is complete: its lines, struct head_line */
};

struct http_server {
	struct http_options o;
	struct MHD_Daemon *daemon;
	struct MHD_Response *bare, *busy;	/* without a body */
	char keep_alive[24];
	bool lenient;			/* this libmicrohttpd needs watching, exchange_is_lenient() */
	int listener;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct connection *connections;
	struct crowd *crowd;		/* under `lock` */
	atomic_int open, active;
	atomic_bool draining, stopping;
	pthread_t sweeper;
};

/* Callbacks of libmicrohttpd, in the order of a request. `cls` is the server. */
void *exchange_new(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
				const char *version, const char *upload, size_t *upload_size, void **context);
void exchange_end(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why);
/* The connection closes: ends an exchange for which libmicrohttpd did not call exchange_end(). */
void exchange_abandon(struct connection *con);
/*
 * The deadline of a suspended exchange: true when it wins against the answer; the caller resumes the connection then.
 */
bool exchange_give_up(struct exchange *x);
/*
 * libmicrohttpd refuses a request by itself. Returns the answer to send instead, and sets its status; NULL: none.
 */
struct MHD_Response *exchange_refusal(struct MHD_Connection *mhd, unsigned *status);

struct connection *connection_of(struct MHD_Connection *mhd);
/*
 * Wipes what was read, which may be a credential: libmicrohttpd wipes the memory of a connection between two requests,
 * but not when it frees it.
 */
void exchange_wipe_read(const char *at, size_t len);

/* head.c: fills the request from its head. Returns 0, or the status to refuse it with. */
unsigned exchange_take_head(struct exchange *x, const char *method, const char *version);
/* Whether this version, of MHD_get_version(), accepts malformed heads that we must find ourselves. */
bool exchange_is_lenient(const char *version);
/*
 * libmicrohttpd has parsed a line of a head. True: it need not keep it, since it looks at no header of that name.
 */
bool exchange_take_line(struct MHD_Connection *mhd, struct slice name, struct slice value);

/* preempt.c: finds libmicrohttpd's own functions; before its daemon starts. */
void preempt_start(void);
/* Its MHD_queue_response(). */
enum MHD_Result exchange_queue(struct MHD_Connection *mhd, unsigned status, struct MHD_Response *response);

/* Writes a status line to the socket without libmicrohttpd; nothing over TLS. */
void connection_send_bare(const struct connection *con, const char *status_line);

#endif
