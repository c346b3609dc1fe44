/* Counts of things by parts of their ids, kept by triggers; those and the functions named here: migration 0062. */
#include "entity/parts.h"

#include "base/banned.h"

COLUMN_LIST(known, things, things_split, children, children_split);
COLUMN_LIST(found, parts, things);

static struct statement *make(struct arena *a, const char *name, const char *what, const char *sqlite,
			      const char *postgres, const char *columns)
{
	struct statement *s = ARENA_NEW(a, struct statement);

	*s = (struct statement){ .name = arena_printf(a, "%s %s", name, what), .sqlite = sqlite,
				 .postgres = postgres, .columns = columns };
	store_register(s);
	return s;
}

/* A count, and whether there are counts of its parts: two columns. */
static const char *known_text(struct arena *a, const char *kind, const char *owner, const char *as)
{
	const char *of = arena_printf(a, "WHERE tenant_id = $1 AND kind = '%s' AND owner = %s", kind, owner);

	return arena_printf(a,
			    "(SELECT coalesce(sum(n), 0) FROM counters %s) AS %s,"
			    " (SELECT count(*) FROM part_counts %s AND part = '') AS %s_split",
			    of, as, of, as);
}

/*
 * Counts in parts the rows of `table` that `where` leaves, by the id in `column`. PostgreSQL has a function for it,
 * which locks the table. Where they have been counted meanwhile, by another copy, they stand already.
 */
static struct statement *make_split(struct arena *a, const char *name, const char *table, const char *owner,
				    const char *column, const char *where, const char *function)
{
	const char *insert = "INSERT INTO part_counts (tenant_id, kind, owner, part, n) SELECT $1", *text;
	const char *what = arena_printf(a, "parts of %s", table), *part = arena_printf(a, PART_OF("%s"), column);

	insert = arena_printf(a, "%s, '%s', %s", insert, table, owner);
	text = arena_printf(a,
			    "%s, '', 0 UNION ALL SELECT $1, '%s', %s, %s, count(*) FROM %s WHERE tenant_id = $1%s"
			    " GROUP BY %s ON CONFLICT DO NOTHING",
			    insert, table, owner, part, table, where, part);
	return make(a, name, what, text,
		    arena_printf(a, "%s, p.part, p.n FROM %s p ON CONFLICT DO NOTHING", insert, function), NULL);
}

static struct statement *make_list(struct arena *a, const char *name, const char *things, const char *table)
{
	const char *text =
		arena_printf(a,
			     "SELECT {agg}(u.part) AS parts, coalesce(sum(u.n), 0) AS things FROM part_counts u"
			     " LEFT JOIN part_counts m ON m.tenant_id = u.tenant_id AND m.kind = '%s' AND m.owner = $2"
			     " AND m.part = u.part WHERE u.tenant_id = $1 AND u.kind = '%s' AND u.owner = ''"
			     " AND u.part <> '' AND u.n > coalesce(m.n, 0)",
			     table, things);
	return make(a, name, "parts with others", text, text, found_columns);
}

void parts_make(struct pairs *of, const char *name, const char *things, const char *owner, struct arena *a)
{
	const char *known = arena_printf(a, "SELECT %s, %s", known_text(a, things, "''", "things"),
					 known_text(a, of->table, "$2", "children"));

	of->known = make(a, name, "parts known", known, known, known_columns);
	of->split_things = make_split(a, name, things, "''", "id", "", arena_printf(a, "parts_of_%s($1)", things));
	of->split_children =
		make_split(a, name, of->table, "$2", of->child, arena_printf(a, " AND %s = $2", of->parent),
			   arena_printf(a, "parts_of_%s($1, $2)", owner));
	of->list = make_list(a, name, things, of->table);
}

err_t parts_read(struct txn *tx, struct parts *p)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(tx, p->of->known, ARGS(T(p->owner)), &row);

	if (e)
		return e;
	p->things = rows_int(&row, known_things);
	p->children = rows_int(&row, known_children);
	p->things_split = rows_int(&row, known_things_split) > 0;
	p->children_split = rows_int(&row, known_children_split) > 0;
	return rows_end(&row);
}

err_t parts_split(struct txn *tx, const struct parts *p)
{
	return p->things_split ? store_exec(tx, p->of->split_children, ARGS(T(p->owner)), NULL) :
				 store_exec(tx, p->of->split_things, NO_ARGS, NULL);
}

err_t parts_list(struct txn *tx, struct arena *a, const struct parts *p, const char **list, int64_t *things)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(tx, p->of->list, ARGS(T(p->owner)), &row);
	const char *parts;

	if (e)
		return e;
	parts = rows_text(&row, found_parts);
	*list = parts ? arena_copy(a, parts) : "[]";
	*things = rows_int(&row, found_things);
	return rows_end(&row);
}
