/*
 * server.h - sockets, connections, limits: libmicrohttpd made strict.
 *
 * Knows no route. A request that is complete and well-formed goes to `dispatch` on the event-loop thread, which
 * either leaves a reply in it, or says that the answer comes later: then the connection is suspended (it costs no
 * thread) until http_resume(). Every suspended connection is resumed before http_stop() returns.
 *
 * Refused here or by libmicrohttpd, with a bare status and no body: a missing, repeated or unparsable Host (400), an
 * Origin longer than any, repeated Content-Length, Content-Length beside Transfer-Encoding, NUL or bare LF in headers
 * (400), headers over 16 KiB (431), headers (408) or a body that trickle past their deadline, connections over the
 * caps (closed).
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "http/request.h"

enum dispatched { ANSWERED, LATER };

struct http_options {
	const char *listen;		/* address */
	int threads;
	int max_connections, max_per_address;	/* a quarter of them is kept for addresses with few: crowd.h */
	int header_seconds, body_seconds, idle_seconds;
	int proxies;		/* in front, that are trusted: forwarded.h; 0: none */
	bool tls;			/* HTTPS, with the certificate of tls.h */
	const char *id_header;		/* of every answer: carries the request's id. NULL: none */
	/*
	 * Returns ANSWERED when the reply is in rq->reply. It runs on the event loop, so it must not wait for a lane.
	 */
	enum dispatched (*dispatch)(struct request *rq);
	/* Called for every request, answered or not, when it ends and before its arena goes. */
	void (*on_end)(struct request *rq);
};

struct http_server;

/*
 * Opens the socket of `*port` (0: a free one, written back); clients can connect and wait. http_begin() starts to
 * answer them, so what `dispatch` reads must be complete before. http_stop() frees the server in any case.
 */
NODISCARD err_t http_listen(const struct http_options *o, int *port, struct http_server **out);
NODISCARD err_t http_begin(struct http_server *s);
/* http_listen() and http_begin(). One server for each port; all share the options' callbacks. */
NODISCARD err_t http_start(const struct http_options *o, int *port, struct http_server **out);
/* Sends the reply of a request for which dispatch() returned LATER. From any thread, once. */
void http_resume(struct request *rq);
/* Takes no more connections; waits until open requests are answered, `seconds` at most. */
void http_drain(struct http_server *s, int seconds);
void http_stop(struct http_server *s);
/* Connections open now. */
int http_connections(const struct http_server *s);

#endif
