/*
 * SQL LIKE. A pattern is a list of runs with % between them: the first stands at the start of the value, the last at
 * its end, and for each of the others the leftmost place behind the one before is as good as any.
 */
#include "base/like.h"

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/banned.h"

#define LOOK 65536	/* steps between two looks at the clock: some hundred microseconds */

struct run {
	const char *at, *end;	/* of the pattern */
	bool plain;		/* neither _ nor \: its bytes are what it matches */
};

struct match {
	const char *end;	/* of the value */
	const struct deadline *deadline;
	unsigned steps;
	bool late;
};

/* The run that begins at `p`; it ends at a % or with the pattern. */
static struct run run_at(const char *p)
{
	struct run r = { .at = p, .plain = true };

	for (; *p && *p != '%'; p++) {
		if (*p == '_' || *p == '\\')
			r.plain = false;
		if (*p == '\\' && p[1])
			p++;
	}
	r.end = p;
	return r;
}

/* Whether the pattern asks for more bytes than `len`; a character has one at least. */
static bool is_longer(const char *pattern, size_t len)
{
	size_t least = 0;

	for (; *pattern && least <= len; pattern++) {
		if (*pattern == '\\' && pattern[1])
			pattern++;
		else if (*pattern == '%')
			continue;
		least++;
	}
	return least > len;
}

static const char *next_char(const char *s, const char *end)
{
	do
		s++;
	while (s < end && text_is_continuation(*s));
	return s;
}

/*
 * Matches the run at `v`. Returns the place behind it; NULL: it does not fit. A \ at the end, which has nothing to
 * take, fits nothing.
 */
static const char *run_match(struct match *m, const struct run *r, const char *v)
{
	for (const char *p = r->at; p < r->end; p++, m->steps++) {
		if (v == m->end)
			return NULL;
		if (*p == '_') {
			v = next_char(v, m->end);
			continue;
		}
		if (*p == '\\' && ++p == r->end)
			return NULL;
		if (*p != *v++)
			return NULL;
	}
	return v;
}

/* As run_match(), at the first place from `v` on where the run fits. */
static const char *run_find(struct match *m, const struct run *r, const char *v)
{
	const char *behind;
	size_t len = (size_t)(r->end - r->at);

	if (r->plain) {
		v = memmem(v, (size_t)(m->end - v), r->at, len);
		return v ? v + len : NULL;
	}
	for (; v < m->end; v = next_char(v, m->end)) {
		behind = run_match(m, r, v);
		if (behind)
			return behind;
		if (++m->steps < LOOK)
			continue;
		m->steps = 0;
		m->late = deadline_is_over(m->deadline);
		if (m->late)
			return NULL;
	}
	return NULL;
}

/* Whether the run is the end of the value, not before `v`. */
static bool run_ends(struct match *m, const struct run *r, const char *v)
{
	const char *at = m->end;

	for (const char *p = r->at; p < r->end; p++) {
		if (*p == '\\' && p + 1 < r->end)
			p++;
		if (text_is_continuation(*p))
			continue;
		do {	/* one character back */
			if (at == v)
				return false;
			at--;
		} while (text_is_continuation(*at));
	}
	return run_match(m, r, at) == m->end;
}

int text_like(const char *pattern, const char *value, size_t len, const struct deadline *deadline)
{
	struct match m = { .end = value + len, .deadline = deadline };
	struct run r = run_at(pattern);
	const char *v;

	if (is_longer(pattern, len))
		return 0;
	v = run_match(&m, &r, value);
	if (!v || !*r.end)
		return v == m.end;
	for (r = run_at(r.end + 1); *r.end; r = run_at(r.end + 1)) {
		v = run_find(&m, &r, v);
		if (!v)
			return m.late ? -1 : 0;
	}
	return run_ends(&m, &r, v);
}

const char *like_part(struct arena *a, const char *literal)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, MIB(1));
	buffer_char(&b, '%');
	for (; *literal; literal++) {
		if (strchr("%_\\", *literal))
			buffer_char(&b, '\\');
		buffer_char(&b, *literal);
	}
	buffer_char(&b, '%');
	return arena_copy(a, buffer_str(&b));
}
