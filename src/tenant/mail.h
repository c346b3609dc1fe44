/*
 * mail.h - what a mail looks like: texts with places to fill in become a message with headers (RFC 5322), for SMTP.
 *
 * A text has places like {{code}} or {{organization.name}}: the member of the payload of that name, reached through
 * objects by dots. What is filled in cannot become anything but text: in HTML its marks are escaped, in the subject it
 * stays on the line, and nothing of it can begin another header. A member that is not there is filled with nothing;
 * what does not look like a place stays as it is written.
 */
#ifndef TENANT_MAIL_H
#define TENANT_MAIL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

struct mail {
	const char *from;		/* a mailbox: an address, or NAME <address> */
	const char *reply_to;		/* the same; NULL: none */
	const char *to;			/* an address */
	const char *subject, *content;	/* with places */
	bool is_html;
	const json_t *payload;		/* an object */
};

/* Whether a text is an address, or a name with an address in angle brackets behind it. */
bool mail_is_mailbox(const char *text);
/* The address of a mailbox, its domain in the form of the DNS; lives in `a`. */
const char *mail_address(struct arena *a, const char *mailbox);
/* The text of the mail, ended by CR LF; lives in `a`. ERR_CONNECTOR: it would be too large, or has no mailbox. */
NODISCARD err_t mail_write(struct arena *a, const struct mail *m, struct slice *out);

#endif
