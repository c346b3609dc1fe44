/*
 * Uploads: the parts lie within the body one behind the other, and their names can be shown and stored. The input is
 * a Content-Type, a line feed, and the body.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/multipart.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at_name(const char *name, size_t most)
{
	size_t len = strlen(name);

	if (len == 0 || len > most || !text_is_utf8(name, len))
		abort();
	for (; *name; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			abort();
}

static void look(const struct request *rq, const struct multipart *m)
{
	const char *at = rq->raw;

	if (m->count == 0 || m->count > PARTS_MOST)
		abort();
	for (size_t i = 0; i < m->count; i++) {
		const struct part *p = &m->at[i];

		if (p->bytes.at < at || p->bytes.at + p->bytes.len > rq->raw + rq->raw_len)
			abort();
		at = p->bytes.at + p->bytes.len;
		look_at_name(p->name, PART_NAME_MOST);
		if (!p->filename)
			continue;
		look_at_name(p->filename, FILE_NAME_MOST);
		if (p->filename[0] == '.' || strpbrk(p->filename, "/\\<>\""))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct header header = { "Content-Type", "" };
	struct request rq = { .arena = a, .headers = &header, .header_count = 1 };
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	struct multipart m;

	if (end) {
		header.value = arena_copyn(a, (const char *)data, (size_t)(end - data));
		rq.raw_len = size - (size_t)(end + 1 - data);
		rq.raw = malloc(rq.raw_len ? rq.raw_len :
					     1); /* of exactly its size, so that reading past its end is seen */
		if (!rq.raw)
			abort();
		if (rq.raw_len)
			memcpy(rq.raw, end + 1, rq.raw_len);
	}
	if (!multipart_parse(&rq, &m))
		look(&rq, &m);
	err_clear();
	free(rq.raw);
	arena_free(a);
	return 0;
}
