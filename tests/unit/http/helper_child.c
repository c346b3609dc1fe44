/*
 * A program to be called by the tests of src/http/helper.c. It speaks as a helper does and behaves as badly as the
 * question says: what begins with "crash", "hang", "close", "huge", "half" or "status" is done; all else is echoed.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(const char *text, size_t n, size_t says)
{
	uint32_t head = htonl((uint32_t)says);

	if (write(0, &head, sizeof(head)) < 0 || write(0, text, n) < 0)
		_exit(3);
}

static void obey(const char *question, size_t n)
{
	char pid[32];
	size_t pid_len = (size_t)snprintf(pid, sizeof(pid), "%d", (int)getpid());

	if (strcmp(question, "crash") == 0)
		raise(SIGABRT);	/* as a crash, but no sanitizer catches it */
	if (strcmp(question, "hang") == 0)
		for (;;)
			pause();
	if (strcmp(question, "status") == 0)
		_exit(5);
	if (strcmp(question, "huge") == 0)
		answer("x", 1, UINT32_MAX);
	else if (strcmp(question, "half") == 0)
		answer("half", 4, 400), _exit(0);
	else if (strcmp(question, "pid") == 0)
		answer(pid, pid_len, pid_len);
	else if (strncmp(question, "slow", 4) == 0)
		usleep(50000), answer(question, n, n);
	else if (strcmp(question, "then end") == 0)
		answer("ended", 5, 5), _exit(0);
	else
		answer(question, n, n);
}

int main(void)
{
	uint32_t head;

	while (recv(0, &head, sizeof(head), MSG_WAITALL) == sizeof(head)) {
		size_t n = ntohl(head);
		char *question = calloc(1, n + 1);

		if (!question || recv(0, question, n, MSG_WAITALL) != (ssize_t)n)
			return 4;
		obey(question, n);
		free(question);
	}
	return 0;
}
