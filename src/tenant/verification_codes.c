/*
 * Codes that the Management API has sent to an address or a number, and then checks.
 *
 * A code is written once the service has taken the message: a message that cannot be sent leaves the code before it
 * good. A place under the limit is taken before, in a transaction of its own. Where no service is set up at all, the
 * request is refused and its code is there nonetheless: tries at it are judged as at any other.
 * Contract: users-apps-resources.md section 9.
 */
#include "tenant/connector.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/seal.h"
#include "entity/expiry.h"
#include "http/client.h"
#include "store/store.h"
#include "tenant/code_policy.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "tenant/message.h"
#include "tenant/message_limit.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define CODE_LEN 6
#define KEPT_MS DAY_MS	/* so long one learns that a code has expired */

STATEMENT(code_put,
	  "INSERT INTO verification_codes (tenant_id, recipient, code_sealed, tries, created_at)"
	  " VALUES ($1, $2, $3, 0, $4) ON CONFLICT (tenant_id, recipient)"
	  " DO UPDATE SET code_sealed = excluded.code_sealed, tries = 0, created_at = excluded.created_at");
STATEMENT(code_find,
	  "SELECT code_sealed, tries, created_at FROM verification_codes WHERE tenant_id = $1 AND recipient = $2"
	  " {lock}");
COLUMNS(code_find, code_sealed, tries, created_at);
STATEMENT(code_count_try, "UPDATE verification_codes SET tries = tries + 1 WHERE tenant_id = $1 AND recipient = $2");
STATEMENT(code_use_up, "DELETE FROM verification_codes WHERE tenant_id = $1 AND recipient = $2");
EXPIRING_BY(verification_code, "verification_codes", "recipient", "created_at", KEPT_MS);

/* `*type`: of the connector that reaches it. The address wins over the number. */
static err_t find_recipient(const struct request *rq, const char **recipient, const char **type)
{
	const char *email = body_text(rq, "email"), *phone = body_text(rq, "phone");

	*recipient = email ? email : phone;
	*type = email ? CONNECTOR_EMAIL : CONNECTOR_SMS;
	return *recipient ? OK : input_issue(rq->arena, "body", NULL, "custom", "Name an address or a number.");
}

/* -- sending -- */

struct sending {
	char code[CODE_LEN + 1];
	const char *recipient;
	int64_t place;
	struct call call;
};
FLOW(sending, struct sending)

static const struct field send_body[] = {
	{ "email", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 128, .form = FORM_EMAIL,
	  .help = "Counts when there is a number too." },
	{ "phone", .type = FIELD_TEXT, .flags = STORED_MAX, .max = 32, .form = FORM_PHONE },
	FIELDS_END
};

static err_t put_code(struct request *rq, const struct sending *s)
{
	struct slice sealed;
	err_t e = seal_wrap(context.seal, rq->arena, SEAL_CODE, txn_tenant(rq->tx), s->recipient, s->code, CODE_LEN,
			    &sealed);

	if (!e)
		e = store_exec(rq->tx, &code_put, ARGS(T(s->recipient), BLOB(sealed.at, sealed.len), N(clock_ms())),
			       NULL);
	return e;
}

static err_t note_sent(struct request *rq)
{
	const struct sending *s = sending(rq);
	err_t failed = message_outcome(&s->call), e;

	if (!failed) {
		e = put_code(rq, s);
		return e ? e : reply_empty(rq, 204);
	}
	e = message_give_back(rq->tx, rq->arena, MESSAGE_CODE, s->recipient, s->place);
	return e ? e : refuse_keeping(rq, failed);
}

static const struct step note_sent_step = { "note the code that was sent", WRITE, note_sent };

static err_t call_service(struct request *rq)
{
	return transfer(rq, &sending(rq)->call, &note_sent_step);
}

static const struct step call_service_step = { "send a verification code", CALL, call_service };

static err_t begin_sending(struct request *rq)
{
	struct sending *s = sending(rq);
	json_auto_t *payload = NULL;
	const char *type;
	struct message m;
	err_t e = find_recipient(rq, &s->recipient, &type);

	if (!e)
		e = fields_fit(rq->arena, send_body, rq->body);
	if (e)
		return e;
	id_new(s->code, CODE_LEN, ALPHABET_DIGITS);
	payload = json_pack("{s:s}", "code", s->code);
	m = (struct message){ s->recipient, "Generic", payload, rq->remote, NULL };
	e = connector_call(rq, type, &m, &s->call);
	if (e == ERR_NO_CONNECTOR) {
		err_t failed = put_code(rq, s);

		return failed ? failed : refuse_keeping(rq, e);
	}
	if (!e)
		e = message_take_place(rq->tx, rq->arena, MESSAGE_CODE, s->recipient, &s->place);
	return e ? e : next(rq, &call_service_step);
}

static const struct step begin_sending_step = { "take a place for a verification code", WRITE, begin_sending };

/* -- checking -- */

static err_t compare(struct request *rq, const char *recipient, const struct slice *sealed, bool *equal)
{
	CLEANUP(secret_done) struct secret code = {0};
	err_t e = seal_unwrap(context.seal, SEAL_CODE, txn_tenant(rq->tx), recipient, sealed->at, sealed->len, &code);

	*equal = !e && secret_equal_text(&code, body_text(rq, "verificationCode"));
	return e;
}

static err_t judge_age(struct request *rq, int64_t tries, int64_t made)
{
	CLEANUP(setting_release) const json_t *rules = NULL;
	err_t e = setting_load(rq->tx, &sign_in_experience, &rules);
	struct code_policy policy;

	if (e)
		return e;
	policy = code_policy_of(rules);
	if (made + policy.life_ms < clock_ms())
		return ERR_CODE_EXPIRED;
	return tries >= policy.tries ? ERR_CODE_TRIES : OK;
}

/* The code that waits for this recipient, while it may be tried. */
static err_t find_code(struct request *rq, const char *recipient, struct slice *sealed)
{
	CLEANUP(rows_close) struct rows row = {0};
	int64_t tries, made;
	err_t e = store_query(rq->tx, &code_find, ARGS(T(recipient)), &row);

	if (e)
		return e;
	if (!rows_next(&row)) {
		e = rows_end(&row);
		return e ? e : ERR_CODE_UNKNOWN;
	}
	tries = rows_int(&row, code_find_tries);
	made = rows_int(&row, code_find_created_at);
	sealed->at = rows_blob(&row, code_find_code_sealed, &sealed->len, rq->arena);
	e = rows_end(&row);
	if (e)
		return e;
	return judge_age(rq, tries, made);
}

static err_t check_code(struct request *rq)
{
	const char *recipient, *type;
	struct slice sealed;
	bool equal;
	err_t e = find_recipient(rq, &recipient, &type);

	if (!e)
		e = find_code(rq, recipient, &sealed);
	if (!e)
		e = compare(rq, recipient, &sealed, &equal);
	if (e)
		return e;
	e = store_exec(rq->tx, equal ? &code_use_up : &code_count_try, ARGS(T(recipient)), NULL);
	if (e)
		return e;
	return equal ? reply_empty(rq, 204) : refuse_keeping(rq, ERR_CODE_MISMATCH);
}

/* -- routes -- */

static const struct field check_body[] = {
	{ "email", .type = FIELD_TEXT, .form = FORM_EMAIL, .help = "Exactly as it was sent to." },
	{ "phone", .type = FIELD_TEXT, .form = FORM_PHONE },
	{ "verificationCode", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY },
	FIELDS_END
};

const struct route verification_code_routes[] = {
	{ POST, "/api/verification-codes", MANAGEMENT, .first = &begin_sending_step, .body = send_body, .status = 204,
	  .sends = true, .summary = "Send a verification code" },
	{ POST, "/api/verification-codes/verify", MANAGEMENT, WRITE, .body = check_body, .handler = check_code,
	  .status = 204, .operation = "VerifyVerificationCode", .summary = "Check a verification code" },
};
const size_t verification_code_route_count = ARRAY_LEN(verification_code_routes);
