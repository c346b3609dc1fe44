/*
 * fake.h - a request without a server, for the tests of http/.
 */
#ifndef TESTS_UNIT_HTTP_FAKE_H
#define TESTS_UNIT_HTTP_FAKE_H

#include "http/mount.h"
#include "http/request.h"

struct fake {
	struct request rq;
	struct header headers[8];
};

static inline void fake_init(struct fake *f, enum method method, const char *path, const char *query)
{
	memset(f, 0, sizeof(*f));
	f->rq.arena = arena_new();
	f->rq.method = method;
	f->rq.method_text = "?";
	f->rq.path = path;
	f->rq.mount = mount_find(path);
	f->rq.origin = "http://host";
	f->rq.query_text = query;
	f->rq.headers = f->headers;
	f->rq.body_limit = MIB(1);
	memcpy(f->rq.id, "0123456789abcdef", 17);
	params_parse(f->rq.arena, query, strlen(query), &f->rq.query);
	err_clear();
}

static inline void fake_header(struct fake *f, const char *name, const char *value)
{
	f->headers[f->rq.header_count++] = (struct header){ name, value };
}

static inline void fake_done(struct fake *f)
{
	request_done(&f->rq);
	arena_free(f->rq.arena);
}

/* The n-th header of that name in the answer, or NULL. */
static inline const char *fake_answer(const struct fake *f, const char *name, int n)
{
	for (int i = 0; i < f->rq.reply.header_count; i++)
		if (strcmp(f->rq.reply.headers[i].name, name) == 0 && n-- == 0)
			return f->rq.reply.headers[i].value;
	return NULL;
}

#endif
