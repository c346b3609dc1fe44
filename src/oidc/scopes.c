/* Reads the scopes of users. Each question is one statement, since refresh asks it at every token. */
#include "oidc/scopes.h"

#include <string.h>

#include "base/text.h"
#include "entity/deletion.h"
#include "entity/tree.h"
#include "oidc/client.h"
#include "oidc/target.h"
#include "store/store.h"
#include "base/banned.h"

const char *const oidc_scopes[] = { "openid", "offline_access", USER_SCOPES, NULL };

bool scope_is_oidc(const char *name)
{
	return text_is_one_of(name, oidc_scopes);
}

/* -- statements: $2 the indicator, $3 the user, then the organization, last the application -- */

#define AT_RESOURCE \
	"SELECT s.name FROM resources r JOIN scopes s ON s.tenant_id = r.tenant_id AND s.resource_id = r.id" \
	" WHERE r.tenant_id = $1 AND r.indicator = $2 AND "
#define BY_OWN_ROLES \
	"s.id IN (SELECT h.scope_id FROM user_roles u JOIN role_scopes h ON h.tenant_id = u.tenant_id" \
	" AND h.role_id = u.role_id WHERE u.tenant_id = $1 AND u.user_id = $3 AND " LIVE("roles", "u.role_id") ")"
#define IN_ORGANIZATIONS(which) \
	"s.id IN (SELECT h.scope_id FROM organization_role_resource_scopes h WHERE h.tenant_id = $1" \
	" AND h.organization_role_id IN (SELECT o.organization_role_id FROM organization_users m" \
	" JOIN organization_user_roles o ON o.tenant_id = m.tenant_id AND o.organization_id = m.organization_id" \
	" AND o.user_id = m.user_id WHERE m.tenant_id = $1 AND m.user_id = $3" which \
	" AND " LIVE("organizations", "m.organization_id") "))"
#define IN_ANY IN_ORGANIZATIONS("")
#define IN_ONE IN_ORGANIZATIONS(" AND m.organization_id = $4")
#define CONSENTED(application) \
	" AND s.id IN (SELECT c.scope_id FROM application_resource_scopes c WHERE c.tenant_id = $1" \
	" AND c.application_id = " application " UNION ALL SELECT c.scope_id FROM" \
	" application_organization_resource_scopes c WHERE c.tenant_id = $1 AND c.application_id = " application ")"
#define SORTED " ORDER BY s.id"

STATEMENT(scopes_at_resource, AT_RESOURCE "(" BY_OWN_ROLES " OR " IN_ANY ")" SORTED);
STATEMENT(scopes_at_resource_in_one, AT_RESOURCE "(" BY_OWN_ROLES " OR " IN_ONE ")" SORTED);
STATEMENT(scopes_at_resource_consented, AT_RESOURCE "(" BY_OWN_ROLES " OR " IN_ANY ")" CONSENTED("$4") SORTED);
STATEMENT(scopes_at_resource_in_one_consented, AT_RESOURCE "(" BY_OWN_ROLES " OR " IN_ONE ")" CONSENTED("$5") SORTED);
STATEMENT(scopes_at_resource_by_own_roles, AT_RESOURCE BY_OWN_ROLES SORTED);
STATEMENT(scopes_at_resource_by_roles_in_one, AT_RESOURCE IN_ONE SORTED);

STATEMENT(scopes_of_template, "SELECT s.name FROM organization_scopes s WHERE s.tenant_id = $1" SORTED);
STATEMENT(scopes_of_template_consented,
	  "SELECT s.name FROM application_organization_scopes c JOIN organization_scopes s"
	  " ON s.tenant_id = c.tenant_id AND s.id = c.organization_scope_id"
	  " WHERE c.tenant_id = $1 AND c.application_id = $2" SORTED);
STATEMENT(scopes_by_organization_roles,
	  "SELECT s.name FROM organization_scopes s WHERE s.tenant_id = $1 AND s.id IN"
	  " (SELECT h.organization_scope_id FROM organization_user_roles o JOIN organization_role_scopes h"
	  " ON h.tenant_id = o.tenant_id AND h.organization_role_id = o.organization_role_id"
	  " WHERE o.tenant_id = $1 AND o.organization_id = $2 AND o.user_id = $3)"
	  " AND " LIVE("organizations", "$2") SORTED);
COLUMN_LIST(scopes, name);
COLUMNS_OF(scopes_at_resource, scopes);
COLUMNS_OF(scopes_at_resource_in_one, scopes);
COLUMNS_OF(scopes_at_resource_consented, scopes);
COLUMNS_OF(scopes_at_resource_in_one_consented, scopes);
COLUMNS_OF(scopes_at_resource_by_own_roles, scopes);
COLUMNS_OF(scopes_at_resource_by_roles_in_one, scopes);
COLUMNS_OF(scopes_of_template, scopes);
COLUMNS_OF(scopes_of_template_consented, scopes);
COLUMNS_OF(scopes_by_organization_roles, scopes);

/* -- reading -- */

static err_t read_names(struct request *rq, struct statement *s, const struct arg *args, int n, json_t **names)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, s, args, n, &rows);

	*names = tree_keep(rq, json_array());
	while (!e && rows_next(&rows))
		json_array_append_new(*names, json_string(rows_text(&rows, scopes_name)));
	return e ? e : rows_end(&rows);
}

static err_t read_template(struct request *rq, const struct client *c, json_t **names)
{
	if (c->is_third_party)
		return read_names(rq, &scopes_of_template_consented, ARGS(T(c->id)), names);
	return read_names(rq, &scopes_of_template, NO_ARGS, names);
}

err_t scopes_of_user(struct request *rq, const struct client *c, const char *user_id, const char *indicator,
		     const char *organization_id, json_t **names)
{
	struct arg at = T(indicator), user = T(user_id), in = T(organization_id), to = T(c->id);

	if (!strcmp(indicator, ORGANIZATIONS_RESOURCE))
		return read_template(rq, c, names);
	if (organization_id && c->is_third_party)
		return read_names(rq, &scopes_at_resource_in_one_consented, ARGS(at, user, in, to), names);
	if (organization_id)
		return read_names(rq, &scopes_at_resource_in_one, ARGS(at, user, in), names);
	if (c->is_third_party)
		return read_names(rq, &scopes_at_resource_consented, ARGS(at, user, to), names);
	return read_names(rq, &scopes_at_resource, ARGS(at, user), names);
}

err_t scopes_of_user_by(struct request *rq, const char *user_id, const char *indicator, const char *organization_id,
			json_t **names)
{
	struct arg at = T(indicator), user = T(user_id), in = T(organization_id);

	if (organization_id)
		return read_names(rq, &scopes_at_resource_by_roles_in_one, ARGS(at, user, in), names);
	return read_names(rq, &scopes_at_resource_by_own_roles, ARGS(at, user), names);
}

err_t scopes_in_organization(struct request *rq, const char *user_id, const char *organization_id, json_t **names)
{
	return read_names(rq, &scopes_by_organization_roles, ARGS(T(organization_id), T(user_id)), names);
}
