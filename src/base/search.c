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

/* -- what every match of a regular expression holds -- */

struct literal {
	struct arena *a;
	bool similar;
	int depth;		/* of groups; what is in one may be optional, or not be there at all */
	const char *best;
	struct buffer run;	/* characters that follow each other, so far */
};

/* Ends a run: what comes next is not just the next character. */
static void end_run(struct literal *l)
{
	if (l->run.len > strlen(l->best))
		l->best = arena_copyn(l->a, l->run.data, l->run.len);
	buffer_clear(&l->run);
}

static void add_to_run(struct literal *l, char c)
{
	if (l->depth > 0)
		return;
	if ((unsigned char)c < 0x80)
		buffer_char(&l->run, c);
	else
		end_run(l);
}

/* The ] of a class, from its [; NULL where it has none. */
static const char *class_end(const char *at, bool similar)
{
	const char *first = at + 1 + (at[1] == '^');

	for (at = first; *at; at++) {
		if (*at == ']' && at > first)
			return at;
		if (*at == '[')
			at = skip_named(at);
		else if (*at == '\\' && !similar && at[1])
			at++;
	}
	return NULL;
}

/*
 * A quantifier: the character before it may be absent (not before +), and what follows it is not next to that one.
 * NULL: a brace that is none.
 */
static const char *pass_quantifier(struct literal *l, const char *at)
{
	if (*at != '+' && l->run.len > 0)
		l->run.len--;
	end_run(l);
	if (*at != '{')
		return at;
	at += 1 + strspn(at + 1, "0123456789,");
	return *at == '}' ? at : NULL;
}

/* A backslash and what follows. NULL: an escape that may take more characters than one, or ends the pattern. */
static const char *pass_escape(struct literal *l, const char *at)
{
	char c = *++at;

	if (c && strchr("dDsSwWmMyYAZ", c))
		end_run(l);	/* a class of characters, or a place */
	else if (c > ' ' && !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && c != '"')
		add_to_run(l, c);
	else
		return NULL;
	return at;
}

/* Reads one element of the pattern; returns its last byte. NULL: nothing is known of what follows. */
static const char *pass(struct literal *l, const char *at)
{
	switch (*at) {
	case '\\': return pass_escape(l, at);
	case '[': end_run(l); return class_end(at, l->similar);
	case '*': case '+': case '?': case '{': return pass_quantifier(l, at);
	case '(': end_run(l); l->depth++; return at;
	case ')': end_run(l); return l->depth-- > 0 ? at : NULL;
	case '%': case '_':
		if (!l->similar)
			break;
		end_run(l);
		return at;
	case '.': case '^': case '$':
		if (l->similar)
			break;
		end_run(l);
		return at;
	}
	add_to_run(l, *at);
	return at;
}

/* Whether it begins with options that may change what all of it means: (?i), ***= */
static bool has_options(const char *pattern)
{
	return !strncmp(pattern, "***", 3) ||
	       (!strncmp(pattern, "(?", 2) && pattern[2] && !strchr(":=!<", pattern[2]));
}

const char *search_literal(struct arena *a, const char *pattern, bool similar)
{
	struct literal l = { .a = a, .similar = similar, .best = "" };

	if (strchr(pattern, '|') || has_options(pattern))
		return "";
	buffer_init(&l.run, KIB(64));
	for (const char *at = pattern; at && *at;) {
		at = pass(&l, at);
		if (at)
			at++;
	}
	end_run(&l);
	buffer_done(&l.run);
	return l.best;
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
