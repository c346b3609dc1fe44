/*
 * Users in an organization: memberships, their roles, what the roles permit.
 * Contract: organizations.md sections 2 and 3.
 */
#include "organizations/organizations.h"

#include <stdlib.h>
#include <string.h>

#include "directory/directory.h"
#include "entity/deletion.h"
#include "organizations/admission.h"
#include "organizations/held_roles.h"

#include "base/banned.h"

RELATION(organization_users) = {
	.name = "organization_users", .table = "organization_users", .keys = { "organization_id" },
	.parent = &organization, .child = "user_id", .child_of = &user, .member = "userIds",
	.flags = REPLACE_TAKES_REPEATS | REPLACE_CHECKS_EMPTY | REPLACE_KEEPS_OLD,
	.order = "m.user_id", .counter = "organization_users", .in_parts = true, .event = MEMBERSHIP_EVENT,
	.closed = true,		/* only admission.c adds members */
};

RELATION(organization_user_roles) = {
	.name = "organization_user_roles", .table = "organization_user_roles",
	.keys = { "organization_id", "user_id" }, .parent = &organization, .parent_table = "organization_users",
	.child = "organization_role_id", .child_of = &organization_role, .kind = "c.type = 'User'",
	.member = "organizationRoleIds", .flags = REPLACE_TAKES_REPEATS, .order = "c.name",
};

/* -- memberships -- */

static err_t list_members(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	const char *role_id = query_arg(rq, "organizationRoleId");

	relation_query(&q, rq, &organization_users);
	query_keyword(&q);
	if (role_id)
		relation_narrow(&q, &organization_users, &organization_user_roles, role_id);
	query_linked(&q, &roles_of_user, role_id ? NULL : path_arg(rq, "id"));
	return query_reply(&q);
}

static struct admission read_admission(const struct request *rq)
{
	return (struct admission){ .organization_id = path_arg(rq, "id"), .user_ids = body_get(rq, "userIds") };
}

/* Answers with the ids as they were sent. */
static err_t add_members(struct request *rq)
{
	const struct admission who = read_admission(rq);
	err_t e = admit(rq, &who, NULL);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 201);
	json_value(&j, rq->body);
	return OK;
}

static err_t replace_members(struct request *rq)
{
	const struct admission who = read_admission(rq);
	err_t e = admit_only(rq, &who, NULL);

	return e ? e : reply_empty(rq, 204);
}

/* -- roles of one member -- */

STATEMENT(organization_has_user,
	  "SELECT 1 FROM organization_users WHERE tenant_id = $1 AND organization_id = $2 AND user_id = $3"
	  " AND " LIVE("organizations", "$2"));
STATEMENT(roles_by_name, "SELECT l.id AS name, r.id FROM {list:$2} l"
	  " LEFT JOIN organization_roles r ON r.tenant_id = $1 AND r.name = l.id ORDER BY l.pos");
COLUMNS(roles_by_name, name, id);

static err_t require_member(struct request *rq)
{
	return require_membership(rq, &organization_has_user);
}

/* The names as words of a sentence: "a", "a and b", "a, b, and c". */
static const char *enumerate(struct arena *a, const char *const *names, size_t n)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(8));
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buffer_text(&b, n == 2 ? " and " : i + 1 == n ? ", and " : ", ");
		buffer_text(&b, names[i]);
	}
	return arena_copy(a, buffer_str(&b));
}

/* Appends to `ids` the ids of the roles with these names. ERR_ROLE_NAMES_NOT_FOUND lists the unknown ones as sent. */
static err_t append_roles_by_name(struct request *rq, const json_t *names, json_t *ids)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char **unknown = ARENA_ARRAY(rq->arena, const char *, json_array_size(names) + 1);
	size_t n = 0;
	err_t e;

	if (json_array_size(names) == 0)
		return OK;
	e = store_query(rq->tx, &roles_by_name, ARGS(T(json_to_text(rq->arena, names))), &rows);
	while (!e && rows_next(&rows)) {
		if (rows_null(&rows, roles_by_name_id))
			unknown[n++] = arena_copy(rq->arena, rows_text(&rows, roles_by_name_name));
		else
			json_array_append_new(ids, json_string(rows_text(&rows, roles_by_name_id)));
	}
	if (!e)
		e = rows_end(&rows);
	if (!e && n > 0)
		e = err_arg(ERR_ROLE_NAMES_NOT_FOUND, "names", enumerate(rq->arena, unknown, n));
	return e;
}

/*
 * Collects the roles that the body names by id and by name: the given ids first, then those of the names, each once.
 * `*out` is the caller's: json_decref(); NULL on an error.
 */
static err_t read_roles(struct request *rq, json_t **out)
{
	const json_t *given = body_get(rq, "organizationRoleIds");
	json_auto_t *ids = json_array();
	err_t e;

	*out = NULL;
	for (size_t i = 0; i < json_array_size(given); i++)
		json_array_append(ids, json_array_get(given, i));
	e = append_roles_by_name(rq, body_get(rq, "organizationRoleNames"), ids);
	if (!e)
		*out = json_distinct(ids);
	return e;
}

static err_t add_roles(struct request *rq)
{
	const char *keys[2] = { path_arg(rq, "id"), path_arg(rq, "userId") };
	json_auto_t *ids = NULL;
	err_t e = read_roles(rq, &ids);
	struct json_out j;

	if (!e)
		e = relation_add_all(rq->tx, rq->arena, &organization_user_roles, keys, ids, NULL);
	if (e)
		return e;
	j = reply_json(rq, 201);
	json_open(&j);
	json_key(&j, "organizationRoleIds");
	json_value(&j, ids);
	json_close(&j);
	return OK;
}

static err_t replace_roles(struct request *rq)
{
	const char *keys[2] = { path_arg(rq, "id"), path_arg(rq, "userId") };
	json_auto_t *ids = NULL;
	err_t e = read_roles(rq, &ids);

	if (!e)
		e = relation_replace(rq->tx, rq->arena, &organization_user_roles, keys, ids, NULL);
	return e ? e : reply_empty(rq, 204);
}

/* -- many members at once -- */

STATEMENT(member_give_roles,
	  "INSERT INTO organization_user_roles (tenant_id, organization_id, user_id, organization_role_id)"
	  " SELECT $1, $2, l.id, r.id FROM {list:$3} l CROSS JOIN {list:$4} r WHERE 1 = 1 ORDER BY l.id, r.id"
	  " ON CONFLICT DO NOTHING");

const struct held_roles user_roles_held = {
	&organization_users, &organization_user_roles, "userIds", &member_give_roles
};

static err_t add_roles_to_many(struct request *rq)
{
	return held_roles_add(rq, &user_roles_held);
}

/* -- what the roles permit -- */

static err_t list_scopes(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization_scope, "s", "organization_scopes s");
	query_where(&q,
		    "s.id IN (SELECT p.organization_scope_id FROM organization_user_roles h"
		    " JOIN organization_role_scopes p"
		    " ON p.tenant_id = h.tenant_id AND p.organization_role_id = h.organization_role_id"
		    " WHERE h.tenant_id = $1 AND h.organization_id = ? AND h.user_id = ?"
		    " AND " LIVE("organizations", "h.organization_id") ")",
		    ARGS(T(path_arg(rq, "id")), T(path_arg(rq, "userId"))));
	q.order = "s.id";
	return query_reply(&q);
}

/* -- routes -- */

static const struct field list_query[] = {
	{ "q", .type = FIELD_TEXT, .help = "Substring of id, e-mail, phone, username or name, in any letter case." },
	CAP_PARAMETER,
	{ "organizationRoleId", .type = FIELD_TEXT, .flags = NOT_EMPTY, .help = "Only members with this role." },
	FIELDS_END
};
static const struct field user_ids[] = { ID_LIST("userIds", NOT_EMPTY), FIELDS_END };
static const struct field user_ids_or_none[] = { ID_LIST("userIds", 0), FIELDS_END };
static const struct field role_ids_or_names[] = {
	{ "organizationRoleIds", .type = FIELD_LIST, .element = &field_id },
	{ "organizationRoleNames", .type = FIELD_LIST, .element = &field_id },
	FIELDS_END
};
static const struct field users_and_roles[] = {
	ID_LIST("userIds", NOT_EMPTY),
	ID_LIST("organizationRoleIds", NOT_EMPTY),
	FIELDS_END
};
static const struct field role_ids[] = { ID_LIST("organizationRoleIds", 0), FIELDS_END };

static const struct shape members = { .of = &user, .fields = roles_beside, .list = true };
static const struct shape echoed = { .fields = user_ids };
static const struct shape roles = { .of = &organization_role, .list = true };
static const struct shape role_echo = { .fields = role_ids };
static const struct shape scopes = { .of = &organization_scope, .list = true };

const struct route member_routes[] = {
	{ GET, "/api/organizations/{id}/users", MANAGEMENT, READ, PAGES, .query = list_query, .handler = list_members,
	  .of = &organization_users, .status = 200, .reply = &members,
	  .summary = "List the members of an organization" },
	{ POST, "/api/organizations/{id}/users", MANAGEMENT, WRITE, .body = user_ids, .handler = add_members,
	  .of = &organization_users, .status = 201, .reply = &echoed, .operation = "AddOrganizationUsers",
	  .summary = "Add users to an organization" },
	{ PUT, "/api/organizations/{id}/users", MANAGEMENT, WRITE, .body = user_ids_or_none,
	  .handler = replace_members, .of = &organization_users, .status = 204,
	  .summary = "Replace the members of an organization" },
	{ DELETE, "/api/organizations/{id}/users/{userId}", MANAGEMENT, WRITE, .handler = relation_delete,
	  .of = &organization_users, .status = 204, .summary = "Remove a user from an organization" },
	{ POST, "/api/organizations/{id}/users/roles", MANAGEMENT, WRITE, .body = users_and_roles,
	  .handler = add_roles_to_many, .of = &organization_user_roles, .status = 201,
	  .operation = "AssignOrganizationRolesToUsers", .summary = "Give roles to many members at once" },

	{ GET, "/api/organizations/{id}/users/{userId}/roles", MANAGEMENT, READ, PAGES_IF_ASKED,
	  .before = require_member, .handler = relation_list, .of = &organization_user_roles, .status = 200,
	  .reply = &roles, .summary = "List the roles of a member" },
	{ POST, "/api/organizations/{id}/users/{userId}/roles", MANAGEMENT, WRITE, .body = role_ids_or_names,
	  .before = require_member, .handler = add_roles, .of = &organization_user_roles, .status = 201,
	  .reply = &role_echo, .operation = "AssignOrganizationRolesToUser",
	  .summary = "Give roles to a member, by id or by name" },
	{ PUT, "/api/organizations/{id}/users/{userId}/roles", MANAGEMENT, WRITE, .body = role_ids_or_names,
	  .before = require_member, .handler = replace_roles, .of = &organization_user_roles, .status = 204,
	  .summary = "Replace the roles of a member" },
	{ DELETE, "/api/organizations/{id}/users/{userId}/roles/{organizationRoleId}", MANAGEMENT, WRITE,
	  .before = require_member, .handler = relation_delete, .of = &organization_user_roles, .status = 204,
	  .summary = "Take a role from a member" },
	{ GET, "/api/organizations/{id}/users/{userId}/scopes", MANAGEMENT, READ, .handler = list_scopes,
	  .of = &organization_user_roles, .status = 200, .reply = &scopes,
	  .summary = "List what the roles of a member permit" },
};
const size_t member_route_count = ARRAY_LEN(member_routes);
