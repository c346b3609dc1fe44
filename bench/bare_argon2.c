/*
 * bare_argon2.c - what libsodium's Argon2id alone gives on this machine: `bare_argon2 SECONDS MEMORY_KIB PASSES`.
 *
 * As many threads as processors verify one password over and over. Prints how many a second.
 */
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD "Quiet-river_42!moss"
#define THREADS 64

static char digest[crypto_pwhash_STRBYTES];
static atomic_bool over;
static atomic_ulong verified;

static void die(const char *what)
{
	fprintf(stderr, "bare_argon2: %s\n", what);
	exit(1);
}

static void *verify(void *unused)
{
	(void)unused;
	while (!atomic_load(&over)) {
		if (crypto_pwhash_str_verify(digest, PASSWORD, strlen(PASSWORD)) != 0)
			die("it does not verify");
		atomic_fetch_add(&verified, 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	long threads = sysconf(_SC_NPROCESSORS_ONLN);
	struct timespec begun, ended;
	pthread_t ids[THREADS];

	if (argc != 4 || sodium_init() < 0)
		die("usage: bare_argon2 SECONDS MEMORY_KIB PASSES");
	if (crypto_pwhash_str(digest, PASSWORD, strlen(PASSWORD), strtoull(argv[3], NULL, 10),
			      strtoull(argv[2], NULL, 10) * 1024) != 0)
		die("no digest");
	threads = threads < 1 ? 1 : threads > THREADS ? THREADS : threads;
	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (long i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, verify, NULL) != 0)
			die("no thread");
	sleep((unsigned)strtoul(argv[1], NULL, 10));
	atomic_store(&over, true);
	for (long i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	printf("%f\n", (double)atomic_load(&verified) / ((double)(ended.tv_sec - begun.tv_sec) +
							 (double)(ended.tv_nsec - begun.tv_nsec) / 1e9));
	return 0;
}
