/*
 * search.h - the one column in which a thing is searched.
 */
#ifndef BASE_SEARCH_H
#define BASE_SEARCH_H

#include "base/arena.h"

#define SEARCH_SEPARATOR '\x1f'

/*
 * The searched fields of a row, folded (text_fold) and joined by SEARCH_SEPARATOR; NULL counts as "", so that a field
 * keeps its place. The order of fields: organizations id, name; users id, primary e-mail, primary phone, username,
 * name; applications, roles, organization roles, scopes id, name, description; organization scopes name. Lives in `a`.
 */
char *search_key(struct arena *a, const char *const *values, int n);

#endif
