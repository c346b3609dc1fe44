/*
 * Consent: what a person lets an application have (oidc.md section 5.6). Applications of the tenant itself get it
 * without a question.
 */
#include "oidc/consent.h"

#include <string.h>

#include "base/ids.h"
#include "entity/event_note.h"
#include "oidc/authorize.h"
#include "oidc/magic_link.h"
#include "organizations/access.h"
#include "signin/flow_event.h"
#include "signin/page.h"
#include "signin/session.h"
#include "signin/unknown_session.h"
#include "store/store.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define LIMIT_EVENT "Grant.LimitExceeded"

/* The first application that a person consented to. */
STATEMENT(keep_first_application,
	  "UPDATE users SET application_id = $2 WHERE tenant_id = $1 AND id = $3 AND application_id IS NULL");

const char *consent_user(const struct interaction *i)
{
	return json_string_value(json_object_get(i->request, "accountId"));
}

static json_t *prompt_of(const struct interaction *i, const char *member)
{
	return json_object_get(json_object_get(i->request, "prompt"), member);
}

bool consent_is_asked(const struct interaction *i)
{
	const char *name = json_string_value(prompt_of(i, "name"));

	return name && !strcmp(name, "consent") && consent_user(i);
}

const json_t *consent_missing_scopes(const struct interaction *i)
{
	return json_object_get(prompt_of(i, "details"), "missingOIDCScope");
}

json_t *consent_missing_at_resources(const struct interaction *i)
{
	return json_object_get(prompt_of(i, "details"), "missingResourceScopes");
}

/* The session of the question. ERR_SESSION_NOT_FOUND: it is over, or another person's. */
static err_t find_session(struct request *rq, const struct interaction *i, struct session *out)
{
	const char *uid = json_string_value(json_object_get(i->request, "session"));
	err_t e = uid ? session_find(rq, uid, out) : ERR_NOT_FOUND;

	if (!e && (!out->user_id || strcmp(out->user_id, consent_user(i)) != 0))
		e = ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? ERR_SESSION_NOT_FOUND : e;
}

err_t consent_check(struct request *rq, const struct interaction *i)
{
	struct session session;
	bool allowed = false;
	err_t e = find_session(rq, i, &session);

	if (!e)
		e = access_is_allowed(rq->tx, i->client_id, consent_user(i), &allowed);
	if (e || allowed)
		return e;
	err_set(ERR_OAUTH_ACCESS_DENIED, "the user %s may not use the application %s", consent_user(i), i->client_id);
	err_fault()->status = 400;
	return ERR_OAUTH_ACCESS_DENIED;
}

static void add_names(struct user_grant *g, const char *resource, const json_t *names)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		grant_add(g, resource, json_string_value(name));
}

/*
 * The grant to add to; NULL: none. A person who agrees twice on one page adds to what came of the first time, and one
 * with two pages open to what the other page has brought into the session.
 */
static const char *grant_so_far(const struct interaction *i, const struct session *s)
{
	return i->grant_id ? i->grant_id :
			     json_string_value(json_object_get(json_object_get(s->clients, i->client_id), "grantId"));
}

err_t consent_begin(struct request *rq, const struct interaction *i, struct user_grant *out)
{
	struct session session;
	const char *id;
	err_t e = find_session(rq, i, &session);

	if (e)
		return e;
	id = grant_so_far(i, &session);
	e = id ? grant_lock(rq, id, consent_user(i), i->client_id, out) : ERR_NOT_FOUND;
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e)
		grant_new(rq, consent_user(i), i->client_id, out);
	add_names(out, NULL, consent_missing_scopes(i));
	return OK;
}

/* Tells whoever wants to know that older grants had to go (webhooks-and-logs.md section 4.4). */
static err_t note_limit(struct request *rq, const struct user_grant *g, int64_t most, const json_t *removed,
			int64_t before)
{
	CLEANUP(buffer_done) struct buffer members = {0};
	const char *agent = request_header(rq, "User-Agent");
	struct json_out j;
	bool wanted;
	err_t e = event_read_wanted(rq, LIMIT_EVENT, &wanted);

	if (e || !wanted)
		return e;
	buffer_init(&members, KIB(64) + json_array_size(removed) * (ID_LONG + sizeof("\"\",")));
	json_out_init(&j, &members);
	json_key_text(&j, "ip", rq->remote);
	if (agent)
		json_key_text(&j, "userAgent", agent);
	e = flow_event_write_application(rq, &j, g->client_id);
	if (e)
		return e;
	json_key_text(&j, "userId", g->user_id);
	json_key_text(&j, "applicationId", g->client_id);
	json_key(&j, "revokedGrantIds");
	json_value(&j, removed);
	json_key_int(&j, "maxAllowedGrants", most);
	json_key_int(&j, "preRevocationActiveGrantCount", before);
	event_note_add(rq, &(struct event_note){ .event = LIMIT_EVENT, .form = EVENT_NOTE_BARE,
						 .members = arena_copy(rq->arena, buffer_str(&members)) });
	return OK;
}

/* The newest grants of the person stay, as many as the application allows. */
static err_t apply_limit(struct request *rq, const struct user_grant *g)
{
	CLEANUP(client_release) const struct client *c = NULL;
	json_t *removed;
	int64_t before;
	err_t e = client_load(rq->tx, rq->tenant, g->client_id, &c);

	if (e || !c->grants_most)
		return e;
	e = grants_keep_newest(rq, g->user_id, g->client_id, c->grants_most, &removed, &before);
	return e || !json_array_size(removed) ? e : note_limit(rq, g, c->grants_most, removed, before);
}

err_t consent_end(struct request *rq, struct interaction *i, struct user_grant *g)
{
	err_t e = grant_save(rq, g);

	i->grant_id = g->id;
	if (!e)
		e = apply_limit(rq, g);
	if (!e)
		e = interaction_save(rq, i);
	if (!e)
		e = store_exec(rq->tx, &keep_first_application, ARGS(T(i->client_id), T(consent_user(i))), NULL);
	return e;
}

const char *consent_resume_address(struct request *rq, const struct interaction *i)
{
	return arena_printf(rq->arena, "%s%s", rq->tenant->endpoint,
			    json_string_value(json_object_get(i->request, "returnTo")));
}

/* -- GET /consent -- */

/* Grants all that an application of the tenant asks for, and goes back to the authorization. */
static err_t grant_all(struct request *rq, struct interaction *i)
{
	const char *indicator;
	struct user_grant g;
	json_t *names;
	err_t e = consent_begin(rq, i, &g);

	if (e)
		return e;
	json_object_foreach(consent_missing_at_resources(i), indicator, names)
		add_names(&g, indicator, names);
	e = consent_end(rq, i, &g);
	return e ? e : reply_redirect(rq, 302, consent_resume_address(rq, i));
}

/* Whether the answer needs nobody: the application is the tenant's and lets this person in, who is signed in. */
static err_t is_granted_at_once(struct request *rq, const struct interaction *i, bool *out)
{
	CLEANUP(client_release) const struct client *c = NULL;
	err_t e = client_load(rq->tx, rq->tenant, i->client_id, &c);

	*out = !e && consent_is_asked(i) && !c->is_third_party;
	if (e || !*out)
		return e;
	e = consent_check(rq, i);
	if (e == ERR_OAUTH_ACCESS_DENIED || e == ERR_SESSION_NOT_FOUND) {
		err_clear();
		*out = false;
		e = OK;
	}
	return e;
}

err_t consent_open(struct request *rq)
{
	struct interaction i;
	bool left, at_once;
	err_t e;

	if (query_arg(rq, "preview"))	/* who only looks grants nothing, whatever is under way */
		return page_answer(rq);
	e = page_interaction(rq, &i, &left);
	if (e || left)
		return e;
	e = magic_link_open(rq, &i, &left);
	if (e || left)
		return e;
	e = is_granted_at_once(rq, &i, &at_once);
	if (e)
		return e;
	if (at_once)
		return grant_all(rq, &i);
	return page_answer(rq);
}
