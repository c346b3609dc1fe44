#include "base/log.h"

#include <errno.h>
#include <jansson.h>
#include <unistd.h>

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
	json_t *line;

	(void)state;
	log_start(LOG_INFO, true);
	assert_null(log_request("req-1"));
	listen_to_stderr();
	log_warn("a \"quoted\" \\ line\nwith\x1b[31m %d", 7);
	assert_int_equal(heard[stop_listening() - 1], '\n');
	assert_string_equal(log_request(NULL), "req-1");
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

RUN(T(a_json_line_carries_level_request_and_message), T(a_human_line_cannot_be_broken_by_its_message),
    T(lines_below_the_level_are_dropped_and_errno_is_kept), T(a_long_message_is_cut_but_the_line_stays_whole))
