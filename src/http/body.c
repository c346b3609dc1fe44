/* Reads the body of a request: inflates it, then JSON, a form or text becomes rq->body. */
#include "http/request.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "http/compress.h"
#include "base/banned.h"

#define INFLATED_AT_ONCE KIB(16)
#define DEPTH_MAX 1000		/* from here free JSON is refused; jansson itself stops at 2048 */
#define FORM_DEPTH 5		/* brackets of a form's key; what is deeper stays in the name */
#define FORM_INDEX_DIGITS 3	/* a[999] is an element, a[1000] a member */
#define EXACT_DOUBLE 9007199254740992.0	/* 2^53: integers up to here survive a double */

/* Notes why the body could not be read. The dispatcher answers with it later, in the contract's order. */
static void fault(struct request *rq, err_t e, const char *reason)
{
	rq->body_error = e;
	rq->body_reason = reason;
}

/* -- codings -- */

/* Whether the raw bytes begin like a zlib stream (RFC 1950 section 2.2); `deflate` is sent both with and without. */
static bool has_zlib_head(const unsigned char *at, size_t len)
{
	return len >= 2 && (at[0] & 0x0f) == 8 && (at[0] >> 4) <= 7 && ((unsigned)at[0] << 8 | at[1]) % 31 == 0;
}

/* ERR_BODY_CORRUPT: bytes are wrong, missing or left over. ERR_BODY_TOO_LARGE, ERR_MEMORY: `out` is full. */
static err_t inflate_all(z_stream *z, struct arena *a, struct buffer *out)
{
	char *room = arena_alloc(a, INFLATED_AT_ONCE);
	int r = Z_OK;

	while (r == Z_OK) {
		z->next_out = (Bytef *)room;
		z->avail_out = INFLATED_AT_ONCE;
		r = inflate(z, Z_NO_FLUSH);	/* Z_BUF_ERROR: it ends before its end */
		if (r != Z_OK && r != Z_STREAM_END)
			return ERR_BODY_CORRUPT;
		buffer_add(out, room, INFLATED_AT_ONCE - z->avail_out);
		if (out->full)
			return out->charge->refused ? ERR_MEMORY : ERR_BODY_TOO_LARGE;
	}
	return z->avail_in == 0 ? OK : ERR_BODY_CORRUPT;
}

/* Replaces rq->raw by its inflated form. `window`: as inflateInit2() takes it, which tells the format. */
static void inflate_body(struct request *rq, int window)
{
	struct buffer out;
	z_stream z = { .next_in = (Bytef *)rq->raw, .avail_in = (uInt)rq->raw_len };
	err_t e;

	buffer_init(&out, rq->body_limit);
	out.charge = &rq->charge;
	coding_wipe_on_free(&z);
	if (inflateInit2(&z, window) != Z_OK) {
		fault(rq, ERR_BUSY, NULL);
		return;
	}
	e = inflate_all(&z, rq->arena, &out);
	inflateEnd(&z);
	if (e) {
		fault(rq, e, NULL);
	} else {
		rq->raw = arena_copyn(rq->arena, buffer_str(&out), out.len);
		rq->raw_len = out.len;
	}
	buffer_done(&out);
}

void request_decode_body(struct request *rq)
{
	const char *coding = request_header(rq, "Content-Encoding");

	if (rq->decoded || rq->body_error || !rq->raw_len)
		return;
	rq->decoded = true;
	if (!coding || !*coding || strcasecmp(coding, "identity") == 0)
		return;
	if (strcasecmp(coding, "gzip") == 0 || strcasecmp(coding, "x-gzip") == 0)
		inflate_body(rq, 16 + MAX_WBITS);
	else if (strcasecmp(coding, "deflate") == 0)
		inflate_body(rq, has_zlib_head((unsigned char *)rq->raw, rq->raw_len) ? MAX_WBITS : -MAX_WBITS);
	else
		fault(rq, ERR_BODY_CODING, NULL);
}

/* -- JSON -- */

/*
 * Looks through the text once, before the recursive parser runs: levels of nesting, not counting brackets in
 * strings.
 */
static bool is_too_deep(const char *s, size_t len)
{
	int depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > DEPTH_MAX)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

/* Whether an object at any depth has the member __proto__. */
static bool has_proto(const json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, member)
			if (has_proto(member))
				return true;
		return false;
	}
	json_object_foreach((json_t *)value, key, member)
		if (strcmp(key, "__proto__") == 0 || has_proto(member))
			return true;
	return false;
}

/* A quick look before has_proto(): the name may also be written with escapes, \u005f is the underscore. */
static bool may_have_proto(const char *s, size_t len)
{
	return memmem(s, len, "__proto__", 9) || memmem(s, len, "\\u00", 4);
}

/* The integer that a real number is; NULL: it has a fraction, or is beyond what a double holds exactly. */
static json_t *as_integer(const json_t *value)
{
	double d = json_is_real(value) ? json_real_value(value) : 0.5;

	if (d >= -EXACT_DOUBLE && d <= EXACT_DOUBLE && d == (double)(json_int_t)d)
		return json_integer((json_int_t)d);
	return NULL;
}

/* After JSON_DECODE_INT_AS_REAL every number is real; those that are whole become integers again. */
static void restore_integers(json_t *value)
{
	json_t *member, *whole;
	const char *key;
	void *tmp;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, member) {
			whole = as_integer(member);
			if (whole)
				json_array_set_new(value, i, whole);
			else
				restore_integers(member);
		}
		return;
	}
	json_object_foreach_safe(value, tmp, key, member) {
		whole = as_integer(member);
		if (whole)
			json_object_iter_set_new(value, json_object_key_to_iter(key), whole);
		else
			restore_integers(member);
	}
}

static const char *describe_error(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_duplicate_key:
		return "a member appears twice";
	case json_error_end_of_input_expected:
		return "there is text after its end";
	case json_error_premature_end_of_input:
		return "it ends too early";
	case json_error_invalid_utf8:
		return "it holds bytes that are not UTF-8";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "it holds a null character";
	case json_error_numeric_overflow:
		return "a number is out of range";
	default:
		return strstr(error->text, "Unicode") ? "it holds half a surrogate pair" : "syntax error";
	}
}

static void parse_json(struct request *rq)
{
	const char *s = rq->raw;
	size_t len = rq->raw_len, blank;
	json_error_t error;
	json_t *body;
	err_t e;

	if (!s)
		return;
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		len -= 3;
	}
	if (len == 0)
		return;
	blank = strspn(s, " \t\r\n");
	if (blank >= len || (s[blank] != '{' && s[blank] != '[')) {
		fault(rq, ERR_JSON, "only an object or a list is accepted");
		return;
	}
	if (is_too_deep(s, len)) {
		fault(rq, ERR_INPUT, NULL);
		return;
	}
	e = json_parse(s, len, JSON_REJECT_DUPLICATES, &rq->charge, &body, &error);
	if (e == ERR_JSON && json_error_code(&error) == json_error_numeric_overflow) {
		e = json_parse(s, len, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &rq->charge, &body, &error);
		restore_integers(body);
	}
	if (e && e != ERR_JSON) {
		fault(rq, e, NULL);
	} else if (e) {
		fault(rq, ERR_JSON,
		      arena_printf(rq->arena, "%s, line %d column %d", describe_error(&error), error.line,
				   error.column));
	} else if (may_have_proto(s, len) && has_proto(body)) {
		json_decref(body);
		fault(rq, ERR_JSON, "the member __proto__ is forbidden");
	} else {
		rq->body = body;
	}
}

/* -- forms: a[b]=1 is {"a":{"b":"1"}}, a=1&a=2 is {"a":["1","2"]}, a[]=1 is {"a":["1"]} -- */

/* Appends to what is there already. Takes `value`. */
static void put(json_t *object, const char *key, json_t *value)
{
	json_t *there = json_object_get(object, key);

	if (!there) {
		json_object_set_new(object, key, value);
	} else if (json_is_array(there)) {
		json_array_append_new(there, value);
	} else {
		json_t *both = json_array();

		json_array_append(both, there);
		json_array_append_new(both, value);
		json_object_set_new(object, key, both);
	}
}

/* The object below `key`. Where there is another value or none, it makes the object and puts it beside that. */
static json_t *object_below(json_t *object, const char *key)
{
	json_t *there = json_object_get(object, key), *made;

	if (json_is_object(there))
		return there;
	made = json_object();
	put(object, key, made);
	return made;
}

/* The key for a[]: until convert_lists() runs, elements of a list are members "0", "1", … of an object. */
static const char *element_key(struct arena *a, const json_t *list)
{
	return arena_printf(a, "%zu", json_object_size(list));
}

/* Puts one pair of a form into `at`, below the objects that the brackets of its name spell. */
static void put_pair(struct arena *a, json_t *at, const char *name, const char *value)
{
	const char *open = strchr(name, '['), *close;
	const char *key = name;
	int depth = 0;

	if (open && open > name)
		key = arena_copyn(a, name, (size_t)(open - name));
	else
		open = NULL;
	while (open && *open == '[' && (close = strchr(open, ']'))) {
		if (strcmp(key, "__proto__") == 0)
			return;
		at = object_below(at, key);
		if (++depth > FORM_DEPTH) {
			key = open;
			break;
		}
		key = close == open + 1 ? element_key(a, at) : arena_copyn(a, open + 1, (size_t)(close - open - 1));
		open = close + 1;
	}
	if (strcmp(key, "__proto__") != 0)
		put(at, key, json_string(value));
}

/* Whether all keys are indices of a list. */
static bool is_list(const json_t *object)
{
	const char *key;
	json_t *member;

	json_object_foreach((json_t *)object, key, member) {
		size_t digits = strspn(key, "0123456789");

		if (key[digits] || digits == 0 || digits > FORM_INDEX_DIGITS || (digits > 1 && key[0] == '0'))
			return false;
	}
	return json_object_size(object) > 0;
}

/* The elements in the order of their indices, without gaps. */
static json_t *make_list(json_t *object)
{
	json_t *list = json_array(), *element, *at[1000] = {0};		/* of FORM_INDEX_DIGITS */
	size_t most = 0;
	const char *key;

	json_object_foreach(object, key, element) {
		size_t index = strtoul(key, NULL, 10);

		at[index] = element;
		most = index > most ? index : most;
	}
	for (size_t i = 0; i <= most; i++)
		if (at[i])
			json_array_append(list, at[i]);
	return list;
}

/* Turns objects whose keys are indices into lists, from the bottom up. Returns `object` or its list. */
static json_t *convert_lists(json_t *object, bool top)
{
	const char *key;
	json_t *member;
	void *tmp;

	json_object_foreach_safe(object, tmp, key, member)
		if (json_is_object(member)) {
			json_t *made = convert_lists(member, false);

			if (made != member)
				json_object_iter_set_new(object, json_object_key_to_iter(key), made);
		}
	return !top && is_list(object) ? make_list(object) : object;
}

static void parse_form(struct request *rq)
{
	json_t *body;

	params_parse(rq->arena, rq->raw, rq->raw_len, &rq->form);
	if (rq->form.nul) {
		fault(rq, ERR_JSON, "the form holds a null character");
		return;
	}
	if (rq->form.count > FORM_PARAMS_MAX) {
		fault(rq, ERR_JSON, "the form has too many parameters");
		return;
	}
	body = json_object();
	for (size_t i = 0; i < rq->form.count; i++)
		put_pair(rq->arena, body, rq->form.at[i].name, rq->form.at[i].value);
	convert_lists(body, true);
	rq->body = body;
}

/* -- media types -- */

static bool is_type(struct slice type, const char *name)
{
	return strlen(name) == type.len && strncasecmp(name, type.at, type.len) == 0;
}

static enum body_kind kind_of(const struct request *rq)
{
	static const char *const json[] = {
		"application/json", "application/json-patch+json", "application/vnd.api+json",
		"application/csp-report",
	};
	const char *header = request_header(rq, "Content-Type");
	struct slice type;

	if (!header)
		return BODY_NONE;
	type = (struct slice){ header, strcspn(header, ";") };
	while (type.len && (type.at[type.len - 1] == ' ' || type.at[type.len - 1] == '\t'))
		type.len--;
	for (size_t i = 0; i < ARRAY_LEN(json); i++)
		if (is_type(type, json[i]))
			return BODY_JSON;
	if (is_type(type, "application/x-www-form-urlencoded"))
		return BODY_FORM;
	return type.len > 5 && strncasecmp(type.at, "text/", 5) == 0 ? BODY_TEXT : BODY_OTHER;
}

static void parse(struct request *rq)
{
	rq->body_kind = kind_of(rq);
	request_decode_body(rq);
	if (rq->body_error)
		return;
	if (rq->body_kind == BODY_TEXT) {
		rq->body = json_stringn(rq->raw ? rq->raw : "", rq->raw_len);
		if (!rq->body)
			fault(rq, ERR_JSON, "it holds bytes that are not UTF-8");
	} else if (rq->raw_len && rq->body_kind == BODY_JSON) {
		parse_json(rq);
	} else if (rq->raw_len && rq->body_kind == BODY_FORM) {
		parse_form(rq);
	}
}

void request_parse_body(struct request *rq)
{
	struct json_meter trees = { .charge = &rq->charge }, *before;

	if (rq->body)
		return;
	if (!rq->body_error && (rq->method == POST || rq->method == PUT || rq->method == PATCH)) {
		before = json_meter_use(&trees);	/* of forms and texts; json_parse() has its own */
		parse(rq);
		json_meter_use(before);
		json_meter_end(&trees);
	}
	if (!rq->body)
		rq->body = json_object();
}
