/* The text that is stored in the search column, made of the fields of a row. */
#include "base/search.h"

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/banned.h"

char *search_key(struct arena *a, const char *const *values, int n)
{
	struct buffer key;
	char *out;

	buffer_init(&key, MIB(4));
	for (int i = 0; i < n; i++) {
		if (i > 0)
			buffer_char(&key, SEARCH_SEPARATOR);
		if (values[i])
			buffer_text(&key, text_fold(a, values[i]));
	}
	out = arena_copyn(a, buffer_str(&key), key.len);
	buffer_done(&key);
	return out;
}
