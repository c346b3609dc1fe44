/*
 * like.h - SQL LIKE, for an engine that does not have the contract's.
 */
#ifndef BASE_LIKE_H
#define BASE_LIKE_H

#include "base/base.h"

/*
 * Whether the whole value matches: % is any run, _ one character, \ takes the next as it is. Letter case counts.
 * At worst the product of both lengths, never recursive.
 */
bool text_like(const char *pattern, const char *value);

#endif
