/* How a step ends, and what it leaves for the next. */
#include "http/step.h"

#include <assert.h>

#include "http/client.h"
#include "http/request.h"
#include "base/banned.h"

err_t next(struct request *rq, const struct step *step)
{
	rq->task.step = step;
	return OK;
}

err_t refuse(struct request *rq, err_t e)
{
	assert(e);
	rq->task.keeps = false;
	return e;
}

err_t refuse_keeping(struct request *rq, err_t e)
{
	assert(e && e != ERR_AGAIN);
	rq->task.keeps = true;
	return e;
}

/* For arena_defer(): wipes what a call brought. */
static void wipe(void *c)
{
	call_wipe(c);
}

err_t transfer(struct request *rq, struct call *c, const struct step *then)
{
	assert(rq->task.lane == CALL);
	arena_defer(rq->arena, wipe, c);
	rq->task.call = c;
	return next(rq, then);
}

void *flow_state(struct request *rq, const char *flow, size_t size)
{
	if (!rq->flow.name) {
		rq->flow.name = flow;
		rq->flow.state = arena_zalloc(rq->arena, size);
	}
	assert(rq->flow.name == flow);
	return rq->flow.state;
}
