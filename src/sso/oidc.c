/*
 * Identity providers that speak OpenID Connect: the code flow with PKCE, state and nonce. Contract: jit-and-sso.md
 * section 4.3; OpenID Connect Core, Discovery; RFC 7636, RFC 9207.
 *
 * An answer counts only for the provider that was asked: its discovery document names the issuer that is configured,
 * the answer and the ID token name the same, and code, verifier and secret go to no endpoint but that document's.
 */
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "entity/tree.h"
#include "sso/code_flow.h"
#include "sso/document.h"
#include "sso/id_token.h"
#include "sso/person.h"

#include "base/banned.h"

#define WELL_KNOWN "/.well-known/openid-configuration"

/* A flow under way, beside its code_flow. */
struct run {
	struct document discovery, keys;
	bool is_by_hand;		/* there is no discovery document to be read */
	const char *id_token;
	json_t *claims, *userinfo;	/* the request's; userinfo: NULL: the provider has none */
};

static struct run *run_of(struct request *rq)
{
	struct sso_work *w = sso_work(rq);

	if (!w->own)
		w->own = ARENA_NEW(rq->arena, struct run);
	return w->own;
}

static struct endpoints *endpoints_of(struct request *rq)
{
	return &code_flow(rq)->at;
}

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* -- discovery -- */

static bool wants_discovery(struct request *rq, const struct sso_row *c, struct document *out)
{
	const char *issuer = discovery_issuer(c);
	size_t len = issuer ? strlen(issuer) : 0;

	if (json_object_size(c->config) == 0 || !issuer)
		return false;
	while (len > 0 && issuer[len - 1] == '/')
		len--;
	out->url = arena_printf(rq->arena, "%.*s" WELL_KNOWN, (int)len, issuer);
	return true;
}

/* NULL: they are there; else what is wrong. */
static const char *read_endpoints(const struct sso_row *c, const struct document *d, struct endpoints *out)
{
	return d->error ? d->cause : discovery_read(d->tree, discovery_issuer(c), c->provider->has_tenants, out);
}

static err_t take_endpoints(struct request *rq)
{
	const struct sso_row *c = &sso_work(rq)->connector;
	struct run *run = run_of(rq);
	struct endpoints *at = endpoints_of(rq);
	const char *method = member(c->config, "tokenEndpointAuthMethod"), *fault;

	if (!run->is_by_hand) {
		fault = read_endpoints(c, &run->discovery, at);
		if (fault)
			return err_set(sso_fault(rq, SSO_UNREACHED), "connector '%s': %s", c->id, fault);
	}
	if (method)
		at->takes_basic = !strcmp(method, "client_secret_basic");
	return OK;
}

/* Each address by hand (tenant/social_provider.c); false: there is a document to be read. */
static bool take_by_hand(const json_t *config, struct endpoints *out)
{
	*out = (struct endpoints){
		.issuer = member(config, "issuer"), .authorization = member(config, "authorizationEndpoint"),
		.token = member(config, "tokenEndpoint"), .userinfo = member(config, "userInfoEndpoint"),
		.keys = member(config, "jwksUri"), .takes_basic = true,
	};
	return out->issuer && out->authorization && out->token && out->keys;
}

static err_t discover(struct request *rq, bool anew, const struct step *then)
{
	const struct sso_row *c = &sso_work(rq)->connector;
	struct run *run = run_of(rq);

	run->is_by_hand = c->provider->is_social && take_by_hand(c->config, endpoints_of(rq));
	if (run->is_by_hand)
		return next(rq, then);
	run->discovery.anew = anew;
	if (!wants_discovery(rq, c, &run->discovery))
		return err_set(sso_fault(rq, SSO_UNREACHED), "the connector is not configured");
	return documents_load(rq, &run->discovery, then);
}

/* -- trying a configuration -- */

static err_t judge_discovery(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	struct run *run = run_of(rq);
	const char *fault = read_endpoints(&w->connector, &run->discovery, endpoints_of(rq));
	json_auto_t *data = NULL;
	err_t e;

	if (!fault)
		return next(rq, w->then);
	data = json_pack("{s:s, s:{s:s}, s:s, s:s}", "ssoErrorCode", "invalid_config", "config", "issuer",
			 discovery_issuer(&w->connector), "message", "fail_to_fetch_config", "error", fault);
	e = err_set(ERR_SSO_CONFIG, "%s", fault);
	err_fault()->data = json_to_text(rq->arena, data);
	return e;
}

static const struct step judge_step = { "judge a discovery document", WORK, judge_discovery };

static err_t test(struct request *rq)
{
	return discover(rq, true, &judge_step);
}

/* -- the request -- */

/* Google asks which account it shall be, and offers those of the organization's domain. */
static void add_hosted_domain(struct buffer *b, const struct sso_row *c)
{
	bool offline = json_is_true(json_object_get(c->config, "offlineAccess"));
	const char *domain = json_string_value(json_array_get(c->domains, 0));

	code_flow_add(b, "prompt", offline ? "consent select_account" : "select_account");
	if (offline)
		code_flow_add(b, "access_type", "offline");
	code_flow_add(b, "include_granted_scopes", "true");
	code_flow_add(b, "hd", json_array_size(c->domains) == 1 && domain ? domain : "*");
}

static err_t write_address(struct request *rq)
{
	CLEANUP(buffer_done) struct buffer more = {0};
	const struct sso_work *w = sso_work(rq);
	const char *nonce = id_make(rq->arena, 43, ALPHABET_URL);
	err_t e = take_endpoints(rq);

	if (e)
		return e;
	buffer_init(&more, KIB(4));
	code_flow_add(&more, "nonce", nonce);
	if (w->connector.provider->has_hosted_domain)
		add_hosted_domain(&more, &w->connector);
	e = code_flow_begin(rq, &more);
	if (e)
		return e;
	tree_set_text(w->session, "nonce", nonce);
	return next(rq, w->then);
}

static const struct step address_step = { "write the address of an identity provider", WORK, write_address };

static err_t begin(struct request *rq)
{
	return discover(rq, false, &address_step);
}

/* -- the answer: a code for tokens -- */

/* RFC 9207: who answers, so that the answer of another provider is not taken to this one. */
static err_t check_sender(struct request *rq)
{
	const struct endpoints *at = endpoints_of(rq);
	const json_t *iss = json_object_get(sso_work(rq)->data, "iss");

	if (!iss && !at->names_itself)
		return OK;
	if (at->has_tenants && !iss)	/* the ID token will say which of them */
		return OK;
	return discovery_is_sender(at, json_string_value(iss)) ?
		       OK :
		       err_set(sso_fault(rq, SSO_REFUSED), "the answer is of another provider");
}

static const struct step read_tokens_step, read_userinfo_step, conclude_step, check_step;

static err_t exchange(struct request *rq)
{
	err_t e = take_endpoints(rq);

	if (!e)
		e = check_sender(rq);
	return e ? e : code_flow_exchange(rq, &read_tokens_step);
}

static const struct step exchange_step = { "prepare the exchange of a code", WORK, exchange };

static err_t load_keys(struct request *rq)
{
	struct run *run = run_of(rq);

	run->keys.url = endpoints_of(rq)->keys;
	return documents_load(rq, &run->keys, &check_step);
}

static err_t read_tokens(struct request *rq)
{
	struct run *run = run_of(rq);

	run->id_token = member(code_flow(rq)->tokens, "id_token");
	if (!run->id_token)
		return err_set(sso_fault(rq, SSO_ID_TOKEN), "the token endpoint gave no ID token");
	return load_keys(rq);
}

static const struct step read_tokens_step = { "find the ID token of an identity provider", WORK, read_tokens };

/* -- the ID token -- */

static err_t check_token(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	struct run *run = run_of(rq);
	const struct endpoints *at = endpoints_of(rq);
	const struct id_token_rules rules = {
		.issuer = at->issuer, .has_tenants = w->connector.provider->has_tenants,
		.client_id = member(w->connector.config, "clientId"), .nonce = member(w->session, "nonce"),
		.now_s = clock_s(),
	};
	struct jwt jwt;
	err_t e;

	if (run->keys.error)
		return err_set(sso_fault(rq, SSO_UNREACHED), "the keys: %s", run->keys.cause);
	e = id_token_check(rq->arena, run->id_token, run->keys.tree, &rules, &jwt, &w->issuer);
	run->claims = e ? NULL : tree_keep(rq, json_incref(jwt.claims));
	w->claims = run->claims;
	jwt_done(&jwt);
	if (e == ERR_NOT_FOUND && document_may_ask_anew(rq, &run->keys)) {	/* it may have new keys since */
		run->keys.anew = true;
		return documents_load(rq, &run->keys, &check_step);
	}
	if (e)
		return e == ERR_NOT_FOUND || e == ERR_SSO_FAILED ? sso_fault(rq, SSO_ID_TOKEN) : e;
	if (w->credential || !at->userinfo)
		return next(rq, &conclude_step);
	return code_flow_ask(rq, at->userinfo, &read_userinfo_step);
}

static const struct step check_step = { "check an ID token", WORK, check_token };

/* -- who it is -- */

/*
 * Whether the provider says that the address is the person's. Where it says nothing, the connector may trust it; an
 * explicit no stands. What the issuer of many organizations says of an address was judged before.
 */
static bool vouches(struct request *rq, const json_t *claims)
{
	const struct sso_row *c = &sso_work(rq)->connector;
	const json_t *verified = json_object_get(claims, "email_verified");

	if (c->provider->vouches_by)
		return person_flag(json_object_get(run_of(rq)->claims, c->provider->vouches_by));
	if (verified)
		return person_flag(verified);
	return json_is_true(json_object_get(c->config, "trustUnverifiedEmail")) || endpoints_of(rq)->has_tenants;
}

/* What is vouched for by a claim of the ID token is the address there. */
static const char *email_of(struct request *rq, const json_t *claims)
{
	return member(sso_work(rq)->connector.provider->vouches_by ? run_of(rq)->claims : claims, "email");
}

static err_t conclude(struct request *rq, const json_t *claims)
{
	struct sso_work *w = sso_work(rq);
	const char *name = member(claims, "name");
	const struct claimed c = {
		.claims = claims,
		.id = member(run_of(rq)->claims, "sub"),
		.name = name ? name : w->name,
		.avatar = member(claims, "picture"),
		.email = email_of(rq, claims),
		.phone = member(claims, "phone_number"),
		.vouches_email = vouches(rq, claims),
		.vouches_phone = person_flag(json_object_get(claims, "phone_number_verified")),
	};
	err_t e = person_check_belongs(rq->arena, &w->connector, endpoints_of(rq)->has_tenants, run_of(rq)->claims);

	if (!endpoints_of(rq)->has_tenants)
		w->issuer = discovery_issuer(&w->connector);	/* as it is configured: the key of accounts */
	if (!e && strlen(w->issuer) > ISSUER_MAX)
		e = err_set(sso_fault(rq, SSO_REFUSED), "the issuer is too long");
	if (!e)
		e = person_of_claims(rq, &c, w->connector.domains, &w->person);
	return e ? e : next(rq, w->then);
}

/* All that there is stands in the ID token. */
static err_t conclude_by_token(struct request *rq)
{
	return conclude(rq, run_of(rq)->claims);
}

static const struct step conclude_step = { "read who an ID token says it is", WORK, conclude_by_token };

/* Entra ID tells something in the one and something in the other; the newer answer wins. */
static json_t *merge(struct request *rq, const json_t *claims, const json_t *userinfo)
{
	json_t *all = tree_keep(rq, json_copy((json_t *)(uintptr_t)claims));	/* jansson takes no const here */

	json_object_update(all, (json_t *)(uintptr_t)userinfo);
	return all;
}

/* OpenID Connect Core section 5.3.2: of another person than the ID token's it must not be used. */
static err_t read_userinfo(struct request *rq)
{
	struct run *run = run_of(rq);
	const char *sub;
	err_t e;

	e = code_flow_read(rq, "userinfo endpoint", SSO_ACCESS_TOKEN, JSON_OBJECT, &run->userinfo);
	if (e)
		return e;
	sso_work(rq)->userinfo = run->userinfo;
	sub = member(run->userinfo, "sub");
	if (!sub || strcmp(sub, member(run->claims, "sub")) != 0)
		return err_set(sso_fault(rq, SSO_REFUSED), "userinfo speaks of another person than the ID token");
	return conclude(rq, sso_work(rq)->connector.provider->has_tenants ? merge(rq, run->claims, run->userinfo) :
									    run->userinfo);
}

static const struct step read_userinfo_step = { "read who an identity provider says it is", WORK, read_userinfo };

static err_t finish(struct request *rq)
{
	err_t e = code_flow_check(rq, false);

	return e ? e : discover(rq, false, &exchange_step);
}

static err_t take_credential(struct request *rq)
{
	err_t e = take_endpoints(rq);

	run_of(rq)->id_token = sso_work(rq)->credential;
	return e ? e : load_keys(rq);
}

static const struct step credential_step = { "take an ID token of the browser", WORK, take_credential };

/* The token was issued just now (id_token.h), and whoever hands it over has shown that the browser is theirs. */
static err_t finish_by_credential(struct request *rq)
{
	return discover(rq, false, &credential_step);
}

/* -- what administrators see -- */

static void describe(struct json_out *j, struct request *rq, const struct sso_row *c, const struct document *d)
{
	json_auto_t *shown = NULL;
	struct endpoints at;

	if (!d || read_endpoints(c, d, &at))
		return;
	shown = json_copy(c->config);
	tree_set_text(shown, "authorizationEndpoint", at.authorization);
	tree_set_text(shown, "tokenEndpoint", at.token);
	tree_set_text(shown, "userinfoEndpoint", at.userinfo);
	tree_set_text(shown, "jwksUri", at.keys);
	tree_set_text(shown, "issuer", at.issuer);
	tree_set_text(shown, "scope", code_flow_scope(rq->arena, c));
	json_key(j, "providerConfig");
	json_value(j, shown);
}

const struct sso_protocol oidc_protocol = {
	.test = test, .begin = begin, .finish = finish, .finish_by_credential = finish_by_credential,
	.wants = wants_discovery, .describe = describe,
};
