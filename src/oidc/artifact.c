/* Stores codes and opaque tokens by their hash. */
#include "oidc/artifact.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "directory/sign_out.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "store/store.h"
#include "base/banned.h"

/* A device that polls late hears that its code is over, and not that it never was. */
#define DEVICE_KEPT_MS INT64_C(600000)

static const char *const kinds[] = {
	[ARTIFACT_CODE] = "code", [ARTIFACT_ACCESS] = "access", [ARTIFACT_REFRESH] = "refresh",
	[ARTIFACT_DEVICE] = "device", [ARTIFACT_REQUEST] = "request",
};

#define ARTIFACT_COLUMNS \
	"hash, kind, client_id, user_id, grant_id, session_uid, user_code, scope, details, consumed_at, created_at," \
	" expires_at"
COLUMN_LIST(artifact, hash, kind, client_id, user_id, grant_id, session_uid, user_code, scope, details, consumed_at,
	    created_at, expires_at);
#define SELECT_ARTIFACT "SELECT " ARTIFACT_COLUMNS " FROM tokens WHERE tenant_id = $1 AND "
STATEMENT(find_artifact, SELECT_ARTIFACT "hash = $2");
COLUMNS_OF(find_artifact, artifact);
STATEMENT(lock_artifact, SELECT_ARTIFACT "hash = $2 {lock}");
COLUMNS_OF(lock_artifact, artifact);
STATEMENT(find_device, SELECT_ARTIFACT "user_code = $2");
COLUMNS_OF(find_device, artifact);
STATEMENT(lock_device, SELECT_ARTIFACT "user_code = $2 {lock}");
COLUMNS_OF(lock_device, artifact);
STATEMENT(add_artifact,
	  "INSERT INTO tokens (tenant_id, " ARTIFACT_COLUMNS ")"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
STATEMENT(save_artifact,
	  "UPDATE tokens SET user_id = $2, grant_id = $3, session_uid = $4, scope = $5, details = $6, consumed_at = $7"
	  " WHERE tenant_id = $1 AND hash = $8");
STATEMENT(remove_artifact, "DELETE FROM tokens WHERE tenant_id = $1 AND hash = $2");
STATEMENT(remove_of_grant,
	  "DELETE FROM tokens WHERE tenant_id = $1 AND grant_id = $2 AND kind IN ('access', 'refresh')");
STATEMENT(remove_of_user, "DELETE FROM tokens WHERE tenant_id = $1 AND user_id = $2");
EXPIRING(artifact, "tokens", "hash", DEVICE_KEPT_MS);

/* -- writing -- */

static struct arg moment(int64_t ms)
{
	return ms ? N(ms) : T(NULL);
}

static const char *details_text(struct request *rq, const struct artifact *t)
{
	return t->details ? json_to_text(rq->arena, t->details) : "{}";
}

err_t artifact_issue(struct request *rq, struct artifact *t, int64_t life_s)
{
	t->value = id_make(rq->arena, ARTIFACT_LEN, ALPHABET_URL);
	t->hash = digest_of(rq->arena, t->value);
	t->created_at_ms = clock_ms();
	t->expires_at_ms = t->created_at_ms + life_s * 1000;
	return store_exec(rq->tx, &add_artifact,
			  ARGS(T(t->hash), T(kinds[t->kind]), T(t->client_id), T(t->user_id), T(t->grant_id),
			       T(t->session_uid), T(t->user_code), T(t->scope), T(details_text(rq, t)),
			       moment(t->consumed_at_ms), N(t->created_at_ms), N(t->expires_at_ms)),
			  NULL);
}

err_t artifact_save(struct request *rq, const struct artifact *t)
{
	return store_exec(rq->tx, &save_artifact,
			  ARGS(T(t->user_id), T(t->grant_id), T(t->session_uid), T(t->scope), T(details_text(rq, t)),
			       moment(t->consumed_at_ms), T(t->hash)),
			  NULL);
}

err_t artifact_remove(struct txn *tx, const char *hash)
{
	return store_exec(tx, &remove_artifact, ARGS(T(hash)), NULL);
}

err_t artifacts_remove_of_grant(struct txn *tx, const char *grant_id)
{
	return store_exec(tx, &remove_of_grant, ARGS(T(grant_id)), NULL);
}

static err_t artifacts_remove_of_user(struct txn *tx, const char *user_id)
{
	return store_exec(tx, &remove_of_user, ARGS(T(user_id)), NULL);
}

SIGN_OUT(artifacts, artifacts_remove_of_user);

/* -- reading -- */

enum artifact_kind artifact_kind_of(const char *name)
{
	size_t kind = 0;

	while (kind + 1 < ARRAY_LEN(kinds) && strcmp(kinds[kind], name) != 0)
		kind++;
	return (enum artifact_kind)kind;
}

static err_t read_artifact(struct request *rq, struct statement *s, const char *key, struct artifact *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct arena *a = rq->arena;
	err_t e = store_first(rq->tx, s, ARGS(T(key)), &row);

	if (e)
		return e;
	*out = (struct artifact){
		.kind = artifact_kind_of(rows_text(&row, artifact_kind)),
		.hash = arena_copy(a, rows_text(&row, artifact_hash)),
		.client_id = arena_copy(a, rows_text(&row, artifact_client_id)),
		.user_id = arena_copy(a, rows_text(&row, artifact_user_id)),
		.grant_id = arena_copy(a, rows_text(&row, artifact_grant_id)),
		.session_uid = arena_copy(a, rows_text(&row, artifact_session_uid)),
		.user_code = arena_copy(a, rows_text(&row, artifact_user_code)),
		.scope = arena_copy(a, rows_text(&row, artifact_scope)),
		.consumed_at_ms = rows_int(&row, artifact_consumed_at),
		.created_at_ms = rows_int(&row, artifact_created_at),
		.expires_at_ms = rows_int(&row, artifact_expires_at),
	};
	e = tree_of_column(rq, &row, artifact_details, &out->details);
	return e ? e : rows_end(&row);
}

err_t artifact_find_hash(struct request *rq, const char *hash, struct artifact *out)
{
	return read_artifact(rq, txn_is_write(rq->tx) ? &lock_artifact : &find_artifact, hash, out);
}

err_t artifact_find(struct request *rq, enum artifact_kind kind, const char *value, struct artifact *out)
{
	err_t e = strlen(value) == ARTIFACT_LEN ? artifact_find_hash(rq, digest_of(rq->arena, value), out) :
						  ERR_NOT_FOUND;

	if (!e && (out->kind != kind || (kind != ARTIFACT_DEVICE && out->expires_at_ms <= clock_ms())))
		return ERR_NOT_FOUND;
	return e;
}

err_t artifact_find_device(struct request *rq, const char *user_code, struct artifact *out)
{
	return read_artifact(rq, txn_is_write(rq->tx) ? &lock_device : &find_device, user_code, out);
}
