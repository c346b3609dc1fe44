/* The writer of JSON: commas, escapes, numbers, and whole trees of jansson. */
#include "base/json.h"

#include <float.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/banned.h"

/* -- memory of trees -- */

#define METER_STEP KIB(64)	/* what a meter takes of its charge at once */
#define UNNOTED KIB(16)		/* what trees grow by before that is noted */
#define MALLOC_HEAD 16		/* that the allocator puts before each piece, and fills up with */

/* What one parser has allocated. */
struct meter {
	size_t used, taken, most;
	struct charge *charge;
	err_t refused;
};

static _Thread_local struct meter *meter;	/* of the parser that runs on this thread */
static _Thread_local struct json_meter *noting;	/* where no parser runs */

/* Counts a piece. False: it is refused. */
static bool meter_take(struct meter *m, size_t bytes)
{
	m->used += bytes + MALLOC_HEAD;
	if (m->used <= m->taken)
		return true;
	if (m->used > m->most)
		m->refused = ERR_BODY_VALUES;
	else if (charge_add(m->charge, m->used - m->taken + METER_STEP))
		m->taken = m->used + METER_STEP;
	else
		m->refused = ERR_MEMORY;
	return !m->refused;
}

/* Notes what trees have grown by, once it is worth that. */
static void note_tree(struct json_meter *m)
{
	if (LIKELY(m->used - m->noted < (int64_t)UNNOTED))
		return;
	charge_note(m->charge, (size_t)(m->used - m->noted));
	m->noted = m->used;
}

static void *tree_alloc(size_t size)
{
	void *p;

	if (!meter) {
		p = malloc(size);
		if (noting && p) {
			noting->used += (int64_t)malloc_usable_size(p) + MALLOC_HEAD;
			note_tree(noting);
		}
		return p;
	}
	p = meter->refused || !meter_take(meter, size) ? NULL : malloc(size);
	if (p)
		meter->used += malloc_usable_size(p) - size;	/* what tree_free() takes away */
	return p;
}

static void tree_free(void *p)
{
	if (meter && p)
		meter->used -= malloc_usable_size(p) + MALLOC_HEAD;
	else if (noting && p)
		noting->used -= (int64_t)malloc_usable_size(p) + MALLOC_HEAD;
	secret_free(p);
}

/*
 * Trees hold what requests say, passwords too. Before main(), since jansson must be told before it allocates for the
 * first time.
 */
__attribute__((constructor)) static void own_trees(void)
{
	json_set_alloc_funcs(tree_alloc, tree_free);
}

struct json_meter *json_meter_use(struct json_meter *m)
{
	struct json_meter *before = noting;

	noting = m;
	return before;
}

void json_meter_end(struct json_meter *m)
{
	int64_t stays = m->used > 0 ? m->used : 0;

	if (stays < m->noted)
		charge_drop(m->charge, (size_t)(m->noted - stays));
	m->noted = m->used = 0;
}

err_t json_parse(const char *text, size_t len, size_t flags, struct charge *c, json_t **out, json_error_t *error)
{
	struct meter m = { .most = budget_tree_most(), .charge = c };

	meter = &m;
	*out = json_loadb(text, len, flags, error);
	if (m.refused) {	/* jansson may have gone on, with a string cut short */
		json_decref(*out);
		*out = NULL;
	}
	meter = NULL;
	charge_drop(c, *out && m.used < m.taken ? m.taken - m.used : *out ? 0 : m.taken);
	return m.refused ? m.refused : *out ? OK : ERR_JSON;
}

/* -- text -- */

/* The second character of the escape (RFC 8259 section 7), 'u' for \u00XX, 0 for what stays as it is. */
static const char escapes[256] = {
	[0 ... 0x07] = 'u', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', [0x0b] = 'u', ['\f'] = 'f', ['\r'] = 'r',
	[0x0e ... 0x1f] = 'u',
	['"'] = '"', ['\\'] = '\\',
};

void json_out_init(struct json_out *j, struct buffer *to)
{
	*j = (struct json_out){ .to = to };
}

/* Before each value: writes the comma that is due, and remembers that the next value needs one. */
static inline void begin_value(struct json_out *j)
{
	if (j->comma)
		buffer_char(j->to, ',');
	j->comma = true;
}

static void open_with(struct json_out *j, char c)
{
	begin_value(j);
	buffer_char(j->to, c);
	j->comma = false;
}

static void close_with(struct json_out *j, char c)
{
	buffer_char(j->to, c);
	j->comma = true;
}

void json_open(struct json_out *j)
{
	open_with(j, '{');
}

void json_close(struct json_out *j)
{
	close_with(j, '}');
}

void json_list(struct json_out *j)
{
	open_with(j, '[');
}

void json_list_end(struct json_out *j)
{
	close_with(j, ']');
}

void json_key(struct json_out *j, const char *literal)
{
	size_t len = strlen(literal);
	char *at = buffer_reserve(j->to, len + 3 + j->comma);

	if (!at)
		return;
	if (j->comma)
		*at++ = ',';
	*at++ = '"';
	memcpy(at, literal, len);
	at += len;
	*at++ = '"';
	*at++ = ':';
	*at = '\0';
	j->to->len = (size_t)(at - j->to->data);
	j->comma = false;
}

static void escape(struct buffer *to, unsigned char c)
{
	char code[6] = { '\\', escapes[c], '0', '0', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15] };

	buffer_add(to, code, escapes[c] == 'u' ? 6 : 2);
}

/* How many bytes at the start need no escape, in steps of eight: a byte below 0x20, a quote or a backslash ends it. */
static size_t plain_prefix(const char *s, size_t len)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	uint64_t w, quote, slash;
	size_t i;

	for (i = 0; i + sizeof(w) <= len; i += sizeof(w)) {
		memcpy(&w, s + i, sizeof(w));
		quote = w ^ (ones * '"');
		slash = w ^ (ones * '\\');
		if (((w - ones * 0x20) & ~w & high) | ((quote - ones) & ~quote & high) |
		    ((slash - ones) & ~slash & high))
			break;
	}
	return i;
}

static void write_quoted(struct buffer *to, const char *s, size_t len)
{
	size_t from = 0, i;

	buffer_char(to, '"');
	for (i = plain_prefix(s, len); i < len; i++) {
		if (LIKELY(!escapes[(unsigned char)s[i]]))
			continue;
		buffer_add(to, s + from, i - from);
		escape(to, (unsigned char)s[i]);
		from = i + 1;
	}
	buffer_add(to, s + from, len - from);
	buffer_char(to, '"');
}

void json_textn(struct json_out *j, const char *s, size_t len)
{
	begin_value(j);
	write_quoted(j->to, s, len);
}

void json_text(struct json_out *j, const char *s)
{
	if (s)
		json_textn(j, s, strlen(s));
	else
		json_null_(j);
}

void json_int(struct json_out *j, int64_t n)
{
	begin_value(j);
	buffer_int(j->to, n);
}

void json_raw(struct json_out *j, const char *text, size_t len)
{
	begin_value(j);
	buffer_add(j->to, text, len);
}

void json_bool(struct json_out *j, bool b)
{
	json_raw(j, b ? "true" : "false", b ? 4 : 5);
}

void json_null_(struct json_out *j)
{
	json_raw(j, "null", 4);
}

/* The shortest decimal text that reads back as the same double. */
static void write_real(struct json_out *j, double n)
{
	char text[40];
	int digits, len = 0;

	if (!isfinite(n)) {	/* JSON cannot write it, and no parser makes one */
		json_null_(j);
		return;
	}
	/* 15 digits are never too many for a normal number; one near 0 may need only one */
	for (digits = fabs(n) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
		len = snprintf(text, sizeof(text), "%.*g", digits, n);
		if (strtod(text, NULL) == n)
			break;
	}
	json_raw(j, text, (size_t)len);
}

static void write_object(struct json_out *j, const json_t *value)
{
	json_t *of = (json_t *)(uintptr_t)value;	/* jansson's iterators take no const */
	void *at;

	json_open(j);
	for (at = json_object_iter(of); at; at = json_object_iter_next(of, at)) {
		json_textn(j, json_object_iter_key(at), json_object_iter_key_len(at));
		buffer_char(j->to, ':');
		j->comma = false;
		json_value(j, json_object_iter_value(at));
	}
	json_close(j);
}

static void write_array(struct json_out *j, const json_t *value)
{
	json_list(j);
	for (size_t i = 0; i < json_array_size(value); i++)
		json_value(j, json_array_get(value, i));
	json_list_end(j);
}

/* Recursive: the depth is what the parser let in. */
void json_value(struct json_out *j, const json_t *value)
{
	if (!value) {
		json_null_(j);
		return;
	}
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		write_object(j, value);
		break;
	case JSON_ARRAY:
		write_array(j, value);
		break;
	case JSON_STRING:
		json_textn(j, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		json_int(j, json_integer_value(value));
		break;
	case JSON_REAL:
		write_real(j, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		json_bool(j, json_is_true(value));
		break;
	case JSON_NULL:
		json_null_(j);
		break;
	}
}

void json_key_text(struct json_out *j, const char *key, const char *s)
{
	json_key(j, key);
	json_text(j, s);
}

void json_key_int(struct json_out *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_int(j, n);
}

void json_key_bool(struct json_out *j, const char *key, bool b)
{
	json_key(j, key);
	json_bool(j, b);
}

/* The index behind the string that begins with the quote at `i`. */
static size_t string_end(const char *text, size_t len, size_t i)
{
	for (i++; i < len; i++) {
		if (text[i] == '\\')
			i++;
		else if (text[i] == '"')
			return i + 1;
	}
	return len;
}

size_t json_compact(char *text, size_t len)
{
	size_t from = 0, to = 0, end;

	while (from < len) {
		char c = text[from];

		if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			from++;
		} else if (c == '"') {
			end = string_end(text, len, from);
			if (to != from)
				memmove(text + to, text + from, end - from);
			to += end - from;
			from = end;
		} else {
			text[to++] = c;
			from++;
		}
	}
	if (to < len)
		text[to] = '\0';
	return to;
}

/* The index behind the value that begins at `i`, of a member of the outermost object. */
static size_t value_end(const char *text, size_t len, size_t i)
{
	int depth = 0;

	while (i < len) {
		char c = text[i];

		if (c == '"') {
			i = string_end(text, len, i);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}'))
			return i;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		i++;
	}
	return len;
}

bool json_find(const char *text, size_t len, const char *member, struct slice *value)
{
	size_t name_len = strlen(member), behind, end;

	for (size_t i = 1; i < len && text[i] == '"'; i = end + 1) {
		behind = string_end(text, len, i);
		end = value_end(text, len, behind + 1);
		if (behind - i == name_len + 2 && !memcmp(text + i + 1, member, name_len) && end > behind) {
			*value = (struct slice){ text + behind + 1, end - behind - 1 };
			return true;
		}
	}
	return false;
}

const char *json_to_text(struct arena *a, const json_t *value)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, MIB(16));
	json_out_init(&j, &b);
	json_value(&j, value);
	return arena_copyn(a, buffer_str(&b), b.len);
}

json_t *json_distinct(const json_t *texts)
{
	json_t *distinct = json_array(), *seen = json_object();

	for (size_t i = 0; i < json_array_size(texts); i++) {
		json_t *text = json_array_get(texts, i);

		if (json_object_get(seen, json_string_value(text)))
			continue;
		json_object_set_new_nocheck(seen, json_string_value(text), json_true());
		json_array_append(distinct, text);
	}
	json_decref(seen);
	return distinct;
}
