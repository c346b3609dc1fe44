#include "http/forwarded.h"

#include "test.h"
#include "base/banned.h"

static const struct {
	const char *name, *value, *host, *remote;
	bool secure;
} cases[] = {
	{ "X-Forwarded-Host", "outer.example", "outer.example", "10.0.0.1", false },
	{ "X-Forwarded-Host", " outer.example:8443\t, inner.example", "outer.example:8443", "10.0.0.1", false },
	{ "X-Forwarded-Host", "outer.example/x", "inner", "10.0.0.1", false },
	{ "X-Forwarded-Host", "user@outer.example", "inner", "10.0.0.1", false },
	{ "X-Forwarded-Host", "", "inner", "10.0.0.1", false },
	{ "X-Forwarded-Host", ",outer.example", "inner", "10.0.0.1", false },
	{ "X-Forwarded-Proto", "HTTPS, http", "inner", "10.0.0.1", true },
	{ "X-Forwarded-Proto", "http, https", "inner", "10.0.0.1", false },
	{ "X-Forwarded-Proto", "", "inner", "10.0.0.1", false },
	{ "X-Forwarded-For", "192.0.2.7, 10.0.0.9", "inner", "192.0.2.7", false },
	{ "X-Forwarded-For", "2001:db8::1", "inner", "2001:db8::1", false },
	{ "X-Forwarded-For", "unknown", "inner", "10.0.0.1", false },
	{ "X-Forwarded-For", "1111:2222:3333:4444:5555:6666:7777:8888:9999:0", "inner", "10.0.0.1", false },
	{ "Forwarded", "host=outer.example;proto=https;for=192.0.2.7", "inner", "10.0.0.1", false },
};

static void the_first_proxy_counts_where_it_names_a_host_a_scheme_or_an_address(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct header header = { cases[i].name, cases[i].value };
		struct request rq = {
			.arena = arena_new(), .headers = &header, .header_count = 1, .host = "inner",
			.remote = "10.0.0.1",
		};

		forwarded_take(&rq);
		if (strcmp(rq.host, cases[i].host) || strcmp(rq.remote, cases[i].remote) ||
		    rq.secure != cases[i].secure)
			fail_msg("%s: %s gives %s %s %d", header.name, header.value, rq.host, rq.remote, rq.secure);
		arena_free(rq.arena);
	}
}

RUN(T(the_first_proxy_counts_where_it_names_a_host_a_scheme_or_an_address))
