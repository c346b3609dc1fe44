/* Writes and sends the mail of an invitation. */
#include "organizations/invitation_mail.h"

#include <string.h>

#include "base/clock.h"
#include "entity/deletion.h"
#include "entity/tree.h"
#include "http/client.h"
#include "organizations/organizations.h"
#include "store/store.h"
#include "tenant/message_limit.h"
#include "tenant/outgoing.h"

#include "base/banned.h"

#define TOO_OLD_MS (INT64_C(3600) * 1000)	/* a mail that a process left behind is sent within an hour */

STATEMENT(invitation_context,
	  "SELECT i.invitee, o.id AS organization_id, o.name AS organization_name, o.branding, u.id AS inviter_id,"
	  " u.avatar, u.name, u.primary_email, u.primary_phone, u.username, u.profile FROM organization_invitations i"
	  " JOIN organizations o ON o.tenant_id = i.tenant_id AND o.id = i.organization_id AND o.deleted_at IS NULL"
	  " LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.inviter_id"
	  " WHERE i.tenant_id = $1 AND i.id = $2");
COLUMNS(invitation_context, invitee, organization_id, organization_name, branding, inviter_id, avatar, name,
	primary_email, primary_phone, username, profile);

struct mailing {
	const char *id;
	bool is_new;
	const struct step *then;
	struct outgoing what;
	const char *outgoing_id;
	struct call call;
};
FLOW(mailing, struct mailing)

/* -- what it says -- */

/* A column of JSON; json_decref(). */
static json_t *tree_in(struct rows *row, int column)
{
	return json_loads(rows_text(row, column), 0, NULL);
}

static json_t *text_in(struct rows *row, int column)
{
	return rows_null(row, column) ? json_null() : json_string(rows_text(row, column));
}

static json_t *organization_in(struct rows *row)
{
	return json_pack("{s:o, s:o, s:o}", "id", text_in(row, invitation_context_organization_id), "name",
			 text_in(row, invitation_context_organization_name), "branding",
			 tree_in(row, invitation_context_branding));
}

static json_t *inviter_in(struct rows *row)
{
	static const struct { const char *member; int column; } texts[] = {
		{ "id", invitation_context_inviter_id }, { "avatar", invitation_context_avatar },
		{ "name", invitation_context_name }, { "primaryEmail", invitation_context_primary_email },
		{ "primaryPhone", invitation_context_primary_phone }, { "username", invitation_context_username },
	};
	json_t *inviter = json_object();

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		json_object_set_new(inviter, texts[i].member, text_in(row, texts[i].column));
	json_object_set_new(inviter, "profile", tree_in(row, invitation_context_profile));
	return inviter;
}

/* The message: the organization, the inviter if there is one, and over them what the caller gives. */
static err_t write_message(struct request *rq, const char *id, const json_t *given, struct message *m)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *payload = tree_keep(rq, json_object());
	err_t e = store_first(rq->tx, &invitation_context, ARGS(T(id)), &row);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&organization_invitation, ERR_NOT_FOUND, id);
	if (e)
		return e;
	json_object_set_new(payload, "organization", organization_in(&row));
	if (!rows_null(&row, invitation_context_inviter_id))
		json_object_set_new(payload, "inviter", inviter_in(&row));
	json_object_update(payload, (json_t *)(uintptr_t)given);	/* jansson takes no const here */
	*m = (struct message){ arena_copy(rq->arena, rows_text(&row, invitation_context_invitee)),
			       "OrganizationInvitation", payload, rq->remote, NULL };
	return rows_end(&row);
}

/* -- sending it -- */

static err_t note_outcome(struct request *rq)
{
	const struct mailing *m = mailing(rq);
	err_t failed = message_outcome(&m->call), e;

	e = outgoing_settle(rq, &m->what, m->outgoing_id, failed);
	if (e || !failed)
		return e ? e : next(rq, m->then);
	if (m->is_new)
		e = entity_delete(rq->tx, &organization_invitation, m->id);
	return e ? e : refuse_keeping(rq, failed);
}

static const struct step note_outcome_step = { "note what came of the mail of an invitation", WRITE, note_outcome };

static err_t call_service(struct request *rq)
{
	return transfer(rq, &mailing(rq)->call, &note_outcome_step);
}

static const struct step call_service_step = { "send the mail of an invitation", CALL, call_service };

err_t invitation_mail(struct request *rq, const char *id, const json_t *payload, bool is_new, const struct step *then)
{
	struct mailing *m = mailing(rq);
	err_t e;

	*m = (struct mailing){ .id = arena_copy(rq->arena, id), .is_new = is_new, .then = then };
	m->what = (struct outgoing){ .type = CONNECTOR_EMAIL, .kind = MESSAGE_INVITATION,
				     .until_ms = clock_ms() + TOO_OLD_MS };
	e = write_message(rq, id, payload, &m->what.message);
	if (!e)
		e = connector_call(rq, CONNECTOR_EMAIL, &m->what.message, &m->call);
	if (!e)
		e = message_take_place(rq->tx, rq->arena, MESSAGE_INVITATION, m->what.message.to, &m->what.place);
	if (!e)
		e = outgoing_put_own(rq, &m->what, &m->outgoing_id);
	m->call.total_ms = OUTGOING_CALL_MS;
	return e ? e : next(rq, &call_service_step);
}

const char *invitation_mailed(struct request *rq)
{
	return mailing(rq)->id;
}
