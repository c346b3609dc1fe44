/* The authorization code flow towards identity providers. */
#include "sso/code_flow.h"

#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/ids.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/jwt.h"
#include "entity/tree.h"

#include "base/banned.h"

#define BODY_ROOM KIB(32)
#define CODE_MOST 4096
#define ANSWER_MS 10000
#define REFUSAL_MOST KIB(4)
#define SCOPES "openid profile email"

struct code_flow *code_flow(struct request *rq)
{
	struct sso_work *w = sso_work(rq);

	if (!w->flow)
		w->flow = ARENA_NEW(rq->arena, struct code_flow);
	return w->flow;
}

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* -- the request -- */

static void add_word(struct buffer *to, const char *word)
{
	if (jwt_word(buffer_str(to), word))
		return;
	if (to->len > 0)
		buffer_char(to, ' ');
	buffer_text(to, word);
}

const char *code_flow_scope(struct arena *a, const struct sso_row *c)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *more = member(c->config, "scope");

	buffer_init(&b, KIB(4));
	buffer_text(&b, c->provider->scope ? c->provider->scope : SCOPES);
	for (; more && *more; more += strspn(more, " +")) {
		size_t len = strcspn(more, " +");

		if (len > 0)
			add_word(&b, arena_copyn(a, more, len));
		more += len;
	}
	return arena_copy(a, buffer_str(&b));
}

void code_flow_add(struct buffer *to, const char *name, const char *value)
{
	buffer_char(to, '&');
	buffer_text(to, name);
	buffer_char(to, '=');
	text_escape_form(to, value);
}

/* What the flow says itself, and no connector says otherwise. */
static const char *const own_parameters[] = { "response_type", "response_mode", "client_id", "redirect_uri", "scope",
					      "state", "nonce", "code_challenge", "code_challenge_method", "request",
					      "request_uri", NULL };

static void add_configured(struct buffer *b, const json_t *config)
{
	const json_t *prompts = json_object_get(config, "prompts"), *one;
	CLEANUP(buffer_done) struct buffer words = {0};
	const char *name;
	json_t *value;
	size_t i;

	buffer_init(&words, KIB(1));
	json_array_foreach(prompts, i, one)
		buffer_texts(&words, i ? " " : "", json_string_value(one));
	if (words.len > 0)
		code_flow_add(b, "prompt", buffer_str(&words));
	json_object_foreach(json_object_get(config, "customConfig"), name, value)
		if (!text_is_one_of(name, own_parameters))
			code_flow_add(b, name, json_string_value(value));
}

/* The scope is left out where the provider has one of its own. */
static void add_all(struct request *rq, struct buffer *b, const char *verifier)
{
	const struct sso_work *w = sso_work(rq);
	const struct sso_row *c = &w->connector;
	const char *scope = code_flow_scope(rq->arena, c);

	code_flow_add(b, "response_type", "code");
	if (c->provider->posts_answer)
		code_flow_add(b, "response_mode", "form_post");
	code_flow_add(b, "client_id", member(c->config, "clientId"));
	code_flow_add(b, "redirect_uri", w->redirect_uri);
	if (*scope)
		code_flow_add(b, "scope", scope);
	code_flow_add(b, "state", w->state);
	if (verifier) {
		code_flow_add(b, "code_challenge", digest_of(rq->arena, verifier));
		code_flow_add(b, "code_challenge_method", "S256");
	}
	add_configured(b, c->config);
}

err_t code_flow_begin(struct request *rq, const struct buffer *more)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct sso_work *w = sso_work(rq);
	const char *at = code_flow(rq)->at.authorization, *verifier = NULL;

	if (!w->connector.provider->is_without_pkce)
		verifier = id_make(rq->arena, 64, ALPHABET_URL);
	buffer_init(&b, BODY_ROOM);
	add_all(rq, &b, verifier);
	if (more)
		buffer_text(&b, buffer_str(more));
	if (b.full)
		return err_set(sso_fault(rq, SSO_UNREACHED), "the address of the provider would be too long");
	w->address = arena_printf(rq->arena, "%s%c%s", at, strchr(at, '?') ? '&' : '?', buffer_str(&b) + 1);
	w->session = tree_keep(rq, json_object());
	tree_set_text(w->session, "verifier", verifier);
	return OK;
}

/* -- the answer -- */

/*
 * What the provider says is wrong, for the operator (RFC 6749 sections 4.1.2.1 and 5.2): ": error, description" in
 * printable ASCII, of which the RFC makes both; "" where it says nothing.
 */
static const char *words_of(struct request *rq, const json_t *from)
{
	const char *error = member(from, "error"), *more = member(from, "error_description");
	char *text;

	if (!error)
		return "";
	text = arena_printf(rq->arena, ": %.64s%s%.150s", error, more ? ", " : "", more ? more : "");
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

err_t code_flow_check(struct request *rq, bool needs_state)
{
	const struct sso_work *w = sso_work(rq);
	const char *code = member(w->data, "code"), *own = member(w->session, "state");
	const json_t *state = json_object_get(w->data, "state");
	bool is_own = json_is_string(state) && own && !strcmp(json_string_value(state), own);

	if ((state || needs_state) && !is_own)
		return err_set(sso_fault(rq, SSO_REFUSED), "the state is not that of this sign-in");
	if (json_object_get(w->data, "error") || !code || !*code || strlen(code) > CODE_MOST)
		return err_set(sso_fault(rq, SSO_REFUSED), "the provider sent no code%s", words_of(rq, w->data));
	return OK;
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
	const char *verifier = member(w->session, "verifier");

	headers[0] = (struct header){ "Content-Type", "application/x-www-form-urlencoded" };
	headers[1] = (struct header){ "Accept", "application/json" };
	headers[2] = (struct header){ "Authorization", basic_of(rq, config) };
	*n = code_flow(rq)->at.takes_basic ? 3 : 2;
	code_flow_add(b, "grant_type", "authorization_code");
	code_flow_add(b, "code", member(w->data, "code"));
	code_flow_add(b, "redirect_uri", member(w->session, "redirectUri"));
	if (verifier)
		code_flow_add(b, "code_verifier", verifier);
	if (*n == 2) {
		code_flow_add(b, "client_id", member(config, "clientId"));
		code_flow_add(b, "client_secret", member(config, "clientSecret"));
	}
}

/* Of another status than 200: a redirect, which is not followed, is no answer at all. */
static enum sso_fault meaning_of(int status, enum sso_fault refused)
{
	if (status < 400)
		return SSO_ANSWER;
	return status < 500 ? refused : SSO_UNREACHED;
}

static const char *said_of(struct request *rq, const struct call *c)
{
	json_auto_t *answer = NULL;

	if (c->answer.len == 0 || c->answer.len > REFUSAL_MOST)
		return "";
	answer = json_loadb((const char *)c->answer.data, c->answer.len, JSON_REJECT_DUPLICATES, NULL);
	return words_of(rq, answer);
}

err_t code_flow_read(struct request *rq, const char *what, enum sso_fault refused, json_type type, json_t **out)
{
	const struct call *c = &code_flow(rq)->call;
	json_error_t fault;
	err_t e;

	if (c->error)
		return err_set(sso_fault(rq, c->error == ERR_CALL_ANSWER ? SSO_ANSWER : SSO_UNREACHED),
			       "the %s was not reached: %s", what, err_name(c->error));
	if (c->status != 200)
		return err_set(sso_fault(rq, meaning_of(c->status, refused)), "the %s answered %d%s", what, c->status,
			       said_of(rq, c));
	e = json_parse((const char *)c->answer.data, c->answer.len, JSON_REJECT_DUPLICATES, &rq->charge, out, &fault);
	if (e && e != ERR_JSON)
		return e;
	tree_keep(rq, *out);
	return !e && json_typeof(*out) == type ? OK :
						 err_set(sso_fault(rq, SSO_ANSWER), "the %s gave no such JSON", what);
}

/* GitHub says with 200 that it does not know the code. */
static err_t read_tokens(struct request *rq)
{
	struct code_flow *flow = code_flow(rq);
	json_t *answer = NULL;
	err_t e = code_flow_read(rq, "token endpoint", SSO_CODE, JSON_OBJECT, &answer);

	if (e)
		return e;
	flow->tokens = answer;
	flow->access_token = member(answer, "access_token");
	if (!flow->access_token || !*flow->access_token)
		return err_set(sso_fault(rq, SSO_CODE), "the token endpoint gave no access token");
	return next(rq, flow->then);
}

static const struct step read_tokens_step = { "read tokens of an identity provider", WORK, read_tokens };

static err_t ask_tokens(struct request *rq)
{
	return transfer(rq, &code_flow(rq)->call, &read_tokens_step);
}

static const struct step ask_tokens_step = { "exchange a code at an identity provider", CALL, ask_tokens };

err_t code_flow_exchange(struct request *rq, const struct step *then)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct header *headers = ARENA_ARRAY(rq->arena, struct header, 3);
	struct code_flow *flow = code_flow(rq);
	size_t n;

	buffer_init(&b, BODY_ROOM);
	write_exchange(rq, &b, headers, &n);
	if (b.full)
		return err_set(sso_fault(rq, SSO_REFUSED), "what came back is too long");
	flow->then = then;
	flow->call = (struct call){ .kind = CALL_HTTP, .method = "POST", .url = flow->at.token, .headers = headers,
				    .header_count = n, .body = arena_copy(rq->arena, buffer_str(&b) + 1),
				    .body_len = b.len - 1, .total_ms = ANSWER_MS };
	return next(rq, &ask_tokens_step);
}

/* -- what the token opens -- */

static err_t ask_more(struct request *rq)
{
	return transfer(rq, &code_flow(rq)->call, code_flow(rq)->then);
}

static const struct step ask_more_step = { "ask an identity provider who it is", CALL, ask_more };

err_t code_flow_ask(struct request *rq, const char *url, const struct step *then)
{
	struct header *headers = ARENA_ARRAY(rq->arena, struct header, 2);
	struct code_flow *flow = code_flow(rq);

	headers[0] = (struct header){ "Authorization", arena_printf(rq->arena, "Bearer %s", flow->access_token) };
	headers[1] = (struct header){ "Accept", "application/json" };
	call_wipe(&flow->call);		/* it brought the tokens */
	flow->then = then;
	flow->call = (struct call){ .kind = CALL_HTTP, .url = url, .headers = headers, .header_count = 2,
				    .total_ms = ANSWER_MS };
	return next(rq, &ask_more_step);
}
