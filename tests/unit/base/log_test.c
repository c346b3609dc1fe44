#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "test.h"
#include "base/banned.h"

static char heard[8192];
static int real_stderr, ends[2];

static void listen_to_stderr(void)
{
	assert_int_equal(pipe(ends), 0);
	real_stderr = dup(STDERR_FILENO);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
}

/* What was written since, in `heard`. */
static size_t stop_listening(void)
{
	ssize_t n;

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(ends[1]);
	n = read(ends[0], heard, sizeof(heard) - 1);
	close(ends[0]);
	assert_true(n >= 0);
	heard[n] = '\0';
	return (size_t)n;
}

static void a_json_line_carries_level_request_and_message(void **state)
{
	char id[] = "req-1";
	json_t *line;

	(void)state;
	log_start(LOG_INFO, true);
	log_request(id);
	memset(id, 'x', sizeof(id) - 1);	/* the request has ended, and its memory serves another one */
	listen_to_stderr();
	log_warn("a \"quoted\" \\ line\nwith\x1b[31m %d", 7);
	assert_int_equal(heard[stop_listening() - 1], '\n');
	log_request(NULL);
	line = json_loads(heard, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(line);
	assert_int_equal(strlen(json_string_value(json_object_get(line, "time"))), 24);
	assert_string_equal(json_string_value(json_object_get(line, "level")), "warn");
	assert_string_equal(json_string_value(json_object_get(line, "request")), "req-1");
	assert_string_equal(json_string_value(json_object_get(line, "message")),
			    "a \"quoted\" \\ line\nwith\x1b[31m 7");
	json_decref(line);
}

static void a_human_line_cannot_be_broken_by_its_message(void **state)
{
	(void)state;
	log_start(LOG_INFO, false);
	log_request("r");
	listen_to_stderr();
	log_error("one\ntwo\x1b[0m \xff \xc2\x9b");
	stop_listening();
	log_request(NULL);
	assert_string_equal(heard + 24, " error [r] one\\u000atwo\\u001b[0m \xef\xbf\xbd \\u009b\n");
}

static void a_thread_that_serves_several_requests_keeps_the_id_of_each(void **state)
{
	char first[LOG_REQUEST_MAX] = "", second[LOG_REQUEST_MAX] = "", *before;

	(void)state;
	log_start(LOG_INFO, false);
	log_request("of the thread");
	before = log_request_use(first);
	log_request("one");
	assert_ptr_equal(log_request_use(second), first);
	log_request("an id that is much longer than any that there is");
	assert_ptr_equal(log_request_use(first), second);
	listen_to_stderr();
	log_info("first");
	log_request_use(second);
	log_info("second");
	log_request_use(before);
	log_info("third");
	log_request(NULL);
	log_info("fourth");
	stop_listening();
	assert_non_null(strstr(heard, " [one] first\n"));
	assert_non_null(strstr(heard, " [an id that is much longer than any that] second\n"));
	assert_non_null(strstr(heard, " [of the thread] third\n"));
	assert_non_null(strstr(heard, " info  fourth\n"));
}

static size_t count_lines(const char *with)
{
	size_t n = 0;

	for (const char *at = heard; (at = strstr(at, with)); at++)
		n++;
	return n;
}

static void requests_cannot_fill_the_log(void **state)
{
	size_t written;
	const char *told;

	(void)state;
	log_start(LOG_INFO, false);
	log_request("r");
	listen_to_stderr();
	for (int i = 0; i < 200; i++)
		log_error("tried");
	usleep(1100000);
	log_error("another second");
	log_request(NULL);
	for (int i = 0; i < 60; i++)
		log_info("ours");
	stop_listening();
	written = count_lines("tried\n");
	assert_in_range(written, 40, 100);	/* with those of other tests; the loop may meet the end of a second */
	told = strstr(heard, " lines were left out");
	assert_non_null(told);
	while (told[-1] >= '0' && told[-1] <= '9')
		told--;
	assert_int_equal(strtoul(told, NULL, 10) + written, 200);
	assert_int_equal(count_lines("another second\n"), 1);
	assert_int_equal(count_lines("ours\n"), 60);
}

static void lines_below_the_level_are_dropped_and_errno_is_kept(void **state)
{
	(void)state;
	log_start(LOG_WARN, true);
	errno = EDOM;
	listen_to_stderr();
	errno = EDOM;
	log_info("not said");
	log_debug("not said");
	log_warn("said");
	assert_int_equal(errno, EDOM);
	stop_listening();
	assert_null(strstr(heard, "not said"));
	assert_non_null(strstr(heard, "\"message\":\"said\"}\n"));
	assert_null(strstr(heard, "\"request\""));
}

static void a_long_message_is_cut_but_the_line_stays_whole(void **state)
{
	char text[9001];
	json_t *line;

	(void)state;
	for (size_t i = 0; i < 9000; i += 3)
		memcpy(text + i, i < 1000 ? "\x01\x01\x01" : "\xe2\x82\xac", 3);
	text[9000] = '\0';
	log_start(LOG_INFO, true);
	listen_to_stderr();
	log_info("%s", text);
	assert_in_range(stop_listening(), 4000, 4096);
	line = json_loads(heard, 0, NULL);
	assert_non_null(line);
	json_decref(line);
}

/* Makes the pipe that stands for standard error full, so that the next write to it waits. */
static void fill(void)
{
	char filling[4096];
	int flags = fcntl(ends[1], F_GETFL);

	memset(filling, '.', sizeof(filling));
	filling[sizeof(filling) - 1] = '\n';
	fcntl(ends[1], F_SETFL, flags | O_NONBLOCK);
	while (write(ends[1], filling, sizeof(filling)) > 0)
		;
	fcntl(ends[1], F_SETFL, flags);
}

/* Reads lines until one holds `word`. Returns how many others begin with a time; the line is in `heard`. */
static size_t count_until(FILE *from, const char *word)
{
	size_t n = 0;

	while (fgets(heard, sizeof(heard), from)) {
		if (strstr(heard, word))
			return n;
		n += heard[0] == '2';
	}
	fail_msg("no line with %s", word);
	return n;
}

#define MANY 20000

static void a_log_that_nobody_reads_holds_up_nobody_and_tells_what_was_lost(void **state)
{
	size_t written, dropped;
	FILE *from;

	(void)state;
	log_start(LOG_INFO, false);
	listen_to_stderr();
	fill();
	assert_true(log_detach());
	for (int i = 0; i < MANY; i++)
		log_info("a line of some length, as they are: %d", i);
	from = fdopen(ends[0], "r");
	assert_non_null(from);
	written = count_until(from, "were dropped");
	dropped = strtoul(heard + strlen("2026-11-28T00:00:00.000Z warn  "), NULL, 10);
	assert_int_equal(written + dropped, MANY);
	assert_true(written > 1000);
	log_info("it goes on");
	assert_int_equal(count_until(from, "it goes on"), 0);
	log_attach(10000);
	log_info("by the caller");
	assert_int_equal(count_until(from, "by the caller"), 0);
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(ends[1]);
	fclose(from);
}

/* The last one: its thread waits until the reader is gone. */
static void the_end_does_not_wait_for_who_does_not_read(void **state)
{
	int64_t begun = clock_monotonic_us();

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	log_start(LOG_INFO, false);
	listen_to_stderr();
	fill();
	assert_true(log_detach());
	log_info("not read");
	log_attach(100);
	log_info("lost");
	assert_in_range(clock_monotonic_us() - begun, 100000, 5000000);
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(ends[0]);
	close(ends[1]);
}

RUN(T(a_json_line_carries_level_request_and_message), T(a_human_line_cannot_be_broken_by_its_message),
    T(a_thread_that_serves_several_requests_keeps_the_id_of_each), T(requests_cannot_fill_the_log),
    T(lines_below_the_level_are_dropped_and_errno_is_kept), T(a_long_message_is_cut_but_the_line_stays_whole),
    T(a_log_that_nobody_reads_holds_up_nobody_and_tells_what_was_lost),
    T(the_end_does_not_wait_for_who_does_not_read))
