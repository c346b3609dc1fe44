/*
 * Codes that are sent to an address or a number, as proofs that it is the person's (sign-in.md section 3.2).
 *
 * A record keeps its code sealed, and how often it was tried. The message waits in the outbox (tenant/outgoing.h) from
 * the commit on, and leaves at once; nobody waits for its service. The answer comes after a fixed time, and says the
 * same in the same time whether there is somebody to send to or not; it leaves quick services the time to deliver.
 */
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/seal.h"
#include "entity/tree.h"
#include "http/client.h"
#include "signin/attempt.h"
#include "signin/flow_event.h"
#include "signin/record.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/identifier_policy.h"
#include "tenant/language_tags.h"
#include "tenant/message_limit.h"
#include "tenant/outgoing.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define CODE_LEN 6
#define CODE_LIFE_S 600		/* where the rules say nothing */
#define CODE_TRIES 10		/* the same */
#define ANSWER_AFTER_US INT64_C(200000)

/* -- bodies -- */

static const char *const types[] = { "email", "phone", NULL };

#define VALUE_MOST 256
#define IDENTIFIER(like) \
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = types }, \
		{ "value", .type = FIELD_TEXT, .flags = REQUIRED, .max = VALUE_MOST, .form = (like) }, FIELDS_END
#define OF_IDENTIFIER(of) { "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = (of) }
#define EVENT { "interactionEvent", .type = FIELD_ENUM, .flags = REQUIRED, .options = purposes }
#define CODE \
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED }, \
		{ "code", .type = FIELD_TEXT, .flags = REQUIRED, .max = VALUE_MOST }

static const struct field any_identifier[] = { IDENTIFIER(FORM_ANY) };
static const struct field an_email[] = { IDENTIFIER(FORM_EMAIL) };
static const struct field a_phone[] = { IDENTIFIER(FORM_PHONE) };
static const struct field any_with_event[] = { OF_IDENTIFIER(any_identifier), EVENT, FIELDS_END };
static const struct field email_with_event[] = { OF_IDENTIFIER(an_email), EVENT, FIELDS_END };
static const struct field phone_with_event[] = { OF_IDENTIFIER(a_phone), EVENT, FIELDS_END };
static const struct field any_with_code[] = { OF_IDENTIFIER(any_identifier), CODE, FIELDS_END };
static const struct field email_with_code[] = { OF_IDENTIFIER(an_email), CODE, FIELDS_END };
static const struct field phone_with_code[] = { OF_IDENTIFIER(a_phone), CODE, FIELDS_END };

/* -- the two types -- */

static void stage_email(const json_t *record, json_t *profile)
{
	json_object_set_new(profile, "primaryEmail", json_string(record_identifier(record).value));
}

static void stage_phone(const json_t *record, json_t *profile)
{
	json_object_set_new(profile, "primaryPhone", json_string(record_identifier(record).value));
}

static const char *const shown_code[] = { "identifier", "templateType", "verified", NULL };

#define CODE_RECORD(type, how) \
	.name = (type), .shown = shown_code, .signs_in = true, .resets_password = true, .registers = true, \
	.method = "verificationCode", .find_user = record_find_by_identifier, .stage = (how)

RECORD_TYPE(email_code_record) = { CODE_RECORD("EmailVerificationCode", stage_email) };
RECORD_TYPE(phone_code_record) = { CODE_RECORD("PhoneVerificationCode", stage_phone) };

static bool is_email(const struct identifier *by)
{
	return !strcmp(by->type, "email");
}

static const struct record_type *type_for(const struct identifier *by)
{
	return is_email(by) ? &email_code_record : &phone_code_record;
}

/* -- the code of a record -- */

/* A number of the tenant's rules for codes. */
static int64_t rule_of_codes(const struct experience *x, const char *member, int64_t otherwise)
{
	const json_t *value = experience_rule(x, "verificationCodePolicy", member);

	return value ? json_integer_value(value) : otherwise;
}

static int64_t life_ms(const struct experience *x)
{
	return rule_of_codes(x, "expirationDuration", CODE_LIFE_S) * 1000;
}

static err_t put_code(struct request *rq, json_t *record, const char *code)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	const char *id = json_string_value(json_object_get(record, "id"));
	struct slice sealed;
	err_t e = seal_wrap(context.seal, rq->arena, SEAL_CODE, txn_tenant(rq->tx), id, code, CODE_LEN, &sealed);

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

/* -- what is sent, and to whom not -- */

struct sending {
	int64_t answer_at_us;
	const char *id;
	struct call pause;
};
FLOW(sending, struct sending)

static bool list_names(const json_t *list, const char *member, const struct identifier *by)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *name = json_string_value(member ? json_object_get(one, member) : one);

		if (!strcmp(name, by->type) || !strcmp(name, "emailOrPhone"))
			return true;
	}
	return false;
}

/* Whether people are asked for it when they register; else who has it already adds it as a second factor. */
static bool is_for_sign_up(const struct experience *x, const struct identifier *by)
{
	return list_names(experience_rule(x, "signUp", "identifiers"), NULL, by) ||
	       list_names(experience_rule(x, "signUp", "secondaryIdentifiers"), "identifier", by);
}

static const char *kind_of(const struct experience *x, const struct identifier *by, const char *event)
{
	return x->user_id && !is_for_sign_up(x, by) ? "BindMfa" : event;
}

/* Who is not there gets no code, where none could be of use to them. */
static err_t is_in_vain(struct request *rq, const struct experience *x, const struct identifier *by, const char *event,
			bool *out)
{
	const char *mode = json_string_value(json_object_get(x->rules, "signInMode"));
	bool needs_user = !strcmp(event, purposes[FORGOTTEN_PASSWORD]) ||
			  (!strcmp(event, purposes[SIGN_IN]) && !x->user_id && !strcmp(mode, "SignIn"));
	struct person person;
	err_t e = person_find(rq, by, experience_any_case(x), &person);

	*out = needs_user && e == ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The language that the client or the browser asks for; NULL: none that we know as one. */
static const char *language_of_caller(struct request *rq, const struct experience *x)
{
	const char *asked = interaction_param(&x->interaction, "ui_locales"), *first;
	char tag[LANGUAGE_TAG_SIZE];

	if (!asked && json_is_true(experience_rule(x, "languageInfo", "autoDetect")))
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

static err_t write_message(struct request *rq, const struct experience *x, const struct identifier *by,
			   const char *kind, const char *code, struct message *m)
{
	const char *language = language_of_caller(rq, x);
	const char *locales = interaction_param(&x->interaction, "ui_locales");
	json_t *payload = tree_keep(rq, json_pack("{s:s}", "code", code));

	if (!language)
		language = json_string_value(experience_rule(x, "languageInfo", "fallbackLanguage"));
	json_object_set_new(payload, "locale", json_string(language));
	if (locales)
		json_object_set_new(payload, "uiLocales", json_string(locales));
	*m = (struct message){ by->value, kind, payload, rq->remote, NULL };
	return add_application(rq, x->interaction.client_id, payload);
}

/* -- sending -- */

static err_t answer_sent(struct request *rq)
{
	return reply_verification(rq, sending(rq)->id);
}

static const struct step answer_sent_step = { "tell that a code is on its way", WORK, answer_sent };

static err_t wait_a_moment(struct request *rq)
{
	struct sending *s = sending(rq);

	s->pause = (struct call){ .kind = CALL_PAUSE, .until_us = s->answer_at_us };
	return transfer(rq, &s->pause, &answer_sent_step);
}

static const struct step wait_step = { "wait before the answer about a code", CALL, wait_a_moment };

/* Takes the place of the message under the limit; a refusal is an event. */
static err_t take_place(struct request *rq, const struct experience *x, struct outgoing *o)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	err_t noted, e = message_take_place(rq->tx, rq->arena, MESSAGE_CODE, o->message.to, &o->place);

	if (e != ERR_MESSAGE_LIMIT)
		return e;
	buffer_init(&b, KIB(8));
	json_out_init(&j, &b);
	json_key_text(&j, "action", "VerificationCodeSend");
	json_key_text(&j, "recipient", o->message.to);
	noted = flow_event_note(rq, &x->interaction, "Message.RateLimited", arena_copy(rq->arena, buffer_str(&b)),
				NULL);
	return noted ? noted : refuse_keeping(rq, e);
}

/* Whether the tenant could send this. What is wrong with a connector is not for those who ask for a code. */
static err_t check_connector(struct request *rq, const struct outgoing *o)
{
	struct call unused;
	err_t e = connector_call(rq, o->type, &o->message, &unused);

	return e == ERR_CONNECTOR_CONFIG || e == ERR_MAIL_TEMPLATE ? err_set(ERR_CONNECTOR, "%s", err_name(e)) : e;
}

/* Makes the record with its code, and puts the message out unless it is in vain. */
static err_t put_record(struct request *rq, struct experience *x, const struct identifier *by, const char *code,
			const struct outgoing *o)
{
	const char *event = body_text(rq, "interactionEvent");
	json_t *identifier = json_pack("{s:s, s:s}", "type", by->type, "value", by->value);
	const char *id = record_put(rq, x, type_for(by),
				    json_pack("{s:o, s:s, s:b}", "identifier", identifier, "templateType",
					      o->message.type, "verified", 0));
	bool in_vain;
	err_t e = put_code(rq, record_find(x, NULL, id), code);

	sending(rq)->id = id;
	if (!e)
		e = is_in_vain(rq, x, by, event, &in_vain);
	if (!e && !in_vain)
		e = outgoing_put(rq, o);
	return e ? e : experience_save(rq, x);
}

static err_t send(struct request *rq, struct experience *x, const struct identifier *by)
{
	const char *kind = kind_of(x, by, body_text(rq, "interactionEvent"));
	struct outgoing o = { .type = is_email(by) ? CONNECTOR_EMAIL : CONNECTOR_SMS, .kind = MESSAGE_CODE,
			      .until_ms = clock_ms() + life_ms(x) };
	char code[CODE_LEN + 1];
	err_t e;

	id_new(code, CODE_LEN, ALPHABET_DIGITS);
	e = write_message(rq, x, by, kind, code, &o.message);
	if (!e)
		e = take_place(rq, x, &o);
	if (!e)
		e = check_connector(rq, &o);
	if (!e)
		e = put_record(rq, x, by, code, &o);
	explicit_bzero(code, sizeof(code));
	return e ? e : next(rq, &wait_step);
}

/* The body with the identifier in the form that its type has. */
static err_t check_identifier(struct request *rq, const struct field *for_email, const struct field *for_phone)
{
	json_auto_t *copy = json_deep_copy(rq->body);
	const struct identifier by = body_identifier(rq);

	return fields_check(rq->arena, is_email(&by) ? for_email : for_phone, CHECK_CREATE, copy, "body");
}

/* Whether the person may ask for a code at all. */
static err_t check_asker(struct request *rq, const struct experience *x, const struct identifier *by)
{
	bool registers = !strcmp(body_text(rq, "interactionEvent"), purposes[REGISTER]);
	err_t e = x->user_id ? OK : experience_check_captcha(x);

	if (e || !registers || !is_email(by))
		return e;
	return email_check(rq->arena, json_object_get(x->rules, "emailBlocklistPolicy"), by->value);
}

static err_t send_code(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	struct experience x;
	err_t e = check_identifier(rq, email_with_event, phone_with_event);

	if (!sending(rq)->answer_at_us)
		sending(rq)->answer_at_us = clock_monotonic_us() + ANSWER_AFTER_US;
	if (!e)
		e = experience_load(rq, &x);
	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, type_for(&by)->name);
	e = check_asker(rq, &x, &by);
	return e ? e : send(rq, &x, &by);
}

static const struct step send_step = { "make a code and put its message out", WRITE, send_code };

/* -- verifying -- */

/* Whether the code of the record may be tried by one who says what it was sent to. */
static err_t check_record(const struct experience *x, const json_t *record, const struct identifier *by)
{
	int64_t sent_at = json_integer_value(json_object_get(record, "sentAt"));
	int64_t tries = json_integer_value(json_object_get(record, "tries"));

	if (!json_object_get(record, "code"))
		return ERR_CODE_UNKNOWN;
	if (strcmp(record_identifier(record).value, by->value) != 0)
		return is_email(by) ? ERR_CODE_EMAIL : ERR_CODE_PHONE;
	if (sent_at + life_ms(x) < clock_ms())
		return ERR_CODE_EXPIRED;
	return tries >= rule_of_codes(x, "maxRetryAttempts", CODE_TRIES) ? ERR_CODE_TRIES : OK;
}

/* Whether it is the code: OK or why not, in `*outcome`. */
static err_t judge(struct request *rq, const struct experience *x, const json_t *record, const struct identifier *by,
		   err_t *outcome)
{
	bool equal = false;
	err_t e;

	*outcome = check_record(x, record, by);
	e = *outcome ? OK : compare(rq, record, body_text(rq, "code"), &equal);
	if (!e && !*outcome && !equal)
		*outcome = ERR_CODE_MISMATCH;
	return e;
}

/* Saves what became of the record in a step that is refused with `refusal`, and keeps what it writes. */
static err_t save_refused(struct request *rq, struct experience *x, err_t refusal)
{
	err_t e = experience_save(rq, x);

	return e ? refuse(rq, e) : refusal;
}

static err_t count_try(struct request *rq, struct experience *x, json_t *record, err_t refusal)
{
	int64_t tries = json_integer_value(json_object_get(record, "tries"));

	json_object_set_new(record, "tries", json_integer(tries + 1));
	return save_refused(rq, x, refusal);
}

/* A code that was right is gone. `settled`: OK, or that it proves nothing, since its address is blocked. */
static err_t use_code(struct request *rq, struct experience *x, json_t *record, err_t settled)
{
	err_t e;

	json_object_del(record, "code");
	if (settled)
		return save_refused(rq, x, settled);
	json_object_set_new(record, "verified", json_true());
	e = experience_save(rq, x);
	return e ? e : reply_verification(rq, json_string_value(json_object_get(record, "id")));
}

static err_t try_code(struct request *rq, struct experience *x, json_t *record, const struct identifier *by)
{
	const struct attempt attempt = { LOCKOUT_IDENTIFIER, by->type, by->value };
	err_t outcome, e = judge(rq, x, record, by, &outcome);

	if (e)
		return e;
	e = attempt_settle(rq, &x->interaction, &attempt, outcome);
	if (e && e != outcome && e != ERR_LOCKED)
		return e;
	if (!outcome)
		return use_code(rq, x, record, e);
	return outcome == ERR_CODE_MISMATCH ? count_try(rq, x, record, e) : e;
}

static err_t verify_code(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	struct experience x;
	json_t *record;
	err_t e = check_identifier(rq, email_with_code, phone_with_code);

	if (!e)
		e = experience_load(rq, &x);
	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, type_for(&by)->name);
	record = record_find(&x, type_for(&by), body_text(rq, "verificationId"));
	return record ? try_code(rq, &x, record, &by) : ERR_PROOF_UNKNOWN;
}

/* -- routes -- */

#define BASE "/api/experience/verification/verification-code"

const struct route code_routes[] = {
	{ POST, BASE, INTERACTION, .before = experience_require_begun, .first = &send_step, .body = any_with_event,
	  .status = 200, .reply = &verification_shape, .sends = true, .operation = "CreateCodeVerification",
	  .summary = "Send a code to an address or a number" },
	{ POST, BASE "/verify", INTERACTION, WRITE, .before = experience_require_begun, .body = any_with_code,
	  .handler = verify_code, .status = 200, .reply = &verification_shape, .operation = "VerifyCodeVerification",
	  .summary = "Prove an address or a number by the code that was sent to it" },
};
const size_t code_route_count = ARRAY_LEN(code_routes);
