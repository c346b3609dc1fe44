/* Lists of other things in the rows of a list: ids are noted row by row, the things are read once and written in. */
#include "entity/linked.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "http/request.h"

#include "base/banned.h"

#define BUCKETS 256

/* The ids of one row, as they came; most rows of a page have the same. */
struct id_set {
	struct slice ids;
	struct slice list;		/* the JSON that is shown for them */
	struct id_set *next;		/* of the same bucket */
	struct id_set *before;		/* the one that was found before */
};

struct place {
	size_t at;
	const char *row;		/* id of the row; NULL once the set is known */
	const struct id_set *set;
};

struct element {
	const char *id, *json;
	int rank;
};

struct linked {
	struct request *rq;
	const struct linked_kind *kind;
	const char *owner;
	struct id_set *buckets[BUCKETS], *last;
	struct place *places;
	size_t count, cap;
};

struct linked *linked_new(struct request *rq, const struct linked_kind *kind, const char *owner)
{
	struct linked *l = arena_zalloc(rq->arena, sizeof(*l));

	l->rq = rq;
	l->kind = kind;
	l->owner = owner;
	return l;
}

/* FNV-1a; a caller cannot choose ids, so it cannot make all fall into one bucket. */
static unsigned bucket_of(const char *ids, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)ids[i]) * 16777619u;
	return hash % BUCKETS;
}

static const struct id_set *find_set(struct linked *l, const char *ids, size_t len)
{
	struct id_set **bucket = &l->buckets[bucket_of(ids, len)], *s;

	for (s = *bucket; s; s = s->next)
		if (s->ids.len == len && memcmp(s->ids.at, ids, len) == 0)
			return s;
	s = arena_zalloc(l->rq->arena, sizeof(*s));
	s->ids = (struct slice){ arena_copyn(l->rq->arena, ids, len), len };
	s->next = *bucket;
	s->before = l->last;
	*bucket = l->last = s;
	return s;
}

void linked_add(struct linked *l, size_t at, const char *id, size_t len)
{
	struct place *more, *p;

	if (l->count == l->cap) {
		l->cap = l->cap ? 2 * l->cap : PAGE_SIZE_MOST;
		more = ARENA_ARRAY(l->rq->arena, struct place, l->cap);
		if (l->count)
			memcpy(more, l->places, l->count * sizeof(*more));
		l->places = more;
	}
	p = &l->places[l->count++];
	*p = (struct place){ .at = at };
	if (l->owner)
		p->row = arena_copyn(l->rq->arena, id, len);
	else
		p->set = find_set(l, id ? id : "", id ? len : 0);
}

/* The i-th place by the id of its row: a page that was read from the end has them in falling order. */
static struct place *place_of(struct linked *l, size_t i)
{
	bool falling = strcmp(l->places[0].row, l->places[l->count - 1].row) > 0;

	return &l->places[falling ? l->count - 1 - i : i];
}

/* Finds the set of each row: rows and pairs both come by row, so one pass over both is enough. */
static err_t read_between(struct linked *l)
{
	CLEANUP(rows_close) struct rows rows = {0};
	CLEANUP(buffer_done) struct buffer ids = {0};
	const char *last = place_of(l, l->count - 1)->row;
	err_t e = store_query(l->rq->tx, l->kind->between, ARGS(T(l->owner), T(place_of(l, 0)->row), T(last)), &rows);
	bool more = !e && rows_next(&rows);
	size_t len;

	buffer_init(&ids, MIB(1));
	for (size_t i = 0; i < l->count; i++) {
		struct place *p = place_of(l, i);
		int order = -1;

		while (more && (order = strcmp(rows_text(&rows, linked_pair_row), p->row)) <= 0) {
			if (order == 0) {
				const char *id = rows_textn(&rows, linked_pair_thing, &len);

				if (ids.len)
					buffer_char(&ids, ',');
				buffer_add(&ids, id, len);
			}
			more = rows_next(&rows);
		}
		p->set = find_set(l, buffer_str(&ids), ids.len);
		buffer_clear(&ids);
	}
	return e ? e : rows_end(&rows);
}

/* The next id of a set, cut from `*rest`; false at its end. */
static bool next_id(struct slice *rest, struct slice *id)
{
	const char *comma;

	if (rest->len == 0)
		return false;
	comma = memchr(rest->at, ',', rest->len);
	*id = (struct slice){ rest->at, comma ? (size_t)(comma - rest->at) : rest->len };
	rest->at += id->len + (comma != NULL);
	rest->len -= id->len + (comma != NULL);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every id of every set once, in `*out`. */
static size_t distinct_ids(const struct linked *l, const char ***out)
{
	size_t n = 0, kept = 0, most = 0;
	struct slice rest, id;
	const char **ids;

	for (const struct id_set *s = l->last; s; s = s->before)
		most += s->ids.len / 2 + 1;
	ids = ARENA_ARRAY(l->rq->arena, const char *, most);
	for (const struct id_set *s = l->last; s; s = s->before)
		for (rest = s->ids; next_id(&rest, &id);)
			ids[n++] = arena_copyn(l->rq->arena, id.at, id.len);
	qsort(ids, n, sizeof(*ids), by_text);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(ids[i], ids[kept - 1]) != 0)
			ids[kept++] = ids[i];
	*out = ids;
	return kept;
}

static const char *json_list_of(struct arena *a, const char *const *ids, size_t n)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, MIB(64));
	json_out_init(&j, &b);
	json_list(&j);
	for (size_t i = 0; i < n; i++)
		json_text(&j, ids[i]);
	json_list_end(&j);
	return arena_copy(a, buffer_str(&b));
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct element *)a)->id, ((const struct element *)b)->id);
}

/* The elements of all ids, sorted by id; `*count` of them. */
static err_t read_elements(struct linked *l, struct element **out, size_t *count)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct arena *a = l->rq->arena;
	const char **ids;
	size_t n = distinct_ids(l, &ids), len;
	err_t e;

	*count = 0;
	if (n == 0)
		return OK;
	*out = ARENA_ARRAY(a, struct element, n);
	e = store_query(l->rq->tx, l->kind->elements, ARGS(T(json_list_of(a, ids, n))), &rows);
	for (int rank = 0; !e && *count < n && rows_next(&rows); rank++) {
		char *json = arena_copy(a, rows_textn(&rows, linked_element_json, &len));

		json[json_compact(json, len)] = '\0';
		(*out)[(*count)++] =
			(struct element){ arena_copy(a, rows_text(&rows, linked_element_id)), json, rank };
	}
	if (!e)
		e = rows_end(&rows);
	qsort(*out, *count, sizeof(**out), by_id);
	return e;
}

static int by_rank(const void *a, const void *b)
{
	return (*(const struct element *const *)a)->rank - (*(const struct element *const *)b)->rank;
}

/* Makes the list of a set from the elements that are there. */
static void make_list(struct linked *l, struct id_set *s, const struct element *elements, size_t count)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const struct element **found = ARENA_ARRAY(l->rq->arena, const struct element *, s->ids.len / 2 + 1);
	struct slice rest = s->ids, id;
	size_t n = 0;

	while (next_id(&rest, &id)) {
		const struct element key = { .id = arena_copyn(l->rq->arena, id.at, id.len) };

		found[n] = count ? bsearch(&key, elements, count, sizeof(key), by_id) : NULL;
		n += found[n] != NULL;
	}
	qsort(found, n, sizeof(*found), by_rank);
	buffer_init(&b, MIB(64));
	buffer_char(&b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buffer_char(&b, ',');
		buffer_text(&b, found[i]->json);
	}
	buffer_char(&b, ']');
	s->list = (struct slice){ arena_copyn(l->rq->arena, buffer_str(&b), b.len), b.len };
}

/* Writes the body again from the first place on, each list where it belongs. */
static void write_lists(const struct linked *l, struct buffer *body, size_t *starts, int n)
{
	size_t from = l->places[0].at, end = body->len, at = from, added = 0;
	const char *old = arena_copyn(l->rq->arena, body->data + from, end - from);
	int start = 0;

	body->len = from;
	for (size_t i = 0; i < l->count; i++) {
		const struct place *p = &l->places[i];

		for (; start < n && starts[start] <= p->at; start++)
			starts[start] += added;
		buffer_add(body, old + (at - from), p->at - at);
		buffer_add(body, p->set->list.at, p->set->list.len);
		added += p->set->list.len;
		at = p->at;
	}
	buffer_add(body, old + (at - from), end - at);
}

err_t linked_fill(struct linked *l, struct buffer *body, size_t *starts, int n)
{
	struct element *elements = NULL;
	size_t count;
	err_t e;

	if (l->count == 0 || body->full)
		return OK;
	e = l->owner ? read_between(l) : OK;
	if (!e)
		e = read_elements(l, &elements, &count);
	if (e)
		return e;
	for (struct id_set *s = l->last; s; s = s->before)
		make_list(l, s, elements, count);
	write_lists(l, body, starts, n);
	return OK;
}
