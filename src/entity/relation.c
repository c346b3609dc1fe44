/* The statements, the rules of the organization family and the endpoints of every RELATION. */
#include "entity/relation.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/text.h"
#include "entity/deletion.h"

#include "base/banned.h"

extern struct relation *const __start_relations[], *const __stop_relations[];
extern struct entrance *const __start_entrances[], *const __stop_entrances[];

static struct arena *made;	/* texts of statements: for the life of the process */

struct relation *const *relation_all(size_t *count)
{
	*count = (size_t)(__stop_relations - __start_relations);
	return __start_relations;
}

struct relation *relation_named(const char *name)
{
	size_t n;
	struct relation *const *all = relation_all(&n);

	while (n > 0 && strcmp(all[n - 1]->name, name))
		n--;
	assert(n > 0);
	return all[n - 1];
}

static int key_count(const struct relation *r)
{
	return r->keys[1] ? 2 : 1;
}

/* -- statements -- */

/* "alias.organization_id = $2 AND alias.user_id = $3" */
static const char *keys_equal(const struct relation *r, const char *alias)
{
	return r->keys[1] ? arena_printf(made, "%s%s = $2 AND %s%s = $3", alias, r->keys[0], alias, r->keys[1]) :
			    arena_printf(made, "%s%s = $2", alias, r->keys[0]);
}

static const char *key_list(const struct relation *r)
{
	return r->keys[1] ? arena_printf(made, "%s, %s", r->keys[0], r->keys[1]) : r->keys[0];
}

static void make(struct statement *s, const struct relation *r, const char *what, const char *text)
{
	*s = (struct statement){ .name = arena_printf(made, "%s %s", r->name, what),
				 .sqlite = text,
				 .postgres = text };
	store_register(s);
}

/* " AND …": the thing of this id is not deleted; "" for a thing that is never marked. */
static const char *live_clause(const struct entity *e, const char *id)
{
	return e && e->dependents ? arena_printf(made, " AND " LIVE("%s", "%s"), e->table, id) : "";
}

COLUMN_LIST(resolved, known, fits, already);
COLUMN_LIST(told, child);

/* A row for each id of the list, in its order: whether the child exists, fits r->kind, is in the relation already. */
static const char *resolve_text(const struct relation *r, int list)
{
	const char *known = r->child_of ? "c.id IS NOT NULL" : "1 = 1";
	const char *join = "";

	if (r->child_of)
		join = arena_printf(made, " LEFT JOIN %s c ON c.tenant_id = $1 AND c.id = l.id%s", r->child_of->table,
				    entity_live(made, r->child_of, "c"));

	return arena_printf(made,
			    "SELECT CASE WHEN %s THEN 1 ELSE 0 END AS known,"
			    " CASE WHEN %s THEN 1 ELSE 0 END AS fits,"
			    " CASE WHEN m.%s IS NULL THEN 0 ELSE 1 END AS already FROM {list:$%d} l%s"
			    " LEFT JOIN %s m ON m.tenant_id = $1 AND %s AND m.%s = l.id%s ORDER BY l.pos",
			    known, r->kind ? r->kind : "1 = 1", r->child, list, join, r->table, keys_equal(r, "m."),
			    r->child, live_clause(r->parent, "$2"));
}

/* The statement with a row for each one that it adds or removes. */
static void make_telling(struct statement *s, const struct relation *r, const char *what, const char *text)
{
	make(s, r, what, arena_printf(made, "%s RETURNING %s AS child", text, r->child));
	s->columns = told_columns;
}

static void make_entrance(struct entrance *in)
{
	const struct relation *r = in->of;
	const char *text = arena_printf(made,
					"INSERT INTO %s (tenant_id, %s, %s%s%s) SELECT $1, $2%s, l.id%s%s"
					" FROM {list:$%d} l WHERE 1 = 1 ORDER BY l.id ON CONFLICT DO NOTHING",
					r->table, key_list(r), r->child, r->copied ? ", " : "",
					r->copied ? r->copied : "", r->keys[1] ? ", $3" : "", r->copied ? ", " : "",
					r->copied ? r->copied_from : "", 2 + key_count(r));

	make(&in->add, r, "add", text);
	make_telling(&in->add_returning, r, "add and return", text);
}

static void make_statements(struct relation *r)
{
	int list = 2 + key_count(r);
	const char *equal = keys_equal(r, "");
	const char *parent_equal = r->parent_table ? equal : "id = $2", *parent, *text;

	make(&r->resolve, r, "resolve", resolve_text(r, list));
	r->resolve.columns = resolved_columns;
	if (!r->closed) {
		r->own.of = r;
		make_entrance(&r->own);
	}
	text = arena_printf(made,
			    "DELETE FROM %s WHERE tenant_id = $1 AND %s"
			    " AND %s NOT IN (SELECT l.id FROM {list:$%d} l)%s",
			    r->table, equal, r->child, list, live_clause(r->parent, "$2"));
	make(&r->keep, r, "keep", text);
	make_telling(&r->keep_returning, r, "keep and return", text);
	text = arena_printf(made, "DELETE FROM %s WHERE tenant_id = $1 AND %s AND %s = $%d%s%s", r->table, equal,
			    r->child, list, live_clause(r->parent, "$2"),
			    live_clause(r->child_of, arena_printf(made, "$%d", list)));
	make(&r->remove, r, "remove", text);
	r->pairs = (struct pairs){ .table = r->table, .parent = r->keys[0], .child = r->child };
	if (r->in_parts)
		parts_make(&r->pairs, r->name, r->child_of->table, r->parent->name, made);
	if (r->no_parent)
		return;
	parent = arena_printf(made, "SELECT 1 FROM %s WHERE tenant_id = $1 AND %s%s",
			      r->parent_table ? r->parent_table : r->parent->table, parent_equal,
			      live_clause(r->parent, "$2"));
	make(&r->find_parent, r, "find parent", parent);
	make(&r->lock_parent, r, "lock parent", arena_printf(made, "%s {lock}", parent));
}

/* How many entrances the relation has beside its own. */
static int entrances_of(const struct relation *r)
{
	int n = 0;

	for (struct entrance *const *in = __start_entrances; in < __stop_entrances; in++)
		n += (*in)->of == r;
	return n;
}

void relation_start(void)
{
	size_t n;
	struct relation *const *all = relation_all(&n);

	made = arena_new();
	for (size_t i = 0; i < n; i++) {
		assert(entrances_of(all[i]) == all[i]->closed);
		make_statements(all[i]);
	}
	for (struct entrance *const *in = __start_entrances; in < __stop_entrances; in++)
		make_entrance(*in);
}

/* -- pieces -- */

/* Writes the keys and then `more` to `out`; returns how many arguments that makes. */
static int key_args(const struct relation *r, const char *const *keys, const char *more, struct arg *out)
{
	int n = 0;

	for (int i = 0; i < key_count(r); i++)
		out[n++] = T(keys[i]);
	out[n++] = T(more);
	return n;
}

static int by_text_then_place(const void *x, const void *y)
{
	const struct resolved_id *const *p = x, *const *q = y;
	int c = strcmp((*p)->id, (*q)->id);

	return c ? c : (*p < *q ? -1 : *p > *q);
}

/* Makes the list of the ids as they were sent, and marks the second and later appearances. Returns them by id. */
static struct resolved_id **read_ids(struct arena *a, const json_t *ids, struct resolved_list *list)
{
	struct resolved_id **sorted;

	list->count = json_array_size(ids);
	list->at = ARENA_ARRAY(a, struct resolved_id, list->count + 1);
	sorted = ARENA_ARRAY(a, struct resolved_id *, list->count + 1);
	for (size_t i = 0; i < list->count; i++) {
		list->at[i].id = arena_copy(a, json_string_value(json_array_get(ids, i)));
		sorted[i] = &list->at[i];
	}
	qsort(sorted, list->count, sizeof(struct resolved_id *), by_text_then_place);
	for (size_t i = 1; i < list->count; i++)
		sorted[i]->repeated = !strcmp(sorted[i]->id, sorted[i - 1]->id);
	return sorted;
}

/* Reads the rows, one for each different id in list order; a repeated id gets what its first appearance has. */
static void read_resolved(struct rows *rows, struct resolved_list *list, struct resolved_id *const *sorted)
{
	bool more = true;

	for (struct resolved_id *one = list->at; more && one < list->at + list->count; one++) {
		if (one->repeated)
			continue;
		more = rows_next(rows);
		if (!more)
			continue;
		one->exists = rows_int(rows, resolved_known);
		one->fits = rows_int(rows, resolved_fits);
		one->already = rows_int(rows, resolved_already);
	}
	for (size_t i = 1; i < list->count; i++) {
		if (!sorted[i]->repeated)
			continue;
		sorted[i]->exists = sorted[i - 1]->exists;
		sorted[i]->fits = sorted[i - 1]->fits;
		sorted[i]->already = sorted[i - 1]->already;
	}
}

/* The different ids of a list as JSON text: one that is sent many times costs the database no more than once. */
static const char *distinct_text(struct arena *a, const json_t *ids)
{
	json_auto_t *distinct = json_distinct(ids);

	return json_to_text(a, distinct);
}

err_t relation_resolve(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys, const json_t *ids,
		       struct resolved_list *out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct resolved_id **sorted = read_ids(a, ids, out);
	struct arg args[4];
	err_t e = store_query(tx, &r->resolve, args, key_args(r, keys, distinct_text(a, ids), args), &rows);

	if (e)
		return e;
	read_resolved(&rows, out, sorted);
	return rows_end(&rows);
}

/* Appends what a telling statement tells to a list. */
static err_t collect(struct txn *tx, struct arena *a, struct statement *s, const struct arg *args, int n,
		     const char ***list, size_t *count)
{
	CLEANUP(rows_close) struct rows rows = {0};
	size_t room = *count;
	err_t e = store_query(tx, s, args, n, &rows);

	while (!e && rows_next(&rows)) {
		if (*count == room) {
			const char **more = ARENA_ARRAY(a, const char *, room = room * 2 + 16);

			if (*count)
				memcpy(more, *list, *count * sizeof(*more));
			*list = more;
		}
		(*list)[(*count)++] = arena_copy(a, rows_text(&rows, told_child));
	}
	return e ? e : rows_end(&rows);
}

/* Adds the ids that are not there yet; `change`, unless NULL, gets them appended. */
static err_t insert(struct txn *tx, struct arena *a, struct entrance *in, const char *const *keys, const json_t *ids,
		    struct relation_change *change)
{
	struct arg args[4];
	int n = key_args(in->of, keys, distinct_text(a, ids), args);

	if (in->of->changes)
		store_note_change(tx, in->of->changes);
	return change ? collect(tx, a, &in->add_returning, args, n, &change->added, &change->added_count) :
			store_exec(tx, &in->add, args, n, NULL);
}

/* ERR_INTERNAL for a closed relation. */
static err_t refuse_closed(const struct relation *r)
{
	return r->closed ? err_set(ERR_INTERNAL, "%s is closed: rows come in by its entrance", r->name) : OK;
}

err_t relation_insert(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys, const json_t *ids,
		      struct relation_change *change)
{
	err_t e = refuse_closed(r);

	return e ? e : insert(tx, a, &r->own, keys, ids, change);
}

err_t relation_keep(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys, const json_t *ids,
		    struct relation_change *change)
{
	struct arg args[4];
	int n = key_args(r, keys, distinct_text(a, ids), args);

	if (r->changes)
		store_note_change(tx, r->changes);
	return change ? collect(tx, a, &r->keep_returning, args, n, &change->removed, &change->removed_count) :
			store_exec(tx, &r->keep, args, n, NULL);
}

err_t relation_remove(struct txn *tx, struct relation *r, const char *const *keys, const char *child)
{
	struct arg args[4];
	int64_t gone;
	err_t e = store_exec(tx, &r->remove, args, key_args(r, keys, child, args), &gone);

	if (e)
		return e;
	if (gone == 0)
		return err_set(ERR_NOT_FOUND, "%s: no %s '%.64s'", r->name, r->child, child);
	if (r->changes)
		store_note_change(tx, r->changes);
	return OK;
}

/* -- the rules of the organization family -- */

static int child_width(const struct relation *r)
{
	return r->width ? r->width : ID_COLUMN;
}

static err_t check_keys(struct arena *a, const struct relation *r, const char *const *keys)
{
	for (int i = 0; i < key_count(r); i++)
		if (text_points(keys[i]) > ID_COLUMN)
			return length_error(a, ID_COLUMN);
	return OK;
}

static err_t check_lengths(struct arena *a, const struct relation *r, const json_t *ids)
{
	for (size_t i = 0; i < json_array_size(ids); i++)
		if (text_points(json_string_value(json_array_get(ids, i))) > (size_t)child_width(r))
			return length_error(a, child_width(r));
	return OK;
}

/*
 * First the kind and repeats of each id, in list order, then whether all exist. ERR_CHECK, ERR_UNIQUE, ERR_REFERENCE;
 * ERR_TOO_LONG where lengths have not been checked before.
 */
static err_t check_resolved(struct arena *a, const struct relation *r, const struct resolved_list *list,
			    bool replacing)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct resolved_id *one = &list->at[i];

		if (text_points(one->id) > (size_t)child_width(r))
			return length_error(a, child_width(r));
		if (replacing && one->already && r->flags & REPLACE_KEEPS_OLD)
			continue;
		if (one->exists && !one->fits)
			return err_set(ERR_CHECK, "%s: '%.64s' is of the wrong kind", r->name, one->id);
		if (replacing && one->repeated && !(r->flags & REPLACE_TAKES_REPEATS))
			return err_set(ERR_UNIQUE, "%s: '%.64s' twice", r->name, one->id);
	}
	for (size_t i = 0; i < list->count; i++)
		if (!list->at[i].exists)
			return err_set(ERR_REFERENCE, "%s: no %s '%.64s'", r->name, r->child, list->at[i].id);
	return OK;
}

/* Whether the parent's row is there. The lock (PostgreSQL) makes replacements of its whole set wait for each other. */
static err_t find_parent(struct txn *tx, struct relation *r, const char *const *keys, bool lock, bool *there)
{
	struct arg args[4];
	int64_t one;
	int n = r->parent_table ? key_args(r, keys, NULL, args) - 1 : 1;
	err_t e;

	args[0] = T(keys[0]);
	e = store_int(tx, lock ? &r->lock_parent : &r->find_parent, args, n, &one);
	*there = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* All checks in the order of the contract (relation.h); writes nothing. */
static err_t check_all(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys, const json_t *ids,
		       bool replacing)
{
	struct resolved_list list;
	bool there = false;
	err_t e;

	e = check_keys(a, r, keys);
	if (!e && !(replacing && r->flags & REPLACE_LENGTHS_IN_ORDER))
		e = check_lengths(a, r, ids);
	if (!e)
		e = find_parent(tx, r, keys, replacing, &there);
	if (!e)
		e = relation_resolve(tx, a, r, keys, ids, &list);
	if (!e)
		e = check_resolved(a, r, &list, replacing);
	if (!e && !there)
		e = err_set(ERR_REFERENCE, "%s: no parent '%.64s'", r->name, keys[0]);
	return e;
}

err_t entrance_add_all(struct txn *tx, struct arena *a, struct entrance *in, const char *const *keys,
		       const json_t *ids, struct relation_change *change)
{
	err_t e;

	if (json_array_size(ids) == 0)
		return OK;
	e = check_all(tx, a, in->of, keys, ids, false);
	return e ? e : insert(tx, a, in, keys, ids, change);
}

err_t entrance_replace(struct txn *tx, struct arena *a, struct entrance *in, const char *const *keys,
		       const json_t *ids, struct relation_change *change)
{
	struct relation *r = in->of;
	err_t e;

	if (json_array_size(ids) == 0) {
		e = r->flags & REPLACE_CHECKS_EMPTY ? check_keys(a, r, keys) : OK;
		return e ? e : relation_keep(tx, a, r, keys, ids, change);
	}
	e = check_all(tx, a, r, keys, ids, true);
	if (!e)
		e = relation_keep(tx, a, r, keys, ids, change);
	return e ? e : insert(tx, a, in, keys, ids, change);
}

err_t relation_add_all(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys, const json_t *ids,
		       struct relation_change *change)
{
	err_t e = refuse_closed(r);

	return e ? e : entrance_add_all(tx, a, &r->own, keys, ids, change);
}

err_t relation_replace(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys, const json_t *ids,
		       struct relation_change *change)
{
	err_t e = refuse_closed(r);

	return e ? e : entrance_replace(tx, a, &r->own, keys, ids, change);
}

/* -- the event of a change -- */

#define TOLD_MOST 5000	/* ids of one list (webhooks-and-logs.md section 3.2) */

err_t relation_watch(struct request *rq, const struct relation *r, struct relation_change **change)
{
	bool wanted;
	err_t e = event_read_wanted(rq, r->event, &wanted);

	*change = !e && wanted ? ARENA_NEW(rq->arena, struct relation_change) : NULL;
	return e;
}

/* "addedUserIds":["u1"], of the member userIds; an empty list is left out. */
static void write_ids(struct json_out *j, struct arena *a, const char *verb, const char *member,
		      const char *const *ids, size_t n)
{
	if (n == 0)
		return;
	json_key(j, arena_printf(a, "%s%c%s", verb, toupper((unsigned char)*member), member + 1));
	json_list(j);
	for (size_t i = 0; i < n && i < TOLD_MOST; i++)
		json_text(j, ids[i]);
	json_list_end(j);
}

void relation_note(struct request *rq, const struct relation *r, const char *const *keys,
		   const struct relation_change *change, const char *cause)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	if (!change)
		return;
	buffer_init(&b, MIB(4));
	json_out_init(&j, &b);
	json_key_text(&j, r->parent->parameter, keys[0]);
	write_ids(&j, rq->arena, "added", r->member, change->added, change->added_count);
	write_ids(&j, rq->arena, "removed", r->member, change->removed, change->removed_count);
	json_key_text(&j, "cause", cause);
	event_note_add(rq,
		       &(struct event_note){ .event = r->event, .members = arena_copy(rq->arena, buffer_str(&b)) });
}

/* -- endpoints -- */

struct relation *route_relation(const struct request *rq)
{
	return (struct relation *)(uintptr_t)rq->route->of;
}

/* Writes the arguments of the path that are the parent's keys. */
static void path_keys(const struct request *rq, const char **keys)
{
	for (int i = 0; i < 2 && i < rq->match.arg_count; i++)
		keys[i] = rq->match.args[i].value;
}

/* The rows of `table` as `m`, and the children that they name. */
static const char *children_of(struct arena *a, const struct relation *r, const char *table)
{
	return arena_printf(a, "%s m JOIN %s c ON c.tenant_id = m.tenant_id AND c.id = m.%s", table,
			    r->child_of->table, r->child);
}

/* Lets a count and a deep page look at `table` alone, where it has the order of the list and all its conditions. */
static void skip_in(struct query *q, const struct relation *r, const char *table)
{
	if (text_has_prefix(q->order, "m.") && !r->child_of->owner)
		query_keys(q, arena_printf(q->rq->arena, "%s m", table), arena_printf(q->rq->arena, "m.%s", r->child));
}

void relation_query(struct query *q, struct request *rq, struct relation *r)
{
	const char *keys[2] = { NULL };

	path_keys(rq, keys);
	query_init(q, rq, r->child_of, "c", children_of(rq->arena, r, r->table));
	query_where(q, arena_printf(rq->arena, "m.tenant_id = $1 AND m.%s = ?", r->keys[0]), ARGS(T(keys[0])));
	if (r->keys[1])
		query_where(q, arena_printf(rq->arena, "m.%s = ?", r->keys[1]), ARGS(T(keys[1])));
	if (r->parent && r->parent->dependents) {
		query_where(q, arena_printf(rq->arena, LIVE("%s", "?"), r->parent->table), ARGS(T(keys[0])));
		q->owner_of = r->parent;
	}
	q->order = r->order ? r->order : "c.id";
	skip_in(q, r, r->table);
	if (r->counter)
		query_counter(q, r->counter, keys[0]);
}

void relation_narrow(struct query *q, const struct relation *r, const struct relation *held, const char *id)
{
	if (q->filtered && !q->scans) {
		query_where(q,
			    arena_printf(q->rq->arena,
					 "EXISTS (SELECT 1 FROM %s f WHERE f.tenant_id = $1 AND f.%s = m.%s"
					 " AND f.%s = m.%s AND f.%s = ?)",
					 held->table, r->keys[0], r->keys[0], r->child, r->child, held->child),
			    ARGS(T(id)));
		return;
	}
	query_from(q, children_of(q->rq->arena, r, held->table), NO_ARGS);
	query_where(q, arena_printf(q->rq->arena, "m.%s = ?", held->child), ARGS(T(id)));
	query_counter(q, NULL, NULL);
	q->scans = true;	/* the total is counted */
	skip_in(q, r, held->table);
}

err_t relation_exclude(struct query *q, struct relation *r, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = entity_find(q->rq->tx, r->parent, id, &row);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	query_without(q, &r->pairs, id);
	return rows_end(&row);
}

err_t relation_list(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};
	struct relation *r = route_relation(rq);
	err_t e;

	relation_query(&q, rq, r);
	if (r->flags & LIST_NEEDS_PARENT) {
		e = entity_require(rq->tx, r->parent, rq->match.args[0].value);
		if (e)
			return e;
	}
	return query_reply(&q);
}

err_t relation_post(struct request *rq)
{
	struct relation *r = route_relation(rq);
	const json_t *ids = body_get(rq, r->member);
	struct relation_change *change;
	const char *keys[2] = { NULL };
	err_t e = relation_watch(rq, r, &change);

	path_keys(rq, keys);
	if (!e)
		e = relation_add_all(rq->tx, rq->arena, r, keys, ids, change);
	if (e)
		return e;
	relation_note(rq, r, keys, change, CAUSE_API);
	return reply_empty(rq, 201);
}

err_t relation_put(struct request *rq)
{
	struct relation *r = route_relation(rq);
	struct relation_change *change;
	const char *keys[2] = { NULL };
	err_t e = relation_watch(rq, r, &change);

	path_keys(rq, keys);
	if (!e)
		e = relation_replace(rq->tx, rq->arena, r, keys, body_get(rq, r->member), change);
	if (e)
		return e;
	relation_note(rq, r, keys, change, CAUSE_API);
	return reply_empty(rq, 204);
}

err_t relation_delete(struct request *rq)
{
	struct relation *r = route_relation(rq);
	const char *child = rq->match.args[rq->match.arg_count - 1].value;
	struct relation_change *change;
	const char *keys[2] = { NULL };
	err_t e = relation_watch(rq, r, &change);

	path_keys(rq, keys);
	if (!e)
		e = relation_remove(rq->tx, r, keys, child);
	if (e)
		return e;
	if (change)
		*change = (struct relation_change){ .removed = &child, .removed_count = 1 };
	relation_note(rq, r, keys, change, CAUSE_API);
	return reply_empty(rq, 204);
}
