/*
 * Forms: names with brackets become objects and lists (http-conventions.md section 3). The input is the form.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/request.h"

#include "base/banned.h"

#define DEEPEST 16	/* five brackets, and a list around each where a name repeats, stay under this */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Strings, lists and objects only, all of them text, none nested beyond the limit, no member that changes a prototype.
 */
static void look(const json_t *value, int depth)
{
	const char *key;
	json_t *member;
	size_t i;

	if (depth > DEEPEST)
		abort();
	switch (json_typeof(value)) {
	case JSON_STRING:
		if (!text_is_utf8(json_string_value(value), json_string_length(value)))
			abort();
		break;
	case JSON_ARRAY:
		json_array_foreach(value, i, member)
			look(member, depth + 1);
		break;
	case JSON_OBJECT:
		json_object_foreach((json_t *)value, key, member) {
			if (strcmp(key, "__proto__") == 0)
				abort();
			look(member, depth + 1);
		}
		break;
	default:
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct header type = { "Content-Type", "application/x-www-form-urlencoded" };
	struct request rq = {
		.method = POST, .method_text = "POST", .path = "/api/things", .query_text = "", .headers = &type,
		.header_count = 1,
	};

	rq.arena = arena_new();
	rq.body_limit = MIB(1);
	if (size) {
		rq.raw = arena_copyn(rq.arena, (const char *)data, size);
		rq.raw_len = size;
	}
	request_parse_body(&rq);
	if (!json_is_object(rq.body))
		abort();
	look(rq.body, 0);
	err_clear();
	request_done(&rq);
	arena_free(rq.arena);
	return 0;
}
