/*
 * peer.h - servers that a test calls: HTTP and SMTP on free loopback ports, a thread each and one for each connection.
 */
#ifndef TESTS_UNIT_HTTP_PEER_H
#define TESTS_UNIT_HTTP_PEER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

#define PEER_CONNECTIONS_MOST 1024

struct peer_connection;

struct peer {
	int fd, port;
	SSL_CTX *tls; /* NULL: plain */
	bool tls_at_once; /* else the protocol turns it on */
	const char *mode; /* what `serve` looks at */
	void (*serve)(struct peer *p, struct peer_connection *c);
	pthread_t acceptor;
	atomic_int connections, requests, open, most_open;
	atomic_bool stops;
	struct peer_connection {
		struct peer *peer;
		pthread_t thread;
		int fd;
		SSL *ssl;
		char buffered[4096];
		size_t len;
	} * at[PEER_CONNECTIONS_MOST];
	pthread_mutex_t lock;
	char heard[16384]; /* what was said to it, under the lock */
	size_t heard_len;
};

/* -- bytes -- */

static bool peer_say(struct peer_connection *c, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = c->ssl ? SSL_write(c->ssl, bytes, (int)len) : send(c->fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool peer_tell(struct peer_connection *c, const char *text)
{
	return peer_say(c, text, strlen(text));
}

static void peer_note(struct peer *p, const char *bytes, size_t len)
{
	pthread_mutex_lock(&p->lock);
	if (len < sizeof(p->heard) - p->heard_len) {
		memcpy(p->heard + p->heard_len, bytes, len);
		p->heard_len += len;
		p->heard[p->heard_len] = '\0';
	}
	pthread_mutex_unlock(&p->lock);
}

/* All that was said to it so far. */
static const char *peer_log(struct peer *p)
{
	static char copy[sizeof(p->heard)];

	pthread_mutex_lock(&p->lock);
	memcpy(copy, p->heard, sizeof(copy));
	pthread_mutex_unlock(&p->lock);
	return copy;
}

/* More into `buffered`; false: the other side is gone, or the test ends. */
static bool peer_fill(struct peer_connection *c)
{
	ssize_t n;

	if (c->len == sizeof(c->buffered))
		return false;
	if (!c->ssl || !SSL_pending(c->ssl))
		while (poll(&(struct pollfd){ c->fd, POLLIN, 0 }, 1, 20) == 0)
			if (c->peer->stops)
				return false;
	n = c->ssl ? SSL_read(c->ssl, c->buffered + c->len, (int)(sizeof(c->buffered) - c->len)) :
		     recv(c->fd, c->buffered + c->len, sizeof(c->buffered) - c->len, 0);
	if (n <= 0)
		return false;
	peer_note(c->peer, c->buffered + c->len, (size_t)n);
	c->len += (size_t)n;
	return true;
}

/* Everything up to `end` and with it, taken out of what came. */
static bool peer_until(struct peer_connection *c, const char *end, char *out, size_t size)
{
	char *found;
	size_t n;

	while (!(found = memmem(c->buffered, c->len, end, strlen(end))))
		if (!peer_fill(c))
			return false;
	n = (size_t)(found - c->buffered) + strlen(end);
	snprintf(out, size, "%.*s", (int)n, c->buffered);
	memmove(c->buffered, c->buffered + n, c->len - n);
	c->len -= n;
	return true;
}

static bool peer_take(struct peer_connection *c, size_t n)
{
	while (c->len < n)
		if (!peer_fill(c))
			return false;
	memmove(c->buffered, c->buffered + n, c->len - n);
	c->len -= n;
	return true;
}

/* Says nothing until the other side is gone or the test ends. */
static void peer_hang(struct peer_connection *c)
{
	while (peer_fill(c))
		c->len = 0;
}

static bool peer_begin_tls(struct peer_connection *c)
{
	c->ssl = SSL_new(c->peer->tls);
	SSL_set_fd(c->ssl, c->fd);
	return SSL_accept(c->ssl) == 1;
}

/* -- HTTP: the path says how to behave -- */

static bool peer_redirect(struct peer_connection *c, int status, const char *to)
{
	char head[4096];

	snprintf(head, sizeof(head), "HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 4\r\n\r\ngone", status, to);
	return peer_tell(c, head);
}

static bool peer_answer(struct peer_connection *c, const char *path, const char *head)
{
	char out[4096 + 256];

	if (!strcmp(path, "/echo")) {
		snprintf(out, sizeof(out),
			 "HTTP/1.1 201 Made\r\nContent-Type: text/plain\r\nETag: \"1\"\r\nX-Empty:\r\n"
			 "Content-Length: %zu\r\n\r\n%s",
			 strlen(head), head);
		return peer_tell(c, out);
	}
	if (!strcmp(path, "/hang"))
		peer_hang(c);
	if (!strcmp(path, "/chunked"))
		return peer_tell(
			c,
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
	if (!strcmp(path, "/early")) {
		peer_tell(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
		return false;
	}
	if (!strcmp(path, "/nothing"))
		return false;
	if (!strcmp(path, "/drip")) {
		peer_tell(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
		while (!c->peer->stops && peer_tell(c, "."))
			usleep(20000);
		return false;
	}
	if (!strcmp(path, "/endless")) {
		peer_tell(c, "HTTP/1.1 200 OK\r\n\r\n");
		while (!c->peer->stops && peer_tell(c, "and so on and so on and so on "))
			continue;
		return false;
	}
	if (!strcmp(path, "/many-headers") || !strcmp(path, "/long-header")) {
		peer_tell(c, "HTTP/1.1 200 OK\r\nX:");
		while (!c->peer->stops && peer_tell(c, path[1] == 'm' ? " 1\r\nX:" : "1111111111"))
			continue;
		return false;
	}
	if (!strcmp(path, "/other-protocol")) {
		peer_tell(c, "SSH-2.0-x\r\n");
		return false;
	}
	if (!strncmp(path, "/to/", 4)) /* /to/302/http://... */
		return peer_redirect(c, (int)strtol(path + 4, NULL, 10), path + 8);
	if (!strcmp(path, "/loop"))
		return peer_redirect(c, 302, "/loop");
	return peer_tell(c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
}

static void peer_http(struct peer *p, struct peer_connection *c)
{
	char head[4096], path[2048], *length;
	bool goes_on = true;

	while (goes_on && peer_until(c, "\r\n\r\n", head, sizeof(head))) {
		atomic_fetch_add(&p->requests, 1);
		path[0] = '\0';
		sscanf(head, "%*s %2047s", path);
		length = strcasestr(head, "\r\nContent-Length: ");
		if (length && !peer_take(c, strtoul(length + 18, NULL, 10)))
			return;
		goes_on = peer_answer(c, path, head);
	}
}

/* -- SMTP: `mode` names where it misbehaves -- */

static bool peer_is(const struct peer *p, const char *mode)
{
	return strstr(p->mode, mode) != NULL;
}

static bool peer_ehlo(struct peer_connection *c)
{
	peer_tell(c, "250-peer\r\n250-AUTH PLAIN\r\n");
	if (c->peer->tls && !c->ssl)
		peer_tell(c, "250-STARTTLS\r\n");
	return peer_tell(c, "250 8BITMIME\r\n");
}

/* False ends the connection. */
static bool peer_command(struct peer *p, struct peer_connection *c, const char *line)
{
	char rest[8192];

	if (!strncasecmp(line, "EHLO", 4))
		return peer_ehlo(c);
	if (!strncasecmp(line, "STARTTLS", 8))
		return peer_tell(c, "220 go\r\n") && peer_begin_tls(c);
	if (!strncasecmp(line, "AUTH", 4) && (!peer_tell(c, "334 \r\n") || !peer_until(c, "\r\n", rest, sizeof(rest))))
		return false;
	if (!strncasecmp(line, "AUTH", 4))
		return peer_tell(c, peer_is(p, "refuse-auth") ? "535 5.7.8 no\r\n" : "235 ok\r\n");
	if (!strncasecmp(line, "RCPT", 4) && peer_is(p, "refuse-rcpt"))
		return peer_tell(c, "550-5.1.1 nobody\r\n550 5.1.1 nobody here\r\n");
	if (!strncasecmp(line, "MAIL", 4) && peer_is(p, "hang-mail"))
		return peer_hang(c), false;
	if (!strncasecmp(line, "MAIL", 4) && peer_is(p, "too-much"))
		return peer_tell(c, "250 ok\r\n250 ok\r\n250 ok\r\n");
	if (!strncasecmp(line, "MAIL", 4) && peer_is(p, "drop-mail"))
		return false;
	if (!strncasecmp(line, "DATA", 4)) {
		peer_tell(c, "354 go\r\n");
		if (!peer_until(c, "\r\n.\r\n", rest, sizeof(rest)))
			return false;
		if (peer_is(p, "hang-data"))
			return peer_hang(c), false;
		return peer_tell(c, "250 2.0.0 queued as 17\r\n");
	}
	if (!strncasecmp(line, "QUIT", 4))
		return peer_is(p, "hang-quit") ? peer_hang(c), false : (peer_tell(c, "221 bye\r\n"), false);
	return peer_tell(c, "250 ok\r\n");
}

static void peer_smtp(struct peer *p, struct peer_connection *c)
{
	char line[2048];

	if (peer_is(p, "hang-greeting")) {
		peer_hang(c);
		return;
	}
	peer_tell(c, "220 peer\r\n");
	while (peer_until(c, "\r\n", line, sizeof(line))) {
		atomic_fetch_add(&p->requests, 1);
		if (!peer_command(p, c, line))
			return;
	}
}

/* -- connections -- */

static void *peer_connection_run(void *owner)
{
	struct peer_connection *c = owner;
	struct peer *p = c->peer;
	int open = atomic_fetch_add(&p->open, 1) + 1, most = p->most_open;

	while (open > most && !atomic_compare_exchange_weak(&p->most_open, &most, open))
		continue;
	if (!p->tls_at_once || peer_begin_tls(c))
		p->serve(p, c);
	if (c->ssl)
		SSL_free(c->ssl);
	close(c->fd);
	atomic_fetch_sub(&p->open, 1);
	return NULL;
}

static void *peer_accept(void *owner)
{
	struct peer *p = owner;

	while (!p->stops) {
		int fd = poll(&(struct pollfd){ p->fd, POLLIN, 0 }, 1, 20) > 0 ? accept(p->fd, NULL, NULL) : -1, n;

		if (fd < 0)
			continue;
		n = atomic_fetch_add(&p->connections, 1);
		p->at[n] = calloc(1, sizeof(**p->at));
		p->at[n]->peer = p;
		p->at[n]->fd = fd;
		pthread_create(&p->at[n]->thread, NULL, peer_connection_run, p->at[n]);
	}
	return NULL;
}

/* Listens on `address`; without `serve` it accepts nobody, as one that hangs. */
static void peer_start(struct peer *p, const char *address)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof(at);

	assert_int_equal(inet_pton(AF_INET, address, &at.sin_addr), 1);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(p->fd, 1024), 0);
	assert_int_equal(getsockname(p->fd, (struct sockaddr *)&at, &size), 0);
	p->port = ntohs(at.sin_port);
	pthread_mutex_init(&p->lock, NULL);
	signal(SIGPIPE, SIG_IGN); /* SSL_write() to a client that left */
	if (p->serve)
		assert_int_equal(pthread_create(&p->acceptor, NULL, peer_accept, p), 0);
}

static void peer_stop(struct peer *p)
{
	p->stops = true;
	if (p->serve)
		pthread_join(p->acceptor, NULL);
	for (int i = 0; i < p->connections; i++) {
		pthread_join(p->at[i]->thread, NULL);
		free(p->at[i]);
	}
	close(p->fd);
	SSL_CTX_free(p->tls);
}

/* A context with a certificate of its own for localhost, which is also written to the file `ca`. */
static SSL_CTX *peer_tls(const char *ca)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
	FILE *f = fopen(ca, "we");

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"peer", -1, -1,
				   0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_add_ext(x, names, -1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	assert_int_equal(SSL_CTX_use_certificate(tls, x), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(tls, key), 1);
	assert_int_equal(PEM_write_X509(f, x), 1);
	fclose(f);
	X509_EXTENSION_free(names);
	X509_free(x);
	EVP_PKEY_free(key);
	return tls;
}

#endif
