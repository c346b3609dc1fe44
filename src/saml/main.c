/*
 * guildhall-saml - reads XML of strangers for the server, in a process that can do nothing else. Its standard input is
 * a socket. A question comes as four bytes of length, the most significant first, and JSON (answer.h); the answer goes
 * back the same way. It ends when the socket does, or when a question does not fit.
 *
 * The server starts it (http/helper.c) and ends it when it takes too long.
 */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "saml/answer.h"
#include "saml/sandbox.h"

#include "base/banned.h"

#define QUESTION_MOST MIB(4)

/* JSON of a question holds private keys, and libxml2 what was decrypted: neither is left in memory. */
static void wiping_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static bool read_all(void *to, size_t n)
{
	char *at = to;

	for (ssize_t got; n > 0; at += got, n -= (size_t)got) {
		got = read(STDIN_FILENO, at, n);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return false;
	}
	return true;
}

static bool write_all(const void *bytes, size_t n)
{
	const char *at = bytes;

	for (ssize_t put; n > 0; at += put, n -= (size_t)put) {
		put = write(STDIN_FILENO, at, n);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put <= 0)
			return false;
	}
	return true;
}

static bool write_answer(const char *text)
{
	size_t n = strlen(text);
	const unsigned char head[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
					(unsigned char)n };

	return write_all(head, sizeof(head)) && write_all(text, n);
}

static bool answer_one(void)
{
	unsigned char head[4];
	char *question, *text = NULL;
	size_t n;
	bool good;

	if (!read_all(head, sizeof(head)))
		return false;
	n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
	question = n <= QUESTION_MOST ? malloc(n + 1) : NULL;
	if (question && read_all(question, n)) {
		sandbox_begin();
		text = saml_answer(question, n);
		sandbox_rest();
	}
	good = text && write_answer(text);
	wiping_free(question);
	wiping_free(text);
	return good;
}

/* What libxml2 says of a stranger's document is the stranger's to choose, and would stand in the server's log. */
static void say_nothing(void *of, const char *format, ...)
{
	(void)of, (void)format;
}

/* Everything that libraries load or look up once, while they still may. */
static bool prepare(void)
{
	static const char *const questions[] = { "{\"do\":\"metadata\",\"metadata\":\"<a/>\",\"now\":0}" };
	unsigned char byte;

	tzset();
	json_set_alloc_funcs(malloc, wiping_free);
	xmlMemSetup(wiping_free, malloc, realloc, strdup);
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, say_nothing);
	if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) || RAND_bytes(&byte, 1) != 1)
		return false;
	free(saml_answer(questions[0], strlen(questions[0])));
	return true;
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc != 1) {
		puts("guildhall-saml reads SAML for guildhall, which starts it; it is not for people.");
		return 2;
	}
	if (!prepare() || !sandbox_enter())
		return 1;
	while (answer_one())
		;
	return 0;
}
