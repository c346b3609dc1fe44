/*
 * search.h - the one column in which a thing is searched.
 */
#ifndef BASE_SEARCH_H
#define BASE_SEARCH_H

#include "base/arena.h"

#define SEARCH_SEPARATOR '\x1f'

/*
 * A text as searches compare it, in any letter case: text_fold(), and U+001E for the separator, so that a field which
 * holds it stays one field. Lives in `a`.
 */
char *search_fold(struct arena *a, const char *s);

/*
 * The searched fields of a row, folded (search_fold) and joined by SEARCH_SEPARATOR; NULL counts as "", so that a
 * field keeps its place. The order of fields: organizations id, name; users id, primary e-mail, primary phone,
 * username, name; applications, roles, organization roles, scopes id, name, description; organization scopes name.
 * Lives in `a`.
 */
char *search_key(struct arena *a, const char *const *values, int n);

/*
 * Characters in the ranges of all classes of a regular expression: 16 times Unicode. To compile a range whatever the
 * letter case, PCRE2 and PostgreSQL look at each of its characters.
 */
#define SEARCH_RANGES_MOST 17825792
/* Whether the ranges of a POSIX or SQL expression have no more than that, by the length of their last characters. */
bool search_ranges_fit(const char *pattern);

/*
 * The longest text of ASCII characters that whatever a regular expression matches holds for sure, in some letter case;
 * "": none is found. `similar`: of SIMILAR TO, not POSIX. It says nothing of whether the pattern is valid. Lives in
 * `a`.
 */
const char *search_literal(struct arena *a, const char *pattern, bool similar);

#endif
