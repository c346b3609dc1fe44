/*
 * Who may use an application: users by themselves, by a role of the tenant, as members of an organization, by a role
 * in one. Contract: users-apps-resources.md section 3.8.
 */
#include "organizations/access.h"

#include <string.h>

#include "directory/directory.h"
#include "entity/deletion.h"
#include "entity/tree.h"
#include "organizations/organizations.h"

#include "base/banned.h"

#define ENTRIES_MOST 2000	/* of a list as it is sent */
#define RULES_MOST 1000		/* of a list without what is sent twice */

/* -- the rules -- */

RELATION(application_access_users) = {
	.name = "application_access_users", .table = "application_access_users", .keys = { "application_id" },
	.parent = &application, .child = "user_id", .child_of = &user, .member = "userIds",
};

RELATION(application_access_roles) = {
	.name = "application_access_roles", .table = "application_access_roles", .keys = { "application_id" },
	.parent = &application, .child = "role_id", .child_of = &role, .kind = "c.type = 'User'",
	.member = "userRoleIds",
};

RELATION(application_access_organizations) = {
	.name = "application_access_organizations", .table = "application_access_organizations",
	.keys = { "application_id" }, .parent = &application, .child = "organization_id", .child_of = &organization,
	.member = "organizationIds",
};

/* An id in each rule. */
static struct relation *const simple[] = {
	&application_access_users, &application_access_roles, &application_access_organizations,
};

#define PAIRS "organizationRoleRules"

STATEMENT(access_allowed,
	  "SELECT CASE WHEN a.app_level_access_control_enabled = 0"
	  " OR EXISTS (SELECT 1 FROM application_access_users x WHERE x.tenant_id = $1 AND x.application_id = a.id"
	  " AND x.user_id = $2)"
	  " OR EXISTS (SELECT 1 FROM application_access_roles x JOIN user_roles h ON h.tenant_id = x.tenant_id"
	  " AND h.role_id = x.role_id WHERE x.tenant_id = $1 AND x.application_id = a.id AND h.user_id = $2"
	  " AND " LIVE("roles", "x.role_id") ")"
	  " OR EXISTS (SELECT 1 FROM application_access_organizations x JOIN organization_users m"
	  " ON m.tenant_id = x.tenant_id AND m.organization_id = x.organization_id WHERE x.tenant_id = $1"
	  " AND x.application_id = a.id AND m.user_id = $2 AND " LIVE("organizations", "x.organization_id") ")"
	  " OR EXISTS (SELECT 1 FROM application_access_organization_roles x JOIN organization_user_roles h"
	  " ON h.tenant_id = x.tenant_id AND h.organization_id = x.organization_id"
	  " AND h.organization_role_id = x.organization_role_id WHERE x.tenant_id = $1 AND x.application_id = a.id"
	  " AND h.user_id = $2 AND " LIVE("organizations", "x.organization_id") ")"
	  " THEN 1 ELSE 0 END AS allowed FROM applications a WHERE a.tenant_id = $1 AND a.id = $3");

err_t access_is_allowed(struct txn *tx, const char *application_id, const char *user_id, bool *allowed)
{
	int64_t fits;
	err_t e = store_int(tx, &access_allowed, ARGS(T(user_id), T(application_id)), &fits);

	*allowed = e == ERR_NOT_FOUND || (!e && fits);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* -- reading -- */

COLUMN_LIST(access_id, id);
STATEMENT(list_access_users, "SELECT user_id AS id FROM application_access_users WHERE tenant_id = $1"
	  " AND application_id = $2 ORDER BY user_id");
COLUMNS_OF(list_access_users, access_id);
STATEMENT(list_access_roles, "SELECT x.role_id AS id FROM application_access_roles x WHERE x.tenant_id = $1"
	  " AND x.application_id = $2 AND " LIVE("roles", "x.role_id") " ORDER BY x.role_id");
COLUMNS_OF(list_access_roles, access_id);
STATEMENT(list_access_organizations, "SELECT x.organization_id AS id FROM application_access_organizations x"
	  " WHERE x.tenant_id = $1 AND x.application_id = $2 AND " LIVE("organizations", "x.organization_id")
	  " ORDER BY x.organization_id");
COLUMNS_OF(list_access_organizations, access_id);
STATEMENT(list_access_pairs,
	  "SELECT x.organization_id, x.organization_role_id FROM application_access_organization_roles x"
	  " WHERE x.tenant_id = $1 AND x.application_id = $2 AND " LIVE("organizations", "x.organization_id")
	  " ORDER BY x.organization_id, x.organization_role_id");
COLUMNS(list_access_pairs, organization_id, organization_role_id);

static err_t print_ids(struct json_out *j, struct request *rq, const char *member, struct statement *s, const char *id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, s, ARGS(T(id)), &rows);

	json_key(j, member);
	json_list(j);
	while (!e && rows_next(&rows))
		json_text(j, rows_text(&rows, access_id_id));
	json_list_end(j);
	return e ? e : rows_end(&rows);
}

/* Adds a role to the last rule, or begins one for another organization. `rules` is a list of them. */
static void add_pair(json_t *rules, const char *organization_id, const char *role_id)
{
	json_t *last = json_array_get(rules, json_array_size(rules) - 1);

	if (!last || strcmp(json_string_value(json_object_get(last, "organizationId")), organization_id)) {
		last = json_pack("{s:s, s:[]}", "organizationId", organization_id, "organizationRoleIds");
		json_array_append_new(rules, last);
	}
	json_array_append_new(json_object_get(last, "organizationRoleIds"), json_string(role_id));
}

static err_t print_pairs(struct json_out *j, struct request *rq, const char *id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	json_auto_t *rules = json_array();
	err_t e = store_query(rq->tx, &list_access_pairs, ARGS(T(id)), &rows);

	while (!e && rows_next(&rows))
		add_pair(rules, rows_text(&rows, list_access_pairs_organization_id),
			 rows_text(&rows, list_access_pairs_organization_role_id));
	json_key(j, PAIRS);
	json_value(j, rules);
	return e ? e : rows_end(&rows);
}

static err_t get_access(struct request *rq)
{
	const char *id = path_arg(rq, "applicationId");
	err_t e = entity_require(rq->tx, &application, id);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	e = print_ids(&j, rq, "userIds", &list_access_users, id);
	if (!e)
		e = print_ids(&j, rq, "userRoleIds", &list_access_roles, id);
	if (!e)
		e = print_ids(&j, rq, "organizationIds", &list_access_organizations, id);
	if (!e)
		e = print_pairs(&j, rq, id);
	json_close(&j);
	return e;
}

/* -- the body without what is sent twice -- */

static err_t refuse_rules(const char *reason)
{
	err_t e = err_arg(ERR_REQUEST_INPUT, "reason", reason);

	err_fault()->status = 422;
	return e;
}

static err_t check_count(struct request *rq, const char *member, size_t n)
{
	return n <= RULES_MOST ? OK :
				 input_issue(rq->arena, "body", member, "too_big",
					     "More different entries than an application can have");
}

/* The roles of the body's rules by organization, in the order of their first appearance. The caller owns it. */
static json_t *roles_by_organization(const json_t *rules)
{
	json_t *by = json_object(), *rule;
	size_t i;

	json_array_foreach(rules, i, rule) {
		const char *id = json_string_value(json_object_get(rule, "organizationId"));
		json_t *roles = json_object_get(by, id);

		if (!roles) {
			roles = json_array();
			json_object_set_new_nocheck(by, id, roles);
		}
		json_array_extend(roles, json_object_get(rule, "organizationRoleIds"));
	}
	return by;
}

/* Appends the rules of the body to `out`, those of one organization as one. */
static err_t merge_pairs(struct request *rq, json_t *out)
{
	json_auto_t *by = roles_by_organization(body_get(rq, PAIRS));
	const char *organization_id;
	json_t *roles;
	err_t e = check_count(rq, PAIRS, json_object_size(by));

	json_object_foreach(by, organization_id, roles) {
		json_t *distinct = json_distinct(roles);

		json_array_append_new(out, json_pack("{s:s, s:o}", "organizationId", organization_id,
						     "organizationRoleIds", distinct));
		if (!e)
			e = check_count(rq, PAIRS, json_array_size(distinct));
	}
	return e;
}

/* Each rule needs a role: checked on what was sent. */
static err_t check_roles_there(const json_t *rules)
{
	json_t *rule;
	size_t i;

	json_array_foreach(rules, i, rule)
		if (json_array_size(json_object_get(rule, "organizationRoleIds")) == 0)
			return refuse_rules("A rule for roles in an organization names at least one role.");
	return OK;
}

/* `*out`: the rules as they are stored and answered; the request frees them. */
static err_t normalize(struct request *rq, json_t **out)
{
	json_t *pairs = json_array();
	err_t e = OK;

	*out = tree_keep(rq, json_object());
	for (size_t i = 0; i < ARRAY_LEN(simple); i++) {
		json_t *distinct = json_distinct(body_get(rq, simple[i]->member));

		json_object_set_new(*out, simple[i]->member, distinct);
		if (!e)
			e = check_count(rq, simple[i]->member, json_array_size(distinct));
	}
	json_object_set_new(*out, PAIRS, pairs);
	if (!e)
		e = merge_pairs(rq, pairs);
	return e ? e : check_roles_there(body_get(rq, PAIRS));
}

/* -- storing -- */

STATEMENT(lock_access_flag, "SELECT app_level_access_control_enabled FROM applications WHERE tenant_id = $1"
	  " AND id = $2 {lock}");
/* A row for each pair of the two lists: whether both things exist, and whether the role is for users. */
STATEMENT(resolve_access_pairs,
	  "SELECT CASE WHEN o.id IS NULL OR r.id IS NULL THEN 0 ELSE 1 END AS known,"
	  " CASE WHEN r.type = 'User' THEN 1 ELSE 0 END AS fits"
	  " FROM {list:$2} l JOIN {list:$3} k ON k.pos = l.pos"
	  " LEFT JOIN organizations o ON o.tenant_id = $1 AND o.id = l.id AND o.deleted_at IS NULL"
	  " LEFT JOIN organization_roles r ON r.tenant_id = $1 AND r.id = k.id ORDER BY l.pos");
COLUMNS(resolve_access_pairs, known, fits);
STATEMENT(clear_access_pairs,
	  "DELETE FROM application_access_organization_roles WHERE tenant_id = $1 AND application_id = $2");
STATEMENT(add_access_pairs,
	  "INSERT INTO application_access_organization_roles (tenant_id, application_id, organization_id,"
	  " organization_role_id) SELECT $1, $2, l.id, k.id FROM {list:$3} l JOIN {list:$4} k ON k.pos = l.pos"
	  " WHERE 1 = 1");

/* What a rule names must be there, and of the kind that users can have. ERR_REFERENCE, ERR_CHECK. */
static err_t judge(bool known, bool fits)
{
	return !known ? err_set(ERR_REFERENCE, "a rule names what is not there") :
	       !fits  ? err_set(ERR_CHECK, "a rule names a role for machines") :
			OK;
}

static err_t check_simple(struct request *rq, struct relation *r, const char *id, const json_t *ids)
{
	struct resolved_list list = {0};
	err_t e = relation_resolve(rq->tx, rq->arena, r, &id, ids, &list);

	for (size_t i = 0; !e && i < list.count; i++)
		e = judge(list.at[i].exists, list.at[i].fits);
	return e;
}

/* The pairs of the rules as two lists of the same length, as JSON text. */
static void split_pairs(struct arena *a, const json_t *rules, const char **organizations, const char **roles)
{
	json_auto_t *left = json_array(), *right = json_array();
	json_t *rule, *role_id;
	size_t i, k;

	json_array_foreach(rules, i, rule)
		json_array_foreach(json_object_get(rule, "organizationRoleIds"), k, role_id) {
			json_array_append(left, json_object_get(rule, "organizationId"));
			json_array_append(right, role_id);
		}
	*organizations = json_to_text(a, left);
	*roles = json_to_text(a, right);
}

static err_t replace_pairs(struct request *rq, const char *id, const json_t *rules)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *organizations, *roles;
	err_t e;

	split_pairs(rq->arena, rules, &organizations, &roles);
	e = store_query(rq->tx, &resolve_access_pairs, ARGS(T(organizations), T(roles)), &rows);
	while (!e && rows_next(&rows))
		e = judge(rows_int(&rows, resolve_access_pairs_known), rows_int(&rows, resolve_access_pairs_fits));
	if (!e)
		e = rows_end(&rows);
	if (!e)
		e = store_exec(rq->tx, &clear_access_pairs, ARGS(T(id)), NULL);
	return e ? e : store_exec(rq->tx, &add_access_pairs, ARGS(T(id), T(organizations), T(roles)), NULL);
}

static err_t replace_rules(struct request *rq, const char *id, const json_t *rules)
{
	err_t e = OK;

	for (size_t i = 0; !e && i < ARRAY_LEN(simple); i++)
		e = check_simple(rq, simple[i], id, json_object_get(rules, simple[i]->member));
	if (!e)
		e = replace_pairs(rq, id, json_object_get(rules, PAIRS));
	for (size_t i = 0; !e && i < ARRAY_LEN(simple); i++) {
		const json_t *ids = json_object_get(rules, simple[i]->member);

		e = relation_keep(rq->tx, rq->arena, simple[i], &id, ids, NULL);
		if (!e)
			e = relation_insert(rq->tx, rq->arena, simple[i], &id, ids, NULL);
	}
	return e;
}

/*
 * Locks the application, so that nobody turns its access control on while its last rule goes. One that is on must keep
 * a rule.
 */
static err_t lock_application(struct request *rq, const char *id, const json_t *rules)
{
	int64_t enabled;
	size_t n = json_array_size(json_object_get(rules, PAIRS));
	err_t e = store_int(rq->tx, &lock_access_flag, ARGS(T(id)), &enabled);

	if (e)
		return e == ERR_NOT_FOUND ? entity_miss_error(&application, ERR_NOT_EXISTS_WITH_ID, id) : e;
	for (size_t i = 0; i < ARRAY_LEN(simple); i++)
		n += json_array_size(json_object_get(rules, simple[i]->member));
	return enabled && n == 0 ? refuse_rules("Turn access control off before its last rule is removed.") : OK;
}

static err_t put_access(struct request *rq)
{
	const char *id = path_arg(rq, "applicationId");
	struct json_out j;
	json_t *rules;
	err_t e = normalize(rq, &rules);

	if (!e)
		e = lock_application(rq, id, rules);
	if (!e)
		e = replace_rules(rq, id, rules);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_value(&j, rules);
	return OK;
}

/* -- routes -- */

#define IDS(member) { (member), .type = FIELD_LIST, .flags = REQUIRED, .max = ENTRIES_MOST, .element = &field_text }

static const struct field pair_members[] = {
	{ "organizationId", .type = FIELD_TEXT, .flags = REQUIRED },
	IDS("organizationRoleIds"),
	FIELDS_END
};
static const struct field pair = { .type = FIELD_STRUCT, .members = pair_members };

static const struct field rules_body[] = {
	IDS("userIds"), IDS("userRoleIds"), IDS("organizationIds"),
	{ PAIRS, .type = FIELD_LIST, .flags = REQUIRED, .max = ENTRIES_MOST, .element = &pair,
	  .help = "Members of the organization who have one of these roles in it." },
	FIELDS_END
};

static const struct shape rules_shape = { .fields = rules_body };

#define BASE "/api/applications/{applicationId}/access-control"

const struct route access_routes[] = {
	{ GET, BASE, MANAGEMENT, SCAN, .handler = get_access, .of = &application, .status = 200, .reply = &rules_shape,
	  .summary = "Get who may use an application" },
	{ PUT, BASE, MANAGEMENT, WRITE, .body = rules_body, .handler = put_access, .of = &application, .status = 200,
	  .reply = &rules_shape, .operation = "ReplaceApplicationAccessControl",
	  .summary = "Set who may use an application" },
};
const size_t access_route_count = ARRAY_LEN(access_routes);
