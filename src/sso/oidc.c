/*
 * Identity providers that speak OpenID Connect: the code flow with PKCE, state and nonce. Contract: jit-and-sso.md
 * section 4.3; OpenID Connect Core, Discovery; RFC 7636, RFC 9207.
 *
 * An answer counts only for the provider that was asked: its discovery document names the issuer that is configured,
 * the answer and the ID token name the same, and code, verifier and secret go to no endpoint but that document's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/ids.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "entity/tree.h"
#include "sso/discovery.h"
#include "sso/document.h"
#include "sso/id_token.h"
#include "sso/person.h"
#include "sso/protocol.h"

#include "base/banned.h"

#define BODY_ROOM KIB(32)
#define CODE_MOST 4096
#define TOKEN_MS 10000
#define WELL_KNOWN "/.well-known/openid-configuration"

/* A flow under way. */
struct run {
	struct document discovery, keys;
	struct endpoints at;
	struct call call;
	const char *access_token, *id_token;
	json_t *claims, *userinfo;	/* the request's; userinfo: NULL: the provider has none */
};

static struct run *run_of(struct request *rq)
{
	struct sso_work *w = sso_work(rq);

	if (!w->own)
		w->own = ARENA_ARRAY(rq->arena, struct run, 1);
	return w->own;
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
	struct run *run = run_of(rq);
	const char *fault = read_endpoints(&sso_work(rq)->connector, &run->discovery, &run->at);

	return fault ? err_set(ERR_SSO_AWAY, "connector '%s': %s", sso_work(rq)->connector.id, fault) : OK;
}

static err_t discover(struct request *rq, bool anew, const struct step *then)
{
	struct run *run = run_of(rq);

	run->discovery.anew = anew;
	if (!wants_discovery(rq, &sso_work(rq)->connector, &run->discovery))
		return err_set(ERR_SSO_AWAY, "the connector is not configured");
	return documents_load(rq, &run->discovery, then);
}

/* -- trying a configuration -- */

static err_t judge_discovery(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	struct run *run = run_of(rq);
	const char *fault = read_endpoints(&w->connector, &run->discovery, &run->at);
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

#define SCOPES "openid profile email"

static void add_word(struct buffer *to, const char *word, size_t len)
{
	char *own = strndup(word, len);

	if (own && !jwt_word(buffer_str(to), own)) {
		buffer_char(to, ' ');
		buffer_text(to, own);
	}
	free(own);
}

/* What is configured may be separated by blanks or plus signs. */
static const char *scope_of(struct arena *a, const struct sso_row *c)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *more = member(c->config, "scope");

	buffer_init(&b, KIB(4));
	buffer_text(&b, SCOPES);
	for (; more && *more; more += strspn(more, " +")) {
		size_t len = strcspn(more, " +");

		if (len > 0)
			add_word(&b, more, len);
		more += len;
	}
	return arena_copy(a, buffer_str(&b));
}

static void form_add(struct buffer *to, const char *name, const char *value)
{
	buffer_char(to, '&');
	buffer_text(to, name);
	buffer_char(to, '=');
	text_escape_form(to, value);
}

/* Google asks which account it shall be, and offers those of the organization's domain. */
static void add_hosted_domain(struct buffer *b, const struct sso_row *c)
{
	bool offline = json_is_true(json_object_get(c->config, "offlineAccess"));
	const char *domain = json_string_value(json_array_get(c->domains, 0));

	form_add(b, "prompt", offline ? "consent select_account" : "select_account");
	if (offline)
		form_add(b, "access_type", "offline");
	form_add(b, "include_granted_scopes", "true");
	form_add(b, "hd", json_array_size(c->domains) == 1 && domain ? domain : "*");
}

static const char *make_address(struct request *rq, const char *nonce, const char *verifier)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const struct sso_work *w = sso_work(rq);
	const struct sso_row *c = &w->connector;
	const char *at = run_of(rq)->at.authorization;

	buffer_init(&b, BODY_ROOM);
	form_add(&b, "response_type", "code");
	form_add(&b, "client_id", member(c->config, "clientId"));
	form_add(&b, "redirect_uri", w->redirect_uri);
	form_add(&b, "scope", scope_of(rq->arena, c));
	form_add(&b, "state", w->state);
	form_add(&b, "nonce", nonce);
	form_add(&b, "code_challenge", digest_of(rq->arena, verifier));
	form_add(&b, "code_challenge_method", "S256");
	if (c->provider->has_hosted_domain)
		add_hosted_domain(&b, c);
	return b.full ? NULL : arena_printf(rq->arena, "%s%c%s", at, strchr(at, '?') ? '&' : '?', buffer_str(&b) + 1);
}

static err_t write_address(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	const char *nonce = id_make(rq->arena, 43, ALPHABET_URL), *verifier = id_make(rq->arena, 64, ALPHABET_URL);
	err_t e = take_endpoints(rq);

	if (e)
		return e;
	w->address = make_address(rq, nonce, verifier);
	if (!w->address)
		return err_set(ERR_SSO_AWAY, "the address of the provider would be too long");
	w->session = tree_keep(rq, json_pack("{s:s, s:s}", "nonce", nonce, "verifier", verifier));
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
	const struct endpoints *at = &run_of(rq)->at;
	const json_t *iss = json_object_get(sso_work(rq)->data, "iss");

	if (!iss && !at->names_itself)
		return OK;
	if (at->has_tenants)		/* the ID token will say which of them */
		return OK;
	return json_is_string(iss) && !strcmp(json_string_value(iss), at->issuer) ?
		       OK :
		       err_set(ERR_SSO_FAILED, "the answer is of another provider");
}

static const char *basic_of(struct request *rq, const json_t *config)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *id = member(config, "clientId"), *secret = member(config, "clientSecret");
	const char *pair = arena_printf(rq->arena, "%s:%s", id, secret);

	buffer_init(&b, BODY_ROOM);
	buffer_text(&b, "Basic ");
	text_base64(&b, pair, strlen(pair));
	return arena_copy(rq->arena, buffer_str(&b));
}

/* Client id and secret go in the header, as they are, or in the form where the provider takes only that. */
static void write_exchange(struct request *rq, struct buffer *b, struct header *headers, size_t *n)
{
	const struct sso_work *w = sso_work(rq);
	const json_t *config = w->connector.config;

	headers[0] = (struct header){ "Content-Type", "application/x-www-form-urlencoded" };
	headers[1] = (struct header){ "Accept", "application/json" };
	headers[2] = (struct header){ "Authorization", basic_of(rq, config) };
	*n = run_of(rq)->at.takes_basic ? 3 : 2;
	form_add(b, "grant_type", "authorization_code");
	form_add(b, "code", member(w->data, "code"));
	form_add(b, "redirect_uri", member(w->session, "redirectUri"));
	form_add(b, "code_verifier", member(w->session, "verifier"));
	if (*n == 2) {
		form_add(b, "client_id", member(config, "clientId"));
		form_add(b, "client_secret", member(config, "clientSecret"));
	}
}

static const struct step ask_tokens_step, read_tokens_step, ask_userinfo_step, read_userinfo_step, check_step;

static err_t prepare_exchange(struct request *rq)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct header *headers = ARENA_ARRAY(rq->arena, struct header, 3);
	struct run *run = run_of(rq);
	size_t n;
	err_t e = take_endpoints(rq);

	if (!e)
		e = check_sender(rq);
	if (e)
		return e;
	buffer_init(&b, BODY_ROOM);
	write_exchange(rq, &b, headers, &n);
	if (b.full)
		return err_set(ERR_SSO_FAILED, "what came back is too long");
	run->call = (struct call){ .kind = CALL_HTTP, .method = "POST", .url = run->at.token, .headers = headers,
				   .header_count = n, .body = arena_copy(rq->arena, buffer_str(&b) + 1),
				   .body_len = b.len - 1, .total_ms = TOKEN_MS };
	return next(rq, &ask_tokens_step);
}

static const struct step exchange_step = { "prepare the exchange of a code", WORK, prepare_exchange };

static err_t ask_tokens(struct request *rq)
{
	return transfer(rq, &run_of(rq)->call, &read_tokens_step);
}

static const struct step ask_tokens_step = { "exchange a code at an identity provider", CALL, ask_tokens };

/* The JSON object that the call has brought; the request's. `what`: for the operator. */
static err_t read_answer(struct request *rq, const char *what, json_t **out)
{
	const struct call *c = &run_of(rq)->call;
	json_error_t fault;
	err_t e;

	if (c->error)
		return err_set(ERR_SSO_AWAY, "the %s was not reached: %s", what, err_name(c->error));
	if (c->status != 200)
		return err_set(ERR_SSO_FAILED, "the %s answered %d", what, c->status);
	e = json_parse((const char *)c->answer.data, c->answer.len, JSON_REJECT_DUPLICATES, &rq->charge, out, &fault);
	if (e && e != ERR_JSON)
		return e;
	tree_keep(rq, *out);
	return !e && json_is_object(*out) ? OK : err_set(ERR_SSO_FAILED, "the %s answered no JSON object", what);
}

static err_t read_tokens(struct request *rq)
{
	struct run *run = run_of(rq);
	json_t *answer = NULL;
	err_t e = read_answer(rq, "token endpoint", &answer);

	if (e)
		return e;
	run->access_token = member(answer, "access_token");
	run->id_token = member(answer, "id_token");
	if (!run->access_token || !*run->access_token || !run->id_token)
		return err_set(ERR_SSO_FAILED, "the token endpoint gave no access token or no ID token");
	run->keys.url = run->at.keys;
	return documents_load(rq, &run->keys, &check_step);
}

static const struct step read_tokens_step = { "read tokens of an identity provider", WORK, read_tokens };

/* -- the ID token -- */

static err_t check_token(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	struct run *run = run_of(rq);
	const struct id_token_rules rules = {
		.issuer = run->at.issuer, .has_tenants = w->connector.provider->has_tenants,
		.client_id = member(w->connector.config, "clientId"), .nonce = member(w->session, "nonce"),
		.now_s = clock_s(),
	};
	struct jwt jwt;
	err_t e;

	if (run->keys.error)
		return err_set(ERR_SSO_AWAY, "the keys: %s", run->keys.cause);
	e = id_token_check(rq->arena, run->id_token, run->keys.tree, &rules, &jwt, &w->issuer);
	run->claims = e ? NULL : tree_keep(rq, json_incref(jwt.claims));
	jwt_done(&jwt);
	if (e == ERR_NOT_FOUND && run->keys.remembered) {	/* the provider may have new keys since */
		run->keys.anew = true;
		return documents_load(rq, &run->keys, &check_step);
	}
	if (e)
		return e == ERR_NOT_FOUND ? ERR_SSO_FAILED : e;
	return next(rq, run->at.userinfo ? &ask_userinfo_step : &read_userinfo_step);
}

static const struct step check_step = { "check an ID token", WORK, check_token };

/* -- who it is -- */

static err_t ask_userinfo(struct request *rq)
{
	struct run *run = run_of(rq);
	struct header *headers = ARENA_ARRAY(rq->arena, struct header, 2);

	headers[0] = (struct header){ "Authorization", arena_printf(rq->arena, "Bearer %s", run->access_token) };
	headers[1] = (struct header){ "Accept", "application/json" };
	call_wipe(&run->call);		/* it brought the tokens */
	run->call = (struct call){ .kind = CALL_HTTP, .url = run->at.userinfo, .headers = headers, .header_count = 2,
				   .total_ms = TOKEN_MS };
	return transfer(rq, &run->call, &read_userinfo_step);
}

static const struct step ask_userinfo_step = { "ask an identity provider who it is", CALL, ask_userinfo };

/* A flag of a provider: true, 1, or the same as text. */
static bool is_set(const json_t *value)
{
	const char *text = json_string_value(value);

	return json_is_true(value) || (json_is_integer(value) && json_integer_value(value) == 1) ||
	       (text && (!strcmp(text, "true") || !strcmp(text, "1")));
}

/*
 * Whose accounts the provider has, where it has those of everybody: people of the organization are told apart by a
 * claim of the ID token that they cannot set themselves.
 */
static err_t check_belongs(struct request *rq)
{
	const struct sso_row *c = &sso_work(rq)->connector;
	const struct run *run = run_of(rq);
	const char *email = member(run->claims, "email");

	if (c->provider->has_hosted_domain && !person_lists_domain(rq->arena, member(run->claims, "hd"), c->domains))
		return err_set(ERR_SSO_FAILED, "the account is of no domain of the connector");
	if (run->at.has_tenants && !(is_set(json_object_get(run->claims, "xms_edov")) && email &&
				     person_is_of_domain(rq->arena, email, c->domains)))
		return err_set(ERR_SSO_FAILED, "nobody owns the address in a domain of the connector");
	return OK;
}

/*
 * Whether the provider says that the address is the person's. Where it says nothing, the connector may trust it; an
 * explicit no stands. What a shared issuer says of an address was judged before.
 */
static bool vouches(const struct run *run, const struct sso_row *c, const json_t *claims)
{
	const json_t *verified = json_object_get(claims, "email_verified");

	if (verified)
		return is_set(verified);
	return json_is_true(json_object_get(c->config, "trustUnverifiedEmail")) || run->at.has_tenants;
}

static err_t conclude(struct request *rq, const json_t *claims)
{
	struct sso_work *w = sso_work(rq);
	const struct claimed c = {
		.claims = claims,
		.id = member(run_of(rq)->claims, "sub"),
		.name = member(claims, "name"),
		.avatar = member(claims, "picture"),
		.email = member(claims, "email"),
		.phone = member(claims, "phone_number"),
		.vouches_email = vouches(run_of(rq), &w->connector, claims),
		.vouches_phone = is_set(json_object_get(claims, "phone_number_verified")),
	};
	err_t e = check_belongs(rq);

	if (!run_of(rq)->at.has_tenants)
		w->issuer = discovery_issuer(&w->connector);	/* as it is configured: the key of accounts */
	if (!e && strlen(w->issuer) > ISSUER_MAX)
		e = err_set(ERR_SSO_FAILED, "the issuer is too long");
	if (!e)
		e = person_of_claims(rq, &c, w->connector.domains, &w->person);
	return e ? e : next(rq, w->then);
}

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

	if (!run->at.userinfo)
		return conclude(rq, run->claims);
	e = read_answer(rq, "userinfo endpoint", &run->userinfo);
	if (e)
		return e;
	sub = member(run->userinfo, "sub");
	if (!sub || strcmp(sub, member(run->claims, "sub")) != 0)
		return err_set(ERR_SSO_FAILED, "userinfo speaks of another person than the ID token");
	return conclude(rq, sso_work(rq)->connector.provider->has_tenants ? merge(rq, run->claims, run->userinfo) :
									    run->userinfo);
}

static const struct step read_userinfo_step = { "read who an identity provider says it is", WORK, read_userinfo };

static err_t finish(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	const char *code = member(w->data, "code");
	const json_t *state = json_object_get(w->data, "state");

	if (state && !(json_is_string(state) && !strcmp(json_string_value(state), member(w->session, "state"))))
		return err_set(ERR_SSO_FAILED, "the state is not that of this sign-in");
	if (json_object_get(w->data, "error") || !code || !*code || strlen(code) > CODE_MOST)
		return err_set(ERR_SSO_FAILED, "the provider sent no code");
	return discover(rq, false, &exchange_step);
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
	tree_set_text(shown, "scope", scope_of(rq->arena, c));
	json_key(j, "providerConfig");
	json_value(j, shown);
}

const struct sso_protocol oidc_protocol = {
	.test = test, .begin = begin, .finish = finish, .wants = wants_discovery, .describe = describe,
};
