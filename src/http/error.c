/* Writes an error: its status, its message with the {names} filled, its members. */
#include "http/error.h"

#include <string.h>

#include "http/language.h"
#include "http/mount.h"
#include "http/reply.h"
#include "base/banned.h"

int error_status(err_t e)
{
	return err_fault()->status ? err_fault()->status : err_row(e)->status;
}

const char *error_arg(const char *key)
{
	const struct fault *f = err_fault();

	for (int i = 0; i < f->arg_count; i++)
		if (strcmp(f->args[i].key, key) == 0)
			return f->args[i].value;
	return NULL;
}

/* The text for {key} in the message of `e`; NULL: it is not set. */
static const char *value_of(const struct request *rq, err_t e, const char *key)
{
	const char *value;

	if (e == rq->body_error && strcmp(key, "reason") == 0 && rq->body_reason)
		return rq->body_reason;		/* kept from reading the body; err_fault() may hold a later error */
	if (e == ERR_MEMORY && strcmp(key, "limit") == 0)
		return rq->charge.refused;
	value = error_arg(key);
	if (!value && e == ERR_INPUT && strcmp(key, "part") == 0)
		return "body";
	return value;
}

const char *error_message(const struct request *rq, err_t e)
{
	const char *at = language_message(language_of(rq), e), *open, *close, *value;
	const char *text;
	struct buffer b;
	char key[32];

	if (!strchr(at, '{'))
		return at;
	buffer_init(&b, KIB(4));
	while ((open = strchr(at, '{')) && (close = strchr(open, '}'))) {
		size_t len = (size_t)(close - open - 1);

		buffer_add(&b, at, (size_t)(open - at));
		if (len < sizeof(key)) {
			memcpy(key, open + 1, len);
			key[len] = '\0';
			value = value_of(rq, e, key);
			buffer_text(&b, value ? value : "");
		}
		at = close + 1;
	}
	buffer_text(&b, at);
	text = arena_copy(rq->arena, buffer_str(&b));
	buffer_done(&b);
	return text;
}

/* Writes the members of the error; without a public code only the message. */
static void write_members(const struct request *rq, struct json_out *j, err_t e, const char *message)
{
	const struct fault *f = err_fault();
	const char *code = err_row(e)->code;
	const char *data = f->data, *details = f->details;

	if (e == rq->body_error) {	/* from reading the body; the fault may belong to a later error */
		data = e == ERR_INPUT ? "{}" : NULL;
		details = NULL;
	}
	if (code) {
		json_key_text(j, "code", code);
		if (data) {
			json_key(j, "data");
			json_raw(j, data, strlen(data));
		}
		if (details)
			json_key_text(j, "details", details);
	}
	json_key_text(j, "message", message);
}

void error_json(struct request *rq, err_t e)
{
	struct json_out j;

	if (e == ERR_ROUTE_NOT_FOUND || e == ERR_TENANT_NOT_FOUND) {
		reply_text(rq, error_status(e), err_row(e)->message);
		return;
	}
	j = reply_json(rq, error_status(e));
	json_open(&j);
	write_members(rq, &j, e, error_message(rq, e));
	json_close(&j);
}

void reply_error(struct request *rq, err_t e)
{
	reply__drop_page(&rq->reply);
	rq->reply.finished = false;
	if (rq->mount->write_error)
		rq->mount->write_error(rq, e);
	else
		error_json(rq, e);
	if (rq->reply.status == 503)
		reply__add(rq, "Retry-After", "1");
}
