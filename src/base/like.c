/* SQL LIKE: one pass over the value, which falls back to the last % at a mismatch. */
#include "base/like.h"

#include "base/text.h"
#include "base/banned.h"

static const char *next_char(const char *s)
{
	do
		s++;
	while (text_is_continuation(*s));
	return s;
}

/*
 * One step over what is neither % nor the end of the pattern: false when it does not fit. A \ at the
 * end, which has nothing to take, fits nothing.
 */
static bool like_step(const char **pattern, const char **value)
{
	const char *p = *pattern, *v = *value;

	if (*p == '_') {
		*pattern = p + 1;
		*value = next_char(v);
		return true;
	}
	if (*p == '\\')
		p++;
	if (!*p || *p != *v)
		return false;
	*pattern = p + 1;
	*value = v + 1;
	return true;
}

/* After a mismatch the last % takes one character more; an earlier % never needs to. */
bool text_like(const char *pattern, const char *value)
{
	const char *after_any = NULL, *any_at = NULL;

	for (;;) {
		if (*pattern == '%') {
			after_any = ++pattern;
			any_at = value;
			if (!*pattern)
				return true;
		} else if (!*value) {
			return !*pattern;
		} else if (!like_step(&pattern, &value)) {
			if (!after_any)
				return false;
			any_at = next_char(any_at);
			value = any_at;
			pattern = after_any;
		}
	}
}
