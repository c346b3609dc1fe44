#include "http/lookup.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>

#include "base/log.h"

#include "base/banned.h"

#define TRY_MS 1500		/* then the next server is asked, or the same one once more, for twice the time */
#define TRIES 2
#define DATAGRAM 1232		/* of an answer: what passes every network in one piece */
#define NAME_MOST 253		/* bytes of a name */
#define TEXTS_MOST 100		/* of a name; an answer over TCP has room for thousands */
#define ANSWER_MOST KIB(16)

struct lookup {
	struct call *call;
	ares_channel channel;
	int64_t ends_us;
	bool over, closing;
	err_t error;		/* once it is over */
	char why[512];
	TAILQ_ENTRY(lookup) all;
};

static struct {
	const struct lookup_owner *owner;
	TAILQ_HEAD(lookup_list, lookup) all;
	int running;
} lookups;

void lookups_begin(const struct lookup_owner *owner)
{
	lookups.owner = owner;
	lookups.running = 0;
	TAILQ_INIT(&lookups.all);
}

static void end_with(struct lookup *l, err_t e, const char *why)
{
	if (l->over)
		return;
	l->over = true;
	l->error = e;
	snprintf(l->why, sizeof(l->why), "%.253s: %.250s", l->call->url, why);
}

/* -- the answer -- */

/* The bytes of one record, whose text may come in several pieces. False: it is no text. */
static bool add_text(struct buffer *to, const struct ares_txt_ext *first)
{
	const struct ares_txt_ext *t = first;

	do {
		if (memchr(t->txt, '\0', t->length))
			return false;
		buffer_add(to, t->txt, t->length);
		t = t->next;
	} while (t && !t->record_start);
	buffer_char(to, '\0');
	return true;
}

static err_t keep_texts(struct call *c, const struct ares_txt_ext *all)
{
	for (const struct ares_txt_ext *t = all; t; t = t->next) {
		size_t before = c->answer.len;

		if (!t->record_start)
			continue;
		if (c->status == TEXTS_MOST)
			return err_set(ERR_CALL_ANSWER, "it has more than %d texts", TEXTS_MOST);
		if (add_text(&c->answer, t))
			c->status++;
		else
			c->answer.len = before;
		if (c->answer.full)
			return err_set(ERR_CALL_ANSWER, "its texts are too long");
	}
	return OK;
}

static void take_answer(struct lookup *l, const unsigned char *bytes, int len)
{
	struct ares_txt_ext *texts = NULL;
	int status = ares_parse_txt_reply_ext(bytes, len, &texts);
	err_t e;

	if (status != ARES_SUCCESS && status != ARES_ENODATA) {
		end_with(l, ERR_CALL_ANSWER, ares_strerror(status));
		return;
	}
	e = keep_texts(l->call, texts);
	if (texts)
		ares_free_data(texts);
	end_with(l, e, e ? err_fault()->detail : "");
}

/* A name that is not there, or has no texts, is an answer too; the rest says nothing about the name. */
static void on_answer(void *of, int status, int timeouts, unsigned char *bytes, int len)
{
	struct lookup *l = of;

	(void)timeouts;
	if (l->closing || l->over)
		return;
	if (status == ARES_SUCCESS)
		take_answer(l, bytes, len);
	else if (status == ARES_ENOTFOUND || status == ARES_ENODATA)
		end_with(l, OK, "");
	else if (status == ARES_ETIMEOUT)
		end_with(l, ERR_CALL_TIMEOUT, "no DNS server answered in time");
	else if (status == ARES_EBADNAME || status == ARES_EBADQUERY)
		end_with(l, ERR_CALL_INPUT, "it is no name of the DNS");
	else if (status == ARES_EBADRESP)
		end_with(l, ERR_CALL_ANSWER, "the DNS server's answer cannot be understood");
	else
		end_with(l, ERR_CALL_FAILED, ares_strerror(status));
}

/* -- the question -- */

static void on_socket(void *of, ares_socket_t fd, int readable, int writable)
{
	lookups.owner->watch(fd, (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0), of);
}

/* The file of the system is read anew for each question, so a server that has changed is asked from then on. */
static err_t open_channel(struct lookup *l, const struct client_options *o)
{
	struct ares_options options = {
		.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES, .timeout = TRY_MS, .tries = TRIES,
		.ednspsz = DATAGRAM, .sock_state_cb = on_socket, .sock_state_cb_data = l,
	};
	int status = ares_init_options(&l->channel, &options,
				       ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
					       ARES_OPT_SOCK_STATE_CB);

	if (status == ARES_SUCCESS && o->dns_server) {
		status = ares_set_servers_ports_csv(l->channel, o->dns_server);
		if (status != ARES_SUCCESS)
			ares_destroy(l->channel);
	}
	return status == ARES_SUCCESS ? OK : err_set(ERR_CALL_FAILED, "c-ares: %s", ares_strerror(status));
}

err_t lookup_ask(struct call *c, const struct client_options *o, int64_t now_us)
{
	struct lookup *l;
	err_t e;

	if (!c->url || !*c->url || strlen(c->url) > NAME_MOST)
		return err_set(ERR_CALL_INPUT, "the name is empty or too long");
	if (lookups.running >= LOOKUPS_MOST)
		return err_set(ERR_BUSY, "too many questions to the DNS are open");
	l = calloc(1, sizeof(*l));
	if (!l)
		log_fatal("out of memory");
	l->call = c;
	l->ends_us = now_us + 1000 * (int64_t)(c->total_ms > 0 ? c->total_ms : o->total_ms);
	e = open_channel(l, o);
	if (e) {
		free(l);
		return e;
	}
	c->status = 0;
	buffer_init(&c->answer, c->answer_max ? c->answer_max : ANSWER_MOST);
	TAILQ_INSERT_TAIL(&lookups.all, l, all);
	lookups.running++;
	ares_query(l->channel, c->url, ns_c_in, ns_t_txt, on_answer, l);
	return OK;
}

/* -- on the way -- */

/*
 * Which of its sockets are ready is not told: reading one that is not costs a system call. The bits are those of
 * ARES_GETSOCK_READABLE() and _WRITABLE(), which shift a signed 1 by up to 31.
 */
void lookup_ready(struct lookup *l)
{
	ares_socket_t fds[ARES_GETSOCK_MAXNUM];
	unsigned which = l->over ? 0 : (unsigned)ares_getsock(l->channel, fds, ARES_GETSOCK_MAXNUM);

	for (int i = 0; i < ARES_GETSOCK_MAXNUM && !l->over; i++) {
		ares_socket_t reads = which >> i & 1U ? fds[i] : ARES_SOCKET_BAD;
		ares_socket_t writes = which >> (i + ARES_GETSOCK_MAXNUM) & 1U ? fds[i] : ARES_SOCKET_BAD;

		if (reads != ARES_SOCKET_BAD || writes != ARES_SOCKET_BAD)
			ares_process_fd(l->channel, reads, writes);
	}
}

void lookups_sweep(int64_t now_us)
{
	struct lookup *l;

	TAILQ_FOREACH(l, &lookups.all, all)
	{
		if (!l->over)
			ares_process_fd(l->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
		if (l->ends_us <= now_us)
			end_with(l, ERR_CALL_TIMEOUT, "no DNS server answered in time");
	}
}

static void give_back(struct lookup *l)
{
	struct call *c = l->call;
	err_t e = l->error ? err_set(l->error, "%s", l->why) : OK;

	l->closing = true;
	ares_destroy(l->channel);
	TAILQ_REMOVE(&lookups.all, l, all);
	lookups.running--;
	free(l);
	lookups.owner->over(c, e);
}

void lookups_settle(void)
{
	struct lookup *l, *next;

	for (l = TAILQ_FIRST(&lookups.all); l; l = next) {
		next = TAILQ_NEXT(l, all);
		if (l->over)
			give_back(l);
	}
}

void lookups_end(void)
{
	struct lookup *l;

	TAILQ_FOREACH(l, &lookups.all, all)
	end_with(l, ERR_CALL_STOPPED, "this server stops");
	lookups_settle();
}
