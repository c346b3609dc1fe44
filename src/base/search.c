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

/* How many characters a range has at most that ends with the character, or the escape, at `end`. */
static size_t range_size(const char *end)
{
	unsigned char c = (unsigned char)*end;

	if (c == '\\')
		return end[1] && strchr("xuU", end[1]) ? 0x110000 : 0x80;
	return c >= 0xf0 ? 0x110000 : c >= 0xe0 ? 0x10000 : c >= 0xc0 ? 0x800 : 0x80;
}

/* The last byte of [:alpha:], [.a.] or [=a=], which begins at `at`; `at` itself where it does not. */
static const char *skip_named(const char *at)
{
	const char close[] = { at[1], ']', '\0' }, *end = NULL;

	if (at[1] == ':' || at[1] == '.' || at[1] == '=')
		end = strstr(at + 2, close);
	return end ? end + 1 : at;
}

bool search_ranges_fit(const char *pattern)
{
	const char *open = NULL;	/* the [ or [^ of the class that is read */
	size_t size = 0;

	for (const char *at = pattern; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '[' && open)
			at = skip_named(at);
		else if (*at == '[')
			open = at + (at[1] == '^');
		else if (*at == ']' && open && at > open + 1)
			open = NULL;
		else if (*at == '-' && open)
			size += range_size(at + 1);
	}
	return size <= SEARCH_RANGES_MOST;
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
