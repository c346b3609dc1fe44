/* The Management API of the keys that sign cookies (oidc.md section 3.1). */
#include "oidc/oidc.h"

#include "tenant/cookie_keys.h"
#include "tenant/tenant.h"
#include "base/banned.h"

static err_t keys_error(err_t e)
{
	return e == ERR_NOT_FOUND ? err_set(ERR_INTERNAL, "the tenant has no cookie key") : e;
}

static err_t reply_list(struct request *rq, const struct cookie_keys *keys)
{
	struct json_out j = reply_json(rq, 200);

	cookie_keys_write(&j, keys);
	return OK;
}

err_t cookie_key_list(struct request *rq)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	err_t e = cookie_keys_load(rq->tx, rq->tenant->id, &keys);

	return e ? keys_error(e) : reply_list(rq, keys);
}

/* No grace period is accepted, but a malformed one gets the same error as for signing keys. */
static err_t refuse_grace(const struct request *rq)
{
	const json_t *given = body_get(rq, "rotationGracePeriod");

	if (!given)
		return OK;
	if (json_number_value(given) < 0)
		return err_arg(err_set(ERR_INPUT, "grace period"), "part", "body");
	return err_set(ERR_KEY_GRACE, "tenant '%s'", rq->tenant->id);
}

err_t cookie_key_rotate(struct request *rq)
{
	CLEANUP(cookie_keys_release) const struct cookie_keys *keys = NULL;
	err_t e = refuse_grace(rq);

	if (!e)
		e = cookie_keys_rotate(rq->tx, rq->arena);
	if (!e)
		e = cookie_keys_read(rq->tx, &keys); /* the keys in the table, as this transaction sees them */
	return e ? keys_error(e) : reply_list(rq, keys);
}

err_t cookie_key_delete(struct request *rq)
{
	err_t e = cookie_keys_delete(rq->tx, path_arg(rq, "keyId"));

	return e ? e : reply_empty(rq, 204);
}
