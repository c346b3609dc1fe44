#include "http/client.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/ioctl.h>
#include <time.h>

#include "folder.h"
#include "test.h"
#include "base/clock.h"
#include "base/settings.h"
#include "http/peer.h"
#include "http/request.h"
#include "base/banned.h"

#define AT_ONCE_US 15000000	/* much less than a call may take; the machine may be busy */

/* Where the certificate of a peer is written; this process's own. */
static const char *ca_file(void)
{
	static char path[FOLDER_SIZE];
	char name[32];

	snprintf(name, sizeof(name), "client-%d.pem", (int)getpid());
	assert_true(folder_place(path, name));
	return path;
}

/* -- calls -- */

/* A call with what its `done` leaves. */
struct asked {
	struct call call;
	char url[512];
	sem_t told;
	atomic_int times;
	int64_t began_us, took_us;
};

static const struct client_options open_options = {
	.running = 512,
	.per_host = 64,
	.per_share = 128,
	.queue = 1024,
	.queue_per_host = 256,
	.queue_per_share = 256,
	.connect_ms = 20000,
	.total_ms = 60000,
	.private_addresses = true,
};

static void on_done(struct call *c)
{
	struct asked *a = c->owner;

	a->took_us = clock_monotonic_us() - a->began_us;
	atomic_fetch_add(&a->times, 1);
	sem_post(&a->told);
}

static void ask_init(struct asked *a, const char *scheme, const char *host, int port, const char *path)
{
	memset(a, 0, sizeof(*a));
	snprintf(a->url, sizeof(a->url), "%s://%s:%d%s", scheme, host, port, path);
	a->call.url = a->url;
	a->call.done = on_done;
	a->call.owner = a;
	sem_init(&a->told, 0, 0);
}

static err_t submit(struct asked *a)
{
	a->began_us = clock_monotonic_us();
	return client_submit(&a->call);
}

/* Waits for `done`, which is to come once. */
static err_t await(struct asked *a)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 120;
	while (sem_timedwait(&a->told, &end) != 0)
		if (errno != EINTR)
			fail_msg("the call to %s never ends", a->url);
	assert_int_equal(a->times, 1);
	return a->call.error;
}

static err_t ask(struct asked *a)
{
	assert_int_equal(submit(a), OK);
	return await(a);
}

static void forget(struct asked *a)
{
	call_wipe(&a->call);
	sem_destroy(&a->told);
}

/* One GET of 127.0.0.1; what it says is in *a. */
static err_t get(struct asked *a, int port, const char *path)
{
	ask_init(a, "http", "127.0.0.1", port, path);
	return ask(a);
}

static void start_with(struct client_options o)
{
	assert_int_equal(client_start(&o), OK);
}

/* What most tests have: a peer of theirs, and the client beside it. */
static void begin_with(struct peer *p)
{
	peer_start(p, "127.0.0.1");
	start_with(open_options);
}

static void end_with(struct peer *p)
{
	client_stop();
	peer_stop(p);
}

/* -- HTTP -- */

static void a_request_arrives_as_it_was_given(void **state)
{
	static const struct header headers[] = { { "Authorization", "Bearer abc" },
						 { "Content-Type", "application/json" },
						 { "X-Empty", "" } };
	struct peer p = { .serve = peer_http };
	struct asked a;
	const char *head;

	(void)state;
	begin_with(&p);
	ask_init(&a, "http", "127.0.0.1", p.port, "/echo");
	a.call.method = "POST";
	a.call.body = "{\"a\":1}";
	a.call.body_len = 7;
	a.call.headers = headers;
	a.call.header_count = ARRAY_LEN(headers);
	assert_int_equal(ask(&a), OK);
	assert_int_equal(a.call.status, 201);
	assert_string_equal(a.call.detail, "");
	head = buffer_str(&a.call.answer);
	assert_int_equal(strncmp(head, "POST /echo HTTP/1.1\r\n", 21), 0);
	assert_non_null(strstr(head, "\r\nAuthorization: Bearer abc\r\n"));
	assert_non_null(strstr(head, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(head, "\r\nX-Empty:\r\n"));
	assert_non_null(strstr(head, "\r\nContent-Length: 7\r\n"));
	assert_non_null(strstr(head, "\r\nUser-Agent: guildhall/"));
	assert_null(strcasestr(head, "\r\nExpect:"));
	assert_null(strcasestr(head, "\r\nCookie:"));
	assert_string_equal(call_header(&a.call, "etag"), "\"1\"");
	assert_string_equal(call_header(&a.call, "Content-Type"), "text/plain");
	assert_string_equal(call_header(&a.call, "x-empty"), "");
	assert_null(call_header(&a.call, "Location"));
	assert_non_null(strstr(peer_log(&p), "\r\n\r\n{\"a\":1}"));
	forget(&a);
	end_with(&p);
}

static void methods_with_and_without_a_body(void **state)
{
	static const struct {
		const char *method, *line;
		bool has_length;
	} cases[] = {
		{ NULL, "GET /echo ", false },
		{ "DELETE", "DELETE /echo ", false },
		{ "POST", "POST /echo ", true },
		{ "PUT", "PUT /echo ", true },
	};
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ask_init(&a, "http", "127.0.0.1", p.port, "/echo");
		a.call.method = cases[i].method;
		assert_int_equal(ask(&a), OK);
		assert_int_equal(strncmp(buffer_str(&a.call.answer), cases[i].line, strlen(cases[i].line)), 0);
		assert_int_equal(strstr(buffer_str(&a.call.answer), "Content-Length: 0") != NULL, cases[i].has_length);
		assert_null(strstr(buffer_str(&a.call.answer), "Content-Type"));
		forget(&a);
	}
	ask_init(&a, "http", "127.0.0.1", p.port, "/nowhere");
	a.call.method = "HEAD";
	assert_int_equal(ask(&a), OK);
	assert_int_equal(a.call.answer.len, 0);
	forget(&a);
	end_with(&p);
}

static void connections_are_used_again(void **state)
{
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(get(&a, p.port, "/"), OK);
		assert_string_equal(buffer_str(&a.call.answer), "hello");
		forget(&a);
	}
	assert_int_equal(p.connections, 1);
	assert_int_equal(p.requests, 20);
	end_with(&p);
}

static void a_body_in_chunks_is_put_together(void **state)
{
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	assert_int_equal(get(&a, p.port, "/chunked"), OK);
	assert_string_equal(buffer_str(&a.call.answer), "hello world");
	forget(&a);
	end_with(&p);
}

static void each_way_to_fail_has_its_error(void **state)
{
	static const struct {
		const char *path;
		err_t error;
	} cases[] = {
		{ "/hang", ERR_CALL_TIMEOUT },       { "/drip", ERR_CALL_TIMEOUT },
		{ "/early", ERR_CALL_FAILED },       { "/nothing", ERR_CALL_FAILED },
		{ "/endless", ERR_CALL_ANSWER },     { "/many-headers", ERR_CALL_ANSWER },
		{ "/long-header", ERR_CALL_ANSWER }, { "/other-protocol", ERR_CALL_ANSWER },
	};
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ask_init(&a, "http", "127.0.0.1", p.port, cases[i].path);
		a.call.total_ms = cases[i].error == ERR_CALL_TIMEOUT ? 300 : 60000;
		if (ask(&a) != cases[i].error)
			fail_msg("%s: %s, %s", cases[i].path, err_name(a.call.error), a.call.detail);
		assert_non_null(strstr(a.call.detail, "http://127.0.0.1:"));
		assert_true(a.took_us < AT_ONCE_US);
		forget(&a);
	}
	end_with(&p);
}

static void an_answer_may_be_as_large_as_its_limit(void **state)
{
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	for (size_t most = 4; most <= 5; most++) {
		ask_init(&a, "http", "127.0.0.1", p.port, "/");
		a.call.answer_max = most;
		assert_int_equal(ask(&a), most == 5 ? OK : ERR_CALL_ANSWER);
		assert_int_equal(a.call.status, 200);
		forget(&a);
	}
	end_with(&p);
}

static void what_nobody_answers_fails(void **state)
{
	struct peer p = { .serve = NULL };
	struct asked a;

	(void)state;
	peer_start(&p, "127.0.0.1");
	close(p.fd);
	p.fd = -1;
	start_with(open_options);
	assert_int_equal(get(&a, p.port, "/"), ERR_CALL_FAILED);
	assert_int_equal(a.call.status, 0);
	forget(&a);
	ask_init(&a, "http", "name.invalid", 80, "/");
	assert_int_equal(ask(&a), ERR_CALL_FAILED);
	forget(&a);
	client_stop();
}

static void what_could_smuggle_a_line_is_not_sent(void **state)
{
	static const char *const urls[] = {
		"http://127.0.0.1:1/a\r\nX: 1",
		"http://127.0.0.1:1/a b",
		"http://127.0.0.1:1/\x7f",
		"http://127.0.0.1:1/\xff",
		"ftp://127.0.0.1/",
		"file:///etc/passwd",
		"http://user:word@127.0.0.1:1/",
		"127.0.0.1",
		"",
		"smtp://127.0.0.1:1",
		"http://[::1",
		"gopher://x/",
		"http://127.0.0.1:99999/",
	};
	static const struct header headers[] = {
		{ "X", "a\r\nY: b" },
		{ "X", "a\nY: b" },
		{ "X\r\nY", "b" },
		{ "X Y", "b" },
		{ "", "b" },
		{ "X:", "b" },
		{ "X", "a\x01" },
		{ "host", "b" },
		{ "Content-Length", "5" },
		{ "Transfer-Encoding", "chunked" },
		{ "Connection", "close" },
	};
	static const char *const methods[] = { "GET /x HTTP/1.1\r\nX:", "G T", "" };
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		ask_init(&a, "http", "127.0.0.1", p.port, "/");
		a.call.url = urls[i];
		if (ask(&a) != ERR_CALL_INPUT)
			fail_msg("%s: %s, %s", urls[i], err_name(a.call.error), a.call.detail);
		forget(&a);
	}
	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		ask_init(&a, "http", "127.0.0.1", p.port, "/");
		a.call.headers = &headers[i];
		a.call.header_count = 1;
		if (ask(&a) != ERR_CALL_INPUT)
			fail_msg("header %zu: %s", i, err_name(a.call.error));
		forget(&a);
	}
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		ask_init(&a, "http", "127.0.0.1", p.port, "/");
		a.call.method = methods[i];
		assert_int_equal(ask(&a), ERR_CALL_INPUT);
		forget(&a);
	}
	assert_int_equal(p.connections, 0);
	end_with(&p);
}

static void proxies_of_the_environment_are_not_used(void **state)
{
	struct peer p = { .serve = peer_http }, proxy = { .serve = peer_http };
	char url[64];
	struct asked a;

	(void)state;
	peer_start(&p, "127.0.0.1");
	peer_start(&proxy, "127.0.0.1");
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy.port);
	setenv("http_proxy", url, 1);
	setenv("all_proxy", url, 1);
	start_with(open_options);
	assert_int_equal(get(&a, p.port, "/"), OK);
	assert_int_equal(p.connections, 1);
	assert_int_equal(proxy.connections, 0);
	forget(&a);
	client_stop();
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	peer_stop(&p);
	peer_stop(&proxy);
}

/* -- redirects -- */

static err_t follow(struct asked *a, int port, int status, const char *to)
{
	char path[400];

	snprintf(path, sizeof(path), "/to/%d/%s", status, to);
	ask_init(a, "http", "127.0.0.1", port, path);
	a->call.follow_redirects = true;
	return ask(a);
}

static void redirects_are_followed_only_when_asked(void **state)
{
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	assert_int_equal(get(&a, p.port, "/to/302//echo"), OK);
	assert_int_equal(a.call.status, 302);
	assert_string_equal(call_header(&a.call, "Location"), "/echo");
	forget(&a);
	assert_int_equal(follow(&a, p.port, 302, "/chunked"), OK);
	assert_string_equal(buffer_str(&a.call.answer), "hello world");
	assert_null(call_header(&a.call, "Location"));
	forget(&a);
	/* not a redirect: nothing says where to */
	assert_int_equal(follow(&a, p.port, 304, "/chunked"), OK);
	assert_int_equal(a.call.status, 304);
	forget(&a);
	ask_init(&a, "http", "127.0.0.1", p.port, "/loop");
	a.call.follow_redirects = true;
	p.requests = 0;
	assert_int_equal(ask(&a), ERR_CALL_ANSWER);
	assert_int_equal(p.requests, 6);
	forget(&a);
	end_with(&p);
}

/* What arrives at /echo behind a redirect to `host`. */
static void post_and_follow(struct asked *a, const struct peer *p, int status, const char *host)
{
	static const struct header headers[] = {
		{ "Authorization", "Bearer abc" },
		{ "X-Api-Key", "def" },
		{ "Content-Type", "text/plain" },
		{ "Accept", "text/html" },
	};
	char path[400];

	snprintf(path, sizeof(path), "/to/%d/http://%s:%d/echo", status, host, p->port);
	ask_init(a, "http", "127.0.0.1", p->port, path);
	a->call.follow_redirects = true;
	a->call.method = "POST";
	a->call.body = "body";
	a->call.body_len = 4;
	a->call.headers = headers;
	a->call.header_count = ARRAY_LEN(headers);
	ask(a);
}

static void credentials_and_bodies_stay_with_their_server(void **state)
{
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	post_and_follow(&a, &p, 307, "127.0.0.1");
	assert_int_equal(a.call.error, OK);
	assert_non_null(strstr(buffer_str(&a.call.answer), "POST /echo"));
	assert_non_null(strstr(buffer_str(&a.call.answer), "Bearer abc"));
	assert_non_null(strstr(buffer_str(&a.call.answer), "Content-Length: 4"));
	forget(&a);
	for (int status = 301; status <= 303; status++) {
		post_and_follow(&a, &p, status, "127.0.0.1");
		assert_non_null(strstr(buffer_str(&a.call.answer), "GET /echo"));
		assert_non_null(strstr(buffer_str(&a.call.answer), "Bearer abc"));
		assert_null(strstr(buffer_str(&a.call.answer), "Content-"));
		forget(&a);
	}
	post_and_follow(&a, &p, 303, "localhost");
	assert_int_equal(a.call.error, OK);
	assert_non_null(strstr(buffer_str(&a.call.answer), "Accept: text/html"));
	assert_null(strstr(buffer_str(&a.call.answer), "Bearer abc"));
	assert_null(strstr(buffer_str(&a.call.answer), "X-Api-Key"));
	forget(&a);
	post_and_follow(&a, &p, 308, "localhost");
	assert_int_equal(a.call.error, ERR_CALL_ANSWER);
	forget(&a);
	end_with(&p);
}

static void redirects_out_of_http_are_refused(void **state)
{
	static const char *const places[] = {
		"file:///etc/passwd",          "ftp://127.0.0.1/x",       "smtp://127.0.0.1:25",
		"http://user:word@127.0.0.1/", "gopher://127.0.0.1:25/x", "http://[",
	};
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	begin_with(&p);
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (follow(&a, p.port, 302, places[i]) != ERR_CALL_ANSWER)
			fail_msg("%s: %s, %s", places[i], err_name(a.call.error), a.call.detail);
		forget(&a);
	}
	end_with(&p);
}

/* -- the guard -- */

static void addresses_that_are_not_public_are_refused(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1",
		"localhost",
		"127.1",
		"2130706433",
		"0x7f000001",
		"0",
		"10.0.0.1",
		"169.254.169.254",
		"192.168.1.1",
		"100.64.0.1",
		"[::1]",
		"[::]",
		"[::ffff:127.0.0.1]",
		"[64:ff9b::7f00:1]",
		"[2002:7f00:1::]",
		"[fe80::1]",
		"[fd00:ec2::254]",
		"224.0.0.1",
		"255.255.255.255",
	};
	struct client_options o = open_options;
	struct peer p = { .serve = peer_http };
	struct asked a;

	(void)state;
	peer_start(&p, "127.0.0.1");
	o.private_addresses = false;
	start_with(o);
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		ask_init(&a, "http", hosts[i], p.port, "/");
		if (ask(&a) != ERR_CALL_ADDRESS)
			fail_msg("%s: %s, %s", hosts[i], err_name(a.call.error), a.call.detail);
		forget(&a);
	}
	ask_init(&a, "smtp", "127.0.0.1", p.port, "");
	a.call.kind = CALL_SMTP;
	a.call.from = "a@example.com";
	a.call.recipients = &a.call.from;
	a.call.recipient_count = 1;
	assert_int_equal(ask(&a), ERR_CALL_ADDRESS);
	forget(&a);
	assert_int_equal(p.connections, 0);
	end_with(&p);
}

static bool add_address(const char *device, const char *address)
{
	struct ifreq r = { .ifr_flags = 0 };
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", device);
	inet_pton(AF_INET, address, &at.sin_addr);
	memcpy(&r.ifr_addr, &at, sizeof(at));
	good = ioctl(fd, SIOCSIFADDR, &r) == 0;
	r.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
	good = good && ioctl(fd, SIOCSIFFLAGS, &r) == 0;
	close(fd);
	return good;
}

/* A network of this thread alone, whose loopback device has a public address. False: the system does not allow it. */
static bool make_network(void)
{
	return unshare(CLONE_NEWNET) == 0 && add_address("lo", "127.0.0.1") && add_address("lo:0", "8.8.8.8");
}

/* Where a public server redirects to, and what becomes of it. cmocka's checks work on its own thread only. */
struct redirected {
	const char *to;
	err_t expected, error;
	char detail[512];
};

static struct redirected redirected[] = {
	{ .to = "8.8.8.8", .expected = OK },
	{ .to = "127.0.0.1", .expected = ERR_CALL_ADDRESS },
	{ .to = "127.1", .expected = ERR_CALL_ADDRESS },
	{ .to = "169.254.169.254", .expected = ERR_CALL_ADDRESS },
	{ .to = "[::1]", .expected = ERR_CALL_ADDRESS },
	{ .to = "[::ffff:127.0.0.1]", .expected = ERR_CALL_ADDRESS },
	{ .to = "0", .expected = ERR_CALL_ADDRESS },
	{ .to = "localhost", .expected = ERR_CALL_ADDRESS },
};

static atomic_int inside_requests;

/* A name server that hears and never answers: how long its call took, and how long another one behind it. */
static bool name_served;
static struct {
	err_t error, next_error;
	int64_t took_us, next_took_us;
} slow_name;

/* The first name server of this system, when it has an IPv4 address. */
static bool find_name_server(struct sockaddr_in *at)
{
	FILE *f = fopen("/etc/resolv.conf", "re");
	char line[256], address[16] = "";

	while (f && !*address && fgets(line, sizeof(line), f))
		sscanf(line, "nameserver %15[0-9.]", address);
	if (f)
		fclose(f);
	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(53) };
	return inet_pton(AF_INET, address, &at->sin_addr) == 1;
}

static bool take_name_server(int *fd)
{
	struct sockaddr_in at;

	if (!find_name_server(&at))
		return false;
	if ((ntohl(at.sin_addr.s_addr) >> 24) != 127 && !add_address("lo:1", inet_ntoa(at.sin_addr)))
		return false;
	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return bind(*fd, (struct sockaddr *)&at, sizeof(at)) == 0;
}

static bool hang_on_names(const struct peer *quick)
{
	struct asked slow, next;
	int fd = -1;
	bool served = take_name_server(&fd);

	if (served) {
		ask_init(&slow, "http", "slow.example", 80, "/");
		slow.call.connect_ms = 300;
		slow_name.error = ask(&slow);
		slow_name.took_us = slow.took_us;
		ask_init(&next, "http", "8.8.8.8", quick->port, "/");
		slow_name.next_error = ask(&next);
		slow_name.next_took_us = next.took_us;
		forget(&slow);
		forget(&next);
	}
	close(fd);
	return served;
}

static void *redirect_in_own_network(void *allowed)
{
	struct client_options o = open_options;
	struct peer p = { .serve = peer_http }, inside = { .serve = peer_http };

	*(bool *)allowed = make_network();
	if (!*(bool *)allowed)
		return NULL;
	peer_start(&p, "8.8.8.8");
	peer_start(&inside, "127.0.0.1");
	o.private_addresses = false;
	start_with(o);
	name_served = hang_on_names(&p);
	for (size_t i = 0; i < ARRAY_LEN(redirected); i++) {
		char place[128];
		struct asked a;

		snprintf(place, sizeof(place), "/to/302/http://%s:%d/", redirected[i].to,
			 i == 0 ? p.port : inside.port);
		ask_init(&a, "http", "8.8.8.8", p.port, place);
		a.call.follow_redirects = true;
		redirected[i].error = ask(&a);
		snprintf(redirected[i].detail, sizeof(redirected[i].detail), "%s", a.call.detail);
		forget(&a);
	}
	inside_requests = inside.connections;
	end_with(&p);
	peer_stop(&inside);
	return NULL;
}

static void a_public_server_cannot_redirect_inside_and_a_name_server_that_hangs_stops_nothing(void **state)
{
	bool allowed = false;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, redirect_in_own_network, &allowed), 0);
	pthread_join(thread, NULL);
	if (!allowed)
		skip(); /* making a network takes a privilege */
	for (size_t i = 0; i < ARRAY_LEN(redirected); i++)
		if (redirected[i].error != redirected[i].expected)
			fail_msg("%s: %s, %s", redirected[i].to, err_name(redirected[i].error), redirected[i].detail);
	assert_int_equal(inside_requests, 0);
	if (!name_served)
		return;		/* the system's name server cannot be played here */
	assert_int_equal(slow_name.error, ERR_CALL_TIMEOUT);
	assert_true(slow_name.took_us >= 300000 && slow_name.took_us < AT_ONCE_US);
	assert_int_equal(slow_name.next_error, OK);
	assert_true(slow_name.next_took_us < AT_ONCE_US);
}

/* -- TLS -- */

static void certificates_are_verified(void **state)
{
	struct peer p = { .serve = peer_http, .tls_at_once = true };
	struct client_options o = open_options;
	struct asked a;

	(void)state;
	p.tls = peer_tls(ca_file());
	peer_start(&p, "127.0.0.1");
	start_with(o);
	ask_init(&a, "https", "localhost", p.port, "/");
	assert_int_equal(ask(&a), ERR_CALL_FAILED);
	assert_non_null(strstr(a.call.detail, "certificate"));
	assert_int_equal(p.requests, 0);
	forget(&a);
	client_stop();
	o.ca_file = ca_file();
	start_with(o);
	ask_init(&a, "https", "localhost", p.port, "/echo");
	if (ask(&a) != OK)
		fail_msg("%s", a.call.detail);
	forget(&a);
	ask_init(&a, "https", "127.0.0.2", p.port, "/echo"); /* nobody listens there */
	assert_int_equal(ask(&a), ERR_CALL_FAILED);
	forget(&a);
	end_with(&p);
	unlink(ca_file());
}

static void a_certificate_for_another_name_is_refused(void **state)
{
	struct peer p = { .serve = peer_http, .tls_at_once = true };
	struct client_options o = open_options;
	struct asked a;

	(void)state;
	p.tls = peer_tls(ca_file());
	peer_start(&p, "127.0.0.2");
	o.ca_file = ca_file();
	start_with(o);
	ask_init(&a, "https", "127.0.0.2", p.port, "/echo");
	assert_int_equal(ask(&a), ERR_CALL_FAILED);
	assert_int_equal(p.requests, 0);
	forget(&a);
	end_with(&p);
	unlink(ca_file());
}

static void redirects_from_https_to_http_are_refused(void **state)
{
	struct peer p = { .serve = peer_http, .tls_at_once = true }, plain = { .serve = peer_http };
	struct client_options o = open_options;
	char path[128];
	struct asked a;

	(void)state;
	p.tls = peer_tls(ca_file());
	peer_start(&p, "127.0.0.1");
	peer_start(&plain, "127.0.0.1");
	o.ca_file = ca_file();
	start_with(o);
	snprintf(path, sizeof(path), "/to/302/http://127.0.0.1:%d/", plain.port);
	ask_init(&a, "https", "localhost", p.port, path);
	a.call.follow_redirects = true;
	assert_int_equal(ask(&a), ERR_CALL_ANSWER);
	assert_non_null(strstr(a.call.detail, "from https to http"));
	assert_int_equal(plain.connections, 0);
	forget(&a);
	end_with(&p);
	peer_stop(&plain);
	unlink(ca_file());
}

static void a_handshake_that_hangs_is_part_of_connecting(void **state)
{
	struct peer p = { .serve = NULL };
	struct asked a;

	(void)state;
	begin_with(&p);
	ask_init(&a, "https", "127.0.0.1", p.port, "/");
	a.call.connect_ms = 200;
	assert_int_equal(ask(&a), ERR_CALL_TIMEOUT);
	assert_true(a.took_us >= 200000 && a.took_us < AT_ONCE_US);
	forget(&a);
	end_with(&p);
}

/* -- limits -- */

static void calls_that_hang_cost_others_nothing(void **state)
{
	enum { HANGING = 200, OTHERS = 50 };
	struct asked *hanging = calloc(HANGING, sizeof(*hanging)), *others = calloc(OTHERS, sizeof(*others));
	struct peer hangs = { .serve = NULL }, p = { .serve = peer_http };
	struct client_options o = open_options;
	int64_t began;

	(void)state;
	peer_start(&hangs, "127.0.0.1");
	peer_start(&p, "127.0.0.2");
	o.total_ms = 60000;
	o.running = 100;
	start_with(o);
	for (int i = 0; i < HANGING; i++) {
		ask_init(&hanging[i], "http", "127.0.0.1", hangs.port, "/");
		assert_int_equal(submit(&hanging[i]), OK);
	}
	began = clock_monotonic_us();
	for (int i = 0; i < OTHERS; i++) {
		ask_init(&others[i], "http", "127.0.0.2", p.port, "/");
		assert_int_equal(submit(&others[i]), OK);
	}
	for (int i = 0; i < OTHERS; i++)
		assert_int_equal(await(&others[i]), OK);
	assert_true(clock_monotonic_us() - began < AT_ONCE_US);
	for (int i = 0; i < HANGING; i++)
		assert_int_equal(hanging[i].times, 0);
	client_stop();
	for (int i = 0; i < HANGING; i++) {
		assert_int_equal(hanging[i].times, 1);
		assert_int_equal(hanging[i].call.error, ERR_CALL_STOPPED);
		forget(&hanging[i]);
	}
	for (int i = 0; i < OTHERS; i++)
		forget(&others[i]);
	free(hanging);
	free(others);
	peer_stop(&p);
	peer_stop(&hangs);
}

static void a_host_gets_so_many_calls_at_once(void **state)
{
	enum { CALLS = 40 };
	struct asked *calls = calloc(CALLS, sizeof(*calls));
	struct peer p = { .serve = peer_http };
	struct client_options o = open_options;

	(void)state;
	peer_start(&p, "127.0.0.1");
	o.per_host = 3;
	start_with(o);
	for (int i = 0; i < CALLS; i++) {
		ask_init(&calls[i], "http", "127.0.0.1", p.port, "/echo");
		assert_int_equal(submit(&calls[i]), OK);
	}
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(await(&calls[i]), OK);
		forget(&calls[i]);
	}
	assert_true(p.most_open <= 3);
	assert_int_equal(p.requests, CALLS);
	end_with(&p);
	free(calls);
}

static void so_many_calls_run_in_all(void **state)
{
	struct peer a_peer = { .serve = NULL }, p = { .serve = peer_http };
	struct client_options o = open_options;
	struct asked hangs, waits;

	(void)state;
	peer_start(&a_peer, "127.0.0.1");
	peer_start(&p, "127.0.0.1");
	o.running = 1;
	start_with(o);
	ask_init(&hangs, "http", "127.0.0.1", a_peer.port, "/");
	hangs.call.total_ms = 400;
	ask_init(&waits, "http", "127.0.0.1", p.port, "/");
	assert_int_equal(submit(&hangs), OK);
	assert_int_equal(submit(&waits), OK);
	assert_int_equal(await(&waits), OK);
	assert_int_equal(hangs.times, 1);
	assert_int_equal(await(&hangs), ERR_CALL_TIMEOUT);
	forget(&hangs);
	forget(&waits);
	end_with(&p);
	peer_stop(&a_peer);
}

static void ask_of_tenant(struct asked *a, unsigned share, const struct peer *p)
{
	ask_init(a, "http", "127.0.0.1", p->port, "/");
	a->call.share = share;
}

static void a_tenant_whose_hosts_hang_leaves_turns_to_others(void **state)
{
	struct peer hanging[2] = { { .serve = NULL }, { .serve = NULL } }, p = { .serve = peer_http };
	struct client_options o = open_options;
	struct asked hangs[2], waits, too_many, other, of_none;

	(void)state;
	peer_start(&p, "127.0.0.1");
	o.per_share = 2;
	o.queue_per_share = 1;
	start_with(o);
	for (size_t i = 0; i < 2; i++) {
		peer_start(&hanging[i], "127.0.0.1");
		ask_of_tenant(&hangs[i], 7, &hanging[i]);
		hangs[i].call.total_ms = i == 0 ? 3000 : 60000;
		assert_int_equal(submit(&hangs[i]), OK);
		assert_int_equal(poll(&(struct pollfd){ hanging[i].fd, POLLIN, 0 }, 1, 60000), 1);
	}
	ask_of_tenant(&waits, 7, &p);
	ask_of_tenant(&too_many, 7, &p);
	ask_of_tenant(&other, 8, &p);
	ask_of_tenant(&of_none, 0, &p);
	assert_int_equal(submit(&waits), OK);
	assert_int_equal(submit(&too_many), ERR_BUSY);
	assert_int_equal(ask(&other), OK);
	assert_int_equal(ask(&of_none), OK);
	assert_int_equal(waits.times, 0);
	/* its turn comes when one of its own tenant's ends */
	assert_int_equal(await(&waits), OK);
	assert_int_equal(await(&hangs[0]), ERR_CALL_TIMEOUT);
	assert_int_equal(hangs[1].times, 0);
	client_stop();
	assert_int_equal(hangs[1].call.error, ERR_CALL_STOPPED);
	assert_int_equal(too_many.times, 0);
	for (size_t i = 0; i < 2; i++) {
		forget(&hangs[i]);
		peer_stop(&hanging[i]);
	}
	forget(&waits);
	forget(&too_many);
	forget(&other);
	forget(&of_none);
	peer_stop(&p);
}

static void a_tenant_whose_calls_to_a_host_hang_leaves_turns_there(void **state)
{
	struct peer hangs = { .serve = NULL };
	struct client_options o = open_options;
	struct asked calls[5], other;

	(void)state;
	peer_start(&hangs, "127.0.0.1");
	o.per_host = 4;
	start_with(o);
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		ask_of_tenant(&calls[i], 7, &hangs);
		calls[i].call.total_ms = i < 3 ? 60000 : 200;
		assert_int_equal(submit(&calls[i]), OK);
	}
	/* three run; the others do not before their time is over */
	for (size_t i = 3; i < ARRAY_LEN(calls); i++) {
		assert_int_equal(await(&calls[i]), ERR_CALL_TIMEOUT);
		assert_non_null(strstr(calls[i].call.detail, "before its turn"));
	}
	ask_of_tenant(&other, 8, &hangs);
	other.call.total_ms = 200;
	assert_int_equal(ask(&other), ERR_CALL_TIMEOUT);
	assert_null(strstr(other.call.detail, "before its turn"));
	client_stop();
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		forget(&calls[i]);
	forget(&other);
	peer_stop(&hangs);
}

static void waiting_counts_as_time(void **state)
{
	struct peer p = { .serve = NULL };
	struct client_options o = open_options;
	struct asked hangs, waits;

	(void)state;
	peer_start(&p, "127.0.0.1");
	o.per_host = 1;
	start_with(o);
	ask_init(&hangs, "http", "127.0.0.1", p.port, "/");
	ask_init(&waits, "http", "127.0.0.1", p.port, "/");
	waits.call.total_ms = 200;
	assert_int_equal(submit(&hangs), OK);
	assert_int_equal(submit(&waits), OK);
	assert_int_equal(await(&waits), ERR_CALL_TIMEOUT);
	assert_true(waits.took_us >= 200000 && waits.took_us < AT_ONCE_US);
	assert_int_equal(hangs.times, 0);
	client_stop();
	assert_int_equal(hangs.call.error, ERR_CALL_STOPPED);
	forget(&hangs);
	forget(&waits);
	peer_stop(&p);
}

static void a_full_queue_refuses(void **state)
{
	struct asked calls[8], other;
	struct peer p = { .serve = NULL }, q = { .serve = NULL };
	struct client_options o = open_options;
	int refused = 0;

	(void)state;
	peer_start(&p, "127.0.0.1");
	peer_start(&q, "127.0.0.1");
	o.running = 1;
	o.queue = 3;
	o.queue_per_host = 2;
	start_with(o);
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		ask_init(&calls[i], "http", "127.0.0.1", p.port, "/");
	/* one runs, two wait, the fourth is one too many for this host */
	assert_int_equal(submit(&calls[0]), OK);
	assert_int_equal(poll(&(struct pollfd){ p.fd, POLLIN, 0 }, 1, 60000), 1);
	for (size_t i = 1; i < 4; i++)
		assert_int_equal(submit(&calls[i]), OK);
	assert_int_equal(await(&calls[3]), ERR_BUSY);
	/* another host's may still wait, and then the queue is full for everyone */
	ask_init(&other, "http", "127.0.0.1", q.port, "/");
	assert_int_equal(submit(&other), OK);
	for (size_t i = 4; i < ARRAY_LEN(calls); i++)
		refused += submit(&calls[i]) == ERR_BUSY;
	assert_int_equal(refused, 4);
	client_stop();
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		assert_int_equal(calls[i].times, i < 4);
		forget(&calls[i]);
	}
	assert_int_equal(other.call.error, ERR_CALL_STOPPED);
	forget(&other);
	peer_stop(&p);
	peer_stop(&q);
}

/* -- mail -- */

static const char *const two[] = { "b@example.com", "c@example.com" };

static void mail_init(struct asked *a, const char *scheme, int port)
{
	ask_init(a, scheme, "localhost", port, "");
	a->call.kind = CALL_SMTP;
	a->call.from = "a@example.com";
	a->call.recipients = two;
	a->call.recipient_count = 2;
	a->call.body = "Subject: x\r\n\r\n.dot\r\nbye\r\n";
	a->call.body_len = strlen(a->call.body);
	a->call.without_tls = true;
}

static void a_mail_is_handed_over(void **state)
{
	static const char *const lines[] = {
		"MAIL FROM:<a@example.com>\r\n",
		"RCPT TO:<b@example.com>\r\n",
		"RCPT TO:<c@example.com>\r\n",
		"DATA\r\n",
		"Subject: x\r\n\r\n..dot\r\nbye\r\n.\r\n",
	};
	struct peer p = { .serve = peer_smtp, .mode = "" };
	struct asked a;
	const char *at;

	(void)state;
	begin_with(&p);
	mail_init(&a, "smtp", p.port);
	if (ask(&a) != OK)
		fail_msg("%s", a.call.detail);
	assert_int_equal(a.call.status, 250);
	assert_string_equal(buffer_str(&a.call.answer), "250 2.0.0 queued as 17");
	at = peer_log(&p);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		at = strstr(at, lines[i]);
		assert_non_null(at);
	}
	assert_null(strstr(peer_log(&p), "AUTH"));
	forget(&a);
	end_with(&p);
}

/* TLS by STARTTLS or from the first byte; the user signs in only behind it. */
static void mail_goes_over_tls_with_a_password(void **state)
{
	struct secret password = secret_copy("open sesame", 11);
	struct client_options o = open_options;
	struct asked a;

	(void)state;
	o.ca_file = ca_file();
	for (int at_once = 0; at_once <= 1; at_once++) {
		struct peer p = { .serve = peer_smtp, .mode = "", .tls_at_once = at_once };
		const char *tls, *auth;

		p.tls = peer_tls(ca_file());
		peer_start(&p, "127.0.0.1");
		start_with(o);
		mail_init(&a, at_once ? "smtps" : "smtp", p.port);
		a.call.without_tls = false;
		a.call.user = "tim";
		a.call.password = &password;
		if (ask(&a) != OK)
			fail_msg("%s", a.call.detail);
		tls = strstr(peer_log(&p), "STARTTLS");
		auth = strstr(peer_log(&p), "AUTH PLAIN");
		assert_int_equal(tls != NULL, !at_once);
		assert_non_null(auth);
		assert_non_null(strstr(auth, "AHRpbQBvcGVuIHNlc2FtZQ==")); /* NUL tim NUL open sesame */
		assert_true(!tls || tls < auth);
		forget(&a);
		client_stop();
		peer_stop(&p);
	}
	secret_done(&password);
	unlink(ca_file());
}

/* A password that stands nowhere in this program: this, each byte with its sixth bit turned over. */
static const char veiled[] = "nQvWysvphBdxPpDKHXePYiGkPAuNaRLxYKwzEInncIIAANxNKKSUMiroNLsM"
			     "YTBXaKJQEVTmlAmrtVETWTesULeetLDQBvWZBjyaXYlAcCtLnMHwPdWgWhQx";

#define KEPT_FROM 60	/* free() writes over the first bytes of a block; what is behind them would stay */

static char unveil(size_t i)
{
	return (char)(veiled[i] ^ 0x20);
}

static bool is_end_of_password(const char *at)
{
	for (size_t i = KEPT_FROM; i < sizeof(veiled) - 1; i++)
		if (at[i - KEPT_FROM] != unveil(i))
			return false;
	return true;
}

/* How often it stands between two addresses of this process. */
static int count_between(int mem, uintptr_t from, uintptr_t to)
{
	size_t size = to - from;
	char *copy = malloc(size);
	ssize_t n = pread(mem, copy, size, (off_t)from);
	int found = 0;

	for (ssize_t i = 0; i + (ssize_t)sizeof(veiled) <= n; i++)
		found += is_end_of_password(copy + i);
	explicit_bzero(copy, size);
	free(copy);
	return found;
}

/* In all memory that can be written, but what a sanitizer keeps for itself. */
static int count_in_memory(void)
{
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC), found = 0;
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], *rights;
	uintptr_t from, to;

	while (fgets(line, sizeof(line), maps)) {	/* from-to rights … */
		from = strtoul(line, &rights, 16);
		to = strtoul(rights + 1, &rights, 16);
		if (rights[2] == 'w' && to - from < MIB(256))
			found += count_between(mem, from, to);
	}
	fclose(maps);
	close(mem);
	return found;
}

static void a_password_is_not_kept_after_the_call(void **state)
{
	struct peer p = { .serve = peer_smtp, .mode = "" };
	struct secret password = secret_copy(veiled, sizeof(veiled) - 1);
	struct asked a;

	(void)state;
	for (size_t i = 0; i < password.len; i++)
		password.bytes[i] = (unsigned char)unveil(i);
	assert_true(count_in_memory() > 0);
	begin_with(&p);
	mail_init(&a, "smtp", p.port);
	a.call.user = "tim";
	a.call.password = &password;
	assert_int_equal(ask(&a), OK);
	assert_non_null(strstr(peer_log(&p), "AUTH PLAIN"));
	secret_done(&password);
	assert_int_equal(count_in_memory(), 0);
	forget(&a);
	end_with(&p);
}

static void mail_without_tls_is_not_sent_by_accident(void **state)
{
	struct secret password = secret_copy("open sesame", 11);
	struct peer p = { .serve = peer_smtp, .mode = "" };
	struct asked a;

	(void)state;
	begin_with(&p);
	mail_init(&a, "smtp", p.port);
	a.call.without_tls = false;
	a.call.user = "tim";
	a.call.password = &password;
	assert_int_equal(ask(&a), ERR_CALL_FAILED);
	assert_null(strstr(peer_log(&p), "AUTH"));
	assert_null(strstr(peer_log(&p), "MAIL"));
	forget(&a);
	end_with(&p);
	secret_done(&password);
}

static void each_way_a_mail_fails_has_its_error(void **state)
{
	static const struct {
		const char *mode;
		err_t error;
		int status;
	} cases[] = {
		{ "refuse-rcpt", ERR_CALL_FAILED, 550 },  { "refuse-auth", ERR_CALL_FAILED, 535 },
		{ "hang-greeting", ERR_CALL_TIMEOUT, 0 }, { "hang-mail", ERR_CALL_TIMEOUT, 0 },
		{ "hang-data", ERR_CALL_TIMEOUT, 354 },   { "drop-mail", ERR_CALL_FAILED, 0 },
		{ "too-much", ERR_CALL_ANSWER, 250 },     { "hang-quit", OK, 250 },
	};
	struct secret password = secret_copy("x", 1);
	struct asked a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct peer p = { .serve = peer_smtp, .mode = cases[i].mode };

		peer_start(&p, "127.0.0.1");
		start_with(open_options);
		mail_init(&a, "smtp", p.port);
		a.call.user = "tim";
		a.call.password = &password;
		a.call.total_ms = cases[i].error == ERR_CALL_TIMEOUT ? 1000 : 60000;
		if (ask(&a) != cases[i].error)
			fail_msg("%s: %s, %s", cases[i].mode, err_name(a.call.error), a.call.detail);
		if (cases[i].status && a.call.status != cases[i].status)
			fail_msg("%s: %d", cases[i].mode, a.call.status);
		assert_true(a.took_us < AT_ONCE_US);
		forget(&a);
		client_stop();
		peer_stop(&p);
	}
	secret_done(&password);
}

/* libcurl itself would wait for the replies to the message and to QUIT, with everything else standing still. */
static void a_mail_server_that_hangs_holds_up_nobody(void **state)
{
	static const char *const modes[] = { "hang-greeting", "hang-mail", "hang-data", "hang-quit" };
	struct peer slow[ARRAY_LEN(modes)] = {0}, p = { .serve = peer_http };
	struct asked mails[ARRAY_LEN(modes)], a;

	(void)state;
	begin_with(&p);
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		slow[i].serve = peer_smtp;
		slow[i].mode = modes[i];
		peer_start(&slow[i], "127.0.0.1");
		mail_init(&mails[i], "smtp", slow[i].port);
		mails[i].call.total_ms = 60000;
		assert_int_equal(submit(&mails[i]), OK);
	}
	for (int i = 0; i < 20; i++) {
		assert_int_equal(get(&a, p.port, "/"), OK);
		assert_true(a.took_us < AT_ONCE_US);
		forget(&a);
		usleep(10000);
	}
	assert_int_equal(await(&mails[3]), OK);
	client_stop();
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		assert_int_equal(mails[i].call.error, i == 3 ? OK : ERR_CALL_STOPPED);
		assert_int_equal(mails[i].times, 1);
		forget(&mails[i]);
		peer_stop(&slow[i]);
	}
	peer_stop(&p);
}

static void what_could_smuggle_a_command_is_not_sent(void **state)
{
	static const char *const addresses[] = {
		"a@x\r\nRCPT TO:<d@x>", "a@x\n", "a@x> SIZE=1", "<a@x>", "a b@x", "a@x\t", "\xc3\xa4@x", NULL,
	};
	static const char *const messages[] = { "a\nb\r\n", "a\rb\r\n", "a\r", "a\n.\r\nMAIL FROM:<d@x>\r\n" };
	static const char *const urls[] = { "smtp://localhost/x", "smtp://localhost/%0d%0aMAIL",
					    "smtp://u:p@localhost", "http://localhost", "smtp://localhost?a" };
	struct asked a;

	(void)state;
	start_with(open_options);
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		mail_init(&a, "smtp", 1);
		a.call.from = addresses[i];
		assert_int_equal(ask(&a), ERR_CALL_INPUT);
		forget(&a);
		mail_init(&a, "smtp", 1);
		a.call.recipients = (const char *const[]){ "b@x", addresses[i] ? addresses[i] : "" };
		assert_int_equal(ask(&a), ERR_CALL_INPUT);
		forget(&a);
	}
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		mail_init(&a, "smtp", 1);
		a.call.body = messages[i];
		a.call.body_len = strlen(messages[i]);
		assert_int_equal(ask(&a), ERR_CALL_INPUT);
		forget(&a);
	}
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		mail_init(&a, "smtp", 1);
		a.call.url = urls[i];
		if (ask(&a) != ERR_CALL_INPUT)
			fail_msg("%s: %s, %s", urls[i], err_name(a.call.error), a.call.detail);
		forget(&a);
	}
	mail_init(&a, "smtp", 1);
	a.call.recipient_count = 0;
	assert_int_equal(ask(&a), ERR_CALL_INPUT);
	forget(&a);
	client_stop();
}

/* -- beginning and end -- */

static struct call resubmitted;
static err_t resubmit_error;

static void submit_again(struct call *c)
{
	resubmit_error = client_submit(&resubmitted);
	on_done(c);
}

static void a_stopped_client_takes_nothing(void **state)
{
	struct peer p = { .serve = NULL };
	struct asked a, mail;

	(void)state;
	ask_init(&a, "http", "127.0.0.1", 1, "/");
	assert_int_equal(client_submit(&a.call), ERR_BUSY);
	client_stop();
	begin_with(&p);
	forget(&a);
	ask_init(&a, "http", "127.0.0.1", p.port, "/");
	a.call.done = submit_again;
	resubmitted = a.call;
	ask_init(&mail, "smtp", "127.0.0.1", p.port, "");
	mail.call.kind = CALL_SMTP;
	mail.call.from = "a@example.com";
	mail.call.recipients = &mail.call.from;
	mail.call.recipient_count = 1;
	assert_int_equal(submit(&a), OK);
	assert_int_equal(submit(&mail), OK);
	usleep(100000);
	client_stop();
	assert_int_equal(a.times, 1);
	assert_int_equal(a.call.error, ERR_CALL_STOPPED);
	assert_int_equal(resubmit_error, ERR_BUSY);
	assert_int_equal(mail.times, 1);
	assert_int_equal(mail.call.error, ERR_CALL_STOPPED);
	forget(&a);
	forget(&mail);
	peer_stop(&p);
}

static void a_client_that_never_calls_has_no_thread(void **state)
{
	(void)state;
	start_with(open_options);
	client_stop();
	client_stop();
}

/* Several threads, each with calls of its own, while the client stops: each call is told once, or was refused. */
struct caller {
	pthread_t thread;
	struct peer *peer;
	struct asked calls[50];
	bool taken[50];
};

static void *call_often(void *owner)
{
	struct caller *c = owner;

	for (size_t i = 0; i < ARRAY_LEN(c->calls); i++) {
		ask_init(&c->calls[i], "http", "127.0.0.1", c->peer->port, i % 3 ? "/" : "/hang");
		c->taken[i] = submit(&c->calls[i]) == OK;
		usleep(500);
	}
	return NULL;
}

static void every_call_is_told_once_whatever_happens(void **state)
{
	struct caller *callers = calloc(4, sizeof(*callers));
	struct peer p = { .serve = peer_http };

	(void)state;
	begin_with(&p);
	for (int i = 0; i < 4; i++) {
		callers[i].peer = &p;
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]), 0);
	}
	usleep(15000);
	client_stop();
	for (int i = 0; i < 4; i++) {
		pthread_join(callers[i].thread, NULL);
		for (size_t j = 0; j < ARRAY_LEN(callers[i].calls); j++) {
			assert_int_equal(callers[i].calls[j].times, callers[i].taken[j]);
			forget(&callers[i].calls[j]);
		}
	}
	free(callers);
	peer_stop(&p);
}

static void settings_become_options(void **state)
{
	struct settings s = { .calls = 10,
			      .calls_per_host = 2,
			      .queue = 40,
			      .call_connect_seconds = 3,
			      .call_seconds = 7,
			      .call_private_addresses = true,
			      .call_ca_file = "",
			      .dns_server = "" };
	struct client_options o;

	(void)state;
	client_options_init(&o, &s);
	assert_int_equal(o.running, 10);
	assert_int_equal(o.per_host, 2);
	assert_int_equal(o.queue, 40);
	assert_int_equal(o.per_share, 2);
	assert_int_equal(o.queue_per_host, 20);
	assert_int_equal(o.queue_per_share, 10);
	assert_int_equal(o.connect_ms, 3000);
	assert_int_equal(o.total_ms, 7000);
	assert_true(o.private_addresses);
	assert_null(o.ca_file);
	assert_null(o.dns_server);
	s.calls = s.queue = 1;
	s.call_ca_file = "/etc/more.pem";
	s.dns_server = "192.0.2.1:5353";
	client_options_init(&o, &s);
	assert_int_equal(o.per_share, 1);
	assert_int_equal(o.queue_per_host, 1);
	assert_string_equal(o.ca_file, "/etc/more.pem");
	assert_string_equal(o.dns_server, "192.0.2.1:5353");
}

RUN(T(a_request_arrives_as_it_was_given), T(methods_with_and_without_a_body), T(connections_are_used_again),
    T(a_body_in_chunks_is_put_together), T(each_way_to_fail_has_its_error), T(an_answer_may_be_as_large_as_its_limit),
    T(what_nobody_answers_fails), T(what_could_smuggle_a_line_is_not_sent), T(proxies_of_the_environment_are_not_used),
    T(redirects_are_followed_only_when_asked), T(credentials_and_bodies_stay_with_their_server),
    T(redirects_out_of_http_are_refused), T(addresses_that_are_not_public_are_refused),
    T(a_public_server_cannot_redirect_inside_and_a_name_server_that_hangs_stops_nothing),
    T(a_handshake_that_hangs_is_part_of_connecting),
    T(certificates_are_verified), T(a_certificate_for_another_name_is_refused),
    T(redirects_from_https_to_http_are_refused), T(calls_that_hang_cost_others_nothing),
    T(a_host_gets_so_many_calls_at_once), T(so_many_calls_run_in_all),
    T(a_tenant_whose_hosts_hang_leaves_turns_to_others),
    T(a_tenant_whose_calls_to_a_host_hang_leaves_turns_there),
    T(waiting_counts_as_time),
    T(a_full_queue_refuses), T(a_mail_is_handed_over), T(mail_goes_over_tls_with_a_password),
    T(a_password_is_not_kept_after_the_call), T(mail_without_tls_is_not_sent_by_accident),
    T(each_way_a_mail_fails_has_its_error),
    T(a_mail_server_that_hangs_holds_up_nobody), T(what_could_smuggle_a_command_is_not_sent),
    T(a_stopped_client_takes_nothing), T(a_client_that_never_calls_has_no_thread),
    T(every_call_is_told_once_whatever_happens), T(settings_become_options))
