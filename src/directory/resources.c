/*
 * API resources and their scopes.
 * Contract: users-apps-resources.md section 4.
 */
#include "directory/directory.h"

#include <string.h>

#include "directory/management.h"
#include "http/request.h"

#include "base/banned.h"

/* An index on PostgreSQL holds no key beyond some 2.6 kB. */
#define INDICATOR_MAX 2048

const struct field resource_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED, .max = 21 },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "name", "name", FIELD_TEXT, REQUIRED | NOT_EMPTY, .help = "Not unique." },
	{ "indicator", "indicator", FIELD_TEXT, REQUIRED | NOT_EMPTY | CREATE_ONLY | STORED_MAX, .max = INDICATOR_MAX,
	  .help = "The audience of tokens for this API; unique, any text but what begins with urn:logto:" },
	{ "isDefault", "is_default", FIELD_BOOL, GENERATED, .fallback = "0" },
	{ "accessTokenTtl", "access_token_ttl", FIELD_INTEGER, .min = 1, .max = LIFETIME_MOST_S, .fallback = "3600",
	  .help = "Seconds." },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED | HIDDEN },
	FIELDS_END
};

static err_t resource_conflict(const json_t *object)
{
	const char *indicator = json_string_value(json_object_get(object, "indicator"));

	/* two made the default at once: the second runs again */
	return indicator ? err_arg(ERR_RESOURCE_INDICATOR, "indicator", indicator) : ERR_AGAIN;
}

ENTITY(resource) = {
	.name = "resource", .table = "resources", .singular = "resource", .parameter = "resourceId",
	.fields = resource_fields, .id_len = ID_LONG, .delete_miss = ERR_NOT_EXISTS_WITH_ID,
	.owns_counters = true, .changes = CHANGE_ACCESS, .conflict = resource_conflict,
};

static const struct field scope_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, GENERATED },
	{ "id", "id", FIELD_TEXT, GENERATED | SEARCHED },
	{ "resourceId", "resource_id", FIELD_TEXT, GENERATED },
	{ "name", "name", FIELD_TEXT, REQUIRED | NOT_EMPTY | SEARCHED, .max = 256,
	  .help = "Unique within its API; no blanks." },
	{ "description", "description", FIELD_TEXT, NULLABLE | SEARCHED, .max = DESCRIPTION_MOST },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED },
	FIELDS_END
};

static err_t scope_conflict(const json_t *object)
{
	return err_arg(ERR_SCOPE_NAME, "name", json_string_value(json_object_get(object, "name")));
}

ENTITY(scope) = {
	.name = "scope", .table = "scopes", .singular = "scope", .parameter = "scopeId",
	.fields = scope_fields, .id_len = ID_LONG,
	.searched = true, .changes = CHANGE_ACCESS, .conflict = scope_conflict,
};

/* -- the Management API: what grants everything is not touched -- */

STATEMENT(find_indicator, "SELECT indicator FROM resources WHERE tenant_id = $1 AND id = $2");

bool is_management_indicator(const char *indicator)
{
	static const char head[] = "https://", tail[] = ".logto.app/api";
	size_t label;

	if (!text_has_prefix(indicator, head))
		return false;
	label = strcspn(indicator + strlen(head), "./");
	return label > 0 && !strcmp(indicator + strlen(head) + label, tail);
}

STATEMENT(find_indicators,
	  "SELECT DISTINCT r.indicator FROM {list:$2} l JOIN scopes s ON s.tenant_id = $1 AND s.id = l.id"
	  " JOIN resources r ON r.tenant_id = $1 AND r.id = s.resource_id");
COLUMNS(find_indicators, indicator);

err_t management_refuse(struct txn *tx, struct arena *a, const json_t *scope_ids, err_t refusal)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e;

	if (json_array_size(scope_ids) == 0)
		return OK;
	e = store_query(tx, &find_indicators, ARGS(T(json_to_text(a, scope_ids))), &rows);
	while (!e && rows_next(&rows))
		if (is_management_indicator(rows_text(&rows, find_indicators_indicator)))
			return refusal;
	return e ? e : rows_end(&rows);
}

/* The resource is there and is none of these; `refusal` when it is one. */
static err_t require_changeable(struct request *rq, const char *id, err_t refusal)
{
	const char *indicator;
	err_t e = store_text(rq->tx, &find_indicator, ARGS(T(id)), rq->arena, &indicator);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&resource, ERR_NOT_EXISTS_WITH_ID, id);
	if (!e && is_management_indicator(indicator))
		e = err_set(refusal, "'%.64s'", id);
	return e;
}

/* -- resources -- */

/*
 * Refuses names that the server itself gives: an API with the name of an organization's audience would get tokens that
 * pass for those of the organization. More strictly than the peer.
 */
static err_t check_name_space(const char *indicator)
{
	static const char ours[] = "urn:logto:";
	err_t e;

	if (strncasecmp(indicator, ours, strlen(ours)))
		return OK;
	e = err_arg(err_set(ERR_REQUEST_INPUT, "indicator '%.64s'", indicator), "reason",
		    "Indicators that begin with `urn:logto:` are the server's own.");
	err_fault()->status = 422;
	return e;
}

static err_t create_resource(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq);
	err_t e = fields_fit(rq->arena, resource_fields, rq->body);
	struct json_out j;

	if (!e)
		e = check_name_space(body_text(rq, "indicator"));
	if (!e)
		e = entity_insert(rq->tx, rq->arena, &resource, object, &row);
	if (e)
		return e;
	j = reply_json(rq, 201);
	json_open(&j);
	entity_print(&j, &resource, &row, 0);
	json_key(&j, "scopes");
	json_list(&j);
	json_list_end(&j);
	json_close(&j);
	return rows_end(&row);
}

#define SCOPES_OF_RESOURCE \
	"(SELECT {agg}({obj}('tenantId', x.tenant_id, 'id', x.id, 'resourceId', x.resource_id, 'name', x.name," \
	" 'description', x.description, 'createdAt', x.created_at)) FROM (SELECT s.* FROM scopes s" \
	" WHERE s.tenant_id = r.tenant_id AND s.resource_id = r.id ORDER BY s.created_at, s.id) x)"

static err_t list_resources(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &resource, "r", "resources r");
	query_counter(&q, "resources", "");
	q.order = "r.created_at DESC, r.id DESC";
	q.scans = text_is_truthy(query_arg(rq, "includeScopes"));	/* they may be very many */
	if (q.scans)
		query_extra(&q, "scopes", EXTRA_LIST, SCOPES_OF_RESOURCE);
	return query_reply(&q);
}

static err_t patch_resource(struct request *rq)
{
	err_t e = require_changeable(rq, path_arg(rq, "id"), ERR_RESOURCE_MANAGEMENT);

	return e ? e : entity_patch(rq);
}

static err_t delete_resource(struct request *rq)
{
	err_t e = require_changeable(rq, path_arg(rq, "id"), ERR_RESOURCE_MANAGEMENT_KEEP);

	return e ? e : entity_remove(rq);
}

/* Tokens without an API named are for the default one; there is one at most. */
STATEMENT(clear_default, "UPDATE resources SET is_default = 0 WHERE tenant_id = $1 AND is_default = 1 AND id <> $2");

static err_t set_default(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *id = path_arg(rq, "id");
	bool on = json_is_true(body_get(rq, "isDefault"));
	err_t e = on ? store_exec(rq->tx, &clear_default, ARGS(T(id)), NULL) : OK;

	if (!e)
		e = entity_update(rq->tx, rq->arena, &resource, id, rq->body, &row);
	if (e == ERR_NOT_EXISTS && !on)
		e = entity_miss_error(&resource, ERR_NOT_EXISTS_WITH_ID, id);
	return e ? e : entity_reply(rq, 200, &resource, &row);
}

/* -- scopes -- */

STATEMENT(find_scope_name,
	  "SELECT 1 FROM scopes WHERE tenant_id = $1 AND resource_id = $2 AND name = $3 AND id <> $4");
STATEMENT(find_scope, "SELECT 1 FROM scopes WHERE tenant_id = $1 AND id = $2 AND resource_id = $3");

/* Names stand in a list separated by blanks. */
static err_t check_blanks(const struct request *rq)
{
	const char *name = body_text(rq, "name");

	return name && text_has_space(name) ? ERR_SCOPE_SPACE : OK;
}

static err_t check_scope_name(struct request *rq, const char *self)
{
	const char *name = body_text(rq, "name");
	int64_t one;
	err_t e;

	if (!name)
		return OK;
	e = store_int(rq->tx, &find_scope_name, ARGS(T(path_arg(rq, "resourceId")), T(name), T(self)), &one);
	if (e == ERR_NOT_FOUND)
		return OK;
	return e ? e : err_arg(ERR_SCOPE_NAME, "name", name);
}

/* The scope is one of the resource in the path; else `miss`. */
static err_t require_own_scope(struct request *rq, err_t miss)
{
	const char *id = path_arg(rq, "scopeId");
	int64_t one;
	err_t e = store_int(rq->tx, &find_scope, ARGS(T(id), T(path_arg(rq, "resourceId"))), &one);

	return e == ERR_NOT_FOUND ? entity_miss_error(&scope, miss, id) : e;
}

static err_t list_scopes(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &scope, "s", "scopes s");
	query_where(&q, "s.resource_id = ?", ARGS(T(path_arg(rq, "resourceId"))));
	query_search(&q);
	query_counter(&q, "scopes", path_arg(rq, "resourceId"));
	q.order = "s.created_at DESC, s.id DESC";
	return query_reply(&q);
}

static err_t create_scope(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq);
	const char *resource_id = path_arg(rq, "resourceId");
	err_t e = check_blanks(rq);

	if (!e)
		e = require_changeable(rq, resource_id, ERR_RESOURCE_MANAGEMENT);
	if (e)
		return e;
	json_object_set_new(object, "resourceId", json_string(resource_id));
	e = entity_insert(rq->tx, rq->arena, &scope, object, &row);
	return e ? e : entity_reply(rq, 201, &scope, &row);
}

static err_t patch_scope(struct request *rq)
{
	err_t e = require_changeable(rq, path_arg(rq, "resourceId"), ERR_RESOURCE_MANAGEMENT);

	if (!e)
		e = check_blanks(rq);
	if (!e)
		e = check_scope_name(rq, path_arg(rq, "scopeId"));
	if (!e && json_object_size(rq->body) == 0)
		e = err_set(ERR_NOTHING_TO_WRITE, "scope: no field to change");
	if (!e)
		e = require_own_scope(rq, ERR_NOT_EXISTS);
	return e ? e : entity_patch(rq);
}

static err_t delete_scope(struct request *rq)
{
	err_t e = require_changeable(rq, path_arg(rq, "resourceId"), ERR_RESOURCE_MANAGEMENT);

	if (!e)
		e = require_own_scope(rq, ERR_NOT_FOUND);
	return e ? e : entity_remove(rq);
}

/* -- routes -- */

static const struct field resources_query[] = {
	{ "includeScopes", .type = FIELD_TEXT, .help = "A truthy word adds the scopes of each." },
	FIELDS_END
};

static const struct field search_query[] = { SEARCH_PARAMETERS, FIELDS_END };

static const struct field default_body[] = {
	{ "isDefault", .type = FIELD_BOOL, .flags = REQUIRED,
	  .help = "Making one the default takes it from another." },
	FIELDS_END
};

static const struct field scopes_members[] = {
	{ "scopes", .type = FIELD_LIST,
	  .element = &(const struct field){ .type = FIELD_STRUCT, .members = scope_fields } },
	FIELDS_END
};

static const struct shape resource_shape = { .of = &resource };
static const struct shape with_scopes = { .of = &resource, .fields = scopes_members };
static const struct shape list_shape = { .of = &resource, .fields = scopes_members, .list = true };
static const struct shape scope_shape = { .of = &scope };
static const struct shape scope_list = { .of = &scope, .list = true };

const struct route resource_routes[] = {
	{ GET, "/api/resources", MANAGEMENT, READ, PAGES_IF_ASKED, .query = resources_query, .handler = list_resources,
	  .of = &resource, .status = 200, .reply = &list_shape, .summary = "List API resources" },
	{ POST, "/api/resources", MANAGEMENT, WRITE, .body = resource_fields, .handler = create_resource,
	  .of = &resource, .status = 201, .reply = &with_scopes, .summary = "Create an API resource" },
	{ GET, "/api/resources/{id}", MANAGEMENT, READ, .handler = entity_get, .of = &resource,
	  .status = 200, .reply = &resource_shape, .summary = "Get an API resource" },
	{ PATCH, "/api/resources/{id}", MANAGEMENT, WRITE, .body = resource_fields, .body_is_patch = true,
	  .handler = patch_resource, .of = &resource, .status = 200, .reply = &resource_shape,
	  .summary = "Change an API resource" },
	{ DELETE, "/api/resources/{id}", MANAGEMENT, WRITE, .handler = delete_resource, .of = &resource,
	  .status = 204, .summary = "Delete an API resource and its scopes" },
	{ PATCH, "/api/resources/{id}/is-default", MANAGEMENT, WRITE, .body = default_body, .handler = set_default,
	  .of = &resource, .status = 200, .reply = &resource_shape,
	  .summary = "Make an API resource the default, or no more" },
	{ GET, "/api/resources/{resourceId}/scopes", MANAGEMENT, READ, PAGES, .query = search_query,
	  .handler = list_scopes, .of = &scope, .status = 200, .reply = &scope_list,
	  .summary = "List the scopes of an API resource" },
	{ POST, "/api/resources/{resourceId}/scopes", MANAGEMENT, WRITE, .body = scope_fields, .handler = create_scope,
	  .of = &scope, .event = "Scope.Created", .status = 201, .reply = &scope_shape,
	  .summary = "Create a scope of an API resource" },
	{ PATCH, "/api/resources/{resourceId}/scopes/{scopeId}", MANAGEMENT, WRITE, .body = scope_fields,
	  .body_is_patch = true, .handler = patch_scope, .of = &scope, .event = "Scope.Data.Updated", .status = 200,
	  .reply = &scope_shape, .summary = "Change a scope of an API resource" },
	{ DELETE, "/api/resources/{resourceId}/scopes/{scopeId}", MANAGEMENT, WRITE, .handler = delete_scope,
	  .of = &scope, .event = "Scope.Deleted", .status = 204, .summary = "Delete a scope of an API resource" },
};
const size_t resource_route_count = ARRAY_LEN(resource_routes);
