/* What a mail server says: whatever it is, the dialogue stays inside its states, its line and its bounds. */
#include "http/smtp.h"

#include <stdlib.h>
#include <string.h>

#include "http/client.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const recipients[] = { "b@example.com", "c@example.com" };

static void must_hold(const struct smtp *s)
{
	if (s->line_len >= sizeof(s->line) || strnlen(s->line, sizeof(s->line)) == sizeof(s->line))
		abort();
	if (s->out.full || (s->state == SMTP_RCPT && s->recipient >= s->call->recipient_count))
		abort();
}

/* The first byte says how large the pieces are in which the rest arrives. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct call c = { .kind = CALL_SMTP,
				.from = "a@example.com",
				.recipients = recipients,
				.recipient_count = 2,
				.body = ".\r\n",
				.body_len = 3 };
	size_t piece = size ? data[0] % 64 + 1 : 1, n;
	struct smtp s;
	err_t e = OK;

	smtp_init(&s, &c);
	for (size_t at = 1; at < size && !e; at += n) {
		n = size - at < piece ? size - at : piece;
		e = smtp_take(&s, (const char *)data + at, n);
		must_hold(&s);
	}
	smtp_done(&s);
	return 0;
}
