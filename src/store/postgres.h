/*
 * postgres.h - inside store/ only: the parts of the PostgreSQL engine.
 */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include "store/engine.h"
#include "store/libpq.h"

#define CHANNEL "guildhall"

/* Connected and set up, or ERR_STORE_DOWN with what the server said; takes two seconds for each host at most. */
NODISCARD err_t pg_connect(const struct store *s, PGconn **out);
/* The last message of the connection as the fault's detail. Returns `e`. */
err_t pg_failed(err_t e, const char *what, const char *message);

/* ---- listen.c: hears what other copies changed ---- */

struct pg_listener;

NODISCARD err_t listener_start(struct store *s, struct pg_listener **out);
void listener_stop(struct pg_listener *l);
bool listener_hears(const struct pg_listener *l);

#endif
