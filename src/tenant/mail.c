/* Fills in the texts of mails, and writes mails with their headers. */
#include "tenant/mail.h"

#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/idn.h"
#include "base/ids.h"
#include "base/text.h"
#include "base/url.h"

#include "base/banned.h"

#define MAIL_MOST MIB(2)	/* of text, before and after it is coded */
#define SUBJECT_MOST KIB(8)	/* the rest is cut */
#define PATH_MOST 128		/* bytes between {{ and }} */
#define WORD_BYTES 45		/* RFC 2047 section 2: an encoded word has at most 75 characters */
#define LINE_BYTES 57		/* RFC 2045 section 6.8: a line of base64 has at most 76 characters */

/* -- filling in -- */

static void put_escaped(struct buffer *to, char c)
{
	static const char *const marks[] = {
		['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['"'] = "&quot;", ['\''] = "&#39;",
	};
	size_t at = (unsigned char)c;

	if (at < ARRAY_LEN(marks) && marks[at])
		buffer_text(to, marks[at]);
	else
		buffer_char(to, c);
}

static void put_value(struct buffer *to, const char *value, bool is_html)
{
	for (; *value; value++) {
		if (is_html)
			put_escaped(to, *value);
		else
			buffer_char(to, *value);
	}
}

/* The value at `path`; NULL: there is none. */
static const json_t *find_member(const json_t *payload, const char *path)
{
	char name[PATH_MOST];

	while (payload && *path) {
		size_t n = strcspn(path, ".");

		memcpy(name, path, n);
		name[n] = '\0';
		payload = json_object_get(payload, name);
		path += n + (path[n] == '.');
	}
	return payload;
}

static void put_member(struct buffer *to, struct arena *a, const json_t *payload, const char *path, bool is_html)
{
	const json_t *value = find_member(payload, path);

	if (json_is_string(value))
		put_value(to, json_string_value(value), is_html);
	else if (value && !json_is_null(value))
		put_value(to, json_to_text(a, value), is_html);
}

static bool is_path(char c)
{
	return (c >= '0' && c <= '9') || (text_lower(c) >= 'a' && text_lower(c) <= 'z') || c == '_' || c == '.';
}

/*
 * Reads the place that `s` begins with: {{path}}, with blanks around the path. Returns what it takes of `s`; 0: `s`
 * does not begin with a place.
 */
static size_t read_place(const char *s, char path[PATH_MOST])
{
	const char *at = s + 2;
	size_t n = 0;

	at += strspn(at, " \t");
	while (n < PATH_MOST - 1 && is_path(at[n]))
		n++;
	memcpy(path, at, n);
	path[n] = '\0';
	at += n;
	at += strspn(at, " \t");
	return n && at[0] == '}' && at[1] == '}' ? (size_t)(at + 2 - s) : 0;
}

static void fill(struct buffer *to, struct arena *a, const char *text, const json_t *payload, bool is_html)
{
	char path[PATH_MOST];

	while (*text) {
		size_t n = strncmp(text, "{{", 2) == 0 ? read_place(text, path) : 0;

		if (n)
			put_member(to, a, payload, path, is_html);
		else
			buffer_char(to, *text);
		text += n ? n : 1;
	}
}

/* -- addresses -- */

/* What stands in angle brackets at the end of a mailbox; the whole text where there are none. */
static struct slice address_of(const char *mailbox)
{
	const char *open = strrchr(mailbox, '<');
	size_t len = strlen(mailbox);

	if (!open || mailbox[len - 1] != '>')
		return (struct slice){ mailbox, len };
	return (struct slice){ open + 1, len - (size_t)(open + 1 - mailbox) - 1 };
}

static bool is_address(struct slice s)
{
	const char *at = memchr(s.at, '@', s.len);

	if (!at || at == s.at || at + 1 == s.at + s.len || at != memrchr(s.at, '@', s.len))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] <= ' ' || s.at[i] == 0x7f || strchr("<>,;:\"\\()", s.at[i]))
			return false;
	return true;
}

bool mail_is_mailbox(const char *text)
{
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return is_address(address_of(text));
}

const char *mail_address(struct arena *a, const char *mailbox)
{
	struct slice s = address_of(mailbox);
	const char *copy = arena_copyn(a, s.at, s.len), *at = strrchr(copy, '@'), *domain = NULL;
	struct url u;

	if (at && url_parse_host(at + 1, strlen(at + 1), &u) && u.port < 0)
		domain = idn_to_ascii(a, url_host(&u));
	return domain ? arena_printf(a, "%.*s@%s", (int)(at - copy), copy, domain) : copy;
}

/* -- headers -- */

/* Whether a text may stand in a header as it is. */
static bool is_plain(const char *s)
{
	for (const char *c = s; *c; c++)
		if (*c < ' ' || *c > '~')
			return false;
	return strlen(s) <= WORD_BYTES && !strstr(s, "=?");
}

/* Encoded words (RFC 2047), each on a line of its own, the first on the present one. */
static void put_encoded(struct buffer *to, const char *s)
{
	size_t left = strlen(s), n;

	for (; left > 0; s += n, left -= n) {
		n = left > WORD_BYTES ? text_cut(s, WORD_BYTES) : left;
		buffer_text(to, "=?UTF-8?B?");
		text_base64(to, s, n);
		buffer_text(to, n < left ? "?=\r\n " : "?=");
	}
}

/* A text of one line: control characters become blanks. Lives in `a`. */
static char *one_line(struct arena *a, const char *s)
{
	char *copy = arena_copy(a, s);

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return copy;
}

/* What stands before the address of a mailbox, without blanks and quotes around it; lives in `a`. */
static const char *name_of(struct arena *a, const char *mailbox)
{
	struct slice address = address_of(mailbox);
	size_t n = address.at > mailbox ? (size_t)(address.at - 1 - mailbox) : 0;
	char *name = one_line(a, arena_copyn(a, mailbox, n));

	name += strspn(name, " \"");
	for (n = strlen(name); n > 0 && strchr(" \"", name[n - 1]); n--)
		name[n - 1] = '\0';
	return name;
}

/* The name is encoded also where it is plain, so that no mark in it has a meaning (RFC 5322 section 3.2.3). */
static void put_mailbox(struct buffer *to, struct arena *a, const char *header, const char *mailbox)
{
	const char *name = name_of(a, mailbox);

	buffer_texts(to, header, ": ");
	put_encoded(to, name);
	buffer_texts(to, *name ? "\r\n <" : "<", mail_address(a, mailbox), ">\r\n");
}

/* RFC 5322 section 3.3, without the locale's names. */
static void put_date(struct buffer *to)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = (time_t)clock_s();
	struct tm t;

	gmtime_r(&now, &t);
	buffer_printf(to, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday,
		      months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static void put_subject(struct buffer *to, struct arena *a, const struct mail *m)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *subject;

	buffer_init(&b, SUBJECT_MOST);
	fill(&b, a, m->subject, m->payload, false);
	subject = one_line(a, text_repair(a, arena_copy(a, buffer_str(&b)), b.len));
	buffer_text(to, "Subject: ");
	if (is_plain(subject))
		buffer_text(to, subject);
	else
		put_encoded(to, subject);
	buffer_text(to, "\r\n");
}

static void put_message_id(struct buffer *to, struct arena *a, const struct mail *m)
{
	const char *address = mail_address(a, m->from), *at = strrchr(address, '@');
	char id[SECRET_LEN + 1];

	id_new(id, SECRET_LEN, ALPHABET_LOWER);
	buffer_texts(to, "Message-ID: <", id, at ? at : "@localhost", ">\r\n");
}

static void put_headers(struct buffer *to, struct arena *a, const struct mail *m)
{
	put_date(to);
	put_mailbox(to, a, "From", m->from);
	put_mailbox(to, a, "To", m->to);
	if (m->reply_to)
		put_mailbox(to, a, "Reply-To", m->reply_to);
	put_message_id(to, a, m);
	put_subject(to, a, m);
	buffer_texts(to, "MIME-Version: 1.0\r\nContent-Type: ", m->is_html ? "text/html" : "text/plain",
		     "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
}

/* -- the whole -- */

static void put_content(struct buffer *to, const struct buffer *content)
{
	for (size_t at = 0; at < content->len; at += LINE_BYTES) {
		size_t n = content->len - at < LINE_BYTES ? content->len - at : LINE_BYTES;

		text_base64(to, content->data + at, n);
		buffer_text(to, "\r\n");
	}
}

err_t mail_write(struct arena *a, const struct mail *m, struct slice *out)
{
	CLEANUP(buffer_done) struct buffer text = {0}, content = {0};

	if (!mail_is_mailbox(m->from) || !is_address((struct slice){ m->to, strlen(m->to) }) ||
	    (m->reply_to && !mail_is_mailbox(m->reply_to)))
		return err_set(ERR_CONNECTOR, "the sender, the recipient or the address for replies is not a mailbox");
	buffer_init(&text, MAIL_MOST);
	buffer_init(&content, MAIL_MOST);
	fill(&content, a, m->content, m->payload, m->is_html);
	put_headers(&text, a, m);
	put_content(&text, &content);
	if (text.full || content.full)
		return err_set(ERR_CONNECTOR, "the mail is larger than %zu bytes", (size_t)MAIL_MOST);
	*out = (struct slice){ arena_copyn(a, text.data, text.len), text.len };
	return OK;
}
