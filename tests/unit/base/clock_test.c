#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "test.h"
#include "base/banned.h"

static void check(int64_t ms, const char *text)
{
	char out[25];

	clock_format(ms, out);
	assert_string_equal(out, text);
}

static void known_times_are_written_as_javascript_does(void **state)
{
	(void)state;
	check(0, "1970-01-01T00:00:00.000Z");
	check(-1, "1969-12-31T23:59:59.999Z");
	check(1767323045678, "2026-01-02T03:04:05.678Z");
	check(951782400000, "2000-02-29T00:00:00.000Z");
	check(4107542400000, "2100-03-01T00:00:00.000Z");
	check(-62167219200000, "0000-01-01T00:00:00.000Z");
	check(-62162121600000, "0000-02-29T00:00:00.000Z");
	check(-62162035200000, "0000-03-01T00:00:00.000Z");
}

static void times_no_calendar_holds_are_drawn_to_its_ends(void **state)
{
	(void)state;
	check(INT64_MIN, "0000-01-01T00:00:00.000Z");
	check(INT64_MAX, "9999-12-31T23:59:59.999Z");
}

static void every_tenth_day_agrees_with_the_system(void **state)
{
	char out[25], want[25];
	struct tm tm;

	(void)state;
	for (int64_t day = -719528; day < 2932896; day += 10) {
		time_t t = (time_t)(day * 86400 + 4000);

		gmtime_r(&t, &tm);
		snprintf(want, sizeof(want), "%04u-%02u-%02uT01:06:40.007Z", (unsigned)(tm.tm_year + 1900) % 10000U,
			 (unsigned)(tm.tm_mon + 1) % 100U, (unsigned)tm.tm_mday % 100U);
		clock_format((int64_t)t * 1000 + 7, out);
		assert_string_equal(out, want);
	}
}

static void clocks_go_forward(void **state)
{
	int64_t a = clock_monotonic_us(), b = clock_monotonic_us();

	(void)state;
	assert_true(b >= a);
	assert_true(clock_ms() / 1000 <= clock_s());
	assert_true(clock_s() > 1700000000);
}

static void stamps_have_the_order_in_which_they_were_asked_for(void **state)
{
	int64_t began = clock_ms(), last = 0;

	(void)state;
	for (int i = 0; i < 45; i++) {
		int64_t stamp = clock_stamp_ms();

		assert_true(stamp > last);
		last = stamp;
	}
	assert_true(last >= began && last <= clock_ms() + 50);
}

static void stamps_stay_near_the_clock(void **state)
{
	int64_t last = clock_stamp_ms();

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t stamp = clock_stamp_ms();

		assert_true(stamp >= last && stamp <= clock_ms() + 50);
		last = stamp;
	}
}

RUN(T(known_times_are_written_as_javascript_does), T(times_no_calendar_holds_are_drawn_to_its_ends),
    T(every_tenth_day_agrees_with_the_system), T(clocks_go_forward),
    T(stamps_have_the_order_in_which_they_were_asked_for), T(stamps_stay_near_the_clock))
