/* Sends visitors without a sign-in under way elsewhere. */
#include "signin/unknown_session.h"

#include "tenant/experience.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define PAGE "/unknown-session"

/* The tenant's address for them, or the operator's, or our own page. */
static err_t find_address(struct request *rq, const char **out)
{
	CLEANUP(setting_release) const json_t *rules = NULL;
	const char *of_operator = context.settings->session_not_found_url, *of_tenant;
	err_t e = setting_load(rq->tx, &sign_in_experience, &rules);

	if (e)
		return e;
	of_tenant = json_string_value(json_object_get(rules, "unknownSessionRedirectUrl"));
	if (of_tenant && *of_tenant)
		*out = arena_copy(rq->arena, of_tenant);
	else if (of_operator && *of_operator)
		*out = of_operator;
	else
		*out = arena_printf(rq->arena, "%s" PAGE, rq->tenant->endpoint);
	return OK;
}

err_t page_interaction(struct request *rq, struct interaction *out, bool *left)
{
	const char *address;
	err_t e = interaction_of_caller(rq, out);

	*left = e == ERR_SESSION_NOT_FOUND || e == ERR_OAUTH_REQUEST;
	if (!*left)
		return e;
	err_clear();
	e = find_address(rq, &address);
	return e ? e : reply_redirect(rq, 302, address);
}
