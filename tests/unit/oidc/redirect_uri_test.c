/* Whether an address is one that an application has registered (oidc.md section 4.4). */
#include "test.h"

#include <string.h>

#include "base/buffer.h"
#include "oidc/redirect_uri.h"

#include "base/banned.h"

static bool fits(const char *registered, const char *candidate, bool any_loopback_port)
{
	struct arena *a = arena_new();
	char *list[] = { strdup("https://other.example/"), strdup(registered), NULL };
	bool fine = redirect_uri_is_registered(a, list, candidate, any_loopback_port);

	free(list[0]);
	free(list[1]);
	arena_free(a);
	return fine;
}

struct pair { const char *registered, *candidate; };

static void expect(const struct pair *cases, size_t n, bool expected)
{
	for (size_t i = 0; i < n; i++)
		if (fits(cases[i].registered, cases[i].candidate, false) != expected)
			fail_msg("%s %s %s", cases[i].candidate, expected ? "is not" : "is", cases[i].registered);
}

static void the_same_address_written_in_another_way_fits(void **state)
{
	static const struct pair cases[] = {
		{ "https://app.example/cb", "https://app.example/cb" },
		{ "https://app.example/cb", "HTTPS://APP.example:443/cb" },
		{ "https://app.example", "https://app.example/" },
		{ "http://app.example:80/cb", "http://app.example/cb" },
		{ "https://app.example/cb", "https://app.example/a/../cb" },
		{ "https://app.example/cb", "https://app.example/./%2E/cb" },
		{ "https://b\xc3\xbc" "cher.example/cb", "https://xn--bcher-kva.example/cb" },
		{ "https://app.example/cb?a=1", "https://app.example/cb?a=1" },
		{ "https://app.example/cb#x", "https://app.example/cb#x" },
		{ "com.example.app:/cb", "com.example.app:/cb" },
		{ "com.example.app://cb", "COM.example.app://cb" },
	};

	(void)state;
	expect(cases, ARRAY_LEN(cases), true);
}

static void a_near_miss_does_not_fit(void **state)
{
	static const struct pair cases[] = {
		{ "https://app.example/cb", "https://app.example/cb/" },
		{ "https://app.example/cb", "https://app.example/c" },
		{ "https://app.example/cb", "https://app.example/cbx" },
		{ "https://app.example/cb", "https://app.example/CB" },
		{ "https://app.example/cb", "https://app.example/%63b" },
		{ "https://app.example/cb", "http://app.example/cb" },
		{ "https://app.example/cb", "https://app.example:444/cb" },
		{ "https://app.example/cb", "https://app.example.evil.example/cb" },
		{ "https://app.example/cb", "https://evilapp.example/cb" },
		{ "https://app.example/cb", "https://app.example@evil.example/cb" },
		{ "https://app.example/cb", "https://user@app.example/cb" },
		{ "https://app.example/cb", "https://app.example\\@evil.example/cb" },
		{ "https://app.example/cb", "https://app.example/x\\..\\cb" },
		{ "https://app.example/cb", "https://app.example/cb?" },
		{ "https://app.example/cb", "https://app.example/cb?x=1" },
		{ "https://app.example/cb", "https://app.example/cb#" },
		{ "https://app.example/cb", "https://app.example/cb#x" },
		{ "https://app.example/cb", "https://app.example./cb" },
		{ "https://app.example/cb", "https://app.example/cb\n" },
		{ "https://app.example/cb", "//app.example/cb" },
		{ "https://app.example/cb", "/cb" },
		{ "https://app.example/cb", "" },
		{ "https://app.example/cb", "javascript:alert(1)" },
		{ "https://app.example/cb?a=1", "https://app.example/cb?a=1&a=2" },
		{ "com.example.app:/cb", "com.example.app:/CB" },
		{ "com.example.app:/cb", "com.example.app:/x/../cb" },
		{ "com.example.app:/cb", "com.example.app://cb" },
		{ "http://localhost:3000/cb", "http://localhost:4000/cb" },
		{ "not an address", "not an address" },
	};

	(void)state;
	expect(cases, ARRAY_LEN(cases), false);
}

static void a_star_stands_for_a_part_of_a_label_or_of_the_path(void **state)
{
	static const struct pair fitting[] = {
		{ "https://*.app.example/cb", "https://a.app.example/cb" },
		{ "https://*.app.example/cb", "https://A.APP.example/cb" },
		{ "https://pr-*.app.example/cb", "https://pr-7.app.example/cb" },
		{ "https://*-x-*.app.example/cb", "https://a-x-b.app.example/cb" },
		{ "https://app.example/*", "https://app.example/" },
		{ "https://app.example/*", "https://app.example/a/b" },
		{ "https://app.example/a*z", "https://app.example/az" },
		{ "https://app.example/a*m*z", "https://app.example/a1m2m3z" },
		{ "app://cb/*", "app://cb/x" },
	}, other[] = {
		{ "https://*.app.example/cb", "https://app.example/cb" },
		{ "https://*.app.example/cb", "https://.app.example/cb" },
		{ "https://*.app.example/cb", "https://a.b.app.example/cb" },
		{ "https://*.app.example/cb", "https://a.app.example/cb/x" },
		{ "https://*.app.example/cb", "https://a.app.example:444/cb" },
		{ "https://*.app.example/cb", "https://u@a.app.example/cb" },
		{ "https://*.example/cb", "https://app.example/cb" },
		{ "https://app.*/cb", "https://app.example/cb" },
		{ "https://*/cb", "https://example/cb" },
		{ "https://app.example/a/*", "https://app.example/a/../b" },
		{ "https://app.example/a/*", "https://app.example/a/%2e%2e/b" },
		{ "https://app.example/*", "https://app.example/a?b" },
		{ "https://app.example/*", "https://app.example/*" },
		{ "https://*.app.example/cb", "https://*.app.example/cb" },
		{ "http*://app.example/cb", "https://app.example/cb" },
		{ "https://app.example:*/cb", "https://app.example/cb" },
		{ "https://app.example/cb?*", "https://app.example/cb?x" },
	};

	(void)state;
	expect(fitting, ARRAY_LEN(fitting), true);
	expect(other, ARRAY_LEN(other), false);
}

static void an_application_on_this_machine_may_listen_on_any_port(void **state)
{
	(void)state;
	assert_true(fits("http://localhost/cb", "http://localhost:49152/cb", true));
	assert_true(fits("http://127.0.0.1:80/cb", "http://127.0.0.1:49152/cb", true));
	assert_true(fits("http://[::1]:1/cb", "http://[::1]/cb", true));
	/* but it is the same host, path and scheme */
	assert_false(fits("http://localhost/cb", "http://127.0.0.1/cb", true));
	assert_false(fits("http://localhost/cb", "http://localhost:1/other", true));
	assert_false(fits("http://localhost/cb", "https://localhost:1/cb", true));
	assert_false(fits("https://localhost/cb", "https://localhost:1/cb", true));
	assert_false(fits("http://app.example/cb", "http://app.example:1/cb", true));
	assert_false(fits("http://localhost.evil.example/cb", "http://localhost.evil.example:1/cb", true));
	assert_false(fits("http://localhost/cb", "http://localhost:1/cb", false));
}

static void an_address_of_any_length_is_read_to_its_end(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, KIB(64));
	buffer_text(&b, "https://app.example/");
	for (int i = 0; i < 5000; i++)
		buffer_text(&b, "a/../");
	/* longer than any that is registered */
	assert_false(fits("https://app.example/", buffer_str(&b), false));
	buffer_clear(&b);
	buffer_text(&b, "https://app.example/");
	for (int i = 0; i < 1000; i++)
		buffer_text(&b, "a/../");
	assert_true(fits("https://app.example/", buffer_str(&b), false));
	buffer_done(&b);
}

RUN(T(the_same_address_written_in_another_way_fits),
    T(a_near_miss_does_not_fit),
    T(a_star_stands_for_a_part_of_a_label_or_of_the_path),
    T(an_application_on_this_machine_may_listen_on_any_port),
    T(an_address_of_any_length_is_read_to_its_end))
