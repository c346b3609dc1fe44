/*
 * routes.h - puts the route tables of all rooms together.
 */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "http/route.h"

/* Starts mounts and routes; once, before the server listens. ERR_INTERNAL: a row's door is not one of its mount. */
NODISCARD err_t routes_start(void);

extern const struct route meta_routes[];
extern const size_t meta_route_count;

#endif
