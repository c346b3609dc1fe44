/* Notes of what a request has changed. */
#include "entity/event_note.h"

#include "base/banned.h"

static event_reader *reader;

void event_set_reader(event_reader *r)
{
	reader = r;
}

err_t event_read_wanted(struct request *rq, const char *event, bool *wanted)
{
	*wanted = false;
	return event && reader ? reader(rq, event, wanted) : OK;
}

void event_note_add(struct request *rq, const struct event_note *what)
{
	struct event_note *note = ARENA_NEW(rq->arena, struct event_note), **at = &rq->notes;

	*note = *what;
	note->next = NULL;
	if (note->form == EVENT_NOTE_WHOLE && rq->event_scene) {
		note->form = EVENT_NOTE_BARE;
		note->members = arena_printf(rq->arena, "%s%s%s", rq->event_scene, what->members ? "," : "",
					     what->members ? what->members : "");
	}
	while (*at)
		at = &(*at)->next;
	*at = note;
}
