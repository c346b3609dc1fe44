/* Translating and matching search patterns. */
#include "store/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/like.h"
#include "base/search.h"
#include "store/engine.h"
#include "base/banned.h"

#define LONGEST KIB(16)		/* as the head of a request: no caller sends more */
#define STEPS 10000000		/* from one place of the value; the last resort where no deadline is set */
#define HEAP_KIB 4096

/*
 * A callout of PCRE2, at which the deadline is looked at. It stands at the start of the pattern, so it is met at each
 * place of the value where a match may begin, and behind each quantifier, so it is met whenever one gives back what it
 * took. Between two of them lies at most one way along the pattern and one run over the value.
 */
#define CALLOUT "(?C)"

enum mode { LIKE, EXACT, POSIX, SIMILAR };

struct pattern {
	enum mode mode;
	bool case_sensitive;
	char *text;		/* as given */
	char *folded;		/* LIKE, EXACT without case */
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	const struct deadline *deadline;	/* of the match that runs */
};

static const char *const mode_names[] = { "like", "exact", "posix", "similar_to" };

/* ---- spelling ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Copies a class from its [ to before its ]; returns the place of the ], or NULL when the class is not valid. */
static const char *copy_class(const char *at, struct buffer *to, bool similar)
{
	const char *first;

	buffer_char(to, *at++);
	if (*at == '^')
		buffer_char(to, *at++);
	for (first = at; *at; at++) {
		if (*at == ']' && at != first)
			return at;
		if (*at == '[' && (at[1] == ':' || at[1] == '.' || at[1] == '=')) {
			const char close[] = { at[1], ']', '\0' }, *end = strstr(at + 2, close);

			if (!end)
				return NULL;
			buffer_add(to, at, (size_t)(end + 1 - at));
			at = end + 1;
			buffer_char(to, ']');
			continue;
		}
		if (*at == '\\' && !similar) {
			if (!at[1] || (is_letter(at[1]) && !strchr("adefnrstwxDSW", at[1])))
				return NULL;
			buffer_char(to, *at++);
		} else if (*at == '\\' || *at == '[') {
			buffer_char(to, '\\');	/* PCRE2 reads [ inside of a class differently in places */
		}
		buffer_char(to, *at);
	}
	return NULL;
}

/*
 * As PostgreSQL's similar_to_escape(): % and _ are wildcards, . ^ $ are literal, \ makes the next character literal,
 * the whole value must match.
 */
bool pattern_from_similar(const char *text, struct buffer *to)
{
	const char *at;

	buffer_text(to, "^(?:");
	for (at = text; *at; at++) {
		switch (*at) {
		case '\\':
			if (!at[1])
				return false;
			buffer_add(to, at++, 2);
			break;
		case '[':
			at = copy_class(at, to, true);
			if (!at)
				return false;
			buffer_char(to, ']');
			break;
		case '%':
			buffer_text(to, ".*");
			break;
		case '_':
			buffer_char(to, '.');
			break;
		case '(':
			buffer_text(to, "(?:");
			break;
		case '.': case '^': case '$':
			buffer_char(to, '\\');
			buffer_char(to, *at);
			break;
		default:
			buffer_char(to, *at);
		}
	}
	buffer_text(to, ")$");
	return !to->full;
}

/* The code point of \uwxyz and \Uabcdefgh; returns the last digit, or NULL. */
static const char *copy_point(const char *digits, size_t n, struct buffer *to)
{
	if (strspn(digits, "0123456789abcdefABCDEF") < n)
		return NULL;
	buffer_text(to, "\\x{");
	buffer_add(to, digits, n);
	buffer_char(to, '}');
	return digits + n - 1;
}

/* At the character after a backslash; returns the last one used, or NULL. (PostgreSQL 9.7.3.3, escapes.) */
static const char *copy_escape(const char *at, struct buffer *to)
{
	switch (*at) {
	case '\0': return NULL;
	case 'y': buffer_text(to, "\\b"); return at;
	case 'Y': buffer_text(to, "\\B"); return at;
	case 'm': buffer_text(to, "\\b(?=\\w)"); return at;
	case 'M': buffer_text(to, "\\b(?<=\\w)"); return at;
	case 'Z': buffer_text(to, "\\z"); return at;
	case 'B': buffer_text(to, "\\\\"); return at;
	case 'b': buffer_text(to, "\\x08"); return at;
	case 'v': buffer_text(to, "\\x0b"); return at;
	case 'u': return copy_point(at + 1, 4, to);
	case 'U': return copy_point(at + 1, 8, to);
	}
	if (is_letter(*at) && !strchr("AadDefnrsStwWcx", *at))
		return NULL;
	buffer_char(to, '\\');
	buffer_char(to, *at);
	return at;
}

static bool is_quantifier(const char *at)
{
	return *at == '*' || *at == '+' || *at == '?' || (*at == '{' && at[1] >= '0' && at[1] <= '9');
}

/* A quantifier, and ? behind it; a further one is an error, as in PostgreSQL (to PCRE2 it means something else). */
static const char *copy_quantifier(const char *at, struct buffer *to)
{
	size_t n = *at == '{' ? strcspn(at, "}") + 1 : 1;

	if (n > strlen(at))
		return NULL;
	if (at[n] == '?')
		n++;
	if (is_quantifier(at + n))
		return NULL;
	buffer_add(to, at, n);
	buffer_text(to, CALLOUT);
	return at + n - 1;
}

/* Whether PostgreSQL and PCRE2 both know the group: (…), (?:…), (?=…), (?!…), (?<=…), (?<!…). */
static bool is_group(const char *at)
{
	if (at[1] == '*')
		return false;
	if (at[1] != '?')
		return true;
	if (at[2] == '<')
		return at[3] == '=' || at[3] == '!';
	return at[2] == ':' || at[2] == '=' || at[2] == '!';
}

/* Translates (?i), (?c) and (?s) at the very start; returns where the rest begins. */
static const char *copy_options(const char *text, struct buffer *to)
{
	const char *at = text + 2;

	if (text[0] != '(' || text[1] != '?')
		return text;
	for (; *at == 'i' || *at == 'c' || *at == 's'; at++)
		;
	if (*at != ')' || at == text + 2)
		return text;
	for (text += 2; text < at; text++)
		buffer_text(to, *text == 'i' ? "(?i)" : *text == 'c' ? "(?-i)" : "");
	return at + 1;
}

bool pattern_from_posix(const char *text, struct buffer *to)
{
	const char *at;

	buffer_text(to, CALLOUT);
	for (at = copy_options(text, to); *at; at++) {
		if (*at == '\\') {
			at = copy_escape(at + 1, to);
		} else if (*at == '[') {
			at = copy_class(at, to, false);
			if (at)
				buffer_char(to, ']');
		} else if (is_quantifier(at)) {
			at = copy_quantifier(at, to);
		} else if (*at == '(' && !is_group(at)) {
			return false;
		} else if (*at == '(' && at[1] == '?') {
			buffer_text(to, "(?");	/* its ? is not a quantifier */
			at++;
		} else {
			buffer_char(to, *at);
		}
		if (!at)
			return false;
	}
	return !to->full;
}

/* ---- matching ---- */

/* What PCRE2 calls at a callout: ends the match when the deadline is over. */
static int look_at_clock(pcre2_callout_block *block, void *of)
{
	const struct pattern *p = of;

	(void)block;
	return deadline_is_over(p->deadline) ? PCRE2_ERROR_CALLOUT : 0;
}

/* Translates the pattern, compiles it and sets the limits of a match. False: not valid, or no memory. */
static bool compile(struct pattern *p)
{
	CLEANUP(buffer_done) struct buffer similar = {0}, pcre = {0};
	/* as PostgreSQL: . takes a line break, ^ and $ are the ends of the value */
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
			   PCRE2_MATCH_INVALID_UTF | (p->case_sensitive ? 0 : PCRE2_CASELESS);
	const char *text = p->text;
	PCRE2_SIZE at;
	int why;

	buffer_init(&similar, 3 * LONGEST);
	buffer_init(&pcre, 16 * LONGEST);
	if (p->mode == SIMILAR) {
		if (!pattern_from_similar(text, &similar))
			return false;
		text = buffer_str(&similar);
	}
	if (!pattern_from_posix(text, &pcre))
		return false;
	p->code = pcre2_compile((PCRE2_SPTR)buffer_str(&pcre), pcre.len, options, &why, &at, NULL);
	if (!p->code)
		return false;
	p->data = pcre2_match_data_create(1, NULL);
	p->context = pcre2_match_context_create(NULL);
	if (!p->data || !p->context)
		return false;
	pcre2_set_match_limit(p->context, STEPS);
	pcre2_set_depth_limit(p->context, STEPS);
	pcre2_set_heap_limit(p->context, HEAP_KIB);
	pcre2_set_callout(p->context, look_at_clock, p);
	return true;
}

static bool mode_parse(const char *name, enum mode *out)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(mode_names); i++) {
		if (strcmp(name, mode_names[i]) == 0) {
			*out = (enum mode)i;
			return true;
		}
	}
	return false;
}

static char *copy_text(const char *s)
{
	size_t n = strlen(s);
	char *copy = store__alloc(n + 1);

	memcpy(copy, s, n);
	return copy;
}

static char *fold_copy(const char *s)
{
	struct arena *a = arena_new();
	char *copy = copy_text(pattern_fold(s, a));

	arena_free(a);
	return copy;
}

struct pattern *pattern_new(const char *mode, bool case_sensitive, const char *text)
{
	struct pattern *p;
	enum mode m;

	if (!mode_parse(mode, &m) || strlen(text) > LONGEST)
		return NULL;
	p = store__alloc(sizeof(*p));
	p->mode = m;
	p->case_sensitive = case_sensitive;
	p->text = copy_text(text);
	if (m == LIKE || m == EXACT) {
		p->folded = case_sensitive ? NULL : fold_copy(text);
	} else if (!compile(p)) {
		pattern_free(p);
		return NULL;
	}
	return p;
}

void pattern_free(void *of)
{
	struct pattern *p = of;

	if (!p)
		return;
	pcre2_code_free(p->code);
	pcre2_match_data_free(p->data);
	pcre2_match_context_free(p->context);
	free(p->text);
	free(p->folded);
	free(p);
}

bool pattern_is(const struct pattern *p, const char *mode, bool case_sensitive, const char *text)
{
	return p->case_sensitive == case_sensitive && strcmp(mode_names[p->mode], mode) == 0 &&
	       strcmp(p->text, text) == 0;
}

const char *pattern_fold(const char *s, struct arena *a)
{
	const unsigned char *at = (const unsigned char *)s;

	for (; *at && *at < 0x80 && !(*at >= 'A' && *at <= 'Z') && *at != SEARCH_SEPARATOR; at++)
		;
	return *at ? search_fold(a, s) : s;
}

/* Returns as pattern_match(). */
static int match_regex(struct pattern *p, const char *value, const struct deadline *deadline)
{
	int rc;

	p->deadline = deadline;
	rc = pcre2_match(p->code, (PCRE2_SPTR)value, strlen(value), 0, 0, p->data, p->context);
	p->deadline = NULL;
	switch (rc) {
	case PCRE2_ERROR_NOMATCH: return 0;
	case PCRE2_ERROR_CALLOUT: return PATTERN_LATE;
	}
	return rc >= 0 ? 1 : PATTERN_FAILED;
}

int pattern_match(struct pattern *p, const char *value, struct arena *scratch, const struct deadline *deadline)
{
	const char *text = p->text;
	int found;

	if (p->mode == POSIX || p->mode == SIMILAR)
		return match_regex(p, value, deadline);
	if (!p->case_sensitive) {
		arena_reset(scratch);
		text = p->folded;
		value = pattern_fold(value, scratch);
	}
	if (p->mode == EXACT)
		return strcmp(text, value) == 0;
	found = text_like(text, value, strlen(value), deadline);
	return found < 0 ? PATTERN_LATE : found;
}
