/* Makes the codes that are sent to people, and judges what they type. */
#include "signin/sent_code.h"

#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/seal.h"
#include "entity/tree.h"
#include "http/client.h"
#include "store/store.h"
#include "tenant/code_policy.h"
#include "tenant/language_tags.h"
#include "tenant/message_limit.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* -- bodies -- */

static const char *const types[] = { "email", "phone", NULL };

#define IDENTIFIER(like) \
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = types }, \
		{ "value", .type = FIELD_TEXT, .flags = REQUIRED, .max = SENT_CODE_VALUE_MOST, .form = (like) }, \
		FIELDS_END
#define OF_IDENTIFIER(of) { "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = (of) }, FIELDS_END

const struct field sent_code_identifier[] = { IDENTIFIER(FORM_ANY) };
static const struct field an_email[] = { IDENTIFIER(FORM_EMAIL) };
static const struct field a_phone[] = { IDENTIFIER(FORM_PHONE) };
static const struct field of_email[] = { OF_IDENTIFIER(an_email) };
static const struct field of_phone[] = { OF_IDENTIFIER(a_phone) };

bool identifier_is_email(const struct identifier *by)
{
	return !strcmp(by->type, "email");
}

err_t sent_code_check_form(struct request *rq)
{
	json_auto_t *copy = json_deep_copy(rq->body);
	const char *type = json_string_value(json_object_get(body_get(rq, "identifier"), "type"));

	return fields_check(rq->arena, !strcmp(type, "email") ? of_email : of_phone, CHECK_CREATE, copy, "body");
}

/* -- the code of a record -- */

err_t sent_code_put(struct request *rq, json_t *record, const char *code)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	const char *id = json_string_value(json_object_get(record, "id"));
	struct slice sealed;
	err_t e = seal_wrap(context.seal, rq->arena, SEAL_CODE, txn_tenant(rq->tx), id, code, SENT_CODE_LEN, &sealed);

	if (e)
		return e;
	buffer_init(&text, KIB(1));
	text_base64url(&text, sealed.at, sealed.len);
	json_object_set_new(record, "code", json_string(buffer_str(&text)));
	json_object_set_new(record, "sentAt", json_integer(clock_ms()));
	json_object_set_new(record, "tries", json_integer(0));
	return OK;
}

static err_t compare(struct request *rq, const json_t *record, const char *tried, bool *equal)
{
	CLEANUP(secret_done) struct secret code = {0};
	const char *id = json_string_value(json_object_get(record, "id"));
	const char *text = json_string_value(json_object_get(record, "code"));
	unsigned char *sealed = arena_alloc(rq->arena, strlen(text) + 1);
	int len = text_base64url_decode(text, strlen(text), sealed);
	err_t e = len < 0 ? err_set(ERR_INTERNAL, "the code of a record is damaged") :
			    seal_unwrap(context.seal, SEAL_CODE, txn_tenant(rq->tx), id, sealed, (size_t)len, &code);

	*equal = !e && secret_equal_text(&code, tried);
	return e;
}

/* Whether the code of the record may be tried by one who says what it was sent to. */
static err_t check_record(const json_t *rules, const json_t *record, const struct identifier *by)
{
	int64_t sent_at = json_integer_value(json_object_get(record, "sentAt"));
	int64_t tries = json_integer_value(json_object_get(record, "tries"));
	struct code_policy policy = code_policy_of(rules);
	const char *to = json_string_value(json_object_get(json_object_get(record, "identifier"), "value"));

	if (!json_object_get(record, "code"))
		return ERR_CODE_UNKNOWN;
	if (strcmp(to, by->value) != 0)
		return identifier_is_email(by) ? ERR_CODE_EMAIL : ERR_CODE_PHONE;
	if (sent_at + policy.life_ms < clock_ms())
		return ERR_CODE_EXPIRED;
	return tries >= policy.tries ? ERR_CODE_TRIES : OK;
}

err_t sent_code_judge(struct request *rq, const json_t *rules, const json_t *record, const struct identifier *by,
		      const char *tried, err_t *outcome)
{
	bool equal = false;
	err_t e;

	*outcome = check_record(rules, record, by);
	e = *outcome ? OK : compare(rq, record, tried, &equal);
	if (!e && !*outcome && !equal)
		*outcome = ERR_CODE_MISMATCH;
	return e;
}

void sent_code_count_try(json_t *record)
{
	int64_t tries = json_integer_value(json_object_get(record, "tries"));

	json_object_set_new(record, "tries", json_integer(tries + 1));
}

void sent_code_use_up(json_t *record)
{
	json_object_del(record, "code");
	json_object_set_new(record, "verified", json_true());
}

/* -- the message -- */

/* The language that the application or the browser asks for; NULL: none that we know as one. */
static const char *language_of_caller(struct request *rq, const struct sent_code *s)
{
	const json_t *info = json_object_get(s->rules, "languageInfo");
	const char *asked = s->ui_locales, *first;
	char tag[LANGUAGE_TAG_SIZE];

	if (!asked && json_is_true(json_object_get(info, "autoDetect")))
		asked = request_header(rq, "Accept-Language");
	if (!asked)
		return NULL;
	first = arena_copyn(rq->arena, asked, strcspn(asked, " ,;"));
	return language_tag_write(first, tag) ? arena_copy(rq->arena, tag) : NULL;
}

STATEMENT(code_application, "SELECT name FROM applications WHERE tenant_id = $1 AND id = $2");

static err_t add_application(struct request *rq, const char *id, json_t *payload)
{
	const char *name;
	err_t e = store_text(rq->tx, &code_application, ARGS(T(id)), rq->arena, &name);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	json_object_set_new(payload, "application", json_pack("{s:s, s:s}", "id", id, "name", name));
	return OK;
}

static err_t write_message(struct request *rq, const struct sent_code *s, const char *code, struct message *m)
{
	const json_t *info = json_object_get(s->rules, "languageInfo");
	const char *language = language_of_caller(rq, s);
	json_t *payload = tree_keep(rq, json_pack("{s:s}", "code", code));

	if (!language)
		language = json_string_value(json_object_get(info, "fallbackLanguage"));
	json_object_set_new(payload, "locale", json_string(language));
	if (s->ui_locales)
		json_object_set_new(payload, "uiLocales", json_string(s->ui_locales));
	*m = (struct message){ s->to->value, s->kind, payload, rq->remote, NULL };
	return add_application(rq, s->client_id, payload);
}

err_t sent_code_make(struct request *rq, const struct sent_code *s, char code[SENT_CODE_LEN + 1], struct outgoing *out)
{
	id_new(code, SENT_CODE_LEN, ALPHABET_DIGITS);
	*out = (struct outgoing){
		.type = identifier_is_email(s->to) ? CONNECTOR_EMAIL : CONNECTOR_SMS,
		.kind = MESSAGE_CODE,
		.until_ms = clock_ms() + code_policy_of(s->rules).life_ms,
	};
	return write_message(rq, s, code, &out->message);
}

err_t sent_code_check_connector(struct request *rq, const struct outgoing *o)
{
	struct call unused;
	err_t e = connector_call(rq, o->type, &o->message, &unused);

	return e == ERR_CONNECTOR_CONFIG || e == ERR_MAIL_TEMPLATE ? err_set(ERR_CONNECTOR, "%s", err_name(e)) : e;
}

const char *sent_code_limit_members(struct request *rq, const char *recipient)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, KIB(8));
	json_out_init(&j, &b);
	json_key_text(&j, "action", "VerificationCodeSend");
	json_key_text(&j, "recipient", recipient);
	return arena_copy(rq->arena, buffer_str(&b));
}
