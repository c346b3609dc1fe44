/*
 * Bodies of the OAuth endpoints: charset names, UTF-16, forms and JSON (oidc.md section 1.1). The input is the value
 * of Content-Type, a line feed, the body.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "oidc/oauth.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every value can be stored and shown. */
static void check_fields(const struct oauth *o)
{
	for (size_t i = 0; i < o->fields.count; i++) {
		const char *name = o->fields.at[i].name, *value = o->fields.at[i].value;

		if (!text_is_utf8(name, strlen(name)) || !text_is_utf8(value, strlen(value)))
			abort();
		if (oauth_count(o, name) < 1)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	struct header type = { "Content-Type", "" };
	struct request rq = {
		.method = POST, .method_text = "POST", .path = "/oidc/token", .query_text = "", .headers = &type,
		.header_count = 1,
	};
	struct oauth o = { .rq = &rq };

	if (!end)
		return 0;
	rq.arena = arena_new();
	type.value = arena_copyn(rq.arena, (const char *)data, (size_t)(end - data));
	rq.body_limit = KIB(56);
	rq.raw_len = size - (size_t)(end + 1 - data);
	rq.raw = rq.raw_len ? arena_copyn(rq.arena, (const char *)end + 1, rq.raw_len) : NULL;
	if (oauth_read_body(&o) == OK)
		check_fields(&o);
	err_clear();
	request_done(&rq);
	arena_free(rq.arena);
	return 0;
}
