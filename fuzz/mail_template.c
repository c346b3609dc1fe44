/*
 * Texts of mails, and what is filled into them: whatever they are, the mail has the headers that it should have,
 * once each, and its lines are lines. The input: the subject, the sender, the recipient and the value to fill in, each ended
 * by a NUL, and the content.
 */
#include <stdlib.h>
#include <string.h>

#include "tenant/mail.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const headers[] = {
	"Date: ", "From: ", "To: ", "Reply-To: ", "Message-ID: ", "Subject: ", "MIME-Version: ", "Content-Type: ",
	"Content-Transfer-Encoding: ", "Auto-Submitted: ",
};

/* The number of the header that the line begins with. */
static size_t header_of(const char *line)
{
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		if (!strncmp(line, headers[i], strlen(headers[i])))
			return i;
	abort();
}

/* Every line ends with CR LF, is short enough (RFC 5322 section 2.1.1), and has no other CR or LF. */
static const char *line_end(const char *line)
{
	const char *end = line + strcspn(line, "\r\n");

	if (end - line > 998 || end[0] != '\r' || end[1] != '\n')
		abort();
	return end + 2;
}

static void must_hold(struct slice mail)
{
	bool seen[ARRAY_LEN(headers)] = { false };
	const char *line = mail.at;

	if (strlen(mail.at) != mail.len)
		abort();
	for (; *line != '\r'; line = line_end(line)) {
		if (*line == ' ')
			continue;
		if (seen[header_of(line)])
			abort();
		seen[header_of(line)] = true;
	}
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		if (!seen[i])
			abort();
	for (; *line; line = line_end(line))
		;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *texts[5], *at = arena_copyn(a, (const char *)data, size), *end = at + size;
	json_t *payload;
	struct slice out;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		texts[i] = at;
		at += strlen(at);
		at += at < end;
	}
	payload = json_pack("{s:s?, s:{s:s?}}", "code", texts[3], "organization", "name", texts[3]);
	if (payload) {
		for (int html = 0; html < 2; html++) {
			const struct mail m = { texts[1], texts[1], texts[2], texts[0], texts[4], html, payload };

			if (!mail_write(a, &m, &out))
				must_hold(out);
		}
		json_decref(payload);
	}
	arena_free(a);
	return 0;
}
