/* Finds the text of an error in a language. messages.awk makes the tables of the languages. */
#include "base/messages.h"

#include <string.h>

#include "base/banned.h"

static bool has_two_parts(const char *tag, size_t len)
{
	const char *hyphen = memchr(tag, '-', len);

	return hyphen && !memchr(hyphen + 1, '-', len - (size_t)(hyphen + 1 - tag));
}

const struct language *language_find(const char *tag, size_t len)
{
	int (*compare)(const char *, const char *, size_t) = has_two_parts(tag, len) ? strncasecmp : strncmp;

	for (int i = 0; i < language_count; i++)
		if (strlen(languages[i].tag) == len && compare(languages[i].tag, tag, len) == 0)
			return &languages[i];
	return NULL;
}

const char *language_message(const struct language *l, err_t e)
{
	const char *text = NULL;

	if (l->messages && (unsigned)e < ERR_COUNT)
		text = l->messages[e];
	return text ? text : err_row(e)->message;
}
