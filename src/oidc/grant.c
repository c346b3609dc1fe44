/* Stores grants, and answers what is in them. */
#include "oidc/grant.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "store/store.h"
#include "base/banned.h"

#define SELECT_GRANT \
	"SELECT user_id, client_id, scopes, created_at, expires_at FROM grants WHERE tenant_id = $1 AND id = $2" \
	" AND expires_at > $3"
STATEMENT(find_grant, SELECT_GRANT);
STATEMENT(lock_grant, SELECT_GRANT " {lock}");
COLUMN_LIST(grant, user_id, client_id, scopes, created_at, expires_at);
COLUMNS_OF(find_grant, grant);
COLUMNS_OF(lock_grant, grant);
STATEMENT(put_grant,
	  "INSERT INTO grants (tenant_id, id, user_id, client_id, scopes, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO UPDATE SET scopes = excluded.scopes,"
	  " expires_at = excluded.expires_at");
STATEMENT(delete_grant, "DELETE FROM grants WHERE tenant_id = $1 AND id = $2");
STATEMENT(list_grants,
	  "SELECT id FROM grants WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND expires_at > $4"
	  " ORDER BY created_at DESC, id");
COLUMNS(list_grants, id);
EXPIRING(grant, "grants", "id", 0);

/* -- the store -- */

static bool is_of(const char *found, const char *wanted)
{
	return !wanted || !strcmp(found, wanted);
}

static err_t read_grant(struct request *rq, struct statement *s, const char *id, const char *user_id,
			const char *client_id, struct user_grant *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, s, ARGS(T(id), N(clock_ms())), &row);

	if (e)
		return e;
	*out = (struct user_grant){
		.id = arena_copy(rq->arena, id),
		.user_id = arena_copy(rq->arena, rows_text(&row, grant_user_id)),
		.client_id = arena_copy(rq->arena, rows_text(&row, grant_client_id)),
		.created_at_ms = rows_int(&row, grant_created_at),
		.expires_at_ms = rows_int(&row, grant_expires_at),
	};
	if (!is_of(out->user_id, user_id) || !is_of(out->client_id, client_id))
		return ERR_NOT_FOUND;
	e = tree_of_column(rq, &row, grant_scopes, &out->scopes);
	return e ? e : rows_end(&row);
}

err_t grant_find(struct request *rq, const char *id, const char *user_id, const char *client_id,
		 struct user_grant *out)
{
	return read_grant(rq, &find_grant, id, user_id, client_id, out);
}

err_t grant_lock(struct request *rq, const char *id, const char *user_id, const char *client_id,
		 struct user_grant *out)
{
	return read_grant(rq, &lock_grant, id, user_id, client_id, out);
}

void grant_new(struct request *rq, const char *user_id, const char *client_id, struct user_grant *out)
{
	int64_t now = clock_stamp_ms();

	*out = (struct user_grant){
		.user_id = user_id, .client_id = client_id, .scopes = json_object(), .created_at_ms = now,
		.expires_at_ms = now + GRANT_LIFE_S * 1000,
	};
	tree_keep(rq, out->scopes);
}

err_t grant_save(struct request *rq, struct user_grant *g)
{
	if (!g->id)
		g->id = id_make(rq->arena, ID_LONG, ALPHABET_URL);
	return store_exec(rq->tx, &put_grant,
			  ARGS(T(g->id), T(g->user_id), T(g->client_id), T(json_to_text(rq->arena, g->scopes)),
			       N(g->created_at_ms), N(g->expires_at_ms)),
			  NULL);
}

err_t grant_revoke(struct txn *tx, const char *id)
{
	return store_exec(tx, &delete_grant, ARGS(T(id)), NULL);
}

/* Those behind the newest `most`. */
static err_t list_older(struct request *rq, const char *user_id, const char *client_id, int64_t most, json_t *ids,
			int64_t *count)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(rq->tx, &list_grants, ARGS(T(user_id), T(client_id), N(clock_ms())), &rows);

	*count = 0;
	while (!e && rows_next(&rows))
		if (++*count > most)
			json_array_append_new(ids, json_string(rows_text(&rows, list_grants_id)));
	return e ? e : rows_end(&rows);
}

err_t grants_keep_newest(struct request *rq, const char *user_id, const char *client_id, int64_t most,
			 json_t **removed, int64_t *before)
{
	const json_t *id;
	size_t i;
	err_t e;

	*removed = tree_keep(rq, json_array());
	e = list_older(rq, user_id, client_id, most, *removed, before);
	json_array_foreach(*removed, i, id)
		if (!e)
			e = grant_revoke(rq->tx, json_string_value(id));
	return e;
}

/* -- scopes -- */

static const json_t *list_in(const json_t *part, const char *resource)
{
	return resource ? json_object_get(json_object_get(part, "resources"), resource) :
			  json_object_get(part, "oidc");
}

static bool has(const json_t *part, const char *resource, const char *scope)
{
	const json_t *name;
	size_t i;

	json_array_foreach(list_in(part, resource), i, name)
		if (!strcmp(json_string_value(name), scope))
			return true;
	return false;
}

static json_t *member(json_t *of, const char *name, json_t *(*make)(void))
{
	json_t *found = json_object_get(of, name);

	if (found)
		return found;
	json_object_set_new(of, name, make());
	return json_object_get(of, name);
}

static void add(json_t *part, const char *resource, const char *scope)
{
	json_t *of = resource ? member(part, "resources", json_object) : part;

	if (!has(part, resource, scope))
		json_array_append_new(member(of, resource ? resource : "oidc", json_array), json_string(scope));
}

bool grant_has(const struct user_grant *g, const char *resource, const char *scope)
{
	return has(g->scopes, resource, scope);
}

bool grant_rejects(const struct user_grant *g, const char *resource, const char *scope)
{
	return has(json_object_get(g->scopes, "rejected"), resource, scope);
}

void grant_add(struct user_grant *g, const char *resource, const char *scope)
{
	add(g->scopes, resource, scope);
}

void grant_reject(struct user_grant *g, const char *resource, const char *scope)
{
	add(member(g->scopes, "rejected", json_object), resource, scope);
}
