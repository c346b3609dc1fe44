/*
 * senders.h - inside tenant/ only: which tenants hold the senders of this copy (outgoing.h).
 *
 * A tenant whose services take connections and never answer holds its share of them and no more; the others' messages
 * leave at once.
 */
#ifndef TENANT_SENDERS_H
#define TENANT_SENDERS_H

#include "base/arena.h"

#define SENDERS_MOST 64			/* messages that one copy sends at once */
#define SENDERS_OF_TENANT_MOST 8

/*
 * From now on `owner` sends for the tenant, and no longer for the one before. Both outlive that. False: the tenant has
 * its share already.
 */
bool sender_hold(const void *owner, const char *tenant);
/* True: the tenant had its whole share until now, so messages of it may wait for this. */
bool sender_release(const void *owner);

/* The tenants that have their share, as a JSON list. */
const char *senders_full(struct arena *a);
/* The tenant that was served last, "" at first: the one behind it is next. */
const char *senders_last(struct arena *a);

#endif
