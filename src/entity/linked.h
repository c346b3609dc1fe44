/*
 * linked.h - a member of each row of a list that lists other things: the roles of each member of an organization.
 *
 * The rows of a page mostly name the same few things. So the query of the list reads only their ids, which an index
 * gives, and what is shown of them is read once for the whole page and written into the rows afterwards.
 */
#ifndef ENTITY_LINKED_H
#define ENTITY_LINKED_H

#include "entity/entity.h"

COLUMN_LIST(linked_pair, row, thing);		/* their ids */
COLUMN_LIST(linked_element, id, json);

struct linked_kind {
	const char *member;
	/* SQL in the query of the list: the ids of a row's things, joined by commas, or NULL. */
	const char *ids;
	/*
	 * For a list of everything that an owner has, by id, this is cheaper: the pairs (COLUMNS_OF linked_pair) of
	 * owner $2 for rows from $3 to $4, by row.
	 */
	struct statement *between;
	/* Each thing (COLUMNS_OF linked_element) of the JSON list $2 of ids, in the order in which rows show them. */
	struct statement *elements;
};

struct linked;	/* the things of one list; lives in the arena of its request */

/* `owner` not NULL: the things are read by `between`. */
struct linked *linked_new(struct request *rq, const struct linked_kind *kind, const char *owner);

/*
 * Remembers that the things of a row belong at `at` of the body; `at` rises. `id` is that of the row when the things
 * are read by `between`, else what `ids` gave.
 */
void linked_add(struct linked *l, size_t at, const char *id, size_t len);

/* Writes all the lists into the body. `starts`: n places in the body, rising, which move with what they stand for. */
NODISCARD err_t linked_fill(struct linked *l, struct buffer *body, size_t *starts, int n);

#endif
