/*
 * relation.h - which children belong to which parent: a table of pairs (or of triples), described once.
 *
 * One statement resolves all ids of a list together with their kinds, so a list of ten thousand is one round trip.
 * The irregular corners of the contract are columns of the description. The endpoints of the organization family are
 * the handlers at the end; tenant-level relations have rules of their own on top of relation_resolve().
 */
#ifndef ENTITY_RELATION_H
#define ENTITY_RELATION_H

#include "entity/event_note.h"
#include "entity/parts.h"
#include "entity/search.h"

enum relation_flag {
	REPLACE_TAKES_REPEATS = 1,	/* PUT: an id sent twice counts once; else ERR_UNIQUE */
	REPLACE_CHECKS_EMPTY = 2,	/* PUT []: an over-long parent is refused even then */
	REPLACE_KEEPS_OLD = 4,		/* PUT: only what is new is checked for its kind */
	REPLACE_LENGTHS_IN_ORDER = 8,	/* PUT: an over-long id is found in its place of the list, not first */
	LIST_NEEDS_PARENT = 16,		/* GET below an unknown parent is its 404; else an empty list */
};

/* The INSERT of a relation. Each relation has one of its own, except those that are closed. */
struct entrance {
	struct relation *of;
	/* made at start */
	struct statement add, add_returning;	/* returning: it gives the children that were added */
};

struct relation {
	const char *name;
	const char *table;
	const char *keys[2];	/* columns of the parent, in the order of the path's arguments; [1] may be NULL */
	struct entity *parent;		/* of keys[0] */
	/* where a row with the same keys must stand, when it is not the parent's own */
	const char *parent_table;
	bool no_parent;			/* the rules of the relation check the parent themselves */
	const char *child;		/* column */
	struct entity *child_of;	/* NULL: the child is a plain text */
	const char *kind;		/* SQL over the child's row `c` that must hold; NULL: any */
	const char *member;		/* of bodies: userIds */
	int width;			/* of the child's column in characters; 0: 21 */
	unsigned flags;			/* enum relation_flag */
	unsigned changes;		/* enum change, passed to store_note_change() */
	const char *order;		/* of the list, over `c` and `m`; NULL: c.id */
	/*
	 * A further column, and the SQL of its value for the child l.id: what the order needs of another table, so
	 * that an index has it. NULL: none.
	 */
	const char *copied, *copied_from;
	const char *counter;		/* that holds the total for keys[0]; NULL: counted */
	bool in_parts;			/* triggers keep counts of its children in parts of their ids (parts.h) */
	const char *event;		/* the event of every change, by whichever call; NULL: none */
	bool closed;			/* rows come in by its ENTRANCE only; by the relation itself: ERR_INTERNAL */
	/* made at start */
	struct entrance own;
	struct statement resolve, keep, remove, find_parent, lock_parent;
	struct statement keep_returning;	/* it gives the children that were removed */
	struct pairs pairs;
};

#define RELATION(id) \
	extern struct relation id; \
	static struct relation *const id##_ref __attribute__((used, section("relations"))) = &id; \
	struct relation id

/*
 * The entrance of a closed relation, in the one file that may add to it: the compiler keeps it from all others.
 *	ENTRANCE(membership) = { .of = &organization_users };
 */
#define ENTRANCE(id) \
	static struct entrance id; \
	static struct entrance *const id##_ref __attribute__((used, section("entrances"))) = &id; \
	static struct entrance id

/*
 * Makes the statements of every RELATION and ENTRANCE; a closed relation has one entrance, others have none. Once,
 * before store_start().
 */
void relation_start(void);
struct relation *const *relation_all(size_t *count);
/* One of them, which must be there: for rooms below that of the relation. */
struct relation *relation_named(const char *name);

struct resolved_id {
	const char *id;		/* as sent */
	bool exists, fits, already, repeated;
};

struct resolved_list {
	struct resolved_id *at;
	size_t count;
};

/* What a change has done: ids of children that were not there before, and that are not there any more. */
struct relation_change {
	const char **added, **removed;	/* in the arena of the change; in no particular order */
	size_t added_count, removed_count;
};

/* Looks up each id of a JSON list of texts, in list order. `keys`: values of the parent's columns. */
NODISCARD err_t relation_resolve(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys,
				 const json_t *ids, struct resolved_list *out);
/*
 * Adds the ids that are not there yet and leaves the others alone. One statement. Here and below, `change` gets what
 * really changed appended; NULL when the caller does not need it: reporting it costs a tenth more.
 */
NODISCARD err_t relation_insert(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys,
				const json_t *ids, struct relation_change *change);
/* Removes all that the list does not name. One statement. */
NODISCARD err_t relation_keep(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys,
			      const json_t *ids, struct relation_change *change);
/* Removes one child. ERR_NOT_FOUND: it was not there. */
NODISCARD err_t relation_remove(struct txn *tx, struct relation *r, const char *const *keys, const char *child);
/*
 * The rules of the organization family (organizations.md section 0, "order inside storage"): lengths, then kinds and
 * repeats in list order, then references. Nothing is written when one fails.
 */
NODISCARD err_t relation_add_all(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys,
				 const json_t *ids, struct relation_change *change);
NODISCARD err_t relation_replace(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys,
				 const json_t *ids, struct relation_change *change);

/* The same for a closed relation, by its entrance. */
NODISCARD err_t entrance_add_all(struct txn *tx, struct arena *a, struct entrance *in, const char *const *keys,
				 const json_t *ids, struct relation_change *change);
NODISCARD err_t entrance_replace(struct txn *tx, struct arena *a, struct entrance *in, const char *const *keys,
				 const json_t *ids, struct relation_change *change);

/*
 * The event of a change that a request makes: relation_watch() before the change gives what to pass as `change` (NULL
 * when the event has no reader), relation_note() after it adds the note.
 * `cause` says how the change came about; the endpoints below say CAUSE_API.
 */
#define CAUSE_API "api"
NODISCARD err_t relation_watch(struct request *rq, const struct relation *r, struct relation_change **change);
void relation_note(struct request *rq, const struct relation *r, const char *const *keys,
		   const struct relation_change *change, const char *cause);

/* -- endpoints; route->of is the relation, the path's arguments its keys (and, for DELETE, the child) -- */
err_t relation_list(struct request *rq);
err_t relation_post(struct request *rq);
err_t relation_put(struct request *rq);
err_t relation_delete(struct request *rq);

/* The query of the list, for callers that add to it. Aliases: m the relation, c the child. */
void relation_query(struct query *q, struct request *rq, struct relation *r);
/* Leaves out of a list of things those that are children of the parent `id`; none when there is no such parent. */
NODISCARD err_t relation_exclude(struct query *q, struct relation *r, const char *id);
/*
 * Leaves only children that `held`, a relation of theirs below the same parent, relates to `id`. The rows of its table
 * take the place of `m`, since an index has them in the order of the list too, unless a search has found candidates:
 * these are fewer. After the search.
 */
void relation_narrow(struct query *q, const struct relation *r, const struct relation *held, const char *id);
/* The relation of the route that is running. */
struct relation *route_relation(const struct request *rq);

#endif
