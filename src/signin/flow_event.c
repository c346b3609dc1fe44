/* Events of what people do on the pages. */
#include "signin/flow_event.h"

#include <string.h>

#include "directory/user.h"
#include "entity/event_note.h"
#include "store/store.h"

#include "base/banned.h"

STATEMENT(find_event_application,
	  "SELECT type, name, description FROM applications WHERE tenant_id = $1 AND id = $2");
COLUMNS(find_event_application, type, name, description);

err_t flow_event_write_application(struct request *rq, struct json_out *j, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_event_application, ARGS(T(id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	json_key(j, "application");
	json_open(j);
	json_key_text(j, "id", id);
	json_key_text(j, "type", rows_text(&row, find_event_application_type));
	json_key_text(j, "name", rows_text(&row, find_event_application_name));
	json_key_text(j, "description", rows_text(&row, find_event_application_description));
	json_close(j);
	return rows_end(&row);
}

static void write_known(struct json_out *j, const char *key, const char *value)
{
	if (value)
		json_key_text(j, key, value);
}

static err_t write_flow(struct request *rq, const struct interaction *i, struct json_out *j)
{
	write_known(j, "interactionEvent", json_string_value(json_object_get(i->experience, "interactionEvent")));
	write_known(j, "userAgent", request_header(rq, "user-agent"));
	json_key_text(j, "applicationId", i->client_id);
	json_key_text(j, "sessionId", i->id);
	write_known(j, "ip", rq->remote);
	return flow_event_write_application(rq, j, i->client_id);
}

/* The members of the interaction, in the request's arena; NULL: nobody wants the event. */
static err_t read_flow(struct request *rq, const struct interaction *i, const char *event, const char **out)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	bool wanted;
	err_t e = event_read_wanted(rq, event, &wanted);

	*out = NULL;
	if (e || !wanted)
		return e;
	buffer_init(&b, MIB(1));
	json_out_init(&j, &b);
	e = write_flow(rq, i, &j);
	*out = arena_copy(rq->arena, buffer_str(&b));
	return e;
}

err_t flow_event_note(struct request *rq, const struct interaction *i, const char *event, const char *members,
		      const char *data)
{
	const char *flow;
	err_t e = read_flow(rq, i, event, &flow);

	if (e || !flow)
		return e;
	if (members)
		flow = arena_printf(rq->arena, "%s,%s", flow, members);
	event_note_add(rq, &(struct event_note){
				   .event = event, .members = flow, .data = data, .form = EVENT_NOTE_BARE });
	return OK;
}

err_t flow_event_set_scene(struct request *rq, const struct interaction *i, const char *event)
{
	const char *flow;
	err_t e = read_flow(rq, i, event, &flow);

	if (flow)
		rq->event_scene = flow;
	return e;
}

err_t flow_event_of_user(struct request *rq, const struct interaction *i, const char *event, const char *user_id)
{
	const char *info;
	bool wanted;
	err_t e = event_read_wanted(rq, event, &wanted);

	if (e || !wanted)
		return e;
	e = user_info(rq, user_id, &info);
	return e ? e : flow_event_note(rq, i, event, NULL, info);
}

static err_t write_interaction(struct request *rq, const struct interaction *i, const char *user_id,
			       struct json_out *j)
{
	const char *info;
	err_t e = user_info(rq, user_id, &info);

	if (e)
		return e;
	write_known(j, "interactionEvent", json_string_value(json_object_get(i->experience, "interactionEvent")));
	json_key_text(j, "sessionId", i->id);
	write_known(j, "userAgent", request_header(rq, "user-agent"));
	json_key_text(j, "userId", user_id);
	write_known(j, "userIp", rq->remote);
	json_key(j, "user");
	json_raw(j, info, strlen(info));
	return flow_event_write_application(rq, j, i->client_id);
}

err_t flow_event_of_interaction(struct request *rq, const struct interaction *i, const char *event,
				const char *user_id, const char *first)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	bool wanted;
	err_t e = event_read_wanted(rq, event, &wanted);

	if (e || !wanted)
		return e;
	buffer_init(&b, MIB(8));
	buffer_text(&b, first);
	json_out_init(&j, &b);
	e = write_interaction(rq, i, user_id, &j);
	if (e)
		return e;
	event_note_add(rq, &(struct event_note){ .event = event, .members = arena_copy(rq->arena, buffer_str(&b)),
						 .form = EVENT_NOTE_BARE });
	return OK;
}
