/*
 * doors.h - doors of rooms above, named here so that the rows of every room can say them; each is defined in the room
 * that knows its callers.
 */
#ifndef TENANT_DOORS_H
#define TENANT_DOORS_H

#include "http/door.h"

/* oidc/verify.c: who holds a token for the Management API of the tenant. */
extern const struct door management_door;
#define MANAGEMENT (&management_door)

#endif
