/* What the caller of an account may do: by their token, by the account center, by a proof. */
#include "account/account.h"

#include <string.h>

#include "account/proof.h"
#include "crypto/jwt.h"
#include "directory/user.h"
#include "store/store.h"
#include "tenant/api.h"
#include "tenant/doors.h"
#include "tenant/experience.h"

#include "base/banned.h"

const struct account_token *account_token(const struct request *rq)
{
	return rq->who.known;
}

bool account_has_scope(const struct request *rq, const char *name)
{
	return jwt_word(account_token(rq)->scope, name);
}

/* -- the account center -- */

/* What people may do with a field of their account: Off, ReadOnly or Edit. */
static err_t read_control(struct request *rq, const char *field, bool *sees, bool *edits)
{
	CLEANUP(setting_release) const json_t *center = NULL;
	err_t e = setting_load(rq->tx, &account_center, &center);
	const char *control = json_string_value(json_object_get(json_object_get(center, "fields"), field));

	*edits = !e && control && !strcmp(control, "Edit");
	*sees = *edits || (!e && control && !strcmp(control, "ReadOnly"));
	return e;
}

static err_t check_field(struct request *rq, const struct need *n)
{
	bool sees, edits;
	err_t e = n->field ? read_control(rq, n->field, &sees, &edits) : OK;

	if (e || !n->field)
		return e;
	if (n->edits)
		return edits ? OK : err_set(ERR_FIELD_FIXED, "%s", n->field);
	return sees ? OK : err_set(ERR_FIELD_OFF, "%s", n->field);
}

static err_t check_scope(const struct request *rq, const struct need *n)
{
	if (!n->scope || account_has_scope(rq, n->scope))
		return OK;
	err_set(ERR_SCOPE_MISSING, "%s", n->scope);
	err_fault()->status = n->is_later ? 401 : 0;
	return ERR_SCOPE_MISSING;
}

err_t account_check(struct request *rq, const struct need *n)
{
	err_t e = n->proof ? proof_check_caller(rq) : OK;

	if (!e)
		e = check_field(rq, n);
	return e ? e : check_scope(rq, n);
}

/* ERR_ACCOUNT_OFF: the account center is switched off. */
static err_t require_enabled(struct request *rq)
{
	CLEANUP(setting_release) const json_t *center = NULL;
	err_t e = setting_load(rq->tx, &account_center, &center);

	return e || json_is_true(json_object_get(center, "enabled")) ? e : ERR_ACCOUNT_OFF;
}

/* -- what is told of it -- */

void account_log(struct request *rq, enum audit_key key, const char *what)
{
	struct audit *log = audit_open(rq, key, NULL, what);

	audit_text(log, "userId", rq->who.id);
	audit_text(log, "applicationId", account_token(rq)->client_id);
}

err_t account_note(struct request *rq, const char *event, const char *members, const char *data)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *agent = request_header(rq, "User-Agent");
	struct json_out j;
	bool wanted;
	err_t e = event_read_wanted(rq, event, &wanted);

	if (e || !wanted)
		return e;
	buffer_init(&b, KIB(64));
	json_out_init(&j, &b);
	if (agent)
		json_key_text(&j, "userAgent", agent);
	if (rq->remote)
		json_key_text(&j, "ip", rq->remote);
	if (members) {
		if (b.len > 0)
			buffer_char(&b, ',');
		buffer_text(&b, members);
	}
	event_note_add(rq, &(struct event_note){ .event = event, .members = arena_copy(rq->arena, buffer_str(&b)),
						 .data = data, .form = EVENT_NOTE_BARE });
	return OK;
}

err_t account_note_change(struct request *rq)
{
	const char *info, *event = "User.Data.Updated";
	bool wanted;
	err_t e = event_read_wanted(rq, event, &wanted);

	if (e || !wanted)
		return e;
	e = user_info(rq, rq->who.id, &info);
	return e ? e : account_note(rq, event, NULL, info);
}

err_t account_changed(struct request *rq)
{
	err_t e = account_note_change(rq);

	return e ? e : reply_empty(rq, 204);
}

/* -- the mounts -- */

static const struct door *const doors[] = { ACCOUNT, NULL };

#define ACCOUNT_RULES .doors = doors, .before = require_enabled, .allowed_origin = api_allowed_origin, API_RULES

const struct mount account_mount = { .prefix = ACCOUNT_PATHS, ACCOUNT_RULES };
const struct mount verification_mount = { .prefix = VERIFICATION_PATHS, ACCOUNT_RULES };
