/*
 * merge.h - a JSON object laid over a stored one: members replace, nothing is removed.
 */
#ifndef DIRECTORY_MERGE_H
#define DIRECTORY_MERGE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

/* What a merged object may grow to, bytes of JSON: many patches add up. */
#define MERGED_MAX MIB(2)

/*
 * `stored` is the text of the stored object, `sent` (may be NULL) what lies over it. `*out` is yours: json_decref().
 * ERR_TOO_LONG: more than MERGED_MAX; `*out` is set all the same.
 */
NODISCARD err_t merge_json(struct arena *a, const char *stored, const json_t *sent, json_t **out);

#endif
