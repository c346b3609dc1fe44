/* An Accept-Language: what is chosen is named in it, and names no quality that it does not have. */
#include "http/language.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *header = arena_copyn(a, (const char *)data, size);
	int quality = QUALITY_LEAST;
	const struct language *l = language_best(header, &quality);

	if (l && (quality < 0 || quality > 1000 || !strcasestr(header, l->tag)))
		abort();
	if (!l && quality != QUALITY_LEAST)
		abort();
	if (l && language_best(header, &quality))	/* nothing in it is better than the best */
		abort();
	arena_free(a);
	return 0;
}
