/* What the functions made of templates call to write texts, numbers, JSON and links. */
#include "http/template.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

/* The escape of a character; NULL: it needs none. */
static const char *escape_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(struct buffer *to, const char *s)
{
	const char *from = s;

	for (; s && *s; s++) {
		const char *escape = escape_of(*s);

		if (!escape)
			continue;
		buffer_add(to, from, (size_t)(s - from));
		buffer_text(to, escape);
		from = s + 1;
	}
	if (s)
		buffer_add(to, from, (size_t)(s - from));
}

void html_int(struct buffer *to, int64_t n)
{
	buffer_int(to, n);
}

void html_raw(struct buffer *to, struct html h)
{
	if (h.text)
		buffer_add(to, h.text, h.len);
}

struct html html_of(struct arena *a, struct buffer *b)
{
	struct html h = { arena_copyn(a, buffer_str(b), b->len), b->len };

	buffer_clear(b);
	return h;
}

/* U+2028 or U+2029, which end a line in JavaScript. */
static bool is_line_separator(const char *s)
{
	return s[0] == '\xe2' && s[1] == '\x80' && (s[2] == '\xa8' || s[2] == '\xa9');
}

/* These characters stand only inside the strings of JSON, so \u escapes can take their place. */
static void escape_json(struct buffer *to, const char *s)
{
	for (; *s; s++) {
		if (strchr("<>&", *s)) {
			buffer_printf(to, "\\u%04x", (unsigned)*s);
		} else if (is_line_separator(s)) {
			buffer_text(to, s[2] == '\xa8' ? "\\u2028" : "\\u2029");
			s += 2;
		} else {
			buffer_char(to, *s);
		}
	}
}

void html_json(struct buffer *to, const json_t *value)
{
	struct json_out j;
	struct buffer plain;

	buffer_init(&plain, to->max);
	json_out_init(&j, &plain);
	json_value(&j, value);
	escape_json(to, buffer_str(&plain));
	to->full |= plain.full;
	buffer_done(&plain);
}

void html_css(struct buffer *to, const char *css)
{
	for (; css && *css; css++) {
		buffer_char(to, *css);
		if (css[0] == '<' && css[1] == '/')
			buffer_char(to, '\\');	/* means the same to CSS, and ends no element of HTML */
	}
}

bool url_is_link(const char *url)
{
	if (url[0] == '/')
		return url[1] != '/' && url[1] != '\\';
	return strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0;
}

void html_url(struct buffer *to, const char *url)
{
	if (url)
		html_text(to, url_is_link(url) ? url : "about:blank");
}
