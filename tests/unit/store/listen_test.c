/* What the listener hears and when it may be believed. A relay between it and the server can fall silent. */
#include "store/fixture.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

/* -- the relay -- */

static struct relay {
	int port, listening;
	struct sockaddr_in server;
	struct { int fd[2]; } pairs[16];
	_Atomic int count;
	_Atomic int silent;	/* of the servers of the pairs, so many say nothing more */
	_Atomic bool stop, drip;	/* drip: what they say comes byte by byte */
	pthread_t thread;
} relay;

static void relay_accept(void)
{
	int client = accept(relay.listening, NULL, NULL), server = socket(AF_INET, SOCK_STREAM, 0);

	if (relay.count == (int)ARRAY_LEN(relay.pairs) ||
	    connect(server, (struct sockaddr *)&relay.server, sizeof(relay.server))) {
		close(client);
		close(server);
		return;
	}
	relay.pairs[relay.count].fd[0] = client;
	relay.pairs[relay.count++].fd[1] = server;
}

static void relay_close(int pair)
{
	for (int side = 0; side < 2; side++) {
		if (relay.pairs[pair].fd[side] >= 0)
			close(relay.pairs[pair].fd[side]);
		relay.pairs[pair].fd[side] = -1;
	}
}

static void relay_move(int pair, int side)
{
	char bytes[8192];
	bool drip = relay.drip && side == 1;
	ssize_t n = recv(relay.pairs[pair].fd[side], bytes, drip ? 1 : sizeof(bytes), MSG_DONTWAIT);

	if (drip)
		usleep(2000);
	if (n > 0)
		n = send(relay.pairs[pair].fd[!side], bytes, (size_t)n, MSG_NOSIGNAL);
	if (n <= 0)
		relay_close(pair);
}

static void *relay_run(void *nothing)
{
	struct pollfd fds[1 + 2 * ARRAY_LEN(relay.pairs)];

	while (!relay.stop) {
		int n = relay.count, silent = relay.silent;

		fds[0] = (struct pollfd){ .fd = relay.listening, .events = POLLIN };
		for (int i = 0; i < 2 * n; i++)
			fds[1 + i] =
				(struct pollfd){ .fd = i % 2 && i / 2 < silent ? -1 : relay.pairs[i / 2].fd[i % 2],
						 .events = POLLIN };
		if (poll(fds, 1 + 2 * (nfds_t)n, 10) <= 0)
			continue;
		for (int i = 0; i < 2 * n; i++)
			if (fds[1 + i].revents && relay.pairs[i / 2].fd[0] >= 0)
				relay_move(i / 2, i % 2);
		if (fds[0].revents)
			relay_accept();
	}
	return nothing;
}

/* To the address of a conninfo. */
static void relay_start(const char *info)
{
	PQconninfoOption *all = PQconninfoParse(info, NULL);
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(here);

	relay = (struct relay){ .server.sin_family = AF_INET };
	for (PQconninfoOption *o = all; o->keyword; o++) {
		if (!strcmp(o->keyword, "host") && o->val)
			inet_pton(AF_INET, strcmp(o->val, "localhost") ? o->val : "127.0.0.1", &relay.server.sin_addr);
		if (!strcmp(o->keyword, "port") && o->val)
			relay.server.sin_port = htons((uint16_t)strtol(o->val, NULL, 10));
	}
	PQconninfoFree(all);
	relay.listening = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(0, bind(relay.listening, (struct sockaddr *)&here, sizeof(here)));
	assert_int_equal(0, listen(relay.listening, 8));
	assert_int_equal(0, getsockname(relay.listening, (struct sockaddr *)&here, &len));
	relay.port = ntohs(here.sin_port);
	assert_int_equal(0, pthread_create(&relay.thread, NULL, relay_run, NULL));
}

static void relay_end(void)
{
	relay.stop = true;
	pthread_join(relay.thread, NULL);
	close(relay.listening);
	for (int i = 0; i < relay.count; i++)
		relay_close(i);
}

/* A store behind the relay; it has no connection but the listener's afterwards. */
static struct fixture fixture_behind_relay(void)
{
	struct fixture f;
	size_t n;

	fixture_init(&f, POSTGRES);
	relay_start(f.url);
	n = strlen(f.url);
	snprintf(f.url + n, sizeof(f.url) - n, " host='127.0.0.1' port='%d'", relay.port);
	CHECK_OK(fixture_start(&f));
	told_any = told_acme = told_other = 0;
	return f;
}

static bool hears_within(const struct fixture *f, int ms, bool hears)
{
	for (; ms > 0 && store_is_listening(f->store) != hears; ms -= 10)
		usleep(10000);
	return store_is_listening(f->store) == hears;
}

/* Past the relay. */
static void notify(const struct fixture *f, const char *text)
{
	char info[512], command[256];

	pg_info(f->database, info, sizeof(info));
	snprintf(command, sizeof(command), "NOTIFY guildhall, '%s'", text);
	pg_do(info, command);
}

/* -- what is said: "tenant changes origin" -- */

static void a_notification_is_read_from_its_end(void **state)
{
	static const struct { const char *text; unsigned any, acme, other; } cases[] = {
		{ "acme 2 elsewhere", 0, CHANGE_KEYS, 0 },
		{ "* 5 elsewhere", CHANGE_TENANTS | CHANGE_APPLICATIONS, 0, 0 },
		{ "acme corp 1 elsewhere", 0, 0, CHANGE_TENANTS },
		/* of a later version, which knows more kinds */
		{ "acme 4294967295 elsewhere", 0, CHANGE_ALL, 0 },
		{ "acme 1073741824 elsewhere", 0, 0, 0 },
		{ "acme 2", 0, 0, 0 }, { "acme", 0, 0, 0 }, { "", 0, 0, 0 }, { " ", 0, 0, 0 },
	};
	ON(POSTGRES);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		told_any = told_acme = told_other = 0;
		notify(&f, cases[i].text);
		notify(&f, "mark 16 elsewhere");	/* they come in order */
		assert_true(wait_for_flag(SOON_MS, &told_other, CHANGE_SETTINGS));
		assert_int_equal(cases[i].any, told_any);
		assert_int_equal(cases[i].acme, told_acme);
		assert_int_equal(cases[i].other | CHANGE_SETTINGS, told_other);
	}
}

static void what_this_copy_said_itself_is_not_heard(void **state)
{
	ON(POSTGRES);

	(void)state;
	notify(&f, arena_printf(f.a, "acme 2 %s", f.store->origin));
	notify(&f, arena_printf(f.a, "acme 4 %sx", f.store->origin));
	assert_true(wait_for_flag(SOON_MS, &told_acme, CHANGE_APPLICATIONS));
	assert_int_equal(CHANGE_APPLICATIONS, told_acme);
}

/* -- when it may be believed -- */

static void a_quiet_server_is_believed(void **state)
{
	ON(POSTGRES);

	(void)state;
	usleep(1600000);	/* longer than an answer counts */
	assert_true(hears_within(&f, SOON_MS, true));
	assert_int_equal(0, told_any);	/* and that on the same connection */
}

/*
 * What is believed has heard all that is older than a second. The answer that was held back is to a question from
 * before, so it proves nothing: only the next one does.
 */
static void a_server_that_falls_silent_is_not_believed_until_it_has_told_all(void **state)
{
	struct fixture f = fixture_behind_relay();

	(void)state;
	assert_true(hears_within(&f, SOON_MS, true));
	relay.silent = relay.count;
	assert_true(hears_within(&f, 2500, false));
	notify(&f, "acme 2 elsewhere");
	usleep(1100000);
	assert_int_equal(0, told_acme);
	relay.drip = true;
	relay.silent = 0;
	assert_true(hears_within(&f, SOON_MS, true));
	assert_int_equal(CHANGE_KEYS, told_acme);
	assert_int_equal(0, told_any);	/* nothing was lost, so nothing more is forgotten */
	relay_end();
	fixture_done(&f);
}

static void a_connection_without_an_answer_is_given_up(void **state)
{
	struct fixture f = fixture_behind_relay();

	(void)state;
	relay.silent = relay.count;	/* new ones are served */
	assert_true(hears_within(&f, 2500, false));
	assert_int_equal(0, told_any);
	assert_true(wait_for_flag(SOON_MS, &told_any, CHANGE_ALL));	/* who knows what was missed */
	assert_true(hears_within(&f, SOON_MS, true));
	notify(&f, "acme 2 elsewhere");
	assert_true(wait_for_flag(SOON_MS, &told_acme, CHANGE_KEYS));
	relay_end();
	fixture_done(&f);
}

/* -- the end -- */

static int64_t time_to_stop(struct fixture *f)
{
	int64_t began = clock_monotonic_us();

	store_stop(f->store);
	f->store = NULL;
	return clock_monotonic_us() - began;
}

static void stopping_waits_neither_for_a_beat_nor_for_a_server_that_is_away(void **state)
{
	struct fixture f = fixture_behind_relay();

	(void)state;
	usleep(20000);
	assert_true(time_to_stop(&f) < 400000);
	CHECK_OK(fixture_start(&f));
	relay_end();
	assert_true(hears_within(&f, 2500, false));
	usleep(900000);		/* the pauses between its attempts have grown */
	assert_true(time_to_stop(&f) < 400000);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notification_is_read_from_its_end),
		cmocka_unit_test(what_this_copy_said_itself_is_not_heard),
		cmocka_unit_test(a_quiet_server_is_believed),
		cmocka_unit_test(a_server_that_falls_silent_is_not_believed_until_it_has_told_all),
		cmocka_unit_test(a_connection_without_an_answer_is_given_up),
		cmocka_unit_test(stopping_waits_neither_for_a_beat_nor_for_a_server_that_is_away),
	};

	log_start(LOG_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
