/*
 * Patterns of callers: the four modes of the search (http-conventions.md section 5.2). The input is a mode (its first
 * letter, in upper case: letter case counts), the pattern, a line feed, the value. What a regular expression matches
 * must hold the text by which candidates are found.
 */
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "base/text.h"
#include "store/pattern.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *mode_of(char c)
{
	static const char *const modes[] = { "like", "exact", "posix", "similar_to" };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (modes[i][0] == text_lower(c))
			return modes[i];
	return NULL;
}

static bool holds_literal(struct arena *a, const char *pattern, bool similar, const char *value)
{
	return strstr(search_fold(a, value), search_fold(a, search_literal(a, pattern, similar))) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct deadline soon = { .at_us = clock_monotonic_us() + 50000 };
	struct arena *a, *scratch;
	struct pattern *p;
	char *text, *value;
	const char *mode;
	bool case_sensitive;

	mode = size ? mode_of((char)data[0]) : NULL;
	if (!mode || !text_is_utf8((const char *)data, size))
		return 0;
	a = arena_new();
	scratch = arena_new();
	case_sensitive = data[0] < 'a';
	text = arena_copyn(a, (const char *)data + 1, size - 1);
	value = strchr(text, '\n');
	if (value)
		*value++ = '\0';
	p = pattern_new(mode, case_sensitive, text);
	if (p) {
		if (!pattern_is(p, mode, case_sensitive, text))
			abort();
		int found = pattern_match(p, value ? value : "", scratch, &soon);

		if (found > 1)
			abort();
		if (found == 1 && (*mode == 'p' || *mode == 's') &&
		    !holds_literal(a, text, *mode == 's', value ? value : ""))
			abort();
		if (!strcmp(mode, "exact") && case_sensitive && pattern_match(p, text, scratch, NULL) != 1)
			abort();
	}
	pattern_free(p);
	arena_free(scratch);
	arena_free(a);
	return 0;
}
