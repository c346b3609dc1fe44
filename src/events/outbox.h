/*
 * outbox.h - events, written in the transaction of the change, for the readers that deliver them afterwards.
 *
 * A row is an event of webhooks-and-logs.md section 3 for one reader, with its whole payload but `hookId`. Rows are
 * written only where a reader wants them: a reader subscribes by name to events of its tenant. The set of events that
 * the tenant's readers want is remembered, so that a change without a reader costs one look into memory.
 *
 * The number of a row rises with every row of its tenant; there are gaps. On PostgreSQL a row with a lower number may
 * be committed after one with a higher number. So a reader does not keep the last number that it has seen: it takes
 * rows of its own that are due (FOR UPDATE SKIP LOCKED), and deletes what it has dealt with.
 */
#ifndef EVENTS_OUTBOX_H
#define EVENTS_OUTBOX_H

#include "base/cache.h"
#include "base/clock.h"
#include "entity/event_note.h"

struct txn;

/* How long a row waits for its reader. */
#define OUTBOX_KEPT_MS (3 * DAY_MS)

/* The names of all events, ended by NULL. */
extern const char *const event_names[];

/* Sets the memory for the sets of wanted events. Once, before the first request. */
void outbox_start(struct cache *memory);

/*
 * Sets the events that `reader` wants from now on, by their names, ended by NULL; an empty list ends its subscription.
 * ERR_INPUT: not the name of an event.
 */
NODISCARD err_t outbox_subscribe(struct txn *tx, const char *reader, const char *const *events);
/* Whether an event of the tenant has a reader. */
NODISCARD err_t outbox_wants(struct txn *tx, const char *event, bool *wanted);

/*
 * Writes the events of a step, after it and in its transaction: those that it noted, then, when it answered, the event
 * of the route with the answer as data. All of one step have the same time. Of a step that ended with refuse_keeping()
 * only what it noted is written.
 * ERR_INTERNAL: a step that does not write answers a route that has an event, which is a mistake of the program.
 */
NODISCARD err_t event_record(struct request *rq);

/*
 * Looks at the tenant's oldest `most` rows; deletes those without a reader and those that waited too long.
 * `*gone`: how many; 0: nothing to do for now.
 */
NODISCARD err_t outbox_trim(struct txn *tx, int64_t most, int64_t *gone);

#endif
