/*
 * helper.h - inside http/ only: calls to a program of ours that lies beside the server (CALL_HELPER of client.h). It
 * reads what the server must not read itself, in a process that has given up files and network.
 *
 * A question and its answer are bytes with their length before them (four, the most significant first), over the
 * socket that is the program's standard input. A thread of its own waits for each process, so that a call holds up
 * nobody; both appear with the first call and end when none came for a minute. A process that ends or does not answer
 * in time fails the call that it was for, and nothing else: the next one gets a new process.
 */
#ifndef HTTP_HELPER_H
#define HTTP_HELPER_H

#include "http/client.h"

/* The options are borrowed until helper_stop(). */
void helper_start(const struct client_options *o);
/*
 * As client_submit(). In `done`, beside the errors of client.h:
 *   ERR_CALL_INPUT    the program is not installed
 *   ERR_CALL_FAILED   its process ended, or could not be started
 */
NODISCARD err_t helper_submit(struct call *c);
/* `done` comes for each call that runs or waits before this returns. */
void helper_stop(void);

#endif
