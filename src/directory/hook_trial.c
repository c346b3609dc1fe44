/* Calls the receiver of a webhook with made-up events, so that an administrator sees what it answers. */
#include <string.h>

#include "base/clock.h"
#include "directory/hook_call.h"
#include "entity/tree.h"

#include "base/banned.h"

#define SHOWN_BYTES KIB(16)	/* of an answer */

/* -- made-up events (webhooks-and-logs.md section 4.5) -- */

static const char interaction_members[] =
	"\"userAgent\":\"fake-user-agent\",\"sessionId\":\"fake-session-id\",\"userIp\":\"fake-user-ip\","
	"\"userId\":\"fake-id\","
	"\"user\":{\"id\":\"fake-id\",\"username\":\"fake-user\",\"primaryEmail\":\"fake-user@fake.example\","
	"\"primaryPhone\":\"15550100000\",\"name\":\"Fake User\",\"avatar\":null,\"customData\":{\"theme\":\"light\"},"
	"\"identities\":{},\"lastSignInAt\":1700000000000,\"createdAt\":1690000000000,\"updatedAt\":1700000000000,"
	"\"profile\":{},\"applicationId\":\"fake-application-id\",\"cimdClientId\":null,\"isSuspended\":false},"
	"\"application\":{\"id\":\"fake-application-id\",\"type\":\"SPA\",\"name\":\"Fake Application\","
	"\"description\":\"An application that is not there\"}";

static const char other_members[] =
	"\"userAgent\":\"fake-user-agent\",\"path\":\"/fake-path/:id\",\"method\":\"POST\",\"status\":200,"
	"\"params\":{\"id\":\"fake-id\"},\"data\":{\"result\":\"success\"}";

static const char *make_payload(struct arena *a, const char *event, const char *hook_id)
{
	const char *members = text_has_prefix(event, "Post") ? interaction_members : other_members;
	char at[25];

	clock_format(clock_ms(), at);
	return arena_printf(a, "{\"event\":\"%s\",\"hookId\":\"%s\",\"createdAt\":\"%s\",%s}", event, hook_id, at,
			    members);
}

/* -- calling -- */

struct trial {
	struct call *first;	/* with one beside it for each further event */
};
FLOW(trial, struct trial)

static err_t refuse_send(struct request *rq, const struct call *c)
{
	const char *why = hook_call_error(rq->arena, c);

	err_set(ERR_HOOK_SEND, "%.400s", c->detail);
	return err_arg(ERR_HOOK_SEND, "reason", why);
}

static err_t refuse_answer(struct request *rq, const struct call *c)
{
	json_auto_t *data = json_pack("{s:i, s:s}", "responseStatus", c->status, "responseBody",
				      hook_call_text(rq->arena, c, SHOWN_BYTES));
	err_t e = err_set(ERR_HOOK_ANSWER, "status %d", c->status);

	err_fault()->data = json_to_text(rq->arena, data);
	return e;
}

/* The first call that failed is the answer. */
static err_t tell_outcome(struct request *rq)
{
	for (const struct call *c = trial(rq)->first; c; c = c->beside) {
		if (c->error == ERR_BUSY || c->error == ERR_CALL_STOPPED)
			return ERR_BUSY;
		if (!hook_call_is_answered(c))
			return refuse_send(rq, c);
		if (hook_call_error(rq->arena, c))
			return refuse_answer(rq, c);
	}
	return reply_empty(rq, 204);
}

static const struct step tell_step = { "tell what came of a trial of a webhook", WORK, tell_outcome };

static err_t call_receiver(struct request *rq)
{
	return transfer_all(rq, trial(rq)->first, &tell_step);
}

static const struct step call_step = { "call the receiver of a webhook for a trial", CALL, call_receiver };

/* A call for each event, one beside the other. */
static void make_calls(struct request *rq, const struct hook_row *h, const json_t *events)
{
	struct call **at = &trial(rq)->first;
	const json_t *event;
	size_t i;

	*at = NULL;
	json_array_foreach(events, i, event) {
		*at = ARENA_NEW(rq->arena, struct call);
		hook_call_make(rq, h, body_get(rq, "config"), make_payload(rq->arena, json_string_value(event), h->id),
			       *at);
		at = &(*at)->beside;
	}
}

static err_t prepare(struct request *rq)
{
	CLEANUP(hook_row_done) struct hook_row h = {0};
	const char *id = path_arg(rq, "id");
	err_t e = hook_load(rq, id, &h);

	if (e)
		return e == ERR_NOT_FOUND ? entity_miss_error(&hook, ERR_NOT_EXISTS_WITH_ID, id) : e;
	make_calls(rq, &h, tree_keep(rq, json_distinct(body_get(rq, "events"))));
	return next(rq, &call_step);
}

static const struct step prepare_step = { "make a trial of a webhook", READ, prepare };

static const struct field trial_members[] = {
	{ "events", .type = FIELD_LIST, .flags = REQUIRED | NOT_EMPTY, .element = &hook_event,
	  .help = "What to make up; one call for each." },
	{ "config", .type = FIELD_STRUCT, .flags = REQUIRED, .members = hook_config_members,
	  .help = "In place of the stored one." },
	FIELDS_END
};

const struct route hook_trial_routes[] = {
	{ POST, "/api/hooks/{id}/test", MANAGEMENT, .first = &prepare_step, .body = trial_members, .of = &hook,
	  .status = 204, .refuses = 422, .summary = "Call a receiver with made-up events" },
};
const size_t hook_trial_route_count = ARRAY_LEN(hook_trial_routes);
