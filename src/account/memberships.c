/*
 * The organizations of the owner of an account: which they belong to, with their roles; leaving one; and the
 * invitations to their address. Calls of our own: the contract has none for it (docs/differences.md).
 *
 * People see them where the account center's field `organizations` is ReadOnly, and may accept there what somebody who
 * may has offered them. They leave where it is Edit, with a proof, since they cannot undo it.
 */
#include <string.h>

#include "account/account.h"
#include "base/clock.h"
#include "entity/deletion.h"
#include "organizations/invitations.h"
#include "organizations/organizations.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "tenant/user_scopes.h"

#include "base/banned.h"

static const struct need sees = { .field = "organizations", .scope = SCOPE_ORGANIZATIONS, .is_later = true };
static const struct need leaves = { .field = "organizations", .edits = true, .scope = SCOPE_ORGANIZATIONS,
				    .is_later = true, .proof = true };

/* SQL: the roles that `where` chooses of the table, `h`, as a list by name. */
#define ROLES(table, where) \
	"(SELECT {agg}({obj}('id', x.id, 'name', x.name)) FROM (SELECT r.id, r.name FROM " table " h" \
	" JOIN organization_roles r ON r.tenant_id = h.tenant_id AND r.id = h.organization_role_id" \
	" WHERE " where " ORDER BY r.name) x) AS roles"

/* A column of JSON, as a member; NULL is []. */
static void print_json(struct json_out *j, struct request *rq, struct rows *row, const char *member, int column)
{
	size_t len = 0;
	const char *text = rows_textn(row, column, &len);
	char *copy = text ? arena_copyn(rq->arena, text, len) : arena_copy(rq->arena, "[]");

	json_key(j, member);
	json_raw(j, copy, json_compact(copy, strlen(copy)));
}

static void print_roles(struct json_out *j, struct request *rq, struct rows *row, int column)
{
	if (account_has_scope(rq, SCOPE_ORGANIZATION_ROLES))
		print_json(j, rq, row, "organizationRoles", column);
}

/* -- memberships -- */

STATEMENT(memberships_of,
	  "SELECT o.id, o.name, o.description, o.is_mfa_required, o.branding, "
	  ROLES("organization_user_roles", "h.tenant_id = m.tenant_id AND h.organization_id = m.organization_id"
		" AND h.user_id = m.user_id")
	  " FROM organization_users m"
	  " JOIN organizations o ON o.tenant_id = m.tenant_id AND o.id = m.organization_id"
	  " WHERE m.tenant_id = $1 AND m.user_id = $2 AND o.deleted_at IS NULL ORDER BY o.name, o.id");
COLUMNS(memberships_of, id, name, description, is_mfa_required, branding, roles);

static void print_membership(struct json_out *j, struct request *rq, struct rows *row)
{
	json_open(j);
	json_key_text(j, "id", rows_text(row, memberships_of_id));
	json_key_text(j, "name", rows_text(row, memberships_of_name));
	json_key(j, "description");
	json_text(j, rows_text(row, memberships_of_description));
	json_key(j, "isMfaRequired");
	json_bool(j, rows_int(row, memberships_of_is_mfa_required) != 0);
	print_json(j, rq, row, "branding", memberships_of_branding);
	print_roles(j, rq, row, memberships_of_roles);
	json_close(j);
}

static err_t list_memberships(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct json_out j;
	err_t e = account_check(rq, &sees);

	if (!e)
		e = store_query(rq->tx, &memberships_of, ARGS(T(rq->who.id)), &rows);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_list(&j);
	while (rows_next(&rows))
		print_membership(&j, rq, &rows);
	json_list_end(&j);
	return rows_end(&rows);
}

/* As an administrator's removal does, with its event. */
static err_t leave(struct request *rq)
{
	const char *keys[2] = { path_arg(rq, "organizationId"), NULL }, *user_id = rq->who.id;
	struct relation_change *change = NULL;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Organization");
	e = account_check(rq, &leaves);
	if (!e)
		e = relation_watch(rq, &organization_users, &change);
	if (!e)
		e = relation_remove(rq->tx, &organization_users, keys, user_id);
	if (e)
		return e;
	if (change)
		*change = (struct relation_change){ .removed = &user_id, .removed_count = 1 };
	relation_note(rq, &organization_users, keys, change, "account");
	return reply_empty(rq, 204);
}

/* -- invitations -- */

/* SQL: those that user $2 could accept at the time $3. */
#define INVITATIONS_TO_USER \
	" FROM users u JOIN organization_invitations i ON i.tenant_id = u.tenant_id AND i.invitee_key = u.email_key" \
	" JOIN organizations o ON o.tenant_id = i.tenant_id AND o.id = i.organization_id" \
	" WHERE u.tenant_id = $1 AND u.id = $2 AND i.status = 'Pending' AND i.expires_at >= $3" \
	" AND o.deleted_at IS NULL"

STATEMENT(invitations_to,
	  "SELECT i.id, i.created_at, i.expires_at, o.id AS organization_id, o.name AS organization_name, "
	  ROLES("organization_invitation_roles", "h.tenant_id = i.tenant_id AND h.invitation_id = i.id")
	  INVITATIONS_TO_USER " ORDER BY i.created_at DESC, i.id DESC");
COLUMNS(invitations_to, id, created_at, expires_at, organization_id, organization_name, roles);
STATEMENT(invitation_is_to, "SELECT 1" INVITATIONS_TO_USER " AND i.id = $4");

static void print_invitation(struct json_out *j, struct request *rq, struct rows *row)
{
	json_open(j);
	json_key_text(j, "id", rows_text(row, invitations_to_id));
	json_key(j, "organization");
	json_open(j);
	json_key_text(j, "id", rows_text(row, invitations_to_organization_id));
	json_key_text(j, "name", rows_text(row, invitations_to_organization_name));
	json_close(j);
	print_roles(j, rq, row, invitations_to_roles);
	json_key_int(j, "createdAt", rows_int(row, invitations_to_created_at));
	json_key_int(j, "expiresAt", rows_int(row, invitations_to_expires_at));
	json_close(j);
}

static err_t list_invitations(struct request *rq)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct json_out j;
	err_t e = account_check(rq, &sees);

	if (!e)
		e = store_query(rq->tx, &invitations_to, ARGS(T(rq->who.id), N(clock_ms())), &rows);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_list(&j);
	while (rows_next(&rows))
		print_invitation(&j, rq, &rows);
	json_list_end(&j);
	return rows_end(&rows);
}

/* That of somebody else is answered as one that there is not. */
static err_t accept_invitation(struct request *rq)
{
	const char *id = path_arg(rq, "invitationId");
	int64_t one;
	err_t e;

	account_log(rq, AUDIT_ACCOUNT_UPDATE, "Organization");
	e = account_check(rq, &sees);
	if (!e)
		e = store_int(rq->tx, &invitation_is_to, ARGS(T(rq->who.id), N(clock_ms()), T(id)), &one);
	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&organization_invitation, ERR_NOT_FOUND, id);
	if (!e)
		e = invitation_accept(rq, id, rq->who.id);
	return e ? e : reply_empty(rq, 204);
}

/* -- routes -- */

static const char *const accepted[] = { "Accepted", NULL };
static const struct field accept_body[] = {
	{ "status", .type = FIELD_ENUM, .flags = REQUIRED, .options = accepted },
	FIELDS_END
};

static const struct field role_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED }, { "name", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct field role = { "", .type = FIELD_STRUCT, .members = role_members };

#define ROLES_MEMBER \
	{ "organizationRoles", .type = FIELD_LIST, .element = &role, \
	  .help = "Where the token has the scope " SCOPE_ORGANIZATION_ROLES "." }

static const struct field membership_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "description", .type = FIELD_TEXT, .flags = REQUIRED | NULLABLE },
	{ "isMfaRequired", .type = FIELD_BOOL, .flags = REQUIRED },
	{ "branding", .type = FIELD_STRUCT, .flags = REQUIRED, .members = branding_members },
	ROLES_MEMBER,
	FIELDS_END
};
static const struct field invitation_members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "organization", .type = FIELD_STRUCT, .flags = REQUIRED, .members = role_members },
	ROLES_MEMBER,
	{ "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "expiresAt", .type = FIELD_TIME, .flags = REQUIRED },
	FIELDS_END
};
static const struct shape memberships = { .fields = membership_members, .list = true };
static const struct shape invitations = { .fields = invitation_members, .list = true };

#define BASE "/api/my-account"

const struct route account_membership_routes[] = {
	{ GET, BASE "/organizations", ACCOUNT, SCAN, .handler = list_memberships, .status = 200, .reply = &memberships,
	  .operation = "ListMyOrganizations", .summary = "List the organizations that you belong to" },
	{ DELETE, BASE "/organizations/{organizationId}", ACCOUNT, WRITE, .handler = leave, .status = 204,
	  .operation = "LeaveMyOrganization", .summary = "Leave an organization" },
	{ GET, BASE "/invitations", ACCOUNT, SCAN, .handler = list_invitations, .status = 200, .reply = &invitations,
	  .operation = "ListMyInvitations", .summary = "List the invitations to your e-mail address" },
	{ PUT, BASE "/invitations/{invitationId}/status", ACCOUNT, WRITE, .body = accept_body,
	  .handler = accept_invitation, .status = 204, .operation = "AcceptMyInvitation",
	  .summary = "Accept an invitation" },
};
const size_t account_membership_route_count = ARRAY_LEN(account_membership_routes);
