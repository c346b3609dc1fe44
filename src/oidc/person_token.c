/* Makes access tokens, ID tokens and refresh tokens of an authorization. */
#include "oidc/person_token.h"

#include <string.h>

#include "base/clock.h"
#include "oidc/claims.h"
#include "oidc/organization_access.h"
#include "oidc/scopes.h"
#include "oidc/target.h"
#include "base/banned.h"

struct person_token *person_token_begin(struct oauth *o, const struct held *h, const char *scope)
{
	struct person_token *p = ARENA_NEW(o->rq->arena, struct person_token);

	p->held = *h;
	audit_text(o->log, "userId", h->token.user_id);
	p->checked_at_ms = clock_ms();
	code_read(h->token.details, &p->details);
	p->asked = words_of(o->rq->arena, scope ? scope : h->token.scope);
	return p;
}

/* -- which resource: oidc.md section 6.1 -- */

static err_t find_default(struct request *rq, const char **indicator)
{
	struct target target;
	err_t e = target_find_default(rq, &target);

	*indicator = e ? NULL : target.indicator;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* What a request means that names no resource. */
static err_t choose_unnamed(struct oauth *o, const struct person_token *p, const char **indicator)
{
	size_t authorized = json_array_size(p->details.resources);

	*indicator = NULL;
	if (p->organization_id || authorized == 0 || words_have(&p->asked, "openid"))
		return OK;
	if (authorized > 1)
		return find_default(o->rq, indicator);
	*indicator = json_string_value(json_array_get(p->details.resources, 0));
	return OK;
}

static bool is_authorized(const struct person_token *p, const char *indicator)
{
	const json_t *one;
	size_t i;

	json_array_foreach(p->details.resources, i, one)
		if (!strcmp(json_string_value(one), indicator))
			return true;
	return false;
}

/* Sets `out->indicator` to NULL when there is none. */
static err_t choose_target(struct oauth *o, const struct person_token *p, struct target *out)
{
	const char *indicator;
	json_t *named;
	err_t e = target_read(o->rq, &o->fields, &named);

	*out = (struct target){0};
	if (e)
		return e;
	indicator = json_string_value(json_array_get(named, 0));
	if (json_array_size(named) == 0)
		e = choose_unnamed(o, p, &indicator);
	else if (json_array_size(named) > 1)
		e = find_default(o->rq, &indicator);
	if (e || !indicator)
		return e;
	if (!is_authorized(p, indicator))
		return oauth_fail(ERR_OAUTH_TARGET, "resource indicator is missing, or unknown");
	return target_find(o->rq, indicator, out);
}

/* -- access tokens -- */

static struct words granted_at(struct oauth *o, const struct person_token *p, const char *indicator)
{
	return words_of_list(o->rq->arena, json_object_get(json_object_get(p->held.granted, "resources"), indicator));
}

/* The scopes of the provider that were granted and are wanted. */
static const char *oidc_scope(struct oauth *o, const struct person_token *p)
{
	struct words granted = words_of_list(o->rq->arena, json_object_get(p->held.granted, "oidc"));

	return words_common(o->rq->arena, &granted, &p->asked, NULL);
}

static err_t make_resource_token(struct oauth *o, struct person_token *p, const struct target *target,
				 struct token_answer *t)
{
	struct words granted = granted_at(o, p, target->indicator), available;
	const char *user_id = p->held.token.user_id;
	json_t *names;
	err_t e = scopes_of_user(o->rq, o->client, user_id, target->indicator, p->organization_id, &names);

	if (e)
		return e;
	available = words_of_list(o->rq->arena, names);
	t->scope = words_common(o->rq->arena, &granted, &p->asked, &available);
	t->ttl_s = target->ttl_s;
	t->jwt = (struct access_token){
		.sub = user_id, .client_id = o->client->id, .aud = target->indicator, .scope = t->scope,
		.organization_id = p->organization_id, .ttl_s = t->ttl_s,
	};
	return OK;
}

static void make_opaque_token(struct oauth *o, struct person_token *p, struct token_answer *t)
{
	t->scope = oidc_scope(o, p);
	t->ttl_s = OPAQUE_TOKEN_TTL_S;
	p->access = (struct artifact){
		.kind = ARTIFACT_ACCESS, .client_id = o->client->id, .user_id = p->held.token.user_id,
		.grant_id = p->held.token.grant_id, .session_uid = p->held.token.session_uid, .scope = t->scope,
	};
}

static err_t make_access_token(struct oauth *o, struct person_token *p, struct token_answer *t)
{
	struct target target;
	err_t e = choose_target(o, p, &target);

	if (e)
		return e;
	if (target.indicator)
		return make_resource_token(o, p, &target, t);
	if (p->organization_id)
		return organization_access_token(o, p->held.token.user_id, p->organization_id, &p->asked, t);
	make_opaque_token(o, p, t);
	return OK;
}

/* -- the ID token -- */

static err_t make_id_token(struct oauth *o, struct person_token *p, struct token_answer *t)
{
	struct words scopes = words_of(o->rq->arena, oidc_scope(o, p));
	struct id_token id = {
		.user_id = p->held.token.user_id, .client_id = o->client->id, .scopes = &scopes,
		.nonce = p->details.nonce, .sid = p->details.sid, .auth_time_s = p->details.auth_time_s,
		.ttl_s = o->client->id_token_ttl_s,
	};

	return words_have(&scopes, "openid") ? id_token_claims(o->rq, &id, &t->id_claims) : OK;
}

err_t person_token_make(struct oauth *o, struct person_token *p, struct token_answer *t)
{
	err_t e = make_access_token(o, p, t);

	return e ? e : make_id_token(o, p, t);
}

/* -- storing -- */

static err_t issue(struct request *rq, struct artifact *artifact, int64_t life_s, const char **value)
{
	err_t e = artifact->client_id ? artifact_issue(rq, artifact, life_s) : OK;

	if (!e && artifact->client_id)
		*value = artifact->value;
	return e == ERR_REFERENCE ? err_set(ERR_OAUTH_GRANT, "the grant has ended") : e;
}

err_t person_token_store(struct oauth *o, struct token_answer *t)
{
	struct person_token *p = t->of;
	err_t e = issue(o->rq, &p->access, t->ttl_s, &t->access_token);

	return e ? e : issue(o->rq, &p->refresh, p->refresh_life_s, &t->refresh_token);
}

static err_t refuse_used(struct oauth *o, struct token_answer *t)
{
	return held_refuse_reuse(o->rq, t->of);
}

err_t person_token_refuse_reuse(struct oauth *o, const struct held *h)
{
	struct held *copy = ARENA_NEW(o->rq->arena, struct held);

	*copy = *h;
	audit_text(o->log, "userId", h->token.user_id);
	return token_answer_send(o, &(struct token_answer){ .store = refuse_used, .of = copy });
}

/* -- codes -- */

static void append_common(struct oauth *o, struct buffer *to, const struct words *granted, const struct words *asked)
{
	const char *common = words_common(o->rq->arena, granted, asked, NULL);

	if (*common)
		words_append(to, common);
}

/* All that was asked for and granted, of the provider and of each resource: what a refresh may ask for. */
static const char *whole_scope(struct oauth *o, const struct person_token *p)
{
	CLEANUP(buffer_done) struct buffer all = {0};
	struct words flat;
	const json_t *one;
	size_t i;

	buffer_init(&all, WORDS_MAX);
	buffer_text(&all, oidc_scope(o, p));
	json_array_foreach(p->details.resources, i, one) {
		struct words granted = granted_at(o, p, json_string_value(one));

		append_common(o, &all, &granted, &p->asked);
	}
	flat = words_of(o->rq->arena, buffer_str(&all));
	return words_text(o->rq->arena, &flat);
}

/* What the refresh token of a code keeps: what ID tokens say again, and when the chain of its successors began. */
static json_t *details_to_keep(struct oauth *o, const struct person_token *p)
{
	struct code kept = p->details;
	json_t *details;

	kept.redirect_uri = kept.challenge = NULL;
	details = code_pack(o->rq, &kept);
	json_object_set_new(details, "startedAt", json_integer(p->checked_at_ms));
	return details;
}

static void prepare_refresh(struct oauth *o, struct person_token *p)
{
	const char *scope = whole_scope(o, p);
	struct words flat = words_of(o->rq->arena, scope);

	if (!(o->client->grants & GRANT_REFRESH_TOKEN))
		return;
	if (!words_have(&flat, "offline_access") && !o->client->always_refreshes)
		return;
	p->refresh_life_s = lifetime_within_bounds(o->client->refresh_token_ttl_s);
	p->refresh = (struct artifact){
		.kind = ARTIFACT_REFRESH, .client_id = o->client->id, .user_id = p->held.token.user_id,
		.grant_id = p->held.token.grant_id, .session_uid = p->held.token.session_uid, .scope = scope,
		.details = details_to_keep(o, p),
	};
}

static err_t store_redeemed(struct oauth *o, struct token_answer *t)
{
	struct person_token *p = t->of;
	bool first;
	err_t e = held_consume(o->rq, &p->held, INT64_MAX, &first);

	if (e)
		return e;
	return first ? person_token_store(o, t) : held_refuse_reuse(o->rq, &p->held);
}

err_t person_token_redeem(struct oauth *o, const struct held *code)
{
	struct token_answer t = { .store = store_redeemed };
	struct person_token *p;
	err_t e;

	if (code->token.consumed_at_ms)
		return person_token_refuse_reuse(o, code);
	t.of = p = person_token_begin(o, code, NULL);
	e = person_token_make(o, p, &t);
	if (e)
		return e;
	prepare_refresh(o, p);
	t.user_id = code->token.user_id;
	return token_answer_send(o, &t);
}
