/* Links for the first administrator. */
#include "signin/claim.h"

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "directory/directory.h"
#include "entity/deletion.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "organizations/admission.h"
#include "store/store.h"
#include "tenant/experience.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define SECRET_CHARS 43
#define LIFE_MS (INT64_C(3600) * 1000)
#define DONE "/claimed"		/* where it leads at last */

/* The role that makes an administrator; a lock on it makes those who claim wait for each other. */
STATEMENT(claim_role, "SELECT id FROM roles WHERE tenant_id = $1 AND name = 'default:admin' AND deleted_at IS NULL");
STATEMENT(claim_role_lock,
	  "SELECT id FROM roles WHERE tenant_id = $1 AND name = 'default:admin' AND deleted_at IS NULL {lock}");
STATEMENT(claim_holders,
	  "SELECT count(*) FROM user_roles u WHERE tenant_id = $1 AND role_id = $2 AND " LIVE("roles", "$2"));
/* What an administrator has: the two Management APIs, and what everybody has. */
STATEMENT(claim_given, "SELECT id FROM roles WHERE tenant_id = $1 AND name IN ('default:admin', 'admin:admin', 'user')"
		       " AND deleted_at IS NULL");
COLUMNS(claim_given, id);
STATEMENT(claim_insert, "INSERT INTO claims (tenant_id, hash, expires_at) VALUES ($1, $2, $3)");
STATEMENT(claim_find, "SELECT 1 FROM claims WHERE tenant_id = $1 AND hash = $2 AND expires_at > $3");
STATEMENT(claim_delete_all, "DELETE FROM claims WHERE tenant_id = $1");
EXPIRING(claim, "claims", "hash", 0);

err_t claim_is_open(struct txn *tx, struct arena *a, bool *out)
{
	const char *role_id;
	int64_t holders;
	err_t e = store_text(tx, txn_is_write(tx) ? &claim_role_lock : &claim_role, NO_ARGS, a, &role_id);

	*out = false;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = store_int(tx, &claim_holders, ARGS(T(role_id)), &holders);
	*out = !e && !holders;
	return e;
}

err_t claim_offer(struct txn *tx, struct arena *a, const char **secret)
{
	bool open;
	err_t e = claim_is_open(tx, a, &open);

	*secret = NULL;
	if (e || !open)
		return e;
	*secret = id_make(a, SECRET_CHARS, ALPHABET_ALNUM);
	return store_exec(tx, &claim_insert, ARGS(T(digest_of(a, *secret)), N(clock_ms() + LIFE_MS)), NULL);
}

/* Whether a link of this hash is good. */
static err_t is_good(struct request *rq, const char *hash, bool *out)
{
	int64_t one;
	err_t e = claim_is_open(rq->tx, rq->arena, out);

	if (e || !*out)
		return e;
	e = store_int(rq->tx, &claim_find, ARGS(T(hash), N(clock_ms())), &one);
	*out = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

err_t claim_open(struct request *rq, const char *secret)
{
	struct interaction i = { .client_id = CLAIM_CLIENT };
	const char *hash = digest_of(rq->arena, secret);
	bool good;
	err_t e = is_good(rq, hash, &good);

	if (e || !good)
		return e ? e : ERR_NOT_FOUND;
	i.id = interaction_new_id(rq);
	i.request = tree_keep(rq, json_pack("{s:{s:s}, s:{s:s, s:[], s:{}}, s:s, s:[], s:s}", "params", "client_id",
					    CLAIM_CLIENT, "prompt", "name", "login", "reasons", "details", "returnTo",
					    DONE, "done", "claim", hash));
	e = interaction_create(rq, &i);
	if (!e)
		e = interaction_set_cookie(rq, &i);
	return e ? e : reply_redirect(rq, 303, "/register?app_id=" CLAIM_CLIENT);
}

err_t claim_stage(struct request *rq, const char **out)
{
	struct interaction i = { .id = NULL };
	const char *hash;
	bool is = false;
	err_t e = claim_is_open(rq->tx, rq->arena, &is);

	*out = NULL;
	if (e || !is)
		return e;
	if (interaction_of_caller(rq, &i))
		err_clear();	/* nobody is signing in */
	hash = json_string_value(json_object_get(i.request, "claim"));
	if (hash)
		e = is_good(rq, hash, &is);
	*out = hash && is ? "link" : "awaited";
	return e;
}

err_t claim_check(struct request *rq, const struct interaction *i, bool *claims)
{
	const char *hash = json_string_value(json_object_get(i->request, "claim"));
	bool open;
	err_t e;

	*claims = false;
	if (!rq->tenant->is_admin)
		return OK;
	if (hash) {
		e = is_good(rq, hash, claims);
		return e || *claims ? e : err_set(ERR_SIGN_IN_MODE, "the link is over");
	}
	e = claim_is_open(rq->tx, rq->arena, &open);
	return e || !open ? e : err_set(ERR_SIGN_IN_MODE, "the first administrator registers by the link");
}

/* Gives the roles; one may be there by default already, or be deleted. */
static err_t give_roles(struct request *rq, const char *user_id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	json_t *roles = tree_keep(rq, json_array());
	err_t e = store_query(rq->tx, &claim_given, NO_ARGS, &rows);

	while (!e && rows_next(&rows))
		json_array_append_new(roles, json_string(rows_text(&rows, claim_given_id)));
	if (!e)
		e = rows_end(&rows);
	return e ? e : relation_insert(rq->tx, rq->arena, &user_roles, &user_id, roles, NULL);
}

/* Nobody else registers from now on. */
static err_t close_registration(struct request *rq)
{
	const json_t *sent = tree_keep(rq, json_pack("{s:s}", "signInMode", "SignIn"));
	json_auto_t *whole = NULL;

	return setting_patch(rq->tx, rq->arena, &sign_in_experience, sent, &whole);
}

err_t claim_take(struct request *rq, const char *user_id)
{
	const struct admission place = { .organization_id = "t-default",
					 .user_ids = tree_keep(rq, json_pack("[s]", user_id)),
					 .role_ids = tree_keep(rq, json_pack("[s]", "admin")) };
	err_t e = store_exec(rq->tx, &claim_delete_all, NO_ARGS, NULL);

	if (!e)
		e = give_roles(rq, user_id);
	if (!e)
		e = admit(rq, &place, NULL);
	return e ? e : close_registration(rq);
}
