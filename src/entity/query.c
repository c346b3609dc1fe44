/*
 * Builds the queries of lists and runs them: pieces of text, totals, pages, rows. The search language is in search.c.
 */
#include "entity/query.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "entity/deletion.h"
#include "entity/search.h"

#include "base/banned.h"

#define DEEP 2000		/* rows skipped before a page counts as slow */

void query_init(struct query *q, struct request *rq, struct entity *of, const char *alias, const char *from)
{
	*q = (struct query){ .rq = rq, .of = of, .alias = alias };
	buffer_init(&q->from, KIB(16));
	buffer_init(&q->where, KIB(64));
	buffer_text(&q->from, from);
}

void query_done(struct query *q)
{
	buffer_done(&q->from);
	buffer_done(&q->where);
}

void query_refuse(struct query *q, const char *reason)
{
	if (q->error)
		return;
	q->error = err_arg(err_set(ERR_REQUEST_INPUT, "search: %s", reason), "reason", reason);
	err_fault()->data = "{}";
}

static bool is_sqlite(const struct query *q)
{
	return txn_engine(q->rq->tx) == SQLITE;
}

/* Adds an argument; its number in the text is q->n + 1, since the tenant is the first. */
static void add_argument(struct query *q, struct arg arg)
{
	struct arg *more;

	if (q->n == q->room) {
		q->room = q->room ? 2 * q->room : 8;
		more = ARENA_ARRAY(q->rq->arena, struct arg, (size_t)q->room);
		if (q->n > 0)
			memcpy(more, q->args, (size_t)q->n * sizeof(*more));
		q->args = more;
	}
	q->args[q->n++] = arg;
}

void query_piece(struct query *q, struct buffer *to, const char *sql, const struct arg *args, int n)
{
	int used = 0;

	for (; *sql; sql++) {
		if (*sql != '?') {
			buffer_char(to, *sql);
			continue;
		}
		assert(used < n);
		add_argument(q, args[used++]);
		buffer_char(to, '$');
		buffer_int(to, q->n + 1);
	}
	assert(used == n);
}

void query_from(struct query *q, const char *sql, const struct arg *args, int n)
{
	buffer_clear(&q->from);
	query_piece(q, &q->from, sql, args, n);
}

void query_where(struct query *q, const char *sql, const struct arg *args, int n)
{
	q->keys = NULL;
	buffer_text(&q->where, " AND ");
	query_piece(q, &q->where, sql, args, n);
}

void query_filter(struct query *q, const char *sql, const struct arg *args, int n)
{
	q->filtered = q->scans = true;
	query_where(q, sql, args, n);
}

/* OFFSET: PostgreSQL looks at the things in their order, one by one, rather than read all of both tables first. */
void query_without(struct query *q, const struct pairs *of, const char *owner)
{
	query_where(q,
		    arena_printf(q->rq->arena,
				 "NOT EXISTS (SELECT 1 FROM %s x WHERE x.tenant_id = $1 AND x.%s = ?"
				 " AND x.%s = %s.id%s)",
				 of->table, of->parent, of->child, q->alias, is_sqlite(q) ? "" : " OFFSET 0"),
		    ARGS(T(owner)));
	q->scans = true;
	q->without = (struct parts){ .of = of, .owner = owner };
}

void query_keys(struct query *q, const char *from, const char *key)
{
	assert(!q->of->owner);
	q->keys = from;
	q->key = key;
}

void query_probe(struct query *q, const char *sql, struct arg first, struct arg second)
{
	assert(q->probe_count < (int)ARRAY_LEN(q->probes));
	q->probes[q->probe_count].sql = sql;
	q->probes[q->probe_count].args[0] = first;
	q->probes[q->probe_count++].args[1] = second;
}

void query_extra(struct query *q, const char *member, enum extra_kind kind, const char *sql)
{
	assert(q->extra_count < (int)ARRAY_LEN(q->extras));
	q->extras[q->extra_count].member = member;
	q->extras[q->extra_count].sql = sql;
	q->extras[q->extra_count++].kind = kind;
}

void query_printer(struct query *q, const char *sql, extra_printer *print)
{
	query_extra(q, NULL, EXTRA_PRINTED, sql);
	q->print = print;
}

void query_linked(struct query *q, const struct linked_kind *kind, const char *owner)
{
	if (!kind->between || q->filtered)
		owner = NULL;
	assert(!q->linked);
	q->linked = linked_new(q->rq, kind, owner);
	query_extra(q, kind->member, EXTRA_LINKED, owner ? arena_printf(q->rq->arena, "%s.id", q->alias) : kind->ids);
}

void query_counter(struct query *q, const char *kind, const char *owner)
{
	q->counter = kind;
	q->owner = owner;
}

/* -- running -- */

enum { TOTAL };		/* the column of the total: before all others, where there is one */

/* Whether a counter holds the total: there is one, and no condition of the caller narrows the list. */
static bool has_counter(const struct query *q)
{
	return q->counter && !q->filtered;
}

/*
 * Writes the value of a counter, 0 when its owner in the table `of` is marked. A counter without a row gives NULL,
 * which reads as 0. On SQLite each counter has one slot.
 */
static void add_counter(struct query *q, struct buffer *to, const char *kind, const char *owner, const char *of)
{
	buffer_texts(to,
		     is_sqlite(q) ? "(SELECT n FROM counters WHERE slot = 0" :
				    "(SELECT sum(n) FROM counters WHERE true",
		     " AND tenant_id = $1 AND kind = '", kind, "' AND owner = ");
	query_piece(q, to, "?", ARGS(T(owner ? owner : "")));
	if (of)
		buffer_printf(to, " AND " LIVE("%s", "counters.owner"), of);
	buffer_char(to, ')');
}

/* Writes the conditions of the list, over all that stands behind FROM. */
static void add_conditions(const struct query *q, struct buffer *to)
{
	buffer_texts(to, entity_live(q->rq->arena, q->of, q->alias), buffer_str(&q->where));
}

/* Writes them over the table of query_keys() alone. */
static void add_conditions_on_keys(const struct query *q, struct buffer *to)
{
	if (q->of->dependents)
		buffer_printf(to, " AND %s NOT IN " MARKED_IDS("%s"), q->key, q->of->table);
	buffer_text(to, buffer_str(&q->where));
}

/* Writes the total as an expression of SQL: the counter, or a count when something filters. */
static void add_total(struct query *q, struct buffer *to)
{
	if (has_counter(q)) {
		add_counter(q, to, q->counter, q->owner,
			    q->owner_of && q->owner_of->dependents ? q->owner_of->table : NULL);
		if (q->without.of) {
			buffer_text(to, " - coalesce(");
			add_counter(q, to, q->without.of->table, q->without.owner, NULL);
			buffer_text(to, ", 0)");
		}
		return;
	}
	buffer_text(to, q->capped ? "(SELECT count(*) FROM (SELECT 1 FROM " : "(SELECT count(*) FROM ");
	if (q->keys && !q->filtered) {
		buffer_texts(to, q->keys, " WHERE tenant_id = $1");
		add_conditions_on_keys(q, to);
	} else {
		buffer_texts(to, buffer_str(&q->from), " WHERE ", q->alias, ".tenant_id = $1");
		add_conditions(q, to);
	}
	if (q->capped) {
		buffer_text(to, " LIMIT ");
		buffer_int(to, COUNT_CAP + 1);
		buffer_text(to, ") capped");
	}
	buffer_char(to, ')');
}

/* Counts in a query of its own, for a page that has no row to carry the total. */
static err_t count_total(struct query *q, int64_t *total)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	CLEANUP(rows_close) struct rows rows = {0};
	int arguments = q->n;
	err_t e;

	buffer_init(&b, KIB(128));
	buffer_text(&b, "SELECT ");
	if (has_counter(q))
		q->n = 0;	/* its own argument is all there is: an unused one has no type on PostgreSQL */
	add_total(q, &b);
	e = store_query_text(q->rq->tx, buffer_str(&b), q->args, q->n, &rows);
	q->n = arguments;
	if (!e && rows_next(&rows))
		*total = rows_int(&rows, TOTAL);
	return e ? e : rows_end(&rows);
}

/* The part of the list that the page shows. */
struct cut {
	int64_t skip, size;
	bool counted;		/* the total is known already */
	bool reversed;	/* read from the end of the list, which may be nearer to a deep page */
};

/* For a deep page this counts first, so that it can be read from the nearer end of the list. */
static err_t make_cut(struct query *q, struct cut *c, int64_t *total)
{
	int64_t left;
	err_t e;

	*c = (struct cut){ .size = q->rq->page.size };
	if (!q->rq->page.on)
		return OK;
	c->skip = (q->rq->page.number - 1) * c->size;
	if (c->skip <= DEEP)
		return OK;
	e = count_total(q, total);
	c->counted = true;
	if (q->capped && *total > COUNT_CAP)
		return e;	/* nobody knows how far the end is */
	left = *total - c->skip;
	if (left < c->size)
		c->size = left < 0 ? 0 : left;
	c->reversed = q->order && left < c->skip;
	if (c->reversed)
		c->skip = left - c->size;
	return e;
}

/* Writes the order "a DESC, b" reversed: "a, b DESC". */
static void add_reversed_order(struct buffer *to, const char *order)
{
	static const char desc[] = " DESC";
	size_t len;

	for (;; order += len + 2) {
		len = strcspn(order, ",");
		if (len > strlen(desc) && !strncmp(order + len - strlen(desc), desc, strlen(desc))) {
			buffer_add(to, order, len - strlen(desc));
		} else {
			buffer_add(to, order, len);
			buffer_text(to, desc);
		}
		if (!order[len])
			return;
		buffer_text(to, ", ");
	}
}

static void add_order(const struct query *q, struct buffer *to, const struct cut *c)
{
	if (q->order)
		buffer_text(to, " ORDER BY ");
	if (c->reversed)
		add_reversed_order(to, q->order);
	else if (q->order)
		buffer_text(to, q->order);
}

static void add_cut(struct query *q, struct buffer *to, const struct cut *c)
{
	/* the size (1 to 100) is part of the shape: a planner that does not know it plans for many rows */
	if (q->rq->page.on) {
		buffer_text(to, " LIMIT ");
		buffer_int(to, c->size);
	}
	if (c->skip > 0) {
		add_argument(q, N(c->skip));
		buffer_text(to, " OFFSET $");
		buffer_int(to, q->n + 1);
	}
}

/* Whether the list is one table, that of a thing with an id which may have many rows. */
static bool is_one_table(const struct query *q)
{
	return q->of->search_index &&
	       !strcmp(buffer_str(&q->from), arena_printf(q->rq->arena, "%s %s", q->of->table, q->alias));
}

static bool can_skip_keys(const struct query *q)
{
	return is_one_table(q) || (q->keys && !q->filtered);
}

/*
 * Writes what stands behind FROM with the page cut already. Rows before the page are passed in an index then: neither
 * joined, nor read whole, nor asked for what their elements have besides, as PostgreSQL does with rows behind OFFSET.
 */
static void add_keys(struct query *q, struct buffer *to, const struct cut *c)
{
	const char *all = buffer_str(&q->from), *first = is_one_table(q) ? all : q->keys, *alias = strchr(first, ' ');

	assert(text_has_prefix(all, first) && alias);
	buffer_texts(to, is_one_table(q) ? "(SELECT id FROM " : "(SELECT * FROM ", first, " WHERE tenant_id = $1");
	if (is_one_table(q))
		add_conditions(q, to);
	else
		add_conditions_on_keys(q, to);
	add_order(q, to, c);
	add_cut(q, to, c);
	if (is_one_table(q))
		buffer_texts(to, ") k JOIN ", all, " ON ", q->alias, ".id = k.id");
	else
		buffer_texts(to, ")", alias, all + strlen(first));
}

/* With pages, the total stands before each row unless it is known: one statement is one round trip. */
static const char *select_text(struct query *q, const struct cut *c)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(256));
	buffer_text(&b, "SELECT ");
	if (q->rq->page.on && !c->counted) {
		add_total(q, &b);
		buffer_text(&b, ", ");
	}
	buffer_texts(&b, "{cols:", q->of->name, ":", q->alias, "}");
	for (int i = 0; i < q->extra_count; i++)
		buffer_texts(&b, ", ", q->extras[i].sql);
	buffer_text(&b, " FROM ");
	if (c->counted && c->skip > 0 && can_skip_keys(q)) {
		add_keys(q, &b, c);
		buffer_texts(&b, " WHERE ", q->alias, ".tenant_id = $1");
		add_order(q, &b, c);
	} else {
		buffer_texts(&b, buffer_str(&q->from), " WHERE ", q->alias, ".tenant_id = $1");
		add_conditions(q, &b);
		add_order(q, &b, c);
		add_cut(q, &b, c);
	}
	return arena_copy(q->rq->arena, buffer_str(&b));
}

/* Writes the value of one further member. */
static void print_extra(struct json_out *j, struct arena *a, struct rows *rows, int column, enum extra_kind kind)
{
	size_t len;
	const char *text;

	switch (kind) {
	case EXTRA_INT:
		json_int(j, rows_int(rows, column));
		return;
	case EXTRA_BOOL:
		json_bool(j, rows_int(rows, column) != 0);
		return;
	case EXTRA_TEXT:
		json_text(j, rows_text(rows, column));
		return;
	case EXTRA_JSON:
	case EXTRA_LIST:
	case EXTRA_PRINTED:
	case EXTRA_LINKED:
		break;
	}
	text = rows_textn(rows, column, &len);
	if (!text) {
		json_raw(j, kind == EXTRA_LIST ? "[]" : "null", kind == EXTRA_LIST ? 2 : 4);
		return;
	}
	char *copy = arena_copyn(a, text, len);
	json_raw(j, copy, json_compact(copy, len));
}

/* Leaves the value of the member to linked_fill(). */
static void add_linked(struct query *q, struct json_out *j, struct rows *row, int column)
{
	size_t len = 0;
	const char *ids = rows_textn(row, column, &len);

	linked_add(q->linked, j->to->len, ids, len);
	j->comma = true;
}

static err_t print_row(struct query *q, struct json_out *j, struct rows *row, int first)
{
	int column = first + q->of->column_count;
	err_t e = OK;

	json_open(j);
	entity_print(j, q->of, row, first);
	for (int i = 0; i < q->extra_count && !e; i++) {
		if (q->extras[i].kind == EXTRA_PRINTED) {
			e = q->print(j, q->rq, row, column + i);
			continue;
		}
		json_key(j, q->extras[i].member);
		if (q->extras[i].kind == EXTRA_LINKED) {
			add_linked(q, j, row, column + i);
			continue;
		}
		print_extra(j, q->rq->arena, row, column + i, q->extras[i].kind);
	}
	json_close(j);
	return e;
}

/* Puts the rows at the end of `body`, written from last to first, into order; `starts` has the place of each. */
static void reverse_rows(struct arena *a, struct buffer *body, const size_t *starts, int n)
{
	size_t begin = starts[0], end = body->len;
	const char *copy = arena_copyn(a, body->data + begin, end - begin);

	body->len = begin;
	for (int i = n - 1; i >= 0; i--) {
		buffer_add(body, copy + (starts[i] - begin), end - starts[i]);
		if (i > 0)
			buffer_char(body, ',');
		end = starts[i] - 1;	/* the comma between */
	}
}

/* Runs the query and writes its rows; `*total` is set when pages are on. */
static err_t print_rows(struct query *q, struct json_out *j, int64_t *total)
{
	CLEANUP(rows_close) struct rows rows = {0};
	size_t starts[PAGE_SIZE_MOST];
	int n = 0, first, arguments = q->n;
	const char *text;
	struct cut cut;
	err_t e = make_cut(q, &cut, total);

	if (e || (q->rq->page.on && cut.size == 0))
		return e;
	first = q->rq->page.on && !cut.counted;
	text = select_text(q, &cut);	/* adds arguments */
	e = store_query_text(q->rq->tx, text, q->args, q->n, &rows);
	q->n = arguments;
	for (; !e && rows_next(&rows); n++) {
		if (n == 0 && first)
			*total = rows_int(&rows, TOTAL);
		if (cut.reversed)
			starts[n] = j->to->len + j->comma;
		e = print_row(q, j, &rows, first);
	}
	if (!e)
		e = rows_end(&rows);
	if (!e && q->linked)
		e = linked_fill(q->linked, j->to, starts, cut.reversed ? n : 0);
	if (!e && cut.reversed && n > 0)
		reverse_rows(q->rq->arena, j->to, starts, n);
	return !e && n == 0 && first ? count_total(q, total) : e;
}

/*
 * Whether the work is not bounded by an index: an unpaged list, a deep page, a filter, a search that scans. On
 * PostgreSQL any search: what it finds is counted, and reads that share a connection wait for each other; on SQLite a
 * read that takes long leaves its event loop by itself.
 */
static bool is_scan(const struct query *q)
{
	return q->scans || !q->rq->page.on || q->rq->page.number * q->rq->page.size > DEEP ||
	       (q->filtered && !is_sqlite(q));
}

/* Turns the ERR_INPUT of an engine that cannot read a search pattern into the error of the contract. */
static err_t pattern_error(err_t e)
{
	if (e != ERR_INPUT)
		return e;
	e = err_arg(ERR_REQUEST_INPUT, "reason", SEARCH_BAD_PATTERN);
	err_fault()->data = "{}";
	return e;
}

static err_t run_probe(const struct query *q, int i)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query_text(q->rq->tx, q->probes[i].sql, q->probes[i].args, 2, &rows);

	while (!e && rows_next(&rows))
		;
	return e ? e : rows_end(&rows);
}

/* Runs the query and answers with its rows, in their wrapper and with the links of the page. */
static err_t run_and_reply(struct query *q)
{
	struct json_out j;
	int64_t total = 0;
	err_t e = OK;

	for (int i = 0; i < q->probe_count && !e; i++)
		e = pattern_error(run_probe(q, i));
	if (e)
		return e;
	j = reply_json(q->rq, 200);
	if (q->wrapper) {
		json_open(&j);
		json_key(&j, q->wrapper);
	}
	json_list(&j);
	e = pattern_error(print_rows(q, &j, &total));
	json_list_end(&j);
	if (q->wrapper)
		json_close(&j);
	if (!e && q->capped && total > COUNT_CAP)
		reply_capped_page(q->rq, total);
	else if (!e && q->rq->page.on)
		reply_page(q->rq, total);
	return e;
}

FLOW(scan_query, struct query)

static err_t scan(struct request *rq);
static err_t split(struct request *rq);
static const struct step scan_step = { "scan", SCAN, scan };
static const struct step split_step = { "count the children of a relation in parts", WRITE, split };

static err_t split(struct request *rq)
{
	err_t e = parts_split(rq->tx, &scan_query(rq)->without);

	return e ? e : next(rq, &scan_step);
}

/* How many rows are looked at until the page is full, when those that are not left out lie evenly among all. */
static int64_t rows_walked(const struct query *q)
{
	const struct parts *p = &q->without;
	int64_t left = p->things - p->children, skip = (q->rq->page.number - 1) * q->rq->page.size;
	int64_t end = (skip < left / 2 ? skip : left > skip ? left - skip : 0) + q->rq->page.size;

	return left <= end ? p->things : (int64_t)((double)end * (double)p->things / (double)left);
}

#define BEHIND_ALL "\xf4\x8f\xbf\xbf"	/* the last character of all */

/* The things of these parts. Left alone, both engines read all things in the order of the list instead. */
static void read_parts(struct query *q, const char *list)
{
	const char *table = q->of->table, *u = q->alias;
	const char *part = arena_printf(q->rq->arena,
					"%s.id >= k.id AND %s.id < k.id || '" BEHIND_ALL "'"
					" AND " PART_OF("%s.id") " = k.id",
					u, u, u);
	const char *from = is_sqlite(q) ?
				   arena_printf(q->rq->arena, "{list:?} k CROSS JOIN %s %s ON %s", table, u, part) :
				   arena_printf(q->rq->arena,
						"{list:?} k CROSS JOIN LATERAL (SELECT %s.* FROM %s %s"
						" WHERE %s.tenant_id = $1 AND %s OFFSET 0) %s",
						u, table, u, u, part, u);

	query_from(q, from, ARGS(T(list)));
}

/*
 * Where nearly all are left out, reads only those parts of the table in which some are not; `*unsplit`: these are not
 * counted yet.
 */
static err_t read_in_parts(struct query *q, bool *unsplit)
{
	struct parts *p = &q->without;
	const char *list;
	int64_t rows = 0, walked;
	err_t e;

	*unsplit = false;
	if (!p->of || !p->of->known || q->filtered || !q->rq->page.on)
		return OK;
	e = parts_read(q->rq->tx, p);
	walked = rows_walked(q);
	if (e || p->children < PARTS_FROM || walked < PARTS_FROM)
		return e;
	*unsplit = !p->things_split || !p->children_split;
	if (*unsplit)
		return OK;
	e = parts_list(q->rq->tx, q->rq->arena, p, &list, &rows);
	if (!e && rows < walked)
		read_parts(q, list);
	return e;
}

static err_t scan(struct request *rq)
{
	struct query *q = scan_query(rq);
	bool unsplit;
	err_t e = read_in_parts(q, &unsplit);

	if (e)
		return e;
	return unsplit ? next(rq, &split_step) : run_and_reply(q);
}

static void free_query(void *q)
{
	query_done(q);
}

/* Moves the query into the state of the flow, so that the step that made it no longer owns it. */
static err_t scan_next(struct query *q)
{
	struct query *kept = scan_query(q->rq);

	*kept = *q;
	q->from = q->where = (struct buffer){0};
	arena_defer(q->rq->arena, free_query, kept);
	return next(q->rq, &scan_step);
}

err_t query_reply(struct query *q)
{
	if (q->error)
		return q->error;
	q->capped = q->capped && !has_counter(q) && q->rq->page.on;
	return q->rq->task.lane == READ && is_scan(q) ? scan_next(q) : run_and_reply(q);
}
