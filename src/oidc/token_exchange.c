/* The grant token exchange: tokens for a subject, asked for by a trusted application (oidc.md section 7.5). */
#include <string.h>

#include "base/clock.h"
#include "directory/subject_tokens.h"
#include "entity/tree.h"
#include "oidc/artifact.h"
#include "oidc/grant.h"
#include "oidc/oauth.h"
#include "oidc/organization_access.h"
#include "oidc/scopes.h"
#include "oidc/subject.h"
#include "oidc/target.h"
#include "base/banned.h"

struct exchange {
	struct subject subject;
	const char *actor;		/* NULL: none */
	const char *organization_id;	/* NULL: none */
	struct words asked;
	struct artifact access;		/* an opaque token to store; `client_id` NULL: none */
	struct user_grant grant;	/* on which it hangs */
};

/* -- the token -- */

/* Several resources stand for the default one of the tenant; without a default, for none. */
static err_t find_target(struct oauth *o, struct target *out)
{
	json_t *named;
	err_t e = target_read(o->rq, &o->fields, &named);

	*out = (struct target){0};
	if (e || json_array_size(named) == 0)
		return e;
	if (json_array_size(named) == 1)
		return target_find(o->rq, json_string_value(json_array_get(named, 0)), out);
	e = target_find_default(o->rq, out);
	return e == ERR_NOT_FOUND ? OK : e;
}

static err_t make_resource_token(struct oauth *o, struct exchange *x, const struct target *target,
				 struct token_answer *t)
{
	struct words available;
	json_t *names;
	err_t e = scopes_of_user(o->rq, o->client, x->subject.user_id, target->indicator, x->organization_id, &names);

	if (e)
		return e;
	available = words_of_list(o->rq->arena, names);
	t->scope = words_common(o->rq->arena, &x->asked, &available, NULL);
	t->ttl_s = target->ttl_s;
	t->jwt = (struct access_token){
		.sub = x->subject.user_id, .client_id = o->client->id, .aud = target->indicator, .scope = t->scope,
		.organization_id = x->organization_id, .ttl_s = t->ttl_s,
	};
	return OK;
}

/* What introspection tells of the actor. */
static json_t *details_of(struct request *rq, const char *actor)
{
	return actor ? tree_keep(rq, json_pack("{s{ss}}", "act", "sub", actor)) : NULL;
}

/* Userinfo and introspection know an opaque token by its grant; nobody was asked for this one, so it ends early. */
static void make_opaque_token(struct oauth *o, struct exchange *x, struct token_answer *t)
{
	struct words granted;

	grant_new(o->rq, x->subject.user_id, o->client->id, &x->grant);
	x->grant.expires_at_ms = clock_ms() + OPAQUE_TOKEN_TTL_S * 1000;
	for (size_t i = 0; i < x->asked.count; i++)
		if (scope_is_oidc(x->asked.at[i]))
			grant_add(&x->grant, NULL, x->asked.at[i]);
	granted = words_of_list(o->rq->arena, json_object_get(x->grant.scopes, "oidc"));
	t->scope = words_text(o->rq->arena, &granted);
	t->ttl_s = OPAQUE_TOKEN_TTL_S;
	x->access = (struct artifact){
		.kind = ARTIFACT_ACCESS, .client_id = o->client->id, .user_id = x->subject.user_id, .scope = t->scope,
		.details = details_of(o->rq, x->actor),
	};
}

static err_t make_token(struct oauth *o, struct exchange *x, const struct target *target, struct token_answer *t)
{
	err_t e = OK;

	if (target->indicator)
		e = make_resource_token(o, x, target, t);
	else if (x->organization_id)
		e = organization_access_token(o, x->subject.user_id, x->organization_id, &x->asked, t);
	else
		make_opaque_token(o, x, t);
	t->jwt.actor = x->actor;
	return e;
}

/* -- storing -- */

static err_t store_token(struct request *rq, struct exchange *x, struct token_answer *t)
{
	err_t e;

	x->grant.id = NULL;
	e = grant_save(rq, &x->grant);
	if (e)
		return e;
	x->access.grant_id = x->grant.id;
	e = artifact_issue(rq, &x->access, t->ttl_s);
	t->access_token = x->access.value;
	return e;
}

static err_t store_exchange(struct oauth *o, struct token_answer *t)
{
	struct exchange *x = t->of;
	err_t e = x->subject.once ? subject_token_consume(o->rq->tx, x->subject.once) : OK;

	if (!e && x->access.client_id)
		e = store_token(o->rq, x, t);
	return e == ERR_NOT_FOUND || e == ERR_REFERENCE ? err_set(ERR_OAUTH_GRANT, "subject or its token is gone") : e;
}

/* -- the grant -- */

static err_t need_subject(const struct oauth *o)
{
	err_t e;

	if (!oauth_field(o, "subject_token") && !oauth_field(o, "subject_token_type"))
		return oauth_fail(ERR_OAUTH_REQUEST,
				  "missing required parameters 'subject_token' and 'subject_token_type'");
	e = oauth_need(o, "subject_token");
	return e ? e : oauth_need(o, "subject_token_type");
}

/* In the contract's order: the subject, the application, the organization, the resource, the actor. */
static err_t check(struct oauth *o, struct exchange *x, struct target *target)
{
	err_t e = need_subject(o);

	if (!e)
		e = subject_read(o, &x->subject);
	if (!e)
		e = client_check_user(o, x->subject.user_id);
	if (!e && x->organization_id)
		e = organization_access_check(o->rq, o->client, x->subject.user_id, x->organization_id);
	if (!e)
		e = find_target(o, target);
	return e ? e : actor_read(o, &x->actor);
}

err_t grant_token_exchange(struct oauth *o)
{
	struct exchange *x = ARENA_NEW(o->rq->arena, struct exchange);
	struct token_answer t = { .of = x };
	struct target target;
	err_t e;

	x->organization_id = oauth_field(o, "organization_id");
	x->asked = words_of(o->rq->arena, oauth_field(o, "scope"));
	e = check(o, x, &target);
	if (!e)
		e = make_token(o, x, &target, &t);
	if (e)
		return e;
	if (x->subject.once || x->access.client_id)
		t.store = store_exchange;
	t.user_id = x->subject.user_id;
	return token_answer_send(o, &t);
}
