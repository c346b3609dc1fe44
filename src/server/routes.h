/*
 * routes.h - the route tables of all rooms, put together.
 */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "http/route.h"

/* Once, before the server listens. */
void routes_start(void);

extern const struct route meta_routes[];
extern const size_t meta_route_count;

#endif
