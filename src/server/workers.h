/*
 * workers.h - runs the rows of http/worker.h: at their times, or after a change that they wait for.
 */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include "base/err.h"

struct worker;

/* Starts all workers of the program; after lanes_start(). The first round of each begins at once. */
NODISCARD err_t workers_start(void);
/* Starts only these (tests). */
NODISCARD err_t workers_start_with(const struct worker *const *rows, int count);
/* Call after a change was committed, here or by another copy; from any thread. Does nothing before workers_start(). */
void workers_wake(unsigned changes);
/* Begins no more rounds and waits for those that run. They end on the lanes, so call it before lanes_stop(). */
void workers_stop(void);

#endif
