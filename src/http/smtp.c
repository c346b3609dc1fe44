/* The dialogue of SMTP: checks a mail, writes commands, reads replies. */
#include "http/smtp.h"

#include <string.h>

#include "http/client.h"

#include "base/banned.h"

#define LINES_MOST 100		/* of one reply */
#define ADDRESS_MOST 320	/* RFC 3696, erratum 1690: 64 before the @, 255 behind it */

/* -- what may be sent -- */

/* Whether an address, or "", can stand between < and > of a command. */
static bool is_address(const char *s)
{
	size_t len = strnlen(s, ADDRESS_MOST + 1);

	if (len > ADDRESS_MOST)
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '<' || s[i] == '>')
			return false;
	return true;
}

/* Whether each CR and LF is part of a CR LF, and there is no NUL. */
static bool has_whole_lines(const char *message, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (message[i] == '\n' || message[i] == '\0')
			return false;
		if (message[i] != '\r')
			continue;
		if (++i == len || message[i] != '\n')
			return false;
	}
	return true;
}

err_t smtp_check(const struct call *c)
{
	if (!c->from || !is_address(c->from))
		return err_set(ERR_CALL_INPUT, "the sender is not a plain mail address");
	if (c->recipient_count == 0)
		return err_set(ERR_CALL_INPUT, "the mail has no recipient");
	for (size_t i = 0; i < c->recipient_count; i++)
		if (!*c->recipients[i] || !is_address(c->recipients[i]))
			return err_set(ERR_CALL_INPUT, "recipient %zu is not a plain mail address", i + 1);
	if (!has_whole_lines(c->body, c->body_len))
		return err_set(ERR_CALL_INPUT, "the mail has a CR, LF or NUL outside of CR LF");
	return OK;
}

/* -- what is sent -- */

/* RFC 5321 section 4.5.2: a line that begins with a dot gets one more; a dot alone ends the message. */
static void put_message(struct buffer *out, const char *message, size_t len)
{
	const char *end = message + len, *line_end;

	while (message < end) {
		line_end = memchr(message, '\n', (size_t)(end - message));
		line_end = line_end ? line_end + 1 : end;
		if (*message == '.')
			buffer_char(out, '.');
		buffer_add(out, message, (size_t)(line_end - message));
		message = line_end;
	}
	if (len && end[-1] != '\n')
		buffer_text(out, "\r\n");
	buffer_text(out, ".\r\n");
}

static void put_recipient(struct smtp *s)
{
	buffer_texts(&s->out, "RCPT TO:<", s->call->recipients[s->recipient], ">\r\n");
}

void smtp_init(struct smtp *s, const struct call *c)
{
	*s = (struct smtp){ .call = c };
	buffer_init(&s->out, 2 * c->body_len + KIB(1));	/* a message of dots alone gets twice as long */
	buffer_reserve(&s->out, s->out.max);		/* at once, so that growing leaves no copy behind */
	buffer_texts(&s->out, "MAIL FROM:<", c->from, ">\r\n");
}

void smtp_done(struct smtp *s)
{
	if (s->out.data)
		explicit_bzero(s->out.data, s->out.cap);	/* a mail may carry a code or a link to sign in with */
	buffer_done(&s->out);
}

/* -- what comes back -- */

/* Whether the reply lets the dialogue continue (RFC 5321 section 4.2.1). */
static bool is_positive_reply(const struct smtp *s)
{
	if (s->state == SMTP_DATA)
		return s->code == 354;
	return s->code >= 200 && s->code < 300;
}

/* Writes the command that follows a positive reply. */
static void go_on(struct smtp *s)
{
	buffer_clear(&s->out);
	switch (s->state) {
	case SMTP_MAIL:
		s->state = SMTP_RCPT;
		put_recipient(s);
		return;
	case SMTP_RCPT:
		if (++s->recipient < s->call->recipient_count) {
			put_recipient(s);
			return;
		}
		s->state = SMTP_DATA;
		buffer_text(&s->out, "DATA\r\n");
		return;
	case SMTP_DATA:
		s->state = SMTP_MESSAGE;
		put_message(&s->out, s->call->body, s->call->body_len);
		return;
	case SMTP_MESSAGE:
		s->state = SMTP_HANDED_OVER;
		buffer_text(&s->out, "QUIT\r\n");
		return;
	case SMTP_HANDED_OVER:
		return;
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 5321 section 4.2: three digits, then "-" when more lines follow. Sets `code`; *last: this line is the last. */
static err_t read_line(struct smtp *s, bool *last)
{
	const char *l = s->line;
	int code;

	if (s->line_len && s->line[s->line_len - 1] == '\r')
		s->line_len--;
	s->line[s->line_len] = '\0';
	if (s->line_len < 3 || l[0] < '2' || l[0] > '5' || !is_digit(l[1]) || !is_digit(l[2]) || !strchr(" -", l[3]))
		return err_set(ERR_CALL_ANSWER, "the mail server's reply has no code");
	code = (l[0] - '0') * 100 + (l[1] - '0') * 10 + (l[2] - '0');
	if (s->lines > 0 && code != s->code)
		return err_set(ERR_CALL_ANSWER, "the lines of the mail server's reply have different codes");
	if (++s->lines > LINES_MOST)
		return err_set(ERR_CALL_ANSWER, "the mail server's reply has more than %d lines", LINES_MOST);
	s->code = code;
	*last = l[3] != '-';
	return OK;
}

/* A byte that is part of a reply; after its last one the dialogue goes on. */
static err_t take_byte(struct smtp *s, char byte)
{
	bool last = false;
	err_t e;

	if (byte != '\n') {
		if (s->line_len >= sizeof(s->line) - 1)
			return err_set(ERR_CALL_ANSWER, "a line of the mail server's reply is too long");
		s->line[s->line_len++] = byte;
		return OK;
	}
	e = read_line(s, &last);
	s->line_len = 0;
	if (e || !last)
		return e;
	s->lines = 0;
	if (!is_positive_reply(s))
		return err_set(ERR_CALL_FAILED, "the mail server refused: %s", s->line);
	go_on(s);
	return OK;
}

err_t smtp_take(struct smtp *s, const char *bytes, size_t len)
{
	enum smtp_state began = s->state;
	size_t began_at = s->recipient;
	err_t e = OK;

	for (size_t i = 0; i < len && !e; i++) {
		if (s->state == SMTP_HANDED_OVER)
			return OK;	/* what comes behind the last reply is ignored */
		if (s->state != began || s->recipient != began_at)
			return err_set(ERR_CALL_ANSWER, "the mail server sent a reply before it was asked");
		e = take_byte(s, bytes[i]);
	}
	return e;
}
