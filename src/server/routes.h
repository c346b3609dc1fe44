/*
 * routes.h - the route tables of all rooms, put together.
 */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "http/route.h"

/* With the mounts. Once, before the server listens. ERR_INTERNAL: a row names a door that its mount does not have. */
NODISCARD err_t routes_start(void);

extern const struct route meta_routes[];
extern const size_t meta_route_count;

#endif
