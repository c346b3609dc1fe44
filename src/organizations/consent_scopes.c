/*
 * Which scopes a third-party application may ask a person for. Contract: users-apps-resources.md section 3.7.
 */
#include "organizations/consent.h"

#include <string.h>

#include "directory/directory.h"
#include "directory/management.h"
#include "entity/tree.h"
#include "organizations/organizations.h"
#include "tenant/user_scopes.h"

#include "base/banned.h"

/* -- the kinds -- */

RELATION(application_organization_scopes) = {
	.name = "application_organization_scopes", .table = "application_organization_scopes",
	.keys = { "application_id" }, .parent = &application, .child = "organization_scope_id",
	.child_of = &organization_scope, .member = "organizationScopes",
};

RELATION(application_resource_scopes) = {
	.name = "application_resource_scopes", .table = "application_resource_scopes", .keys = { "application_id" },
	.parent = &application, .child = "scope_id", .child_of = &scope, .member = "resourceScopes",
};

RELATION(application_organization_resource_scopes) = {
	.name = "application_organization_resource_scopes", .table = "application_organization_resource_scopes",
	.keys = { "application_id" }, .parent = &application, .child = "scope_id", .child_of = &scope,
	.member = "organizationResourceScopes",
};

RELATION(application_user_scopes) = {
	.name = "application_user_scopes", .table = "application_user_scopes", .keys = { "application_id" },
	.parent = &application, .child = "name", .member = "userScopes",
};

COLUMN_LIST(listed_scope, id, name, description);
STATEMENT(list_organization_scopes,
	  "SELECT c.id, c.name, c.description FROM application_organization_scopes m JOIN organization_scopes c"
	  " ON c.tenant_id = m.tenant_id AND c.id = m.organization_scope_id WHERE m.tenant_id = $1"
	  " AND m.application_id = $2 ORDER BY c.name");
COLUMNS_OF(list_organization_scopes, listed_scope);

COLUMN_LIST(listed_resource_scope, id, name, description, resource_id, resource_name, indicator);
#define RESOURCE_SCOPES(table) \
	"SELECT c.id, c.name, c.description, r.id AS resource_id, r.name AS resource_name, r.indicator" \
	" FROM " table " m JOIN scopes c ON c.tenant_id = m.tenant_id AND c.id = m.scope_id" \
	" JOIN resources r ON r.tenant_id = c.tenant_id AND r.id = c.resource_id WHERE m.tenant_id = $1" \
	" AND m.application_id = $2 ORDER BY r.indicator, c.name"
STATEMENT(list_resource_scopes, RESOURCE_SCOPES("application_resource_scopes"));
COLUMNS_OF(list_resource_scopes, listed_resource_scope);
STATEMENT(list_organization_resource_scopes, RESOURCE_SCOPES("application_organization_resource_scopes"));
COLUMNS_OF(list_organization_resource_scopes, listed_resource_scope);

COLUMN_LIST(named_scope, name);
STATEMENT(name_organization_scopes,
	  "SELECT c.name FROM application_organization_scopes m JOIN organization_scopes c"
	  " ON c.tenant_id = m.tenant_id AND c.id = m.organization_scope_id WHERE m.tenant_id = $1"
	  " AND m.application_id = $2 ORDER BY c.name");
COLUMNS_OF(name_organization_scopes, named_scope);
#define RESOURCE_SCOPE_NAMES(table) \
	"SELECT c.name FROM " table " m JOIN scopes c ON c.tenant_id = m.tenant_id AND c.id = m.scope_id" \
	" JOIN resources r ON r.tenant_id = c.tenant_id AND r.id = c.resource_id WHERE m.tenant_id = $1" \
	" AND m.application_id = $2 AND r.indicator = $3 ORDER BY c.name"
STATEMENT(name_resource_scopes, RESOURCE_SCOPE_NAMES("application_resource_scopes"));
COLUMNS_OF(name_resource_scopes, named_scope);
STATEMENT(name_organization_resource_scopes, RESOURCE_SCOPE_NAMES("application_organization_resource_scopes"));
COLUMNS_OF(name_organization_resource_scopes, named_scope);
STATEMENT(name_user_scopes,
	  "SELECT m.name FROM application_user_scopes m WHERE m.tenant_id = $1 AND m.application_id = $2"
	  " ORDER BY m.name");
COLUMNS_OF(name_user_scopes, named_scope);

static const struct consent_scopes {
	struct relation *relation;
	struct statement *names;
	bool of_resource;		/* the statement asks for an indicator */
	const char *segment;		/* of the path */
	/* member of a refusal that tells which are unknown; NULL: the check of the body does */
	const char *invalid;
} kinds[] = {
	[CONSENT_ORGANIZATION_SCOPES] = { &application_organization_scopes, &name_organization_scopes, false,
					  "organization-scopes", "invalidOrganizationScopes" },
	[CONSENT_RESOURCE_SCOPES] = { &application_resource_scopes, &name_resource_scopes, true, "resource-scopes",
				      "invalidResourceScopes" },
	[CONSENT_ORGANIZATION_RESOURCE_SCOPES] = { &application_organization_resource_scopes,
						   &name_organization_resource_scopes, true,
						   "organization-resource-scopes",
						   "invalidOrganizationResourceScopes" },
	[CONSENT_USER_SCOPES] = { &application_user_scopes, &name_user_scopes, false, "user-scopes", NULL },
};

/* -- for the provider -- */

err_t consent_scopes_load(struct request *rq, const char *application_id, enum consent_kind kind,
			  const char *indicator, json_t **out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const struct consent_scopes *k = &kinds[kind];
	const struct arg args[] = { T(application_id), T(indicator) };
	err_t e = store_query(rq->tx, k->names, args, k->of_resource ? 2 : 1, &rows);

	*out = tree_keep(rq, json_array());
	while (!e && rows_next(&rows))
		json_array_append_new(*out, json_string(rows_text(&rows, named_scope_name)));
	return e ? e : rows_end(&rows);
}

STATEMENT(is_third_party, "SELECT is_third_party FROM applications WHERE tenant_id = $1 AND id = $2");

err_t application_require_third_party(struct request *rq, const char *id)
{
	int64_t third;
	err_t e = store_int(rq->tx, &is_third_party, ARGS(T(id)), &third);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&application, ERR_NOT_EXISTS_WITH_ID, id);
	return e || third ? e : err_set(ERR_APP_THIRD_PARTY_ONLY, "application '%s'", id);
}

/* -- the list -- */

static void print_scope(struct json_out *j, struct rows *row)
{
	json_open(j);
	json_key_text(j, "id", rows_text(row, listed_scope_id));
	json_key_text(j, "name", rows_text(row, listed_scope_name));
	json_key_text(j, "description", rows_text(row, listed_scope_description));
	json_close(j);
}

static err_t print_organization_scopes(struct json_out *j, struct request *rq, const char *id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, &list_organization_scopes, ARGS(T(id)), &rows);

	json_key(j, "organizationScopes");
	json_list(j);
	while (!e && rows_next(&rows))
		print_scope(j, &rows);
	json_list_end(j);
	return e ? e : rows_end(&rows);
}

static void open_resource(struct json_out *j, struct rows *row)
{
	json_open(j);
	json_key(j, "resource");
	json_open(j);
	json_key_text(j, "id", rows_text(row, listed_resource_scope_resource_id));
	json_key_text(j, "name", rows_text(row, listed_resource_scope_resource_name));
	json_key_text(j, "indicator", rows_text(row, listed_resource_scope_indicator));
	json_close(j);
	json_key(j, "scopes");
	json_list(j);
}

static void close_resource(struct json_out *j)
{
	json_list_end(j);
	json_close(j);
}

/* The scopes come by resource: each change of it opens the next one. */
static err_t print_resource_scopes(struct json_out *j, struct request *rq, struct statement *s, const char *member,
				   const char *id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *resource_id = NULL;
	err_t e = store_query(rq->tx, s, ARGS(T(id)), &rows);

	json_key(j, member);
	json_list(j);
	while (!e && rows_next(&rows)) {
		const char *of = rows_text(&rows, listed_resource_scope_resource_id);

		if (!resource_id || strcmp(resource_id, of)) {
			if (resource_id)
				close_resource(j);
			resource_id = arena_copy(rq->arena, of);
			open_resource(j, &rows);
		}
		print_scope(j, &rows);
	}
	if (resource_id)
		close_resource(j);
	json_list_end(j);
	return e ? e : rows_end(&rows);
}

static err_t print_user_scopes(struct json_out *j, struct request *rq, const char *id)
{
	json_t *names;
	err_t e = consent_scopes_load(rq, id, CONSENT_USER_SCOPES, NULL, &names);

	json_key(j, "userScopes");
	json_value(j, names);
	return e;
}

static err_t list_scopes(struct request *rq)
{
	const char *id = path_arg(rq, "applicationId");
	err_t e = entity_require(rq->tx, &application, id);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	e = print_organization_scopes(&j, rq, id);
	if (!e)
		e = print_resource_scopes(&j, rq, &list_resource_scopes, "resourceScopes", id);
	if (!e)
		e = print_resource_scopes(&j, rq, &list_organization_resource_scopes, "organizationResourceScopes",
					  id);
	if (!e)
		e = print_user_scopes(&j, rq, id);
	json_close(&j);
	return e;
}

/* -- adding -- */

/* ERR_APP_CONSENT_SCOPES, with the ids of the body that name no scope, by kind. */
static err_t check_known_scopes(struct request *rq, const char *id)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	size_t unknown = 0;
	err_t e = OK;

	buffer_init(&b, MIB(4));
	json_out_init(&j, &b);
	json_open(&j);
	for (const struct consent_scopes *k = kinds; !e && k->invalid; k++) {
		struct resolved_list list = {0};

		e = relation_resolve(rq->tx, rq->arena, k->relation, &id, body_get(rq, k->relation->member), &list);
		json_key(&j, k->invalid);
		json_list(&j);
		for (size_t i = 0; !e && i < list.count; i++)
			if (!list.at[i].exists && !list.at[i].repeated) {
				json_text(&j, list.at[i].id);
				unknown++;
			}
		json_list_end(&j);
	}
	json_close(&j);
	if (e || !unknown)
		return e;
	e = err_set(ERR_APP_CONSENT_SCOPES, "%zu are unknown", unknown);
	err_fault()->data = arena_copy(rq->arena, buffer_str(&b));
	return e;
}

static err_t add_scopes(struct request *rq)
{
	const char *id = path_arg(rq, "applicationId");
	err_t e = application_require_third_party(rq, id);

	if (!e)
		e = check_known_scopes(rq, id);
	if (!e)
		e = management_refuse(rq->tx, rq->arena, body_get(rq, "resourceScopes"), ERR_APP_CONSENT_MANAGEMENT);
	if (!e)
		e = management_refuse(rq->tx, rq->arena, body_get(rq, "organizationResourceScopes"),
				      ERR_APP_CONSENT_MANAGEMENT);
	for (size_t i = 0; !e && i < ARRAY_LEN(kinds); i++)
		e = relation_insert(rq->tx, rq->arena, kinds[i].relation, &id, body_get(rq, kinds[i].relation->member),
				    NULL);
	return e ? e : reply_empty(rq, 201);
}

/* -- taking away -- */

static const struct consent_scopes *kind_of(const char *segment)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kinds[i].segment, segment))
			return &kinds[i];
	return NULL;
}

static err_t remove_scope(struct request *rq)
{
	const struct consent_scopes *kind = kind_of(path_arg(rq, "scopeType"));
	const char *id = path_arg(rq, "applicationId");
	err_t e;

	if (!kind)
		return input_issue(rq->arena, "params", "scopeType", "invalid_enum_value", "Not a kind of scopes");
	e = entity_require(rq->tx, &application, id);
	if (!e)
		e = relation_remove(rq->tx, kind->relation, &id, path_arg(rq, "scopeId"));
	return e ? e : reply_empty(rq, 204);
}

/* -- routes -- */

static const char *const user_scope_names[] = { USER_SCOPES, NULL };
static const struct field user_scope_name = { .type = FIELD_ENUM, .options = user_scope_names };

static const struct field scopes_body[] = {
	{ "organizationScopes", .type = FIELD_LIST, .element = &field_id, .help = "Ids of organization scopes." },
	{ "resourceScopes", .type = FIELD_LIST, .element = &field_id,
	  .help = "Ids of API scopes that the person has by roles of the tenant." },
	{ "organizationResourceScopes", .type = FIELD_LIST, .element = &field_id,
	  .help = "Ids of API scopes that the person has by roles in an organization." },
	{ "userScopes", .type = FIELD_LIST, .element = &user_scope_name },
	FIELDS_END
};

static const struct field scope_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "description", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE },
	FIELDS_END
};
static const struct field scope_element = { .type = FIELD_STRUCT, .members = scope_members };

static const struct field resource_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "indicator", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
static const struct field resource_scopes_members[] = {
	{ "resource", .type = FIELD_STRUCT, .flags = REQUIRED, .members = resource_members },
	{ "scopes", .type = FIELD_LIST, .flags = REQUIRED, .element = &scope_element },
	FIELDS_END
};
static const struct field resource_scopes_element = { .type = FIELD_STRUCT, .members = resource_scopes_members };

static const struct field listed_members[] = {
	{ "organizationScopes", .type = FIELD_LIST, .flags = REQUIRED, .element = &scope_element },
	{ "resourceScopes", .type = FIELD_LIST, .flags = REQUIRED, .element = &resource_scopes_element },
	{ "organizationResourceScopes", .type = FIELD_LIST, .flags = REQUIRED, .element = &resource_scopes_element },
	{ "userScopes", .type = FIELD_LIST, .flags = REQUIRED, .element = &user_scope_name },
	FIELDS_END
};

static const struct shape listed = { .fields = listed_members };

#define BASE "/api/applications/{applicationId}/user-consent-scopes"

const struct route consent_scope_routes[] = {
	{ POST, BASE, MANAGEMENT, WRITE, .body = scopes_body, .handler = add_scopes, .of = &application, .status = 201,
	  .operation = "CreateApplicationUserConsentScope",
	  .summary = "Let a third-party application ask people for more scopes" },
	{ GET, BASE, MANAGEMENT, SCAN, .handler = list_scopes, .of = &application, .status = 200, .reply = &listed,
	  .summary = "List the scopes that an application may ask people for" },
	{ DELETE, BASE "/{scopeType}/{scopeId}", MANAGEMENT, WRITE, .handler = remove_scope, .of = &application,
	  .status = 204, .operation = "DeleteApplicationUserConsentScope",
	  .summary = "Take a scope from those that an application may ask for" },
};
const size_t consent_scope_route_count = ARRAY_LEN(consent_scope_routes);
