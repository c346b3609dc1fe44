/*
 * Organizations themselves, and the lists of them that a user or an application belongs to.
 * Contract: organizations.md sections 1 and 7.
 */
#include "organizations/organizations.h"

#include "directory/directory.h"
#include "entity/deletion.h"
#include "tenant/experience.h"

#include "base/banned.h"

static const struct field organization_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED, .max = 21 },
	{ "id", "id", FIELD_TEXT, GENERATED | SEARCHED },
	{ "name", "name", FIELD_TEXT, REQUIRED | NOT_EMPTY | SEARCHED, .max = 128, .help = "Not unique." },
	{ "description", "description", FIELD_TEXT, NULLABLE, .max = 256 },
	{ "customData", "custom_data", FIELD_OBJECT, .fallback = "{}",
	  .help = "Any JSON object; a patch replaces it whole." },
	{ "isMfaRequired", "is_mfa_required", FIELD_BOOL, .fallback = "0",
	  .help = "Members without MFA get no organization token." },
	{ "color", "color", FIELD_STRUCT, .members = color_members, .fallback = "{}" },
	{ "branding", "branding", FIELD_STRUCT, .members = branding_members, .fallback = "{}" },
	{ "customCss", "custom_css", FIELD_TEXT, NULLABLE },
	{ "createdAt", "created_at", FIELD_TIME, IGNORED },
	FIELDS_END
};

static struct dependent organization_dependents[] = {
	{ "organization_users", "organization_id", "user_id" },
	{ "organization_applications", "organization_id", "application_id" },
	{ .table = NULL }
};

ENTITY(organization) = {
	.name = "organization", .table = "organizations", .singular = "organization", .parameter = "organizationId",
	.fields = organization_fields, .id_len = ID_SHORT,
	.searched = true, .search_index = true, .owns_counters = true, .dependents = organization_dependents,
};

static const struct field role_shown_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct field role_shown = { "", .type = FIELD_STRUCT, .members = role_shown_members };

const struct field roles_beside[] = {
	{ "organizationRoles", .type = FIELD_LIST, .flags = REQUIRED, .element = &role_shown }, FIELDS_END
};

/* -- lists -- */

#define USERS_COUNT \
	"(SELECT coalesce(sum(n), 0) FROM counters k WHERE k.tenant_id = o.tenant_id" \
	" AND k.kind = 'organization_users' AND k.owner = o.id)"
#define FEATURED_USERS \
	"(SELECT {agg}({obj}('id', x.id, 'avatar', x.avatar, 'name', x.name)) FROM (SELECT u.id, u.avatar, u.name" \
	" FROM organization_users m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id" \
	" WHERE m.tenant_id = o.tenant_id AND m.organization_id = o.id ORDER BY m.user_id LIMIT 3) x)"

static err_t list_organizations(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization, "o", "organizations o");
	query_keyword(&q);
	query_counter(&q, "organizations", "");
	q.order = "o.created_at DESC, o.id DESC";
	if (text_is_truthy(query_arg(rq, "isMfaRequired")))
		query_filter(&q, "o.is_mfa_required = 1", NO_ARGS);
	if (text_is_truthy(query_arg(rq, "showFeatured"))) {
		query_extra(&q, "usersCount", EXTRA_INT, USERS_COUNT);
		query_extra(&q, "featuredUsers", EXTRA_LIST, FEATURED_USERS);
	}
	return query_reply(&q);
}

STATEMENT(roles_to_show, "SELECT r.id, {obj}('id', r.id, 'name', r.name) AS json FROM {list:$2} l"
	  " JOIN organization_roles r ON r.tenant_id = $1 AND r.id = l.id ORDER BY r.name");
COLUMNS_OF(roles_to_show, linked_element);

/* The ids of the roles of row `m`, and those of the rows between two; `owner`: the column of a row's id. */
#define ROLE_IDS(table, owner) \
	"(SELECT {join}(h.organization_role_id, ',') FROM " table " h WHERE h.tenant_id = m.tenant_id" \
	" AND h.organization_id = m.organization_id AND h." owner " = m." owner ")"
#define ROLE_IDS_BETWEEN(table, owner) \
	"SELECT h." owner " AS row, h.organization_role_id AS thing FROM " table " h" \
	" WHERE h.tenant_id = $1 AND h.organization_id = $2" \
	" AND h." owner " >= $3 AND h." owner " <= $4 ORDER BY h." owner

STATEMENT(user_roles_between, ROLE_IDS_BETWEEN("organization_user_roles", "user_id"));
COLUMNS_OF(user_roles_between, linked_pair);
STATEMENT(application_roles_between, ROLE_IDS_BETWEEN("organization_application_roles", "application_id"));
COLUMNS_OF(application_roles_between, linked_pair);

const struct linked_kind roles_of_user = {
	"organizationRoles", ROLE_IDS("organization_user_roles", "user_id"), &user_roles_between, &roles_to_show
};
const struct linked_kind roles_of_application = {
	"organizationRoles", ROLE_IDS("organization_application_roles", "application_id"), &application_roles_between,
	&roles_to_show
};

/* The same for lists of the organizations that a user or an application is in: these are the rows. */
#define ROLE_IDS_IN(members, table, owner) \
	"SELECT m.organization_id AS row, h.organization_role_id AS thing FROM " members " m JOIN " table " h" \
	" ON h.tenant_id = m.tenant_id AND h.organization_id = m.organization_id AND h." owner " = m." owner \
	" WHERE m.tenant_id = $1 AND m." owner " = $2 AND m.organization_id >= $3 AND m.organization_id <= $4" \
	" ORDER BY m.organization_id"

STATEMENT(user_roles_in, ROLE_IDS_IN("organization_users", "organization_user_roles", "user_id"));
COLUMNS_OF(user_roles_in, linked_pair);
STATEMENT(application_roles_in,
	  ROLE_IDS_IN("organization_applications", "organization_application_roles", "application_id"));
COLUMNS_OF(application_roles_in, linked_pair);

static const struct linked_kind roles_in_each = {
	"organizationRoles", ROLE_IDS("organization_user_roles", "user_id"), &user_roles_in, &roles_to_show
};
static const struct linked_kind machine_roles_in_each = {
	"organizationRoles", ROLE_IDS("organization_application_roles", "application_id"), &application_roles_in,
	&roles_to_show
};

/* Those who can be in an organization: their memberships, and the column of these that names them. */
struct members_of {
	struct entity *one;
	const char *table, *column;
	const struct linked_kind *roles;
};

static const struct members_of users = { &user, "organization_users", "user_id", &roles_in_each };
static const struct members_of machines = {
	&application, "organization_applications", "application_id", &machine_roles_in_each
};

/*
 * Lists the organizations of a user or an application, each with the roles that it has in that organization. The
 * contract has no search there: `q` counts for those alone who say `paginated=true`.
 */
static err_t list_joined(struct request *rq, const struct members_of *m)
{
	CLEANUP(query_done) struct query q = {0};
	const char *id = rq->match.args[0].value;
	err_t e = entity_require(rq->tx, m->one, id);

	query_init(&q, rq, &organization, "o",
		   arena_printf(rq->arena,
				"%s m JOIN organizations o ON o.tenant_id = m.tenant_id AND o.id = m.organization_id",
				m->table));
	query_where(&q, arena_printf(rq->arena, "m.tenant_id = $1 AND m.%s = ?", m->column), ARGS(T(id)));
	query_keys(&q, arena_printf(rq->arena, "%s m", m->table), "m.organization_id");
	if (rq->page.said)
		query_keyword(&q);
	query_linked(&q, m->roles, id);
	q.order = "m.organization_id";
	q.scans = true;		/* the total is counted, and they may be many */
	return e ? e : query_reply(&q);
}

static err_t list_of_user(struct request *rq)
{
	return list_joined(rq, &users);
}

static err_t list_of_application(struct request *rq)
{
	return list_joined(rq, &machines);
}

/* -- deletion -- */

static err_t delete_organization(struct request *rq)
{
	err_t e = deletion_begin(rq->tx, &organization, path_arg(rq, "id"));

	return e ? e : reply_empty(rq, 204);
}

/* -- routes -- */

static const struct field list_query[] = {
	{ "q", .type = FIELD_TEXT, .help = "Substring of id or name, in any letter case." },
	CAP_PARAMETER,
	{ "isMfaRequired", .type = FIELD_TEXT,
	  .help = "A truthy word leaves those that require MFA of their members." },
	{ "showFeatured", .type = FIELD_TEXT, .help = "A truthy word adds usersCount and featuredUsers." },
	FIELDS_END
};

static const struct field joined_query[] = { PAGINATED_PARAMETERS("Substring of id or name."), FIELDS_END };

static const struct field featured_members[] = {
	{ "usersCount", .type = FIELD_NUMBER },
	{ "featuredUsers", .type = FIELD_LIST, .element = &user_featured },
	FIELDS_END
};

static const struct shape one = { .of = &organization };
static const struct shape featured = { .of = &organization, .fields = featured_members, .list = true };
static const struct shape joined = { .of = &organization, .fields = roles_beside, .list = true };

const struct route organization_routes[] = {
	{ POST, "/api/organizations", MANAGEMENT, WRITE, .body = organization_fields, .handler = entity_post,
	  .of = &organization, .event = "Organization.Created", .status = 201, .reply = &one,
	  .summary = "Create an organization" },
	{ GET, "/api/organizations", MANAGEMENT, READ, PAGES, .query = list_query, .handler = list_organizations,
	  .status = 200, .reply = &featured, .summary = "List organizations" },
	{ GET, "/api/organizations/{id}", MANAGEMENT, READ, .handler = entity_get, .of = &organization,
	  .status = 200, .reply = &one, .summary = "Get an organization" },
	{ PATCH, "/api/organizations/{id}", MANAGEMENT, WRITE, .body = organization_fields, .body_is_patch = true,
	  .handler = entity_patch, .of = &organization, .event = "Organization.Data.Updated", .status = 200,
	  .reply = &one, .summary = "Change an organization" },
	{ DELETE, "/api/organizations/{id}", MANAGEMENT, WRITE, .handler = delete_organization, .of = &organization,
	  .event = "Organization.Deleted", .status = 204,
	  .summary = "Delete an organization, with all that belongs to it" },
	{ GET, "/api/users/{userId}/organizations", MANAGEMENT, READ, .takes_paginated = true, .query = joined_query,
	  .handler = list_of_user, .of = &user, .status = 200, .reply = &joined,
	  .summary = "List the organizations of a user" },
	{ GET, "/api/applications/{id}/organizations", MANAGEMENT, READ, PAGES_IF_ASKED, .takes_paginated = true,
	  .query = joined_query, .handler = list_of_application, .of = &application, .status = 200, .reply = &joined,
	  .summary = "List the organizations of an application" },
};
const size_t organization_route_count = ARRAY_LEN(organization_routes);
