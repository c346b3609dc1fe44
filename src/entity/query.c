#include "entity/query.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

#define TRIGRAMS 16	/* of a longer literal; the matcher sees all of it */
#define BAD_PATTERN "A search pattern is not valid."
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

static void reject(struct query *q, const char *reason)
{
	if (q->error)
		return;
	q->error = err_arg(err_set(ERR_REQUEST_INPUT, "search: %s", reason), "reason", reason);
	err_fault()->data = "{}";
}

/* Appends a piece: its question marks become $2, $3, … */
static void piece(struct query *q, struct buffer *to, const char *sql, const struct arg *args, int n)
{
	int used = 0;

	for (; *sql; sql++) {
		if (*sql != '?') {
			buffer_char(to, *sql);
			continue;
		}
		assert(used < n);
		if (q->n == (int)ARRAY_LEN(q->args) - 1) {	/* one is for the page */
			reject(q, "Too many search parameters.");
			return;
		}
		q->args[q->n++] = args[used++];
		buffer_char(to, '$');
		buffer_int(to, q->n + 1);
	}
	assert(used == n);
}

void query_from(struct query *q, const char *sql, const struct arg *args, int n)
{
	buffer_clear(&q->from);
	piece(q, &q->from, sql, args, n);
}

void query_where(struct query *q, const char *sql, const struct arg *args, int n)
{
	buffer_text(&q->where, " AND ");
	piece(q, &q->where, sql, args, n);
}

void query_filter(struct query *q, const char *sql, const struct arg *args, int n)
{
	q->filtered = true;
	query_where(q, sql, args, n);
}

void query_extra(struct query *q, const char *member, enum extra_kind kind, const char *sql)
{
	assert(q->extra_count < (int)ARRAY_LEN(q->extras));
	q->extras[q->extra_count].member = member;
	q->extras[q->extra_count].sql = sql;
	q->extras[q->extra_count++].kind = kind;
}

void query_printed(struct query *q, const char *sql, extra_printer *print)
{
	query_extra(q, NULL, EXTRA_PRINTED, sql);
	q->print = print;
}

void query_counter(struct query *q, const char *kind, const char *owner)
{
	q->counter = kind;
	q->owner = owner;
}

/* -- search -- */

/* The longest stretch of a LIKE pattern without wildcards, in plain; NULL when it is under three characters. */
static const char *longest_literal(struct arena *a, const char *pattern)
{
	CLEANUP(buffer_done) struct buffer run = {0};
	char *best = NULL;
	size_t best_points = 2;

	buffer_init(&run, MIB(1));
	for (const char *p = pattern;; p++) {
		if (*p && *p != '%' && *p != '_') {
			if (*p == '\\' && p[1])
				p++;
			buffer_char(&run, *p);
			continue;
		}
		if (text_points(buffer_str(&run)) > best_points) {
			best_points = text_points(buffer_str(&run));
			best = arena_copy(a, buffer_str(&run));
		}
		buffer_clear(&run);
		if (!*p)
			return best;
	}
}

static const char *next_character(const char *s)
{
	for (s++; (*s & 0xc0) == 0x80; s++)
		;
	return s;
}

/* The trigrams of a literal, which has three characters at least, in FTS5's query language: "abc" "bcd" means both. */
static const char *fts_trigrams(struct arena *a, const char *literal)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *end = next_character(next_character(literal));

	buffer_init(&b, KIB(1));
	for (int n = 0; n < TRIGRAMS && *end; n++, literal = next_character(literal)) {
		end = next_character(end);
		buffer_text(&b, n ? " \"" : "\"");
		for (const char *s = literal; s < end; s++) {
			if (*s == '"')
				buffer_char(&b, '"');
			buffer_char(&b, *s);
		}
		buffer_char(&b, '"');
	}
	return arena_copy(a, buffer_str(&b));
}

static const char *like_escape(struct arena *a, const char *literal)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, MIB(1));
	buffer_char(&b, '%');
	for (; *literal; literal++) {
		if (strchr("%_\\", *literal))
			buffer_char(&b, '\\');
		buffer_char(&b, *literal);
	}
	buffer_char(&b, '%');
	return arena_copy(a, buffer_str(&b));
}

static bool is_sqlite(const struct query *q)
{
	return txn_engine(q->rq->tx) == SQLITE;
}

/* SQLite: what the index finds, and the last rows, which it does not know yet (store/search.c). */
static const char *candidate_rows(const struct query *q)
{
	const char *table = q->of->table;

	return arena_printf(q->rq->arena, "%s.seq IN (SELECT rowid FROM %s_search WHERE %s_search MATCH ? UNION ALL SELECT seq FROM %s"
			    " WHERE seq > (SELECT upto FROM search_marks WHERE of_table = '%s')) AND ", q->alias, table, table, table, table);
}

/* "candidates AND ": rows whose search text holds the literal, by the index. Nothing when no index can help. */
static void candidates(struct query *q, struct buffer *to, const char *folded_pattern)
{
	const char *literal = folded_pattern ? longest_literal(q->rq->arena, folded_pattern) : NULL;

	if (!q->of->search_index)
		return;
	if (!literal) {
		q->scans = true;
		return;
	}
	if (is_sqlite(q))
		piece(q, to, candidate_rows(q), ARGS(T(fts_trigrams(q->rq->arena, literal))));
	else
		piece(q, to, arena_printf(q->rq->arena, "%s.search LIKE ? AND ", q->alias),
		      ARGS(T(like_escape(q->rq->arena, literal))));
}

void query_keyword(struct query *q)
{
	const char *word = query_given(q->rq, "q");
	struct arena *a = q->rq->arena;
	const char *pattern;

	if (!word)
		return;
	pattern = arena_printf(a, "%%%s%%", text_fold(a, word));
	q->filtered = true;
	buffer_text(&q->where, " AND (");
	candidates(q, &q->where, pattern);
	piece(q, &q->where, is_sqlite(q) ? arena_printf(a, "any_like(%s.search, ?)", q->alias)
		: arena_printf(a, "EXISTS (SELECT 1 FROM unnest(string_to_array(%s.search, chr(31))) part WHERE part LIKE ?)", q->alias),
	      ARGS(T(pattern)));
	buffer_char(&q->where, ')');
}

struct found_field {
	const struct field *field;
	int part;		/* of the search text, from 1 */
};

static const char *snake(struct arena *a, const char *name)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(64));
	for (; *name; name++) {
		if (*name >= 'A' && *name <= 'Z') {
			buffer_char(&b, '_');
			buffer_char(&b, (char)(*name - 'A' + 'a'));
		} else {
			buffer_char(&b, *name);
		}
	}
	return arena_copy(a, buffer_str(&b));
}

static bool searched_field(const struct query *q, const char *name, struct found_field *out)
{
	int part = 0;

	for (const struct field *f = q->of->fields; f->name; f++) {
		if (!(f->flags & SEARCHED))
			continue;
		part++;
		if (!strcmp(f->name, name) || !strcmp(f->column, name)) {
			*out = (struct found_field){ f, part };
			return true;
		}
	}
	return false;
}

static const char *const modes[] = { "like", "exact", "similar_to", "posix", NULL };
static const char *const joints[] = { "or", "and", NULL };

static bool is_one_of(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;
	return false;
}

/* Of several of one name the last counts; NULL: none. */
static const char *last_param(const struct query *q, const char *name)
{
	for (size_t i = q->rq->query.count; i-- > 0;)
		if (!strcmp(q->rq->query.at[i].name, name))
			return q->rq->query.at[i].value;
	return NULL;
}

/* mode and mode.<field>: all are checked, also those that nothing uses. */
static void check_modes(struct query *q)
{
	struct arena *a = q->rq->arena;

	for (size_t i = 0; i < q->rq->query.count; i++) {
		const struct param *p = &q->rq->query.at[i];

		if (!text_starts(p->name, "mode") || is_one_of(modes, p->value))
			continue;
		reject(q, p->name[4] == '.' ? arena_printf(a, "Search match mode `%s` for field `%s` is not one of like, exact, similar_to, posix.", p->value, p->name + 5)
					    : arena_printf(a, "Search match mode `%s` is not one of like, exact, similar_to, posix.", p->value));
	}
}

static const char *mode_of(const struct query *q, const struct field *field)
{
	const char *own = NULL, *all = last_param(q, "mode");

	if (field) {
		own = last_param(q, arena_printf(q->rq->arena, "mode.%s", field->name));
		if (!own)
			own = last_param(q, arena_printf(q->rq->arena, "mode.%s", field->column));
	}
	return own ? own : all ? all : "like";
}

struct criterion {
	const char *name;	/* of the parameter */
	struct found_field on;	/* field NULL: any */
	const char *mode;
	const char *values[50];
	int count;
};

/* One comparison of one value with one field; `mode` is one of `modes`. */
static void compare(struct query *q, struct buffer *to, struct found_field on, const char *mode, bool sensitive, const char *value)
{
	struct arena *a = q->rq->arena;
	const char *column = arena_printf(a, "%s.%s", q->alias, on.field->column);
	const char *folded = sensitive ? value : text_fold(a, value);
	const char *part = arena_printf(a, "split_part(%s.search, chr(31), %d)", q->alias, on.part);
	const char *text;

	if (is_sqlite(q)) {
		piece(q, to, arena_printf(a, "matches('%s', %d, ?, %s)", mode, sensitive, column), ARGS(T(value)));
		return;
	}
	if (!strcmp(mode, "exact"))
		text = sensitive ? arena_printf(a, "%s = ?", column) : arena_printf(a, "(%s IS NOT NULL AND %s = ?)", column, part);
	else if (!strcmp(mode, "like"))
		text = sensitive ? arena_printf(a, "%s LIKE ?", column) : arena_printf(a, "(%s IS NOT NULL AND %s LIKE ?)", column, part);
	else if (!strcmp(mode, "similar_to"))
		text = arena_printf(a, "%s SIMILAR TO ?", column);
	else
		text = arena_printf(a, "%s %s ?", column, sensitive ? "~" : "~*");
	piece(q, to, text, ARGS(T(!strcmp(mode, "posix") ? value : folded)));
}

static void criterion_sql(struct query *q, struct buffer *to, const struct criterion *c, bool sensitive)
{
	struct arena *a = q->rq->arena;
	bool any = false;

	buffer_char(to, '(');
	if (!strcmp(c->mode, "like"))
		candidates(q, to, text_fold(a, c->values[0]));
	else if (!strcmp(c->mode, "exact") && c->count == 1)
		candidates(q, to, like_escape(a, text_fold(a, c->values[0])));
	else
		q->scans = true;
	buffer_char(to, '(');
	for (int i = 0; i < c->count; i++) {
		int part = 0;

		for (const struct field *f = q->of->fields; f->name; f++) {
			if (!(f->flags & SEARCHED))
				continue;
			part++;
			if (c->on.field && c->on.field != f)
				continue;
			buffer_text(to, any ? " OR " : "");
			compare(q, to, (struct found_field){ f, part }, c->mode, sensitive, c->values[i]);
			any = true;
		}
	}
	buffer_text(to, "))");
}

static const char *field_names(struct query *q)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(4));
	for (const struct field *f = q->of->fields; f->name; f++)
		if (f->flags & SEARCHED)
			buffer_printf(&b, "%s%s", b.len ? ", " : "", f->column);
	return arena_copy(q->rq->arena, buffer_str(&b));
}

/* Which field a parameter `search` or `search.<field>` means. */
static bool criterion_field(struct query *q, const char *name, struct found_field *on)
{
	struct arena *a = q->rq->arena;
	const char *field = strchr(name, '.');

	*on = (struct found_field){0};
	if (!field)
		return true;
	field++;
	if (strchr(field, '.')) {
		reject(q, arena_printf(a, "The search path `%s` has more than one level.", field));
		return false;
	}
	if (searched_field(q, field, on))
		return true;
	reject(q, arena_printf(a, "Search field `%s` is not one of %s.", snake(a, field), field_names(q)));
	return false;
}

/* A LIKE pattern must not end in the middle of an escape. */
static bool ends_in_escape(const char *pattern)
{
	size_t n = strlen(pattern), k = 0;

	while (k < n && pattern[n - 1 - k] == '\\')
		k++;
	return k % 2 == 1;
}

static void check_criterion(struct query *q, const struct criterion *c, bool sensitive)
{
	for (int i = 0; i < c->count; i++)
		if (!*c->values[i])
			reject(q, "A search value cannot be empty.");
	if (c->count > 1 && strcmp(c->mode, "exact"))
		reject(q, "Several search values need the mode `exact`.");
	if (!strcmp(c->mode, "similar_to") && !sensitive)
		reject(q, "The mode `similar_to` needs `isCaseSensitive=true`.");
	if (!strcmp(c->mode, "like") && ends_in_escape(c->values[0]))
		reject(q, "A pattern cannot end with a single backslash.");
}

#define PROBE(operator) "SELECT CAST($1 AS text) " operator " CAST($3 AS text) AND CAST($2 AS text) IS NOT NULL"

/* A pattern is tried once on nothing, so that a bad one is told also when there are no rows. */
static void try_pattern(struct query *q, const struct criterion *c, bool sensitive)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *text = is_sqlite(q) ? "SELECT matches($2, 1, $3, $1)"
		: strcmp(c->mode, "posix") ? PROBE("SIMILAR TO")
		: sensitive ? PROBE("~") : PROBE("~*");
	err_t e;

	if (q->error || (strcmp(c->mode, "posix") && strcmp(c->mode, "similar_to")))
		return;
	e = store_query_text(q->rq->tx, text, ARGS(T(c->mode), T(c->values[0])), &rows);
	if (!e && rows_next(&rows))
		e = rows_end(&rows);
	if (e == ERR_INPUT)
		reject(q, BAD_PATTERN);
	else if (e)
		q->error = e;
}

/* Collects the parameters that begin with `search`, those of one name together. */
static int collect(struct query *q, struct criterion *out, int room)
{
	int n = 0;

	for (size_t i = 0; i < q->rq->query.count && !q->error; i++) {
		const struct param *p = &q->rq->query.at[i];
		struct criterion *c = out;

		if (!text_starts(p->name, "search"))
			continue;
		while (c < out + n && strcmp(c->name, p->name))
			c++;
		if (c == out + n) {
			if (n == room) {
				reject(q, "Too many search parameters.");
				return n;
			}
			*c = (struct criterion){ .name = p->name };
			if (!criterion_field(q, p->name, &c->on))
				return n;
			c->mode = mode_of(q, c->on.field);
			n++;
		}
		if (c->count == (int)ARRAY_LEN(c->values)) {
			reject(q, "Too many search values.");
			return n;
		}
		c->values[c->count++] = p->value;
	}
	return n;
}

void query_search(struct query *q)
{
	const char *joint = last_param(q, "joint"), *other = last_param(q, "jointMode");
	bool sensitive = text_truthy(query_arg(q->rq, "isCaseSensitive"));
	struct criterion *all = ARENA_ARRAY(q->rq->arena, struct criterion, 8);
	int n;

	joint = joint && *joint ? joint : other && *other ? other : "or";
	if (!is_one_of(joints, joint))
		reject(q, arena_printf(q->rq->arena, "Search joint mode `%s` is not one of or, and.", joint));
	check_modes(q);
	n = collect(q, all, 8);
	for (int i = 0; i < n; i++) {
		check_criterion(q, &all[i], sensitive);
		try_pattern(q, &all[i], sensitive);
	}
	if (n == 0 || q->error)
		return;
	q->filtered = true;
	buffer_text(&q->where, " AND (");
	for (int i = 0; i < n; i++) {
		buffer_text(&q->where, i == 0 ? "" : !strcmp(joint, "and") ? " AND " : " OR ");
		criterion_sql(q, &q->where, &all[i], sensitive);
	}
	buffer_char(&q->where, ')');
}

/* -- running -- */

static bool has_counter(const struct query *q)
{
	return q->counter && !q->filtered;
}

/* How many there are, as a value in SQL: the counter, unless something filters. SQLite's counters have one slot each; no row is none. */
static void add_total(struct query *q, struct buffer *to)
{
	if (has_counter(q)) {
		buffer_texts(to, is_sqlite(q) ? "(SELECT n FROM counters WHERE slot = 0" : "(SELECT sum(n) FROM counters WHERE true",
			     " AND tenant_id = $1 AND kind = '", q->counter, "' AND owner = ");
		piece(q, to, "?)", ARGS(T(q->owner ? q->owner : "")));
		return;
	}
	buffer_texts(to, "(SELECT count(*) FROM ", buffer_str(&q->from), " WHERE ", q->alias, ".tenant_id = $1", buffer_str(&q->where), ")");
}

/* Of a page without rows, where no row can tell. */
static err_t total_alone(struct query *q, int64_t *total)
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
		*total = rows_int(&rows, 0);
	return e ? e : rows_end(&rows);
}

/* The piece of the list that is asked for. */
struct cut {
	int64_t skip, size;
	bool counted;		/* the total is known already */
	bool turned;		/* walked from the end of the list, where a deep page may be nearer to */
};

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
	e = total_alone(q, total);
	c->counted = true;
	left = *total - c->skip;
	if (left < c->size)
		c->size = left < 0 ? 0 : left;
	c->turned = q->order && left < c->skip;
	if (c->turned)
		c->skip = left - c->size;
	return e;
}

/* "a DESC, b" the other way round: "a, b DESC". */
static void add_turned(struct buffer *to, const char *order)
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

/* With pages, the total stands before each row unless it is known: one question is one round trip. */
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
	buffer_texts(&b, " FROM ", buffer_str(&q->from), " WHERE ", q->alias, ".tenant_id = $1", buffer_str(&q->where));
	if (q->order)
		buffer_text(&b, " ORDER BY ");
	if (c->turned)
		add_turned(&b, q->order);
	else if (q->order)
		buffer_text(&b, q->order);
	if (q->rq->page.on) {		/* the size (1 to 100) is part of the shape: a planner that does not know it plans for many rows */
		buffer_text(&b, " LIMIT ");
		buffer_int(&b, c->size);
	}
	if (c->skip > 0) {
		q->args[q->n++] = N(c->skip);
		buffer_text(&b, " OFFSET $");
		buffer_int(&b, q->n + 1);
	}
	return arena_copy(q->rq->arena, buffer_str(&b));
}

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
		print_extra(j, q->rq->arena, row, column + i, q->extras[i].kind);
	}
	json_close(j);
	return e;
}

/* Rows that were written from the last to the first, one `starts` each, behind what stands before them. */
static void turn_rows(struct arena *a, struct buffer *body, const size_t *starts, int n)
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

/* `*total` of a page. */
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
			*total = rows_int(&rows, 0);
		if (cut.turned)
			starts[n] = j->to->len + j->comma;
		e = print_row(q, j, &rows, first);
	}
	if (!e)
		e = rows_end(&rows);
	if (!e && cut.turned && n > 0)
		turn_rows(q->rq->arena, j->to, starts, n);
	return !e && n == 0 && first ? total_alone(q, total) : e;
}

/* What no index bounds. */
static bool is_scan(const struct query *q)
{
	return q->scans || !q->rq->page.on || q->rq->page.number * q->rq->page.size > DEEP;
}

/* A pattern that the engine cannot read. */
static err_t named(err_t e)
{
	if (e != ERR_INPUT)
		return e;
	e = err_arg(ERR_REQUEST_INPUT, "reason", BAD_PATTERN);
	err_fault()->data = "{}";
	return e;
}

static err_t run_and_reply(struct query *q)
{
	struct json_out j = reply_json(q->rq, 200);
	int64_t total = 0;
	err_t e;

	if (q->wrapper) {
		json_open(&j);
		json_key(&j, q->wrapper);
	}
	json_list(&j);
	e = named(print_rows(q, &j, &total));
	json_list_end(&j);
	if (q->wrapper)
		json_close(&j);
	if (!e && q->rq->page.on)
		reply_page(q->rq, total);
	return e;
}

FLOW(scanned, struct query)

static err_t scan(struct request *rq)
{
	return run_and_reply(scanned(rq));
}

static const struct step scan_step = { "scan", SCAN, scan };

static void end_query(void *q)
{
	query_done(q);
}

/* Takes the query out of the hands of the step that made it. */
static err_t scan_next(struct query *q)
{
	struct query *kept = scanned(q->rq);

	*kept = *q;
	q->from = q->where = (struct buffer){0};
	arena_defer(q->rq->arena, end_query, kept);
	return next(q->rq, &scan_step);
}

err_t query_reply(struct query *q)
{
	if (q->error)
		return q->error;
	return q->rq->task.lane == READ && is_scan(q) ? scan_next(q) : run_and_reply(q);
}
