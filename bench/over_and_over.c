/* Runs one thing on all processors. */
#include "over_and_over.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS 64

static void (*work)(void);
static atomic_bool over;
static atomic_ulong ended;

void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
	exit(1);
}

/* Counts for itself: what all threads write is slow beside what a library does in a microsecond. */
static void *repeat(void *unused)
{
	unsigned long mine = 0;

	(void)unused;
	for (; !atomic_load_explicit(&over, memory_order_relaxed); mine++)
		work();
	atomic_fetch_add(&ended, mine);
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void over_and_over(unsigned seconds, void (*once)(void))
{
	long threads = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t ids[THREADS];
	double begun;

	work = once;
	threads = threads < 1 ? 1 : threads > THREADS ? THREADS : threads;
	begun = now();
	for (long i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, repeat, NULL) != 0)
			die("no thread");
	sleep(seconds);
	atomic_store(&over, true);
	for (long i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	printf("%f\n", (double)atomic_load(&ended) / (now() - begun));
}
