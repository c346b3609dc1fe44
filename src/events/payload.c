/* Payloads of events that a call of the API caused. */
#include "events/payload.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#include "base/banned.h"

static const char *const methods[] = {
	[POST] = "POST", [PUT] = "PUT", [PATCH] = "PATCH", [DELETE] = "DELETE",
};

/*
 * What payloads tell of a path: all but /api, the first segment. So that of a person's own account is not taken for an
 * administrator's.
 */
static const char *below_api(const char *path)
{
	return path + 1 + strcspn(path + 1, "/");
}

/* Below /roles/{id} the parameters begin with the rest of the path, as the peer's router has it. */
static bool has_rest(const struct request *rq)
{
	return text_has_prefix(below_api(rq->route->path), "/roles/{id}");
}

static void write_params(struct json_out *j, const struct request *rq)
{
	json_key(j, "params");
	json_open(j);
	if (has_rest(rq))
		json_key_text(j, "0", below_api(rq->path) + strlen("/roles"));
	for (int i = 0; i < rq->match.arg_count; i++)
		json_key_text(j, rq->match.args[i].name, rq->match.args[i].value);
	json_close(j);
}

/* /api/organizations/{id}/users -> /organizations/:id/users */
static const char *template_of(struct arena *a, const struct route *r)
{
	char *text = arena_copy(a, below_api(r->path)), *to = text;

	for (const char *from = text; *from; from++)
		if (*from != '}')
			*to++ = *from == '{' ? ':' : *from;
	*to = '\0';
	return text;
}

static void write_caller(struct json_out *j, const struct request *rq)
{
	const char *agent = request_header(rq, "user-agent");

	if (agent)
		json_key_text(j, "userAgent", agent);
	if (rq->remote)
		json_key_text(j, "ip", rq->remote);
}

static void write_call(struct json_out *j, const struct request *rq)
{
	json_key_text(j, "path", below_api(rq->path));
	json_key_text(j, "method", methods[rq->route->method]);
	json_key_int(j, "status", rq->reply.status ? rq->reply.status : rq->route->status);
	write_params(j, rq);
	json_key_text(j, "matchedRoute", template_of(rq->arena, rq->route));
}

static void write_data(struct json_out *j, const char *data)
{
	if (!data)
		return;
	json_key(j, "data");
	json_raw(j, data, strlen(data));
}

static void write_members(struct json_out *j, const char *members)
{
	if (!members || !*members)
		return;
	if (j->comma)
		buffer_char(j->to, ',');
	buffer_text(j->to, members);
	j->comma = true;
}

const char *payload_text(const struct request *rq, const struct event_note *what, int64_t now_ms)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	char at[25];

	buffer_init(&b, MIB(16));
	json_out_init(&j, &b);
	clock_format(now_ms, at);
	json_open(&j);
	json_key_text(&j, "event", what->event);
	json_key_text(&j, "createdAt", at);
	if (what->form != EVENT_NOTE_BARE) {
		write_caller(&j, rq);
		if (what->form == EVENT_NOTE_DATA_FIRST)
			write_data(&j, what->data);
		write_call(&j, rq);
	}
	write_members(&j, what->members);
	if (what->form != EVENT_NOTE_DATA_FIRST)
		write_data(&j, what->data);
	json_close(&j);
	return arena_copy(rq->arena, buffer_str(&b));
}
