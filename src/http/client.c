/*
 * client.c - the thread that makes calls: it takes them from an inbox, lets each wait in the queue of its host, runs
 * as many as the limits allow, and waits in one epoll for all their sockets. libcurl's multi_socket interface says
 * which sockets to watch and when to call it again, so a call that hangs costs nothing until something happens to it.
 */
#include "http/client.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "http/helper.h"
#include "http/lookup.h"
#include "http/transfer.h"

#include "base/banned.h"

#define HOST_BUCKETS 256
#define EVENTS_MOST 64
#define KEPT_CONNECTIONS 64L	/* idle ones to all hosts together */
#define SWEEP_US 100000		/* between two looks at the transfers whose time libcurl does not watch */

TAILQ_HEAD(transfers, transfer);

/* A name with its port, while there are calls to it. */
struct host {
	struct host *chain;
	TAILQ_ENTRY(host) ready;
	bool is_ready;		/* in `ready`: something waits here, and this host's limit lets it run */
	struct transfers turn;
	int waiting, running;
	int running_of[CALL_SHARES];
	char origin[];
};

TAILQ_HEAD(hosts, host);

static struct client {
	/* used by the threads that submit and by the client's thread */
	pthread_mutex_t lock;	/* of the four below */
	bool open;		/* between client_start() and client_stop() */
	bool begun;		/* there is a thread */
	pthread_t thread;
	struct call *inbox, **inbox_end;
	atomic_int waiting;	/* calls that have not begun to run */
	atomic_int waiting_of[CALL_SHARES];
	int wake_fd;
	struct client_options options;

	/* the thread alone */
	int epoll_fd;
	err_t unusable;		/* libcurl could not be loaded: the error of each call */
	char why[512];
	CURLM *multi;
	int64_t timer_us;	/* when libcurl wants to be called; -1: never */
	int64_t sweep_us;	/* when to sweep next */
	struct call *pauses;	/* the one that ends first is the first */
	struct transfers all;
	struct host *hosts[HOST_BUCKETS];
	struct hosts ready;
	int running, mails;
	int running_of[CALL_SHARES];
} client = { .lock = PTHREAD_MUTEX_INITIALIZER };

/*
 * What an event of epoll is about: 0 the inbox; odd: a socket of libcurl; else the transfer whose mail it is, or with
 * the second bit set a lookup. Both are aligned, so that the bits are free.
 */
#define EVENT_INBOX 0
#define EVENT_SOCKET(fd) (((uint64_t)(unsigned)(fd) << 1) | 1)
#define EVENT_MAIL(t) ((uint64_t)(uintptr_t)(t))
#define EVENT_LOOKUP(l) ((uint64_t)(uintptr_t)(l) | 2)

static void out_of_memory(void)
{
	log_fatal("out of memory");
}

/* -- tenants -- */

static void begin_waiting(const struct call *c)
{
	atomic_fetch_add(&client.waiting, 1);
	atomic_fetch_add(&client.waiting_of[c->share], 1);
}

static void end_waiting(const struct call *c)
{
	atomic_fetch_sub(&client.waiting, 1);
	atomic_fetch_sub(&client.waiting_of[c->share], 1);
}

/* Whether as many calls of this call's tenant run as may. */
static bool share_is_full(const struct call *c)
{
	return c->share && client.running_of[c->share] >= client.options.per_share;
}

/* -- hosts -- */

/* Where the host's pointer stands in its bucket; the end of the chain when there is no such host. */
static struct host **host_place(const char *origin)
{
	uint32_t hash = 2166136261u;	/* FNV-1a */
	struct host **at;

	for (const char *p = origin; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	at = &client.hosts[hash % HOST_BUCKETS];
	while (*at && strcmp((*at)->origin, origin) != 0)
		at = &(*at)->chain;
	return at;
}

/* Finds the host, or makes it. */
static struct host *host_get(const char *origin)
{
	struct host **at = host_place(origin), *h = *at;
	size_t size = strlen(origin) + 1;

	if (h)
		return h;
	h = calloc(1, sizeof(*h) + size);
	if (!h)
		out_of_memory();
	memcpy(h->origin, origin, size);
	TAILQ_INIT(&h->turn);
	*at = h;
	return h;
}

/* Call after the host's numbers changed: puts it on the list of ready hosts or off it, and frees it without calls. */
static void host_settle(struct host *h)
{
	bool ready = h->waiting > 0 && h->running < client.options.per_host;
	struct host **at;

	if (ready && !h->is_ready)
		TAILQ_INSERT_TAIL(&client.ready, h, ready);
	if (!ready && h->is_ready)
		TAILQ_REMOVE(&client.ready, h, ready);
	h->is_ready = ready;
	if (h->waiting > 0 || h->running > 0)
		return;
	at = host_place(h->origin);
	*at = h->chain;
	free(h);
}

static void count_running(struct host *h, const struct call *c, int more)
{
	client.running += more;
	client.running_of[c->share] += more;
	h->running += more;
	h->running_of[c->share] += more;
}

/* -- a transfer's way: waits at its host, runs, waits again after a redirect, ends -- */

static void enqueue(struct transfer *t)
{
	t->state = TRANSFER_WAITS;
	t->host = host_get(t->origin);
	TAILQ_INSERT_TAIL(&t->host->turn, t, turn);
	t->host->waiting++;
	host_settle(t->host);
}

static void leave_queue(struct transfer *t)
{
	TAILQ_REMOVE(&t->host->turn, t, turn);
	t->host->waiting--;
	end_waiting(t->call);
}

/* Gives the call back to its owner with the result; it must not be used here afterwards. */
static void give_back(struct call *c, err_t e, const char *detail)
{
	c->error = e;
	snprintf(c->detail, sizeof(c->detail), "%s", e ? detail : "");
	c->done(c);
}

/* Takes a running transfer from its connection and its host. */
static void halt(struct transfer *t)
{
	if (t->state == TRANSFER_MAIL)
		client.mails--;
	curl.multi_remove_handle(client.multi, t->easy);
	transfer_close(t);
	count_running(t->host, t->call, -1);
}

/* Ends a transfer in any state, frees it and gives its call back. The detail is that of err_fault(). */
static void finish(struct transfer *t, err_t e)
{
	char detail[sizeof(((struct call *)0)->detail)];
	struct call *c = t->call;

	snprintf(detail, sizeof(detail), "%s", err_fault()->detail);
	if (t->state == TRANSFER_WAITS)
		leave_queue(t);
	else
		halt(t);
	host_settle(t->host);
	TAILQ_REMOVE(&client.all, t, all);
	transfer_done(t);
	free(t);
	give_back(c, e, detail);
}

/* After a redirect to another URL: lets the transfer wait at that host. */
static void move_on(struct transfer *t)
{
	halt(t);
	host_settle(t->host);
	begin_waiting(t->call);		/* beyond the queue's bound: it has run already */
	enqueue(t);
}

/* Starts a transfer that waits, or ends it with an error. */
static void run(struct transfer *t)
{
	err_t e = transfer_open(t, &client.options, clock_monotonic_us());
	CURLMcode code;

	if (e) {
		finish(t, e);
		return;
	}
	leave_queue(t);
	t->state = TRANSFER_RUNS;
	count_running(t->host, t->call, 1);
	host_settle(t->host);
	code = curl.multi_add_handle(client.multi, t->easy);
	if (code != CURLM_OK)
		finish(t, err_set(ERR_CALL_FAILED, "libcurl does not take the call: %d", (int)code));
}

/* A quarter of each host is kept from each tenant: one whose calls hang there leaves turns to the others. */
static bool has_its_part(const struct host *h, const struct call *c)
{
	return c->share && h->running_of[c->share] >= client.options.per_host - client.options.per_host / 4;
}

/* The first of a host's queue whose tenant may have one more that runs; NULL: there is none. */
static struct transfer *first_to_run(const struct host *h)
{
	struct transfer *t = TAILQ_FIRST(&h->turn);

	while (t && (share_is_full(t->call) || has_its_part(h, t->call)))
		t = TAILQ_NEXT(t, turn);
	return t;
}

/*
 * Hosts take turns, so that one with many calls does not keep others waiting. At most the calls that wait are looked
 * at.
 */
static struct transfer *next_to_run(void)
{
	struct transfer *t = NULL;
	struct host *h;

	for (h = TAILQ_FIRST(&client.ready); h && !(t = first_to_run(h)); h = TAILQ_NEXT(h, ready))
		;
	if (t) {
		TAILQ_REMOVE(&client.ready, h, ready);
		TAILQ_INSERT_TAIL(&client.ready, h, ready);
	}
	return t;
}

static void run_ready(void)
{
	struct transfer *t;

	while (client.running < client.options.running && (t = next_to_run()))
		run(t);
}

/* -- what arrives -- */

/* Ends a call that did not become a transfer. */
static void refuse(struct call *c, err_t e)
{
	end_waiting(c);
	give_back(c, e, err_fault()->detail);
}

/* -- pauses -- */

/* Most pauses are equally long, so that a new one comes last; `pauses` is short. */
static void begin_pause(struct call *c)
{
	struct call **at = &client.pauses;

	end_waiting(c);
	while (*at && (*at)->until_us <= c->until_us)
		at = &(*at)->next;
	c->next = *at;
	*at = c;
}

/* Ends the pauses whose time has come. */
static void end_pauses(int64_t now, err_t e)
{
	while (client.pauses && client.pauses->until_us <= now) {
		struct call *c = client.pauses;

		client.pauses = c->next;
		give_back(c, e, "this server stops");
	}
}

/* -- calls that arrive -- */

/* A lookup counts as one that waits until it ends: it takes no turn of those that need connections. */
static void accept_lookup(struct call *c)
{
	err_t e = lookup_ask(c, &client.options, clock_monotonic_us());

	if (e)
		refuse(c, e);
}

/* Makes a transfer of a call and lets it wait at its host. ERR_BUSY for the call: too many wait there. */
static void accept_transfer(struct call *c)
{
	struct transfer *t;
	err_t e;

	if (client.unusable) {
		refuse(c, err_set(client.unusable, "%s", client.why));
		return;
	}
	t = malloc(sizeof(*t));
	if (!t)
		out_of_memory();
	e = transfer_init(t, c, &client.options, clock_monotonic_us());
	if (!e && host_get(t->origin)->waiting >= client.options.queue_per_host) {
		transfer_done(t);
		e = err_set(ERR_BUSY, "too many calls wait for %s", t->origin);
	}
	if (e) {
		free(t);
		refuse(c, e);
		return;
	}
	TAILQ_INSERT_TAIL(&client.all, t, all);
	enqueue(t);
}

static void accept_call(struct call *c)
{
	if (c->kind == CALL_PAUSE)
		begin_pause(c);
	else if (c->kind == CALL_LOOKUP)
		accept_lookup(c);
	else
		accept_transfer(c);
}

/* Takes all calls from the inbox. `*stop`: client_stop() was called. */
static struct call *take_inbox(bool *stop)
{
	struct call *first;

	pthread_mutex_lock(&client.lock);
	first = client.inbox;
	client.inbox = NULL;
	client.inbox_end = &client.inbox;
	*stop = !client.open;
	pthread_mutex_unlock(&client.lock);
	return first;
}

/* Accepts calls and runs what it can after each, so that only a call that has to wait counts as waiting. */
static void accept_all(struct call *first)
{
	struct call *next;

	for (; first; first = next) {
		next = first->next;
		accept_call(first);
		run_ready();
	}
}

/* Resets the event descriptor that wake() writes to. */
static void drain_wake(void)
{
	uint64_t n;

	if (read(client.wake_fd, &n, sizeof(n)) < 0 && errno != EAGAIN)
		log_error("the client's event descriptor cannot be read: %s", strerror(errno));
}

/* -- sockets and timers -- */

/* Makes epoll report these events of a socket; `about`: one of the EVENT_ values. */
static void watch(int fd, uint32_t events, uint64_t about)
{
	struct epoll_event event = { .events = events, .data.u64 = about };

	if (epoll_ctl(client.epoll_fd, EPOLL_CTL_MOD, fd, &event) == 0)
		return;
	if (errno != ENOENT || epoll_ctl(client.epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
		log_error("a call's socket cannot be watched: %s", strerror(errno));	/* its time limit ends it */
}

static void watch_lookup(int fd, uint32_t events, struct lookup *l)
{
	if (events)
		watch(fd, events, EVENT_LOOKUP(l));
	else
		epoll_ctl(client.epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

static const struct lookup_owner lookup_owner = { watch_lookup, refuse };

static int on_watch(CURL *easy, curl_socket_t fd, int what, void *owner, void *of_socket)
{
	(void)easy, (void)owner, (void)of_socket;
	if (what == CURL_POLL_REMOVE)
		epoll_ctl(client.epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	else
		watch(fd, (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0),
		      EVENT_SOCKET(fd));
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *owner)
{
	(void)multi, (void)owner;
	client.timer_us = ms < 0 ? -1 : clock_monotonic_us() + 1000 * (int64_t)ms;
	return 0;
}

/* Continues the dialogue of a mail, and watches its connection, which libcurl has left to us, until the next event. */
static void go_on_with_mail(struct transfer *t)
{
	bool over = false;
	curl_socket_t fd = CURL_SOCKET_BAD;
	err_t e = transfer_mail(t, &over);

	curl.easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (!e && !over && fd == CURL_SOCKET_BAD)
		e = err_set(ERR_CALL_FAILED, "%s: the connection is gone", t->origin);
	if (e || over)
		finish(t, e);
	else
		watch(fd, EPOLLIN | (t->sent < t->smtp.out.len ? EPOLLOUT : 0), EVENT_MAIL(t));
}

/*
 * Handles the transfers that libcurl has ended: a redirect waits again, a mail begins its dialogue, the rest finish.
 */
static void end_transfers(void)
{
	CURLMsg *message;
	int left;

	while ((message = curl.multi_info_read(client.multi, &left))) {
		struct transfer *t = NULL;
		bool again = false;
		err_t e;

		curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		err_clear();
		e = transfer_end(t, message->data.result, &again);
		if (again) {
			move_on(t);
		} else if (t->state == TRANSFER_MAIL) {
			client.mails++;
			go_on_with_mail(t);
		} else {
			finish(t, e);
		}
	}
}

/* The events of epoll as libcurl takes them. */
static int readiness(uint32_t events)
{
	return (events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
	       (events & EPOLLERR ? CURL_CSELECT_ERR : 0);
}

static void take_event(const struct epoll_event *event)
{
	uint64_t about = event->data.u64;
	int left;

	if (about == EVENT_INBOX) {
		drain_wake();
	} else if (about & 1) {
		curl.multi_socket_action(client.multi, (curl_socket_t)(about >> 1), readiness(event->events), &left);
	} else if (about & 2) {
		lookup_ready((struct lookup *)(uintptr_t)(about & ~(uint64_t)2));
	} else {
		err_clear();
		go_on_with_mail((struct transfer *)(uintptr_t)about);
	}
}

/*
 * Ends what is out of time: transfers that wait, dialogues of mails, and lookups. libcurl watches the other transfers.
 */
static void sweep(int64_t now)
{
	static const char *const why[] = {
		[TRANSFER_WAITS] = "the time was over before its turn",
		[TRANSFER_MAIL] = "the mail server took too long",
	};
	struct transfer *t, *next;

	client.sweep_us = now + SWEEP_US;
	lookups_sweep(now);
	for (t = TAILQ_FIRST(&client.all); t; t = next) {
		next = TAILQ_NEXT(t, all);
		if (t->state != TRANSFER_RUNS && t->ends_us <= now)
			finish(t, err_set(ERR_CALL_TIMEOUT, "%s: %s", t->origin, why[t->state]));
	}
}

/* Calls libcurl, end_pauses() and sweep() when their times have come. */
static void run_timers(void)
{
	int64_t now = clock_monotonic_us();
	int left;

	if (client.timer_us >= 0 && client.timer_us <= now) {
		client.timer_us = -1;
		curl.multi_socket_action(client.multi, CURL_SOCKET_TIMEOUT, 0, &left);
	}
	end_pauses(now, OK);
	if (client.sweep_us <= now)
		sweep(now);
}

/* -- the thread -- */

/* How long epoll may wait, in milliseconds; -1: until something happens. */
static int epoll_wait_ms(void)
{
	bool sweeps = client.mails > 0 || atomic_load(&client.waiting) > 0;
	int64_t until = client.timer_us, left;

	if (sweeps && (until < 0 || client.sweep_us < until))
		until = client.sweep_us;
	if (client.pauses && (until < 0 || client.pauses->until_us < until))
		until = client.pauses->until_us;
	if (until < 0)
		return -1;
	left = until - clock_monotonic_us();
	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

/* Loads libcurl and sets up the state of the thread. Without libcurl, accept_call() refuses every call. */
static void begin(void)
{
	TAILQ_INIT(&client.all);
	TAILQ_INIT(&client.ready);
	memset(client.hosts, 0, sizeof(client.hosts));
	client.running = client.mails = 0;
	memset(client.running_of, 0, sizeof(client.running_of));
	lookups_begin(&lookup_owner);
	client.timer_us = -1;
	client.sweep_us = 0;
	client.pauses = NULL;
	client.multi = NULL;
	client.unusable = libcurl_load();
	if (client.unusable) {
		snprintf(client.why, sizeof(client.why), "%s", err_fault()->detail);
		return;
	}
	client.multi = curl.multi_init();
	if (!client.multi)
		out_of_memory();
	curl.multi_setopt(client.multi, CURLMOPT_SOCKETFUNCTION, on_watch);
	curl.multi_setopt(client.multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl.multi_setopt(client.multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
	curl.multi_setopt(client.multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

/* Ends every transfer, lookup and pause with ERR_CALL_STOPPED. */
static void end(void)
{
	end_pauses(INT64_MAX, ERR_CALL_STOPPED);
	lookups_end();
	while (!TAILQ_EMPTY(&client.all))
		finish(TAILQ_FIRST(&client.all), err_set(ERR_CALL_STOPPED, "this server stops"));
	if (client.multi)
		curl.multi_cleanup(client.multi);
}

static void *client_run(void *unused)
{
	struct epoll_event events[EVENTS_MOST];
	bool stop = false;

	begin();
	while (!stop) {
		int n = epoll_wait(client.epoll_fd, events, EVENTS_MOST, epoll_wait_ms());

		for (int i = 0; i < n; i++)
			take_event(&events[i]);
		run_timers();
		if (client.multi)
			end_transfers();
		lookups_settle();
		run_ready();
		accept_all(take_inbox(&stop));
	}
	end();
	return unused;
}

/* -- what other files call -- */

static int part(int64_t n, int parts)
{
	return n >= parts ? (int)n / parts : 1;
}

void client_options_init(struct client_options *o, const struct settings *s)
{
	*o = (struct client_options){
		.running = (int)s->calls,
		.per_host = (int)s->calls_per_host,
		.queue = (int)s->queue,
		.per_share = part(s->calls, 4),
		.queue_per_host = part(s->queue, 2),	/* more than one tenant may have waiting */
		.queue_per_share = part(s->queue, 4),
		.connect_ms = (int)s->call_connect_seconds * 1000,
		.total_ms = (int)s->call_seconds * 1000,
		.private_addresses = s->call_private_addresses,
		.ca_file = *s->call_ca_file ? s->call_ca_file : NULL,
		.dns_server = *s->dns_server ? s->dns_server : NULL,
	};
}

err_t client_start(const struct client_options *o)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = EVENT_INBOX };

	client.options = *o;
	client.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	client.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (client.wake_fd < 0 || client.epoll_fd < 0 ||
	    epoll_ctl(client.epoll_fd, EPOLL_CTL_ADD, client.wake_fd, &event) != 0) {
		int why = errno;

		close(client.wake_fd);
		close(client.epoll_fd);
		return err_set(ERR_INTERNAL, "no descriptors for calls: %s", strerror(why));
	}
	pthread_mutex_lock(&client.lock);
	client.inbox = NULL;
	client.inbox_end = &client.inbox;
	client.begun = false;
	client.open = true;
	pthread_mutex_unlock(&client.lock);
	helper_start(&client.options);
	return OK;
}

/* Starts the thread with all signals blocked, so that the other threads get them. */
static bool begin_thread(void)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	client.begun = pthread_create(&client.thread, NULL, client_run, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return client.begun;
}

static void wake(void)
{
	uint64_t one = 1;

	if (write(client.wake_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		log_error("the client's thread cannot be woken: %s", strerror(errno));
}

/* Puts the call into the inbox; the lock is held. */
static err_t put(struct call *c)
{
	if (!client.open)
		return err_set(ERR_BUSY, "this server makes no calls now");
	if (atomic_load(&client.waiting) >= client.options.queue)
		return err_set(ERR_BUSY, "too many calls wait");
	if (c->share && c->kind != CALL_PAUSE &&
	    atomic_load(&client.waiting_of[c->share]) >= client.options.queue_per_share)
		return err_set(ERR_BUSY, "too many calls of this tenant wait");
	if (!client.begun && !begin_thread())
		return err_set(ERR_BUSY, "no thread for calls");
	begin_waiting(c);
	c->next = NULL;
	*client.inbox_end = c;
	client.inbox_end = &c->next;
	wake();
	return OK;
}

err_t client_submit(struct call *c)
{
	err_t e;

	if (c->kind == CALL_HELPER)
		return helper_submit(c);
	pthread_mutex_lock(&client.lock);
	e = put(c);
	pthread_mutex_unlock(&client.lock);
	return e;
}

void client_stop(void)
{
	bool was_open, begun;

	helper_stop();
	pthread_mutex_lock(&client.lock);
	was_open = client.open;
	begun = client.begun;
	client.open = false;
	client.begun = false;
	if (was_open && begun)
		wake();
	pthread_mutex_unlock(&client.lock);
	if (!was_open)
		return;
	if (begun)
		pthread_join(client.thread, NULL);
	close(client.wake_fd);
	close(client.epoll_fd);
}

const char *call_header(const struct call *c, const char *name)
{
	const char *at = c->answer_headers.data, *end = at ? at + c->answer_headers.len : NULL, *value;

	for (; at < end; at = value + strlen(value) + 1) {
		value = at + strlen(at) + 1;
		if (strcasecmp(at, name) == 0)
			return value;
	}
	return NULL;
}

bool call_has_text(const struct call *c, const char *text)
{
	const char *at = c->answer.data, *end = at ? at + c->answer.len : NULL;

	for (; at < end; at += strlen(at) + 1)
		if (!strcmp(at, text))
			return true;
	return false;
}

static void wipe(struct buffer *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	buffer_done(b);
}

void call_wipe(struct call *c)
{
	wipe(&c->answer);
	wipe(&c->answer_headers);
}
