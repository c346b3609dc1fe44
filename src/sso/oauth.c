/*
 * Identity providers that speak OAuth 2.0 alone: the code flow with PKCE, and an endpoint that tells who somebody is.
 *
 * There is no ID token, so nothing but the state and the verifier ties the answer to the browser that began: the state
 * is required here. Who it is stands where `profileMap` of the connector says; an address counts only where the answer
 * says that it is verified, or the connector trusts all of them.
 */
#include <string.h>

#include "sso/code_flow.h"
#include "sso/oauth_profile.h"
#include "sso/person.h"

#include "base/banned.h"

/* A flow under way, beside its code_flow. */
struct run {
	json_t *user, *emails;		/* the request's; emails: NULL: the provider has no list of them */
};

static struct run *run_of(struct request *rq)
{
	struct sso_work *w = sso_work(rq);

	if (!w->own)
		w->own = ARENA_NEW(rq->arena, struct run);
	return w->own;
}

static const json_t *config_of(struct request *rq)
{
	return sso_work(rq)->connector.config;
}

static const char *setting(struct request *rq, const char *name)
{
	return json_string_value(json_object_get(config_of(rq), name));
}

static void take_endpoints(struct request *rq)
{
	const char *method = setting(rq, "tokenEndpointAuthMethod");

	code_flow(rq)->at = (struct endpoints){
		.authorization = setting(rq, "authorizationEndpoint"), .token = setting(rq, "tokenEndpoint"),
		.userinfo = setting(rq, "userInfoEndpoint"),
		.takes_basic = !method || !strcmp(method, "client_secret_basic"),
	};
}

static err_t begin(struct request *rq)
{
	err_t e;

	take_endpoints(rq);
	e = code_flow_begin(rq, NULL);
	return e ? e : next(rq, sso_work(rq)->then);
}

/* -- who it is -- */

static err_t conclude(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	struct claimed c;

	if (run_of(rq)->emails)
		oauth_profile_of_github(rq->arena, run_of(rq)->user, run_of(rq)->emails, config_of(rq), &c);
	else
		oauth_profile(rq->arena, run_of(rq)->user, config_of(rq), &c);
	w->issuer = code_flow(rq)->at.userinfo;
	return person_of_claims(rq, &c, w->connector.domains, &w->person);
}

static err_t read_emails(struct request *rq)
{
	err_t e = code_flow_read(rq, "list of e-mail addresses", SSO_ACCESS_TOKEN, JSON_ARRAY, &run_of(rq)->emails);

	if (!e)
		e = conclude(rq);
	return e ? e : next(rq, sso_work(rq)->then);
}

static const struct step read_emails_step = { "read somebody's addresses", WORK, read_emails };

static err_t read_user(struct request *rq)
{
	const char *emails = setting(rq, "emailsEndpoint");
	err_t e = code_flow_read(rq, "endpoint of users", SSO_ACCESS_TOKEN, JSON_OBJECT, &run_of(rq)->user);

	if (!e && emails)
		return code_flow_ask(rq, emails, &read_emails_step);
	if (!e)
		e = conclude(rq);
	return e ? e : next(rq, sso_work(rq)->then);
}

static const struct step read_user_step = { "read who signed in by OAuth", WORK, read_user };

static err_t ask_user(struct request *rq)
{
	return code_flow_ask(rq, code_flow(rq)->at.userinfo, &read_user_step);
}

static const struct step ask_user_step = { "ask who signed in by OAuth", WORK, ask_user };

static err_t finish(struct request *rq)
{
	err_t e = code_flow_check(rq, true);

	if (e)
		return e;
	take_endpoints(rq);
	return code_flow_exchange(rq, &ask_user_step);
}

const struct sso_protocol oauth_protocol = { .begin = begin, .finish = finish };
