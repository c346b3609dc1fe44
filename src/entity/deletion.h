/*
 * deletion.h - deletes a thing on which a million rows may depend: members of an organization, holders of a role.
 *
 * A small thing is deleted at once, with its dependents. Of a large one a slice is deleted and the thing is marked
 * (deleted_at), and nobody finds it from then on; a worker removes the rest slice by slice, also after a crash. Its
 * row stays until the last slice, so that foreign keys hold.
 *
 * Every statement that reads such a table filters: those of entities, relations and queries do it by themselves;
 * a statement written by hand does it with `deleted_at IS NULL`, or LIVE() where it reads dependents of the thing.
 * tests/drift/deleted.sh finds one that does not.
 */
#ifndef ENTITY_DELETION_H
#define ENTITY_DELETION_H

#include "entity/entity.h"

/* SQL: the thing of this table and id is there and not deleted. */
#define LIVE(table, id) \
	"EXISTS (SELECT 1 FROM " table " z WHERE z.tenant_id = $1 AND z.id = " id " AND z.deleted_at IS NULL)"

/* SQL: the ids of the things that are marked: few, and an index has them, so it costs little to compare many ids. */
#define MARKED_IDS(table) "(SELECT z.id FROM " table " z WHERE z.tenant_id = $1 AND z.deleted_at IS NOT NULL)"

/* Rows of one table that a deletion removes in one transaction. */
#define DELETION_SLICE 5000

/*
 * Deletes the thing, or deletes the first slice and marks it: readers no longer find it either way. The entity must
 * have `dependents`. e->delete_miss.
 */
NODISCARD err_t deletion_begin(struct txn *tx, struct entity *e, const char *id);

/*
 * Removes one more slice of a marked thing, of any tenant. `*more`: call again, in another transaction. Two callers at
 * once do not wait for each other. ERR_BUSY: all that is marked is locked by others; on PostgreSQL that may be the
 * session of a process that was killed, which ends soon.
 */
NODISCARD err_t deletion_slice(struct txn *tx, struct arena *a, bool *more);

/* Makes the statements of an entity that has `dependents`. entity_start() calls it. */
void deletion_make(struct entity *e, struct arena *made);

#endif
