/* Writes the API document: operations from the route rows, schemas from the descriptions of things. */
#include "server/openapi.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "entity/entity.h"
#include "server/api_names.h"
#include "server/schema.h"
#include "tenant/api.h"
#include "tenant/doors.h"

#include "base/banned.h"

/* NULL: not in the document. */
static const char *const method_names[METHOD_OTHER + 1] = {
	[GET] = "get", [POST] = "post", [PUT] = "put", [PATCH] = "patch", [DELETE] = "delete",
};

/* -- operations -- */

/* Opens the content of a body or an answer up to its schema; content_end() closes it. */
static void content_of(struct json_out *j, const char *type)
{
	json_key(j, "content");
	json_open(j);
	json_key(j, type);
	json_open(j);
	json_key(j, "schema");
}

static void content(struct json_out *j)
{
	content_of(j, "application/json");
}

static void content_end(struct json_out *j)
{
	json_close(j);
	json_close(j);
}

static void response(struct json_out *j, const char *status, const char *description)
{
	json_key(j, status);
	json_open(j);
	json_key_text(j, "description", description);
	content(j);
	json_open(j);
	json_key_text(j, "$ref", "#/components/schemas/Error");
	json_close(j);
	content_end(j);
	json_close(j);
}

static void success(struct json_out *j, struct arena *a, const struct route *r, int status)
{
	json_key(j, arena_printf(a, "%d", status));
	json_open(j);
	json_key_text(j, "description", status == 204 ? "Done" : status == 201 ? "Created" : "OK");
	if (r->reply && status != 204) {
		content(j);
		schema_shape(j, a, r->reply);
		content_end(j);
	}
	json_close(j);
}

/* A 400 that may be an error or an answer of its own. */
static void verdict(struct json_out *j, struct arena *a, const struct route *r)
{
	json_key(j, "400");
	json_open(j);
	json_key_text(j, "description", "The request does not fit its description, or the verdict is no");
	content(j);
	json_open(j);
	json_key(j, "anyOf");
	json_list(j);
	json_open(j);
	json_key_text(j, "$ref", "#/components/schemas/Error");
	json_close(j);
	schema_shape(j, a, r->verdict);
	json_list_end(j);
	json_close(j);
	content_end(j);
	json_close(j);
}

/* Of a call that a page makes while somebody signs in. */
static void refusals_of_pages(struct json_out *j)
{
	response(j, "400", "There is no interaction, or the request does not fit it or its description");
	response(j, "401", "The account is suspended");
	response(j, "403", "The tenant has switched this off");
	response(j, "404", "The interaction was not begun, or there is no such verification or account");
	response(j, "409", "Somebody else has signed in here");
	response(j, "422", "What was sent is refused");
}

/* Of a call that people make about their own account. */
static void refusals_of_people(struct json_out *j)
{
	response(j, "400", "The tenant has switched this off, or the request does not fit its description");
	response(j, "401", "No token, or one that is not valid here; or no proof of who calls");
	response(j, "403", "The token is not one of a person, or of an application of a third party");
	response(j, "404", "There is no such object");
	response(j, "422", "What was sent is refused");
}

static bool has_pages(const struct route *r)
{
	return r->paging != NO_PAGES || r->takes_paginated;
}

/* The errors that follow from the columns of the row. */
static void refusals(struct json_out *j, const struct route *r)
{
	bool body = r->body || r->body_list;
	bool input = strchr(r->path, '{') || r->query || body || r->body_is_free || r->upload_max || has_pages(r);

	if (input && !r->verdict)
		response(j, "400", "The request does not fit its description");
	if (r->door && r->door->security) {
		response(j, "401", "No token, or one that is not valid here");
		response(j, "403", "The token does not carry the permission");
	}
	if (strchr(r->path, '{') || r->refuses == 404)
		response(j, "404", "There is no such object");
	if (r->refuses == 409)
		response(j, "409", "What the tenant has is in the way");
	if (body || r->before || r->refuses == 422)
		response(j, "422", "What the request names does not fit together");
	else if (has_pages(r))
		response(j, "422", "The page would be larger than an answer may be");
}

/* The answer of success, and the errors that follow from the columns of the row. */
static void responses(struct json_out *j, struct arena *a, const struct route *r)
{
	json_key(j, "responses");
	json_open(j);
	success(j, a, r, r->status);
	if (r->status_again)
		success(j, a, r, r->status_again);
	if (r->verdict)
		verdict(j, a, r);
	if (r->door == INTERACTION)
		refusals_of_pages(j);
	else if (r->door == ACCOUNT)
		refusals_of_people(j);
	else
		refusals(j, r);
	if (r->upload_max)
		response(j, "500", "The place for uploads does not work now");
	if (r->sends)
		response(j, "429", "Too many messages were sent to this recipient");
	if (r->refuses == 429)
		response(j, "429", "There have been too many");
	if (r->refuses == 500 || r->asks_others)
		response(j, "500", "A server that must be asked did not answer, or not as it should");
	if (r->sends || r->refuses == 501)
		response(j, "501", "This installation has not set up what the request needs");
	json_close(j);
}

static void query_parameter(struct json_out *j, const char *name, const char *help, const char *type, int least,
			    int most)
{
	json_open(j);
	json_key_text(j, "name", name);
	json_key_text(j, "in", "query");
	if (help)
		json_key_text(j, "description", help);
	json_key_bool(j, "required", false);
	json_key(j, "schema");
	json_open(j);
	json_key_text(j, "type", type);
	if (least)
		json_key_int(j, "minimum", least);
	if (most)
		json_key_int(j, "maximum", most);
	json_close(j);
	json_close(j);
}

static void parameters(struct json_out *j, struct arena *a, const struct route *r)
{
	json_key(j, "parameters");
	json_list(j);
	for (const char *s = r->path + 5; s; s = segment_next(s)) {
		if (!segment_is_param(s))
			continue;
		json_open(j);
		json_key_text(j, "$ref", arena_printf(a, "#/components/parameters/%s", parameter_of(a, r, s)));
		json_close(j);
	}
	for (const struct field *f = r->query; f && f->name; f++) {
		json_open(j);
		json_key_text(j, "name", f->name);
		json_key_text(j, "in", "query");
		json_key_bool(j, "required", (f->flags & REQUIRED) != 0);
		json_key(j, "schema");
		schema_field(j, f, false);
		json_close(j);
	}
	if (has_pages(r)) {
		query_parameter(j, "page", "Page, from 1.", "integer", 1, 0);
		query_parameter(j, "page_size", "Rows of a page.", "integer", 1, 100);
	}
	json_list_end(j);
}

static void request_body(struct json_out *j, const struct route *r)
{
	static const char file[] = "{\"type\":\"object\",\"required\":[\"file\"],\"properties\":{\"file\":"
				   "{\"type\":\"string\",\"format\":\"binary\"}}}";

	json_key(j, "requestBody");
	json_open(j);
	json_key_bool(j, "required", true);
	content_of(j, r->upload_max ? "multipart/form-data" : "application/json");
	if (r->upload_max)
		json_raw(j, file, sizeof(file) - 1);
	else if (r->body)
		schema_object(j, r->body, false, r->body_is_patch);
	else
		schema_field(j, r->body_list ? r->body_list : &field_object, false);
	content_end(j);
	json_close(j);
}

/* Whether the document says of the operation itself that it needs no token. */
static bool is_open(const struct route *r, enum openapi_part part)
{
	return r->door && (!r->door->security || (r->door == INTERACTION && part == OPENAPI_WHOLE));
}

/* What the operation asks for in place of what the document says of all: nothing, or a token of a person. */
static void own_security(struct json_out *j, const struct route *r)
{
	json_key(j, "security");
	json_list(j);
	if (r->door == ACCOUNT) {
		json_open(j);
		json_key(j, account_door.security);
		json_list(j);
		json_list_end(j);
		json_close(j);
	}
	json_list_end(j);
}

static void operation(struct json_out *j, struct arena *a, const struct route *r, enum openapi_part part)
{
	json_key(j, method_names[r->method]);
	json_open(j);
	json_key_text(j, "operationId", operation_id(a, r));
	json_key(j, "tags");
	json_list(j);
	json_text(j, tag_of(a, r));
	json_list_end(j);
	json_key_text(j, "summary", r->summary);
	parameters(j, a, r);
	if (r->body || r->body_list || r->body_is_free || r->upload_max)
		request_body(j, r);
	responses(j, a, r);
	if (is_open(r, part) || r->door == ACCOUNT)
		own_security(j, r);
	json_close(j);
}

/* -- the document -- */

/* Routes for anyone belong to the management part. */
static enum openapi_part part_of(const struct route *r)
{
	if (r->door == INTERACTION)
		return OPENAPI_EXPERIENCE;
	return r->door == ACCOUNT ? OPENAPI_USER : OPENAPI_MANAGEMENT;
}

static bool belongs_to_part(const struct route *r, enum openapi_part part)
{
	enum openapi_part own = part_of(r);

	return method_names[r->method] && (own != OPENAPI_MANAGEMENT || r->mount == &api_mount) &&
	       (part == OPENAPI_WHOLE || part == own);
}

struct row_list {
	const struct route **at;
	size_t count;
};

static struct row_list rows_of(struct arena *a, enum openapi_part part)
{
	struct row_list list = {0};
	size_t n;
	const struct route *all = route_rows(&n);

	list.at = ARENA_ARRAY(a, const struct route *, n + 1);
	for (size_t i = 0; i < n; i++)
		if (belongs_to_part(&all[i], part))
			list.at[list.count++] = &all[i];
	return list;
}

/* Whether no earlier row has the path of row `i`: the document lists all methods of a path together. */
static bool is_first_with_path(const struct row_list *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(list->at[k]->path, list->at[i]->path))
			return false;
	return true;
}

static void paths(struct json_out *j, struct arena *a, const struct row_list *list, enum openapi_part part)
{
	json_key(j, "paths");
	json_open(j);
	for (size_t i = 0; i < list->count; i++) {
		if (!is_first_with_path(list, i))
			continue;
		json_key(j, list->at[i]->path);
		json_open(j);
		for (size_t k = i; k < list->count; k++)
			if (!strcmp(list->at[k]->path, list->at[i]->path))
				operation(j, a, list->at[k], part);
		json_close(j);
	}
	json_close(j);
}

static int compare_texts(const void *x, const void *y)
{
	return strcasecmp(*(const char *const *)x, *(const char *const *)y);
}

static void tags(struct json_out *j, struct arena *a, const struct row_list *list)
{
	const char **names = ARENA_ARRAY(a, const char *, list->count + 1);

	for (size_t i = 0; i < list->count; i++)
		names[i] = tag_of(a, list->at[i]);
	qsort(names, list->count, sizeof(*names), compare_texts);
	json_key(j, "tags");
	json_list(j);
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0 && !strcmp(names[i], names[i - 1]))
			continue;
		json_open(j);
		json_key_text(j, "name", names[i]);
		json_close(j);
	}
	json_list_end(j);
}

static void component_parameters(struct json_out *j, struct arena *a, const struct row_list *list)
{
	json_t *seen = json_object();

	json_key(j, "parameters");
	json_open(j);
	for (size_t i = 0; i < list->count; i++) {
		for (const char *s = list->at[i]->path + 5; s; s = segment_next(s)) {
			const char *name;

			if (!segment_is_param(s) || json_object_get(seen, name = parameter_of(a, list->at[i], s)))
				continue;
			json_object_set_new(seen, name, json_true());
			json_key(j, name);
			json_open(j);
			json_key_text(j, "name", arena_copyn(a, s + 1, segment_len(s) - 2));
			json_key_text(j, "in", "path");
			json_key_bool(j, "required", true);
			json_key(j, "schema");
			json_open(j);
			json_key_text(j, "type", "string");
			json_close(j);
			json_close(j);
		}
	}
	json_close(j);
	json_decref(seen);
}

static void component_schemas(struct json_out *j, struct arena *a)
{
	/* the last two where there is no interaction */
	static const char error[] =
		"{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},"
		"\"message\":{\"type\":\"string\"},\"data\":{},\"details\":{\"type\":\"string\"},"
		"\"error\":{\"type\":\"string\"},\"error_description\":{\"type\":\"string\"}},"
		"\"required\":[\"message\"]}";
	size_t n;
	struct entity *const *all = entity_all(&n);

	json_key(j, "schemas");
	json_open(j);
	for (size_t i = 0; i < n; i++) {
		json_key(j, component_of(a, all[i]));
		schema_object(j, all[i]->fields, true, false);
	}
	json_key(j, "Error");
	json_raw(j, error, sizeof(error) - 1);
	json_close(j);
}

static void security(struct json_out *j, const char *scheme)
{
	json_key(j, "security");
	json_list(j);
	json_open(j);
	json_key(j, scheme);
	json_list(j);
	json_text(j, "all");
	json_list_end(j);
	json_close(j);
	json_list_end(j);
}

static void security_schemes(struct json_out *j)
{
	static const char text[] =
		"{\"OAuth2\":{\"type\":\"oauth2\","
		"\"description\":\"An access token of a machine-to-machine application with the scope all.\","
		"\"flows\":{\"clientCredentials\":{\"tokenUrl\":\"/oidc/token\","
		"\"scopes\":{\"all\":\"Everything\"}}}},"
		"\"accountToken\":{\"type\":\"http\",\"scheme\":\"bearer\","
		"\"description\":\"An opaque access token of a person, with the scope openid.\"},"
		"\"cookieAuth\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"_interaction\"}}";

	json_key(j, "securitySchemes");
	json_raw(j, text, sizeof(text) - 1);
}

/* The document but for the URL of the server, which depends on the request and stands at `cut`. */
struct document {
	struct slice text;	/* NULL: not made yet */
	size_t cut;
};

static void servers(struct json_out *j, struct document *d)
{
	json_key(j, "servers");
	json_list(j);
	json_open(j);
	json_key(j, "url");
	d->cut = j->to->len;
	json_raw(j, "", 0);
	json_key_text(j, "description", "This server");
	json_close(j);
	json_list_end(j);
}

static void write_document(struct json_out *j, struct arena *a, enum openapi_part part, struct document *d)
{
	struct row_list list = rows_of(a, part);
	bool management = part == OPENAPI_WHOLE || part == OPENAPI_MANAGEMENT;

	json_open(j);
	json_key_text(j, "openapi", "3.0.1");
	json_key(j, "info");
	json_open(j);
	json_key_text(j, "title", "Logto API references");
	json_key_text(j, "description", "API of Guildhall, which speaks Logto's wire contract.");
	json_key_text(j, "version", GUILDHALL_VERSION);
	json_close(j);
	servers(j, d);
	security(j, management ? management_door.security : "cookieAuth");
	tags(j, a, &list);
	paths(j, a, &list, part);
	json_key(j, "components");
	json_open(j);
	security_schemes(j);
	component_parameters(j, a, &list);
	component_schemas(j, a);
	json_close(j);
	json_close(j);
}

/* `a` is only for the work; the text lives in `kept`. */
static struct document make_document(struct arena *kept, struct arena *a, enum openapi_part part)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct document d = {0};
	struct json_out j;

	buffer_init(&b, MIB(16));
	json_out_init(&j, &b);
	write_document(&j, a, part, &d);
	d.text = (struct slice){ arena_copyn(kept, buffer_str(&b), b.len), b.len };
	return d;
}

/*
 * The document of a part. Each is made by the first request for it and kept: making it takes most of a millisecond.
 * The rows are those of the process; a test puts others together.
 */
static struct document find_document(struct arena *a, enum openapi_part part)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct {
		const struct route *rows;
		size_t count;
		struct arena *arena;
		struct document parts[OPENAPI_USER + 1];
	} made;
	struct document found;
	size_t count;
	const struct route *rows = route_rows(&count);

	pthread_mutex_lock(&lock);
	if (made.rows != rows || made.count != count) {
		arena_free(made.arena);
		memset(&made, 0, sizeof(made));
		made.rows = rows;
		made.count = count;
		made.arena = arena_new();
	}
	if (!made.parts[part].text.at)
		made.parts[part] = make_document(made.arena, a, part);
	found = made.parts[part];
	pthread_mutex_unlock(&lock);
	return found;
}

void openapi_write(struct json_out *j, struct arena *a, enum openapi_part part, const char *origin)
{
	struct document d = find_document(a, part);

	buffer_add(j->to, d.text.at, d.cut);
	json_text(j, origin);
	buffer_add(j->to, d.text.at + d.cut, d.text.len - d.cut);
}

err_t openapi_reply(struct request *rq, enum openapi_part part)
{
	struct json_out j = reply_json(rq, 200);

	openapi_write(&j, rq->arena, part, rq->origin);
	return OK;
}
