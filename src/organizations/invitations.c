/*
 * Invitations by e-mail address: create, list, accept, revoke; invitation_mail.c tells people of them. A stored
 * `Pending` past its time reads as `Expired`.
 * Contract: organizations.md section 6.
 */
#include "organizations/invitations.h"

#include <string.h>

#include "base/clock.h"
#include "base/url.h"
#include "directory/directory.h"
#include "entity/deletion.h"
#include "organizations/admission.h"
#include "organizations/invitation_mail.h"
#include "organizations/organizations.h"

#include "base/banned.h"

static const char *const statuses[] = { "Pending", "Accepted", "Expired", "Revoked", NULL };

/* false, or an object whose known members are texts; a mail shows the link. */
static bool payload_fits(const json_t *v)
{
	static const char *const texts[] = { "code", "link", "locale", "uiLocales" };
	const char *link = json_string_value(json_object_get(v, "link"));

	if (json_is_false(v))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const json_t *member = json_object_get(v, texts[i]);

		if (member && !json_is_string(member))
			return false;
	}
	return json_is_object(v) && !(link && url_can_run(link));
}

static const struct field invitation_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, GENERATED },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "inviterId", "inviter_id", FIELD_TEXT, NULLABLE, .max = 21 },
	{ "invitee", "invitee", FIELD_TEXT, REQUIRED | SEARCHED, .form = FORM_EMAIL_STRICT,
	  .help = "E-mail address, stored as given." },
	{ "inviteeKey", "invitee_key", FIELD_TEXT, GENERATED | HIDDEN },
	{ "acceptedUserId", "accepted_user_id", FIELD_TEXT, GENERATED | NULLABLE },
	{ "organizationId", "organization_id", FIELD_TEXT, REQUIRED | NOT_EMPTY, .max = 21 },
	{ "status", "status", FIELD_ENUM, GENERATED, .options = statuses, .fallback = "Pending" },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED },
	{ "updatedAt", "updated_at", FIELD_TIME, GENERATED },
	{ "expiresAt", "expires_at", FIELD_TIME, REQUIRED, .help = "Must be in the future." },
	{ "organizationRoleIds", NULL, FIELD_LIST, CREATE_ONLY | NOT_STORED, .element = &field_text },
	{ "messagePayload", NULL, FIELD_CUSTOM, CREATE_ONLY | NOT_STORED | UNION, .check = payload_fits,
	  .help = "false sends no mail" },
	FIELDS_END
};

ENTITY(organization_invitation) = {
	.name = "organization_invitation", .table = "organization_invitations", .singular = "organization_invitation",
	.parameter = "organizationInvitationId", .fields = invitation_fields, .id_len = ID_LONG,
	.read_miss = ERR_NOT_FOUND, .owner = &organization, .owner_column = "organization_id",
};

RELATION(invitation_roles) = {
	.name = "invitation_roles", .table = "organization_invitation_roles", .keys = { "invitation_id" },
	.parent = &organization_invitation, .child = "organization_role_id", .child_of = &organization_role,
	.member = "organizationRoleIds",
};

/* -- reading: the status is computed -- */

#define INVITATION_ROLES \
	"(SELECT {agg}({obj}('id', x.id, 'name', x.name)) FROM (SELECT r.id, r.name" \
	" FROM organization_invitation_roles h" \
	" JOIN organization_roles r ON r.tenant_id = h.tenant_id AND r.id = h.organization_role_id" \
	" WHERE h.tenant_id = i.tenant_id AND h.invitation_id = i.id ORDER BY r.name) x)"
/*
 * SQL: the table, with the status that each invitation has at the time of the argument (epoch milliseconds). The
 * folded address is what a search looks at.
 */
#define INVITATIONS_NOW \
	"(SELECT tenant_id, id, inviter_id, invitee, invitee_key, invitee_key AS search, accepted_user_id," \
	" organization_id," \
	" CASE WHEN status = 'Pending' AND expires_at < ? THEN 'Expired' ELSE status END AS status," \
	" created_at, updated_at, expires_at FROM organization_invitations WHERE tenant_id = $1) i"

STATEMENT(find_now, "SELECT i.tenant_id, i.id, i.inviter_id, i.invitee, i.accepted_user_id, i.organization_id,"
	  " CASE WHEN i.status = 'Pending' AND i.expires_at < $3 THEN 'Expired' ELSE i.status END AS status,"
	  " i.created_at, i.updated_at, i.expires_at, " INVITATION_ROLES " AS roles"
	  " FROM organization_invitations i WHERE i.tenant_id = $1 AND i.id = $2"
	  " AND " LIVE("organizations", "i.organization_id"));
COLUMNS(find_now, tenant_id, id, inviter_id, invitee, accepted_user_id, organization_id, status,
	created_at, updated_at, expires_at, roles);

/* Reads an invitation with its present status; `row` stands on it. ERR_NOT_FOUND. */
static err_t load(struct request *rq, const char *id, struct rows *row)
{
	err_t e = store_query(rq->tx, &find_now, ARGS(T(id), N(clock_ms())), row);

	if (e || rows_next(row))
		return e;
	e = rows_end(row);
	return e ? e : entity_miss_error(&organization_invitation, ERR_NOT_FOUND, id);
}

static err_t answer(struct request *rq, int status, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = load(rq, id, &row);
	struct json_out j;
	const char *roles;
	char *copy;
	size_t len = 0;

	if (e)
		return e;
	j = reply_json(rq, status);
	json_open(&j);
	entity_print(&j, &organization_invitation, &row, find_now_tenant_id);
	json_key(&j, "organizationRoles");
	roles = rows_textn(&row, find_now_roles, &len);
	copy = roles ? arena_copyn(rq->arena, roles, len) : arena_copy(rq->arena, "[]");
	json_raw(&j, copy, json_compact(copy, strlen(copy)));
	json_close(&j);
	return rows_end(&row);
}

static err_t get_invitation(struct request *rq)
{
	return answer(rq, 200, path_arg(rq, "id"));
}

static err_t list_invitations(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	const char *organization_id = query_nonempty(rq, "organizationId"), *inviter = query_nonempty(rq, "inviterId");
	const char *invitee = query_nonempty(rq, "invitee"), *status = query_nonempty(rq, "status");

	query_init(&q, rq, &organization_invitation, "i", "");
	query_from(&q, INVITATIONS_NOW, ARGS(N(clock_ms())));
	if (organization_id)
		query_filter(&q, "i.organization_id = ?", ARGS(T(organization_id)));
	if (inviter)
		query_filter(&q, "i.inviter_id = ?", ARGS(T(inviter)));
	if (invitee)
		query_filter(&q, "i.invitee_key = ?", ARGS(T(text_fold(rq->arena, invitee))));
	if (rq->page.said)
		query_keyword(&q);
	if (rq->page.said && status)
		query_filter(&q, "i.status = ?", ARGS(T(status)));
	query_extra(&q, "organizationRoles", EXTRA_LIST, INVITATION_ROLES);
	q.order = "i.created_at DESC, i.id DESC";
	return query_reply(&q);
}

/* -- creating -- */

STATEMENT(invitee_is_member,
	  "SELECT 1 FROM users u JOIN organization_users m ON m.tenant_id = u.tenant_id AND m.user_id = u.id"
	  " WHERE u.tenant_id = $1 AND u.email_key = $2 AND u.primary_email = $3 AND m.organization_id = $4"
	  " AND " LIVE("organizations", "$4"));
STATEMENT(expire_old, "UPDATE organization_invitations SET status = 'Expired', updated_at = $4 WHERE tenant_id = $1"
	  " AND invitee_key = $2 AND organization_id = $3 AND status = 'Pending' AND expires_at < $4");

/* The error `as` with another status and a reason of its own. */
static err_t refuse_with(err_t as, int status, const char *reason)
{
	err_t e = err_arg(err_set(as, "%s", reason), "reason", reason);

	err_fault()->status = status;
	return e;
}

/* Refuses an address that belongs to a member of the organization. `key`: the folded address. */
static err_t check_no_member(struct request *rq, const char *invitee, const char *key)
{
	int64_t one;
	err_t e = store_int(rq->tx, &invitee_is_member, ARGS(T(key), T(invitee), T(body_text(rq, "organizationId"))),
			    &one);

	if (e == ERR_NOT_FOUND)
		return OK;
	return e ? e : refuse_with(ERR_REQUEST_INPUT, 422, "The invitee is a member of the organization already.");
}

static err_t check_organization(struct txn *tx, const char *id)
{
	err_t e = entity_require(tx, &organization, id);

	return e == ERR_NOT_EXISTS_WITH_ID ? err_set(ERR_REFERENCE, "no organization '%.64s'", id) : e;
}

static err_t answer_mailed(struct request *rq)
{
	return answer(rq, 201, invitation_mailed(rq));
}

static const struct step answer_mailed_step = { "show the invitation", READ, answer_mailed };

/* Expired invitations of the same address are marked first, since a pending one would be in the way. */
static err_t check_new(struct request *rq, const char *invitee, const char *key)
{
	int64_t now = clock_ms();
	err_t e;

	if (json_integer_value(body_get(rq, "expiresAt")) <= now)
		return err_arg(ERR_REQUEST_INPUT, "reason", "The value of `expiresAt` must be in the future.");
	e = check_no_member(rq, invitee, key);
	if (!e)
		e = store_exec(rq->tx, &expire_old, ARGS(T(key), T(body_text(rq, "organizationId")), N(now)), NULL);
	if (!e && text_points(invitee) > 256)
		e = length_error(rq->arena, 256);
	return e ? e : check_organization(rq->tx, body_text(rq, "organizationId"));
}

/* Stores the invitation with its roles; `*id` is of the object's. */
static err_t insert(struct request *rq, json_t *object, const char **id)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *keys[2] = { NULL };
	err_t e = entity_insert(rq->tx, rq->arena, &organization_invitation, object, &row);

	if (!e)
		e = rows_end(&row);
	if (e)
		return e;
	*id = keys[0] = json_string_value(json_object_get(object, "id"));
	return relation_add_all(rq->tx, rq->arena, &invitation_roles, keys, body_get(rq, "organizationRoleIds"), NULL);
}

static err_t create_invitation(struct request *rq)
{
	json_auto_t *object = body_copy(rq);
	const char *invitee = body_text(rq, "invitee"), *key = text_fold(rq->arena, invitee), *id;
	const json_t *payload = body_get(rq, "messagePayload");
	err_t e = check_new(rq, invitee, key);

	json_object_set_new(object, "inviteeKey", json_string(key));
	if (!e)
		e = insert(rq, object, &id);
	if (e)
		return e;
	if (json_is_object(payload))
		return invitation_mail(rq, id, payload, true, &answer_mailed_step);
	return answer(rq, 201, id);
}

static const struct step create_step = { "store an invitation", WRITE, create_invitation };

/* -- sending again -- */

static err_t answer_sent(struct request *rq)
{
	return reply_empty(rq, 204);
}

static const struct step answer_sent_step = { "tell that the invitation was sent", WORK, answer_sent };

static const struct field message_body[] = {
	{ "code", .type = FIELD_TEXT },
	{ "link", .type = FIELD_TEXT, .form = FORM_SHOWN },
	{ "locale", .type = FIELD_TEXT },
	{ "uiLocales", .type = FIELD_TEXT },
	FIELDS_END
};

/* Known members are checked; all members go into the mail. */
static err_t send_message(struct request *rq)
{
	json_auto_t *known = body_copy(rq);
	err_t e = fields_check(rq->arena, message_body, CHECK_CREATE, known, "body");

	return e ? e : invitation_mail(rq, path_arg(rq, "id"), rq->body, false, &answer_sent_step);
}

static const struct step send_step = { "prepare to send an invitation again", WRITE, send_message };

/* -- accepting and revoking -- */

STATEMENT(lock_invitation, "SELECT 1 FROM organization_invitations WHERE tenant_id = $1 AND id = $2 {lock}");
STATEMENT(email_of, "SELECT primary_email FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(roles_of,
	  "SELECT organization_role_id FROM organization_invitation_roles WHERE tenant_id = $1"
	  " AND invitation_id = $2");
COLUMNS(roles_of, organization_role_id);
STATEMENT(set_status, "UPDATE organization_invitations SET status = $3, accepted_user_id = $4, updated_at = $5"
	  " WHERE tenant_id = $1 AND id = $2");

static err_t check_same_email(struct request *rq, const char *user_id, const char *invitee)
{
	const char *email;
	err_t e = store_text(rq->tx, &email_of, ARGS(T(user_id)), rq->arena, &email);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&user, ERR_NOT_FOUND, user_id);
	if (e)
		return e;
	if (!email || strcmp(text_fold(rq->arena, email), text_fold(rq->arena, invitee)))
		return refuse_with(ERR_REQUEST_INPUT, 422,
				   "The accepting user must have the e-mail address of the invitee.");
	return OK;
}

/* Makes the accepting user a member and gives it the roles of the invitation. */
static err_t admit_invitee(struct request *rq, const char *id, const char *organization_id, const char *user_id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	json_auto_t *roles = json_array(), *users = json_pack("[s]", user_id);
	const struct admission who = { organization_id, users, roles, .cause = "invitation" };
	err_t e = store_query(rq->tx, &roles_of, ARGS(T(id)), &rows);

	while (!e && rows_next(&rows))
		json_array_append_new(roles, json_string(rows_text(&rows, roles_of_organization_role_id)));
	if (!e)
		e = rows_end(&rows);
	return e ? e : admit(rq, &who, NULL);
}

/* Locks an invitation. ERR_NOT_FOUND; ERR_REQUEST_INPUT: it is not pending. Texts are the request's. */
static err_t lock_pending(struct request *rq, const char *id, const char **invitee, const char **organization_id)
{
	CLEANUP(rows_close) struct rows row = {0};
	bool pending;
	int64_t one;
	err_t e = store_int(rq->tx, &lock_invitation, ARGS(T(id)), &one);

	if (!e || e == ERR_NOT_FOUND)
		e = load(rq, id, &row);
	if (e)
		return e;
	*invitee = arena_copy(rq->arena, rows_text(&row, find_now_invitee));
	*organization_id = arena_copy(rq->arena, rows_text(&row, find_now_organization_id));
	pending = !strcmp(rows_text(&row, find_now_status), "Pending");
	if (pending)
		return OK;
	return refuse_with(ERR_REQUEST_INPUT, 422, "The status of the invitation cannot be changed any more.");
}

static err_t settle(struct request *rq, const char *id, const char *status, const char *user_id)
{
	return store_exec(rq->tx, &set_status, ARGS(T(id), T(status), T(user_id), N(clock_ms())), NULL);
}

err_t invitation_accept(struct request *rq, const char *id, const char *user_id)
{
	const char *invitee, *organization_id;
	err_t e = lock_pending(rq, id, &invitee, &organization_id);

	if (!e)
		e = check_same_email(rq, user_id, invitee);
	if (!e)
		e = admit_invitee(rq, id, organization_id, user_id);
	return e ? e : settle(rq, id, "Accepted", user_id);
}

static err_t revoke(struct request *rq, const char *id)
{
	const char *invitee, *organization_id;
	err_t e = lock_pending(rq, id, &invitee, &organization_id);

	return e ? e : settle(rq, id, "Revoked", NULL);
}

/* Accepts or revokes a pending invitation. */
static err_t change_status(struct request *rq)
{
	const char *id = path_arg(rq, "id"), *user_id = body_text(rq, "acceptedUserId");
	bool accepting = !strcmp(body_text(rq, "status"), "Accepted");
	err_t e;

	if (accepting && !user_id)
		return refuse_with(ERR_REQUEST_INPUT, 422, "Accepting an invitation needs `acceptedUserId`.");
	e = accepting ? invitation_accept(rq, id, user_id) : revoke(rq, id);
	return e ? e : answer(rq, 200, id);
}

/* -- routes -- */

static const struct field list_query[] = {
	{ "organizationId", .type = FIELD_TEXT, .help = "Only of this organization." },
	{ "inviterId", .type = FIELD_TEXT, .help = "Only sent by this user." },
	{ "invitee", .type = FIELD_TEXT, .help = "Only to this address, in any letter case." },
	PAGINATED_PARAMETERS("Substring of the address."),
	{ "status", .type = FIELD_TEXT, .flags = ONCE, .help = "With paginated: only of this status." },
	FIELDS_END
};

static const char *const final_statuses[] = { "Accepted", "Revoked", NULL };
static const struct field status_body[] = {
	{ "acceptedUserId", .type = FIELD_TEXT, .flags = NULLABLE, .max = 21 },
	{ "status", .type = FIELD_ENUM, .flags = REQUIRED, .options = final_statuses },
	FIELDS_END
};

static const struct shape one = { .of = &organization_invitation, .fields = roles_beside };
static const struct shape many = { .of = &organization_invitation, .fields = roles_beside, .list = true };

const struct route invitation_routes[] = {
	{ GET, "/api/organization-invitations", MANAGEMENT, READ, .takes_paginated = true, .query = list_query,
	  .handler = list_invitations, .status = 200, .reply = &many, .summary = "List invitations" },
	{ GET, "/api/organization-invitations/{id}", MANAGEMENT, READ, .handler = get_invitation,
	  .of = &organization_invitation, .status = 200, .reply = &one, .summary = "Get an invitation" },
	{ POST, "/api/organization-invitations", MANAGEMENT, .first = &create_step, .body = invitation_fields,
	  .of = &organization_invitation, .status = 201, .reply = &one, .sends = true,
	  .summary = "Invite somebody by e-mail address" },
	{ POST, "/api/organization-invitations/{id}/message", MANAGEMENT, .first = &send_step, .body_is_free = true,
	  .of = &organization_invitation, .status = 204, .sends = true,
	  .summary = "Send an invitation again" },
	{ PUT, "/api/organization-invitations/{id}/status", MANAGEMENT, WRITE, .body = status_body,
	  .handler = change_status, .of = &organization_invitation, .status = 200, .reply = &one,
	  .summary = "Accept or revoke an invitation" },
	{ DELETE, "/api/organization-invitations/{id}", MANAGEMENT, WRITE, .handler = entity_remove,
	  .of = &organization_invitation, .status = 204, .summary = "Delete an invitation" },
};
const size_t invitation_route_count = ARRAY_LEN(invitation_routes);
