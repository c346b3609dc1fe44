/*
 * like.h - SQL LIKE, for an engine that does not have the contract's.
 */
#ifndef BASE_LIKE_H
#define BASE_LIKE_H

#include "base/arena.h"
#include "base/deadline.h"

/*
 * Whether the whole value of `len` bytes matches: % is any run, _ one character, \ takes the next as it is. Letter
 * case counts. 1: yes, 0: no, -1: the deadline (NULL: none) came first.
 *
 * Never recursive. What stands between two % takes time in proportion to the value, unless it holds a _ or a \: then
 * the product of both lengths at worst, and the deadline is kept.
 */
int text_like(const char *pattern, const char *value, size_t len, const struct deadline *deadline);

/* The pattern of texts that contain the literal; lives in `a`. */
const char *like_part(struct arena *a, const char *literal);

#endif
