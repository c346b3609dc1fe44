/* Reads the window of time that a list of entries is asked for. */
#include "directory/log_window.h"

#include <math.h>

#include "base/js_number.h"

#include "base/banned.h"

/* Reads an end of the window, in milliseconds; an empty one leaves `*out` alone. ERR_INPUT. */
static err_t read_time(const struct request *rq, const char *name, double (*to_whole)(double), double *out)
{
	const char *text = query_nonempty(rq, name);
	double ms;

	if (!text)
		return OK;
	if (!text_js_number(text, &ms) || !isfinite(ms))
		return err_arg(ERR_INPUT, "part", name);
	*out = to_whole(ms);
	return OK;
}

/* The time in microseconds; what is beyond all times is the last or the first of them. */
static int64_t us_of(double ms)
{
	return ms >= 9e15 / 1000 ? INT64_MAX : ms <= 0 ? 0 : (int64_t)ms * 1000;
}

err_t log_window_read(const struct request *rq, struct log_filter *f)
{
	double from = -INFINITY, until = INFINITY;
	err_t e = read_time(rq, "start_time", ceil, &from);

	if (!e)
		e = read_time(rq, "end_time", floor, &until);
	if (e)
		return e;
	if (from > until)
		return ERR_LOG_WINDOW;
	f->from_us = us_of(from);
	f->until_us = isinf(until) ? INT64_MAX : us_of(until + 1);
	return OK;
}
