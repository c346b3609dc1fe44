#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/banned.h"

struct secret secret_copy(const void *bytes, size_t len)
{
	struct secret s = { malloc(len ? len : 1), len };

	if (!s.bytes) {
		log_error("out of memory: the system refused %zu bytes", len);
		abort();
	}
	if (len)
		memcpy(s.bytes, bytes, len);
	return s;
}

void secret_done(struct secret *s)
{
	if (s->bytes)
		explicit_bzero(s->bytes, s->len);
	free(s->bytes);
	*s = (struct secret){ 0 };
}

/* The time depends on the lengths only. volatile: the compiler must not leave early. */
bool secret_equal(const struct secret *a, const struct secret *b)
{
	volatile unsigned char differ = a->len != b->len;
	size_t n = a->len < b->len ? a->len : b->len;

	for (size_t i = 0; i < n; i++)
		differ |= a->bytes[i] ^ b->bytes[i];
	return !differ;
}

bool secret_equal_text(const struct secret *a, const char *text)
{
	struct secret b = { (unsigned char *)(uintptr_t)text, strlen(text) };

	return secret_equal(a, &b);
}
