/* Tries passwords of users, and renews weak digests. */
#include "directory/user_password.h"

#include "base/clock.h"
#include "crypto/password.h"
#include "store/store.h"
#include "tenant/tenant.h"

#include "base/banned.h"

STATEMENT(find_digest, "SELECT password_digest, password_algorithm FROM users WHERE tenant_id = $1 AND id = $2");
COLUMNS(find_digest, password_digest, password_algorithm);
/* Does nothing when another password was set in the meantime. */
STATEMENT(renew_digest, "UPDATE users SET password_digest = $2, password_algorithm = $3, updated_at = $4"
	  " WHERE tenant_id = $1 AND id = $5 AND password_digest = $6");

err_t user_password_read(struct request *rq, const char *user_id, struct user_password *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_digest, ARGS(T(user_id)), &row);

	*out = (struct user_password){0};
	if (e)
		return e;
	out->user_id = arena_copy(rq->arena, user_id);
	out->digest = arena_copy(rq->arena, rows_text(&row, find_digest_password_digest));
	out->algorithm = arena_copy(rq->arena, rows_text(&row, find_digest_password_algorithm));
	return rows_end(&row);
}

/*
 * One digest at today's cost is computed whatever happens: to compare with a current one, else beside the comparison
 * with a weak one, else for nobody.
 */
err_t user_password_try(struct request *rq, struct user_password *p, const char *password)
{
	bool is_current = p->digest && password_is_current(p->algorithm, p->digest, password);
	bool is_right = p->digest && password_verify(p->algorithm, p->digest, password);
	const char *fresh = NULL;
	err_t e = is_current ? OK : password_hash(rq->arena, context.settings, password, &fresh);

	p->renewed = is_right ? fresh : NULL;
	return e || is_right ? e : ERR_CREDENTIALS;
}

err_t user_password_renew(struct txn *tx, const struct user_password *p)
{
	if (!p->renewed)
		return OK;
	return store_exec(tx, &renew_digest,
			  ARGS(T(p->renewed), T(PASSWORD_ALGORITHM), N(clock_ms()), T(p->user_id), T(p->digest)),
			  NULL);
}
