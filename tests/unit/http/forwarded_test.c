#include "http/address.h"
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
	{ "X-Forwarded-For", "192.0.2.7", "inner", "192.0.2.7", false },
	{ "X-Forwarded-For", "2001:DB8::1", "inner", "2001:db8::1", false },
	{ "X-Forwarded-For", "192.0.2.7:443", "inner", "192.0.2.7", false },
	{ "X-Forwarded-For", "[2001:db8::1]:443", "inner", "2001:db8::1", false },
	{ "X-Forwarded-For", "::ffff:192.0.2.7", "inner", "192.0.2.7", false },
	{ "X-Forwarded-For", "192.0.2.7,", "inner", "10.0.0.1", false },
	{ "X-Forwarded-For", "", "inner", "10.0.0.1", false },
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

		forwarded_take(&rq, 1);
		if (strcmp(rq.host, cases[i].host) || strcmp(rq.remote, cases[i].remote) ||
		    rq.secure != cases[i].secure)
			fail_msg("%s: %s gives %s %s %d", header.name, header.value, rq.host, rq.remote, rq.secure);
		arena_free(rq.arena);
	}
}

/* What the client wrote stands first, and each proxy added one address, in the list or in a header of its own. */
static void the_address_is_the_one_that_the_outermost_trusted_proxy_saw(void **state)
{
	static const struct {
		const char *first, *second;
		int proxies;
		const char *remote;
	} lists[] = {
		{ "203.0.113.1, 192.0.2.7", NULL, 1, "192.0.2.7" },
		{ "203.0.113.1, 192.0.2.7 , 10.0.0.9", NULL, 2, "192.0.2.7" },
		{ "203.0.113.1, 192.0.2.7, 10.0.0.9", NULL, 1, "10.0.0.9" },
		{ "203.0.113.1", "192.0.2.7", 1, "192.0.2.7" },
		{ "203.0.113.1, 192.0.2.7", "10.0.0.9", 2, "192.0.2.7" },
		{ "192.0.2.7", NULL, 3, "192.0.2.7" }, { "unknown, 192.0.2.7", NULL, 2, "10.0.0.1" },
		{ "203.0.113.1, javascript:1", NULL, 1, "10.0.0.1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct header headers[] = {
			{ "X-Forwarded-For", lists[i].first }, { "Host", "inner" },
			{ "x-forwarded-for", lists[i].second },
		};
		struct request rq = {
			.arena = arena_new(), .headers = headers, .header_count = lists[i].second ? 3 : 2,
			.remote = "10.0.0.1",
		};
		char text[ADDRESS_TEXT];

		forwarded_take(&rq, lists[i].proxies);
		assert_string_equal(rq.remote, lists[i].remote);
		if (strcmp(lists[i].remote, "10.0.0.1") != 0) {		/* what was set before */
			address_text(&rq.client, text);
			assert_string_equal(text, lists[i].remote);
		}
		arena_free(rq.arena);
	}
}

RUN(T(the_address_is_the_one_that_the_outermost_trusted_proxy_saw),
    T(the_first_proxy_counts_where_it_names_a_host_a_scheme_or_an_address))
