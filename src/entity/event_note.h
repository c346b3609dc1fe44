/*
 * event_note.h - notes of what a request has changed, made where the change is made; events/ turns them into events.
 *
 * The row of a route or a relation names the event of a successful change. What only the code of the change knows goes
 * into a note: the ids that a relation gained and lost, the user that was deleted, a second event of the same call.
 * Notes live in the request's arena and belong to one run of its step; events/ writes them, and the event of the
 * route itself, in the transaction of the change. Contract: webhooks-and-logs.md sections 3 and 4.
 */
#ifndef ENTITY_EVENT_NOTE_H
#define ENTITY_EVENT_NOTE_H

#include "http/request.h"

enum event_note_form {
	EVENT_NOTE_WHOLE,	/* with members that describe the request, or its event_scene; `data` last */
	EVENT_NOTE_DATA_FIRST,	/* the same; `data` right behind the address of the caller */
	EVENT_NOTE_BARE,	/* only `data` */
};

struct event_note {
	const char *event;		/* the route's own: the note replaces it; any other is written before it */
	const char *members;		/* JSON members, "organizationId":"o1",…; NULL: none */
	const char *data;		/* JSON; NULL: none */
	enum event_note_form form;
	struct event_note *next;
};

/* Sets `*wanted`: whether an event of this tenant has a reader. */
typedef err_t event_reader(struct request *rq, const char *event, bool *wanted);
/* Set once at start, by events/. Without it no event is wanted. */
void event_set_reader(event_reader *reader);

/* Reads whether the event has a reader. Call it before any work that only a note needs. `event` NULL: not wanted. */
NODISCARD err_t event_read_wanted(struct request *rq, const char *event, bool *wanted);
/* Appends a copy of the note; its texts must live in the request's arena or as long as the process. */
void event_note_add(struct request *rq, const struct event_note *what);

#endif
