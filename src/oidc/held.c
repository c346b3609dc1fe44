/* Finds codes and opaque tokens, and uses them up. */
#include "oidc/held.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/digest.h"
#include "entity/tree.h"
#include "oidc/client.h"
#include "oidc/grant.h"
#include "store/store.h"
#include "base/banned.h"

STATEMENT(find_held,
	  "SELECT t.kind, t.client_id, t.user_id, t.grant_id, t.session_uid, t.scope, t.details, t.consumed_at,"
	  " t.created_at, t.expires_at, g.scopes AS granted, u.is_suspended, s.clients AS session_clients"
	  " FROM tokens t"
	  " JOIN grants g ON g.tenant_id = t.tenant_id AND g.id = t.grant_id AND g.client_id = t.client_id"
	  " AND g.user_id = t.user_id AND g.expires_at > $2"
	  " JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.user_id"
	  " LEFT JOIN sessions s ON s.tenant_id = t.tenant_id AND s.uid = t.session_uid"
	  " AND s.user_id = t.user_id AND s.expires_at > $2"
	  " WHERE t.tenant_id = $1 AND t.hash = $3 AND t.expires_at > $2");
COLUMNS(find_held, kind, client_id, user_id, grant_id, session_uid, scope, details, consumed_at, created_at,
	expires_at, granted, is_suspended, session_clients);
STATEMENT(consume_held,
	  "UPDATE tokens SET consumed_at = COALESCE(consumed_at, $2) WHERE tenant_id = $1 AND hash = $3"
	  " AND (consumed_at IS NULL OR consumed_at > $4)");

/* -- finding -- */

/* Whether the session, which is of the user as the statement looked, still has the grant for the client. */
static err_t check_session(struct request *rq, struct rows *row, const struct artifact *t)
{
	const char *grant;
	json_t *clients;
	err_t e;

	if (!t->session_uid)
		return OK;
	e = tree_of_column(rq, row, find_held_session_clients, &clients);
	if (e)
		return e;
	grant = json_string_value(json_object_get(json_object_get(clients, t->client_id), "grantId"));
	return grant && !strcmp(grant, t->grant_id) ? OK : ERR_NOT_FOUND;
}

/* What an application was given ends with it. */
static err_t check_client(struct request *rq, const char *client_id)
{
	CLEANUP(client_release) const struct client *c = NULL;

	return client_load(rq->tx, rq->tenant, client_id, &c);
}

static void read_token(struct arena *a, struct rows *row, const char *hash, struct artifact *t)
{
	*t = (struct artifact){
		.hash = hash,
		.kind = artifact_kind_of(rows_text(row, find_held_kind)),
		.client_id = arena_copy(a, rows_text(row, find_held_client_id)),
		.user_id = arena_copy(a, rows_text(row, find_held_user_id)),
		.grant_id = arena_copy(a, rows_text(row, find_held_grant_id)),
		.session_uid = arena_copy(a, rows_text(row, find_held_session_uid)),
		.scope = arena_copy(a, rows_text(row, find_held_scope)),
		.consumed_at_ms = rows_int(row, find_held_consumed_at),
		.created_at_ms = rows_int(row, find_held_created_at),
		.expires_at_ms = rows_int(row, find_held_expires_at),
	};
}

err_t held_find(struct request *rq, const char *value, struct held *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *hash = digest_of(rq->arena, value);
	json_t *granted;
	err_t e;

	if (strlen(value) != ARTIFACT_LEN)
		return ERR_NOT_FOUND;
	e = store_first(rq->tx, &find_held, ARGS(N(clock_ms()), T(hash)), &row);
	if (e)
		return e;
	*out = (struct held){ .is_suspended = rows_int(&row, find_held_is_suspended) != 0 };
	read_token(rq->arena, &row, hash, &out->token);
	e = tree_of_column(rq, &row, find_held_details, &out->token.details);
	if (!e)
		e = tree_of_column(rq, &row, find_held_granted, &granted);
	if (!e)
		e = check_session(rq, &row, &out->token);
	if (!e)
		e = rows_end(&row);
	out->granted = e ? NULL : granted;
	return e ? e : check_client(rq, out->token.client_id);
}

static bool is_usable(const struct held *h, enum artifact_kind kind, const char *client_id)
{
	return h->token.kind == kind && !strcmp(h->token.client_id, client_id) && !h->is_suspended;
}

err_t held_take(struct request *rq, enum artifact_kind kind, const char *value, const char *client_id,
		struct held *out)
{
	err_t e = held_find(rq, value, out);

	if (e == ERR_NOT_FOUND || (!e && !is_usable(out, kind, client_id)))
		return err_set(ERR_OAUTH_GRANT,
			       "the token is unknown, over, of another client, or its user suspended");
	return e;
}

/* -- using up -- */

err_t held_consume(struct request *rq, const struct held *h, int64_t since_ms, bool *counts)
{
	int64_t changed;
	err_t e = store_exec(rq->tx, &consume_held, ARGS(N(clock_ms()), T(h->token.hash), N(since_ms)), &changed);

	*counts = !e && changed > 0;
	return e;
}

err_t held_refuse_reuse(struct request *rq, const struct held *h)
{
	err_t e = grant_revoke(rq->tx, h->token.grant_id);

	return e ? e : refuse_keeping(rq, err_set(ERR_OAUTH_GRANT, "it was used before, so its grant is revoked"));
}
