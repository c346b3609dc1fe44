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

static err_t make_calls(struct request *rq, struct call *first, bool may_fail, const struct step *then)
{
	assert(rq->task.lane == CALL);
	for (struct call *c = first; c; c = c->beside)
		arena_defer(rq->arena, wipe, c);
	rq->task.call = first;
	rq->task.calls_may_fail = may_fail;
	return next(rq, then);
}

err_t transfer(struct request *rq, struct call *c, const struct step *then)
{
	c->beside = NULL;
	return make_calls(rq, c, false, then);
}

err_t transfer_all(struct request *rq, struct call *first, const struct step *then)
{
	return make_calls(rq, first, true, then);
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
