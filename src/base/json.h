/*
 * json.h - writes JSON, by appending only; jansson reads it (house.md section 4).
 *
 * The writer puts the commas itself. It keeps no tree and no stack but one bit:
 * whether a comma is due. Keys are literals of this program and are written as they are.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/buffer.h"
#include "base/err.h"

struct json_out {
	struct buffer *to;
	bool comma;
};

void json_out_init(struct json_out *j, struct buffer *to);
void json_open(struct json_out *j);		/* { */
void json_close(struct json_out *j);		/* } */
void json_list(struct json_out *j);		/* [ */
void json_list_end(struct json_out *j);		/* ] */
void json_key(struct json_out *j, const char *literal);
/* Writes a key that the caller has made already, with comma, quotes and colon: ,"name": */
static inline void json_key_raw(struct json_out *j, const char *made, size_t len)
{
	buffer_add(j->to, made + !j->comma, len - !j->comma);
	j->comma = false;
}
void json_text(struct json_out *j, const char *s);	/* NULL writes null */
void json_textn(struct json_out *j, const char *s, size_t len);
void json_int(struct json_out *j, int64_t n);
void json_bool(struct json_out *j, bool b);
void json_null_(struct json_out *j);
/* A value that already is JSON. */
void json_raw(struct json_out *j, const char *text, size_t len);
/* A parsed value; numbers in their shortest form that reads back the same, members in the order they came. */
void json_value(struct json_out *j, const json_t *value);

/*
 * Parses; `flags` and `error` are jansson's. What the tree holds stays in the charge, whoever frees the tree and when.
 * ERR_JSON: `error` tells; ERR_BODY_VALUES: the tree would be larger than budget_tree_most(); ERR_MEMORY: the charge
 * refused it.
 */
NODISCARD err_t json_parse(const char *text, size_t len, size_t flags, struct charge *c, json_t **out,
			   json_error_t *error);

/*
 * Notes in a charge what trees hold that a thread makes otherwise: from json_meter_use() on, whoever makes them, up to
 * the next one. What has not been freed by json_meter_end() stays in the charge, as a parsed tree does.
 */
struct json_meter {
	struct charge *charge;		/* all else 0 at first */
	int64_t used, noted;		/* used < 0: more was freed than made */
};
/* Returns the meter of the call before; NULL: none. `m` NULL: nothing is noted. */
struct json_meter *json_meter_use(struct json_meter *m);
void json_meter_end(struct json_meter *m);

/* A parsed value as compact text; lives in `a`. */
const char *json_to_text(struct arena *a, const json_t *value);

/*
 * A new list with the different texts of a list, in the order of their first appearance; its time grows with the list
 * and not with its square. The caller owns it: json_decref().
 */
json_t *json_distinct(const json_t *texts);

/* A key and its value in one call. */
void json_key_text(struct json_out *j, const char *key, const char *s);
void json_key_int(struct json_out *j, const char *key, int64_t n);
void json_key_bool(struct json_out *j, const char *key, bool b);

/*
 * Removes the blanks between the tokens of a JSON text, in place; returns the new length. (PostgreSQL writes
 * blanks.)
 */
size_t json_compact(char *text, size_t len);

/*
 * The value of a member of the outermost object, as it stands in a JSON text without blanks that is well-formed.
 * False: the object has none. For a look at one member of a large text, which need not become a tree.
 */
bool json_find(const char *text, size_t len, const char *member, struct slice *value);

#endif
