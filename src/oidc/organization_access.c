/* Checks and fills organization tokens of people. */
#include "oidc/organization_access.h"

#include <string.h>

#include "base/text.h"
#include "entity/tree.h"
#include "oidc/scopes.h"
#include "store/store.h"
#include "tenant/experience.h"
#include "tenant/factor_type.h"
#include "base/banned.h"

STATEMENT(organization_access,
	  "SELECT o.is_mfa_required, u.mfa_verifications, EXISTS (SELECT 1 FROM consent_organizations c"
	  " WHERE c.tenant_id = $1 AND c.application_id = $2 AND c.user_id = $3 AND c.organization_id = $4)"
	  " AS is_granted FROM organization_users m"
	  " JOIN organizations o ON o.tenant_id = m.tenant_id AND o.id = m.organization_id"
	  " JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id"
	  " WHERE m.tenant_id = $1 AND m.organization_id = $4 AND m.user_id = $3 AND o.deleted_at IS NULL");
COLUMNS(organization_access, is_mfa_required, mfa_verifications, is_granted);

static err_t refuse_access(const char *why)
{
	return oauth_fail(ERR_OAUTH_ACCESS_DENIED, "%s", why);
}

/* Whether the tenant offers a factor that people can set up by themselves and that counts here. */
static err_t read_offer(struct request *rq, bool *out)
{
	static const char *const own[] = { TYPE_TOTP, TYPE_WEB_AUTHN, NULL };
	CLEANUP(setting_release) const json_t *rules = NULL;
	err_t e = setting_load(rq->tx, &sign_in_experience, &rules);
	const json_t *name;
	size_t i;

	*out = !e && json_is_true(json_object_get(json_object_get(rules, "passkeySignIn"), "enabled"));
	json_array_foreach(json_object_get(json_object_get(rules, "mfa"), "factors"), i, name)
		*out = *out || text_is_one_of(json_string_value(name), own);
	return e;
}

/* Who has none is told whether they can help themselves. */
static err_t refuse_without_factor(struct request *rq)
{
	bool offered;
	err_t e = read_offer(rq, &offered);

	if (e)
		return e;
	return refuse_access(offered ? "organization requires MFA but user has no MFA configured" :
				       "organization requires MFA but user has no MFA configured, and the sign-in"
				       " experience enables no factor (Totp, WebAuthn) that the user could set up");
}

/* A second factor that the user could use counts, whether this sign-in used it or not. */
static err_t check_factors(struct request *rq, struct rows *row)
{
	json_t *factors;
	err_t e = tree_of_column(rq, row, organization_access_mfa_verifications, &factors);

	if (e || json_array_size(factors) > 0)
		return e;
	return refuse_without_factor(rq);
}

err_t organization_access_check(struct request *rq, const struct client *c, const char *user_id,
				const char *organization_id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &organization_access, ARGS(T(c->id), T(user_id), T(organization_id)), &row);

	if (e)
		return e == ERR_NOT_FOUND ? refuse_access("user is not a member of the organization") : e;
	if (c->is_third_party && !rows_int(&row, organization_access_is_granted))
		return refuse_access("organization access is not granted to the application");
	if (rows_int(&row, organization_access_is_mfa_required))
		e = check_factors(rq, &row);
	return e ? e : rows_end(&row);
}

err_t organization_access_token(struct oauth *o, const char *user_id, const char *organization_id,
				const struct words *asked, struct token_answer *t)
{
	struct arena *a = o->rq->arena;
	struct words has;
	json_t *names;
	err_t e = scopes_in_organization(o->rq, user_id, organization_id, &names);

	if (e)
		return e;
	has = words_of_list(a, names);
	t->scope = words_common(a, &has, asked, NULL);
	t->ttl_s = ORGANIZATION_TOKEN_TTL_S;
	t->jwt = (struct access_token){
		.sub = user_id, .client_id = o->client->id, .scope = t->scope, .ttl_s = t->ttl_s,
		.aud = arena_printf(a, ORGANIZATION_AUDIENCE "%s", organization_id),
	};
	return OK;
}
