/* Secrets that are locked and wiped, and fingerprints that tell whether a candidate equals one. */
#include "base/secret.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/ids.h"
#include "base/log.h"
#include "base/banned.h"

/* -- the memory: OpenSSL's secure heap, since its keys must lie there too -- */

/*
 * Address space; pages come when they are touched first. OpenSSL cannot make a key when it is full. The cache of keys
 * (tenant/keyring.c) takes a third of a MiB with the default algorithm, all that it may with RSA.
 */
#define MEMORY_SIZE MIB(4)
#define MEMORY_PIECE 64			/* the least that is handed out */
#define MEMORY_OURS (MEMORY_SIZE / 2)
#define MEMORY_LOW (MEMORY_SIZE / 4 * 3)

static bool is_locked;

/* What the process may lock at once; raises it as far as needed and as the system lets us. */
static rlim_t lockable(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_MEMLOCK, &r) != 0)
		return 0;
	if (r.rlim_cur < MEMORY_SIZE) {
		r.rlim_cur = r.rlim_max < MEMORY_SIZE ? r.rlim_max : MEMORY_SIZE;
		(void)setrlimit(RLIMIT_MEMLOCK, &r);
	}
	return r.rlim_cur;
}

void secret_memory_start(void)
{
	(void)lockable();
	is_locked = CRYPTO_secure_malloc_init(MEMORY_SIZE, MEMORY_PIECE) == 1;	/* 2: it is there, but not locked */
}

void secret_memory_check(void)
{
	if (!is_locked)
		log_warn("keys can be swapped out: the process may lock %llu KiB of memory (ulimit -l), and needs %zu",
			 (unsigned long long)lockable() / 1024, MEMORY_SIZE / 1024);
}

/* How much of it is taken; OpenSSL may be asked only when it is there. */
static size_t used(void)
{
	return CRYPTO_secure_malloc_initialized() ? CRYPTO_secure_used() : 0;
}

bool secret_memory_is_low(void)
{
	return used() >= MEMORY_LOW;
}

/* -- secrets -- */

struct secret secret_alloc(size_t len)
{
	size_t size = len ? len : 1;
	struct secret s = { used() < MEMORY_OURS ? OPENSSL_secure_zalloc(size) : NULL, len };

	if (!s.bytes)
		s.bytes = OPENSSL_zalloc(size);
	if (!s.bytes)
		log_fatal("out of memory: the system refused %zu bytes", len);
	return s;
}

struct secret secret_copy(const void *bytes, size_t len)
{
	struct secret s = secret_alloc(len);

	if (len)
		memcpy(s.bytes, bytes, len);
	return s;
}

void secret_done(struct secret *s)
{
	OPENSSL_secure_clear_free(s->bytes, s->len);
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

static struct secret fingerprint_key;

static void make_key(void)
{
	fingerprint_key = secret_alloc(crypto_generichash_KEYBYTES);
	random_bytes(fingerprint_key.bytes, fingerprint_key.len);
}

struct fingerprint fingerprint_of(const void *bytes, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	crypto_generichash_state state;
	struct fingerprint f;

	pthread_once(&once, make_key);
	crypto_generichash_init(&state, fingerprint_key.bytes, fingerprint_key.len, sizeof(f.bytes));
	crypto_generichash_update(&state, bytes, len);
	crypto_generichash_final(&state, f.bytes, sizeof(f.bytes));
	explicit_bzero(&state, sizeof(state));	/* the state keeps the last block of what it hashed */
	return f;
}

bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b)
{
	return sodium_memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
