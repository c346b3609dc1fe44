/*
 * Which users and machine applications hold a role of the tenant: routes of the holder and routes of the role.
 * Contract: users-apps-resources.md sections 2.1, 3.6 and 5.2.
 *
 * The two sides differ on purpose: adding roles to a holder skips those it has already; adding holders to a role fails
 * when one of them has the role already.
 */
#include "directory/role.h"

#include <string.h>

#include "directory/application.h"
#include "directory/user.h"
#include "http/request.h"

#include "base/banned.h"

#define NEWEST "c.created_at DESC, c.id DESC"
/* When a user was made stands beside each of its roles (migration 0060). 0: deleted meanwhile; the key refuses it. */
#define CREATED_AT(user) "coalesce((SELECT u.created_at FROM users u WHERE u.tenant_id = $1 AND u.id = " user "), 0)"

RELATION(user_roles) = {
	.name = "user_roles", .table = "user_roles", .keys = { "user_id" }, .parent = &user, .child = "role_id",
	.child_of = &role, .kind = "c.type = 'User'", .member = "roleIds", .changes = CHANGE_ACCESS, .order = NEWEST,
	.copied = "user_created_at", .copied_from = CREATED_AT("$2"),
};

RELATION(application_roles) = {
	.name = "application_roles", .table = "application_roles", .keys = { "application_id" },
	.parent = &application, .child = "role_id", .child_of = &role, .kind = "c.type = 'MachineToMachine'",
	.member = "roleIds", .changes = CHANGE_ACCESS, .order = NEWEST,
};

RELATION(role_users) = {
	.name = "role_users", .table = "user_roles", .keys = { "role_id" }, .parent = &role, .child = "user_id",
	.child_of = &user, .member = "userIds", .changes = CHANGE_ACCESS,
	.order = "m.user_created_at DESC, m.user_id DESC", .counter = "user_roles", .in_parts = true,
	.copied = "user_created_at", .copied_from = CREATED_AT("l.id"),
};

RELATION(role_applications) = {
	.name = "role_applications", .table = "application_roles", .keys = { "role_id" }, .parent = &role,
	.child = "application_id", .child_of = &application, .member = "applicationIds", .changes = CHANGE_ACCESS,
	.order = NEWEST,
};

/* -- roles of a holder -- */

/* How users and applications differ as holders of roles. */
struct holder {
	struct relation *roles;
	err_t (*require)(struct request *rq);	/* checks that the holder in the path exists and may hold roles */
	const char *shown;			/* SQL condition on the role `c`: which ones lists show */
	err_t wrong_type;
};

static const char *holder_id(const struct request *rq)
{
	return rq->match.args[0].value;
}

static err_t require_user(struct request *rq)
{
	return entity_require(rq->tx, &user, holder_id(rq));
}

STATEMENT(find_application_type, "SELECT type FROM applications WHERE tenant_id = $1 AND id = $2");

static err_t require_machine(struct request *rq)
{
	const char *type;
	err_t e = store_text(rq->tx, &find_application_type, ARGS(T(holder_id(rq))), rq->arena, &type);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&application, ERR_NOT_EXISTS_WITH_ID, holder_id(rq));
	return e ? e : strcmp(type, "MachineToMachine") ? ERR_APP_TYPE : OK;
}

static const struct holder person = {
	&user_roles, require_user, "c.type = 'User' AND " NOT_INTERNAL("c"), ERR_USER_ROLE_TYPE,
};
static const struct holder machine = {
	&application_roles, require_machine, "c.type = 'MachineToMachine' AND " NOT_INTERNAL("c"), ERR_APP_ROLE_TYPE,
};

static err_t list_held(struct request *rq, const struct holder *h)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e = h->require(rq);

	relation_query(&q, rq, h->roles);
	if (e)
		return e;
	query_where(&q, h->shown, NO_ARGS);
	query_search(&q);
	return query_reply(&q);
}

/* Checks that no role has the wrong type for the holder, before anything else, and then that all exist. */
static err_t check_roles(const struct resolved_list *list, err_t wrong_type)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].exists && !list->at[i].fits)
			return err_set(wrong_type, "role '%.64s'", list->at[i].id);
	return check_known(list, &role, ERR_NOT_EXISTS_WITH_ID);
}

static void print_ids(struct json_out *j, const char *member, const struct resolved_list *list, bool only_new)
{
	json_key(j, member);
	json_list(j);
	for (size_t i = 0; i < list->count; i++)
		if (!list->at[i].repeated && !(only_new && list->at[i].already))
			json_text(j, list->at[i].id);
	json_list_end(j);
}

static err_t add_held(struct request *rq, const struct holder *h)
{
	const json_t *ids = body_get(rq, "roleIds");
	const char *id = holder_id(rq);
	struct resolved_list list;
	struct json_out j;
	err_t e = h->require(rq);

	if (!e)
		e = relation_resolve(rq->tx, rq->arena, h->roles, &id, ids, &list);
	if (!e)
		e = check_roles(&list, h->wrong_type);
	if (!e)
		e = relation_insert(rq->tx, rq->arena, h->roles, &id, ids, NULL);
	if (e)
		return e;
	j = reply_json(rq, 201);
	json_open(&j);
	json_key(&j, "roleIds");
	json_value(&j, ids);
	print_ids(&j, "addedRoleIds", &list, true);
	json_close(&j);
	return OK;
}

/* Replaces the roles of a holder. Here an unknown role comes before one of the wrong type, which is ERR_CHECK. */
static err_t replace_held(struct request *rq, const struct holder *h, struct resolved_list *list)
{
	const json_t *ids = body_get(rq, "roleIds");
	const char *id = holder_id(rq);
	err_t e = h->require(rq);

	if (!e)
		e = relation_resolve(rq->tx, rq->arena, h->roles, &id, ids, list);
	if (!e)
		e = check_known(list, &role, ERR_NOT_EXISTS_WITH_ID);
	if (!e)
		e = check_roles(list, ERR_CHECK);
	if (!e)
		e = relation_keep(rq->tx, rq->arena, h->roles, &id, ids, NULL);
	return e ? e : relation_insert(rq->tx, rq->arena, h->roles, &id, ids, NULL);
}

static err_t remove_held(struct request *rq, const struct holder *h)
{
	const char *id = holder_id(rq);
	err_t e = h->require(rq);

	if (!e)
		e = relation_remove(rq->tx, h->roles, &id, path_arg(rq, "roleId"));
	return e ? e : reply_empty(rq, 204);
}

/* -- of a user -- */

static err_t list_of_user(struct request *rq)
{
	return list_held(rq, &person);
}

static err_t add_to_user(struct request *rq)
{
	return add_held(rq, &person);
}

static err_t replace_of_user(struct request *rq)
{
	struct resolved_list list;
	struct json_out j;
	err_t e = replace_held(rq, &person, &list);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	print_ids(&j, "roleIds", &list, false);
	json_close(&j);
	return OK;
}

/* -- of an application -- */

static err_t list_of_application(struct request *rq)
{
	return list_held(rq, &machine);
}

static err_t add_to_application(struct request *rq)
{
	return add_held(rq, &machine);
}

static err_t replace_of_application(struct request *rq)
{
	struct resolved_list list;
	err_t e = replace_held(rq, &machine, &list);

	return e ? e : reply_empty(rq, 200);
}

static err_t remove_from_application(struct request *rq)
{
	return remove_held(rq, &machine);
}

/* -- holders of a role -- */

static err_t list_users(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e = entity_require(rq->tx, &role, path_arg(rq, "id"));

	relation_query(&q, rq, &role_users);
	if (e)
		return e;
	query_search(&q);
	query_extra(&q, "hasPassword", EXTRA_BOOL, HAS_PASSWORD("c"));
	return query_reply(&q);
}

err_t exclude_members(struct query *q, const char *of_role, const char *of_organization)
{
	const char *role_id = query_nonempty(q->rq, "excludeRoleId"),
		   *organization_id = query_nonempty(q->rq, "excludeOrganizationId");

	if (role_id && organization_id)
		return err_arg(ERR_REQUEST_INPUT, "reason", "Send excludeRoleId or excludeOrganizationId, not both.");
	if (role_id)
		return relation_exclude(q, relation_named(of_role), role_id);
	return organization_id ? relation_exclude(q, relation_named(of_organization), organization_id) : OK;
}

/* Shows machine applications only; applicationsCount of the role counts those of other types, too. */
static err_t list_applications(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	err_t e = entity_require(rq->tx, &role, path_arg(rq, "id"));

	relation_query(&q, rq, &role_applications);
	if (e)
		return e;
	query_where(&q, "c.type = 'MachineToMachine'", NO_ARGS);
	query_search(&q);
	q.scans = true;		/* the total is counted: no counter knows their types */
	application_print_secret(&q);
	return query_reply(&q);
}

/* Fails when one has the role already, then when one does not exist, then when the role has another type. */
static err_t add_holders(struct request *rq, struct relation *r, const char *kind, err_t already, err_t miss)
{
	const json_t *ids = body_get(rq, r->member);
	const char *id = path_arg(rq, "id"), *type;
	struct resolved_list list;
	err_t e = role_type(rq, id, &type);

	if (!e)
		e = relation_resolve(rq->tx, rq->arena, r, &id, ids, &list);
	if (!e)
		e = check_new_to(&list, already, r->child_of, miss);
	if (!e && strcmp(type, kind))
		e = err_set(ERR_CHECK, "role '%.64s' is for %s", id, type);
	if (!e)
		e = relation_insert(rq->tx, rq->arena, r, &id, ids, NULL);
	return e ? e : reply_empty(rq, 201);
}

static err_t add_users(struct request *rq)
{
	return add_holders(rq, &role_users, "User", ERR_ROLE_USER, ERR_NOT_FOUND);
}

static err_t add_applications(struct request *rq)
{
	return add_holders(rq, &role_applications, "MachineToMachine", ERR_ROLE_APPLICATION, ERR_NOT_EXISTS_WITH_ID);
}

/* -- routes -- */

static const struct field search_query[] = { SEARCH_PARAMETERS, FIELDS_END };

static const struct field role_ids_body[] = { ID_LIST("roleIds", 0), FIELDS_END };

static const struct field user_ids_body[] = { ID_LIST("userIds", NOT_EMPTY), FIELDS_END };

static const struct field application_ids_body[] = { ID_LIST("applicationIds", NOT_EMPTY), FIELDS_END };

static const struct field added_members[] = {
	{ "roleIds", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_id, .help = "As sent." },
	{ "addedRoleIds", .type = FIELD_LIST, .flags = REQUIRED, .element = &field_id,
	  .help = "Those that were not held before." },
	FIELDS_END
};

static const struct field has_password_member[] = {
	{ "hasPassword", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};

static const struct shape role_list = { .of = &role, .list = true };
static const struct shape user_list = { .of = &user, .fields = has_password_member, .list = true };
static const struct shape application_list = { .of = &application, .list = true };
static const struct shape added = { .fields = added_members };
static const struct shape replaced = { .fields = role_ids_body };

const struct route role_holder_routes[] = {
	{ GET, "/api/users/{userId}/roles", MANAGEMENT, READ, PAGES, .query = search_query, .handler = list_of_user,
	  .of = &user_roles, .status = 200, .reply = &role_list, .summary = "List the roles of a user" },
	{ POST, "/api/users/{userId}/roles", MANAGEMENT, WRITE, .body = role_ids_body, .handler = add_to_user,
	  .of = &user_roles, .status = 201, .reply = &added, .operation = "AssignUserRoles",
	  .summary = "Give roles to a user" },
	{ PUT, "/api/users/{userId}/roles", MANAGEMENT, WRITE, .body = role_ids_body, .handler = replace_of_user,
	  .of = &user_roles, .status = 200, .reply = &replaced, .summary = "Replace the roles of a user" },
	{ DELETE, "/api/users/{userId}/roles/{roleId}", MANAGEMENT, WRITE, .handler = relation_delete,
	  .of = &user_roles, .status = 204, .summary = "Take a role from a user" },

	{ GET, "/api/applications/{applicationId}/roles", MANAGEMENT, READ, PAGES, .query = search_query,
	  .handler = list_of_application, .of = &application_roles, .status = 200, .reply = &role_list, .refuses = 422,
	  .summary = "List the roles of an application" },
	{ POST, "/api/applications/{applicationId}/roles", MANAGEMENT, WRITE, .body = role_ids_body,
	  .handler = add_to_application, .of = &application_roles, .status = 201, .reply = &added,
	  .operation = "AssignApplicationRoles", .summary = "Give roles to an application" },
	{ PUT, "/api/applications/{applicationId}/roles", MANAGEMENT, WRITE, .body = role_ids_body,
	  .handler = replace_of_application, .of = &application_roles, .status = 200,
	  .summary = "Replace the roles of an application" },
	{ DELETE, "/api/applications/{applicationId}/roles/{roleId}", MANAGEMENT, WRITE,
	  .handler = remove_from_application, .of = &application_roles, .status = 204, .refuses = 422,
	  .summary = "Take a role from an application" },

	{ GET, "/api/roles/{id}/users", MANAGEMENT, READ, PAGES, .query = search_query, .handler = list_users,
	  .of = &role_users, .status = 200, .reply = &user_list, .summary = "List the users who have a role" },
	{ POST, "/api/roles/{id}/users", MANAGEMENT, WRITE, .body = user_ids_body, .handler = add_users,
	  .of = &role_users, .status = 201, .summary = "Give a role to users" },
	{ DELETE, "/api/roles/{id}/users/{userId}", MANAGEMENT, WRITE, .handler = relation_delete, .of = &role_users,
	  .status = 204, .summary = "Take a role from a user, by the role" },
	{ GET, "/api/roles/{id}/applications", MANAGEMENT, READ, PAGES, .query = search_query,
	  .handler = list_applications, .of = &role_applications, .status = 200, .reply = &application_list,
	  .summary = "List the applications that have a role" },
	{ POST, "/api/roles/{id}/applications", MANAGEMENT, WRITE, .body = application_ids_body,
	  .handler = add_applications, .of = &role_applications, .status = 201,
	  .summary = "Give a role to applications" },
	{ DELETE, "/api/roles/{id}/applications/{applicationId}", MANAGEMENT, WRITE, .handler = relation_delete,
	  .of = &role_applications, .status = 204, .summary = "Take a role from an application, by the role" },
};
const size_t role_holder_route_count = ARRAY_LEN(role_holder_routes);
