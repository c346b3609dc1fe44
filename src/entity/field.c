/* Checks of bodies and queries against their fields, and the issues of those that fail. */
#include "entity/field.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

/* The largest time that a JavaScript Date can hold, in milliseconds. */
#define TIME_MOST 8640000000000000.0
/* Issues that the answer to one request tells: a long list of faults must not make a longer answer. */
#define ISSUES_MOST 100
/* Bytes of a wrong value that an issue repeats. */
#define RECEIVED_MOST 256

const struct field field_id = { .type = FIELD_TEXT, .flags = NOT_EMPTY };
const struct field field_text = { .type = FIELD_TEXT };
const struct field field_object = { .type = FIELD_OBJECT };

struct path {			/* from the innermost part outwards */
	const struct path *up;
	const char *key;	/* NULL: an index */
	size_t index;
};

struct checker {
	struct arena *a;
	struct buffer issues, details;
	struct json_out out;
	int count;
	bool quiet;		/* counting only: inside a union */
};

static void path_details(struct buffer *b, const struct path *p)
{
	if (!p)
		return;
	path_details(b, p->up);
	if (p->up)
		buffer_char(b, '.');
	if (p->key)
		buffer_text(b, p->key);
	else
		buffer_int(b, (int64_t)p->index);
}

static void path_json(struct json_out *j, const struct path *p)
{
	if (!p)
		return;
	path_json(j, p->up);
	if (p->key)
		json_text(j, p->key);
	else
		json_int(j, (int64_t)p->index);
}

/* Whether there are more issues than are told, so that the rest need not be looked at. */
static bool is_over(const struct checker *c)
{
	return c->count > ISSUES_MOST;
}

/*
 * Opens an issue; the caller then writes the members of its own and calls issue_end(). False inside a union, where
 * issues are only counted, and for those that are too many: the caller writes nothing.
 */
static bool issue(struct checker *c, const char *code)
{
	c->count++;
	if (c->quiet || is_over(c))
		return false;
	json_open(&c->out);
	json_key_text(&c->out, "code", code);
	return true;
}

/* `sentence`: the line of `details`; the same as the message but for types. */
static void issue_end(struct checker *c, const struct path *at, const char *code, const char *message,
		      const char *sentence)
{
	json_key_text(&c->out, "message", message);
	json_key(&c->out, "path");
	json_list(&c->out);
	path_json(&c->out, at);
	json_list_end(&c->out);
	json_close(&c->out);

	if (c->details.len)
		buffer_char(&c->details, '\n');
	buffer_text(&c->details, "Error in key path \"");
	path_details(&c->details, at);
	buffer_printf(&c->details, "\": (%s) %s", code, sentence);
}

static void simple_issue(struct checker *c, const struct path *at, const char *code, const char *message)
{
	if (issue(c, code))
		issue_end(c, at, code, message, message);
}

static const char *json_type_name(const json_t *v)
{
	if (!v)
		return "undefined";
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "object";
	case JSON_ARRAY:
		return "array";
	case JSON_STRING:
		return "string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "boolean";
	case JSON_NULL:
		break;
	}
	return "null";
}

static void type_issue(struct checker *c, const struct path *at, const char *expected, const json_t *v)
{
	if (!issue(c, "invalid_type"))
		return;
	json_key_text(&c->out, "expected", expected);
	json_key_text(&c->out, "received", json_type_name(v));
	issue_end(c, at, "invalid_type", v ? arena_printf(c->a, "Send a value of type %s", expected) : "Required",
		  arena_printf(c->a, "Expected %s but received %s.", expected, json_type_name(v)));
}

static void bound_issue(struct checker *c, const struct path *at, bool small, double bound, const char *type)
{
	const char *code = small ? "too_small" : "too_big";
	const char *unit = !strcmp(type, "string") ? " characters" : !strcmp(type, "array") ? " elements" : "";
	const char *message;

	if (!issue(c, code))
		return;
	json_key_int(&c->out, small ? "minimum" : "maximum", (int64_t)bound);
	json_key_text(&c->out, "type", type);
	json_key_bool(&c->out, "inclusive", true);
	json_key_bool(&c->out, "exact", false);
	message = arena_printf(c->a, "At %s %.0f%s", small ? "least" : "most", bound, unit);
	issue_end(c, at, code, message, message);
}

static void form_issue(struct checker *c, const struct path *at, enum text_form form)
{
	static const struct { const char *validation, *message; } rows[] = {
		[FORM_URL] = { "url", "Not a URL" },
		[FORM_EMAIL_STRICT] = { "email", "Not an e-mail address" },
	};
	const char *validation = "regex", *message = "Not of the form this member has";

	if (form == FORM_REDIRECT_URI) {
		simple_issue(c, at, "custom", "Not a redirect URI");
		return;
	}
	if (form < ARRAY_LEN(rows) && rows[form].validation) {
		validation = rows[form].validation;
		message = rows[form].message;
	}
	if (!issue(c, "invalid_string"))
		return;
	json_key_text(&c->out, "validation", validation);
	issue_end(c, at, "invalid_string", message, message);
}

static const char *options_text(struct checker *c, const struct field *f)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(4));
	for (int i = 0; f->options[i]; i++)
		buffer_printf(&b, "%s'%s'", i ? " | " : "", f->options[i]);
	return arena_copy(c->a, buffer_str(&b));
}

static void end_with_options(struct checker *c, const struct path *at, const struct field *f, const char *code)
{
	const char *message = arena_printf(c->a, "Send one of %s", options_text(c, f));

	json_key(&c->out, "options");
	json_list(&c->out);
	for (int i = 0; f->options[i]; i++)
		json_text(&c->out, f->options[i]);
	json_list_end(&c->out);
	issue_end(c, at, code, message, message);
}

static void enum_issue(struct checker *c, const struct path *at, const struct field *f, const json_t *v)
{
	if (!issue(c, "invalid_enum_value"))
		return;
	json_key(&c->out, "received");
	if (json_string_length(v) > RECEIVED_MOST)
		json_textn(&c->out, json_string_value(v), text_cut(json_string_value(v), RECEIVED_MOST));
	else
		json_value(&c->out, v);
	end_with_options(c, at, f, "invalid_enum_value");
}

/* A value that is not the only one there is. */
static void literal_issue(struct checker *c, const struct path *at, const struct field *f, const json_t *v)
{
	const char *message;

	if (!issue(c, "invalid_literal"))
		return;
	json_key_text(&c->out, "expected", f->options[0]);
	if (json_string_length(v) <= RECEIVED_MOST) {
		json_key(&c->out, "received");
		json_value(&c->out, v);
	}
	message = arena_printf(c->a, "Send %s", options_text(c, f));
	issue_end(c, at, "invalid_literal", message, message);
}

/* A member that tells which form the object has. */
static void discriminator_issue(struct checker *c, const struct path *at, const struct field *f)
{
	if (!issue(c, "invalid_union_discriminator"))
		return;
	end_with_options(c, at, f, "invalid_union_discriminator");
}

static void check_object(struct checker *c, const struct field *fields, enum check_mode mode, json_t *object,
			 const struct path *up);
static json_t *check_value(struct checker *c, const struct field *f, json_t *v, const struct path *at);

/* Checks length, form and rule of a text. */
static void check_text(struct checker *c, const struct field *f, const json_t *v, const struct path *at)
{
	const char *s = json_string_value(v);
	int least = f->min ? f->min : f->flags & NOT_EMPTY ? 1 : 0;

	if (*s == '\0' && (f->flags & EMPTY_OK))
		return;
	if (least && text_utf16_len(s) < (size_t)least)
		bound_issue(c, at, true, least, "string");
	if (f->max && !(f->flags & STORED_MAX) && text_utf16_len(s) > (size_t)f->max)
		bound_issue(c, at, false, f->max, "string");
	if (f->form != FORM_ANY && !form_fits(f->form, s))
		form_issue(c, at, f->form);
	else if (f->check && !f->check(v))
		simple_issue(c, at, "custom", f->fault ? f->fault : "Not a value this member takes");
}

static void check_number(struct checker *c, const struct field *f, const json_t *v, const struct path *at)
{
	double d = json_number_value(v);

	if (f->type == FIELD_TIME && fabs(d) > TIME_MOST)
		bound_issue(c, at, false, TIME_MOST, "number");
	if (f->flags & WHOLE && d != floor(d)) {
		if (issue(c, "invalid_type")) {
			json_key_text(&c->out, "expected", "integer");
			json_key_text(&c->out, "received", "float");
			issue_end(c, at, "invalid_type", "Send a whole number",
				  "Expected integer but received float.");
		}
	}
	if (f->min && d < f->min)
		bound_issue(c, at, true, f->min, "number");
	if (f->max && d > f->max)
		bound_issue(c, at, false, f->max, "number");
}

static void check_list(struct checker *c, const struct field *f, json_t *v, const struct path *at)
{
	if ((f->flags & NOT_EMPTY) && json_array_size(v) == 0)
		bound_issue(c, at, true, 1, "array");
	if (f->max && json_array_size(v) > (size_t)f->max)
		bound_issue(c, at, false, f->max, "array");
	for (size_t i = 0; i < json_array_size(v) && !is_over(c); i++) {
		struct path here = { at, NULL, i };
		json_t *element = json_array_get(v, i), *kept;

		kept = check_value(c, f->element, element, &here);
		if (kept != element)
			json_array_set_new(v, i, kept);
	}
}

static void check_enum(struct checker *c, const struct field *f, const json_t *v, const struct path *at)
{
	bool fits = json_is_string(v) && text_is_one_of(json_string_value(v), f->options);

	if (!fits && f->flags & DISCRIMINATOR) {
		discriminator_issue(c, at, f);
		return;
	}
	if (!fits && !f->options[1]) {
		literal_issue(c, at, f, v);
		return;
	}
	if (!json_is_string(v) && !(f->flags & ENUM_BY_VALUE && json_is_number(v))) {
		type_issue(c, at, options_text(c, f), v);
		return;
	}
	if (!fits)
		enum_issue(c, at, f, v);
}

/* The type of the field as issues name it. */
static const char *expected_name(const struct field *f)
{
	switch (f->type) {
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_TIME:
		return "number";
	case FIELD_BOOL:
		return "boolean";
	case FIELD_OBJECT:
	case FIELD_STRUCT:
		return "object";
	case FIELD_LIST:
		return "array";
	default:
		return "string";
	}
}

static bool type_fits(const struct field *f, const json_t *v)
{
	switch (f->type) {
	case FIELD_TEXT:
		return json_is_string(v);
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_TIME:
		return json_is_number(v);
	case FIELD_BOOL:
		return json_is_boolean(v);
	case FIELD_OBJECT:
	case FIELD_STRUCT:
		return json_is_object(v);
	case FIELD_LIST:
		return json_is_array(v);
	case FIELD_ENUM:
	case FIELD_ANY:
	case FIELD_CUSTOM:
		break;
	}
	return true;
}

/* The same number as a JSON integer, where a whole one is meant and it is one: 1e3, 5.0. */
static json_t *whole_number(const struct field *f, json_t *v)
{
	double d = json_number_value(v);
	bool wanted = f->type == FIELD_INTEGER || f->flags & WHOLE;

	return wanted && json_is_real(v) && d == floor(d) && fabs(d) < 0x1p63 ? json_integer((json_int_t)d) : v;
}

/* Cuts a time to whole milliseconds. */
static json_t *cut_time(json_t *v)
{
	return json_is_integer(v) ? v : json_integer((json_int_t)trunc(json_real_value(v)));
}

/* Checks `v` by the type of its field, without null and unions; returns the value to keep. */
static json_t *check_by_type(struct checker *c, const struct field *f, json_t *v, const struct path *at)
{
	if (!type_fits(f, v)) {
		type_issue(c, at, expected_name(f), v);
		return v;
	}
	switch (f->type) {
	case FIELD_TEXT:
		check_text(c, f, v, at);
		return (f->flags & NULLABLE) && *json_string_value(v) == '\0' ? json_null() : v;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
		check_number(c, f, v, at);
		return whole_number(f, v);
	case FIELD_TIME:
		check_number(c, f, v, at);
		return fabs(json_number_value(v)) > TIME_MOST ? v : cut_time(v);
	case FIELD_STRUCT:
		check_object(c, f->members, CHECK_CREATE, v, at);
		break;
	case FIELD_LIST:
		check_list(c, f, v, at);
		break;
	case FIELD_ENUM:
		check_enum(c, f, v, at);
		break;
	case FIELD_CUSTOM:
		if (!f->check(v))
			simple_issue(c, at, f->flags & UNION ? "invalid_union" : "custom",
				     f->help ? f->help : "Invalid input");
		break;
	case FIELD_BOOL:
	case FIELD_OBJECT:
	case FIELD_ANY:
		break;
	}
	return v;
}

/*
 * Checks `v`, including null, COERCE_LIST and UNION. Returns the value to keep: `v` itself or a new one in its place.
 * A union reports one issue in place of those of its parts.
 */
static json_t *check_value(struct checker *c, const struct field *f, json_t *v, const struct path *at)
{
	int before = c->count;
	bool quiet = c->quiet;
	json_t *kept;

	if (json_is_null(v) && (f->flags & NULLABLE))
		return v;
	if (f->flags & COERCE_LIST && !json_is_array(v)) {
		json_t *list = json_array();

		json_array_append(list, v);
		v = list;
	}
	c->quiet |= (f->flags & UNION) != 0;
	kept = check_by_type(c, f, v, at);
	c->quiet = quiet;
	if (f->flags & UNION && c->count > before) {
		c->count = before;
		simple_issue(c, at, "invalid_union", "None of the accepted forms");
	}
	return kept;
}

/* Fields that this kind of request cannot set: they are removed without a check. */
static bool is_dropped(const struct field *f, enum check_mode mode)
{
	return (f->flags & GENERATED) || (mode == CHECK_PATCH && (f->flags & CREATE_ONLY)) ||
	       (mode == CHECK_CREATE && (f->flags & PATCH_ONLY));
}

static const struct field *find_field(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			return fields;
	return NULL;
}

/* Removes the members that no field describes or that this request cannot set. */
static void drop_unknown(const struct field *fields, enum check_mode mode, json_t *object)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, key, value) {
		const struct field *f = find_field(fields, key);

		if (!f || is_dropped(f, mode) || (f->flags & IGNORED))
			json_object_del(object, key);
	}
}

static void check_object(struct checker *c, const struct field *fields, enum check_mode mode, json_t *object,
			 const struct path *up)
{
	for (const struct field *f = fields; f->name && !is_over(c); f++) {
		struct path here = { up, f->name, 0 };
		json_t *v = json_object_get(object, f->name), *kept;

		if (is_dropped(f, mode))
			continue;
		if (!v) {
			if (f->flags & DISCRIMINATOR)
				discriminator_issue(c, &here, f);
			else if (f->flags & REQUIRED && mode == CHECK_CREATE)
				type_issue(c, &here, f->type == FIELD_ENUM ? options_text(c, f) : expected_name(f),
					   NULL);
			continue;
		}
		kept = check_value(c, f, v, &here);
		if (kept != v)
			json_object_set_new(object, f->name, kept);
	}
	drop_unknown(fields, mode, object);
}

/* Sets and returns ERR_INPUT with the issues. */
static err_t report(struct checker *c, const char *part)
{
	struct fault *fault;
	err_t e;

	json_list_end(&c->out);
	if (is_over(c))
		buffer_printf(&c->details, "\nThere are more; at most %d are told.", ISSUES_MOST);
	e = err_arg(err_set(ERR_INPUT, "%s: %d issues", part, c->count), "part", part);
	fault = err_fault();
	fault->data = arena_printf(c->a, "{\"issues\":%s}", buffer_str(&c->issues));
	fault->details = arena_copy(c->a, buffer_str(&c->details));
	return e;
}

static void checker_init(struct checker *c, struct arena *a)
{
	*c = (struct checker){ .a = a };
	buffer_init(&c->issues, MIB(4));
	buffer_init(&c->details, MIB(4));
	json_out_init(&c->out, &c->issues);
	json_list(&c->out);
}

static void checker_done(struct checker *c)
{
	buffer_done(&c->issues);
	buffer_done(&c->details);
}

err_t fields_check(struct arena *a, const struct field *fields, enum check_mode mode, json_t *object, const char *part)
{
	CLEANUP(checker_done) struct checker c = {0};

	checker_init(&c, a);
	if (json_is_object(object))
		check_object(&c, fields, mode, object, NULL);
	else
		type_issue(&c, NULL, "object", object);
	return c.count ? report(&c, part) : OK;
}

err_t fields_check_list(struct arena *a, const struct field *list, json_t *value, const char *part)
{
	CLEANUP(checker_done) struct checker c = {0};

	checker_init(&c, a);
	check_value(&c, list, value, NULL);
	return c.count ? report(&c, part) : OK;
}

err_t input_issue(struct arena *a, const char *part, const char *path, const char *code, const char *message)
{
	CLEANUP(checker_done) struct checker c = {0};
	struct path here = { NULL, path, 0 };

	checker_init(&c, a);
	simple_issue(&c, path ? &here : NULL, code, message);
	return report(&c, part);
}

err_t length_error(struct arena *a, int width)
{
	err_t e = err_set(ERR_TOO_LONG, "more than %d characters", width);

	err_fault()->data = arena_printf(a, "{\"message\":\"at most %d characters fit\"}", width);
	return e;
}

err_t fields_fit(struct arena *a, const struct field *fields, const json_t *object)
{
	for (const struct field *f = fields; f->name; f++) {
		const char *s = json_string_value(json_object_get(object, f->name));

		if (s && (f->flags & STORED_MAX) && text_utf16_len(s) > (size_t)f->max)
			return length_error(a, f->max);
	}
	return OK;
}
