/* The texts of a name are asked of a DNS server, and what becomes of each answer. */
#include "http/lookup.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"
#include "base/text.h"

#include "base/banned.h"

#define HEADER 12	/* bytes before the question */
#define NAME_ERROR 3
#define REFUSED 5

/* -- a DNS server, which does what the first label of the name says -- */

static struct {
	int fd;
	pthread_t thread;
	atomic_bool stops;
} dns;

struct message {
	unsigned char bytes[512];
	size_t len;
};

static void add(struct message *m, const char *bytes, size_t len)
{
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

/* Adds a record TXT of the question's name: its pieces, each behind its length. */
static void add_texts(struct message *m, const char *pieces, size_t len)
{
	char size[2] = { 0, (char)len };

	add(m, "\xc0\x0c\0\x10\0\1\0\0\0\x3c", 10);
	add(m, size, sizeof(size));
	add(m, pieces, len);
	m->bytes[7]++;	/* how many answers there are */
}

#define ADD_TEXTS(m, pieces) add_texts(m, pieces, sizeof(pieces) - 1)

/* The question as the beginning of an answer, without what c-ares adds behind it. */
static struct message begin_answer(const unsigned char *question, size_t len)
{
	struct message m = {0};
	size_t end = HEADER;

	while (end < len && question[end])
		end += 1U + question[end];
	m.len = end + 5;
	assert_true(m.len <= len);
	memcpy(m.bytes, question, m.len);
	m.bytes[2] = 0x81;
	m.bytes[3] = 0x80;
	memset(m.bytes + 6, 0, 6);
	return m;
}

static void send_answer(const struct message *m, const struct sockaddr_in *to)
{
	sendto(dns.fd, m->bytes, m->len, 0, (const struct sockaddr *)to, sizeof(*to));
}

static void answer(const unsigned char *question, size_t len, const struct sockaddr_in *to)
{
	struct message m = begin_answer(question, len);
	const char *label = (const char *)question + HEADER + 1;

	if (text_has_prefix(label, "silent"))
		return;
	if (text_has_prefix(label, "missing"))
		m.bytes[3] |= NAME_ERROR;
	if (text_has_prefix(label, "refused"))
		m.bytes[3] |= REFUSED;
	if (text_has_prefix(label, "two")) {
		ADD_TEXTS(&m, "\5first");
		ADD_TEXTS(&m, "\3the\4 two\7 pieces");
	}
	if (text_has_prefix(label, "nul")) {
		ADD_TEXTS(&m, "\3a\0b");
		ADD_TEXTS(&m, "\1c");
	}
	if (text_has_prefix(label, "broken")) {
		ADD_TEXTS(&m, "\5first");
		m.len -= 3;
	}
	if (text_has_prefix(label, "forged")) {
		struct message forged = m;

		ADD_TEXTS(&forged, "\6forged");
		forged.bytes[0] ^= 0xff;	/* another question's id */
		send_answer(&forged, to);
		ADD_TEXTS(&m, "\4true");
	}
	send_answer(&m, to);
}

static void *serve(void *unused)
{
	unsigned char question[512];

	(void)unused;
	while (!atomic_load(&dns.stops)) {
		struct pollfd ready = { .fd = dns.fd, .events = POLLIN };
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n;

		if (poll(&ready, 1, 50) <= 0)
			continue;
		n = recvfrom(dns.fd, question, sizeof(question), 0, (struct sockaddr *)&from, &size);
		if (n > HEADER)
			answer(question, (size_t)n, &from);
	}
	return NULL;
}

static char server[32];
static struct client_options options = {
	.running = 8, .per_host = 8, .per_share = 8, .queue = 8, .queue_per_host = 8, .queue_per_share = 8,
	.connect_ms = 1000, .total_ms = SOON_MS, .dns_server = server,
};

static int begin(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);

	(void)state;
	dns.fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(dns.fd, (struct sockaddr *)&at, sizeof(at)) || getsockname(dns.fd, (struct sockaddr *)&at, &size))
		return -1;
	snprintf(server, sizeof(server), "127.0.0.1:%d", ntohs(at.sin_port));
	atomic_store(&dns.stops, false);
	return pthread_create(&dns.thread, NULL, serve, NULL) || client_start(&options);
}

static int end(void **state)
{
	(void)state;
	client_stop();
	atomic_store(&dns.stops, true);
	pthread_join(dns.thread, NULL);
	close(dns.fd);
	return 0;
}

/* -- asking -- */

struct asked {
	struct call call;
	sem_t told;
};

static void on_done(struct call *c)
{
	struct asked *a = c->owner;

	sem_post(&a->told);
}

/* Asks, and waits for what comes of it. call_wipe() and sem_destroy() by done(). */
static void ask(struct asked *a, const char *name, int total_ms)
{
	*a = (struct asked){ .call = { .kind = CALL_LOOKUP, .url = name, .total_ms = total_ms, .done = on_done } };
	a->call.owner = a;
	sem_init(&a->told, 0, 0);
	assert_int_equal(client_submit(&a->call), OK);
	while (sem_wait(&a->told) != 0)
		;
}

static void done(struct asked *a)
{
	call_wipe(&a->call);
	sem_destroy(&a->told);
}

static void has(const char *name, int texts, const char *one)
{
	struct asked a;

	ask(&a, name, 0);
	if (a.call.error)
		fail_msg("%s: %s", name, a.call.detail);
	assert_int_equal(a.call.status, texts);
	if (one)
		assert_true(call_has_text(&a.call, one));
	assert_false(call_has_text(&a.call, "forged"));
	done(&a);
}

static void fails(const char *name, int total_ms, err_t e)
{
	struct asked a;

	ask(&a, name, total_ms);
	if (a.call.error != e)
		fail_msg("%s: %d, %s", name, (int)a.call.error, a.call.detail);
	done(&a);
}

static void a_text_is_whole_whatever_its_pieces(void **state)
{
	(void)state;
	has("two.example", 2, "first");
	has("two.example", 2, "the two pieces");
	has("nul.example", 1, "c");
}

static void a_name_that_is_missing_or_has_no_texts_is_an_answer(void **state)
{
	(void)state;
	has("missing.example", 0, NULL);
	has("empty.example", 0, NULL);
}

static void an_answer_to_another_question_is_passed_over(void **state)
{
	(void)state;
	has("forged.example", 1, "true");
}

static void what_is_no_answer_says_nothing_about_the_name(void **state)
{
	(void)state;
	fails("broken.example", 0, ERR_CALL_ANSWER);
	fails("refused.example", 0, ERR_CALL_FAILED);
	fails("silent.example", 200, ERR_CALL_TIMEOUT);
}

static void what_is_no_name_is_not_asked(void **state)
{
	char longest[300];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	fails("", 0, ERR_CALL_INPUT);
	fails("two..example", 0, ERR_CALL_INPUT);
	fails(longest, 0, ERR_CALL_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_text_is_whole_whatever_its_pieces),
		T(a_name_that_is_missing_or_has_no_texts_is_an_answer),
		T(an_answer_to_another_question_is_passed_over),
		T(what_is_no_answer_says_nothing_about_the_name),
		T(what_is_no_name_is_not_asked),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
