/* Random bytes from getrandom(), in pools of each thread, and texts made of them. */
#include "base/ids.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/banned.h"

#define POOL 512

/* Random bytes not given out yet: the last `left` ones. What was given out is zero. */
static _Thread_local struct {
	unsigned char bytes[POOL];
	size_t left;
} pool;

static const struct {
	const char *chars;
	unsigned count;
} alphabets[] = {
	[ALPHABET_LOWER] = { "0123456789abcdefghijklmnopqrstuvwxyz", 36 },
	[ALPHABET_ALNUM] = { "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 62 },
	[ALPHABET_URL] = { "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-", 64 },
	[ALPHABET_HEX] = { "0123456789abcdef", 16 },
	[ALPHABET_DIGITS] = { "0123456789", 10 },
};

/* `n` bytes from the kernel. Ends the process when the kernel gives none. */
static void draw(unsigned char *out, size_t n)
{
	ssize_t got;

	while (n > 0) {
		got = getrandom(out, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)		/* going on would make secrets that can be guessed */
			log_fatal("the system gives no random bytes: getrandom failed with errno %d", errno);
		out += got;
		n -= (size_t)got;
	}
}

/* A child of fork() must not give out what its parent gives out too. Runs in the child. */
static void forget_pool(void)
{
	memset(&pool, 0, sizeof(pool));
}

__attribute__((constructor)) static void forget_pool_at_fork(void)
{
	pthread_atfork(NULL, NULL, forget_pool);
}

static inline unsigned char next_byte(void)
{
	unsigned char *at, byte;

	if (pool.left == 0) {
		draw(pool.bytes, POOL);
		pool.left = POOL;
	}
	at = &pool.bytes[POOL - pool.left--];
	byte = *at;
	*at = 0;
	return byte;
}

void random_bytes(void *out, size_t n)
{
	unsigned char *to = out;

	if (n > POOL / 4) {
		draw(to, n);
		return;
	}
	while (n-- > 0)
		*to++ = next_byte();
}

void id_new(char *out, size_t len, enum alphabet of)
{
	const char *chars = alphabets[of].chars;
	unsigned count = alphabets[of].count;
	unsigned fair = 256 - 256 % count;	/* bytes from here on would favour the first characters */

	for (size_t i = 0; i < len;) {
		unsigned byte = next_byte();

		if (byte < fair)
			out[i++] = chars[byte % count];
	}
	out[len] = '\0';
}

const char *id_make(struct arena *a, size_t len, enum alphabet of)
{
	char *id = arena_alloc(a, len + 1);

	id_new(id, len, of);
	return id;
}
