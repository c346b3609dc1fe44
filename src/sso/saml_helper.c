#include "sso/saml_helper.h"

#include <string.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/client.h"

#include "base/banned.h"

#define QUESTION_MOST MIB(4)
#define NESTED_MOST MIB(4)

/* Ends what json_open() began, and makes the call of it. The arena is wiped at its end, so the keys in it are too. */
static void question_close(struct arena *a, struct json_out *j, struct buffer *b, struct call *c)
{
	json_close(j);
	*c = (struct call){ .kind = CALL_HELPER, .answer_max = NESTED_MOST };
	c->body = b->full ? "" : arena_copyn(a, b->data, b->len); /* "" is refused by the helper */
	c->body_len = b->full ? 0 : b->len;
	buffer_done(b);
}

static void question_open(struct json_out *j, struct buffer *b, const char *verb)
{
	buffer_init(b, QUESTION_MOST);
	json_out_init(j, b);
	json_open(j);
	json_key_text(j, "do", verb);
}

static void add_keys(struct json_out *j, const struct saml_question *q)
{
	json_key(j, "decryptionKeys");
	json_list(j);
	for (size_t i = 0; i < q->key_count; i++) {
		struct buffer base64;

		buffer_init(&base64, KIB(16));
		text_base64(&base64, q->keys[i].bytes, q->keys[i].len);
		json_text(j, buffer_str(&base64));
		buffer_done(&base64);
	}
	json_list_end(j);
}

static void add_sides(struct json_out *j, const struct saml_question *q)
{
	json_key(j, "identityProvider");
	json_open(j);
	json_key_text(j, "entityId", q->idp_entity_id);
	json_key(j, "certificates");
	json_list(j);
	for (size_t i = 0; i < q->certificate_count; i++)
		json_text(j, q->certificates[i]);
	json_list_end(j);
	json_close(j);
	json_key(j, "serviceProvider");
	json_open(j);
	json_key_text(j, "entityId", q->self.entity_id);
	json_key_text(j, "assertionConsumerServiceUrl", q->self.acs_url);
	json_close(j);
}

void saml_ask_response(struct arena *a, const struct saml_question *q, struct call *c)
{
	struct json_out j;
	struct buffer b;

	question_open(&j, &b, "response");
	json_key_text(&j, "response", q->response);
	json_key_int(&j, "now", q->now_ms);
	json_key_int(&j, "skew", SAML_SKEW_MS);
	json_key_text(&j, "requestId", q->request_id);
	json_key_bool(&j, "allowSha1", q->allows_sha1);
	add_sides(&j, q);
	add_keys(&j, q);
	question_close(a, &j, &b, c);
}

void saml_ask_metadata(struct arena *a, const char *xml, size_t len, int64_t now_ms, struct call *c)
{
	struct json_out j;
	struct buffer b;

	question_open(&j, &b, "metadata");
	json_key(&j, "metadata");
	json_textn(&j, xml, len);
	json_key_int(&j, "now", now_ms);
	question_close(a, &j, &b, c);
}

void saml_ask_certificate(struct arena *a, const char *certificate, int64_t now_ms, struct call *c)
{
	struct json_out j;
	struct buffer b;

	question_open(&j, &b, "certificate");
	json_key_text(&j, "certificate", certificate);
	json_key_int(&j, "now", now_ms);
	question_close(a, &j, &b, c);
}

/* The words of refusals live as long as the program: what another program sent is looked up among them. */
static const char *word_of(const char *code)
{
	static const char *const words[] = {
		"algorithm",   "assertions", "attribute",      "audience", "certificate", "condition", "confirmation",
		"destination", "encrypted",  "in_response_to", "issuer",   "metadata",    "recipient", "reference",
		"shape",       "signature",  "statement",      "status",   "subject",     "time",      "unsigned",
		"xml",
	};

	for (size_t i = 0; code && i < ARRAY_LEN(words); i++)
		if (strcmp(words[i], code) == 0)
			return words[i];
	return "internal";
}

static err_t read_whole(const json_t *whole, json_t **answer, const char **code)
{
	const json_t *refusal = json_object_get(whole, "refusal");
	const char *message = json_string_value(json_object_get(refusal, "message"));

	*answer = json_incref(json_object_get(whole, "answer"));
	if (json_is_object(*answer))
		return OK;
	json_decref(*answer);
	*answer = NULL;
	*code = word_of(json_string_value(json_object_get(refusal, "code")));
	if (strcmp(*code, "internal") == 0)
		return err_set(ERR_SAML_UNAVAILABLE, "the SAML helper cannot answer: %.300s", message ? message : "");
	return err_set(ERR_SAML_REFUSED, "%s: %.350s", *code, message ? message : "");
}

err_t saml_answer_read(struct call *c, json_t **answer, const char **code)
{
	const char *unused;
	json_error_t error;
	json_t *whole;
	err_t e;

	*answer = NULL;
	if (c->error)
		return err_set(ERR_SAML_UNAVAILABLE, "%.400s", c->detail);
	whole = json_loadb(buffer_str(&c->answer), c->answer.len, JSON_REJECT_DUPLICATES, &error);
	call_wipe(c);
	e = read_whole(whole, answer, code ? code : &unused);
	json_decref(whole);
	return e;
}
