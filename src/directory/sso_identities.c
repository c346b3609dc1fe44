/* Reads and writes the accounts that users have at the identity providers of organizations. */
#include "directory/sso_identities.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "store/store.h"

#include "base/banned.h"

STATEMENT(find_sso_owner,
	  "SELECT user_id FROM user_sso_identities WHERE tenant_id = $1 AND issuer = $2 AND identity_id = $3"
	  " AND named_by = $4");
COLUMNS(find_sso_owner, user_id);
STATEMENT(count_same_sso_identities,
	  "SELECT count(*) FROM user_sso_identities WHERE tenant_id = $1 AND issuer = $2 AND identity_id = $3"
	  " AND user_id = $4");
STATEMENT(insert_sso_identity,
	  "INSERT INTO user_sso_identities (tenant_id, id, user_id, issuer, identity_id, detail, created_at,"
	  " updated_at, sso_connector_id, named_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
STATEMENT(refresh_sso_identity,
	  "UPDATE user_sso_identities SET detail = $2, updated_at = $3 WHERE tenant_id = $1 AND issuer = $4"
	  " AND identity_id = $5 AND user_id = $6");
STATEMENT(count_sso_identities, "SELECT count(*) FROM user_sso_identities WHERE tenant_id = $1 AND user_id = $2");

#define SSO_IDENTITIES \
	"SELECT id, user_id, issuer, identity_id, detail, created_at, updated_at, sso_connector_id" \
	" FROM user_sso_identities WHERE tenant_id = $1 AND user_id = $2"
STATEMENT(list_sso_identities, SSO_IDENTITIES " ORDER BY created_at, id");
STATEMENT(find_sso_identity, SSO_IDENTITIES " AND sso_connector_id = $3 ORDER BY created_at, id LIMIT 1");
COLUMN_LIST(sso_identity, id, user_id, issuer, identity_id, detail, created_at, updated_at, sso_connector_id);
COLUMNS_OF(list_sso_identities, sso_identity);
COLUMNS_OF(find_sso_identity, sso_identity);

/* Whose word the issuer is: the connector's whose provider says it of itself, or nobody's in particular. */
static const char *named_by(const struct sso_account *account)
{
	return account->names_itself ? account->connector_id : "";
}

err_t sso_account_find(struct request *rq, const struct sso_account *account, const char **user_id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_sso_owner, ARGS(T(account->issuer), T(account->id), T(named_by(account))),
			      &row);

	if (e)
		return e;
	*user_id = arena_copy(rq->arena, rows_text(&row, find_sso_owner_user_id));
	return rows_end(&row);
}

static err_t insert(struct request *rq, const struct sso_account *account, const char *user_id)
{
	int64_t now = clock_stamp_ms();
	err_t e = store_exec(rq->tx, &insert_sso_identity,
			     ARGS(T(id_make(rq->arena, ID_LONG, ALPHABET_LOWER)), T(user_id), T(account->issuer),
				  T(account->id), T(json_to_text(rq->arena, account->detail)), N(now), N(now),
				  T(account->connector_id), T(named_by(account))),
			     NULL);

	/* two sign-ins at once: the slower one runs again and finds it; so it does when the connector is gone */
	return e == ERR_UNIQUE || e == ERR_REFERENCE ? ERR_AGAIN : e;
}

static err_t refresh(struct request *rq, const struct sso_account *account, const char *user_id)
{
	return store_exec(rq->tx, &refresh_sso_identity,
			  ARGS(T(json_to_text(rq->arena, account->detail)), N(clock_ms()), T(account->issuer),
			       T(account->id), T(user_id)),
			  NULL);
}

err_t sso_account_foresee(struct request *rq, const struct sso_account *account, const char *user_id, bool *is_new)
{
	const char *owner;
	int64_t n = 0;
	err_t e = sso_account_find(rq, account, &owner);

	*is_new = false;
	if (!e)
		return user_id && !strcmp(owner, user_id) ? OK : ERR_IDENTITY_IN_USE;
	if (e != ERR_NOT_FOUND)
		return e;
	e = user_id ? store_int(rq->tx, &count_same_sso_identities,
				ARGS(T(account->issuer), T(account->id), T(user_id)), &n) :
		      OK;
	*is_new = n == 0;
	return e;
}

err_t sso_account_take(struct request *rq, const struct sso_account *account, const char *user_id, bool *is_new)
{
	err_t e = sso_account_foresee(rq, account, user_id, is_new);

	if (e)
		return e;
	return *is_new ? insert(rq, account, user_id) : refresh(rq, account, user_id);
}

err_t sso_account_has(struct request *rq, const char *user_id, bool *out)
{
	int64_t n = 0;
	err_t e = store_int(rq->tx, &count_sso_identities, ARGS(T(user_id)), &n);

	*out = n > 0;
	return e;
}

/* -- answers -- */

static void print_account(struct json_out *j, const char *tenant, struct rows *row, bool is_claim)
{
	size_t len;
	const char *detail = rows_textn(row, sso_identity_detail, &len);

	json_open(j);
	if (!is_claim) {
		json_key_text(j, "tenantId", tenant);
		json_key_text(j, "id", rows_text(row, sso_identity_id));
		json_key_text(j, "userId", rows_text(row, sso_identity_user_id));
	}
	json_key_text(j, "issuer", rows_text(row, sso_identity_issuer));
	json_key_text(j, "identityId", rows_text(row, sso_identity_identity_id));
	json_key(j, "detail");
	json_raw(j, detail, len);
	if (!is_claim) {
		json_key_int(j, "createdAt", rows_int(row, sso_identity_created_at));
		json_key_int(j, "updatedAt", rows_int(row, sso_identity_updated_at));
		json_key_text(j, "ssoConnectorId", rows_text(row, sso_identity_sso_connector_id));
	}
	json_close(j);
}

static void print_element(struct json_out *j, const char *tenant, struct rows *row, enum sso_account_form form)
{
	if (form != SSO_ACCOUNT_WRAPPED) {
		print_account(j, tenant, row, form == SSO_ACCOUNT_CLAIM);
		return;
	}
	json_open(j);
	json_key_text(j, "ssoConnectorId", rows_text(row, sso_identity_sso_connector_id));
	json_key(j, "ssoIdentity");
	print_account(j, tenant, row, false);
	json_close(j);
}

err_t sso_accounts_print(struct txn *tx, struct json_out *j, const char *user_id, enum sso_account_form form)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &list_sso_identities, ARGS(T(user_id)), &rows);

	json_list(j);
	while (!e && rows_next(&rows))
		print_element(j, txn_tenant(tx), &rows, form);
	json_list_end(j);
	return e ? e : rows_end(&rows);
}

err_t sso_account_print(struct request *rq, struct json_out *j, const char *user_id, const char *connector_id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_sso_identity, ARGS(T(user_id), T(connector_id)), &row);

	if (e)
		return e;
	print_account(j, txn_tenant(rq->tx), &row, false);
	return rows_end(&row);
}
