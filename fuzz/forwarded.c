/*
 * What a proxy in front is believed to say: three headers, one a line, X-Forwarded-Host, -Proto and -For.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "http/forwarded.h"
#include "http/strict.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For" };
	struct header headers[ARRAY_LEN(names)];
	struct request rq = { .headers = headers, .host = "inner", .remote = "10.0.0.1" };
	unsigned char address[sizeof(struct in6_addr)];
	char *line, *end;

	rq.arena = arena_new();
	line = arena_copyn(rq.arena, (const char *)data, size);
	for (size_t i = 0; i < ARRAY_LEN(names) && line; i++, line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		headers[rq.header_count++] = (struct header){ names[i], line };
	}
	forwarded_take(&rq, 1 + (int)(size % 3));
	if (!*rq.host || !strict_host(rq.host, strlen(rq.host)))
		abort();
	if (inet_pton(AF_INET, rq.remote, address) != 1 && inet_pton(AF_INET6, rq.remote, address) != 1)
		abort();
	arena_free(rq.arena);
	return 0;
}
