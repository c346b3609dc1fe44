/*
 * hook.h - inside directory/ only: webhooks, who is called when something happens (webhooks-and-logs.md sections 1 to
 * 4).
 *
 * A hook reads the outbox (events/outbox.h) under its id: each event that it wants is a row of its own, written with
 * the change. hooks.c keeps hooks, hook_deliveries.c takes the rows and calls, hook_trial.c calls on demand,
 * hook_call.c makes the calls of both, hook_logs.c keeps what came of them.
 */
#ifndef DIRECTORY_HOOK_H
#define DIRECTORY_HOOK_H

#include "base/clock.h"
#include "base/secret.h"
#include "directory/directory.h"
#include "entity/entity.h"

extern struct entity hook, hook_log;
/* For bodies: the members of a configuration, and the name of an event. */
extern const struct field hook_config_members[], hook_event;

/* What a call needs; the texts and the tree live as long as the request. */
struct hook_row {
	const char *id;
	bool enabled;
	const json_t *config;
	struct secret key;	/* signs; secret_done() */
};

/* ERR_NOT_FOUND; ERR_INTERNAL: it was sealed with another key. Ended by hook_row_done(), whatever comes. */
NODISCARD err_t hook_load(struct request *rq, const char *id, struct hook_row *out);
void hook_row_done(struct hook_row *h);

/* -- entries: what came of a delivery -- */

struct call;

/* Writes the entry of a delivery that has ended. */
NODISCARD err_t hook_log_write(struct request *rq, const char *hook_id, const char *event, const struct call *c);

#endif
