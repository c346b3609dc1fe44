/*
 * The Cookie header: what is read is what cookie_set() could have written, and what is signed is found again. The
 * input is the header.
 */
#include <stdlib.h>
#include <string.h>

#include "http/cookie.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct cookie_ring ring = { 1, { { "0123456789abcdef0123456789abcdef", COOKIE_KEY_SIZE } } };

/* The first part of a Set-Cookie, with what stands before the first `;`. */
static const char *pair_of(struct arena *a, const struct reply *r, int at)
{
	return arena_copyn(a, r->headers[at].value, strcspn(r->headers[at].value, ";"));
}

static void write_and_read(struct arena *a, const struct param *p)
{
	struct request rq = { .arena = a };
	struct header back = { "Cookie", NULL };
	struct params cookies;
	const char *value;

	if (cookie_set(&rq, &(struct cookie){ .name = p->name, .value = p->value }, &ring)) {
		if (strlen(p->name) + strlen(p->value) + 10 < COOKIE_SIZE_MOST)
			abort();
		return;
	}
	back.value = arena_printf(a, "%s; %s", pair_of(a, &rq.reply, 0), pair_of(a, &rq.reply, 1));
	rq.headers = &back;
	rq.header_count = 1;
	if (cookies_parse(&rq, &cookies) || cookies.count != 2)
		abort();
	value = cookie_find(&cookies, &ring, p->name);
	if (!value || strcmp(value, p->value) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct header header = { "Cookie", arena_copyn(a, (const char *)data, size) };
	struct request rq = { .arena = a, .headers = &header, .header_count = 1 };
	struct params cookies;

	if (!cookies_parse(&rq, &cookies)) {
		if (cookies.count > COOKIES_MOST)
			abort();
		for (size_t i = 0; i < cookies.count; i++) {
			cookie_find(&cookies, &ring, cookies.at[i].name);
			write_and_read(a, &cookies.at[i]);
		}
	}
	err_clear();
	arena_free(a);
	return 0;
}
