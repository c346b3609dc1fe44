/* Stores proofs of the owners of accounts, and checks those that calls name. */
#include "account/proof.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "store/store.h"

#include "base/banned.h"

#define PROOF_LIFE_MS INT64_C(600000)
#define PROOFS_MOST 100		/* of a user at once: each of a code costs a message */

STATEMENT(add_proof,
	  "INSERT INTO verification_records (tenant_id, id, user_id, type, details, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6, $7)");
STATEMENT(count_proofs,
	  "SELECT count(*) FROM verification_records WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3");
#define SELECT_PROOF \
	"SELECT type, details, expires_at FROM verification_records WHERE tenant_id = $1 AND id = $2" \
	" AND user_id = $3 AND expires_at > $4"
STATEMENT(find_proof, SELECT_PROOF);
STATEMENT(lock_proof, SELECT_PROOF " {lock}");
COLUMN_LIST(proof, type, details, expires_at);
COLUMNS_OF(find_proof, proof);
COLUMNS_OF(lock_proof, proof);
STATEMENT(save_proof, "UPDATE verification_records SET details = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(remove_proof, "DELETE FROM verification_records WHERE tenant_id = $1 AND id = $2");
EXPIRING(proof, "verification_records", "id", 0);

/* -- the store -- */

err_t proof_put(struct request *rq, const char *type, json_t *details, struct proof *out)
{
	int64_t now = clock_ms(), n;
	err_t e = store_int(rq->tx, &count_proofs, ARGS(T(rq->who.id), N(now)), &n);

	tree_keep(rq, details);
	if (e)
		return e;
	if (n >= PROOFS_MOST)
		return err_set(ERR_MESSAGE_LIMIT, "the user has %lld proofs", (long long)n);
	*out = (struct proof){ .id = id_make(rq->arena, ID_LONG, ALPHABET_LOWER), .type = type, .details = details,
			       .expires_at_ms = now + PROOF_LIFE_MS };
	json_object_set_new(details, "id", json_string(out->id));
	return store_exec(
		rq->tx, &add_proof,
		ARGS(T(out->id), T(rq->who.id), T(type), tree_arg(rq, details), N(now), N(out->expires_at_ms)), NULL);
}

static err_t load(struct request *rq, const char *id, struct proof *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, txn_is_write(rq->tx) ? &lock_proof : &find_proof,
			      ARGS(T(id), T(rq->who.id), N(clock_ms())), &row);

	if (e)
		return e;
	*out = (struct proof){ .id = arena_copy(rq->arena, id),
			       .type = arena_copy(rq->arena, rows_text(&row, proof_type)),
			       .expires_at_ms = rows_int(&row, proof_expires_at) };
	e = tree_of_column(rq, &row, proof_details, &out->details);
	return e ? e : rows_end(&row);
}

err_t proof_find(struct request *rq, const char *id, const char *type, struct proof *out)
{
	err_t e = load(rq, id, out);

	if (e == ERR_NOT_FOUND || (!e && strcmp(out->type, type) != 0))
		return err_set(ERR_PROOF_MISSING, "'%.64s'", id);
	return e;
}

err_t proof_save(struct request *rq, const struct proof *p)
{
	return store_exec(rq->tx, &save_proof, ARGS(tree_arg(rq, p->details), T(p->id)), NULL);
}

err_t proof_remove(struct request *rq, const struct proof *p)
{
	return store_exec(rq->tx, &remove_proof, ARGS(T(p->id)), NULL);
}

/* -- checks -- */

static bool is_verified(const struct proof *p)
{
	return json_is_true(json_object_get(p->details, "verified"));
}

err_t proof_find_verified(struct request *rq, const char *id, const char *type, struct proof *out)
{
	err_t e = proof_find(rq, id, type, out);

	return !e && !is_verified(out) ? err_set(ERR_PROOF_MISSING, "'%.64s' is not verified", id) : e;
}

/* A password, or a code that went to an address which the account had then. */
static bool proves_user(const struct proof *p)
{
	const char *kind = json_string_value(json_object_get(p->details, "templateType"));

	if (!strcmp(p->type, PROOF_PASSWORD))
		return true;
	return (!strcmp(p->type, PROOF_EMAIL) || !strcmp(p->type, PROOF_PHONE)) && kind &&
	       !strcmp(kind, PROOF_OF_USER);
}

err_t proof_check_caller(struct request *rq)
{
	const char *id = request_header(rq, "logto-verification-id");
	struct proof p;
	err_t e = id && *id && strlen(id) <= ID_COLUMN ? load(rq, id, &p) : ERR_NOT_FOUND;

	if (e == ERR_NOT_FOUND || (!e && !(is_verified(&p) && proves_user(&p))))
		return err_set(ERR_PROOF_DENIED, "no proof of '%s'", rq->who.id);
	return e;
}

/* -- answers -- */

void proof_print(struct json_out *j, const struct proof *p)
{
	char until[25];

	clock_format(p->expires_at_ms, until);
	json_key_text(j, "verificationRecordId", p->id);
	json_key_text(j, "expiresAt", until);
}

err_t proof_reply(struct request *rq, const struct proof *p)
{
	struct json_out j = reply_json(rq, 201);

	json_open(&j);
	proof_print(&j, p);
	json_close(&j);
	return OK;
}

err_t proof_reply_id(struct request *rq, const struct proof *p)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "verificationRecordId", p->id);
	json_close(&j);
	return OK;
}

static const struct field members[] = { PROOF_MEMBERS, FIELDS_END };
static const struct field id_members[] = {
	{ "verificationRecordId", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
const struct shape proof_shape = { .fields = members };
const struct shape proof_id_shape = { .fields = id_members };
