/*
 * Accounts at social providers that administrators, or pages of theirs, link to users: where the browser goes, and
 * whose account it comes back with (sign-in.md section 12.1, users-apps-resources.md section 2.4). In between the
 * session waits in the store, for the caller who brings its connector and its state; once.
 */
#include "base/clock.h"
#include "crypto/digest.h"
#include "directory/user.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "signin/social_account.h"
#include "sso/social.h"
#include "store/store.h"
#include "tenant/doors.h"

#include "base/banned.h"

#define LIFE_MS 600000

STATEMENT(social_session_put,
	  "INSERT INTO social_sessions (tenant_id, hash, connector_id, session, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, hash)"
	  " DO UPDATE SET session = excluded.session, expires_at = excluded.expires_at");
STATEMENT(social_session_take,
	  "DELETE FROM social_sessions WHERE tenant_id = $1 AND hash = $2 AND expires_at > $3 RETURNING session");
COLUMNS(social_session_take, session);
EXPIRING(social_session, "social_sessions", "hash", 0);

static const char *hash_of(struct request *rq, const char *connector_id, const char *state)
{
	return digest_of(rq->arena, arena_printf(rq->arena, "%s %s", connector_id, state));
}

/* -- where the browser goes -- */

static err_t keep_session(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	json_auto_t *session = sso_session(rq);
	struct json_out j;
	err_t e = store_exec(rq->tx, &social_session_put,
			     ARGS(T(hash_of(rq, w->connector.id, w->state)), T(w->connector.id), tree_arg(rq, session),
				  N(clock_ms() + LIFE_MS)),
			     NULL);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "redirectTo", w->address);
	json_close(&j);
	return OK;
}

static const struct step keep_step = { "keep what was begun at a social provider", WRITE, keep_session };

static err_t begin(struct request *rq)
{
	return social_begin(rq, path_arg(rq, "id"), &keep_step);
}

static const struct step begin_step = { "begin at a social provider", READ, begin };

/* -- with whose account it comes back -- */

static err_t link_account(struct request *rq)
{
	json_auto_t *staged = json_pack("{s:o}", STAGED_SOCIAL, social_identity(rq));
	const char *user_id = path_arg(rq, "userId");
	bool is_new = false;
	err_t e = social_account_settle(rq, staged, user_id, &is_new);

	return e ? e : user_reply_social(rq, user_id);
}

static const struct step link_step = { "link an account at a social provider", WRITE, link_account };

/* `*out`: NULL where nothing waits; json_decref(). */
static err_t take_session(struct request *rq, const char *connector_id, json_t **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *state = json_string_value(json_object_get(body_get(rq, "connectorData"), "state"));
	json_t *kept = NULL;
	err_t e = state ? store_first(rq->tx, &social_session_take,
				      ARGS(T(hash_of(rq, connector_id, state)), N(clock_ms())), &row) :
			  ERR_NOT_FOUND;

	*out = NULL;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = tree_of_column(rq, &row, social_session_take_session, &kept);
	*out = json_incref(kept);
	return e ? e : rows_end(&row);
}

/* Its own step, which is kept whatever becomes of the answer: a code is not tried twice. */
static err_t take(struct request *rq)
{
	const char *connector_id = body_text(rq, "connectorId");
	struct social_row unused;
	json_t *session = NULL;
	err_t missing, e = social_connector_load(rq, connector_id, &unused);

	if (e == ERR_NOT_FOUND)
		return e;
	missing = entity_require(rq->tx, &user, path_arg(rq, "userId"));
	if (missing)
		return missing;
	if (e == ERR_CONNECTOR_TYPE)
		return err_arg(ERR_SOCIAL_CONNECTOR, "id", connector_id);
	if (!e)
		e = take_session(rq, connector_id, &session);
	return e ? e : social_finish(rq, connector_id, session, body_get(rq, "connectorData"), &link_step);
}

static const struct step take_step = { "take what was begun at a social provider", WRITE, take };

/* -- routes -- */

static const struct field begin_body[] = { SSO_BEGIN_FIELDS, FIELDS_END };
static const struct field link_body[] = {
	{ "connectorId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 128 }, SSO_DATA_FIELD, FIELDS_END
};
static const struct field address_members[] = {
	{ "redirectTo", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape address = { .fields = address_members };

const struct route social_link_routes[] = {
	{ POST, "/api/connectors/{id}/authorization-uri", MANAGEMENT, .first = &begin_step, .body = begin_body,
	  .status = 200, .refuses = 400, .reply = &address,
	  .summary = "Get the address where a social connector signs people in" },
	{ POST, "/api/users/{userId}/identities", MANAGEMENT, .first = &take_step, .body = link_body, .of = &user,
	  .status = 200, .refuses = 401, .reply = &any_object, .operation = "CreateUserIdentity",
	  .summary = "Link an account by what a social connector brought back" },
};
const size_t social_link_route_count = ARRAY_LEN(social_link_routes);
