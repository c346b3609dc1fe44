/*
 * payload.h - the JSON that the receiver of an event gets (webhooks-and-logs.md section 4.1).
 */
#ifndef EVENTS_PAYLOAD_H
#define EVENTS_PAYLOAD_H

#include "entity/event_note.h"

/*
 * The payload of `what`, which the request with its answer caused at `now_ms`: all members in the order of the
 * contract but the last, hookId, which belongs to each delivery. Lives in the request's arena.
 */
const char *payload_text(const struct request *rq, const struct event_note *what, int64_t now_ms);

#endif
