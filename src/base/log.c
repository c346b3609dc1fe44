/* Makes a line of the log in memory of its own and writes it at once. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/banned.h"

/*
 * Nothing here allocates memory: the line that says "out of memory" is written here too.
 * A line is one write of at most PIPE_BUF bytes, so that lines of several threads
 * and processes do not mix; a longer message is cut.
 */
#define LINE 4096

struct line {
	char bytes[LINE];
	size_t len, max;	/* max: leaves room for what must still follow */
};

static enum log_level least_level = LOG_INFO;
static bool as_json;
static _Thread_local const char *request_id;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_start(enum log_level least, bool json)
{
	least_level = least;
	as_json = json;
}

const char *log_request(const char *id)
{
	const char *before = request_id;

	request_id = id;
	return before;
}

/* False, and nothing added: the line has no room for it. */
static bool add(struct line *l, const char *s, size_t n)
{
	if (n > l->max - l->len)
		return false;
	memcpy(l->bytes + l->len, s, n);
	l->len += n;
	return true;
}

static void add_text(struct line *l, const char *s)
{
	add(l, s, strlen(s));
}

/* One character of a message; what would end the line, steer a terminal or break JSON is spelled out. */
static bool add_char(struct line *l, const char *s, size_t n)
{
	unsigned char c = (unsigned char)*s;
	char code[8];

	if (n == 0)		/* this byte is not UTF-8 */
		return add(l, "\xef\xbf\xbd", 3);
	if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s[1] < 0xa0)) {
		snprintf(code, sizeof(code), "\\u%04x", n == 2 ? (unsigned char)s[1] : c);
		return add(l, code, 6);
	}
	if (as_json && (c == '"' || c == '\\') && !add(l, "\\", 1))
		return false;
	return add(l, s, n);
}

static void add_message(struct line *l, const char *s)
{
	size_t left = strlen(s), start;

	while (left > 0) {
		size_t n = text_char_len(s, left), step = n ? n : 1;

		start = l->len;
		if (!add_char(l, s, n)) {
			l->len = start;
			return;
		}
		s += step;
		left -= step;
	}
}

static void line_json(struct line *l, const char *time, enum log_level level, const char *message)
{
	add_text(l, "{\"time\":\"");
	add_text(l, time);
	add_text(l, "\",\"level\":\"");
	add_text(l, level_names[level]);
	if (request_id) {
		add_text(l, "\",\"request\":\"");
		l->max = 256;
		add_message(l, request_id);
		l->max = LINE - 3;
	}
	add_text(l, "\",\"message\":\"");
	add_message(l, message);
	l->max = LINE;
	add_text(l, "\"}\n");
}

static void line_human(struct line *l, const char *time, enum log_level level, const char *message)
{
	add_text(l, time);
	add_text(l, " ");
	add_text(l, level_names[level]);
	add_text(l, level == LOG_INFO || level == LOG_WARN ? "  " : " ");
	if (request_id) {
		add_text(l, "[");
		l->max = 256;
		add_message(l, request_id);
		l->max = LINE - 1;
		add_text(l, "] ");
	}
	add_message(l, message);
	l->max = LINE;
	add_text(l, "\n");
}

void log_line(enum log_level level, const char *format, ...)
{
	int saved = errno;
	struct line l = { .max = LINE - 3 };
	char message[LINE], time[25];
	va_list args;

	if (level < least_level)
		return;
	va_start(args, format);
	if (vsnprintf(message, sizeof(message), format, args) < 0)
		message[0] = '\0';
	va_end(args);
	message[text_cut(message, strlen(message))] = '\0';
	clock_format(clock_ms(), time);
	(as_json ? line_json : line_human)(&l, time, level, message);
	while (write(STDERR_FILENO, l.bytes, l.len) < 0 && errno == EINTR)
		;
	errno = saved;
}
