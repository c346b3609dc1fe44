/*
 * doors.h - doors of higher rooms, declared here so that route tables of every room can name them; each is
 * defined in the room that knows its callers.
 */
#ifndef TENANT_DOORS_H
#define TENANT_DOORS_H

#include "http/door.h"

/* oidc/verify.c: lets callers with a token for the Management API of the tenant in. */
extern const struct door management_door;
#define MANAGEMENT (&management_door)

/*
 * signin/interaction.c: lets in whoever has the cookie of a live interaction; rq->who.id is the id of the interaction.
 */
extern const struct door interaction_door;
#define INTERACTION (&interaction_door)

/*
 * oidc/account_door.c: lets people in by an opaque access token of their own; rq->who.id is the user, rq->who.known a
 * struct account_token (account/account.h). Applications of third parties only read.
 */
extern const struct door account_door;
#define ACCOUNT (&account_door)

#endif
