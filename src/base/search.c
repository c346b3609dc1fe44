/* The text that is stored in the search column, made of the fields of a row. */
#include "base/search.h"

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/banned.h"

char *search_fold(struct arena *a, const char *s)
{
	char *folded = text_fold(a, s);

	for (char *at = folded; (at = strchr(at, SEARCH_SEPARATOR)); at++)
		*at = '\x1e';
	return folded;
}

char *search_key(struct arena *a, const char *const *values, int n)
{
	struct buffer key;
	char *out;

	buffer_init(&key, MIB(4));
	for (int i = 0; i < n; i++) {
		if (i > 0)
			buffer_char(&key, SEARCH_SEPARATOR);
		if (values[i])
			buffer_text(&key, search_fold(a, values[i]));
	}
	out = arena_copyn(a, buffer_str(&key), key.len);
	buffer_done(&key);
	return out;
}
