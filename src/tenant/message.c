/* Messages as requests to an HTTP service. */
#include "tenant/message.h"

#include "http/client.h"
#include "http/request.h"

#include "base/banned.h"

static const char *body_of(struct arena *a, const struct message *m)
{
	json_auto_t *body =
		json_pack("{s:s, s:s, s:O, s:s?}", "to", m->to, "type", m->type, "payload", m->payload, "ip", m->ip);

	return json_to_text(a, body);
}

void message_call(struct arena *a, const json_t *config, const struct message *m, struct call *c)
{
	const char *authorization = json_string_value(json_object_get(config, "authorization"));
	const char *body = body_of(a, m);
	struct header *headers = ARENA_ARRAY(a, struct header, 2);

	headers[0] = (struct header){ "Content-Type", "application/json" };
	headers[1] = (struct header){ "Authorization", arena_copy(a, authorization) };
	*c = (struct call){
		.kind = CALL_HTTP,
		.url = arena_copy(a, json_string_value(json_object_get(config, "endpoint"))),
		.method = "POST",
		.headers = headers,
		.header_count = authorization ? 2 : 1,
		.body = body,
		.body_len = strlen(body),
	};
}

err_t message_outcome(const struct call *c)
{
	if (c->error)
		return err_set(ERR_CONNECTOR, "the service for messages was not reached: %s", err_name(c->error));
	if (c->status < 200 || c->status > 299)
		return err_set(ERR_CONNECTOR, "the service for messages answered %d", c->status);
	return OK;
}
