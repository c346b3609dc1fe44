/* The answer to an error: the row of errors.def, and what the fault of this thread knows. */
#include "http/reply.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

static const char *fault_arg(const char *key)
{
	const struct fault *f = err_fault();

	for (int i = 0; i < f->arg_count; i++)
		if (strcmp(f->args[i].key, key) == 0)
			return f->args[i].value;
	return NULL;
}

/* NULL when nobody filled it. */
static const char *filling(const struct request *rq, err_t e, const char *key)
{
	const char *value;

	if (e == rq->body_error && strcmp(key, "reason") == 0 && rq->body_reason)
		return rq->body_reason;		/* found when the body was read; other faults may have come since */
	value = fault_arg(key);
	if (!value && e == ERR_INPUT && strcmp(key, "part") == 0)
		return "body";
	return value;
}

/* The message with its {names} filled. */
static const char *message_of(const struct request *rq, err_t e)
{
	const char *at = err_row(e)->message, *open, *close, *value;
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
			value = filling(rq, e, key);
			buffer_text(&b, value ? value : "");
		}
		at = close + 1;
	}
	buffer_text(&b, at);
	text = arena_copy(rq->arena, buffer_str(&b));
	buffer_done(&b);
	return text;
}

static bool is_oauth(const struct request *rq)
{
	return rq->route ? rq->route->auth == OAUTH : reply__is_below(rq->path, "/oidc");
}

/* These two never tell more (oidc.md section 1.2); a reason would help who guesses. */
static const char *describe(const char *error)
{
	if (strcmp(error, "invalid_grant") == 0)
		return "grant request is invalid";
	if (strcmp(error, "invalid_client") == 0 && !fault_arg("description"))
		return "client authentication failed";
	if (strcmp(error, "server_error") == 0)
		return "the server failed; try again";
	return fault_arg("description");
}

/* RFC 6749 section 5.2; the peer's `code` and `message` stand before (oidc.md section 1.2). */
static void write_oauth(struct request *rq, struct json_out *j, const char *code, const char *message)
{
	const char *error = code + strlen("oidc.");
	const char *description = describe(error), *scope = fault_arg("scope");
	const char *decorate = query_arg(rq, "parse_error");

	if (!decorate || strcmp(decorate, "false") != 0) {
		json_key_text(j, "code", code);
		json_key_text(j, "message", message);
	}
	if (strcmp(error, "invalid_grant") == 0)
		json_key_text(j, "error_uri", "https://openid.sh/debug/invalid_grant");
	json_key_text(j, "error", error);
	if (description && *description)
		json_key_text(j, "error_description", description);
	if (scope && *scope)
		json_key_text(j, "scope", scope);
}

static void write_plain(const struct request *rq, struct json_out *j, err_t e, const char *message)
{
	const struct fault *f = err_fault();
	const char *code = err_row(e)->code;
	const char *data = f->data, *details = f->details;

	if (e == rq->body_error) {	/* found when the body was read; the fault may tell of another since */
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

void reply_error(struct request *rq, err_t e)
{
	const struct err_row *row;
	struct json_out j;
	int status;

	if (is_oauth(rq) && !err_row(e)->code && err_row(e)->status == 500)
		e = ERR_OAUTH_SERVER;
	row = err_row(e);
	status = err_fault()->status ? err_fault()->status : row->status;
	reply__drop_page(&rq->reply);
	rq->reply.finished = false;
	if (e == ERR_ROUTE_NOT_FOUND || e == ERR_TENANT_NOT_FOUND) {
		reply_text(rq, status, row->message);
		return;
	}
	j = reply_json(rq, status);
	json_open(&j);
	if (is_oauth(rq) && row->code && text_starts(row->code, "oidc."))
		write_oauth(rq, &j, row->code, message_of(rq, e));
	else
		write_plain(rq, &j, e, message_of(rq, e));
	json_close(&j);
	if (status == 503)
		reply__add(rq, "Retry-After", "1");
}
