/*
 * merge.h - merges a JSON object into a stored one: its members replace stored ones, nothing is removed.
 */
#ifndef DIRECTORY_MERGE_H
#define DIRECTORY_MERGE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/err.h"

/* The most bytes of JSON that a merged object may have: many patches add up. */
#define MERGED_MAX MIB(2)

/*
 * `stored` is the text of the stored object, `sent` (may be NULL) is merged into it. The tree counts in `c`.
 * ERR_BODY_VALUES, ERR_MEMORY: as json_parse(). ERR_INTERNAL: the stored text is not an object. ERR_TOO_LONG: the
 * result has more than MERGED_MAX.
 * The caller owns `*out` (json_decref()), which is set when an error is returned, too.
 */
NODISCARD err_t merge_json(struct arena *a, struct charge *c, const char *stored, const json_t *sent, json_t **out);

#endif
