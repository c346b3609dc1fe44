/*
 * serve.h - runs the server, from start-up to the drained exit.
 */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "base/settings.h"

/* Runs until SIGTERM or SIGINT. Prints the addresses on standard output. Returns an exit status. */
int serve(struct settings *settings);

#endif
