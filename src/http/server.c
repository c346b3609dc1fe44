/* The daemon: its socket, its connections with their deadlines, and its end. */
#include "http/server.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"
#include "http/tls.h"
#include "base/banned.h"

/*
 * libmicrohttpd has one timeout for all connections, and it counts silence only. So the deadlines are ours: a thread,
 * the sweeper, looks at every connection about once a second. libmicrohttpd's timeout remains for clients that do not
 * read their answer.
 */
#define SWEEP_MS 1000
#define ANSWER_SECONDS 60	/* of a suspended request; then 503 */
#define STALL_SECONDS 30	/* beyond the longest deadline of ours */
#define STALLED_MS 1000		/* without progress, while the server drains */
#define CONNECTION_MEMORY KIB(32)	/* two heads of HEAD_MAX, one in, one out */
#define BACKLOG 1024
#define BATCH 64

/* -- connections -- */

/* The address of the client; all zero where the system does not tell it. */
static struct address client_address(const struct sockaddr *sa)
{
	struct address a;

	return address_of(sa, &a) ? a : (struct address){ { 0 } };
}

/* Callback of libmicrohttpd, before a connection is made. */
static enum MHD_Result admit(void *cls, const struct sockaddr *sa, socklen_t len)
{
	struct address from = client_address(sa);
	struct http_server *s = cls;
	bool admitted;

	(void)len;
	pthread_mutex_lock(&s->lock);
	admitted = crowd_admits(s->crowd, &from);
	pthread_mutex_unlock(&s->lock);
	return admitted ? MHD_YES : MHD_NO;
}

/* Takes the connection into the list. False: no memory. */
static bool enlist(struct http_server *s, struct connection *con)
{
	bool counted;

	pthread_mutex_lock(&s->lock);
	counted = crowd_add(s->crowd, &con->address);
	if (counted) {
		con->next = s->connections;
		if (con->next)
			con->next->prev = con;
		s->connections = con;
	}
	pthread_mutex_unlock(&s->lock);
	return counted;
}

static struct connection *open_connection(struct http_server *s, struct MHD_Connection *mhd)
{
	struct connection *con = calloc(1, sizeof(*con));

	if (!con)
		return NULL;	/* its requests are dropped */
	con->server = s;
	con->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	con->address = client_address(MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
	address_text(&con->address, con->remote);
	atomic_init(&con->since_us, clock_monotonic_us());
	atomic_init(&con->phase, PHASE_HEAD);
	pthread_mutex_init(&con->lock, NULL);
	if (!enlist(s, con)) {
		pthread_mutex_destroy(&con->lock);
		free(con);
		return NULL;
	}
	atomic_fetch_add(&s->open, 1);
	return con;
}

static void close_connection(struct http_server *s, struct connection *con)
{
	exchange_abandon(con);
	pthread_mutex_lock(&s->lock);
	crowd_remove(s->crowd, &con->address);
	if (con->prev)
		con->prev->next = con->next;
	else
		s->connections = con->next;
	if (con->next)
		con->next->prev = con->prev;
	pthread_mutex_unlock(&s->lock);
	atomic_fetch_sub(&s->open, 1);
	pthread_mutex_destroy(&con->lock);
	free(con);
}

static void notify(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = open_connection(cls, mhd);
	} else if (*context) {
		close_connection(cls, *context);
		*context = NULL;
	}
}

void connection_send_bare(const struct connection *con, const char *status_line)
{
	char text[128];
	int n;

	if (con->server->o.tls)
		return;
	n = snprintf(text, sizeof(text), "%s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status_line);
	if (send(con->fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("no last word to %s: %s", con->remote, strerror(errno));
}

/* -- deadlines -- */

/*
 * Ends a connection whose request did not arrive in time, or will not, with a 408, or whose answer was not taken in
 * time; unless it has left the phase.
 */
static void expire(struct connection *con, enum phase phase)
{
	if (!atomic_compare_exchange_strong(&con->phase, &phase, PHASE_EXPIRED))
		return;		/* it moved on */
	if (phase != PHASE_SENDING)
		connection_send_bare(con, "HTTP/1.1 408 Request Timeout");
	shutdown(con->fd, SHUT_RDWR);
}

static bool has_unread(const struct connection *con)
{
	int unread = 0;

	return ioctl(con->fd, FIONREAD, &unread) == 0 && unread > 0;
}

/*
 * Whether the client has ended what it sends, and all of it was read. libmicrohttpd closes when it reads the end, but
 * does not look for one that came together with the last bytes: it waits for an event that it has had.
 */
static bool has_ended(const struct connection *con)
{
	struct pollfd p = { .fd = con->fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0 && !has_unread(con);
}

/* Ends a connection that waits for bytes when none will come; at the second look, when those read last are taken. */
static void check_end(struct connection *con, enum phase phase)
{
	bool ended = has_ended(con);

	if (ended && con->ended)
		expire(con, phase);
	con->ended = ended;
}

/* Gives up a late answer. Returns the connection, which the caller resumes; NULL: none is awaited, or it has come. */
static struct MHD_Connection *give_up(struct connection *con)
{
	struct MHD_Connection *late = NULL;

	pthread_mutex_lock(&con->lock);
	if (con->parked && exchange_give_up(con->parked))
		late = con->parked->mhd;
	pthread_mutex_unlock(&con->lock);
	return late;
}

/* Ends a connection whose deadline has passed. Returns what give_up() returns; NULL in other phases. */
static struct MHD_Connection *check_deadline(struct http_server *s, struct connection *con, int64_t now)
{
	enum phase phase = atomic_load_explicit(&con->phase, memory_order_acquire);
	int64_t age_us = now - atomic_load_explicit(&con->since_us, memory_order_acquire);

	switch (phase) {
	case PHASE_HEAD:
		if (age_us > s->o.header_seconds * INT64_C(1000000))
			expire(con, phase);
		else
			check_end(con, phase);
		break;
	case PHASE_IDLE:
		/* bytes that have arrived may be a request, which must get its answer */
		if (age_us > s->o.idle_seconds * INT64_C(1000000) && !has_unread(con))
			shutdown(con->fd, SHUT_RD);
		break;
	case PHASE_BODY:
		if (age_us > s->o.body_seconds * INT64_C(1000000))
			expire(con, phase);
		else
			check_end(con, phase);
		break;
	case PHASE_BUSY:
		if (age_us > ANSWER_SECONDS * INT64_C(1000000) || atomic_load(&s->stopping))
			return give_up(con);
		break;
	case PHASE_SENDING:
		if (s->o.answer_seconds && age_us > s->o.answer_seconds * INT64_C(1000000))
			expire(con, phase);
		break;
	default:
		break;
	}
	return NULL;
}

/*
 * Looks at all connections. Resuming takes a lock of libmicrohttpd, which may hold it while it calls notify(), so it
 * is done after our lock was released. A connection that was given up stays suspended, and so alive, until then. What
 * does not fit into a batch is left to the next sweep. Returns how many were resumed.
 */
static int sweep(struct http_server *s)
{
	struct MHD_Connection *late[BATCH];
	int64_t now = clock_monotonic_us();
	struct connection *con;
	int n = 0;

	pthread_mutex_lock(&s->lock);
	for (con = s->connections; con && n < BATCH; con = con->next)
		if ((late[n] = check_deadline(s, con, now)))
			n++;
	pthread_mutex_unlock(&s->lock);
	for (int i = 0; i < n; i++)
		MHD_resume_connection(late[i]);
	if (n > 0)
		log_warn("%d requests were answered 503: %s", n,
			 atomic_load(&s->stopping) ? "the server ends" : "their steps took too long");
	return n;
}

static void pause_ms(struct http_server *s, int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)ms % 1000 * 1000000;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&s->lock);
	if (!atomic_load(&s->stopping))
		pthread_cond_timedwait(&s->wake, &s->lock, &until);
	pthread_mutex_unlock(&s->lock);
}

static void *sweeper(void *cls)
{
	struct http_server *s = cls;

	while (!atomic_load(&s->stopping)) {
		pause_ms(s, SWEEP_MS);
		sweep(s);
		budget_trim();
	}
	return NULL;
}

/* -- listening -- */

static int listen_at(const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, off = 0;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));	/* :: takes IPv4 too */
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int try_listen(const char *address, int port)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	};
	struct addrinfo *found, *ai;
	char service[12];
	int fd = -1;

	snprintf(service, sizeof(service), "%d", port);
	if (getaddrinfo(address, service, &hints, &found) != 0) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	for (ai = found; ai && fd < 0; ai = ai->ai_next)
		fd = listen_at(ai);
	freeaddrinfo(found);
	return fd;
}

static err_t open_listener(struct http_server *s, int *port)
{
	const char *address = s->o.listen && *s->o.listen ? s->o.listen : "::";
	union { struct sockaddr any; struct sockaddr_in v4; struct sockaddr_in6 v6; } at = { .v6 = {0} };
	socklen_t len = sizeof(at);

	s->listener = try_listen(address, *port);
	if (s->listener < 0 && strcmp(address, "::") == 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
		s->listener = try_listen("0.0.0.0", *port);	/* a system without IPv6 */
	if (s->listener < 0)
		return err_set(ERR_INTERNAL, "cannot listen on %s port %d: %s", address, *port, strerror(errno));
	if (getsockname(s->listener, &at.any, &len) == 0)
		*port = ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
	return OK;
}

/* -- the daemon -- */

/* Keeps libmicrohttpd from decoding targets: route_find() and params_parse() do that. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *s)
{
	(void)cls;
	(void)mhd;
	return strlen(s);
}

static struct MHD_Response *make_bare(const char *name, const char *value)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);

	if (!r)
		return NULL;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	if (name)
		MHD_add_response_header(r, name, value);
	return r;
}

static err_t start_daemon(struct http_server *s)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
	const struct http_options *o = &s->o;
	int longest = o->header_seconds > o->body_seconds ? o->header_seconds : o->body_seconds;
	struct MHD_OptionItem extra[4] = { { MHD_OPTION_END, 0, NULL } };
	int n = 0;

	if (o->tls) {
		flags |= MHD_USE_TLS;
		extra[n++] =
			(struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities };
		extra[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, tls_callback };
	}
	if (o->threads > 1)
		extra[n++] = (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, o->threads, NULL };
	extra[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	s->daemon = MHD_start_daemon(flags, 0, admit, s, exchange_handle, s, MHD_OPTION_LISTEN_SOCKET, s->listener,
				     MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_URI_LOG_CALLBACK,
				     exchange_new, s, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, s,
				     MHD_OPTION_NOTIFY_CONNECTION, notify, s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				     CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
				     (unsigned)(longest + STALL_SECONDS), MHD_OPTION_CONNECTION_LIMIT,
				     (unsigned)o->max_connections, MHD_OPTION_ARRAY, extra, MHD_OPTION_END);
	return s->daemon ? OK : err_set(ERR_INTERNAL, "the HTTP server does not start");
}

static void discard(struct http_server *s)
{
	if (s->bare)
		MHD_destroy_response(s->bare);
	if (s->busy)
		MHD_destroy_response(s->busy);
	if (s->listener >= 0)
		close(s->listener);
	crowd_free(s->crowd);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static struct http_server *make_server(const struct http_options *o)
{
	struct http_server *s = calloc(1, sizeof(*s));
	pthread_condattr_t monotonic;

	if (!s)
		return NULL;
	s->o = *o;
	s->listener = -1;
	s->lenient = exchange_is_lenient(MHD_get_version());
	preempt_start();
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	s->bare = make_bare(NULL, NULL);
	s->busy = make_bare("Retry-After", "1");
	s->crowd = crowd_new(o->max_connections, o->max_per_address);
	snprintf(s->keep_alive, sizeof(s->keep_alive), "timeout=%d", o->idle_seconds);
	return s;
}

err_t http_listen(const struct http_options *o, int *port, struct http_server **out)
{
	struct http_server *s = make_server(o);
	err_t e = s && s->bare && s->busy && s->crowd ? OK : err_set(ERR_INTERNAL, "out of memory");

	if (!s)
		return e;
	if (!e)
		e = open_listener(s, port);
	if (e) {
		discard(s);
		return e;
	}
	*out = s;
	return OK;
}

err_t http_begin(struct http_server *s)
{
	err_t e = start_daemon(s);

	if (!e && pthread_create(&s->sweeper, NULL, sweeper, s) != 0) {
		MHD_stop_daemon(s->daemon);
		s->daemon = NULL;
		s->listener = -1;
		e = err_set(ERR_INTERNAL, "no thread for deadlines");
	}
	return e;
}

err_t http_start(const struct http_options *o, int *port, struct http_server **out)
{
	err_t e = http_listen(o, port, out);

	if (!e) {
		e = http_begin(*out);
		if (e) {
			discard(*out);
			*out = NULL;
		}
	}
	return e;
}

/* -- the end -- */

/* Whether a request is being answered or received: its body is not complete, or bytes lie in the socket. */
static bool is_busy(const struct connection *con)
{
	enum phase phase = atomic_load_explicit(&con->phase, memory_order_acquire);

	return phase == PHASE_BODY || phase == PHASE_BUSY || phase == PHASE_SENDING ||
	       (phase != PHASE_EXPIRED && has_unread(con));
}

/* A number that changes whenever the client sends on, or takes some of what waits in the socket. */
static uint64_t progress_of(const struct connection *con)
{
	int waiting = 0;

	ioctl(con->fd, TIOCOUTQ, &waiting);
	return atomic_load_explicit(&con->arrived, memory_order_relaxed) + (uint64_t)waiting;
}

/* Whether the server waits for this client, which has not moved for STALLED_MS. */
static bool is_stalled(struct connection *con, enum phase phase, int64_t now)
{
	uint64_t moved = progress_of(con);
	bool ours = (phase != PHASE_BODY && phase != PHASE_SENDING) || (phase == PHASE_BODY && has_unread(con));

	if (ours || con->moved_at_us == 0 || con->moved != moved) {
		con->moved = moved;
		con->moved_at_us = now;
	}
	return now - con->moved_at_us > STALLED_MS * 1000;
}

/* Ends the connections of clients that do not go on. */
static void end_stalled(struct http_server *s)
{
	int64_t now = clock_monotonic_us();

	pthread_mutex_lock(&s->lock);
	for (struct connection *con = s->connections; con; con = con->next) {
		enum phase phase = atomic_load_explicit(&con->phase, memory_order_acquire);

		if (is_stalled(con, phase, now))
			expire(con, phase);
	}
	pthread_mutex_unlock(&s->lock);
}

static bool any_busy(struct http_server *s)
{
	const struct connection *con;

	pthread_mutex_lock(&s->lock);
	for (con = s->connections; con && !is_busy(con); con = con->next)
		;
	pthread_mutex_unlock(&s->lock);
	return con || atomic_load(&s->active) > 0;
}

/* Waits until nothing was busy twice in a row: at one look a request may be neither in the socket nor begun yet. */
static void wait_until_idle(struct http_server *s, int ms)
{
	struct timespec nap = { .tv_nsec = 10 * 1000000 };

	for (int quiet = 0; ms > 0 && quiet < 2; ms -= 10) {
		end_stalled(s);
		quiet = any_busy(s) ? 0 : quiet + 1;
		nanosleep(&nap, NULL);
	}
}

/*
 * Takes no more connections. libmicrohttpd returns the socket and will not close it; it is only shut down here, since
 * its threads may still use the number.
 */
static void stop_listening(struct http_server *s)
{
	if (atomic_exchange(&s->draining, true))
		return;
	if (MHD_quiesce_daemon(s->daemon) < 0)
		s->listener = -1;
	else
		shutdown(s->listener, SHUT_RDWR);
}

void http_drain(struct http_server *s, int seconds)
{
	if (!s->daemon)
		return;
	stop_listening(s);
	wait_until_idle(s, seconds * 1000);
}

void http_stop(struct http_server *s)
{
	if (!s)
		return;
	if (!s->daemon) {
		discard(s);
		return;
	}
	stop_listening(s);
	atomic_store(&s->stopping, true);
	pthread_mutex_lock(&s->lock);
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->sweeper, NULL);
	while (sweep(s) > 0)	/* each request that waits gets 503 */
		;
	wait_until_idle(s, 200);
	MHD_stop_daemon(s->daemon);
	discard(s);
}

int http_connections(const struct http_server *s)
{
	return atomic_load(&((struct http_server *)s)->open);
}
