/* The Authorization header of a client: what comes out is printable and not empty, or it is refused. */
#include "oidc/authorization.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_printable(const char *s)
{
	if (!*s)
		abort();
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *header = arena_copyn(a, (const char *)data, size);
	const char *id = NULL, *secret = NULL;

	if (!basic_parse(a, header, &id, &secret)) {
		must_be_printable(id);
		must_be_printable(secret);
	}
	arena_free(a);
	return 0;
}
