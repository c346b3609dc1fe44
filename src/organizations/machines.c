/*
 * Machine-to-machine applications in an organization, and their roles.
 * Contract: organizations.md section 4.
 */
#include "organizations/organizations.h"

#include "directory/directory.h"
#include "entity/deletion.h"
#include "organizations/held_roles.h"

#include "base/banned.h"

RELATION(organization_applications) = {
	.name = "organization_applications", .table = "organization_applications", .keys = { "organization_id" },
	.parent = &organization, .child = "application_id", .child_of = &application,
	.kind = "c.type = 'MachineToMachine'", .member = "applicationIds",
	.flags = REPLACE_TAKES_REPEATS | REPLACE_CHECKS_EMPTY | REPLACE_KEEPS_OLD | REPLACE_LENGTHS_IN_ORDER,
	.order = "m.application_id",
	.counter = "organization_applications", .event = MEMBERSHIP_EVENT,
};

RELATION(organization_application_roles) = {
	.name = "organization_application_roles", .table = "organization_application_roles",
	.keys = { "organization_id", "application_id" }, .parent = &organization,
	.parent_table = "organization_applications", .child = "organization_role_id", .child_of = &organization_role,
	.kind = "c.type = 'MachineToMachine'", .member = "organizationRoleIds", .order = "c.name",
};

static err_t list_machines(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	const char *role_id = query_arg(rq, "roleId");

	relation_query(&q, rq, &organization_applications);
	query_keyword(&q);
	if (role_id)
		relation_narrow(&q, &organization_applications, &organization_application_roles, role_id);
	query_linked(&q, &roles_of_application, role_id ? NULL : path_arg(rq, "id"));
	application_print_secret(&q);
	return query_reply(&q);
}

STATEMENT(organization_has_machine,
	  "SELECT 1 FROM organization_applications WHERE tenant_id = $1 AND organization_id = $2"
	  " AND application_id = $3 AND " LIVE("organizations", "$2"));

static err_t require_member(struct request *rq)
{
	return require_membership(rq, &organization_has_machine);
}

STATEMENT(machine_give_roles,
	  "INSERT INTO organization_application_roles (tenant_id, organization_id, application_id,"
	  " organization_role_id)"
	  " SELECT $1, $2, l.id, r.id FROM {list:$3} l CROSS JOIN {list:$4} r WHERE 1 = 1 ORDER BY l.id, r.id"
	  " ON CONFLICT DO NOTHING");

static const struct held_roles application_roles_held = {
	&organization_applications, &organization_application_roles, "applicationIds", &machine_give_roles
};

static err_t add_roles_to_many(struct request *rq)
{
	return held_roles_add(rq, &application_roles_held);
}

/* -- routes -- */

static const struct field list_query[] = {
	{ "q", .type = FIELD_TEXT, .help = "Substring of id, name or description, in any letter case." },
	CAP_PARAMETER,
	{ "roleId", .type = FIELD_TEXT, .flags = NOT_EMPTY, .help = "Only applications with this role." },
	FIELDS_END
};
static const struct field application_ids[] = { ID_LIST("applicationIds", NOT_EMPTY), FIELDS_END };
static const struct field application_ids_or_none[] = { ID_LIST("applicationIds", 0), FIELDS_END };
static const struct field role_ids[] = { ID_LIST("organizationRoleIds", NOT_EMPTY), FIELDS_END };
static const struct field applications_and_roles[] = {
	ID_LIST("applicationIds", NOT_EMPTY),
	ID_LIST("organizationRoleIds", NOT_EMPTY),
	FIELDS_END
};

static const struct shape machines = { .of = &application, .fields = roles_beside, .list = true };
static const struct shape roles = { .of = &organization_role, .list = true };

const struct route machine_routes[] = {
	{ GET, "/api/organizations/{id}/applications", MANAGEMENT, READ, PAGES, .query = list_query,
	  .handler = list_machines, .of = &organization_applications, .status = 200, .reply = &machines,
	  .summary = "List the machine-to-machine applications of an organization" },
	{ POST, "/api/organizations/{id}/applications", MANAGEMENT, WRITE, .body = application_ids,
	  .handler = relation_post, .of = &organization_applications, .status = 201,
	  .operation = "AddOrganizationApplications",
	  .summary = "Add machine-to-machine applications to an organization" },
	{ PUT, "/api/organizations/{id}/applications", MANAGEMENT, WRITE, .body = application_ids_or_none,
	  .handler = relation_put, .of = &organization_applications, .status = 204,
	  .summary = "Replace the applications of an organization" },
	{ DELETE, "/api/organizations/{id}/applications/{applicationId}", MANAGEMENT, WRITE,
	  .handler = relation_delete, .of = &organization_applications, .status = 204,
	  .summary = "Remove an application from an organization" },
	{ POST, "/api/organizations/{id}/applications/roles", MANAGEMENT, WRITE, .body = applications_and_roles,
	  .handler = add_roles_to_many, .of = &organization_application_roles, .status = 201,
	  .operation = "AssignOrganizationRolesToApplications", .summary = "Give roles to many applications at once" },

	{ GET, "/api/organizations/{id}/applications/{applicationId}/roles", MANAGEMENT, READ, PAGES_IF_ASKED,
	  .before = require_member, .handler = relation_list, .of = &organization_application_roles, .status = 200,
	  .reply = &roles, .summary = "List the roles of an application in an organization" },
	{ POST, "/api/organizations/{id}/applications/{applicationId}/roles", MANAGEMENT, WRITE, .body = role_ids,
	  .before = require_member, .handler = relation_post, .of = &organization_application_roles, .status = 201,
	  .operation = "AssignOrganizationRolesToApplication",
	  .summary = "Give roles to an application in an organization" },
	{ PUT, "/api/organizations/{id}/applications/{applicationId}/roles", MANAGEMENT, WRITE, .body = role_ids,
	  .before = require_member, .handler = relation_put, .of = &organization_application_roles, .status = 204,
	  .summary = "Replace the roles of an application in an organization" },
	{ DELETE, "/api/organizations/{id}/applications/{applicationId}/roles/{organizationRoleId}", MANAGEMENT, WRITE,
	  .before = require_member, .handler = relation_delete, .of = &organization_application_roles, .status = 204,
	  .summary = "Take a role from an application in an organization" },
};
const size_t machine_route_count = ARRAY_LEN(machine_routes);
