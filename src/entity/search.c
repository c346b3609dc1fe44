/*
 * The search language: turns the search parameters of a request into conditions of a list. An index finds
 * candidates, the matcher decides; a search without a usable index says that it scans.
 */
#include "entity/search.h"

#include <string.h>

#include "base/like.h"
#include "base/search.h"
#include "base/text.h"

#include "base/banned.h"

#define TRIGRAMS 16	/* of a longer literal; the matcher sees all of it */
#define CRITERIA 16	/* names of search parameters; a user has five fields, in two spellings */

/* -- values longer than what is stored -- */

#define LONGEST_ID 64		/* of a field that the server makes */

/* The most characters that the field holds, folded or not; SIZE_MAX: no limit. */
static size_t longest_of(const struct field *f)
{
	return f->max > 0 ? (size_t)f->max : f->flags & GENERATED ? LONGEST_ID : SIZE_MAX;
}

/* Whether no field that is searched holds a text of so many characters; `on` NULL: any of them. */
static bool is_never_found(const struct query *q, const struct field *on, size_t points)
{
	for (const struct field *f = q->of->fields; f->name; f++)
		if (f->flags & SEARCHED && (!on || on == f) && points <= longest_of(f))
			return false;
	return true;
}

/* Characters of the shortest text that the LIKE pattern matches. */
static size_t like_points(const char *pattern)
{
	size_t n = 0;

	for (; *pattern; pattern++) {
		if (*pattern == '\\' && pattern[1])
			pattern++;
		else if (*pattern == '%')
			continue;
		n += !text_is_continuation(*pattern);
	}
	return n;
}

/* -- candidates: what an index can find -- */

/* The longest part of a LIKE pattern without wildcards, unescaped; NULL when it has less than three characters. */
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

/* The trigrams of a literal, which has three characters at least, in FTS5's query language: ["\"abc\"","\"bcd\""]. */
static const char *fts_trigrams(struct arena *a, const char *literal)
{
	CLEANUP(buffer_done) struct buffer list = {0}, one = {0};
	const char *end = next_character(next_character(literal));
	struct json_out j;

	buffer_init(&list, KIB(4));
	buffer_init(&one, KIB(1));
	json_out_init(&j, &list);
	json_list(&j);
	for (int n = 0; n < TRIGRAMS && *end; n++, literal = next_character(literal)) {
		end = next_character(end);
		buffer_clear(&one);
		buffer_char(&one, '"');
		for (const char *s = literal; s < end; s++) {
			if (*s == '"')
				buffer_char(&one, '"');
			buffer_char(&one, *s);
		}
		buffer_char(&one, '"');
		json_text(&j, buffer_str(&one));
	}
	json_list_end(&j);
	return arena_copy(a, buffer_str(&list));
}

static bool is_sqlite(const struct query *q)
{
	return txn_engine(q->rq->tx) == SQLITE;
}

/*
 * Which trigrams to ask the index for. It reads the whole list of rows of each, and those of ".com" are in nearly all:
 * so only the rare ones of a literal, as they are in a fiftieth of the rows. Where none is rare, all.
 */
#define RARE_TRIGRAMS \
	"WITH middle (row, n) AS (SELECT coalesce(max(seq), 0) / 2, coalesce(max(seq), 0) / 50 FROM %s)," \
	" found (trigram, n) AS MATERIALIZED (SELECT l.value, (SELECT count(*) FROM (SELECT 1 FROM %s_search" \
	" WHERE %s_search MATCH l.value AND rowid > (SELECT row FROM middle)" \
	" AND rowid <= (SELECT row + n FROM middle) LIMIT 1000)) FROM json_each($2) l)," \
	" least (n) AS (SELECT min(n) FROM found)" \
	" SELECT group_concat(f.trigram, ' ') FROM found f, least WHERE $1 <> ''" \
	" AND (least.n = 1000 OR f.n < 1000 AND f.n <= 4 * least.n + 20)"

/*
 * What the index finds is looked up row by row. Above one row in forty that takes longer than reading all of them in
 * the order of the table.
 */
#define CANDIDATES \
	"WITH most (n) AS (SELECT min(50000, 1000 + coalesce(max(seq), 0) / 40) FROM %s)" \
	" SELECT count(*) > (SELECT n FROM most), (SELECT upto FROM search_marks WHERE of_table = '%s')," \
	" json_group_array(rowid) FROM (SELECT rowid FROM %s_search WHERE %s_search MATCH $2" \
	" LIMIT (SELECT n + 1 FROM most)) WHERE $1 <> ''"

enum { ARE_MANY, KNOWN_UPTO, CANDIDATE_ROWS };

enum { TRIGRAMS_TO_ASK };

/* Makes what to ask the index for, in FTS5's query language ("abc" "bcd" means both), of a list of trigrams. */
static err_t rare_trigrams(struct query *q, const char **trigrams)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct arena *a = q->rq->arena;
	const char *t = q->of->table;
	err_t e = store_query_text(q->rq->tx, arena_printf(a, RARE_TRIGRAMS, t, t, t), ARGS(T(*trigrams)), &rows);

	if (e || !rows_next(&rows))
		return e ? e : rows_end(&rows);
	*trigrams = arena_copy(a, rows_text(&rows, TRIGRAMS_TO_ASK));
	return rows_end(&rows);
}

/*
 * SQLite: writes "candidates AND ": what the index finds, and the last rows, which it does not know yet
 * (store/search.c). The index is asked here and only once: the count and the page need the same. Nothing when it finds
 * too much.
 */
static err_t add_found_rows(struct query *q, struct buffer *to, const char *literal)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct arena *a = q->rq->arena;
	const char *t = q->of->table, *trigrams = fts_trigrams(a, literal);
	err_t e = rare_trigrams(q, &trigrams);

	if (!e)
		e = store_query_text(q->rq->tx, arena_printf(a, CANDIDATES, t, t, t, t), ARGS(T(trigrams)), &rows);

	if (e || !rows_next(&rows))
		return e ? e : rows_end(&rows);
	if (rows_int(&rows, ARE_MANY))
		q->scans = true;
	else
		query_piece(q, to,
			    arena_printf(a,
					 "%s.seq IN (SELECT value FROM json_each(?) UNION ALL SELECT seq FROM %s"
					 " WHERE seq > ?) AND ",
					 q->alias, t),
			    ARGS(T(arena_copy(a, rows_text(&rows, CANDIDATE_ROWS))), N(rows_int(&rows, KNOWN_UPTO))));
	return rows_end(&rows);
}

/*
 * PostgreSQL's index looks up every trigram of a text for each row that has the rarest of them: of a whole address of
 * mail, thirty. So it is asked for one short part, the one that the fewest rows of a sample of the table have.
 */
#define PART 5		/* characters */
#define SHORT_ENOUGH 8	/* a text of so many is asked for as it is */
#define PARTS 24	/* of a longer literal; the matcher sees all of it */

/*
 * Forty pages of the table, the same each time. No row: none of the parts is in less than a twentieth of them. With
 * its LIMIT the planner knows that they are few, and compiles nothing.
 */
#define RARE_PART \
	"WITH sample (search) AS MATERIALIZED (SELECT search FROM %s TABLESAMPLE SYSTEM ((SELECT CASE" \
	" WHEN relpages > 500 THEN 4000.0 / relpages ELSE 0 END FROM pg_class WHERE oid = CAST('%s' AS regclass)))" \
	" REPEATABLE (1) LIMIT 1200), counted (part, pos, n) AS (SELECT l.id, l.pos, (SELECT count(*) FROM sample s" \
	" WHERE strpos(s.search, l.id) > 0) FROM {list:$2} l)" \
	" SELECT part FROM counted WHERE $1 <> '' AND 20 * n < (SELECT count(*) FROM sample) ORDER BY n, pos LIMIT 1"

/* Whether the part has three letters or digits in a row, which are a trigram wherever it stands. */
static bool has_trigram(const char *part, size_t len)
{
	int run = 0;

	for (size_t i = 0; i < len && run < 3; i++)
		run = (part[i] >= 'a' && part[i] <= 'z') || (part[i] >= '0' && part[i] <= '9') ? run + 1 : 0;
	return run == 3;
}

/* The parts of a literal, which is longer than they, as a JSON list. */
static const char *parts_of(struct arena *a, const char *literal)
{
	json_auto_t *list = json_array();
	const char *end = literal;

	for (int i = 1; i < PART; i++)
		end = next_character(end);
	for (; *end && json_array_size(list) < PARTS; literal = next_character(literal)) {
		end = next_character(end);
		if (has_trigram(literal, (size_t)(end - literal)))
			json_array_append_new(list, json_stringn(literal, (size_t)(end - literal)));
	}
	return json_to_text(a, list);
}

enum { RAREST_PART };

/* PostgreSQL: writes "candidates AND ", by the rarest part of the literal or else by all of it. */
static err_t add_found_texts(struct query *q, struct buffer *to, const char *literal)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct arena *a = q->rq->arena;
	const char *t = q->of->table, *part = literal;
	err_t e = OK;

	if (text_points(literal) > SHORT_ENOUGH)
		e = store_query_text(q->rq->tx, arena_printf(a, RARE_PART, t, t), ARGS(T(parts_of(a, literal))),
				     &rows);
	if (e)
		return e;
	if (rows.tx && rows_next(&rows))
		part = arena_copy(a, rows_text(&rows, RAREST_PART));
	query_piece(q, to, arena_printf(a, "%s.search LIKE ? AND ", q->alias), ARGS(T(like_part(a, part))));
	return rows_end(&rows);
}

/* Writes "candidates AND ": rows whose search text holds the literal, by the index. Nothing when no index can help. */
static void add_candidates(struct query *q, struct buffer *to, const char *folded_pattern)
{
	const char *literal = folded_pattern ? longest_literal(q->rq->arena, folded_pattern) : NULL;
	err_t e = OK;

	if (!q->of->search_index || q->error)
		return;
	if (!literal)
		q->scans = true;
	else if (is_sqlite(q))
		e = add_found_rows(q, to, literal);
	else
		e = add_found_texts(q, to, literal);
	if (e)
		q->error = e;
}

/* Whether the pattern is %text%, which no match can have in two fields: their separator is in no pattern. */
static bool is_part(const char *pattern)
{
	if (*pattern++ != '%')
		return false;
	for (; *pattern && *pattern != '%' && *pattern != '_'; pattern++)
		if (*pattern == '\\' && pattern[1])
			pattern++;
	return !strcmp(pattern, "%");
}

/*
 * Writes whether one of the searched fields is LIKE the folded pattern, which at least one character matches. Where
 * the index has candidates, it must not be asked for the whole pattern too: strpos() keeps it out.
 */
static void any_like(struct query *q, struct buffer *to, const char *folded_pattern)
{
	struct arena *a = q->rq->arena;
	const char *literal = q->of->search_index ? longest_literal(a, folded_pattern) : NULL, *text;

	if (!is_sqlite(q) && literal && is_part(folded_pattern)) {
		query_piece(q, to, arena_printf(a, "strpos(%s.search, ?) > 0", q->alias), ARGS(T(literal)));
		return;
	}
	if (is_sqlite(q))
		text = arena_printf(a, "any_like(%s.search, ?)", q->alias);
	else if (is_part(folded_pattern))
		text = arena_printf(a, "%s.search LIKE ?", q->alias);
	else
		text = arena_printf(a,
				    "EXISTS (SELECT 1 FROM unnest(string_to_array(%s.search, chr(31))) part"
				    " WHERE part LIKE ?)",
				    q->alias);
	query_piece(q, to, text, ARGS(T(folded_pattern)));
}

/* A count may stop where the caller says that it may. */
static void allow_cap(struct query *q)
{
	q->capped = text_is_truthy(query_arg(q->rq, "enableCap"));
}

/* -- q -- */

void query_keyword(struct query *q)
{
	const char *word = query_nonempty(q->rq, "q");
	struct arena *a = q->rq->arena;
	const char *pattern;

	allow_cap(q);
	if (!word)
		return;
	pattern = arena_printf(a, "%%%s%%", search_fold(a, word));
	q->filtered = true;
	if (is_never_found(q, NULL, like_points(pattern))) {
		buffer_text(&q->where, " AND 1 = 0");
		return;
	}
	buffer_text(&q->where, " AND (");
	add_candidates(q, &q->where, pattern);
	any_like(q, &q->where, pattern);
	buffer_char(&q->where, ')');
}

/* -- search, search.<field>, mode, joint, isCaseSensitive -- */

struct found_field {
	const struct field *field;
	int part;		/* of the search text, from 1 */
};

/* The name in snake_case, as messages write it. */
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

static bool find_searched_field(const struct query *q, const char *name, struct found_field *out)
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

/* The value of the last parameter with this name; NULL: none. */
static const char *last_param(const struct query *q, const char *name)
{
	for (size_t i = q->rq->query.count; i-- > 0;)
		if (!strcmp(q->rq->query.at[i].name, name))
			return q->rq->query.at[i].value;
	return NULL;
}

#define MODES "it is none of like, exact, similar_to, posix."

/* mode and mode.<field>: all are checked, also those that nothing uses. */
static void check_modes(struct query *q)
{
	struct arena *a = q->rq->arena;

	for (size_t i = 0; i < q->rq->query.count; i++) {
		const struct param *p = &q->rq->query.at[i];

		if (!text_has_prefix(p->name, "mode") || text_is_one_of(p->value, modes))
			continue;
		query_refuse(q, p->name[4] == '.' ?
					arena_printf(a, "Search match mode `%s` for field `%s` is not valid: " MODES,
						     p->value, p->name + 5) :
					arena_printf(a, "Search match mode `%s` is not valid: " MODES, p->value));
	}
}

/* The mode for a field: its own, else that of all, else `like`. */
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
	const char **values;
	int count, room;
};

/* PostgreSQL: the folded text of a searched field, by its place in the search text. */
static const char *folded_part(const struct query *q, int part)
{
	return arena_printf(q->rq->arena, "split_part(%s.search, chr(31), %d)", q->alias, part);
}

/* One comparison of one value with one field; `mode` is one of `modes`. */
static void compare(struct query *q, struct buffer *to, struct found_field on, const char *mode, bool sensitive,
		    const char *value)
{
	struct arena *a = q->rq->arena;
	const char *column = arena_printf(a, "%s.%s", q->alias, on.field->column);
	const char *folded = sensitive ? value : search_fold(a, value);
	const char *part = folded_part(q, on.part);
	const char *text;

	if (is_sqlite(q)) {
		query_piece(q, to, arena_printf(a, "matches('%s', %d, ?, %s)", mode, sensitive, column),
			    ARGS(T(value)));
		return;
	}
	if (!strcmp(mode, "exact"))
		text = sensitive ? arena_printf(a, "%s = ?", column) :
				   arena_printf(a, "(%s IS NOT NULL AND %s = ?)", column, part);
	else if (!strcmp(mode, "like"))
		text = sensitive ? arena_printf(a, "%s LIKE ?", column) :
				   arena_printf(a, "(%s IS NOT NULL AND %s LIKE ?)", column, part);
	else if (!strcmp(mode, "similar_to"))
		text = arena_printf(a, "%s SIMILAR TO ?", column);
	else
		text = arena_printf(a, "%s %s ?", column, sensitive ? "~" : "~*");
	query_piece(q, to, text, ARGS(T(!strcmp(mode, "posix") ? value : folded)));
}

static bool is_regular(const struct criterion *c)
{
	return !strcmp(c->mode, "posix") || !strcmp(c->mode, "similar_to");
}

/* Characters of the shortest text that the value matches; 0: a regular expression that is not just a text. */
static size_t least_points(const struct criterion *c, const char *value)
{
	if (!strcmp(c->mode, "like"))
		return like_points(value);
	if (is_regular(c) && strpbrk(value, "\\^$.[]|()?*+{}%_"))
		return 0;
	return text_points(value);
}

/* Whether all values are longer than what the fields hold. */
static bool criterion_finds_nothing(const struct query *q, const struct criterion *c)
{
	for (int i = 0; i < c->count; i++)
		if (!is_never_found(q, c->on.field, least_points(c, c->values[i])))
			return false;
	return true;
}

/* The values as a JSON list, folded unless letter case counts. */
static const char *list_of_values(struct arena *a, const struct criterion *c, bool sensitive)
{
	json_auto_t *list = json_array();

	for (int i = 0; i < c->count; i++)
		json_array_append_new(list, json_string(sensitive ? c->values[i] : search_fold(a, c->values[i])));
	return json_to_text(a, list);
}

/*
 * Whether the field is exactly one of several values. They travel as one argument, so there may be any number. Ids are
 * in lower case as they are made, so they are compared as they are: by their index.
 */
static void compare_with_all(struct query *q, struct buffer *to, struct found_field on, bool sensitive,
			     const char *list)
{
	struct arena *a = q->rq->arena;
	const char *column = arena_printf(a, "%s.%s", q->alias, on.field->column), *left = column;

	if (!sensitive && strcmp(on.field->name, "id"))
		left = is_sqlite(q) ? arena_printf(a, "folded(%s)", column) : folded_part(q, on.part);
	query_piece(q, to, arena_printf(a, "(%s IS NOT NULL AND %s IN (SELECT l.id FROM {list:?} l))", column, left),
		    ARGS(T(list)));
}

/*
 * Whether the search text, in which a field without a value is empty, answers for all fields: what is empty must not
 * match.
 */
static bool is_any_like(const struct criterion *c, bool sensitive)
{
	return !c->on.field && !sensitive && !strcmp(c->mode, "like") && like_points(c->values[0]) > 0;
}

/* What every match of a regular expression holds. */
static const char *certain_text(struct arena *a, const struct criterion *c)
{
	return search_literal(a, c->values[0], !strcmp(c->mode, "similar_to"));
}

/* Writes one criterion: candidates where the index has them, then a comparison of the values with each field. */
static void criterion_sql(struct query *q, struct buffer *to, const struct criterion *c, bool sensitive)
{
	struct arena *a = q->rq->arena;
	const char *list = c->count > 1 ? list_of_values(a, c, sensitive) : NULL;	/* only in mode exact */
	struct found_field on = {0};
	bool any = false;

	if (criterion_finds_nothing(q, c)) {
		buffer_text(to, "1 = 0");
		return;
	}
	buffer_char(to, '(');
	if (!strcmp(c->mode, "like"))
		add_candidates(q, to, search_fold(a, c->values[0]));
	else if (!strcmp(c->mode, "exact") && !list)
		add_candidates(q, to, like_part(a, search_fold(a, c->values[0])));
	else if (is_regular(c))
		add_candidates(q, to, like_part(a, search_fold(a, certain_text(a, c))));
	else
		q->scans = true;
	if (is_any_like(c, sensitive)) {
		any_like(q, to, search_fold(a, c->values[0]));
		buffer_char(to, ')');
		return;
	}
	buffer_char(to, '(');
	for (on.field = q->of->fields; on.field->name; on.field++) {
		if (!(on.field->flags & SEARCHED))
			continue;
		on.part++;
		if (c->on.field && c->on.field != on.field)
			continue;
		buffer_text(to, any ? " OR " : "");
		if (list)
			compare_with_all(q, to, on, sensitive, list);
		else
			compare(q, to, on, c->mode, sensitive, c->values[0]);
		any = true;
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
		query_refuse(q, arena_printf(a, "The search path `%s` has more than one level.", field));
		return false;
	}
	if (find_searched_field(q, field, on))
		return true;
	query_refuse(q, arena_printf(a, "Search field `%s` is not valid: it is none of %s.", snake(a, field),
				     field_names(q)));
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

/* The rules about values that do not depend on the engine. */
static void check_criterion(struct query *q, const struct criterion *c, bool sensitive)
{
	for (int i = 0; i < c->count; i++)
		if (!*c->values[i])
			query_refuse(q, "A search value cannot be empty.");
	if (c->count > 1 && strcmp(c->mode, "exact"))
		query_refuse(q, "Several search values need the mode `exact`.");
	if (is_regular(c) && !search_ranges_fit(c->values[0]))
		query_refuse(q, "The classes of a pattern have too many characters.");
	if (!strcmp(c->mode, "similar_to") && !sensitive)
		query_refuse(q, "The mode `similar_to` cannot be case-insensitive: add `isCaseSensitive=true`.");
	if (!strcmp(c->mode, "like") && ends_in_escape(c->values[0]))
		query_refuse(q, "A pattern cannot end with a single backslash.");
}

#define PROBE(operator) "SELECT CAST($1 AS text) " operator " CAST($3 AS text) AND CAST($2 AS text) IS NOT NULL"

/* Tries a pattern once on the tenant's id, so that a bad pattern is refused even when the list has no rows. */
static void try_pattern(struct query *q, const struct criterion *c, bool sensitive)
{
	const char *text = is_sqlite(q)             ? "SELECT matches($2, 1, $3, $1)" :
			   strcmp(c->mode, "posix") ? PROBE("SIMILAR TO") :
			   sensitive                ? PROBE("~") :
						      PROBE("~*");

	if (is_regular(c) && !criterion_finds_nothing(q, c))
		query_probe(q, text, T(c->mode), T(c->values[0]));
}

static void add_value(struct criterion *c, struct arena *a, const char *value)
{
	const char **more;

	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 8;
		more = ARENA_ARRAY(a, const char *, (size_t)c->room);
		for (int i = 0; i < c->count; i++)
			more[i] = c->values[i];
		c->values = more;
	}
	c->values[c->count++] = value;
}

/* Collects the parameters that begin with `search`, those of one name together. */
static int collect(struct query *q, struct criterion *out, int room)
{
	int n = 0;

	for (size_t i = 0; i < q->rq->query.count && !q->error; i++) {
		const struct param *p = &q->rq->query.at[i];
		struct criterion *c = out;

		if (!text_has_prefix(p->name, "search"))
			continue;
		while (c < out + n && strcmp(c->name, p->name))
			c++;
		if (c == out + n) {
			if (n == room) {
				query_refuse(q, "Too many search parameters.");
				return n;
			}
			*c = (struct criterion){ .name = p->name };
			if (!criterion_field(q, p->name, &c->on))
				return n;
			c->mode = mode_of(q, c->on.field);
			n++;
		}
		add_value(c, q->rq->arena, p->value);
	}
	return n;
}

void query_search(struct query *q)
{
	const char *joint = last_param(q, "joint"), *other = last_param(q, "jointMode");
	bool sensitive = text_is_truthy(query_arg(q->rq, "isCaseSensitive"));
	struct criterion all[CRITERIA];
	int n;

	allow_cap(q);
	joint = joint && *joint ? joint : other && *other ? other : "or";
	if (!text_is_one_of(joint, joints))
		query_refuse(q, arena_printf(q->rq->arena,
					     "Search joint mode `%s` is not valid: it is none of or, and.", joint));
	check_modes(q);
	n = collect(q, all, CRITERIA);
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
