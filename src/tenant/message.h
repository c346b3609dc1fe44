/*
 * message.h - a mail or text message becomes a call to the service that delivers it (http/client.h).
 *
 * A message may carry a code or a link to sign in with. So what a service answers is told to nobody, since it may
 * repeat the message: a caller learns that the message could not be sent, the log learns the status.
 * Contract: sign-in.md section 12.1.
 */
#ifndef TENANT_MESSAGE_H
#define TENANT_MESSAGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

struct call;
struct factory;

struct message {
	const char *to;			/* address or number */
	const char *type;		/* what it is for: Generic, OrganizationInvitation, … */
	const json_t *payload;		/* an object: code, link, locale, … */
	const char *ip;			/* of the caller whose request sends it */
	const json_t *details;		/* BY_SMTP: the texts, {subject, content, …}; NULL: those of the connector */
};

/*
 * Makes the call that hands the message over as the factory does, to the service of `config`, which has been checked.
 * Everything that the call needs is copied into `a`. ERR_MAIL_TEMPLATE: there is no text for it; ERR_CONNECTOR: the
 * mail cannot be written.
 */
NODISCARD err_t message_call(struct arena *a, const struct factory *f, const json_t *config, const struct message *m,
			     struct call *c);
/* What came of the call: OK or ERR_CONNECTOR. */
NODISCARD err_t message_outcome(const struct call *c);

#endif
