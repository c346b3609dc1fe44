/* The statements, rows and plain endpoints of every ENTITY. */
#include "entity/entity.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/search.h"
#include "entity/deletion.h"
#include "entity/shape.h"

#include "base/banned.h"

const struct shape any_object = { .of = NULL };

extern struct entity *const __start_entities[], *const __stop_entities[];

/* Made once at start, kept for the life of the process. */
static struct arena *made;

struct entity *const *entity_all(size_t *count)
{
	*count = (size_t)(__stop_entities - __start_entities);
	return __start_entities;
}

static bool is_tenant(const struct field *f)
{
	return !strcmp(f->column, "tenant_id");
}

/* Whether answers hold the field, so that it is a column of {cols}. */
static bool is_shown(const struct field *f)
{
	return f->column && !(f->flags & HIDDEN);
}

/* -- statements -- */

static void make2(struct statement *s, const struct entity *e, const char *what, const char *sqlite,
		  const char *postgres)
{
	*s = (struct statement){ .name = arena_printf(made, "%s %s", e->name, what),
				 .sqlite = sqlite,
				 .postgres = postgres };
	store_register(s);
}

static void make(struct statement *s, const struct entity *e, const char *what, const char *text)
{
	make2(s, e, what, text, text);
}

const char *entity_live(struct arena *a, const struct entity *e, const char *alias)
{
	if (e->dependents)
		return arena_printf(a, " AND %s.deleted_at IS NULL", alias);
	if (e->owner)
		return arena_printf(a, " AND " LIVE("%s", "%s.%s"), e->owner->table, alias, e->owner_column);
	return "";
}

/*
 * For RETURNING, SQLite builds a table in memory; finding the row afterwards costs a tenth of that. On PostgreSQL,
 * finding the row would be one more round trip, so only its statement has RETURNING.
 */
static void make_insert(struct entity *e)
{
	CLEANUP(buffer_done) struct buffer names = {0}, values = {0};
	const char *text;
	int n = 1;

	buffer_init(&names, KIB(8));
	buffer_init(&values, KIB(8));
	for (const struct field *f = e->fields; f->name; f++) {
		if (!f->column || is_tenant(f))
			continue;
		buffer_printf(&names, ", %s", f->column);
		buffer_printf(&values, ", $%d", ++n);
	}
	if (e->searched) {
		buffer_text(&names, ", search");
		buffer_printf(&values, ", $%d", ++n);
	}
	text = arena_printf(made, "INSERT INTO %s (tenant_id%s) VALUES ($1%s)", e->table, buffer_str(&names),
			    buffer_str(&values));
	make2(&e->insert, e, "insert", text, arena_printf(made, "%s RETURNING {cols:%s:%s}", text, e->name, e->table));
}

static const struct entity *find_entity(const char *name)
{
	size_t n;
	struct entity *const *all = entity_all(&n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

/* Writes the columns that {cols:name:alias} stands for; false when no entity has this name. */
static bool expand_columns(struct buffer *to, const char *name, const char *alias)
{
	const struct entity *e = find_entity(name);
	const char *comma = "";

	for (const struct field *f = e ? e->fields : NULL; f && f->name; f++) {
		if (!is_shown(f))
			continue;
		buffer_printf(to, "%s%s%s%s", comma, alias, *alias ? "." : "", f->column);
		comma = ", ";
	}
	return e != NULL;
}

/* The columns that answers show, with their JSON keys made once. Sets e->column_count too. */
static const struct shown_column *make_shown(struct entity *e)
{
	struct shown_column *all;
	int n = 0;

	for (const struct field *f = e->fields; f->name; f++)
		e->column_count += is_shown(f);
	all = ARENA_ARRAY(made, struct shown_column, (size_t)e->column_count + 1);
	for (const struct field *f = e->fields; f->name; f++) {
		if (!is_shown(f))
			continue;
		all[n].key = arena_printf(made, ",\"%s\":", f->name);
		all[n].key_len = strlen(all[n].key);
		all[n].type = f->type;
		all[n].write = f->write;
		all[n++].absent_if_null = f->flags & ABSENT_IF_NULL;
	}
	return all;
}

void entity_start(void)
{
	size_t n;
	struct entity *const *all = entity_all(&n);

	made = arena_new();
	store_set_expander(expand_columns);
	for (size_t i = 0; i < n; i++) {
		struct entity *e = all[i];
		const char *key = arena_printf(made, "FROM %s t WHERE t.tenant_id = $1 AND t.id = $2%s", e->table,
					       entity_live(made, e, "t"));

		e->shown = make_shown(e);
		if (e->keyless)
			continue;
		make_insert(e);
		make(&e->find, e, "find", arena_printf(made, "SELECT {cols:%s:t} %s", e->name, key));
		make(&e->find_locked, e, "find and lock",
		     arena_printf(made, "SELECT {cols:%s:t} %s {lock}", e->name, key));
		make(&e->remove, e, "delete",
		     arena_printf(made, "DELETE FROM %s WHERE tenant_id = $1 AND id = $2%s", e->table,
				  entity_live(made, e, e->table)));
		if (e->owns_counters)
			make(&e->forget_counters, e, "forget counters",
			     "DELETE FROM counters WHERE tenant_id = $1 AND owner = $2");
		if (e->dependents)
			deletion_make(e, made);
	}
}

/* -- values -- */

/* The number as an integer. ERR_NOTHING_TO_WRITE: out of range, or a fraction where the field is for integers. */
static err_t number_arg(const struct field *f, const json_t *value, struct arg *out)
{
	double d = json_number_value(value);

	if (json_is_integer(value))
		*out = N(json_integer_value(value));
	else if (!(fabs(d) < 0x1p63) || (f->type == FIELD_INTEGER && d != floor(d)))
		return err_set(ERR_NOTHING_TO_WRITE, "%s: %g is not a whole number of 64 bits", f->name, d);
	else
		*out = N((int64_t)d);
	return OK;
}

err_t field_arg(struct arena *a, const struct field *f, const json_t *value, struct arg *out)
{
	if (!value || json_is_null(value)) {
		*out = T(NULL);
		return OK;
	}
	switch (f->type) {
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_TIME:
		return number_arg(f, value, out);
	case FIELD_BOOL:
		*out = N(json_is_true(value));
		return OK;
	case FIELD_TEXT:
	case FIELD_ENUM:
		*out = T(json_string_value(value));
		return OK;
	case FIELD_OBJECT:
	case FIELD_STRUCT:
	case FIELD_LIST:
	case FIELD_ANY:
	case FIELD_CUSTOM:
		break;
	}
	*out = T(json_to_text(a, value));
	return OK;
}

/* The value of a field that the request did not send: a new id, a time, or the fallback of the field. */
static struct arg default_arg(struct arena *a, const struct entity *e, const struct field *f, int64_t now)
{
	if (!strcmp(f->name, "id")) {
		char *id = arena_alloc(a, (size_t)e->id_len + 1);

		id_new(id, (size_t)e->id_len, ALPHABET_LOWER);
		return T(id);
	}
	if (f->type == FIELD_TIME && f->flags & (GENERATED | IGNORED))
		return f->flags & NULLABLE ? T(NULL) : N(now);
	if (!f->fallback)
		return T(NULL);
	if (f->type == FIELD_BOOL || f->type == FIELD_NUMBER || f->type == FIELD_INTEGER)
		return N(strtoll(f->fallback, NULL, 10));
	return T(f->fallback);
}

/* The text that searches look at: the searched fields, from `object`, or from `row` where the object lacks one. */
static const char *search_of(struct arena *a, const struct entity *e, const json_t *object, struct rows *row)
{
	const char *values[16];
	int n = 0, column = 0;

	for (const struct field *f = e->fields; f->name; f++) {
		if (f->flags & SEARCHED) {
			const json_t *v = json_object_get(object, f->name);

			assert(n < (int)ARRAY_LEN(values));
			values[n++] = v ? json_string_value(v) : row ? rows_text(row, column) : NULL;
		}
		column += is_shown(f);
	}
	return search_key(a, values, n);
}

/* -- rows -- */

/* A NULL text is read as a NULL pointer; asking rows_null() first would double the cost. */
static void print_value(struct json_out *j, const struct shown_column *shown, struct rows *row, int column)
{
	enum field_type type = shown->type;
	const char *text;
	size_t len = 0;

	switch (type) {
	case FIELD_BOOL:
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_TIME:
		if (rows_null(row, column))
			json_null_(j);
		else if (type == FIELD_BOOL)
			json_bool(j, rows_int(row, column) != 0);
		else
			json_int(j, rows_int(row, column));
		return;
	default:
		text = rows_textn(row, column, &len);
	}
	if (!text)
		json_null_(j);
	else if (type == FIELD_TEXT || type == FIELD_ENUM)
		json_textn(j, text, len);
	else if (shown->write)
		shown->write(j, text, len);
	else
		json_raw(j, text, len);
}

void entity_print(struct json_out *j, const struct entity *e, struct rows *row, int first)
{
	for (int i = 0; i < e->column_count; i++) {
		const struct shown_column *shown = &e->shown[i];

		if (shown->absent_if_null && rows_null(row, first + i))
			continue;
		json_key_raw(j, shown->key, shown->key_len);
		print_value(j, shown, row, first + i);
	}
}

err_t entity_miss_error(const struct entity *e, err_t miss, const char *id)
{
	err_set(miss, "%s '%.64s'", e->singular, id);
	err_arg(miss, "table", e->table);
	err_arg(miss, "entity", e->singular);
	return err_arg(miss, "id", id);
}

/* Turns ERR_UNIQUE into the error of the thing, where it has one. */
static err_t conflict_error(const struct entity *e, err_t error, const json_t *object)
{
	return error == ERR_UNIQUE && e->conflict ? e->conflict(object) : error;
}

/* Steps onto the one row that a statement must give; returns `none` when there is none. */
static err_t first_row(struct rows *row, err_t none)
{
	err_t e;

	if (rows_next(row))
		return OK;
	e = rows_end(row);
	return e ? e : none;
}

/* Writes the values of a new row to `args`, without the tenant; `*id` is the id of the new thing. */
static err_t insert_args(struct arena *a, const struct entity *e, json_t *object, struct arg *args, int most, int *n,
			 const char **id)
{
	int64_t now = clock_stamp_ms();
	err_t error;

	for (const struct field *f = e->fields; f->name; f++) {
		const json_t *value = json_object_get(object, f->name);

		if (!f->column || is_tenant(f))
			continue;
		assert(*n < most - 1);
		if (!value) {
			args[*n] = default_arg(a, e, f, now);
		} else {
			error = field_arg(a, f, value, &args[*n]);
			if (error)
				return error;
		}
		if (!strcmp(f->column, "id"))
			*id = args[*n].text;
		*n += 1;
	}
	if (!json_object_get(object, "id"))	/* made just now, and searched too */
		json_object_set_new(object, "id", json_string(*id));
	if (e->searched)
		args[(*n)++] = T(search_of(a, e, object, NULL));
	return OK;
}

err_t entity_insert(struct txn *tx, struct arena *a, struct entity *e, json_t *object, struct rows *row)
{
	struct arg args[40];
	const char *id = NULL;
	int n = 0;
	err_t error;

	error = insert_args(a, e, object, args, (int)ARRAY_LEN(args), &n, &id);
	if (error)
		return error;
	if (txn_engine(tx) == SQLITE) {
		error = store_exec(tx, &e->insert, args, n, NULL);
		if (!error)
			error = entity_find(tx, e, id, row);
	} else {
		error = store_query(tx, &e->insert, args, n, row);
		if (!error)
			error = first_row(row, ERR_CREATE_FAILED);
	}
	return conflict_error(e, error, object);
}

err_t entity_find(struct txn *tx, struct entity *e, const char *id, struct rows *row)
{
	err_t error = store_query(tx, &e->find, ARGS(T(id)), row);

	return error ? error : first_row(row, ERR_NOT_FOUND);
}

err_t entity_require(struct txn *tx, struct entity *e, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t error = entity_find(tx, e, id, &row);

	return error == ERR_NOT_FOUND ?
		       entity_miss_error(e, e->read_miss ? e->read_miss : ERR_NOT_EXISTS_WITH_ID, id) :
		       error;
}

/* Whether the patch changes a field that searches look at. */
static bool touches_search(const struct entity *e, const json_t *patch)
{
	for (const struct field *f = e->fields; f->name; f++)
		if (f->flags & SEARCHED && json_object_get(patch, f->name))
			return true;
	return false;
}

/* The search text after the patch. The row is locked, so that two patches do not lose each other's part. */
static err_t search_after(struct txn *tx, struct arena *a, struct entity *e, const char *id, const json_t *patch,
			  const char **out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t error = store_query(tx, &e->find_locked, ARGS(T(id)), &row);

	if (!error)
		error = first_row(&row, ERR_NOT_FOUND);
	if (!error)
		*out = search_of(a, e, patch, &row);
	return error;
}

/*
 * Writes "a = $3, b = $4" to `set` and the values behind the id to `args`; `*n` becomes the number of arguments.
 * ERR_NOTHING_TO_WRITE: the patch names no column that can change.
 */
static err_t assignments(struct arena *a, const struct entity *e, const json_t *patch, struct buffer *set,
			 struct arg *args, int *n)
{
	bool any = false;

	for (const struct field *f = e->fields; f->name; f++) {
		const json_t *value = json_object_get(patch, f->name);
		err_t error = OK;

		if (!f->column || is_tenant(f) || !strcmp(f->name, "id"))
			continue;
		if (!value && strcmp(f->name, "updatedAt"))
			continue;
		any |= value != NULL;
		if (value)
			error = field_arg(a, f, value, &args[*n]);
		else
			args[*n] = N(clock_stamp_ms());
		if (error)
			return error;
		*n += 1;
		buffer_printf(set, "%s%s = $%d", set->len ? ", " : "", f->column, *n + 1);
	}
	return any ? OK : err_set(ERR_NOTHING_TO_WRITE, "%s: no field to change", e->singular);
}

err_t entity_update(struct txn *tx, struct arena *a, struct entity *e, const char *id, const json_t *patch,
		    struct rows *row)
{
	CLEANUP(buffer_done) struct buffer set = {0};
	struct arg args[40] = { T(id) };
	err_t miss = e->patch_miss ? e->patch_miss : ERR_NOT_EXISTS, error;
	const char *search = NULL, *text;
	int n = 1;

	buffer_init(&set, KIB(8));
	error = assignments(a, e, patch, &set, args, &n);
	if (error)
		return error;
	if (e->searched && touches_search(e, patch)) {
		error = search_after(tx, a, e, id, patch, &search);
		if (error)
			return error == ERR_NOT_FOUND ? entity_miss_error(e, miss, id) : error;
		args[n++] = T(search);
		buffer_printf(&set, ", search = $%d", n + 1);
	}
	text = arena_printf(a, "UPDATE %s SET %s WHERE tenant_id = $1 AND id = $2%s RETURNING {cols:%s:%s}", e->table,
			    buffer_str(&set), entity_live(a, e, e->table), e->name, e->table);
	error = store_query_text(tx, text, args, n, row);
	if (!error)
		error = first_row(row, ERR_NOT_FOUND);
	if (error == ERR_NOT_FOUND)
		return entity_miss_error(e, miss, id);
	if (!error && e->changes)
		store_note_change(tx, e->changes);
	return conflict_error(e, error, patch);
}

err_t entity_delete(struct txn *tx, struct entity *e, const char *id)
{
	int64_t gone;
	err_t error = store_exec(tx, &e->remove, ARGS(T(id)), &gone);

	if (error)
		return error;
	if (gone == 0)
		return entity_miss_error(e, e->delete_miss ? e->delete_miss : ERR_NOT_FOUND, id);
	if (e->changes)
		store_note_change(tx, e->changes);
	return e->owns_counters ? store_exec(tx, &e->forget_counters, ARGS(T(id)), NULL) : OK;
}

/* -- endpoints -- */

err_t entity_reply(struct request *rq, int status, const struct entity *e, struct rows *row)
{
	struct json_out j = reply_json(rq, status);

	json_open(&j);
	entity_print(&j, e, row, 0);
	json_close(&j);
	return rows_end(row);
}

static struct entity *route_entity(const struct request *rq)
{
	return (struct entity *)(uintptr_t)rq->route->of;
}

static const char *last_arg(const struct request *rq)
{
	return rq->match.args[rq->match.arg_count - 1].value;
}

err_t entity_post(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq);
	err_t e = entity_insert(rq->tx, rq->arena, route_entity(rq), object, &row);

	return e ? e : entity_reply(rq, rq->route->status, route_entity(rq), &row);
}

err_t entity_get(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = entity_find(rq->tx, route_entity(rq), last_arg(rq), &row);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(route_entity(rq),
					 route_entity(rq)->read_miss ? route_entity(rq)->read_miss :
								       ERR_NOT_EXISTS_WITH_ID,
					 last_arg(rq));
	return e ? e : entity_reply(rq, 200, route_entity(rq), &row);
}

err_t entity_patch(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = entity_update(rq->tx, rq->arena, route_entity(rq), last_arg(rq), rq->body, &row);

	return e ? e : entity_reply(rq, 200, route_entity(rq), &row);
}

err_t entity_remove(struct request *rq)
{
	err_t e = entity_delete(rq->tx, route_entity(rq), last_arg(rq));

	return e ? e : reply_empty(rq, 204);
}
