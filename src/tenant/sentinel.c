/*
 * Forgets what is counted against people: the messages that were sent to them, and their failures to sign in.
 * Contract: sign-in.md section 12.7.
 */
#include "tenant/connector.h"

#include <string.h>

#include "tenant/doors.h"
#include "tenant/lockout.h"
#include "tenant/message_limit.h"

#include "base/banned.h"

static err_t forget(struct request *rq, const char *target)
{
	err_t e = message_forget(rq->tx, rq->arena, target);

	return e ? e : lockout_forget(rq->tx, rq->arena, target);
}

/* Targets are those counted; others have nothing to forget, and neither have applications. */
static err_t forget_activities(struct request *rq)
{
	const json_t *target;
	size_t i;
	err_t e = OK;

	if (strcmp(body_text(rq, "targetType"), "User") != 0)
		return reply_empty(rq, 204);
	json_array_foreach(body_get(rq, "targets"), i, target)
		if (!e)
			e = forget(rq, json_string_value(target));
	return e ? e : reply_empty(rq, 204);
}

static const char *const target_types[] = { "User", "App", NULL };
static const struct field forget_body[] = {
	{ "targetType", .type = FIELD_ENUM, .flags = REQUIRED, .options = target_types },
	{ "targets", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_text,
	  .help = "User names, addresses and numbers as they were typed; ids of users for their second factors." },
	FIELDS_END
};

const struct route sentinel_routes[] = {
	{ POST, "/api/sentinel-activities/delete", MANAGEMENT, WRITE, .body = forget_body,
	  .handler = forget_activities, .status = 204, .summary = "Forget what was counted against somebody" },
};
const size_t sentinel_route_count = ARRAY_LEN(sentinel_routes);
