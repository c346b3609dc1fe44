/* How attempts to sign in end. */
#include "signin/attempt.h"

#include "signin/flow_event.h"

#include "base/banned.h"

static const char *members_of_lockout(struct request *rq, const struct attempt *a)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, MIB(1));
	json_out_init(&j, &b);
	json_key_text(&j, "type", a->type);
	json_key_text(&j, "value", a->value);
	return arena_copy(rq->arena, buffer_str(&b));
}

/* The event of a block comes each time, not only when it begins. */
static err_t settle(struct request *rq, const struct attempt *a, err_t outcome, const struct interaction *i,
		    attempt_noter *note)
{
	static const char event[] = "Identifier.Lockout";
	err_t e = lockout_report(rq->tx, rq->arena, a->pool, a->value, !outcome), noted;
	const char *members;

	if (!e)
		return outcome ? refuse_keeping(rq, outcome) : OK;
	if (e != ERR_LOCKED)
		return e;
	members = members_of_lockout(rq, a);
	noted = i ? flow_event_note(rq, i, event, members, NULL) : note(rq, event, members, NULL);
	return noted ? noted : refuse_keeping(rq, ERR_LOCKED);
}

err_t attempt_settle(struct request *rq, const struct interaction *i, const struct attempt *a, err_t outcome)
{
	return settle(rq, a, outcome, i, NULL);
}

err_t attempt_settle_by(struct request *rq, const struct attempt *a, err_t outcome, attempt_noter *note)
{
	return settle(rq, a, outcome, NULL, note);
}
