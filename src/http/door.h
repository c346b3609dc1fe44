/*
 * door.h - a door settles which caller a request comes from.
 *
 * A route names its door in its row; a row without one refuses every caller. The door lives in the room that knows
 * the callers it lets in; rooms below that room name it by a declaration. Both functions fill rq->who.
 */
#ifndef HTTP_DOOR_H
#define HTTP_DOOR_H

#include "base/err.h"

struct request;

struct door {
	const char *name;		/* for the operator: "management" */
	const char *security;		/* scheme of the API document; NULL: it asks for nothing */
	/* Settles from memory, without a transaction. False: the memory does not have it; call settle(). */
	bool (*recall)(struct request *rq);
	/*
	 * Settles with rq->tx, which can read, in the request's tenant. May leave the transaction in another tenant.
	 */
	err_t (*settle)(struct request *rq);
};

/* Lets every caller in; rq->who stays empty. */
extern const struct door anyone_door;
#define ANYONE (&anyone_door)

/* recall() of the door of the request's route; false without a door. */
bool door_recall(struct request *rq);
/* recall(), or else settle(). ERR_FORBIDDEN: the route has no door; otherwise the error of the door. */
NODISCARD err_t door_settle(struct request *rq);

#endif
