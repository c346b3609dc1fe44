/* The worker that forgets rows that are over. */
#include "entity/expiry.h"

#include "base/clock.h"
#include "http/request.h"
#include "http/worker.h"
#include "base/banned.h"

#define SLICE 1000

extern const struct expiring *const __start_expiring[], *const __stop_expiring[];

struct round {
	size_t at;	/* the table whose turn it is */
};
FLOW(expiry_round, struct round)

static err_t forget(struct request *rq);
static const struct step forget_step = { "forget what is over", WRITE, forget };

/* Forgets a slice of one table, and goes on with its next slice or the next table. */
static err_t forget(struct request *rq)
{
	struct round *round = expiry_round(rq);
	const struct expiring *x = __start_expiring[round->at];
	int64_t gone;
	err_t e = store_exec(rq->tx, x->forget, ARGS(N(clock_ms() - x->kept_ms), N(SLICE)), &gone);

	if (e)
		return e;
	if (gone < SLICE)
		round->at++;
	return __start_expiring + round->at < __stop_expiring ? next(rq, &forget_step) : OK;
}

WORKER(forget_expired_rows) = { .name = "forget what is over", .every_s = 60, .lane = WRITE, .run = forget };
