/*
 * The organization template: permissions (scopes) and roles, and what a role carries.
 * Contract: organizations.md sections 8 and 9.
 */
#include "organizations/organizations.h"

#include "directory/directory.h"

#include "base/banned.h"

/* -- organization scopes -- */

static const struct field scope_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED, .max = 21 },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "name", "name", FIELD_TEXT, REQUIRED | NOT_EMPTY | SEARCHED, .max = 128, .help = "Unique in the tenant." },
	{ "description", "description", FIELD_TEXT, NULLABLE, .max = 256 },
	FIELDS_END
};

ENTITY(organization_scope) = {
	.name = "organization_scope", .table = "organization_scopes", .singular = "organization_scope",
	.parameter = "organizationScopeId", .fields = scope_fields, .id_len = ID_LONG, .searched = true,
};

static err_t list_scopes(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization_scope, "s", "organization_scopes s");
	query_keyword(&q);
	query_counter(&q, "organization_scopes", "");
	q.order = "s.name";
	return query_reply(&q);
}

/* -- organization roles -- */

static const char *const role_types[] = { "User", "MachineToMachine", NULL };

static const struct field role_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED, .max = 21 },
	{ "id", "id", FIELD_TEXT, GENERATED | SEARCHED },
	{ "name", "name", FIELD_TEXT, REQUIRED | NOT_EMPTY | SEARCHED, .max = 128, .help = "Unique in the tenant." },
	{ "description", "description", FIELD_TEXT, NULLABLE | SEARCHED, .max = 256 },
	{ "type", "type", FIELD_ENUM, ENUM_BY_VALUE, .options = role_types, .fallback = "User" },
	{ "organizationScopeIds", NULL, FIELD_LIST, CREATE_ONLY | NOT_STORED, .element = &field_text },
	{ "resourceScopeIds", NULL, FIELD_LIST, CREATE_ONLY | NOT_STORED, .element = &field_text },
	FIELDS_END
};

ENTITY(organization_role) = {
	.name = "organization_role", .table = "organization_roles", .singular = "organization_role",
	.parameter = "organizationRoleId", .fields = role_fields, .id_len = ID_LONG, .read_miss = ERR_NOT_FOUND,
	.searched = true,
};

RELATION(role_organization_scopes) = {
	.name = "role_organization_scopes", .table = "organization_role_scopes", .keys = { "organization_role_id" },
	.parent = &organization_role, .child = "organization_scope_id", .child_of = &organization_scope,
	.member = "organizationScopeIds", .flags = LIST_NEEDS_PARENT, .order = "c.name",
};

RELATION(role_resource_scopes) = {
	.name = "role_resource_scopes", .table = "organization_role_resource_scopes",
	.keys = { "organization_role_id" }, .parent = &organization_role, .child = "scope_id", .child_of = &scope,
	.member = "scopeIds", .flags = LIST_NEEDS_PARENT, .order = "c.created_at DESC, c.id DESC",
};

#define ROLE_SCOPES \
	"(SELECT {agg}({obj}('id', x.id, 'name', x.name)) FROM (SELECT s.id, s.name FROM organization_role_scopes h" \
	" JOIN organization_scopes s ON s.tenant_id = h.tenant_id AND s.id = h.organization_scope_id" \
	" WHERE h.tenant_id = r.tenant_id AND h.organization_role_id = r.id ORDER BY s.id) x)"
#define ROLE_RESOURCE_SCOPES \
	"(SELECT {agg}({obj}('id', x.id, 'name', x.name, 'resource', {obj}('id', x.resource_id, 'name'," \
	" x.resource_name)))" \
	" FROM (SELECT s.id, s.name, p.id AS resource_id, p.name AS resource_name" \
	" FROM organization_role_resource_scopes h" \
	" JOIN scopes s ON s.tenant_id = h.tenant_id AND s.id = h.scope_id" \
	" JOIN resources p ON p.tenant_id = s.tenant_id AND p.id = s.resource_id" \
	" WHERE h.tenant_id = r.tenant_id AND h.organization_role_id = r.id ORDER BY s.id) x)"

static err_t list_roles(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization_role, "r", "organization_roles r");
	query_keyword(&q);
	query_counter(&q, "organization_roles", "");
	query_extra(&q, "scopes", EXTRA_LIST, ROLE_SCOPES);
	query_extra(&q, "resourceScopes", EXTRA_LIST, ROLE_RESOURCE_SCOPES);
	q.scans = true;		/* what the roles of a page carry may be very much */
	q.order = "r.name";
	return query_reply(&q);
}

/* The first scopes of a new role are an event of their own, which comes before the event of the role. */
static err_t note_first_scopes(struct request *rq, const char *id)
{
	struct event_note what = { .event = "OrganizationRole.Scopes.Updated" };
	bool wanted;
	err_t e;

	if (json_array_size(body_get(rq, "organizationScopeIds")) == 0 &&
	    json_array_size(body_get(rq, "resourceScopeIds")) == 0)
		return OK;
	e = event_read_wanted(rq, what.event, &wanted);
	if (e || !wanted)
		return e;
	what.members = arena_printf(rq->arena, "\"organizationRoleId\":\"%s\"", id);
	event_note_add(rq, &what);
	return OK;
}

/* Inserts the role first, so that a taken name is reported before an unknown scope. An error rolls everything back. */
static err_t create_role(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq);
	const char *keys[2] = { NULL };
	err_t e = entity_insert(rq->tx, rq->arena, &organization_role, object, &row);

	if (e)
		return e;
	keys[0] = json_string_value(json_object_get(object, "id"));
	e = entity_reply(rq, 201, &organization_role, &row);
	if (!e)
		e = relation_add_all(rq->tx, rq->arena, &role_organization_scopes, keys,
				     body_get(rq, "organizationScopeIds"), NULL);
	if (!e)
		e = relation_add_all(rq->tx, rq->arena, &role_resource_scopes, keys, body_get(rq, "resourceScopeIds"),
				     NULL);
	return e ? e : note_first_scopes(rq, keys[0]);
}

/* -- routes -- */

static const struct field name_query[] = {
	{ "q", .type = FIELD_TEXT, .help = "Substring, in any letter case." },
	CAP_PARAMETER,
	FIELDS_END
};

static const struct field scope_ids[] = { ID_LIST("organizationScopeIds", NOT_EMPTY), FIELDS_END };
static const struct field scope_ids_or_none[] = { ID_LIST("organizationScopeIds", 0), FIELDS_END };
static const struct field resource_scope_ids[] = { ID_LIST("scopeIds", NOT_EMPTY), FIELDS_END };
static const struct field resource_scope_ids_or_none[] = { ID_LIST("scopeIds", 0), FIELDS_END };

static const struct field named_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct field named = { .type = FIELD_STRUCT, .members = named_members };
static const struct field of_resource_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "resource", .type = FIELD_STRUCT, .flags = REQUIRED, .members = named_members },
	FIELDS_END
};
static const struct field of_resource = { .type = FIELD_STRUCT, .members = of_resource_members };

static const struct field carried[] = {
	{ "scopes", .type = FIELD_LIST, .flags = REQUIRED, .element = &named },
	{ "resourceScopes", .type = FIELD_LIST, .flags = REQUIRED, .element = &of_resource },
	FIELDS_END
};

static const struct shape one_role = { .of = &organization_role };
static const struct shape roles = { .of = &organization_role, .fields = carried, .list = true };
static const struct shape one_scope = { .of = &organization_scope };
static const struct shape scopes = { .of = &organization_scope, .list = true };
static const struct shape resource_scopes = { .of = &scope, .list = true };

const struct route template_routes[] = {
	{ GET, "/api/organization-roles", MANAGEMENT, READ, PAGES, .query = name_query, .handler = list_roles,
	  .status = 200, .reply = &roles, .summary = "List organization roles with what they carry" },
	{ POST, "/api/organization-roles", MANAGEMENT, WRITE, .body = role_fields, .handler = create_role,
	  .of = &organization_role, .event = "OrganizationRole.Created", .status = 201, .reply = &one_role,
	  .summary = "Create an organization role" },
	{ GET, "/api/organization-roles/{id}", MANAGEMENT, READ, .handler = entity_get, .of = &organization_role,
	  .status = 200, .reply = &one_role, .summary = "Get an organization role" },
	{ PATCH, "/api/organization-roles/{id}", MANAGEMENT, WRITE, .body = role_fields, .body_is_patch = true,
	  .handler = entity_patch, .of = &organization_role, .event = "OrganizationRole.Data.Updated", .status = 200,
	  .reply = &one_role, .summary = "Change an organization role" },
	{ DELETE, "/api/organization-roles/{id}", MANAGEMENT, WRITE, .handler = entity_remove,
	  .of = &organization_role, .event = "OrganizationRole.Deleted", .status = 204,
	  .summary = "Delete an organization role" },

	{ GET, "/api/organization-roles/{id}/scopes", MANAGEMENT, READ, PAGES_IF_ASKED, .handler = relation_list,
	  .of = &role_organization_scopes, .status = 200, .reply = &scopes,
	  .summary = "List the organization scopes of a role" },
	{ POST, "/api/organization-roles/{id}/scopes", MANAGEMENT, WRITE, .body = scope_ids, .handler = relation_post,
	  .of = &role_organization_scopes, .event = "OrganizationRole.Scopes.Updated", .status = 201,
	  .summary = "Add organization scopes to a role" },
	{ PUT, "/api/organization-roles/{id}/scopes", MANAGEMENT, WRITE, .body = scope_ids_or_none,
	  .handler = relation_put, .of = &role_organization_scopes, .event = "OrganizationRole.Scopes.Updated",
	  .status = 204, .summary = "Replace the organization scopes of a role" },
	{ DELETE, "/api/organization-roles/{id}/scopes/{organizationScopeId}", MANAGEMENT, WRITE,
	  .handler = relation_delete, .of = &role_organization_scopes, .event = "OrganizationRole.Scopes.Updated",
	  .status = 204, .summary = "Take an organization scope from a role" },

	{ GET, "/api/organization-roles/{id}/resource-scopes", MANAGEMENT, READ, PAGES_IF_ASKED,
	  .handler = relation_list, .of = &role_resource_scopes, .status = 200, .reply = &resource_scopes,
	  .summary = "List the API permissions of a role" },
	{ POST, "/api/organization-roles/{id}/resource-scopes", MANAGEMENT, WRITE, .body = resource_scope_ids,
	  .handler = relation_post, .of = &role_resource_scopes, .status = 201,
	  .summary = "Add API permissions to a role" },
	{ PUT, "/api/organization-roles/{id}/resource-scopes", MANAGEMENT, WRITE, .body = resource_scope_ids_or_none,
	  .handler = relation_put, .of = &role_resource_scopes, .status = 204,
	  .summary = "Replace the API permissions of a role" },
	{ DELETE, "/api/organization-roles/{id}/resource-scopes/{scopeId}", MANAGEMENT, WRITE,
	  .handler = relation_delete, .of = &role_resource_scopes, .status = 204,
	  .summary = "Take an API permission from a role" },

	{ GET, "/api/organization-scopes", MANAGEMENT, READ, PAGES_IF_ASKED, .query = name_query,
	  .handler = list_scopes, .status = 200, .reply = &scopes, .summary = "List organization scopes" },
	{ POST, "/api/organization-scopes", MANAGEMENT, WRITE, .body = scope_fields, .handler = entity_post,
	  .of = &organization_scope, .event = "OrganizationScope.Created", .status = 201, .reply = &one_scope,
	  .summary = "Create an organization scope" },
	{ GET, "/api/organization-scopes/{id}", MANAGEMENT, READ, .handler = entity_get, .of = &organization_scope,
	  .status = 200, .reply = &one_scope, .summary = "Get an organization scope" },
	{ PATCH, "/api/organization-scopes/{id}", MANAGEMENT, WRITE, .body = scope_fields, .body_is_patch = true,
	  .handler = entity_patch, .of = &organization_scope, .event = "OrganizationScope.Data.Updated", .status = 200,
	  .reply = &one_scope, .summary = "Change an organization scope" },
	{ DELETE, "/api/organization-scopes/{id}", MANAGEMENT, WRITE, .handler = entity_remove,
	  .of = &organization_scope, .event = "OrganizationScope.Deleted", .status = 204,
	  .summary = "Delete an organization scope" },
};
const size_t template_route_count = ARRAY_LEN(template_routes);
