/*
 * parts.h - where the few things are that a parent does not have, when it has nearly all of them.
 *
 * No index has who is missing, and to look at each of a million users for one that is takes a second. So things are
 * counted in parts, by the first two characters of their ids, and so are the children of a parent (members of an
 * organization, holders of a role) from when somebody asks who is none. Where a part has as many children as things,
 * nobody is missing.
 *
 * Triggers keep the counts, of the relations that have them: they say `.in_parts` (entity/relation.h).
 */
#ifndef ENTITY_PARTS_H
#define ENTITY_PARTS_H

#include "store/store.h"

/* Fewer rows than these are looked at one by one. */
#define PARTS_FROM 2000

/* The part of an id. */
#define PART_OF(id) "substr(" id ", 1, 2)"

/* A relation, as its counts need it. Its table is the kind of its counter, and so is that of the things. */
struct pairs {
	const char *table, *parent, *child;	/* parent, child: its columns */
	/* of a relation `.in_parts`, made at start */
	struct statement *known, *split_things, *split_children, *list;
};

/* Makes the statements. `name`: of the relation; `things`: their table; `owner`: what a parent is called. */
void parts_make(struct pairs *of, const char *name, const char *things, const char *owner, struct arena *a);

struct parts {
	const struct pairs *of;
	const char *owner;		/* id of the parent */
	/* made by parts_read() */
	int64_t things, children;
	bool things_split, children_split;	/* there are counts of their parts */
};

NODISCARD err_t parts_read(struct txn *tx, struct parts *p);
/* Counts the parts of all things, or else those of the children, whatever is not split yet. In a write. */
NODISCARD err_t parts_split(struct txn *tx, const struct parts *p);
/* The parts with more things than children, as a JSON list, and how many things these have. Both must be split. */
NODISCARD err_t parts_list(struct txn *tx, struct arena *a, const struct parts *p, const char **list, int64_t *things);

#endif
