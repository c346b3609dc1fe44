/*
 * clock.h - the time, UTC.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define HOUR_US (1000 * HOUR_MS)
#define DAY_US (1000 * DAY_MS)
#define DAY_S (DAY_MS / 1000)

int64_t clock_ms(void);			/* milliseconds since the Unix epoch */
/*
 * The time, in milliseconds, to store with what is made or changed now: later than each that it gave before, so that
 * what one request makes after another is never in an order by chance in "newest first". It is at most 50 ms ahead of
 * the clock; where it is asked for more than a thousand times a second for long, a time comes repeatedly.
 */
int64_t clock_stamp_ms(void);
int64_t clock_us(void);			/* microseconds since the Unix epoch */
int64_t clock_s(void);			/* seconds since the Unix epoch */
int64_t clock_monotonic_us(void);	/* for durations and deadlines */
int64_t clock_coarse_us(void);		/* the same clock, some milliseconds behind, at a tenth of the cost */
/* 2026-01-02T03:04:05.678Z; `out` has room for 25 bytes. */
void clock_format(int64_t ms, char *out);

#endif
