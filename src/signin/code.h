/*
 * code.h - sends a code for a record of the Experience API, and tries it: the codes that people sign in with, and
 * those that are a second factor.
 */
#ifndef SIGNIN_CODE_H
#define SIGNIN_CODE_H

#include "signin/record.h"

struct code_order {
	struct identifier to;			/* email or phone */
	const struct record_type *type;		/* of the record that waits for the code */
	const char *kind;			/* of the message */
	const char *user_id;			/* whom it proves; NULL: whoever has the address then */
	bool in_vain;				/* all happens but the sending */
};

/* Notes when the answer is due; the first thing in the WRITE step that ends with code_send(). */
void code_begin(struct request *rq);
/* Makes record and code, puts the message out, and goes on to the answer with the id of the record. */
err_t code_send(struct request *rq, struct experience *x, const struct code_order *o);
/* Tries the member `code` of the body; answers with the id of the record, which is verified then. In a WRITE step. */
err_t code_try(struct request *rq, struct experience *x, json_t *record, const struct identifier *by);

/* The column `bind` of the records of codes: makes the address one of the account, and a second factor. */
err_t code_bind(struct request *rq, struct experience *x, const char *id);

extern const char *const shown_code[];	/* members that answers show of the record */

#endif
