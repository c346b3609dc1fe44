/* JSON schemas of the API document. */
#include "server/schema.h"

#include <string.h>

#include "base/json.h"
#include "entity/entity.h"
#include "server/api_names.h"

#include "base/banned.h"

static void object_members(struct json_out *j, const struct field *fields, bool answer, bool patch);

static bool is_number(const struct field *f)
{
	return f->type == FIELD_NUMBER || f->type == FIELD_INTEGER;
}

/* What is said of a field by its type, its flags and its limits. */
static void schema_members(struct json_out *j, const struct field *f)
{
	static const char *const types[] = {
		[FIELD_TEXT] = "string", [FIELD_NUMBER] = "number", [FIELD_INTEGER] = "integer",
		[FIELD_TIME] = "number", [FIELD_BOOL] = "boolean", [FIELD_OBJECT] = "object",
		[FIELD_STRUCT] = "object", [FIELD_LIST] = "array", [FIELD_ENUM] = "string",
	};

	if (f->type < ARRAY_LEN(types) && types[f->type])
		json_key_text(j, "type", types[f->type]);
	if (f->flags & NULLABLE)
		json_key_bool(j, "nullable", true);
	if (f->type == FIELD_TEXT && (f->min || f->flags & NOT_EMPTY))
		json_key_int(j, "minLength", f->min ? f->min : 1);
	if (f->type == FIELD_TEXT && f->max)
		json_key_int(j, "maxLength", f->max);
	if (is_number(f) && f->min)
		json_key_int(j, "minimum", f->min);
	if (is_number(f) && f->max)
		json_key_int(j, "maximum", f->max);
	if (f->type == FIELD_LIST && f->flags & NOT_EMPTY)
		json_key_int(j, "minItems", 1);
	if (f->type == FIELD_LIST && f->max)
		json_key_int(j, "maxItems", f->max);
	if (f->form == FORM_URL)
		json_key_text(j, "format", "uri");
	if (f->help)
		json_key_text(j, "description", f->help);
}

void schema_field(struct json_out *j, const struct field *f, bool answer)
{
	json_open(j);
	schema_members(j, f);
	if (f->type == FIELD_STRUCT)
		object_members(j, f->members, answer, false);
	if (f->type == FIELD_OBJECT)
		json_key_bool(j, "additionalProperties", true);
	if (f->type == FIELD_ENUM) {
		json_key(j, "enum");
		json_list(j);
		for (int i = 0; f->options[i]; i++)
			json_text(j, f->options[i]);
		if (f->flags & NULLABLE)	/* OpenAPI 3.0: `nullable` alone does not add it */
			json_text(j, NULL);
		json_list_end(j);
	}
	if (f->type == FIELD_LIST) {
		json_key(j, "items");
		schema_field(j, f->element, answer);
	}
	json_close(j);
}

/* Whether an answer shows the field or, otherwise, a body may hold it. */
static bool is_listed(const struct field *f, bool answer, bool patch)
{
	if (answer)
		return !(f->flags & (HIDDEN | NOT_STORED));
	return !(f->flags & (GENERATED | IGNORED)) && !(f->flags & (patch ? CREATE_ONLY : PATCH_ONLY));
}

/* In an answer a stored member is required unless null leaves it out; other members have the flag REQUIRED. */
static bool is_required(const struct field *f, bool answer, bool patch)
{
	if (answer && f->column)
		return !(f->flags & ABSENT_IF_NULL);
	return f->flags & REQUIRED && !patch;
}

static void object_members(struct json_out *j, const struct field *fields, bool answer, bool patch)
{
	bool any = false;

	json_key(j, "properties");
	json_open(j);
	for (const struct field *f = fields; f->name; f++) {
		if (!is_listed(f, answer, patch))
			continue;
		any |= is_required(f, answer, patch);
		json_key(j, f->name);
		schema_field(j, f, answer);
	}
	json_close(j);
	if (any) {
		json_key(j, "required");
		json_list(j);
		for (const struct field *f = fields; f->name; f++)
			if (is_listed(f, answer, patch) && is_required(f, answer, patch))
				json_text(j, f->name);
		json_list_end(j);
	}
}

void schema_object(struct json_out *j, const struct field *fields, bool answer, bool patch)
{
	json_open(j);
	json_key_text(j, "type", "object");
	object_members(j, fields, answer, patch);
	json_close(j);
}

/* The fields of a shape but those that it leaves out. */
static const struct field *kept_fields(struct arena *a, const struct shape *s)
{
	struct field *kept;
	size_t n = 0, all = 0;

	while (s->fields[all].name)
		all++;
	kept = ARENA_ARRAY(a, struct field, all + 1);
	for (size_t i = 0; i < all; i++) {
		bool out = false;

		for (int k = 0; s->without && s->without[k]; k++)
			out |= !strcmp(s->without[k], s->fields[i].name);
		if (!out)
			memcpy(&kept[n++], &s->fields[i], sizeof(kept[0]));
	}
	return kept;
}

/* The members of a shape that is no thing of its own. */
static void schema_fields(struct json_out *j, struct arena *a, const struct shape *s)
{
	const struct field *fields = kept_fields(a, s);

	if (!s->beside) {
		schema_object(j, fields, true, false);
		return;
	}
	json_open(j);
	json_key(j, "allOf");
	json_list(j);
	schema_object(j, fields, true, false);
	schema_object(j, s->beside, true, false);
	json_list_end(j);
	json_close(j);
}

/* The schema of one element: a thing by reference, its further members, or both. */
static void schema_element(struct json_out *j, struct arena *a, const struct shape *s)
{
	if (!s->of) {
		if (s->fields) {
			schema_fields(j, a, s);
			return;
		}
		json_open(j);
		json_key_text(j, "type", "object");
		json_key_bool(j, "additionalProperties", true);
		json_close(j);
		return;
	}
	json_open(j);
	if (s->fields) {
		json_key(j, "allOf");
		json_list(j);
		json_open(j);
	}
	json_key_text(j, "$ref", arena_printf(a, "#/components/schemas/%s", component_of(a, s->of)));
	if (s->fields) {
		json_close(j);
		schema_object(j, s->fields, true, false);
		json_list_end(j);
	}
	json_close(j);
}

void schema_shape(struct json_out *j, struct arena *a, const struct shape *s)
{
	if (s->wrapper) {
		json_open(j);
		json_key_text(j, "type", "object");
		json_key(j, "properties");
		json_open(j);
		json_key(j, s->wrapper);
	}
	if (s->list) {
		json_open(j);
		json_key_text(j, "type", "array");
		json_key(j, "items");
	}
	schema_element(j, a, s);
	if (s->list)
		json_close(j);
	if (s->wrapper) {
		json_close(j);
		json_key(j, "required");
		json_list(j);
		json_text(j, s->wrapper);
		json_list_end(j);
		json_close(j);
	}
}
