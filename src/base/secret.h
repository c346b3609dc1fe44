/*
 * secret.h - bytes that must stay secret: they lie in locked memory, are wiped at the end and compared in constant
 * time, and no log function accepts them.
 *
 * What a request brings and what it gets as an answer is wiped in any case: arenas, buffers and JSON trees do it.
 * `struct secret` is for what lives elsewhere, `struct fingerprint` for what is only ever compared.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/base.h"

struct secret {
	unsigned char *bytes;
	size_t len;
};

/*
 * Sets memory aside for secrets, ours and the private numbers of OpenSSL's keys: it is not swapped out, is in no core,
 * and has a page at each end that nobody can touch. Call it once, before other threads start and before the first
 * secret; without it secrets lie in ordinary memory.
 */
void secret_memory_start(void);
/* Writes a warning where the system lets the process lock less than that memory. */
void secret_memory_check(void);
/*
 * The memory is nearly full: a key that is remembered now takes a place that others need for a moment. (Our own
 * secrets leave half of it to keys, and lie in ordinary memory then.)
 */
bool secret_memory_is_low(void);

/* All zero; the caller fills it. */
struct secret secret_alloc(size_t len);
struct secret secret_copy(const void *bytes, size_t len);
void secret_done(struct secret *s);	/* wipes and frees; fine on a zeroed one */
/* The time depends on the lengths only, which are not secret. */
bool secret_equal(const struct secret *a, const struct secret *b);
bool secret_equal_text(const struct secret *a, const char *text);
bool text_equal_secret(const char *a, const char *b);

/* free() for memory of malloc() that may hold secrets: it wipes all of it first. NULL is fine. */
void secret_free(void *p);

/*
 * What tells whether a candidate is the secret, and nothing more: a keyed hash whose key is made at random by each
 * process and never leaves it. For secrets that are remembered between requests.
 */
struct fingerprint {
	unsigned char bytes[32];
};

struct fingerprint fingerprint_of(const void *bytes, size_t len);
/* In constant time. */
bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b);

#endif
