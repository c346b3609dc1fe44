/* Secrets that are wiped, and fingerprints that tell whether a candidate equals one. */
#include "base/secret.h"

#include <malloc.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/log.h"
#include "base/banned.h"

struct secret secret_copy(const void *bytes, size_t len)
{
	struct secret s = { malloc(len ? len : 1), len };

	if (!s.bytes)
		log_fatal("out of memory: the system refused %zu bytes", len);
	if (len)
		memcpy(s.bytes, bytes, len);
	return s;
}

void secret_done(struct secret *s)
{
	if (s->bytes)
		explicit_bzero(s->bytes, s->len);
	free(s->bytes);
	*s = (struct secret){0};
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
	return a->len == b->len && (a->len == 0 || sodium_memcmp(a->bytes, b->bytes, a->len) == 0);
}

bool secret_equal_text(const struct secret *a, const char *text)
{
	struct secret b = { (unsigned char *)(uintptr_t)text, strlen(text) };

	return secret_equal(a, &b);
}

bool text_equal_secret(const char *a, const char *b)
{
	struct secret of_a = { (unsigned char *)(uintptr_t)a, strlen(a) };

	return secret_equal_text(&of_a, b);
}

void secret_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

/* -- fingerprints: BLAKE2b with a key (RFC 7693 section 2.9) -- */

static unsigned char fingerprint_key[crypto_generichash_KEYBYTES];

static void make_key(void)
{
	random_bytes(fingerprint_key, sizeof(fingerprint_key));
}

struct fingerprint fingerprint_of(const void *bytes, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	crypto_generichash_state state;
	struct fingerprint f;

	pthread_once(&once, make_key);
	crypto_generichash_init(&state, fingerprint_key, sizeof(fingerprint_key), sizeof(f.bytes));
	crypto_generichash_update(&state, bytes, len);
	crypto_generichash_final(&state, f.bytes, sizeof(f.bytes));
	explicit_bzero(&state, sizeof(state));	/* the state keeps the last block of what it hashed */
	return f;
}

bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b)
{
	return sodium_memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
