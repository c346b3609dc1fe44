/*
 * Codes as proofs (sign-in.md section 11): a code to an address or a number that the account has proves its owner, one
 * to any other proves that address alone, which may then become the account's.
 */
#include <string.h>

#include "account/account.h"
#include "account/proof.h"
#include "base/clock.h"
#include "http/client.h"
#include "signin/attempt.h"
#include "signin/sent_code.h"
#include "signin/experience.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/message_limit.h"

#include "base/banned.h"

static const char *type_for(const struct identifier *by)
{
	return identifier_is_email(by) ? PROOF_EMAIL : PROOF_PHONE;
}

/* -- sending -- */

struct sending {
	int64_t answer_at_us;
	struct proof proof;
	struct call pause;
};
FLOW(sending, struct sending)

static err_t answer_sent(struct request *rq)
{
	return proof_reply(rq, &sending(rq)->proof);
}

static const struct step answer_sent_step = { "tell an owner that a code is on its way", WORK, answer_sent };

static err_t wait_a_moment(struct request *rq)
{
	struct sending *s = sending(rq);

	s->pause = (struct call){ .kind = CALL_PAUSE, .until_us = s->answer_at_us };
	return transfer(rq, &s->pause, &answer_sent_step);
}

static const struct step wait_step = { "wait before the answer about a code of an owner", CALL, wait_a_moment };

/* Takes the place of the message under the limit; a refusal is an event. */
static err_t take_place(struct request *rq, struct outgoing *o)
{
	const char *to = o->message.to;
	err_t noted, e = message_take_place(rq->tx, rq->arena, MESSAGE_CODE, to, &o->place);

	if (e != ERR_MESSAGE_LIMIT)
		return e;
	noted = account_note(rq, "Message.RateLimited", sent_code_limit_members(rq, to), NULL);
	return noted ? noted : refuse_keeping(rq, e);
}

/* Which message it is: to what the account has already, or to something new. */
static err_t kind_of(struct request *rq, const struct identifier *by, const char **kind)
{
	struct person owner;
	err_t e = person_find(rq, by, false, &owner);

	*kind = !e && !strcmp(owner.id, rq->who.id) ? PROOF_OF_USER : "BindNewIdentifier";
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Stores the proof that waits for the code, and puts the message out. */
static err_t put_proof(struct request *rq, const struct identifier *by, const char *code, const struct outgoing *o)
{
	struct proof *p = &sending(rq)->proof;
	json_t *identifier = json_pack("{s:s, s:s}", "type", by->type, "value", by->value);
	err_t e = proof_put(
		rq, type_for(by),
		json_pack("{s:o, s:s, s:b}", "identifier", identifier, "templateType", o->message.type, "verified", 0),
		p);

	if (!e)
		e = sent_code_put(rq, p->details, code);
	if (!e)
		e = proof_save(rq, p);
	return e ? e : outgoing_put(rq, o);
}

static err_t send(struct request *rq, const struct sent_code *what)
{
	struct outgoing o;
	char code[SENT_CODE_LEN + 1];
	err_t e = sent_code_make(rq, what, code, &o);

	if (!e)
		e = take_place(rq, &o);
	if (!e)
		e = sent_code_check_connector(rq, &o);
	if (!e)
		e = put_proof(rq, what->to, code, &o);
	explicit_bzero(code, sizeof(code));
	return e ? e : next(rq, &wait_step);
}

static err_t send_code(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	struct sent_code what = { .to = &by, .client_id = account_token(rq)->client_id };
	struct experience x = {0};
	err_t e = sent_code_check_form(rq);

	if (!sending(rq)->answer_at_us)
		sending(rq)->answer_at_us = clock_monotonic_us() + SENT_CODE_ANSWER_US;
	if (e)
		return e;
	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_CREATE, type_for(&by));
	e = experience_load_rules(rq, &x);
	if (!e)
		e = kind_of(rq, &by, &what.kind);
	what.rules = x.rules;
	return e ? e : send(rq, &what);
}

static const struct step send_step = { "make a code for an owner", WRITE, send_code };

/* -- verifying -- */

/* Saves what became of the proof in a step that is refused with `refusal`, and keeps what it writes. */
static err_t save_refused(struct request *rq, const struct proof *p, err_t refusal)
{
	err_t e = proof_save(rq, p);

	return e ? refuse(rq, e) : refusal;
}

static err_t try_code(struct request *rq, const json_t *rules, const struct proof *p, const struct identifier *by)
{
	const struct attempt attempt = { LOCKOUT_IDENTIFIER, by->type, by->value };
	err_t outcome, e = sent_code_judge(rq, rules, p->details, by, body_text(rq, "code"), &outcome);

	if (e)
		return e;
	e = attempt_settle_by(rq, &attempt, outcome, account_note);
	if (e && outcome == ERR_CODE_MISMATCH) {
		sent_code_count_try(p->details);
		return save_refused(rq, p, e);
	}
	if (e)
		return e;
	sent_code_use_up(p->details);
	e = proof_save(rq, p);
	return e ? e : proof_reply_id(rq, p);
}

static err_t verify_code(struct request *rq)
{
	const struct identifier by = body_identifier(rq);
	struct experience x = {0};
	struct proof p;
	err_t e = sent_code_check_form(rq);

	if (e)
		return e;
	account_log(rq, AUDIT_ACCOUNT_VERIFICATION_SUBMIT, type_for(&by));
	e = experience_load_rules(rq, &x);
	if (!e)
		e = proof_find(rq, body_text(rq, "verificationId"), type_for(&by), &p);
	return e ? e : try_code(rq, x.rules, &p, &by);
}

/* -- routes -- */

#define OF_IDENTIFIER { "identifier", .type = FIELD_STRUCT, .flags = REQUIRED, .members = sent_code_identifier }

static const struct field send_body[] = { OF_IDENTIFIER, FIELDS_END };
static const struct field verify_body[] = {
	OF_IDENTIFIER,
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED, .max = 64 },
	{ "code", .type = FIELD_TEXT, .flags = REQUIRED, .max = SENT_CODE_VALUE_MOST },
	FIELDS_END
};

const struct route code_verification_routes[] = {
	{ POST, "/api/verifications/verification-code", ACCOUNT, .first = &send_step, .body = send_body, .status = 201,
	  .reply = &proof_shape, .sends = true, .operation = "CreateVerificationByVerificationCode",
	  .summary = "Send a code to an address or a number of the account, or to a new one" },
	{ POST, "/api/verifications/verification-code/verify", ACCOUNT, WRITE, .body = verify_body,
	  .handler = verify_code, .status = 200, .reply = &proof_id_shape,
	  .operation = "VerifyVerificationByVerificationCode",
	  .summary = "Prove an address or a number by the code that was sent to it" },
};
const size_t code_verification_route_count = ARRAY_LEN(code_verification_routes);
