/*
 * environment.h - what the server and the verbs stand on: data folder, seal, memory, descriptions, database, seeds.
 */
#ifndef SERVER_ENVIRONMENT_H
#define SERVER_ENVIRONMENT_H

#include "base/settings.h"
#include "store/store.h"

/*
 * Makes it ready, once in a process: the data folder (mode 0700), the seal's key, the statements of every thing, the
 * database with all migrations, the tenants `admin` and `default`. Fills `context` (tenant/tenant.h).
 * A line on standard error tells what failed.
 */
NODISCARD err_t environment_open(struct settings *settings, struct store **out);
void environment_close(struct store **store);	/* takes it */

#endif
