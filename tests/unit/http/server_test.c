#include "http/server.h"

#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"
#include "base/budget.h"
#include "base/clock.h"
#include "http/asset.h"
#include "http/cookie.h"
#include "http/mount.h"
#include "base/banned.h"

extern const struct assets test_files;	/* of the folder files/ */

static struct http_server *server;
static int port;
static atomic_int finished;
static pthread_t answerer;
static struct request *waiting;

/* -- a server that tells what it saw -- */

static void tell(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "path", rq->path);
	json_key_text(&j, "query", rq->query_text);
	json_key_text(&j, "origin", rq->origin);
	json_key(&j, "body");
	json_value(&j, rq->body);
	json_close(&j);
}

static void *answer_later(void *cls)
{
	usleep(20000);
	tell(cls);
	http_resume(cls);
	return NULL;
}

/* -- its door: paths say what becomes of a body, at once or late -- */

static void *open_later(void *cls)
{
	struct request *rq = cls;

	usleep(20000);
	rq->turned_away = strcmp(rq->query_text, "away") == 0;
	http_resume(rq);
	return NULL;
}

static enum dispatched on_head(struct request *rq)
{
	rq->turned_away = strcmp(rq->path, "/api/away") == 0;
	if (strcmp(rq->path, "/api/late-door") == 0) {
		pthread_create(&answerer, NULL, open_later, rq);
		return LATER;
	}
	if (strcmp(rq->path, "/api/no-door") == 0) {
		waiting = rq;
		return LATER;
	}
	return ANSWERED;
}

#define LARGE_ANSWER MIB(40)	/* more than the sockets of both sides hold */

static void answer_at_length(struct request *rq)
{
	struct buffer *body = reply_html(rq, 200);

	memset(buffer_reserve(body, LARGE_ANSWER), 'x', LARGE_ANSWER);
	body->len = LARGE_ANSWER;
}

static enum dispatched on_request(struct request *rq)
{
	err_clear();
	if (rq->turned_away) {
		assert_null(rq->raw);
		reply_text(rq, 401, "away");
		return ANSWERED;
	}
	request_parse_body(rq);
	if (strcmp(rq->path, "/api/large") == 0) {
		answer_at_length(rq);
		return ANSWERED;
	}
	if (strcmp(rq->path, "/api/later") == 0) {
		pthread_create(&answerer, NULL, answer_later, rq);
		return LATER;
	}
	if (strcmp(rq->path, "/api/never") == 0) {
		waiting = rq;
		return LATER;
	}
	if (strcmp(rq->path, "/api/slow") == 0)
		usleep(300000);
	if (rq->body_error)
		reply_error(rq, rq->body_error);
	else if (strcmp(rq->path, "/file") == 0)
		assert_int_equal(reply_asset(rq, asset_find(&test_files, "index.html")), OK);
	else
		tell(rq);
	if (strcmp(rq->query_text, "cookies") == 0) {
		assert_int_equal(cookie_set(rq, &(struct cookie){ .name = "a", .value = "1" }, NULL), OK);
		assert_int_equal(cookie_set(rq, &(struct cookie){ .name = "b", .value = "2" }, NULL), OK);
	}
	return ANSWERED;
}

static const struct header marks[] = { { "X-Mark", "every answer" } };
static const struct headers mark = { marks, 1 };
static const struct mount everything = { .prefix = "", .body_max = 100, .form_max = 100, .fixed = &mark };

static void at_end(struct request *rq)
{
	assert_int_equal(strlen(rq->id), 16);
	atomic_fetch_add(&finished, 1);
}

static const struct http_options usual = {
	.listen = "127.0.0.1", .threads = 2, .max_connections = 100, .header_seconds = 1, .body_seconds = 2,
	.idle_seconds = 1, .answer_seconds = 60, .id_header = "Logto-Core-Request-Id", .admit = on_head,
	.dispatch = on_request, .on_end = at_end,
};

static void start_with(struct http_options o)
{
	const struct mount *const mounts[] = { &everything };

	mount_table(mounts, ARRAY_LEN(mounts));
	port = 0;
	finished = 0;
	assert_int_equal(http_start(&o, &port, &server), OK);
	assert_true(port > 0);
}

static void start_for(int connections, int each, int proxies)
{
	struct http_options o = usual;

	o.max_connections = connections;
	o.max_per_address = each;
	o.proxies = proxies;
	start_with(o);
}

static void start(bool trust)
{
	start_for(100, 0, trust);
}

/* -- a client -- */

/* From 127.0.0.`host`. */
static int dial_from(unsigned host)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK - 1 + host) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static int dial(void)
{
	return dial_from(1);
}

static void say(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

#define SAY(fd, literal) say(fd, literal, sizeof(literal) - 1)

static bool is_silent(int fd, int ms)
{
	return poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, ms) == 0;
}

/* Everything from the first byte on, until the server closes or is silent for a while. `*closed` may be NULL. */
static const char *hear(int fd, int patience_ms, bool *closed)
{
	static char text[32768];
	size_t len = 0;
	ssize_t n = 1;

	while (len < sizeof(text) - 1 && !is_silent(fd, len > 0 ? patience_ms : SOON_MS) &&
	       (n = recv(fd, text + len, sizeof(text) - 1 - len, 0)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	if (closed)
		*closed = n <= 0;
	return text;
}

static const char *ask_bytes(const char *bytes, size_t len)
{
	int fd = dial();
	const char *text;

	say(fd, bytes, len);
	shutdown(fd, SHUT_WR);
	text = hear(fd, SOON_MS, NULL);
	close(fd);
	return text;
}

#define ASK(literal) ask_bytes(literal, sizeof(literal) - 1)
#define GET_ "GET /api/x HTTP/1.1\r\n"
#define POST_ "POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"

static int status(const char *answer)
{
	return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

static bool is_bare(const char *answer)
{
	return strstr(answer, "Connection: close\r\n") && strstr(answer, "Content-Length: 0\r\n") &&
	       !strstr(answer, "Logto-Core-Request-Id");
}

/* -- tests -- */

/* All libmicrohttpd has memory for. */
#define MANY_FIELDS 2700
#define MANY_COOKIES 3200

static void requests_on_one_connection_are_answered_in_turn(void **state)
{
	const char *text;
	int fd;

	(void)state;
	start(false);
	fd = dial();
	say(fd, GET_ "Host: A.example:80\r\n\r\n", strlen(GET_ "Host: A.example:80\r\n\r\n"));
	text = hear(fd, 200, NULL);
	assert_int_equal(status(text), 200);
	assert_non_null(strstr(text, "Keep-Alive: timeout=1\r\n"));
	assert_non_null(strstr(text, "X-Mark: every answer\r\n"));
	assert_non_null(strstr(text, "Logto-Core-Request-Id: "));
	assert_non_null(strstr(text, "\"origin\":\"http://a.example\""));
	say(fd, "GET /api/later?a=b HTTP/1.1\r\nHost: a\r\n\r\n" GET_ "Host:\r\n\r\n",
	    strlen("GET /api/later?a=b HTTP/1.1\r\nHost: a\r\n\r\n" GET_ "Host:\r\n\r\n"));
	text = hear(fd, 300, NULL);
	assert_non_null(strstr(text, "\"path\":\"/api/later\",\"query\":\"a=b\""));
	assert_non_null(strstr(text, "\"path\":\"/api/x\""));
	assert_int_equal(http_connections(server), 1);
	pthread_join(answerer, NULL);
	close(fd);
	http_drain(server, 1);
	http_stop(server);
	assert_int_equal(finished, 3);
}

static void heads_that_are_not_well_formed_are_refused(void **state)
{
	static const struct { const char *bytes; size_t len; } bad[] = {
#define B(literal) { literal, sizeof(literal) - 1 }
		B(GET_ "\r\n"), B(GET_ "Host: a\r\nHost: a\r\n\r\n"), B(GET_ "Host: a b\r\n\r\n"),
		B(GET_ "Host: a:99999\r\n\r\n"),
		B(GET_ "Host: a\r\nX: a\0b\r\n\r\n"), B(GET_ "Host: a\r\nX: a\0\0\0\0\r\n\r\n"),
		B(GET_ "Host: a\r\nX: a\nY: b\r\n\r\n"),
		B(GET_ "Host: a\r\nX: a\n\r\n"), B(GET_ "Host: a\r\nX: a\r\n\n"), B("GET / HTTP/1.1\nHost: a\r\n\r\n"),
		B(GET_ "Host: a\r\nX: a\rY: b\r\n\r\n"), B(GET_ "Host: a\r\nX: a\r\n b\r\n\r\n"),
		B(GET_ "Host: a\r\nX : a\r\n\r\n"),
		B(POST_ "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
		B(POST_ "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		B(POST_ "Transfer-Encoding: gzip\r\n\r\n"),
		B("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		B("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), B("GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n"),
		B("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
		B("GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n"), B("FOO / HTTP/1.1\r\nHost: a\r\n\r\n"),
		B("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"),
		B("GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
	};

	(void)state;
	start(false);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *text = ask_bytes(bad[i].bytes, bad[i].len);

		if (status(text) != 400 || !is_bare(text))
			fail_msg("%zu: %s\n%s", i, bad[i].bytes, text);
	}
	assert_int_equal(finished, 0);
	http_stop(server);
}

static void what_is_unusual_but_right_is_served(void **state)
{
	(void)state;
	start(false);
	assert_non_null(strstr(ASK("GET http://B.example/api/y?z HTTP/1.1\r\nHost: a\r\n\r\n"),
			       "\"path\":\"/api/y\",\"query\":\"z\",\"origin\":\"http://b.example\""));
	assert_non_null(
		strstr(ASK("GET / HTTP/1.1\r\nHost: B.Example.:080\r\n\r\n"), "\"origin\":\"http://b.example\""));
	assert_non_null(strstr(ASK("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "\"origin\":\"http://\""));
	assert_int_equal(status(ASK("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
	assert_int_equal(status(ASK("PROPFIND /x HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
	assert_int_equal(status(ASK("GET /x HTTP/1.0\r\n\r\n")), 200);
	assert_int_equal(status(ASK(GET_ "X:\r\nHost: a  \r\nY: \t b \t\r\n\r\n")), 200);
	http_stop(server);
}

static void heads_over_16_kib_are_431(void **state)
{
	static char big[20001];
	int n;

	(void)state;
	start(false);
	for (int size = 16000; size <= 19000; size += 3000) {
		n = snprintf(big, sizeof(big), GET_ "Host: a\r\nX: ");
		memset(big + n, 'x', (size_t)size);
		memcpy(big + n + size, "\r\n\r\n", 5);
		assert_int_equal(status(ask_bytes(big, strlen(big))), size == 16000 ? 200 : 431);
	}
	http_stop(server);
}

/* A head of `count` times `part` between `before` and `after`. */
static const char *ask_many(const char *before, const char *part, int count, const char *after)
{
	struct buffer b;
	const char *text;

	buffer_init(&b, KIB(64));
	buffer_text(&b, before);
	for (int i = 0; i < count; i++)
		buffer_text(&b, part);
	buffer_text(&b, after);
	text = ask_bytes(b.data, b.len);
	buffer_done(&b);
	return text;
}

static size_t count_heads(const char *text)
{
	size_t n = 0;

	for (; (text = strstr(text, "HTTP/1.")); text++)
		n++;
	return n;
}

/* Whatever 16 KiB are made of, and also when the head comes in pieces. */
static void heads_of_many_small_things_are_answered(void **state)
{
	static const struct { const char *before, *part; int count; const char *after; } heads[] = {
		{ "GET /x?", "&", 15000, " HTTP/1.1\r\nHost: a\r\n\r\n" },
		{ "GET /x?", "a=1&", 3900, " HTTP/1.1\r\nHost: a\r\n\r\n" },
		{ "GET /x?", "?", 15000, " HTTP/1.1\r\nHost: a\r\n\r\n" },
		{ GET_ "Host: a\r\n", "X: a\r\n", MANY_FIELDS, "\r\n" },
		{ GET_ "Host: a\r\nCookie: ", "a=1; ", MANY_COOKIES, "b=2\r\n\r\n" },
	};

	(void)state;
	start(false);
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		const char *text = ask_many(heads[i].before, heads[i].part, heads[i].count, heads[i].after);

		if (status(text) != 200 || count_heads(text) != 1)
			fail_msg("%s: %s", heads[i].part, text);
	}
	http_stop(server);
	assert_int_equal(finished, ARRAY_LEN(heads));
}

static void what_the_library_refuses_has_one_bare_answer(void **state)
{
	static const struct { const char *length; int status; } lengths[] = {
		{ "+5", 400 }, { "-1", 400 }, { "12abc", 400 }, { "", 400 }, { "1,2", 400 },
		{ "99999999999999999999", 413 },
	};
	char bytes[400];
	const char *text;

	(void)state;
	start(false);
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		snprintf(bytes, sizeof(bytes), POST_ "Content-Length: %s\r\n\r\n{}", lengths[i].length);
		text = ask_bytes(bytes, strlen(bytes));
		if (status(text) != lengths[i].status || count_heads(text) != 1 || !is_bare(text))
			fail_msg("%s: %s", bytes, text);
	}
	text = ask_many(POST_ "Transfer-Encoding: chunked\r\n\r\n2;", "x", 40000, "\r\n{}\r\n0\r\n\r\n");
	assert_int_equal(status(text) / 100, 4);
	assert_int_equal(count_heads(text), 1);
	assert_true(is_bare(text));
	http_stop(server);
}

static void an_origin_longer_than_any_is_refused(void **state)
{
	(void)state;
	start(false);
	assert_int_equal(status(ask_many(GET_ "Host: a\r\nOrigin: http://", "a", 300, "\r\n\r\n")), 200);
	assert_int_equal(status(ask_many(GET_ "Host: a\r\nORIGIN: http://", "a", 400, "\r\n\r\n")), 400);
	http_stop(server);
}

static void nothing_may_follow_a_body_in_chunks(void **state)
{
	static const char bytes[] =
		POST_ "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n" GET_ "Host: a\r\n\r\n";
	const char *text;
	bool closed;
	int fd;

	(void)state;
	start(false);
	fd = dial();
	say(fd, bytes, strlen(bytes));
	text = hear(fd, 300, &closed);
	assert_true(closed);
	assert_int_equal(count_heads(text), 1);
	assert_non_null(strstr(text, "Connection: close\r\n"));
	close(fd);
	http_stop(server);
}

/* Idle connections of one address leave the last quarter to others, who are served. */
static void a_crowd_from_one_address_leaves_room(void **state)
{
	int crowd[40], fd, alive = 0;
	bool closed;

	(void)state;
	start_for(40, 40, 0);
	for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
		crowd[i] = dial_from(2);
	usleep(200000);
	for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
		alive += is_silent(crowd[i], 0);
	assert_in_range(alive, 29, 31);		/* two threads may look at the same time */
	for (int i = 0; i < 8; i++) {
		fd = dial_from(3);
		say(fd, GET_ "Host: a\r\n\r\n", strlen(GET_ "Host: a\r\n\r\n"));
		assert_int_equal(status(hear(fd, 50, &closed)), 200);
		close(fd);
	}
	for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
		close(crowd[i]);
	http_stop(server);
}

static void bodies_are_collected_up_to_the_limit(void **state)
{
	char big[400];

	(void)state;
	start(false);
	assert_non_null(strstr(ASK(POST_ "Content-Length: 7\r\n\r\n{\"a\":1}"), "\"body\":{\"a\":1}"));
	assert_non_null(strstr(ASK(POST_ "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"),
			       "\"body\":{\"a\":1}"));
	assert_non_null(strstr(ASK("GET /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n{"), "\"body\":{}"));
	snprintf(big, sizeof(big), POST_ "Content-Length: 101\r\n\r\n%0101d" GET_ "Host: a\r\n\r\n", 0);
	assert_int_equal(status(ask_bytes(big, strlen(big))), 413);
	assert_non_null(strstr(ask_bytes(big, strlen(big)), "\"path\":\"/api/x\""));	/* the rest was swallowed */
	snprintf(big, sizeof(big), POST_ "Transfer-Encoding: chunked\r\n\r\n65\r\n%0101d\r\n0\r\n\r\n", 0);
	assert_int_equal(status(ask_bytes(big, strlen(big))), 413);
	assert_int_equal(status(ASK(POST_ "Expect: 100-continue\r\nContent-Length: 101\r\n\r\n")), 413);
	assert_int_equal(status(ASK("PATCH /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 90000000\r\n\r\n")), 413);
	http_stop(server);
}

static void expect_100_continue_is_answered(void **state)
{
	int fd;

	(void)state;
	start(false);
	fd = dial();
	say(fd, POST_ "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
	    strlen(POST_ "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
	assert_int_equal(status(hear(fd, 200, NULL)), 100);
	say(fd, "{}", 2);
	assert_int_equal(status(hear(fd, 200, NULL)), 200);
	close(fd);
	http_stop(server);
}

static void a_proxy_is_heard_only_if_trusted(void **state)
{
	static const char request[] =
		GET_ "Host: inner\r\nX-Forwarded-Host: Outer.example, x\r\nX-Forwarded-Proto: https\r\n\r\n";

	(void)state;
	start(false);
	assert_non_null(strstr(ask_bytes(request, strlen(request)), "\"origin\":\"http://inner\""));
	http_stop(server);
	start(true);
	assert_non_null(strstr(ask_bytes(request, strlen(request)), "\"origin\":\"https://outer.example\""));
	http_stop(server);
}

/* The body of an answer, behind the empty line. */
static const char *body_of(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static void a_file_is_sent_from_the_program(void **state)
{
	const struct asset *page = asset_find(&test_files, "index.html");
	char length[40];
	const char *text;

	(void)state;
	start(false);
	text = ASK("GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_int_equal(status(text), 200);
	assert_string_equal(body_of(text), page->plain.at);
	text = ASK("GET /file HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n");
	assert_memory_equal(body_of(text), page->brotli.at, page->brotli.len);
	assert_non_null(strstr(text, "Content-Encoding: br\r\n"));
	assert_null(strstr(text, "Transfer-Encoding"));
	text = ASK("HEAD /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_int_equal(status(text), 200);
	snprintf(length, sizeof(length), "Content-Length: %zu\r\n", page->plain.len);
	assert_non_null(strstr(text, length));
	assert_string_equal(body_of(text), "");
	text = ASK("GET /file HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n");
	assert_int_equal(status(text), 304);
	assert_non_null(strstr(text, length));
	assert_string_equal(body_of(text), "");
	http_stop(server);
}

static void an_answer_sets_several_cookies(void **state)
{
	const char *text;

	(void)state;
	start(false);
	text = ASK("GET /x?cookies HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_non_null(strstr(text, "Set-Cookie: a=1; path=/; samesite=Lax; httponly\r\n"));
	assert_non_null(strstr(text, "Set-Cookie: b=2; path=/; samesite=Lax; httponly\r\n"));
	http_stop(server);
}

static void who_trickles_or_idles_is_closed(void **state)
{
	const char *text;
	bool closed;
	int fd;

	(void)state;
	start(false);
	fd = dial();
	say(fd, GET_ "Host", strlen(GET_ "Host"));
	text = hear(fd, SOON_MS, &closed);
	assert_true(closed);
	assert_int_equal(status(text), 408);
	close(fd);
	fd = dial();
	say(fd, POST_ "Content-Length: 2\r\n\r\n{", strlen(POST_ "Content-Length: 2\r\n\r\n{"));
	text = hear(fd, SOON_MS, &closed);
	assert_true(closed);
	assert_int_equal(status(text), 408);
	close(fd);
	fd = dial();
	say(fd, GET_ "Host: a\r\n\r\n", strlen(GET_ "Host: a\r\n\r\n"));
	text = hear(fd, SOON_MS, &closed);
	assert_true(closed);
	assert_int_equal(status(text), 200);
	close(fd);
	http_stop(server);
}

/* A byte of the body is missing; libmicrohttpd, busy meanwhile, hears of the other bytes and of the end at once. */
static void who_ends_within_a_body_is_forgotten_before_its_time_is_over(void **state)
{
	struct http_options o = usual;
	int ends[10], busy;

	(void)state;
	o.threads = 1;
	o.body_seconds = 600;
	start_with(o);
	busy = dial();
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		SAY(ends[i] = dial(), POST_ "Content-Length: 7\r\n\r\n");
	usleep(50000);
	SAY(busy, "GET /api/slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	usleep(50000);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		SAY(ends[i], "{\"a\":1");
		close(ends[i]);
	}
	assert_int_equal(status(hear(busy, SOON_MS, NULL)), 200);
	close(busy);
	for (int i = 0; i < SOON_MS / 10 && http_connections(server) > 0; i++)
		usleep(10000);
	assert_int_equal(http_connections(server), 0);
	assert_int_equal(finished, ARRAY_LEN(ends) + 1);
	http_stop(server);
}

/* Stops the server while the only request, on this connection, waits; its maker has it until it resumes it. */
static void expect_503_at_the_end(int fd)
{
	assert_true(is_silent(fd, 100));
	http_drain(server, 0);
	http_stop(server);
	assert_int_equal(status(hear(fd, 100, NULL)), 503);
	close(fd);
	assert_int_equal(finished, 0);
	http_resume(waiting);
	assert_int_equal(finished, 1);
	http_forget();		/* what was kept, this one too */
}

static void who_still_waits_at_the_end_is_told_503(void **state)
{
	int fd;

	(void)state;
	start(false);
	fd = dial();
	say(fd, "GET /api/never HTTP/1.1\r\nHost: a\r\n\r\n", strlen("GET /api/never HTTP/1.1\r\nHost: a\r\n\r\n"));
	expect_503_at_the_end(fd);
}

#define LATE_DOOR(query) \
	"POST /api/late-door" query " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 7\r\n"

static void the_body_of_whoever_is_turned_away_is_read_and_forgotten(void **state)
{
	const char *text;

	(void)state;
	start(false);
	text = ASK("POST /api/away HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\":1}" GET_ "Host: a\r\n\r\n");
	assert_int_equal(status(text), 401);
	assert_non_null(strstr(text, "\"path\":\"/api/x\""));
	text = ASK("POST /api/away HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n\r\n");
	assert_int_equal(status(text), 401);
	text = ASK("POST /api/away HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n");
	assert_int_equal(status(text), 401);
	http_stop(server);
	assert_int_equal(finished, 4);
}

static void a_door_that_opens_late_finds_the_body_where_it_was(void **state)
{
	int fd;

	(void)state;
	start(false);
	fd = dial();
	SAY(fd, LATE_DOOR("") "\r\n{\"a\":1}" GET_ "Host: a\r\n\r\n");
	assert_non_null(strstr(hear(fd, 300, NULL), "\"body\":{\"a\":1}"));
	pthread_join(answerer, NULL);
	SAY(fd, LATE_DOOR("?away") "\r\n{\"a");
	usleep(50000);
	SAY(fd, "\":1}");
	assert_int_equal(status(hear(fd, 200, NULL)), 401);
	pthread_join(answerer, NULL);
	SAY(fd, LATE_DOOR("") "Expect: 100-continue\r\n\r\n");
	assert_int_equal(status(hear(fd, 200, NULL)), 100);
	pthread_join(answerer, NULL);
	SAY(fd, "{\"a\":2}");
	assert_non_null(strstr(hear(fd, 200, NULL), "\"body\":{\"a\":2}"));
	SAY(fd, LATE_DOOR("?away") "Expect: 100-continue\r\n\r\n");
	assert_int_equal(status(hear(fd, 200, NULL)), 401);
	pthread_join(answerer, NULL);
	close(fd);
	http_stop(server);
	assert_int_equal(finished, 5);
}

static void a_client_at_a_door_that_stays_shut_is_told_503_at_the_end(void **state)
{
	int fd;

	(void)state;
	start(false);
	fd = dial();
	SAY(fd, "POST /api/no-door HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
	expect_503_at_the_end(fd);
}

static void whoever_finds_no_room_is_told_503_and_which_setting(void **state)
{
	struct charge all = {0};
	const char *text;

	(void)state;
	budget_start(MIB(1), MIB(1));
	start(false);
	charge_note(&all, MIB(1));
	text = ASK(GET_ "Host: a\r\n\r\n");
	assert_int_equal(status(text), 503);
	assert_non_null(strstr(text, "Retry-After: "));
	assert_non_null(strstr(text, "the setting memory."));
	charge_end(&all);
	assert_int_equal(status(ASK(GET_ "Host: a\r\n\r\n")), 200);
	http_stop(server);
	assert_int_equal(budget_held(), 0);
	budget_start(SIZE_MAX, SIZE_MAX);
}

static void addresses_of_one_network_have_one_share(void **state)
{
	static const struct { const char *remote; int status; } cases[] = {
		{ "2001:db8:1:2::1", 503 }, { "[2001:db8:1:2:ffff::9]:8080", 503 }, { "2001:db8:1:3::1", 200 },
		{ "192.0.2.1", 200 },
	};
	struct address network;
	struct charge all = {0};
	char text[200];

	(void)state;
	budget_start(MIB(2), MIB(1));
	start(true);
	assert_true(address_parse((struct slice){ "2001:db8:1:2:3::4", 17 }, &network));
	network = address_network(&network);
	charge_share(&all, SHARE_ADDRESS, network.bytes, sizeof(network.bytes));
	charge_note(&all, MIB(1));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int n = snprintf(text, sizeof(text), GET_ "Host: a\r\nX-Forwarded-For: %s\r\n\r\n", cases[i].remote);

		if (status(ask_bytes(text, (size_t)n)) != cases[i].status)
			fail_msg("%s", cases[i].remote);
	}
	charge_end(&all);
	http_stop(server);
	budget_start(SIZE_MAX, SIZE_MAX);
}

/* A connection whose client asks for the large answer and takes nothing of it. */
static int ask_and_not_read(void)
{
	int fd = dial();

	SAY(fd, "GET /api/large HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_false(is_silent(fd, SOON_MS));
	return fd;
}

/* Reads to the end. Returns how many bytes there were. */
static size_t drain_socket(int fd)
{
	static char text[65536];
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, text, sizeof(text), 0)) > 0)
		len += (size_t)n;
	return len;
}

static void an_answer_that_is_not_taken_in_time_is_cut_off(void **state)
{
	struct http_options o = usual;
	int fd;

	(void)state;
	o.answer_seconds = 1;
	start_with(o);
	fd = ask_and_not_read();
	for (int i = 0; i < SOON_MS / 10 && finished == 0; i++)
		usleep(10000);
	assert_int_equal(finished, 1);
	assert_true(drain_socket(fd) < LARGE_ANSWER);
	close(fd);
	http_stop(server);
}

static void the_server_does_not_end_later_for_clients_that_have_stopped(void **state)
{
	struct http_options o = usual;
	int64_t begun;
	int sends, reads, goes_on;

	(void)state;
	o.body_seconds = 60;
	start_with(o);
	sends = dial();
	SAY(sends, POST_ "Content-Length: 7\r\n\r\n{");
	reads = ask_and_not_read();
	goes_on = dial();
	SAY(goes_on, "GET /api/later HTTP/1.1\r\nHost: a\r\n\r\n");
	usleep(10000);
	begun = clock_monotonic_us();
	http_drain(server, 40);
	assert_true(clock_monotonic_us() - begun < 10 * 1000000);
	assert_int_equal(status(hear(goes_on, 100, NULL)), 200);
	assert_int_equal(status(hear(sends, 100, NULL)), 408);
	assert_true(drain_socket(reads) < LARGE_ANSWER);
	pthread_join(answerer, NULL);
	http_stop(server);
	close(sends);
	close(reads);
	close(goes_on);
}

/* A target with so many parameters that libmicrohttpd has no room for them. */
static void ask_for_much(int parameters)
{
	static const char rest[] = " HTTP/1.1\r\nHost: a\r\n\r\n";
	char *text = malloc((size_t)parameters + 100);
	int n = snprintf(text, 100, "GET /x?"), fd = dial();

	memset(text + n, '&', (size_t)parameters);
	memcpy(text + n + parameters, rest, sizeof(rest));
	send(fd, text, strlen(text), MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	drain_socket(fd);
	close(fd);
	free(text);
}

static void a_request_that_the_library_refuses_leaves_nothing_behind(void **state)
{
	static const int counts[] = { 500, 1000, 12000, 200000 };
	size_t before, after;

	(void)state;
	start(false);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		ask_for_much(counts[i]);
		before = mallinfo2().uordblks;
		for (int round = 0; round < 50; round++)
			ask_for_much(counts[i]);
		after = mallinfo2().uordblks;
		assert_true(after < before + KIB(200));
	}
	http_stop(server);
}

static void two_servers_do_not_share_a_port(void **state)
{
	const struct http_options o = {
		.listen = "127.0.0.1", .threads = 1, .max_connections = 10, .dispatch = on_request,
	};
	struct http_server *second;
	int taken;

	(void)state;
	start(false);
	taken = port;
	assert_int_equal(http_start(&o, &taken, &second), ERR_INTERNAL);
	assert_non_null(strstr(err_fault()->detail, "in use"));
	http_stop(server);
}

RUN(T(requests_on_one_connection_are_answered_in_turn), T(heads_that_are_not_well_formed_are_refused),
    T(what_is_unusual_but_right_is_served),
    T(heads_over_16_kib_are_431), T(heads_of_many_small_things_are_answered),
    T(what_the_library_refuses_has_one_bare_answer), T(an_origin_longer_than_any_is_refused),
    T(nothing_may_follow_a_body_in_chunks), T(a_crowd_from_one_address_leaves_room),
    T(bodies_are_collected_up_to_the_limit), T(expect_100_continue_is_answered),
    T(a_proxy_is_heard_only_if_trusted),
    T(a_file_is_sent_from_the_program), T(an_answer_sets_several_cookies),
    T(who_trickles_or_idles_is_closed), T(who_ends_within_a_body_is_forgotten_before_its_time_is_over),
    T(who_still_waits_at_the_end_is_told_503), T(two_servers_do_not_share_a_port),
    T(the_body_of_whoever_is_turned_away_is_read_and_forgotten),
    T(a_door_that_opens_late_finds_the_body_where_it_was),
    T(a_client_at_a_door_that_stays_shut_is_told_503_at_the_end),
    T(whoever_finds_no_room_is_told_503_and_which_setting),
    T(addresses_of_one_network_have_one_share),
    T(an_answer_that_is_not_taken_in_time_is_cut_off),
    T(the_server_does_not_end_later_for_clients_that_have_stopped),
    T(a_request_that_the_library_refuses_leaves_nothing_behind))
