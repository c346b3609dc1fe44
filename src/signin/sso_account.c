/* Stores the account by which somebody has come, and what follows from it. */
#include "signin/sso_account.h"

#include "directory/sso_identities.h"
#include "organizations/jit.h"
#include "base/banned.h"

err_t sso_account_settle(struct request *rq, const json_t *account, const char *user_id)
{
	const struct sso_account a = {
		.issuer = json_string_value(json_object_get(account, "issuer")),
		.id = json_string_value(json_object_get(account, "identityId")),
		.names_itself = json_is_true(json_object_get(account, "namesItself")),
		.connector_id = json_string_value(json_object_get(account, "connectorId")),
		.detail = json_object_get(account, "detail"),
	};
	bool is_new;
	err_t e = sso_account_take(rq, &a, user_id, &is_new);

	if (e || !is_new)
		return e;
	return jit_admit_by_connector(rq, user_id, a.connector_id,
				      json_string_value(json_object_get(a.detail, "email")));
}
