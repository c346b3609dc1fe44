/*
 * Roles of the tenant and the scopes they carry. Who holds a role is in role_holders.c.
 * Contract: users-apps-resources.md section 5.
 */
#include "directory/role.h"

#include <string.h>

#include "directory/management.h"
#include "entity/deletion.h"
#include "http/request.h"

#include "base/banned.h"

const char *const role_types[] = { "User", "MachineToMachine", NULL };

static const struct field role_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED, .max = 21 },
	{ "id", "id", FIELD_TEXT, GENERATED | SEARCHED },
	{ "name", "name", FIELD_TEXT, REQUIRED | NOT_EMPTY | SEARCHED, .max = 128, .help = "Unique." },
	{ "description", "description", FIELD_TEXT, REQUIRED | NOT_EMPTY | SEARCHED, .max = 128 },
	{ "type", "type", FIELD_ENUM, CREATE_ONLY | ENUM_BY_VALUE, .options = role_types, .fallback = "User",
	  .help = "Who can hold it." },
	{ "isDefault", "is_default", FIELD_BOOL, .fallback = "0",
	  .help = "New users get it; without effect on a role for machines." },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED | HIDDEN },
	{ "scopeIds", .type = FIELD_LIST, .flags = NOT_STORED | CREATE_ONLY, .element = &field_id,
	  .help = "Scopes it carries from the start." },
	FIELDS_END
};

static err_t role_conflict(const json_t *object)
{
	return err_arg(ERR_ROLE_NAME, "name", json_string_value(json_object_get(object, "name")));
}

static struct dependent role_dependents[] = {
	{ "user_roles", "role_id", "user_id" },
	{ "application_roles", "role_id", "application_id" },
	{ .table = NULL }
};

ENTITY(role) = {
	.name = "role", .table = "roles", .singular = "role", .parameter = "roleId",
	.fields = role_fields, .id_len = ID_LONG,
	.patch_miss = ERR_NOT_EXISTS_WITH_ID, .delete_miss = ERR_NOT_EXISTS_WITH_ID,
	.searched = true, .owns_counters = true, .dependents = role_dependents, .unique = "name",
	.changes = CHANGE_ACCESS, .conflict = role_conflict,
};

RELATION(role_scopes) = {
	.name = "role_scopes", .table = "role_scopes", .keys = { "role_id" }, .parent = &role,
	.child = "scope_id", .child_of = &scope, .member = "scopeIds", .changes = CHANGE_ACCESS,
	.order = "c.created_at DESC, c.id DESC",
};

/* -- what a role may carry -- */

STATEMENT(role_find_type, "SELECT type FROM roles WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL");

/* A role for users must not carry scopes of a Management API: ERR_ROLE_MANAGEMENT_SCOPE. */
static err_t check_management(struct request *rq, const char *type, const json_t *scope_ids)
{
	return strcmp(type, "User") ? OK : management_refuse(rq->tx, rq->arena, scope_ids, ERR_ROLE_MANAGEMENT_SCOPE);
}

err_t role_type(struct request *rq, const char *id, const char **type)
{
	err_t e = store_text(rq->tx, &role_find_type, ARGS(T(id)), rq->arena, type);

	return e == ERR_NOT_FOUND ? entity_miss_error(&role, ERR_NOT_EXISTS_WITH_ID, id) : e;
}

err_t check_new_to(const struct resolved_list *list, err_t already, const struct entity *child, err_t miss)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].already)
			return err_arg(already, "id", list->at[i].id);
	return check_known(list, child, miss);
}

err_t check_known(const struct resolved_list *list, const struct entity *child, err_t miss)
{
	for (size_t i = 0; i < list->count; i++)
		if (!list->at[i].exists)
			return entity_miss_error(child, miss, list->at[i].id);
	return OK;
}

STATEMENT(list_all_scopes,
	  "SELECT {cols:scope:c} FROM role_scopes m JOIN scopes c ON c.tenant_id = m.tenant_id AND c.id = m.scope_id"
	  " WHERE m.tenant_id = $1 AND m.role_id = $2 ORDER BY c.created_at DESC, c.id DESC");

/* All scopes of a role, as a list. */
static err_t print_scopes(struct json_out *j, struct request *rq, const char *id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, &list_all_scopes, ARGS(T(id)), &rows);

	json_list(j);
	while (!e && rows_next(&rows)) {
		json_open(j);
		entity_print(j, &scope, &rows, 0);
		json_close(j);
	}
	json_list_end(j);
	return e ? e : rows_end(&rows);
}

/* -- create, change, delete -- */

/* The first scopes of a new role are an event of their own, which comes before the event of the role. */
static err_t note_first_scopes(struct request *rq, const char *id)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct event_note what = { .event = "Role.Scopes.Updated" };
	struct json_out j;
	bool wanted;
	err_t e = event_read_wanted(rq, what.event, &wanted);

	if (e || !wanted)
		return e;
	buffer_init(&b, MIB(8));
	json_out_init(&j, &b);
	e = print_scopes(&j, rq, id);
	what.members = arena_printf(rq->arena, "\"roleId\":\"%s\"", id);
	what.data = arena_copy(rq->arena, buffer_str(&b));
	if (!e)
		event_note_add(rq, &what);
	return e;
}

/* Gives the `scopeIds` of the body to a role that was made in this transaction. An empty list is an error. */
static err_t add_first_scopes(struct request *rq, const char *id, const char *type)
{
	const json_t *scope_ids = body_get(rq, "scopeIds");
	struct resolved_list list;
	err_t e;

	if (!scope_ids)
		return OK;
	if (json_array_size(scope_ids) == 0)
		return err_set(ERR_NOTHING_TO_WRITE, "scopeIds: an empty list");
	e = check_management(rq, type, scope_ids);
	if (!e)
		e = relation_resolve(rq->tx, rq->arena, &role_scopes, &id, scope_ids, &list);
	if (!e)
		e = check_known(&list, &scope, ERR_NOT_EXISTS_WITH_ID);
	if (!e)
		e = relation_insert(rq->tx, rq->arena, &role_scopes, &id, scope_ids, NULL);
	return e ? e : note_first_scopes(rq, id);
}

/* An error after the insert removes the role again, since the transaction is rolled back. */
static err_t create_role(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq);
	const char *type = body_text(rq, "type");
	err_t e = entity_insert(rq->tx, rq->arena, &role, object, &row);

	if (!e)
		e = entity_reply(rq, 200, &role, &row);
	if (!e)
		e = add_first_scopes(rq, json_string_value(json_object_get(object, "id")), type ? type : "User");
	return e;
}

static err_t patch_role(struct request *rq)
{
	err_t e = entity_require(rq->tx, &role, path_arg(rq, "id"));

	return e ? e : entity_patch(rq);
}

static err_t delete_role(struct request *rq)
{
	const char *id = path_arg(rq, "id");
	err_t e;

	if (!strcmp(id, ADMIN_ROLE))
		return ERR_ROLE_INTERNAL;
	e = deletion_begin(rq->tx, &role, id);
	return e ? e : reply_empty(rq, 204);
}

/* -- the list -- */

#define COUNT_OF(kind) \
	"(SELECT coalesce(sum(k.n), 0) FROM counters k WHERE k.tenant_id = r.tenant_id AND k.kind = '" kind \
	"' AND k.owner = r.id)"
#define FEATURED_USERS \
	"(SELECT {agg}({obj}('id', x.id, 'avatar', x.avatar, 'name', x.name)) FROM (SELECT u.id, u.avatar, u.name" \
	" FROM user_roles m" \
	" JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id" \
	" WHERE m.tenant_id = r.tenant_id AND m.role_id = r.id ORDER BY m.user_id LIMIT 3) x)"
#define FEATURED_APPLICATIONS \
	"(SELECT {agg}({obj}('id', x.id, 'name', x.name, 'type', x.type)) FROM (SELECT a.id, a.name, a.type" \
	" FROM application_roles m" \
	" JOIN applications a ON a.tenant_id = m.tenant_id AND a.id = m.application_id" \
	" WHERE m.tenant_id = r.tenant_id AND m.role_id = r.id ORDER BY m.application_id LIMIT 3) x)"

static void filter_roles(struct query *q)
{
	const char *type = query_arg(q->rq, "type"), *user_id = query_nonempty(q->rq, "excludeUserId");
	const char *application_id = query_nonempty(q->rq, "excludeApplicationId");

	if (type)
		query_filter(q, "r.type = ?", ARGS(T(type)));
	if (user_id)
		query_filter(
			q,
			"NOT EXISTS (SELECT 1 FROM user_roles e WHERE e.tenant_id = r.tenant_id AND e.role_id = r.id"
			" AND e.user_id = ?)",
			ARGS(T(user_id)));
	if (application_id)
		query_filter(q,
			     "NOT EXISTS (SELECT 1 FROM application_roles e WHERE e.tenant_id = r.tenant_id"
			     " AND e.role_id = r.id"
			     " AND e.application_id = ?)",
			     ARGS(T(application_id)));
}

static err_t list_roles(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &role, "r", "roles r");
	query_where(&q, NOT_INTERNAL("r"), NO_ARGS);
	filter_roles(&q);
	query_search(&q);
	q.scans = true;		/* the total is counted: no counter leaves out the internal ones */
	q.order = "r.created_at DESC, r.id DESC";
	query_extra(&q, "usersCount", EXTRA_INT, COUNT_OF("user_roles"));
	query_extra(&q, "featuredUsers", EXTRA_LIST, FEATURED_USERS);
	query_extra(&q, "applicationsCount", EXTRA_INT, COUNT_OF("application_roles"));
	query_extra(&q, "featuredApplications", EXTRA_LIST, FEATURED_APPLICATIONS);
	return query_reply(&q);
}

/* -- scopes of a role -- */

static err_t print_resource(struct json_out *j, struct request *rq, struct rows *row, int column)
{
	(void)rq;
	json_key(j, "resource");
	json_open(j);
	entity_print(j, &resource, row, column);
	json_close(j);
	return OK;
}

static err_t list_scopes(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e = entity_require(rq->tx, &role, path_arg(rq, "id"));

	relation_query(&q, rq, &role_scopes);
	if (e)
		return e;
	buffer_text(&q.from, " JOIN resources r ON r.tenant_id = c.tenant_id AND r.id = c.resource_id");
	query_search(&q);
	query_printer(&q, "{cols:resource:r}", print_resource);
	return query_reply(&q);
}

static err_t reply_scopes(struct request *rq, const char *id)
{
	struct json_out j = reply_json(rq, 201);

	return print_scopes(&j, rq, id);
}

static err_t add_scopes(struct request *rq)
{
	const json_t *scope_ids = body_get(rq, "scopeIds");
	const char *id = path_arg(rq, "id"), *type;
	struct resolved_list list;
	err_t e = role_type(rq, id, &type);

	if (!e)
		e = relation_resolve(rq->tx, rq->arena, &role_scopes, &id, scope_ids, &list);
	if (!e)
		e = check_new_to(&list, ERR_ROLE_SCOPE, &scope, ERR_NOT_EXISTS_WITH_ID);
	if (!e)
		e = check_management(rq, type, scope_ids);
	if (!e)
		e = relation_insert(rq->tx, rq->arena, &role_scopes, &id, scope_ids, NULL);
	return e ? e : reply_scopes(rq, id);
}

/* -- routes -- */

static const struct field list_query[] = {
	SEARCH_PARAMETERS,
	{ "type", .type = FIELD_ENUM, .options = role_types },
	{ "excludeUserId", .type = FIELD_TEXT, .help = "Leave out what this user holds." },
	{ "excludeApplicationId", .type = FIELD_TEXT, .help = "Leave out what this application holds." },
	FIELDS_END
};

static const struct field search_query[] = { SEARCH_PARAMETERS, FIELDS_END };

static const struct field scope_ids_body[] = { ID_LIST("scopeIds", NOT_EMPTY), FIELDS_END };

static const struct field application_featured_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "type", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
static const struct field application_featured = { .type = FIELD_STRUCT, .members = application_featured_members };

static const struct field list_members[] = {
	{ "usersCount", .type = FIELD_NUMBER, .flags = REQUIRED },
	{ "featuredUsers", .type = FIELD_LIST, .flags = REQUIRED, .element = &user_featured },
	{ "applicationsCount", .type = FIELD_NUMBER, .flags = REQUIRED },
	{ "featuredApplications", .type = FIELD_LIST, .flags = REQUIRED, .element = &application_featured },
	FIELDS_END
};

static const struct field resource_member[] = {
	{ "resource", .type = FIELD_STRUCT, .flags = REQUIRED, .members = resource_fields },
	FIELDS_END
};

static const struct shape role_shape = { .of = &role };
static const struct shape list_shape = { .of = &role, .fields = list_members, .list = true };
static const struct shape scope_list = { .of = &scope, .list = true };
static const struct shape scope_resource_list = { .of = &scope, .fields = resource_member, .list = true };

const struct route role_routes[] = {
	{ GET, "/api/roles", MANAGEMENT, READ, PAGES, .query = list_query, .handler = list_roles, .of = &role,
	  .status = 200, .reply = &list_shape, .summary = "List roles" },
	{ POST, "/api/roles", MANAGEMENT, WRITE, .body = role_fields, .handler = create_role, .of = &role,
	  .event = "Role.Created", .status = 200, .reply = &role_shape, .refuses = 404, .summary = "Create a role" },
	{ GET, "/api/roles/{id}", MANAGEMENT, READ, .handler = entity_get, .of = &role,
	  .status = 200, .reply = &role_shape, .summary = "Get a role" },
	{ PATCH, "/api/roles/{id}", MANAGEMENT, WRITE, .body = role_fields, .body_is_patch = true,
	  .handler = patch_role, .of = &role, .event = "Role.Data.Updated", .status = 200, .reply = &role_shape,
	  .summary = "Change a role" },
	{ DELETE, "/api/roles/{id}", MANAGEMENT, WRITE, .handler = delete_role, .of = &role,
	  .event = "Role.Deleted", .status = 204, .summary = "Delete a role" },
	{ GET, "/api/roles/{id}/scopes", MANAGEMENT, READ, PAGES_IF_ASKED, .query = search_query,
	  .handler = list_scopes, .of = &role_scopes, .status = 200, .reply = &scope_resource_list,
	  .summary = "List the scopes of a role" },
	{ POST, "/api/roles/{id}/scopes", MANAGEMENT, WRITE, .body = scope_ids_body, .handler = add_scopes,
	  .of = &role_scopes, .event = "Role.Scopes.Updated", .status = 201, .reply = &scope_list,
	  .summary = "Add scopes to a role" },
	{ DELETE, "/api/roles/{id}/scopes/{scopeId}", MANAGEMENT, WRITE, .handler = relation_delete,
	  .of = &role_scopes, .event = "Role.Scopes.Updated", .status = 204, .summary = "Remove a scope from a role" },
};
const size_t role_route_count = ARRAY_LEN(role_routes);
