/*
 * Bodies of the Management API: media type, coding, syntax, then the check against a description with every type of
 * field.
 *
 * The first byte chooses the media type and the kind of check, the second the coding; the rest is the body.
 */
#include <stdlib.h>
#include <string.h>

#include "entity/field.h"
#include "http/mount.h"
#include "http/request.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const colors[] = { "red", "green", NULL };

static const struct field inner_members[] = {
	{ "url", .type = FIELD_TEXT, .form = FORM_URL, .flags = NULLABLE | EMPTY_OK },
	{ "color", .type = FIELD_TEXT, .form = FORM_COLOR },
	{ "on", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};

static const struct field member_fields[] = {
	{ "tenantId", .type = FIELD_TEXT, .flags = IGNORED, .max = 21 },
	{ "id", .type = FIELD_TEXT, .flags = GENERATED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 8 },
	{ "text", .type = FIELD_TEXT, .flags = NULLABLE | STORED_MAX, .max = 4 },
	{ "email", .type = FIELD_TEXT, .form = FORM_EMAIL },
	{ "strict", .type = FIELD_TEXT, .form = FORM_EMAIL_STRICT },
	{ "username", .type = FIELD_TEXT, .form = FORM_USERNAME },
	{ "phone", .type = FIELD_TEXT, .form = FORM_PHONE, .flags = EMPTY_OK },
	{ "redirect", .type = FIELD_TEXT, .form = FORM_REDIRECT_URI },
	{ "shown", .type = FIELD_TEXT, .form = FORM_SHOWN },
	{ "number", .type = FIELD_NUMBER, .min = -5, .max = 5 },
	{ "integer", .type = FIELD_INTEGER, .flags = NULLABLE },
	{ "whole", .type = FIELD_NUMBER, .flags = WHOLE },
	{ "time", .type = FIELD_TIME, .flags = NULLABLE },
	{ "flag", .type = FIELD_BOOL },
	{ "free", .type = FIELD_OBJECT },
	{ "inner", .type = FIELD_STRUCT, .members = inner_members },
	{ "inners", .type = FIELD_LIST, .max = 3,
	  .element = &(const struct field){ .type = FIELD_STRUCT, .members = inner_members } },
	{ "ids", .type = FIELD_LIST, .flags = NOT_EMPTY,
	  .element = &(const struct field){ .type = FIELD_TEXT, .min = 1 } },
	{ "color", .type = FIELD_ENUM, .options = colors },
	{ "kind", .type = FIELD_ENUM, .options = colors, .flags = ENUM_BY_VALUE },
	{ "either", .type = FIELD_TEXT, .flags = UNION, .max = 3 },
	{ "many", .type = FIELD_LIST, .flags = COERCE_LIST, .element = &(const struct field){ .type = FIELD_TEXT } },
	{ "any", .type = FIELD_ANY },
	{ "once", .type = FIELD_TEXT, .flags = CREATE_ONLY },
	{ "later", .type = FIELD_TEXT, .flags = PATCH_ONLY },
	FIELDS_END
};

static const char *const types[] = {
	"application/json", "application/json; charset=utf-8", "application/vnd.api+json",
	"application/x-www-form-urlencoded", "text/plain", "application/octet-stream", NULL,
};
static const char *const codings[] = { NULL, "gzip", "deflate", "identity", "br" };

/* What passed the check is written as JSON, and passes again. */
static void check(struct request *rq, enum check_mode mode)
{
	char *text;

	if (!json_is_object(rq->body) || fields_check(rq->arena, member_fields, mode, body_to_check(rq), "body"))
		return;
	text = json_dumps(rq->body, JSON_COMPACT);
	if (!text || fields_check(rq->arena, member_fields, mode, body_to_check(rq), "body"))
		abort();
	free(text);
	if (fields_fit(rq->arena, member_fields, rq->body) > ERR_COUNT)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct header headers[2];
	struct request rq = {
		.method = POST, .method_text = "POST", .path = "/api/things", .mount = mount_find("/api/things"),
		.query_text = "", .headers = headers, .body_limit = KIB(256),
	};

	if (size < 2)
		return 0;
	rq.arena = arena_new();
	if (types[data[0] % ARRAY_LEN(types)])
		headers[rq.header_count++] = (struct header){ "Content-Type", types[data[0] % ARRAY_LEN(types)] };
	if (codings[data[1] % ARRAY_LEN(codings)])
		headers[rq.header_count++] =
			(struct header){ "Content-Encoding", codings[data[1] % ARRAY_LEN(codings)] };
	if (size > 2) {
		rq.raw = arena_copyn(rq.arena, (const char *)data + 2, size - 2);
		rq.raw_len = size - 2;
	}
	request_parse_body(&rq);
	if (!rq.body)
		abort();
	if (rq.body_error)
		reply_error(&rq, rq.body_error);
	else
		check(&rq, data[0] & 0x80 ? CHECK_PATCH : CHECK_CREATE);
	err_clear();
	request_done(&rq);
	arena_free(rq.arena);
	return 0;
}
