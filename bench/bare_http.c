/*
 * bare_http.c - what libmicrohttpd alone gives on this machine: `bare_http THREADS ANSWER [SIGNATURES]`.
 *
 * Answers every request with the same status, headers and bytes, read once from the file ANSWER (status line, header
 * lines, blank line, body). Each answer costs so many ES256 signatures more. Flags and threads as in
 * src/http/server.c. Prints its port; ends when its standard input does.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONNECTION_MEMORY (32 * 1024)

static struct MHD_Response *answer;
static unsigned status;
static EVP_PKEY *key;
static int signatures;
static bool begun;

static void die(const char *what)
{
	fprintf(stderr, "bare_http: %s\n", what);
	exit(1);
}

static char *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);

	if (!f || !text)
		die(path);
	*len = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

/* What libmicrohttpd writes by itself. */
static bool is_own(const char *name)
{
	static const char *const own[] = { "date", "content-length", "connection", "transfer-encoding" };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!strcasecmp(name, own[i]))
			return true;
	return false;
}

static void add_header(char *line)
{
	char *value = strstr(line, ": ");

	if (!value)
		die("a header without a value");
	*value = '\0';
	if (!is_own(line) && MHD_add_response_header(answer, line, value + 2) != MHD_YES)
		die(line);
}

static void make_answer(const char *path)
{
	size_t len;
	char *text = read_all(path, &len), *body = strstr(text, "\n\n"), *line, *end;

	if (!body)
		die("no blank line in the answer");
	status = (unsigned)strtoul(text, NULL, 10);
	answer = MHD_create_response_from_buffer(len - (size_t)(body + 2 - text), body + 2, MHD_RESPMEM_PERSISTENT);
	if (!answer)
		die("no answer");
	for (line = strchr(text, '\n') + 1; line < body + 1; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		add_header(line);
	}
}

static void sign(void)
{
	static _Thread_local EVP_MD_CTX *template, *ctx;
	static const unsigned char claims[480] = { 'x' };	/* about what an organization token signs */
	unsigned char signature[80];
	size_t len = sizeof(signature);

	if (!template) {
		template = EVP_MD_CTX_new();
		ctx = EVP_MD_CTX_new();
		if (!template || !ctx || EVP_DigestSignInit(template, NULL, EVP_sha256(), NULL, key) != 1)
			die("no signing");
	}
	if (EVP_MD_CTX_copy_ex(ctx, template) != 1 ||
	    EVP_DigestSign(ctx, signature, &len, claims, sizeof(claims)) != 1)
		die("no signature");
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_size, void **context)
{
	(void)cls, (void)url, (void)method, (void)version, (void)upload;
	if (!*context) {
		*context = &begun;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	for (int i = 0; i < signatures; i++)
		sign();
	return MHD_queue_response(c, status, answer);
}

int main(int argc, char **argv)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
			 MHD_USE_DUAL_STACK;
	struct MHD_Daemon *daemon;
	char byte;

	if (argc < 3)
		die("usage: bare_http THREADS ANSWER [SIGNATURES]");
	make_answer(argv[2]);
	if (argc > 3)
		signatures = atoi(argv[3]);
	if (signatures > 0 && !(key = EVP_EC_gen("P-256")))
		die("no key");
	daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, NULL, MHD_OPTION_THREAD_POOL_SIZE,
				  (unsigned)strtoul(argv[1], NULL, 10), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				  (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT, 4096u,
				  MHD_OPTION_CONNECTION_TIMEOUT, 150u, MHD_OPTION_END);
	if (!daemon)
		die("it does not start");
	printf("%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	MHD_stop_daemon(daemon);
	return 0;
}
