/* Names of the API document. */
#include "server/api_names.h"

#include <ctype.h>
#include <string.h>

#include "base/buffer.h"

#include "base/banned.h"

bool segment_is_param(const char *segment)
{
	return *segment == '{';
}

size_t segment_len(const char *segment)
{
	return strcspn(segment, "/");
}

const char *segment_next(const char *segment)
{
	segment += segment_len(segment);
	return *segment ? segment + 1 : NULL;
}

/* The word without its plural: policies -> policy, roles -> role; status and words in ss stay. */
static const char *singularize(struct arena *a, const char *word, size_t n)
{
	if (n > 3 && !memcmp(word + n - 3, "ies", 3))
		return arena_printf(a, "%.*sy", (int)n - 3, word);
	if (n > 2 && word[n - 1] == 's' && word[n - 2] != 's' && !(n > 5 && !memcmp(word + n - 6, "status", 6)))
		return arena_copyn(a, word, n - 1);
	return arena_copyn(a, word, n);
}

/* Appends the word without hyphens: organization-role -> OrganizationRole with `upper`, else organizationRole. */
static void add_name(struct buffer *b, const char *word, bool upper)
{
	for (; *word; word++) {
		if (!isalnum((unsigned char)*word)) {
			upper = true;
			continue;
		}
		buffer_char(b, upper ? (char)toupper((unsigned char)*word) : *word);
		upper = false;
	}
}

static bool is_plural(const char *segment, size_t n)
{
	return n > 2 && segment[n - 1] == 's' && segment[n - 2] != 's' &&
	       !(n > 5 && !memcmp(segment + n - 6, "status", 6));
}

const char *operation_id(struct arena *a, const struct route *r)
{
	static const char *const verbs[] = {
		[GET] = "Get", [POST] = "Create", [PUT] = "Replace", [PATCH] = "Update", [DELETE] = "Delete",
	};
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *last = NULL;
	bool collection;

	if (r->operation)
		return r->operation;
	buffer_init(&b, KIB(1));
	for (const char *s = r->path + 5; s; s = segment_next(s))
		last = s;
	collection = !segment_is_param(last) && is_plural(last, strlen(last));
	buffer_text(&b, r->method == GET && collection ? "List" : verbs[r->method]);
	for (const char *s = r->path + 5; s; s = segment_next(s)) {
		bool whole = s == last && collection && (r->method == GET || r->method == PUT);

		if (!segment_is_param(s))
			add_name(&b, whole ? arena_copyn(a, s, segment_len(s)) : singularize(a, s, segment_len(s)),
				 true);
	}
	return arena_copy(a, buffer_str(&b));
}

const char *tag_of(struct arena *a, const struct route *r)
{
	char *tag = arena_copyn(a, r->path + 5, segment_len(r->path + 5));

	for (char *p = tag; *p; p++)
		if (*p == '-')
			*p = ' ';
	*tag = (char)toupper((unsigned char)*tag);
	return *tag == '.' ? "Well-known" : tag;
}

const char *parameter_of(struct arena *a, const struct route *r, const char *segment)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	size_t n = segment_len(segment) - 2;

	if (n != 2 || memcmp(segment + 1, "id", 2))
		return arena_copyn(a, segment + 1, n);
	buffer_init(&b, KIB(1));
	add_name(&b, singularize(a, r->path + 5, segment_len(r->path + 5)), false);
	buffer_text(&b, "Id-root");
	return arena_copy(a, buffer_str(&b));
}

const char *component_of(struct arena *a, const struct entity *e)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(1));
	add_name(&b, e->name, true);
	return arena_copy(a, buffer_str(&b));
}
