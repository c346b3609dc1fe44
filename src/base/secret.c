#include "base/secret.h"

#include <sodium.h>
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
