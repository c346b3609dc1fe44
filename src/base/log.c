/* Makes a line of the log in memory of its own, and writes it at once or gives it to a thread that does. */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

/*
 * What strangers send must not fill a disk: of the lines that requests cause, so many are written in a second. The
 * lines of level debug, one for each request, have a number of their own.
 */
#define REQUEST_LINES 50
#define DEBUG_LINES 2000

struct line {
	char bytes[LINE];
	size_t len, max;	/* max: leaves room for what must still follow */
};

static enum log_level least_level = LOG_INFO;
static bool as_json;
static _Thread_local char own_id[LOG_REQUEST_MAX];
static _Thread_local char *id_box;	/* NULL: own_id */

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_start(enum log_level least, bool json)
{
	least_level = least;
	as_json = json;
}

/* The id of the request that this thread works for; "" without one. */
static char *request_id(void)
{
	return id_box ? id_box : own_id;
}

void log_request(const char *id)
{
	size_t n = id ? strnlen(id, LOG_REQUEST_MAX - 1) : 0;
	char *box = request_id();

	memcpy(box, id ? id : "", n);
	box[n] = '\0';
}

char *log_request_use(char *box)
{
	char *before = id_box;

	id_box = box;
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
	if (*request_id()) {
		add_text(l, "\",\"request\":\"");
		add_message(l, request_id());
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
	if (*request_id()) {
		add_text(l, "[");
		add_message(l, request_id());
		add_text(l, "] ");
	}
	add_message(l, message);
	l->max = LINE;
	add_text(l, "\n");
}

static void make_line(struct line *l, enum log_level level, const char *message)
{
	char time[25];

	*l = (struct line){ .max = LINE - 3 };
	clock_format(clock_ms(), time);
	(as_json ? line_json : line_human)(l, time, level, message);
}

/* -- the thread -- */

/*
 * Lines that wait for the thread, one behind the other; each ends with the only newline in it. From the first line on
 * that finds no room, all are dropped until the thread has written the rest and told how many: so that line stands
 * where the gap is.
 */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	enum { BY_CALLER, BY_THREAD, BY_NOBODY } writer;
	bool ending, ended;
	size_t first, count, dropped;
	char ring[LOG_ROOM];
} waiting = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* All of a line, also where standard error does not block. What cannot be written is lost: nobody could be told. */
static void write_line(const struct line *l)
{
	struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };
	size_t done = 0;
	ssize_t n;

	while (done < l->len) {
		n = write(STDERR_FILENO, l->bytes + done, l->len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			poll(&room, 1, -1);
		else if (errno != EINTR)
			return;
	}
}

/* The lock is held. Appends the line, or drops it. */
static void put_line(const struct line *l)
{
	size_t end = (waiting.first + waiting.count) % LOG_ROOM;
	size_t part = l->len < LOG_ROOM - end ? l->len : LOG_ROOM - end;

	if (waiting.dropped || l->len > LOG_ROOM - waiting.count) {
		waiting.dropped++;
		return;
	}
	memcpy(waiting.ring + end, l->bytes, part);
	memcpy(waiting.ring, l->bytes + part, l->len - part);
	waiting.count += l->len;
	pthread_cond_signal(&waiting.changed);
}

/* The lock is held. Takes the oldest line out; there is one. */
static void take_line(struct line *l)
{
	char c;

	l->len = 0;
	do {
		c = waiting.ring[waiting.first];
		waiting.first = (waiting.first + 1) % LOG_ROOM;
		waiting.count--;
		l->bytes[l->len++] = c;
	} while (c != '\n');
}

/* The lock is held. Waits for a line; behind a gap makes the one that tells of it. False: all is written, the end. */
static bool next_line(struct line *l)
{
	char message[80];

	while (!waiting.count && !waiting.dropped && !waiting.ending)
		pthread_cond_wait(&waiting.changed, &waiting.lock);
	if (waiting.count) {
		take_line(l);
	} else if (waiting.dropped) {
		snprintf(message, sizeof(message), "%zu lines of the log were dropped: nobody read it in time",
			 waiting.dropped);
		waiting.dropped = 0;
		make_line(l, LOG_WARN, message);
	} else {
		return false;
	}
	return true;
}

static void *write_lines(void *unused)
{
	struct line l;

	(void)unused;
	pthread_mutex_lock(&waiting.lock);
	while (next_line(&l)) {
		pthread_mutex_unlock(&waiting.lock);
		write_line(&l);
		pthread_mutex_lock(&waiting.lock);
	}
	waiting.ended = true;
	pthread_cond_broadcast(&waiting.changed);
	pthread_mutex_unlock(&waiting.lock);
	return NULL;
}

bool log_detach(void)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&waiting.changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	waiting.ending = waiting.ended = false;
	if (pthread_create(&waiting.thread, NULL, write_lines, NULL) != 0)
		return false;
	waiting.writer = BY_THREAD;
	return true;
}

static struct timespec after_ms(int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += (long)ms % 1000 * 1000000;
	t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

void log_attach(int ms)
{
	struct timespec until = after_ms(ms);
	bool ended;

	pthread_mutex_lock(&waiting.lock);
	if (waiting.writer != BY_THREAD) {
		pthread_mutex_unlock(&waiting.lock);
		return;
	}
	waiting.writer = BY_NOBODY;
	waiting.ending = true;
	pthread_cond_broadcast(&waiting.changed);
	while (!waiting.ended && pthread_cond_timedwait(&waiting.changed, &waiting.lock, &until) == 0)
		;
	ended = waiting.ended;
	if (ended)
		waiting.writer = BY_CALLER;
	pthread_mutex_unlock(&waiting.lock);
	if (ended)
		pthread_join(waiting.thread, NULL);
	else
		pthread_detach(waiting.thread);
}

/* -- lines -- */

static void hand_on(const struct line *l)
{
	bool here;

	pthread_mutex_lock(&waiting.lock);
	here = waiting.writer == BY_CALLER;
	if (waiting.writer == BY_THREAD)
		put_line(l);
	pthread_mutex_unlock(&waiting.lock);
	if (here)
		write_line(l);
}

PRINTF(2, 0) static void say(enum log_level level, const char *format, va_list args)
{
	int saved = errno;
	char message[LINE];
	struct line l;

	if (vsnprintf(message, sizeof(message), format, args) < 0)
		message[0] = '\0';
	message[text_cut(message, strlen(message))] = '\0';
	make_line(&l, level, message);
	hand_on(&l);
	errno = saved;
}

/* -- how many lines requests cause -- */

struct quota {
	unsigned most;		/* in a second */
	int64_t second;		/* of the clock that never goes back */
	unsigned lines, left_out;
};

/* Takes a line from the quota. False: it is used up. `*told`: how many were left out in an earlier second. */
static bool quota_take(struct quota *q, int64_t second, unsigned *told)
{
	*told = 0;
	if (q->second != second) {
		*told = q->left_out;
		q->second = second;
		q->lines = q->left_out = 0;
	}
	if (q->lines == q->most)
		q->left_out++;
	else
		q->lines++;
	return q->left_out == 0;
}

static PRINTF(2, 3) void say_with(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(level, format, args);
	va_end(args);
}

/* Whether the line may be written. Where lines were left out before, one says so first. */
static bool is_within_quota(enum log_level level)
{
	static struct quota of_requests = { .most = REQUEST_LINES }, of_debug = { .most = DEBUG_LINES };
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct quota *q = level == LOG_DEBUG ? &of_debug : &of_requests;
	unsigned told;
	bool within;

	pthread_mutex_lock(&lock);
	within = quota_take(q, clock_monotonic_us() / 1000000, &told);
	pthread_mutex_unlock(&lock);
	if (told)
		say_with(level, "%u lines were left out: requests caused more than %u in a second", told, q->most);
	return within;
}

void log_line(enum log_level level, const char *format, ...)
{
	va_list args;

	if (level < least_level || ((level == LOG_DEBUG || *request_id()) && !is_within_quota(level)))
		return;
	va_start(args, format);
	say(level, format, args);
	va_end(args);
}

void log_fatal(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_ERROR, format, args);
	va_end(args);
	log_attach(1000);
	abort();
}
