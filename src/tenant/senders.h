/*
 * senders.h - who holds the senders of this copy: of messages (outgoing.h), and of webhooks, which have a second table
 * for the hooks of a tenant.
 *
 * A tenant whose services take connections and never answer holds its share of them and no more; what others send
 * leaves at once.
 */
#ifndef TENANT_SENDERS_H
#define TENANT_SENDERS_H

#include <pthread.h>

#include "base/arena.h"
#include "base/ids.h"

#define SENDERS_MOST 64			/* that one copy has of a kind, at once */
#define SENDERS_OF_TENANT_MOST 8

struct sender {
	const void *owner;	/* NULL: nobody */
	const char *whose;
};

struct senders {
	pthread_mutex_t lock;
	int share;		/* how many one may hold */
	struct sender busy[SENDERS_MOST];
	char last[ID_LONG + 1];
};

#define SENDERS(most) { .lock = PTHREAD_MUTEX_INITIALIZER, .share = (most) }

/*
 * From now on `owner` sends for `whose`, a tenant or a hook, and no longer for the one before. Both outlive that.
 * False: it has its share already.
 */
bool sender_hold(struct senders *s, const void *owner, const char *whose);
/* True: the one for whom it sent had its whole share until now, so more of it may wait for this. */
bool sender_release(struct senders *s, const void *owner);

/* Those that have their share, as a JSON list. */
const char *senders_full(struct senders *s, struct arena *a);
/* The one that was served last, "" at first: the one behind it is next. */
const char *senders_last(struct senders *s, struct arena *a);

#endif
