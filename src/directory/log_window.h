/*
 * log_window.h - the window of time that a list of entries is asked for: start_time and end_time of the query.
 */
#ifndef DIRECTORY_LOG_WINDOW_H
#define DIRECTORY_LOG_WINDOW_H

#include "directory/log_counts.h"
#include "http/request.h"

/* Sets the times of the filter; both ends are in the window. ERR_INPUT; ERR_LOG_WINDOW: it ends before it begins. */
NODISCARD err_t log_window_read(const struct request *rq, struct log_filter *f);

#endif
