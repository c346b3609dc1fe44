/*
 * Consent: what a person lets an application have (oidc.md section 5.6). Applications of the tenant itself get it
 * without a question.
 */
#include <string.h>

#include "http/mount.h"
#include "oidc/authorize.h"
#include "oidc/oidc.h"
#include "signin/unknown_session.h"
#include "store/store.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* The first application that a person consented to. */
STATEMENT(keep_first_application,
	  "UPDATE users SET application_id = $2 WHERE tenant_id = $1 AND id = $3 AND application_id IS NULL");

static const char *account_of(const struct interaction *i)
{
	return json_string_value(json_object_get(i->request, "accountId"));
}

static const json_t *details_of(const struct interaction *i)
{
	return json_object_get(json_object_get(i->request, "prompt"), "details");
}

/* Whether the browser waits for a consent on this page. */
static bool is_consent(const struct interaction *i)
{
	const char *name = json_string_value(json_object_get(json_object_get(i->request, "prompt"), "name"));

	return name && !strcmp(name, "consent") && account_of(i);
}

/* What the client had so far, or a new grant. */
static err_t open_grant(struct request *rq, const struct interaction *i, struct user_grant *out)
{
	const char *id = json_string_value(json_object_get(i->request, "grantId"));
	err_t e = id ? grant_find(rq, id, account_of(i), i->client_id, out) : ERR_NOT_FOUND;

	if (e != ERR_NOT_FOUND)
		return e;
	grant_new(rq, account_of(i), i->client_id, out);
	return OK;
}

static void add_names(struct user_grant *g, const char *resource, const json_t *names)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		grant_add(g, resource, json_string_value(name));
}

/* Adds all that is missing. */
static void grant_everything(const struct interaction *i, struct user_grant *g)
{
	const char *indicator;
	json_t *names;

	add_names(g, NULL, json_object_get(details_of(i), "missingOIDCScope"));
	json_object_foreach(json_object_get(details_of(i), "missingResourceScopes"), indicator, names)
		add_names(g, indicator, names);
}

/* Stores the grant, and notes it in the interaction that goes on with it. */
static err_t keep_grant(struct request *rq, struct interaction *i, struct user_grant *g)
{
	err_t e = grant_save(rq, g);

	i->grant_id = g->id;
	if (!e)
		e = interaction_save(rq, i);
	if (!e)
		e = store_exec(rq->tx, &keep_first_application, ARGS(T(i->client_id), T(account_of(i))), NULL);
	return e;
}

static const char *resume_address(struct request *rq, const struct interaction *i)
{
	return arena_printf(rq->arena, "%s%s", rq->tenant->endpoint,
			    json_string_value(json_object_get(i->request, "returnTo")));
}

/* -- GET /consent -- */

/* Grants what an application of the tenant asks for, and goes back to the authorization. */
static err_t consent_for(struct request *rq, struct interaction *i)
{
	struct user_grant g;
	err_t e = open_grant(rq, i, &g);

	if (e)
		return e;
	grant_everything(i, &g);
	e = keep_grant(rq, i, &g);
	return e ? e : reply_redirect(rq, 302, resume_address(rq, i));
}

err_t consent_open(struct request *rq)
{
	CLEANUP(client_release) const struct client *c = NULL;
	struct interaction i;
	bool left;
	err_t e = page_interaction(rq, &i, &left);

	if (e || left)
		return e;
	e = client_load(rq->tx, rq->tenant, i.client_id, &c);
	if (e)
		return e;
	if (is_consent(&i) && !c->is_third_party)
		return consent_for(rq, &i);
	mount_answer_no_route(rq);
	return OK;
}
