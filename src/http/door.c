/* The door of a route, and the door that lets every caller in. */
#include "http/door.h"

#include "http/request.h"

#include "base/banned.h"

static bool recall_anyone(struct request *rq)
{
	(void)rq;
	return true;
}

static err_t settle_anyone(struct request *rq)
{
	(void)rq;
	return OK;
}

const struct door anyone_door = { .name = "anyone", .recall = recall_anyone, .settle = settle_anyone };

bool door_recall(struct request *rq)
{
	const struct door *door = rq->route->door;

	return door && door->recall(rq);
}

err_t door_settle(struct request *rq)
{
	if (!rq->route->door)
		return err_set(ERR_FORBIDDEN, "the route has no door");
	return door_recall(rq) ? OK : rq->route->door->settle(rq);
}
