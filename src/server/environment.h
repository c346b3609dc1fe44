/*
 * environment.h - what server and verbs need: data folder, seal, memory, descriptions, database, first tenants.
 */
#ifndef SERVER_ENVIRONMENT_H
#define SERVER_ENVIRONMENT_H

#include "base/settings.h"
#include "store/store.h"

/*
 * Prepares, once in a process: the data folder (mode 0700), the statements of every thing, the database with all
 * migrations, the seal's key, the tenants `admin` and `default`. Fills `context` (tenant/tenant.h).
 * A line on standard error tells what failed.
 */
NODISCARD err_t environment_open(struct settings *settings, struct store **out);
/* Of that the descriptions of things alone, for what the program can say without a store. */
NODISCARD err_t environment_describe(void);
void environment_close(struct store **store);	/* closes the store and sets `*store` to NULL */

#endif
