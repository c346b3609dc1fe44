/*
 * smtp.h - inside http/ only: the part of SMTP that hands over one mail (RFC 5321 section 3.3), from MAIL to the reply
 * behind the message. Bytes in, bytes out: transfer.c has the connection, on which libcurl has greeted and signed in.
 *
 * libcurl could do this part too, but it waits for the reply behind the message without going back to its caller
 * (smtp_done() in its smtp.c), so that one mail server that hangs there would hold up every call.
 */
#ifndef HTTP_SMTP_H
#define HTTP_SMTP_H

#include "base/buffer.h"
#include "base/err.h"

struct call;

enum smtp_state { SMTP_MAIL, SMTP_RCPT, SMTP_DATA, SMTP_MESSAGE, SMTP_HANDED_OVER };

struct smtp {
	const struct call *call;	/* borrowed: from, recipients, body */
	enum smtp_state state;		/* what the reply we wait for answers */
	size_t recipient;		/* of SMTP_RCPT */
	int code;			/* of the last whole reply */
	int lines;			/* of the reply that is coming */
	char line[1024];		/* what came of its current line; a whole one stays until the next begins */
	size_t line_len;
	struct buffer out;		/* what to send */
};

/*
 * ERR_CALL_INPUT: an address that could end its line or its brackets, no recipient, or a message with a CR or LF that
 * stands alone (a server may take it for the end of a line and read the rest as commands).
 */
NODISCARD err_t smtp_check(const struct call *c);
/* Puts the first command into `out`. */
void smtp_init(struct smtp *s, const struct call *c);
void smtp_done(struct smtp *s);
/*
 * Takes what the server sent; what to send then stands in `out`. `state` is SMTP_HANDED_OVER once the server has it.
 * ERR_CALL_FAILED: the server refused, `code` and `line` tell why. ERR_CALL_ANSWER: this is not SMTP.
 */
NODISCARD err_t smtp_take(struct smtp *s, const char *bytes, size_t len);

#endif
