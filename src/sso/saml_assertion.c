#include "sso/saml_assertion.h"

#include "crypto/digest.h"
#include "entity/expiry.h"
#include "store/store.h"

#include "base/banned.h"

/* Clocks of several copies differ a little: none may forget what another would still believe. */
#define KEPT_MS INT64_C(600000)

STATEMENT(saml_assertion_note,
	  "INSERT INTO saml_assertions (tenant_id, hash, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
EXPIRING(saml_assertion, "saml_assertions", "hash", KEPT_MS);

err_t saml_assertion_use(struct txn *tx, struct arena *a, const char *issuer, const char *id, int64_t expires_at_ms)
{
	/* an id cannot hold a line feed, so no other pair makes the same text */
	const char *hash = digest_of(a, arena_printf(a, "%s\n%s", id, issuer));
	int64_t added;
	err_t e = store_exec(tx, &saml_assertion_note, ARGS(T(hash), N(expires_at_ms)), &added);

	if (e)
		return e;
	return added == 1 ? OK : err_set(ERR_SAML_REFUSED, "the assertion '%.100s' was used before", id);
}
