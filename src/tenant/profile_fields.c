/*
 * Profile fields of the tenant's own: what people are asked for beside what every account has.
 * Contract: sign-in.md section 12.5. Stored and answered here; the pages that ask for them are not there yet.
 */
#include "tenant/experience.h"

#define PCRE2_CODE_UNIT_WIDTH 8

#include <ctype.h>
#include <pcre2.h>
#include <string.h>

#include "base/ids.h"
#include "base/text.h"
#include "entity/query.h"
#include "store/store.h"
#include "tenant/doors.h"

#include "base/banned.h"

#define NAME_WIDTH 128
#define BATCH_MOST 20
#define LIMIT_MOST 2147483647

/* -- what each type has in its `config` -- */

/* The peer stores negative numbers and fractions too, but cannot read them again; we refuse them. */
static bool is_limit(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= LIMIT_MOST;
}

#define PLACEHOLDER { "placeholder", .type = FIELD_TEXT, .max = 256 }
#define LIMIT(member) { (member), .type = FIELD_CUSTOM, .check = is_limit, .help = "A whole number from 0." }
#define FORMAT(member, more) { (member), .type = FIELD_TEXT, .flags = (more), .max = 128 }

static const struct field text_config[] = { PLACEHOLDER, LIMIT("minLength"), LIMIT("maxLength"), FIELDS_END };
static const struct field number_config[] = { PLACEHOLDER, LIMIT("minValue"), LIMIT("maxValue"), FIELDS_END };
static const struct field date_config[] = {
	PLACEHOLDER, FORMAT("format", REQUIRED), FORMAT("customFormat", 0), FIELDS_END
};
static const struct field url_config[] = { PLACEHOLDER, FIELDS_END };
static const struct field regex_config[] = { PLACEHOLDER, FORMAT("format", REQUIRED), FIELDS_END };

static const char *const switches[] = { "true", "false", NULL };
static const struct field checkbox_config[] = {
	{ "defaultValue", .type = FIELD_ENUM, .flags = REQUIRED, .options = switches },
	FIELDS_END
};

static const struct field option_members[] = {
	{ "label", .type = FIELD_TEXT },
	{ "value", .type = FIELD_TEXT, .flags = REQUIRED },
	FIELDS_END
};
static const struct field option = { .type = FIELD_STRUCT, .members = option_members };
static const struct field select_config[] = {
	PLACEHOLDER, { "options", .type = FIELD_LIST, .flags = REQUIRED, .element = &option }, FIELDS_END
};

static const char *const types[] = {
	"Text", "Number", "Date", "Checkbox", "Select", "Url", "Regex", "Address", "Fullname", NULL
};
static const char *const address_parts[] = {
	"formatted", "streetAddress", "locality", "region", "postalCode", "country", NULL
};
static const char *const fullname_parts[] = { "givenName", "middleName", "familyName", NULL };

/* What a part of a composite has; its `config` is checked by its type afterwards. */
#define PART(names) { \
	{ "enabled", .type = FIELD_BOOL, .flags = REQUIRED }, \
	{ "name", .type = FIELD_ENUM, .flags = REQUIRED, .options = (names) }, \
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = types }, \
	{ "label", .type = FIELD_TEXT }, \
	{ "description", .type = FIELD_TEXT }, \
	{ "required", .type = FIELD_BOOL, .flags = REQUIRED }, \
	{ "config", .type = FIELD_OBJECT }, \
	FIELDS_END \
}
static const struct field address_members[] = PART(address_parts);
static const struct field fullname_members[] = PART(fullname_parts);
static const struct field address_part = { .type = FIELD_STRUCT, .members = address_members };
static const struct field fullname_part = { .type = FIELD_STRUCT, .members = fullname_members };
static const struct field address_config[] = {
	{ "parts", .type = FIELD_LIST, .flags = REQUIRED, .element = &address_part }, FIELDS_END
};
static const struct field fullname_config[] = {
	{ "parts", .type = FIELD_LIST, .flags = REQUIRED, .element = &fullname_part }, FIELDS_END
};

/* Checks the whole field, or the part, by its type. */
#define CONFIG(id, more) \
	static const struct field id##_type[] = { \
		{ "config", .type = FIELD_STRUCT, .flags = (more), .members = id##_config }, FIELDS_END \
	}
CONFIG(text, 0);
CONFIG(number, 0);
CONFIG(date, 0);
CONFIG(checkbox, 0);
CONFIG(select, REQUIRED);
CONFIG(url, 0);
CONFIG(regex, REQUIRED);
CONFIG(address, REQUIRED);
CONFIG(fullname, REQUIRED);

static const struct kind {
	const char *type;
	const struct field *fields;
	const char *least, *most;	/* members of the config that are limits; NULL: none */
	err_t no_parts;			/* of a composite without parts; 0: not a composite */
} kinds[] = {
	{ "Text", text_type, "minLength", "maxLength", OK },
	{ "Number", number_type, "minValue", "maxValue", OK },
	{ "Date", date_type, NULL, NULL, OK },
	{ "Checkbox", checkbox_type, NULL, NULL, OK },
	{ "Select", select_type, NULL, NULL, OK },
	{ "Url", url_type, NULL, NULL, OK },
	{ "Regex", regex_type, NULL, NULL, OK },
	{ "Address", address_type, NULL, NULL, ERR_PROFILE_FIELD_ADDRESS },
	{ "Fullname", fullname_type, NULL, NULL, ERR_PROFILE_FIELD_FULLNAME },
};

static const struct kind *kind_of(const json_t *object)
{
	const char *type = json_string_value(json_object_get(object, "type"));

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kinds[i].type, type))
			return &kinds[i];
	return &kinds[0];	/* not reached: `type` is one of `types` */
}

/* -- the thing -- */

static const struct field profile_field_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED, .max = 21 },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "name", "name", FIELD_TEXT, REQUIRED, .max = NAME_WIDTH },
	{ "type", "type", FIELD_ENUM, REQUIRED, .options = types },
	{ "label", "label", FIELD_TEXT, .fallback = "" },
	{ "description", "description", FIELD_TEXT, NULLABLE },
	{ "required", "required", FIELD_BOOL, REQUIRED },
	{ "config", "config", FIELD_OBJECT, .fallback = "{}", .help = "What it holds depends on the type." },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED },
	{ "sieOrder", "sie_order", FIELD_INTEGER, GENERATED, .help = "Lists are in this order." },
	FIELDS_END
};

/* In a body neither label nor description may be what an answer shows for none. */
#define SENT \
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = types }, \
	{ "label", .type = FIELD_TEXT, .flags = NOT_EMPTY }, { "description", .type = FIELD_TEXT }, \
	{ "required", .type = FIELD_BOOL, .flags = REQUIRED }, \
	{ "config", .type = FIELD_OBJECT, .help = "What it holds depends on the type." }, FIELDS_END
static const struct field created_members[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | STORED_MAX, .max = NAME_WIDTH,
	  .help = "Letters and digits; unique in the tenant." },
	SENT
};
static const struct field changed_members[] = { SENT };

static err_t conflict(const json_t *object)
{
	return err_arg(ERR_PROFILE_FIELD_EXISTS, "name", json_string_value(json_object_get(object, "name")));
}

ENTITY(profile_field) = {
	.name = "custom_profile_field", .table = "custom_profile_fields", .singular = "custom_profile_field",
	.parameter = "name", .fields = profile_field_fields, .id_len = ID_LONG, .conflict = conflict,
};

static const struct field named_members[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
const struct field named_profile_field = { .type = FIELD_STRUCT, .members = named_members };

/* -- rules -- */

/* Of two limits, both given, the least is not over the most. */
static err_t check_limits(const struct kind *kind, const json_t *config)
{
	const json_t *least = kind->least ? json_object_get(config, kind->least) : NULL;
	const json_t *most = kind->most ? json_object_get(config, kind->most) : NULL;

	if (least && most && json_integer_value(least) > json_integer_value(most))
		return ERR_PROFILE_FIELD_LIMITS;
	return OK;
}

/* A part is itself a field of a simple type. */
static err_t check_part(struct arena *a, json_t *part)
{
	const struct kind *kind = kind_of(part);
	json_auto_t *copy = NULL;
	err_t e;

	if (kind->no_parts)
		return ERR_PROFILE_FIELD_NESTED;
	copy = json_object_get(part, "config") ? json_pack("{s:O}", "config", json_object_get(part, "config")) :
						 json_object();
	e = fields_check(a, kind->fields, CHECK_PATCH, copy, "body");
	return e ? e : check_limits(kind, json_object_get(part, "config"));
}

static err_t check_parts(struct arena *a, const struct kind *kind, const json_t *config)
{
	const json_t *parts = json_object_get(config, "parts");
	err_t e = kind->no_parts && json_array_size(parts) == 0 ? kind->no_parts : OK;

	for (size_t i = 0; !e && i < json_array_size(parts); i++)
		e = check_part(a, json_array_get(parts, i));
	return e;
}

/*
 * Cuts `config` down to what the type has. `object` is a copy of what was sent, and gets a copy of its config, so that
 * the body stays as it is.
 */
static err_t check_by_type(struct arena *a, json_t *object)
{
	const struct kind *kind = kind_of(object);
	json_auto_t *part = json_object();
	json_t *config = json_object_get(object, "config");
	err_t e;

	/* a checkbox that has to be ticked would be a term to agree to */
	if (!strcmp(kind->type, "Checkbox") && json_is_true(json_object_get(object, "required")))
		return input_issue(a, "body", "required", "invalid_literal", "A checkbox is not required");
	if (config) {
		config = json_deep_copy(config);
		json_object_set_new(object, "config", config);
		json_object_set(part, "config", config);
	}
	e = fields_check(a, kind->fields, CHECK_CREATE, part, "body");
	if (!e)
		e = check_parts(a, kind, config);
	return e ? e : check_limits(kind, config);
}

err_t profile_field_check_conflict(const char *name)
{
	static const char *const built_in[] = { "preferredUsername", NULL };
	static const char *const custom_data[] = { "guideRequests", NULL };
	static const char *const identifiers[] = {
		"username", "email", "phone", "primaryEmail", "primaryPhone", NULL
	};

	if (text_is_one_of(name, built_in))
		return err_arg(ERR_PROFILE_FIELD_BUILT_IN, "name", name);
	if (text_is_one_of(name, custom_data))
		return err_arg(ERR_PROFILE_FIELD_CUSTOM_DATA, "name", name);
	if (text_is_one_of(name, identifiers))
		return err_arg(ERR_PROFILE_FIELD_IDENTIFIER, "name", name);
	return OK;
}

static err_t check_name(const char *name)
{
	const char *s = name;

	while (isalnum((unsigned char)*s))
		s++;
	return s == name || *s ? ERR_PROFILE_FIELD_NAME : profile_field_check_conflict(name);
}

/* Whether it compiles; it is never run here. */
static bool is_pattern(const char *format)
{
	int error;
	PCRE2_SIZE at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)format, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &at, NULL);

	pcre2_code_free(code);
	return code != NULL;
}

/* What only a change is asked for. */
static err_t check_changed(const json_t *object, const json_t *config)
{
	const char *type = kind_of(object)->type;

	if (!strcmp(type, "Select") && json_array_size(json_object_get(config, "options")) == 0)
		return ERR_PROFILE_FIELD_OPTIONS;
	if (!strcmp(type, "Regex") && !is_pattern(json_string_value(json_object_get(config, "format"))))
		return ERR_PROFILE_FIELD_REGEX;
	if (!strcmp(type, "Checkbox") && !json_object_get(config, "defaultValue"))
		return ERR_PROFILE_FIELD_DEFAULT;
	return OK;
}

/* -- making -- */

STATEMENT(next_order, "SELECT coalesce(max(sie_order), 0) + 1 FROM custom_profile_fields WHERE tenant_id = $1");

/* `object` is changed; `row` stands on the new row. */
static err_t make_one(struct request *rq, json_t *object, struct rows *row)
{
	int64_t order;
	err_t e = check_by_type(rq->arena, object);

	if (!e)
		e = check_name(json_string_value(json_object_get(object, "name")));
	if (!e)
		e = fields_fit(rq->arena, created_members, object);
	if (!e)
		e = store_int(rq->tx, &next_order, NO_ARGS, &order);
	if (e)
		return e;
	json_object_set_new(object, "sieOrder", json_integer(order));
	return entity_insert(rq->tx, rq->arena, &profile_field, object, row);
}

static err_t create_field(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq);
	err_t e = make_one(rq, object, &row);

	return e ? e : entity_reply(rq, 201, &profile_field, &row);
}

static err_t make_and_print(struct request *rq, const json_t *sent, struct json_out *j)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = json_copy((json_t *)(uintptr_t)sent);	/* jansson takes no const here */
	err_t e = make_one(rq, object, &row);

	if (e)
		return e;
	json_open(j);
	entity_print(j, &profile_field, &row, 0);
	json_close(j);
	return rows_end(&row);
}

static err_t create_batch(struct request *rq)
{
	struct json_out j = reply_json(rq, 201);
	err_t e = OK;

	json_list(&j);
	for (size_t i = 0; !e && i < json_array_size(rq->body); i++)
		e = make_and_print(rq, json_array_get(rq->body, i), &j);
	json_list_end(&j);
	return e;
}

/* -- reading -- */

STATEMENT(find_profile_field, "SELECT {cols:custom_profile_field:f} FROM custom_profile_fields f"
	  " WHERE f.tenant_id = $1 AND f.name = $2");

static err_t miss_error(err_t miss, const char *name)
{
	return entity_miss_error(&profile_field, miss, name);
}

static err_t get_field(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *name = path_arg(rq, "name");
	err_t e = store_first(rq->tx, &find_profile_field, ARGS(T(name)), &row);

	if (e == ERR_NOT_FOUND)
		return miss_error(ERR_NOT_FOUND, name);
	return e ? e : entity_reply(rq, 200, &profile_field, &row);
}

static err_t list_fields(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &profile_field, "f", "custom_profile_fields f");
	q.order = "f.sie_order, f.created_at, f.name";
	return query_reply(&q);
}

STATEMENT(read_profile_fields, "SELECT name, {cols:custom_profile_field:f} FROM custom_profile_fields f"
	  " WHERE f.tenant_id = $1 ORDER BY f.sie_order, f.created_at, f.name");
COLUMNS_BEFORE(read_profile_fields, custom_profile_field, name);

/* The row as an answer shows it. */
static json_t *read_row(struct rows *row)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, MIB(1));
	json_out_init(&j, &b);
	json_open(&j);
	entity_print(&j, &profile_field, row, read_profile_fields_custom_profile_field);
	json_close(&j);
	return json_loads(buffer_str(&b), 0, NULL);
}

/* Those that the list names, in its order; all when it is null. */
static json_t *choose(const json_t *list, json_t *all, const json_t *by_name)
{
	json_t *chosen;

	if (!json_is_array(list))
		return json_incref(all);
	chosen = json_array();
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_object_get(json_array_get(list, i), "name"));

		if (json_object_get(by_name, name))
			json_array_append(chosen, json_object_get(by_name, name));
	}
	return chosen;
}

err_t profile_fields_read(struct txn *tx, const json_t *list, json_t **all, json_t **chosen)
{
	CLEANUP(rows_close) struct rows rows = {0};
	json_auto_t *by_name = json_object(), *read = json_array();
	err_t e = store_query(tx, &read_profile_fields, NO_ARGS, &rows);

	while (!e && rows_next(&rows)) {
		json_t *row = read_row(&rows);

		json_object_set(by_name, rows_text(&rows, read_profile_fields_name), row);
		json_array_append_new(read, row);
	}
	if (!e)
		e = rows_end(&rows);
	if (e)
		return e;
	*all = json_incref(read);
	*chosen = choose(list, read, by_name);
	return OK;
}

/* -- changing -- */

STATEMENT(lock_profile_field,
	  "SELECT id, config FROM custom_profile_fields WHERE tenant_id = $1 AND name = $2 {lock}");
COLUMNS(lock_profile_field, id, config);

/* Reads a field that will be changed. ERR_NOT_FOUND. */
static err_t lock_field(struct request *rq, const char *name, const char **id, const char **config)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &lock_profile_field, ARGS(T(name)), &row);

	if (e)
		return e;
	*id = arena_copy(rq->arena, rows_text(&row, lock_profile_field_id));
	*config = arena_copy(rq->arena, rows_text(&row, lock_profile_field_config));
	return rows_end(&row);
}

/* A config that is not sent stays, also where the type changes. */
static err_t put_field(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *object = body_copy(rq), *stored = NULL;
	const char *name = path_arg(rq, "name"), *id, *config;
	err_t e = check_by_type(rq->arena, object);

	if (!e)
		e = lock_field(rq, name, &id, &config);
	if (e)
		return e == ERR_NOT_FOUND ? miss_error(ERR_NOT_EXISTS, name) : e;
	stored = json_loads(config, 0, NULL);
	config = NULL;
	e = check_changed(object, json_object_get(object, "config") ? json_object_get(object, "config") : stored);
	if (!e)
		e = entity_update(rq->tx, rq->arena, &profile_field, id, object, &row);
	return e ? e : entity_reply(rq, 200, &profile_field, &row);
}

STATEMENT(delete_profile_field, "DELETE FROM custom_profile_fields WHERE tenant_id = $1 AND name = $2");

/* Takes the field out of a member of a setting that lists fields. */
static err_t unlist(struct request *rq, const struct setting *s, const char *member, const char *name)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	json_auto_t *patch = NULL, *out = NULL, *kept = json_array();
	const json_t *list;
	err_t e = setting_load(rq->tx, s, &value);

	if (e)
		return e;
	list = json_object_get(value, member);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(list, i), "name")), name))
			json_array_append(kept, json_array_get(list, i));
	if (json_array_size(kept) == json_array_size(list))
		return OK;
	patch = json_pack("{s:O}", member, kept);
	return setting_patch(rq->tx, rq->arena, s, patch, &out);
}

static err_t delete_field(struct request *rq)
{
	const char *name = path_arg(rq, "name");
	int64_t gone;
	err_t e = store_exec(rq->tx, &delete_profile_field, ARGS(T(name)), &gone);

	if (!e && gone == 0)
		e = miss_error(ERR_NOT_FOUND, name);
	if (!e)
		e = unlist(rq, &account_center, "profileFields", name);
	if (!e)
		e = unlist(rq, &sign_in_experience, "signUpProfileFields", name);
	return e ? e : reply_empty(rq, 204);
}

/* -- names in lists -- */

/* Sets and returns ERR_REQUEST_INPUT when a name is in the list of {name} twice. */
static err_t check_once(struct arena *a, const json_t *list)
{
	json_auto_t *seen = json_object(), *twice = json_array(), *names = NULL;
	err_t e;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *name = json_object_get(json_array_get(list, i), "name");

		if (json_object_get(seen, json_string_value(name)))
			json_array_append(twice, (json_t *)(uintptr_t)name);
		json_object_set_new(seen, json_string_value(name), json_true());
	}
	if (json_array_size(twice) == 0)
		return OK;
	names = json_distinct(twice);
	e = err_arg(ERR_REQUEST_INPUT, "reason", "A name is listed twice.");
	err_fault()->data = arena_printf(a, "{\"duplicateNames\":%s}", json_to_text(a, names));
	return e;
}

STATEMENT(profile_field_names, "SELECT name FROM custom_profile_fields WHERE tenant_id = $1");
COLUMNS(profile_field_names, name);

/* `*out`: an object whose members are the names of all fields; json_decref(). */
static err_t read_names(struct txn *tx, json_t **out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(tx, &profile_field_names, NO_ARGS, &rows);

	*out = json_object();
	while (!e && rows_next(&rows))
		json_object_set_new(*out, rows_text(&rows, profile_field_names_name), json_true());
	return e ? e : rows_end(&rows);
}

err_t profile_fields_keep_known(struct txn *tx, struct arena *a, json_t *sent, const char *member)
{
	json_auto_t *known = NULL;
	const json_t *list = json_object_get(sent, member);
	json_t *kept;
	err_t e;

	if (json_array_size(list) == 0)
		return OK;
	e = check_once(a, list);
	if (!e)
		e = read_names(tx, &known);
	if (e)
		return e;
	kept = json_array();
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *field = json_array_get(list, i);

		if (json_object_get(known, json_string_value(json_object_get(field, "name"))))
			json_array_append(kept, field);
	}
	json_object_set_new(sent, member, kept);
	return OK;
}

/* -- order -- */

STATEMENT(set_order, "UPDATE custom_profile_fields SET sie_order = $2 WHERE tenant_id = $1 AND name = $3");

/* Places are whole numbers; what is not is refused by storage, as the contract has it. */
static err_t check_places(const json_t *list)
{
	bool whole = json_array_size(list) > 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		whole &= json_is_integer(json_object_get(json_array_get(list, i), "sieOrder"));
	return whole ? OK : err_set(ERR_NOTHING_TO_WRITE, "no order, or a place that is not a whole number");
}

/* Writes the new places; the names that are not there are told together. */
static err_t write_places(struct request *rq, const json_t *list)
{
	const char *missing = "";
	err_t e = OK;

	for (size_t i = 0; !e && i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(row, "name"));
		int64_t changed;

		e = store_exec(rq->tx, &set_order,
			       ARGS(N(json_integer_value(json_object_get(row, "sieOrder"))), T(name)), &changed);
		if (!e && changed == 0)
			missing = arena_printf(rq->arena, "%s%s%.128s", missing, *missing ? ", " : "", name);
	}
	if (!e && *missing)
		e = err_arg(ERR_PROFILE_FIELD_MISSING, "names", missing);
	return e;
}

static err_t reply_named(struct request *rq, const json_t *list)
{
	json_auto_t *names = json_array();
	CLEANUP(query_done) struct query q = {0};

	for (size_t i = 0; i < json_array_size(list); i++)
		json_array_append(names, json_object_get(json_array_get(list, i), "name"));
	query_init(&q, rq, &profile_field, "f", "custom_profile_fields f");
	query_filter(&q, "f.name IN (SELECT l.id FROM {list:?} l)", ARGS(T(json_to_text(rq->arena, names))));
	q.order = "f.sie_order, f.created_at, f.name";
	return query_reply(&q);
}

static err_t put_order(struct request *rq)
{
	const json_t *list = body_get(rq, "order");
	err_t e = check_places(list);

	if (!e)
		e = check_once(rq->arena, list);
	if (!e)
		e = write_places(rq, list);
	return e ? e : reply_named(rq, list);
}

/* -- routes -- */

static const struct field new_field = { .type = FIELD_STRUCT, .members = created_members };
static const struct field new_fields = { .type = FIELD_LIST, .max = BATCH_MOST, .element = &new_field };

static const struct field place_members[] = {
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "sieOrder", .type = FIELD_INTEGER, .flags = REQUIRED, .min = 1, .max = LIMIT_MOST },
	FIELDS_END
};
static const struct field place = { .type = FIELD_STRUCT, .members = place_members };
static const struct field order_fields[] = {
	{ "order", .type = FIELD_LIST, .flags = REQUIRED, .element = &place }, FIELDS_END
};

static const struct shape one = { .of = &profile_field };
static const struct shape many = { .of = &profile_field, .list = true };

#define BASE "/api/custom-profile-fields"

const struct route profile_field_routes[] = {
	{ GET, BASE, MANAGEMENT, READ, .handler = list_fields, .status = 200, .reply = &many,
	  .summary = "List the profile fields of the tenant's own, in their order" },
	{ POST, BASE, MANAGEMENT, WRITE, .body = created_members, .handler = create_field, .status = 201,
	  .reply = &one, .summary = "Create a profile field" },
	{ POST, BASE "/batch", MANAGEMENT, WRITE, .body_list = &new_fields, .handler = create_batch, .status = 201,
	  .reply = &many, .operation = "CreateCustomProfileFieldsBatch",
	  .summary = "Create several profile fields, or none where one cannot be" },
	{ POST, BASE "/properties/sie-order", MANAGEMENT, WRITE, .body = order_fields, .handler = put_order,
	  .status = 200, .reply = &many, .operation = "UpdateCustomProfileFieldsSieOrder",
	  .summary = "Set in which order profile fields are shown" },
	{ GET, BASE "/{name}", MANAGEMENT, READ, .handler = get_field, .status = 200, .reply = &one,
	  .operation = "GetCustomProfileFieldByName", .summary = "Get a profile field" },
	{ PUT, BASE "/{name}", MANAGEMENT, WRITE, .body = changed_members, .handler = put_field, .status = 200,
	  .reply = &one, .operation = "UpdateCustomProfileFieldByName", .summary = "Change a profile field" },
	{ DELETE, BASE "/{name}", MANAGEMENT, WRITE, .handler = delete_field, .status = 204,
	  .operation = "DeleteCustomProfileFieldByName", .summary = "Delete a profile field" },
};
const size_t profile_field_route_count = ARRAY_LEN(profile_field_routes);
