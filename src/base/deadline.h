/*
 * deadline.h - until when something has to be done. Whatever may take long asks now and then, and gives up.
 */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include <stdatomic.h>

#include "base/clock.h"
#include "base/err.h"

struct deadline {
	int64_t at_us;			/* clock_monotonic_us(); 0: none, and nobody can cancel either */
	const atomic_bool *cancelled;	/* set by another thread: it is over now. NULL: nobody cancels */
	err_t error;			/* of what is not done by then; OK: ERR_DEADLINE */
	const char *limit;		/* the setting with its value, for the caller. Borrowed; may be NULL */
};

static inline bool deadline_is_cancelled(const struct deadline *d)
{
	return d->at_us && d->cancelled && atomic_load_explicit(d->cancelled, memory_order_relaxed);
}

/* Costs a few nanoseconds and is late by some milliseconds. `d` may be NULL: never. */
static inline bool deadline_is_over(const struct deadline *d)
{
	return d && d->at_us && (deadline_is_cancelled(d) || clock_coarse_us() >= d->at_us);
}

/* The error of what gave up: that of the deadline, or ERR_BUSY when it was cancelled. `what` is for the operator. */
err_t deadline_error(const struct deadline *d, const char *what);

/* Whether a signal that is to end the process waits to be taken: SIGTERM or SIGINT, which the caller has blocked. */
bool end_is_asked(void);

#endif
