/*
 * Codes that are sent to an address or a number, as proofs that it is the person's (sign-in.md section 3.2).
 *
 * A record keeps its code sealed, and how often it was tried. The message waits in the outbox (tenant/outgoing.h) from
 * the commit on, and leaves at once; nobody waits for its service. The answer comes after a fixed time, and says the
 * same in the same time whether there is somebody to send to or not; it leaves quick services the time to deliver.
 */
#include "signin/code.h"

#include <string.h>

#include "base/clock.h"
#include "entity/tree.h"
#include "http/client.h"
#include "signin/attempt.h"
#include "signin/flow_event.h"
#include "signin/sent_code.h"
#include "tenant/doors.h"
#include "tenant/factor_type.h"
#include "tenant/identifier_policy.h"
#include "tenant/message_limit.h"

#include "base/banned.h"

/* -- bodies -- */

#define OF_IDENTIFIER { "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = sent_code_identifier }

static const struct field send_body[] = {
	OF_IDENTIFIER,
	{ "interactionEvent", .type = FIELD_ENUM, .flags = REQUIRED, .options = purposes },
	FIELDS_END
};
static const struct field verify_body[] = {
	OF_IDENTIFIER,
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "code", .type = FIELD_TEXT, .flags = REQUIRED, .max = SENT_CODE_VALUE_MOST },
	FIELDS_END
};

/* -- the two types -- */

static void stage_email(const json_t *record, json_t *profile)
{
	json_object_set_new(profile, "primaryEmail", json_string(record_identifier(record).value));
}

static void stage_phone(const json_t *record, json_t *profile)
{
	json_object_set_new(profile, "primaryPhone", json_string(record_identifier(record).value));
}

const char *const shown_code[] = { "identifier", "templateType", "verified", NULL };

#define CODE_RECORD(type, how) \
	.name = (type), .shown = shown_code, .signs_in = true, .resets_password = true, .registers = true, \
	.method = "verificationCode", .find_user = record_find_by_identifier, .stage = (how), .bind = code_bind

RECORD_TYPE(email_code_record) = { CODE_RECORD(TYPE_EMAIL_CODE, stage_email) };
RECORD_TYPE(phone_code_record) = { CODE_RECORD(TYPE_PHONE_CODE, stage_phone) };

static const struct record_type *type_for(const struct identifier *by)
{
	return identifier_is_email(by) ? &email_code_record : &phone_code_record;
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
	const char *to = o->message.to;
	err_t noted, e = message_take_place(rq->tx, rq->arena, MESSAGE_CODE, to, &o->place);

	if (e != ERR_MESSAGE_LIMIT)
		return e;
	noted = flow_event_note(rq, &x->interaction, "Message.RateLimited", sent_code_limit_members(rq, to), NULL);
	return noted ? noted : refuse_keeping(rq, e);
}

/* Makes the record with its code, and puts the message out unless it is in vain. */
static err_t put_record(struct request *rq, struct experience *x, const struct code_order *o, const char *code,
			const struct outgoing *message)
{
	json_t *identifier = json_pack("{s:s, s:s}", "type", o->to.type, "value", o->to.value);
	json_t *members =
		json_pack("{s:o, s:s, s:b}", "identifier", identifier, "templateType", o->kind, "verified", 0);
	err_t e;

	tree_set_text(members, "userId", o->user_id);
	sending(rq)->id = record_put(rq, x, o->type, members);
	e = sent_code_put(rq, record_find(x, o->type, sending(rq)->id), code);
	if (!e && !o->in_vain)
		e = outgoing_put(rq, message);
	return e ? e : experience_save(rq, x);
}

void code_begin(struct request *rq)
{
	if (!sending(rq)->answer_at_us)
		sending(rq)->answer_at_us = clock_monotonic_us() + SENT_CODE_ANSWER_US;
}

err_t code_send(struct request *rq, struct experience *x, const struct code_order *o)
{
	const struct sent_code what = {
		.to = &o->to, .kind = o->kind, .client_id = x->interaction.client_id,
		.ui_locales = interaction_param(&x->interaction, "ui_locales"), .rules = x->rules,
	};
	struct outgoing message;
	char code[SENT_CODE_LEN + 1];
	err_t e = sent_code_make(rq, &what, code, &message);

	if (!e)
		e = take_place(rq, x, &message);
	if (!e)
		e = sent_code_check_connector(rq, &message);
	if (!e)
		e = put_record(rq, x, o, code, &message);
	explicit_bzero(code, sizeof(code));
	return e ? e : next(rq, &wait_step);
}

/* Whether the person may ask for a code at all. */
static err_t check_asker(struct request *rq, const struct experience *x, const struct identifier *by)
{
	bool registers = !strcmp(body_text(rq, "interactionEvent"), purposes[REGISTER]);
	err_t e = x->user_id ? OK : experience_check_captcha(x);

	if (e || !registers || !identifier_is_email(by))
		return e;
	return email_check(rq->arena, json_object_get(x->rules, "emailBlocklistPolicy"), by->value);
}

static err_t order_code(struct request *rq, struct experience *x, const struct identifier *by)
{
	const char *event = body_text(rq, "interactionEvent");
	struct code_order o = { .to = *by, .type = type_for(by), .kind = kind_of(x, by, event) };
	err_t e = is_in_vain(rq, x, by, event, &o.in_vain);

	return e ? e : code_send(rq, x, &o);
}

static err_t send_code(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	struct experience x;
	err_t e = sent_code_check_form(rq);

	code_begin(rq);
	if (!e)
		e = experience_load(rq, &x);
	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_CREATE, type_for(&by)->name);
	e = check_asker(rq, &x, &by);
	return e ? e : order_code(rq, &x, &by);
}

static const struct step send_step = { "make a code and put its message out", WRITE, send_code };

/* -- verifying -- */

/* Saves what became of the record in a step that is refused with `refusal`, and keeps what it writes. */
static err_t save_refused(struct request *rq, struct experience *x, err_t refusal)
{
	err_t e = experience_save(rq, x);

	return e ? refuse(rq, e) : refusal;
}

static err_t keep_proof(struct request *rq, struct experience *x, json_t *record)
{
	err_t e;

	sent_code_use_up(record);
	e = experience_save(rq, x);
	return e ? e : reply_verification(rq, json_string_value(json_object_get(record, "id")));
}

err_t code_try(struct request *rq, struct experience *x, json_t *record, const struct identifier *by)
{
	const struct attempt attempt = { LOCKOUT_IDENTIFIER, by->type, by->value };
	err_t outcome, e = sent_code_judge(rq, x->rules, record, by, body_text(rq, "code"), &outcome);

	if (e)
		return e;
	e = attempt_settle(rq, &x->interaction, &attempt, outcome);
	if (e && e != outcome && e != ERR_LOCKED)
		return e;
	if (!e)
		return keep_proof(rq, x, record);
	if (!outcome)		/* right, but blocked: it is used up all the same */
		json_object_del(record, "code");
	else if (outcome == ERR_CODE_MISMATCH)
		sent_code_count_try(record);
	else
		return e;
	return save_refused(rq, x, e);
}

static err_t verify_code(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	struct experience x;
	json_t *record;
	err_t e = sent_code_check_form(rq);

	if (!e)
		e = experience_load(rq, &x);
	if (e)
		return e;
	experience_log(rq, &x, AUDIT_VERIFICATION_SUBMIT, type_for(&by)->name);
	record = record_find(&x, type_for(&by), body_text(rq, "verificationId"));
	return record ? code_try(rq, &x, record, &by) : ERR_PROOF_UNKNOWN;
}

/* -- routes -- */

#define BASE "/api/experience/verification/verification-code"

const struct route code_routes[] = {
	{ POST, BASE, INTERACTION, .before = experience_require_begun, .first = &send_step, .body = send_body,
	  .status = 200, .reply = &verification_shape, .sends = true, .operation = "CreateCodeVerification",
	  .summary = "Send a code to an address or a number" },
	{ POST, BASE "/verify", INTERACTION, WRITE, .before = experience_require_begun, .body = verify_body,
	  .handler = verify_code, .status = 200, .reply = &verification_shape, .operation = "VerifyCodeVerification",
	  .summary = "Prove an address or a number by the code that was sent to it" },
};
const size_t code_route_count = ARRAY_LEN(code_routes);
