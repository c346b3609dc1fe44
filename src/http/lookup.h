/*
 * lookup.h - inside http/ only: questions to the DNS (CALL_LOOKUP of client.h), by c-ares. All of this runs on the
 * client's thread, which says what it watches and when to look at the time.
 *
 * Each question has a channel of its own, and with it a new socket, port and id, so that answers are hard to forge and
 * one that is given up takes no other along. What is too large for a datagram is asked again over TCP.
 */
#ifndef HTTP_LOOKUP_H
#define HTTP_LOOKUP_H

#include "http/client.h"

struct lookup;

#define LOOKUPS_MOST 128	/* that run at once; a question more is ERR_BUSY */

/* What the client does for lookups. */
struct lookup_owner {
	void (*watch)(int fd, uint32_t events, struct lookup *l);	/* events 0: no longer */
	void (*over)(struct call *c, err_t e);				/* the detail is that of err_fault() */
};
void lookups_begin(const struct lookup_owner *owner);
/* Asks. `over` comes once for each call that got OK, never before this returns. */
NODISCARD err_t lookup_ask(struct call *c, const struct client_options *o, int64_t now_us);
/* A socket of the lookup is ready. */
void lookup_ready(struct lookup *l);
/* Asks again what was not answered, and gives up what is out of time. */
void lookups_sweep(int64_t now_us);
/* Gives back what is over. Not while events are handled: several may be about one lookup. */
void lookups_settle(void);
/* Gives all back with ERR_CALL_STOPPED. */
void lookups_end(void);

#endif
