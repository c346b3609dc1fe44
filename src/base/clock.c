/* Reads the system's clocks; writes a time as text without the C library's locale or time zone. */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

#include "base/banned.h"

/*
 * The most that a stamp is ahead of the clock: less than a start takes, and not more than the clocks of two machines
 * are apart, so that neither who begins anew nor another copy is behind what was stored before.
 */
#define AHEAD_MS 50
#define YEAR_0_MS INT64_C(-62167219200000)	/* 0000-01-01T00:00:00.000Z */
#define YEAR_9999_MS INT64_C(253402300799999)	/* 9999-12-31T23:59:59.999Z */

static int64_t read_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_ms(void)
{
	return read_ns(CLOCK_REALTIME) / 1000000;
}

/* A last one far ahead means that the clock was set back. */
static int64_t stamp_after(int64_t last, int64_t now)
{
	if (last < now || last > now + AHEAD_MS)
		return now;
	return last < now + AHEAD_MS ? last + 1 : last;
}

int64_t clock_stamp_ms(void)
{
	static _Atomic int64_t given;
	int64_t last = atomic_load(&given), now = clock_ms(), stamp;

	do
		stamp = stamp_after(last, now);
	while (!atomic_compare_exchange_weak(&given, &last, stamp));
	return stamp;
}

int64_t clock_us(void)
{
	return read_ns(CLOCK_REALTIME) / 1000;
}

int64_t clock_s(void)
{
	return read_ns(CLOCK_REALTIME) / 1000000000;
}

int64_t clock_monotonic_us(void)
{
	return read_ns(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_coarse_us(void)
{
	return read_ns(CLOCK_MONOTONIC_COARSE) / 1000;
}

/* Writes the last `width` decimal digits of `n`, without a NUL. */
static void write_digits(char *out, int64_t n, int width)
{
	while (width-- > 0) {
		out[width] = (char)('0' + n % 10);
		n /= 10;
	}
}

/*
 * The date, in the Gregorian calendar, of a day counted from 0000-03-01: in years that begin in March the leap day
 * is last.
 */
static void date_of_day(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t era = days / 146097, of_era = days % 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = era * 400 + y + (*month <= 2);
}

/* A time outside of the years 0 to 9999, which no client can mean, becomes the nearest one inside. */
void clock_format(int64_t ms, char *out)
{
	int64_t days, year, month, day;

	ms = ms < YEAR_0_MS ? YEAR_0_MS : ms > YEAR_9999_MS ? YEAR_9999_MS : ms;
	ms -= YEAR_0_MS;
	days = ms / DAY_MS;
	ms %= DAY_MS;
	date_of_day(days - 60 + 146097, &year, &month, &day);	/* 400 years on: the count begins in March of year 0 */
	year -= 400;
	for (int i = 0; i < 25; i++)
		out[i] = "0000-00-00T00:00:00.000Z"[i];
	write_digits(out, year, 4);
	write_digits(out + 5, month, 2);
	write_digits(out + 8, day, 2);
	write_digits(out + 11, ms / HOUR_MS, 2);
	write_digits(out + 14, ms / MINUTE_MS % 60, 2);
	write_digits(out + 17, ms / 1000 % 60, 2);
	write_digits(out + 20, ms % 1000, 3);
}
