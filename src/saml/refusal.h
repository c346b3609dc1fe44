/*
 * refusal.h - why the helper says no: a word for programs and a sentence for the operator. Nothing in it was
 * decrypted, and nothing of it goes to the browser.
 */
#ifndef SAML_REFUSAL_H
#define SAML_REFUSAL_H

#include "base/base.h"

struct refusal {
	const char *code; /* of those in docs/saml.md; NULL: none yet */
	char message[320];
};

/* Notes why, and returns false, so that a check ends with `return refuse(...)`. */
bool refuse(struct refusal *r, const char *code, const char *format, ...) PRINTF(3, 4);

#endif
