/*
 * entity.h - a thing: one description gives its statements, its checks, its answers and its part of the API document.
 *
 * A thing is a table with (tenant_id, id) as its key and a list of fields. ENTITY(name) = { … } announces it; the
 * statements are made and prepared at start. Rules call the functions; the plain endpoints are the handlers at the
 * end.
 */
#ifndef ENTITY_ENTITY_H
#define ENTITY_ENTITY_H

#include "entity/field.h"
#include "entity/shape.h"
#include "http/request.h"
#include "store/store.h"

/* A column as answers show it. */
struct shown_column {
	const char *key;		/* ,"customData": */
	size_t key_len;
	enum field_type type;
	bool absent_if_null;
	void (*write)(struct json_out *j, const char *json, size_t len);	/* of the field */
};

/* Rows of another table that end with a thing, maybe a million: their key is the tenant, `owner`, `other`. */
struct dependent {
	const char *table, *owner, *other;
	struct statement slice;		/* made at start */
};

struct entity {
	const char *name;		/* in {cols:name:alias} */
	const char *table;		/* organizations: plural, snake_case, as in messages */
	const char *singular;		/* organization: likewise */
	const char *parameter;		/* of paths: organizationId (its component in the API document) */
	const struct field *fields;
	int id_len;
	err_t read_miss, patch_miss, delete_miss;	/* 0: ERR_NOT_EXISTS_WITH_ID, ERR_NOT_EXISTS, ERR_NOT_FOUND */
	bool keyless;			/* no id of its own: only {cols} and a schema of the API document are made */
	bool searched;			/* has a `search` column, of the fields flagged SEARCHED */
	bool search_index;		/* … and a trigram index on it: a table that may grow large */
	bool owns_counters;		/* has counters that end with it */
	struct dependent *dependents;	/* ended by table NULL; a thing with them has deleted_at (deletion.h) */
	const char *unique;		/* … and a column whose value is free once it is marked; NULL: none */
	const struct entity *owner;	/* hidden from readers once this one is marked as deleted; NULL: none */
	const char *owner_column;	/* … the column with the owner's id */
	unsigned changes;		/* enum change, passed to store_note_change() when it is changed or deleted */
	err_t (*conflict)(const json_t *object);	/* the error for ERR_UNIQUE; NULL: ERR_UNIQUE itself */
	/* made at start */
	struct statement insert, find, find_locked, remove, forget_counters;
	struct statement mark, finish, take_marked, find_marked;	/* only with `dependents` */
	int column_count;		/* of {cols} */
	const struct shown_column *shown;	/* what an answer has of each */
};

#define ENTITY(id) \
	extern struct entity id; \
	static struct entity *const id##_ref __attribute__((used, section("entities"))) = &id; \
	struct entity id

/* Makes the statements of every ENTITY and sets the store's expander. Once, before store_start(). */
void entity_start(void);
/* All entities of the program. */
struct entity *const *entity_all(size_t *count);

/* -- rows -- */

/*
 * SQL, " AND …": the row `alias` of this thing, or else its owner, is not marked as deleted. "" for a thing without
 * marks. Lives in `a`.
 */
const char *entity_live(struct arena *a, const struct entity *e, const char *alias);
/* Writes the members of a row whose columns begin at `first`, without braces. */
void entity_print(struct json_out *j, const struct entity *e, struct rows *row, int first);
/* Sets and returns the error `miss`, with the name of the thing and the id in its message. */
err_t entity_miss_error(const struct entity *e, err_t miss, const char *id);

/*
 * Stores a new row. `object` holds values by the names of the fields; absent ones are made (id, times) or take their
 * fallback. `object` has the id afterwards; `row` stands on the stored row. ERR_UNIQUE through e->conflict;
 * ERR_REFERENCE.
 */
NODISCARD err_t entity_insert(struct txn *tx, struct arena *a, struct entity *e, json_t *object, struct rows *row);
/* `row` stands on the row with this id. ERR_NOT_FOUND. */
NODISCARD err_t entity_find(struct txn *tx, struct entity *e, const char *id, struct rows *row);
/* Checks that the thing exists: OK or e->read_miss. */
NODISCARD err_t entity_require(struct txn *tx, struct entity *e, const char *id);
/* Changes what `patch` names. ERR_NOTHING_TO_WRITE (first), e->patch_miss, ERR_UNIQUE. `row` stands on the new row. */
NODISCARD err_t entity_update(struct txn *tx, struct arena *a, struct entity *e, const char *id, const json_t *patch,
			      struct rows *row);
/* Deletes the row at once (see deletion.h for large things). e->delete_miss. */
NODISCARD err_t entity_delete(struct txn *tx, struct entity *e, const char *id);

/*
 * The value of a field for its column; texts live in `a`. ERR_NOTHING_TO_WRITE: a number that the column cannot hold.
 */
NODISCARD err_t field_arg(struct arena *a, const struct field *f, const json_t *value, struct arg *out);

/* Answers with the row that `row` stands on, and ends `row`. */
err_t entity_reply(struct request *rq, int status, const struct entity *e, struct rows *row);

/* -- endpoints of things without a rule of their own; route->of is the entity, {id} or the last argument its id -- */
err_t entity_post(struct request *rq);
err_t entity_get(struct request *rq);
err_t entity_patch(struct request *rq);
err_t entity_remove(struct request *rq);

#endif
