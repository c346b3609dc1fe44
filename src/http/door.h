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
	/* By memory alone, without a transaction. False: not remembered, ask settle(). */
	bool (*recall)(struct request *rq);
	/* With rq->tx, which can read, in the tenant of the request. May leave the transaction in another tenant. */
	err_t (*settle)(struct request *rq);
};

/* Lets every caller in; rq->who stays empty. */
extern const struct door anyone_door;
#define ANYONE (&anyone_door)

/* The door of the request's route, first the one function, then the other. */
bool door_recall(struct request *rq);
/* ERR_FORBIDDEN: the route has no door; otherwise what the door says. */
NODISCARD err_t door_settle(struct request *rq);

#endif
