/* How attempts to sign in end. */
#include "signin/attempt.h"

#include "signin/flow_event.h"

#include "base/banned.h"

/* Each time, not only when the block begins. */
static err_t note_lockout(struct request *rq, const struct interaction *i, const struct attempt *a)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, MIB(1));
	json_out_init(&j, &b);
	json_key_text(&j, "type", a->type);
	json_key_text(&j, "value", a->value);
	return flow_event_note(rq, i, "Identifier.Lockout", arena_copy(rq->arena, buffer_str(&b)), NULL);
}

err_t attempt_settle(struct request *rq, const struct interaction *i, const struct attempt *a, err_t outcome)
{
	err_t e = lockout_report(rq->tx, rq->arena, a->pool, a->value, !outcome), noted;

	if (!e)
		return outcome ? refuse_keeping(rq, outcome) : OK;
	if (e != ERR_LOCKED)
		return e;
	noted = note_lockout(rq, i, a);
	return noted ? noted : refuse_keeping(rq, ERR_LOCKED);
}
