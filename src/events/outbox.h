/*
 * outbox.h - what happened, written in the transaction of the change, for those who are told of it afterwards.
 *
 * A row is an event of webhooks-and-logs.md section 3 with its whole payload but `hookId`. Rows are written only
 * where somebody reads: a reader says by name of which events of its tenant it wants to be told, and the tenant's
 * answer to "who wants anything?" is remembered, so that a change nobody is told of costs one look into memory.
 *
 * The number of a row rises with every row of its tenant; there are gaps. On PostgreSQL a row with a lower number may
 * be committed after one with a higher number. So a reader does not keep the last number that it has seen: it takes
 * rows that are there (FOR UPDATE SKIP LOCKED) and deletes what it has dealt with.
 */
#ifndef EVENTS_OUTBOX_H
#define EVENTS_OUTBOX_H

#include "base/cache.h"
#include "entity/happened.h"

struct txn;

/* How long a row waits for its reader. */
#define OUTBOX_KEPT_MS (INT64_C(3) * 24 * 3600 * 1000)

/* Where to remember who wants what. Once, before the first request. */
void outbox_start(struct cache *memory);

/*
 * Says of which events `reader` wants to be told from now on, by their names, ended by NULL; none: of nothing any
 * more.
 * ERR_INPUT: not the name of an event.
 */
NODISCARD err_t outbox_subscribe(struct txn *tx, const char *reader, const char *const *events);
/* Whether an event of the tenant has a reader. */
NODISCARD err_t outbox_wants(struct txn *tx, const char *event, bool *wanted);

/*
 * Writes what a step of a request has done, behind it and in its transaction: what it noted, then, when it answered, the
 * event of the route with the answer as data. All of one step have the same time.
 * ERR_INTERNAL: a step that does not write answers a route that has an event; ours is the mistake.
 */
NODISCARD err_t event_record(struct request *rq);

/*
 * Deletes of the tenant's oldest `most` rows those that nobody wants any more and those that waited too long.
 * `*gone`: how many; 0: nothing to do for now.
 */
NODISCARD err_t outbox_trim(struct txn *tx, int64_t most, int64_t *gone);

#endif
