/* The door of a route, and the door that lets every caller in. */
#include "http/door.h"

#include "http/request.h"

#include "base/banned.h"

static bool knows_anyone(struct request *rq)
{
	(void)rq;
	return true;
}

static err_t let_anyone_in(struct request *rq)
{
	(void)rq;
	return OK;
}

const struct door anyone_door = { .name = "anyone", .remembered = knows_anyone, .settle = let_anyone_in };

bool door_remembered(struct request *rq)
{
	const struct door *door = rq->route->door;

	return door && door->remembered(rq);
}

err_t door_settle(struct request *rq)
{
	if (!rq->route->door)
		return err_set(ERR_FORBIDDEN, "the route has no door");
	return door_remembered(rq) ? OK : rq->route->door->settle(rq);
}
