/*
 * event_note.h - notes of what a request has changed, made where the change is made; events/ turns them into events.
 *
 * A route or a relation says in its row which event a successful change is. What only the code beside it knows is
 * noted here: the ids that a relation gained and lost, the user that was deleted, a second event of the same call. The
 * notes live in the request's arena and belong to one run of its handler; events/ writes them, and the event of the
 * route itself, in the transaction of the change. Contract: webhooks-and-logs.md sections 3 and 4.
 */
#ifndef ENTITY_EVENT_NOTE_H
#define ENTITY_EVENT_NOTE_H

#include "http/request.h"

enum event_note_form {
	EVENT_NOTE_WHOLE,		/* with what the request was; `data` last */
	EVENT_NOTE_DATA_FIRST,	/* the same; `data` right behind the address of the caller */
	EVENT_NOTE_BARE,		/* only `data` */
};

struct event_note {
	const char *event;		/* a note of the route's own event replaces it; others come first */
	const char *members;		/* JSON members, "organizationId":"o1",…; NULL: none */
	const char *data;		/* JSON; NULL: none */
	enum event_note_form form;
	struct event_note *next;
};

/* Sets `*wanted`: whether an event of this tenant has a reader. */
typedef err_t event_reader(struct request *rq, const char *event, bool *wanted);
/* Set once at start, by events/. Without it no event is wanted. */
void event_set_reader(event_reader *reader);

/* Ask this before any work that only a note needs. `event` NULL: not wanted. */
NODISCARD err_t event_read_wanted(struct request *rq, const char *event, bool *wanted);
/* Appends a copy of the note; its texts must live in the request's arena or as long as the process. */
void event_note_add(struct request *rq, const struct event_note *what);

#endif
