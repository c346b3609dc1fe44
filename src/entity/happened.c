/* Notes of what a request has changed. */
#include "entity/happened.h"

#include "base/banned.h"

static happened_reader *reader;

void happened_set_reader(happened_reader *r)
{
	reader = r;
}

err_t happened_wanted(struct request *rq, const char *event, bool *wanted)
{
	*wanted = false;
	return event && reader ? reader(rq, event, wanted) : OK;
}

void happened_note(struct request *rq, const struct happened *what)
{
	struct happened *note = ARENA_NEW(rq->arena, struct happened), **at = &rq->happened;

	*note = *what;
	note->next = NULL;
	while (*at)
		at = &(*at)->next;
	*at = note;
}
