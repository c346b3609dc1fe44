/*
 * pattern.h - inside store/ only: the search modes of the contract (http-conventions section 5.2) where the engine
 * has none of its own: PostgreSQL's regular expressions and SIMILAR TO, spelled for PCRE2.
 *
 * No pattern can hang the program: nesting, steps and memory of a match are bounded, and a match keeps its deadline
 * within itself.
 */
#ifndef STORE_PATTERN_H
#define STORE_PATTERN_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/deadline.h"

struct pattern;

/* NULL: not a pattern, or an unknown mode (like, exact, posix, similar_to). `text` is copied; free it. */
struct pattern *pattern_new(const char *mode, bool case_sensitive, const char *text);
void pattern_free(void *p);
/* Whether `p` was made of these three. */
bool pattern_is(const struct pattern *p, const char *mode, bool case_sensitive, const char *text);
/* 1: it matches, 0: it does not. `scratch` may be reset; `deadline` may be NULL. */
enum {
	PATTERN_FAILED = -1,	/* a match needs more steps or memory than it may have, or PCRE2 failed */
	PATTERN_LATE = -2	/* the deadline came first */
};
int pattern_match(struct pattern *p, const char *value, struct arena *scratch, const struct deadline *deadline);

/*
 * Only the translation: SIMILAR TO to a PostgreSQL expression, that to PCRE2, with a callout at its start and behind
 * each quantifier. False: not valid.
 */
bool pattern_from_similar(const char *text, struct buffer *regex);
bool pattern_from_posix(const char *text, struct buffer *pcre);

/* `s` with its letter case folded, in `a`; `s` itself when folding changes nothing. */
const char *pattern_fold(const char *s, struct arena *a);

#endif
