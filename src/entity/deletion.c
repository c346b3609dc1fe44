/* Marking what is deleted, and removing it slice by slice. */
#include "entity/deletion.h"

#include <string.h>

#include "base/clock.h"
#include "http/worker.h"

#include "base/banned.h"

/*
 * A marked row gives its name free: its unique column becomes the id and so many blanks, which is longer than any name
 * that is accepted (128 characters), so no row can have it.
 */
#define NAME_END_LEN 160

/* -- statements -- */

static void make2(struct statement *s, const char *name, const char *sqlite, const char *postgres)
{
	*s = (struct statement){ .name = name, .sqlite = sqlite, .postgres = postgres, .global = s->global };
	store_register(s);
}

static void make(struct statement *s, const char *name, const char *text)
{
	make2(s, name, text, text);
}

COLUMN_LIST(marked, tenant_id, id);

/*
 * Each of several copies on one PostgreSQL takes a different row. The ORDER BY makes the planner use the index of
 * marked rows, which is nearly empty.
 */
static void make_find(struct entity *e, struct arena *made)
{
	const char *text = arena_printf(made,
					"SELECT tenant_id, id FROM %s WHERE deleted_at IS NOT NULL"
					" ORDER BY tenant_id, id LIMIT 1",
					e->table);

	e->find_marked.global = e->take_marked.global = true;
	make(&e->find_marked, arena_printf(made, "%s find marked", e->name), text);
	make2(&e->take_marked, arena_printf(made, "%s take marked", e->name), text,
	      arena_printf(made, "%s FOR NO KEY UPDATE SKIP LOCKED", text));
	e->find_marked.columns = marked_columns;
}

/*
 * PostgreSQL takes the rows by their place (ctid): a join by the key is quick or takes a minute, depending on its
 * statistics.
 */
static void make_slice(struct dependent *h, const char *of, struct arena *made)
{
	const char *rows = arena_printf(made, "FROM %s WHERE tenant_id = $1 AND %s = $2", h->table, h->owner);

	make2(&h->slice, arena_printf(made, "%s delete a slice of %s", of, h->table),
	      arena_printf(made, "DELETE %s AND %s IN (SELECT %s %s LIMIT $3)", rows, h->other, h->other, rows),
	      arena_printf(made, "DELETE %s AND ctid = ANY (ARRAY(SELECT ctid %s LIMIT $3))", rows, rows));
}

void deletion_make(struct entity *e, struct arena *made)
{
	const char *text;

	for (struct dependent *h = e->dependents; h->table; h++)
		make_slice(h, e->name, made);
	text = arena_printf(made,
			    "UPDATE %s SET deleted_at = $3%s WHERE tenant_id = $1 AND id = $2"
			    " AND deleted_at IS NULL",
			    e->table, e->unique ? arena_printf(made, ", %s = id || $4", e->unique) : "");
	make(&e->mark, arena_printf(made, "%s mark deleted", e->name), text);
	text = arena_printf(made, "DELETE FROM %s WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NOT NULL",
			    e->table);
	make(&e->finish, arena_printf(made, "%s finish deletion", e->name), text);
	make_find(e, made);
}

/* -- deleting -- */

/* Deletes up to a slice of dependent rows. `*more`: a table had a whole slice, and may have another one. */
static err_t delete_slice(struct txn *tx, struct entity *e, const char *id, bool *more)
{
	int64_t gone = 0;
	err_t error = OK;

	*more = false;
	for (struct dependent *h = e->dependents; h->table && !error && !*more; h++) {
		error = store_exec(tx, &h->slice, ARGS(T(id), N(DELETION_SLICE)), &gone);
		*more = gone == DELETION_SLICE;
	}
	return error;
}

/* Marks the row as deleted and frees its unique name. e->delete_miss. */
static err_t mark(struct txn *tx, struct entity *e, const char *id)
{
	char end[NAME_END_LEN + 1];
	int64_t marked = 0;
	err_t error;

	memset(end, ' ', NAME_END_LEN);
	end[NAME_END_LEN] = '\0';
	error = store_exec(tx, &e->mark, (struct arg[]){ T(id), N(clock_ms()), T(end) }, e->unique ? 3 : 2, &marked);
	if (error)
		return error;
	if (marked == 0)
		return entity_miss_error(e, e->delete_miss ? e->delete_miss : ERR_NOT_FOUND, id);
	store_note_change(tx, e->changes | CHANGE_DELETIONS);
	return OK;
}

err_t deletion_begin(struct txn *tx, struct entity *e, const char *id)
{
	bool more;
	err_t error = delete_slice(tx, e, id, &more);

	if (error)
		return error;
	return more ? mark(tx, e, id) : entity_delete(tx, e, id);
}

/* -- finishing -- */

/* Deletes a slice of a marked thing; with the last slice its row, and by foreign keys what else hangs on the row. */
static err_t finish_slice(struct txn *tx, struct entity *e, const char *id)
{
	bool more;
	err_t error = delete_slice(tx, e, id, &more);

	if (error || more)
		return error;
	error = store_exec(tx, &e->finish, ARGS(T(id)), NULL);
	return !error && e->owns_counters ? store_exec(tx, &e->forget_counters, ARGS(T(id)), NULL) : error;
}

/* The row that a find_marked or take_marked leads to; `*id` NULL: there is none. */
static err_t find_row(struct txn *tx, struct arena *a, struct statement *s, const char **tenant, const char **id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t error = store_query(tx, s, NO_ARGS, &rows);

	*id = NULL;
	if (!error && rows_next(&rows)) {
		*tenant = arena_copy(a, rows_text(&rows, marked_tenant_id));
		*id = arena_copy(a, rows_text(&rows, marked_id));
	}
	return error ? error : rows_end(&rows);
}

/* Deletes a slice of one marked thing of this entity, if there is one. */
static err_t finish_one(struct txn *tx, struct arena *a, struct entity *e, bool *found)
{
	const char *before = txn_tenant(tx), *tenant, *id;
	err_t error = find_row(tx, a, &e->take_marked, &tenant, &id);

	*found = !error && id;
	if (!*found)
		return error;
	txn_set_tenant(tx, tenant);
	error = finish_slice(tx, e, id);
	txn_set_tenant(tx, before);
	return error;
}

/* After a round that could take nothing. ERR_BUSY: there is something, and another transaction has locked it. */
static err_t check_locked(struct txn *tx, struct arena *a, struct entity *e)
{
	const char *tenant, *id;
	err_t error = find_row(tx, a, &e->find_marked, &tenant, &id);

	return !error && id ? err_set(ERR_BUSY, "another transaction deletes %s %s", e->name, id) : error;
}

err_t deletion_slice(struct txn *tx, struct arena *a, bool *more)
{
	size_t n;
	struct entity *const *all = entity_all(&n);
	err_t error = OK;

	*more = false;
	for (size_t i = 0; i < n && !error && !*more; i++)
		if (all[i]->dependents)
			error = finish_one(tx, a, all[i], more);
	for (size_t i = 0; i < n && !error && !*more; i++)
		if (all[i]->dependents)
			error = check_locked(tx, a, all[i]);
	return error;
}

static err_t finish_deletions(struct request *rq);
static const struct step next_slice = { "remove a slice of what is deleted", WRITE, finish_deletions };

static err_t finish_deletions(struct request *rq)
{
	bool more;
	err_t e = deletion_slice(rq->tx, rq->arena, &more);

	return !e && more ? next(rq, &next_slice) : e;
}

WORKER(finish_deletions_worker) = {
	.name = "finish deletions",
	.every_s = 10,
	.wake_on = CHANGE_DELETIONS,
	.lane = WRITE,
	.run = finish_deletions,
};
