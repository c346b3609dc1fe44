/*
 * The grant client_credentials: tokens for machines (oidc.md section 7.3, organization-tokens.md section 4).
 * The order of the checks is the contract: membership, then the resource.
 */
#include <stdio.h>
#include <string.h>

#include "entity/deletion.h"
#include "oidc/target.h"
#include "oidc/token_answer.h"
#include "oidc/words.h"
#include "store/store.h"
#include "base/banned.h"

STATEMENT(machine_is_member,
	  "SELECT 1 FROM organization_applications WHERE tenant_id = $1 AND organization_id = $2"
	  " AND application_id = $3 AND " LIVE("organizations", "$2"));
/*
 * Scopes are looked up one by one of those that are asked for, not read from all roles: roles times scopes may be very
 * many. No row: not a member. Null: a member without one of them.
 */
STATEMENT(machine_organization_scopes,
	  "SELECT s.id, s.name FROM organization_applications m CROSS JOIN {list:$4} l"
	  " LEFT JOIN organization_scopes s ON s.tenant_id = m.tenant_id AND s.name = l.id"
	  " AND EXISTS (SELECT 1 FROM organization_application_roles r"
	  " JOIN organization_role_scopes h ON h.tenant_id = r.tenant_id"
	  " AND h.organization_role_id = r.organization_role_id"
	  " WHERE r.tenant_id = m.tenant_id AND r.organization_id = m.organization_id"
	  " AND r.application_id = m.application_id AND h.organization_scope_id = s.id)"
	  " WHERE m.tenant_id = $1 AND m.organization_id = $2 AND m.application_id = $3"
	  " AND " LIVE("organizations", "$2") " ORDER BY s.id");
COLUMNS(machine_organization_scopes, id, name);
#define ASKED(list) "SELECT s.name FROM {list:" list "} l JOIN scopes s ON s.tenant_id = $1 AND s.name = l.id"
STATEMENT(machine_scopes,
	  ASKED("$4") " WHERE s.resource_id = $3 AND EXISTS (SELECT 1 FROM application_roles r"
	  " JOIN role_scopes h ON h.tenant_id = r.tenant_id AND h.role_id = r.role_id"
	  " WHERE r.tenant_id = $1 AND r.application_id = $2 AND h.scope_id = s.id"
	  " AND " LIVE("roles", "r.role_id") ")");
STATEMENT(machine_scopes_in_organization,
	  ASKED("$5") " WHERE s.resource_id = $4 AND EXISTS (SELECT 1 FROM organization_application_roles r"
	  " JOIN organization_role_resource_scopes h ON h.tenant_id = r.tenant_id"
	  " AND h.organization_role_id = r.organization_role_id"
	  " WHERE r.tenant_id = $1 AND r.organization_id = $2 AND r.application_id = $3 AND h.scope_id = s.id)"
	  " AND " LIVE("organizations", "$2"));
STATEMENT(machine_template_scopes,
	  "SELECT s.name FROM {list:$2} l JOIN organization_scopes s ON s.tenant_id = $1 AND s.name = l.id");
COLUMN_LIST(scope, name);
COLUMNS_OF(machine_scopes, scope);
COLUMNS_OF(machine_scopes_in_organization, scope);
COLUMNS_OF(machine_template_scopes, scope);

/* -- the resource -- */

/* Reads the one `resource` of the request, NULL when it has none; the same one twice counts once. */
static err_t read_indicator(const struct oauth *o, const char **out)
{
	json_t *all;
	err_t e = target_read(o->rq, &o->fields, &all);

	if (e)
		return e;
	if (json_array_size(all) > 1)
		return oauth_fail(ERR_OAUTH_TARGET,
				  "only a single resource indicator value is supported for this grant type");
	*out = json_string_value(json_array_get(all, 0));
	return OK;
}

/* The API resource for requests that name none. ERR_OAUTH_TARGET: the tenant has no default. */
static err_t find_default_resource(const struct oauth *o, struct target *out)
{
	err_t e = target_find_default(o->rq, out);

	return e == ERR_NOT_FOUND ?
		       oauth_fail(ERR_OAUTH_TARGET, "both `resource` and `organization_id` are not provided") :
		       e;
}

/* -- the three kinds of tokens -- */

static err_t refuse_nonmember(void)
{
	return oauth_fail(ERR_OAUTH_ACCESS_DENIED, "app has not associated with the organization");
}

static err_t check_member(const struct oauth *o, const char *organization_id)
{
	int64_t one;
	err_t e = store_int(o->rq->tx, &machine_is_member, ARGS(T(organization_id), T(o->client->id)), &one);

	return e == ERR_NOT_FOUND ? refuse_nonmember() : e;
}

/* Adds the scopes asked for, in the order of their ids as the rows come (organization-tokens.md section 3.2). */
static err_t add_scopes(const struct words *asked, struct rows *rows, struct buffer *to)
{
	char last[32] = "";
	bool is_member = false;
	err_t e;

	while (rows_next(rows)) {
		const char *id = rows_text(rows, machine_organization_scopes_id);
		const char *name = rows_text(rows, machine_organization_scopes_name);

		is_member = true;
		if (!id || !strcmp(last, id))
			continue;
		snprintf(last, sizeof(last), "%s", id);
		if (words_find(asked, name) >= 0)
			words_append(to, name);
	}
	e = rows_end(rows);
	return e || is_member ? e : refuse_nonmember();
}

/* Sets `*out` to the scope of an organization token, "" without one. ERR_OAUTH_ACCESS_DENIED: not a member. */
static err_t find_organization_scope(struct oauth *o, const char *organization_id, const char **out)
{
	struct words asked = words_of(o->rq->arena, oauth_field(o, "scope"));
	CLEANUP(rows_close) struct rows rows = {0};
	struct buffer b;
	err_t e;

	*out = "";
	if (asked.count == 0)
		return check_member(o, organization_id);
	e = store_query(o->rq->tx, &machine_organization_scopes,
			ARGS(T(organization_id), T(o->client->id), T(words_list(o->rq->arena, &asked))), &rows);
	if (e)
		return e;
	buffer_init(&b, KIB(64));
	e = add_scopes(&asked, &rows, &b);
	*out = arena_copyn(o->rq->arena, buffer_str(&b), b.len);
	buffer_done(&b);
	return e;
}

/* Machines ask for so many tokens, and each changes so little, that their entries in the log are written together. */
static err_t send_token(struct oauth *o, const struct access_token *t)
{
	audit_let_wait(o->log);
	return token_answer_send(o, &(struct token_answer){ .jwt = *t, .scope = t->scope, .ttl_s = t->ttl_s });
}

static err_t reply_organization_token(struct oauth *o, const char *organization_id)
{
	struct access_token t = {
		.sub = o->client->id, .client_id = o->client->id, .ttl_s = ORGANIZATION_TOKEN_TTL_S,
	};
	err_t e = find_organization_scope(o, organization_id, &t.scope);

	if (e)
		return e;
	t.aud = arena_printf(o->rq->arena, ORGANIZATION_AUDIENCE "%s", organization_id);
	return send_token(o, &t);
}

/* Queries which of the scopes the client may have at the target, by its roles or by its roles in the organization. */
static err_t query_scopes(struct oauth *o, const struct target *target, const char *organization_id,
			  const struct words *asked, struct rows *rows)
{
	const char *list = words_list(o->rq->arena, asked);
	struct txn *tx = o->rq->tx;

	if (!target->id)
		return store_query(tx, &machine_template_scopes, ARGS(T(list)), rows);
	if (organization_id)
		return store_query(tx, &machine_scopes_in_organization,
				   ARGS(T(organization_id), T(o->client->id), T(target->id), T(list)), rows);
	return store_query(tx, &machine_scopes, ARGS(T(o->client->id), T(target->id), T(list)), rows);
}

/* Sets `*out` to the scopes asked for that the client may have at the target; NULL: none. */
static err_t find_resource_scope(struct oauth *o, const struct target *target, const char *organization_id,
				 const char **out)
{
	struct words asked = words_of(o->rq->arena, oauth_field(o, "scope")), has;
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e;

	if (asked.count == 0)
		return OK;
	e = query_scopes(o, target, organization_id, &asked, &rows);
	if (!e)
		e = words_of_rows(o->rq->arena, &rows, scope_name, &has);
	if (e)
		return e;
	*out = words_common(o->rq->arena, &asked, &has, NULL);
	if (!**out)
		*out = NULL;
	return OK;
}

static err_t reply_resource_token(struct oauth *o, const struct target *target, const char *organization_id)
{
	struct access_token t = { .sub = o->client->id, .client_id = o->client->id, .aud = target->indicator,
				  .ttl_s = target->ttl_s, .organization_id = organization_id };
	err_t e = find_resource_scope(o, target, organization_id, &t.scope);

	return e ? e : send_token(o, &t);
}

err_t grant_client_credentials(struct oauth *o)
{
	const char *organization_id = oauth_field(o, "organization_id"), *indicator = NULL;
	struct target target = {0};
	err_t e = OK;

	if (organization_id && !oauth_field(o, "resource"))
		return reply_organization_token(o, organization_id);
	if (organization_id)
		e = check_member(o, organization_id);
	if (!e)
		e = read_indicator(o, &indicator);
	if (!e)
		e = indicator ? target_find(o->rq, indicator, &target) : find_default_resource(o, &target);
	return e ? e : reply_resource_token(o, &target, organization_id);
}
