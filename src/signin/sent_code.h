/*
 * sent_code.h - a code that was sent to an address or a number, in the record that waits for it (sign-in.md section
 * 3.2). The record keeps it sealed, with how often it was tried; a right code is gone.
 *
 * A record is a JSON object with the members `id`, `identifier` {type, value} and `verified`; here it gets the
 * members `code`, `sentAt` and `tries`, which nobody is shown.
 */
#ifndef SIGNIN_SENT_CODE_H
#define SIGNIN_SENT_CODE_H

#include "directory/person.h"
#include "entity/field.h"
#include "http/request.h"
#include "tenant/outgoing.h"

#define SENT_CODE_LEN 6
/* From the request to the answer: it leaves quick services the time to deliver, and tells nothing by its length. */
#define SENT_CODE_ANSWER_US INT64_C(200000)

/* What a message with a code says, and to whom. */
struct sent_code {
	const struct identifier *to;
	const char *kind;		/* of the template: SignIn, BindNewIdentifier, … */
	const char *client_id;		/* the application that the person uses */
	const char *ui_locales;		/* languages that it asked for; NULL: those of the browser count */
	const json_t *rules;		/* the setting sign_in_experience */
};

/* Makes a code and the message that carries it, which has no place under the limit yet. The caller wipes `code`. */
NODISCARD err_t sent_code_make(struct request *rq, const struct sent_code *s, char code[SENT_CODE_LEN + 1],
			       struct outgoing *out);
/*
 * Whether the tenant can send the message. ERR_NO_CONNECTOR; ERR_CONNECTOR: what is wrong with a connector is not for
 * those who ask for a code.
 */
NODISCARD err_t sent_code_check_connector(struct request *rq, const struct outgoing *o);
/* Puts the code into a record, sealed. */
NODISCARD err_t sent_code_put(struct request *rq, json_t *record, const char *code);
/* The members of an event about a message that the limit refused; lives in the request's arena. */
const char *sent_code_limit_members(struct request *rq, const char *recipient);

/*
 * Whether `tried` is the code, said by one who names what it was sent to: OK or the reason in `*outcome`, which is
 * ERR_CODE_UNKNOWN, ERR_CODE_EMAIL, ERR_CODE_PHONE, ERR_CODE_EXPIRED, ERR_CODE_TRIES or ERR_CODE_MISMATCH.
 */
NODISCARD err_t sent_code_judge(struct request *rq, const json_t *rules, const json_t *record,
				const struct identifier *by, const char *tried, err_t *outcome);
/* Counts a wrong try. */
void sent_code_count_try(json_t *record);
/* The code was right: the record is verified, and the code gone. */
void sent_code_use_up(json_t *record);

/* Whether the identifier is an address; otherwise it is a number. */
bool identifier_is_email(const struct identifier *by);

/* -- bodies: {identifier: {type, value}} of any form, which sent_code_check_form() then checks by its type -- */
#define SENT_CODE_VALUE_MOST 256
extern const struct field sent_code_identifier[];	/* members of it */
/* ERR_INPUT: the value of `identifier` in the body is not of the form of its type. */
NODISCARD err_t sent_code_check_form(struct request *rq);

#endif
