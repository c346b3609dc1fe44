/*
 * log.h - writes one line for each event to standard error.
 *
 * Lines are JSON, or for human readers on a terminal (or as LOG_FORMAT says). The id of the request
 * that the thread works for is on every line. Secrets travel as `struct secret`
 * (secret.h), which no function here accepts.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/*
 * From now on: events of level `least` and above; JSON or the form for human readers. Call it before other threads
 * start.
 */
void log_start(enum log_level least, bool json);
/*
 * From now on a thread writes the lines, so that a slow reader of standard error, or one that reads no more, holds up
 * nobody: at most LOG_ROOM bytes wait, what comes then is dropped, and a line tells how many were. Call it when the
 * signals of the process are blocked. False: there is no thread, and each line is written by its caller as before.
 */
bool log_detach(void);
/* Lets the thread write what waits, for `ms` at most, and ends it. Later lines are lost where it did not manage. */
void log_attach(int ms);
#define LOG_ROOM KIB(256)
/* The request this thread works for from now on; the id is copied, and cut where it is longer. NULL: none. */
void log_request(const char *id);
#define LOG_REQUEST_MAX 40
/*
 * From now on the thread's id lies in `box`, of LOG_REQUEST_MAX bytes, empty at first; NULL: in one of the thread's
 * own. Returns the box before. For code that runs several requests in turn on one thread.
 */
char *log_request_use(char *box);
/*
 * Of lines with the id of a request, 50 are written in a second; of level debug, 2000. The next line after that says
 * how many were left out.
 */
void log_line(enum log_level level, const char *format, ...) PRINTF(2, 3);
/* An error with which the program cannot go on: waits a second for the line to be written, and aborts. */
void log_fatal(const char *format, ...) PRINTF(1, 2) __attribute__((noreturn));

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

#endif
