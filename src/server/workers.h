/*
 * workers.h - runs the rows of http/worker.h: when their time has come, or when what they wait for has changed.
 */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include "base/err.h"

struct worker;

/* The program's own. After lanes_start(); the first round of each begins at once. */
NODISCARD err_t workers_start(void);
/* Only these (tests). */
NODISCARD err_t workers_start_with(const struct worker *const *rows, int count);
/* From any thread: a change was committed here or by another copy. Before workers_start() it does nothing. */
void workers_wake(unsigned changes);
/* No round begins any more; those that run end on the lanes, so before lanes_stop(). */
void workers_stop(void);

#endif
