#include "base/url.h"

#include <stdio.h>

#include "test.h"
#include "base/banned.h"

static struct arena *a;

static bool parse(const char *text, struct url *out)
{
	return url_parse(text, strlen(text), out);
}

static bool is(struct slice s, const char *want)
{
	return want ? s.at && s.len == strlen(want) && memcmp(s.at, want, s.len) == 0 : !s.at;
}

static void a_url_is_taken_apart(void **state)
{
	static const struct {
		const char *text, *scheme, *userinfo, *host;
		int port;
		const char *path, *query, *fragment;
	} cases[] = {
		{ "https://a.example/b?c#d", "https", NULL, "a.example", -1, "/b", "c", "d" },
		{ "HTTP://A.Example:80", "HTTP", NULL, "A.Example", 80, "", NULL, NULL },
		{ "http://u:p@host:0/", "http", "u:p", "host", 0, "/", NULL, NULL },
		{ "http://@host", "http", "", "host", -1, "", NULL, NULL },
		{ "http://host:", "http", NULL, "host", -1, "", NULL, NULL },
		{ "https://[2001:DB8::1]:8443/x", "https", NULL, "[2001:DB8::1]", 8443, "/x", NULL, NULL },
		{ "https://[::ffff:1.2.3.4]", "https", NULL, "[::ffff:1.2.3.4]", -1, "", NULL, NULL },
		{ "https://*.a.example/*", "https", NULL, "*.a.example", -1, "/*", NULL, NULL },
		{ "https://\xc3\xa4.example/b c", "https", NULL, "\xc3\xa4.example", -1, "/b c", NULL, NULL },
		{ "https://a?/b", "https", NULL, "a", -1, "", "/b", NULL },
		{ "https://a#?/b", "https", NULL, "a", -1, "", NULL, "?/b" },
		{ "https://a/?#", "https", NULL, "a", -1, "/", "", "" },
		{ "https://a.", "https", NULL, "a.", -1, "", NULL, NULL },
		{ "a:", "a", NULL, NULL, -1, "", NULL, NULL },
		{ "my-app+x.y:/cb?z", "my-app+x.y", NULL, NULL, -1, "/cb", "z", NULL },
		{ "myapp://", "myapp", NULL, "", -1, "", NULL, NULL },
		{ "myapp:///cb", "myapp", NULL, "", -1, "/cb", NULL, NULL },
		{ "myapp://cb:7/x", "myapp", NULL, "cb", 7, "/x", NULL, NULL },
		{ "myapp://a%2Fb/x", "myapp", NULL, "a%2Fb", -1, "/x", NULL, NULL },
		{ "data:image/png;base64,//==", "data", NULL, NULL, -1, "image/png;base64,//==", NULL, NULL },
	};
	struct url u;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (!parse(cases[i].text, &u) || !is(u.scheme, cases[i].scheme) ||
		    !is(u.userinfo, cases[i].userinfo) || !is(u.host, cases[i].host) || u.port != cases[i].port ||
		    !is(u.path, cases[i].path) || !is(u.query, cases[i].query) || !is(u.fragment, cases[i].fragment))
			fail_msg("%s", cases[i].text);
}

/* Each of the second half is another host to some reader. */
static void what_readers_disagree_about_is_not_a_url(void **state)
{
	static const char *const bad[] = {
		"", "a", ":", "://x", "/a/b", "//a.example", "1a:b", "my_app://x", "\xc3\xa4:x", "http:", "http://",
		"https:///", "http://:1", "http://u@", "http://u@:1", "myapp://:1", "myapp://u@/", "http://a:65536",
		"http://a:123456", "http://a:+1", "http://a: 1", "http://a:80:80", "http://a:*/", "http://[::1",
		"http://[]", "http://[::1]x", "http://[::1%25eth0]", "http://[1.2.3.4]", "http://a[b]", "http://a b/",
		"http://a%41/", "http://a<b", "http://a|b", "http:a.example", "http:/a.example", "http:///a.example",
		"http:\\\\a.example", "http://a\\@b", "http://a@b@c", "http://a@b\\@c", "http://a@b\\c",
		"http://a.example\\.b", "https:/\\a", "http://a\tb", "ht\ntp://a", "http://a/\r\nb", " http://a",
		"http://a/\x7f",
	};
	struct url u;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (parse(bad[i], &u))
			fail_msg("'%s' is taken for a URL", bad[i]);
	assert_false(url_parse("http://a\0b", 10, &u));
	assert_true(url_parse("http://a\0b", 8, &u));	/* as long as it is told, no longer */
}

static bool long_name_fits(const char *start, size_t labels, size_t len)
{
	char text[512];
	struct url u;
	size_t n = strlen(start);

	memcpy(text, start, n);
	for (size_t i = 0; i < labels; i++) {
		if (i)
			text[n++] = '.';
		memset(text + n, 'a', len);
		n += len;
	}
	return url_parse(text, n, &u);
}

static void names_are_as_long_as_those_of_the_dns(void **state)
{
	(void)state;
	assert_true(long_name_fits("http://", 1, 63));
	assert_false(long_name_fits("http://", 1, 64));
	assert_false(long_name_fits("http://", 2, 64));
	assert_true(long_name_fits("http://", 4, 63));		/* 255 */
	assert_false(long_name_fits("http://", 8, 32));		/* 263 */
	assert_true(long_name_fits("myapp://", 1, 255));
	assert_false(long_name_fits("myapp://", 1, 256));
}

static void a_host_stands_with_or_without_a_port(void **state)
{
	static const struct { const char *text, *host; int port; } good[] = {
		{ "a", "a", -1 }, { "A.b:8080", "A.b", 8080 }, { "[::1]:80", "[::1]", 80 }, { "a:", "a", -1 },
		{ "127.0.0.1:0", "127.0.0.1", 0 },
	};
	static const char *const bad[] = { "", ":80", "a/b", "u@a", "a?b", "http://a", "[::1", "a:x", "a b" };
	struct url u;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(url_parse_host(good[i].text, strlen(good[i].text), &u));
		assert_true(is(u.host, good[i].host) && u.port == good[i].port && is(u.scheme, NULL) &&
			    is(u.path, NULL));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (url_parse_host(bad[i], strlen(bad[i]), &u))
			fail_msg("'%s' is taken for a host", bad[i]);
}

static void origins_compare_as_urls_do(void **state)
{
	static const struct { const char *one, *other; bool same; } cases[] = {
		{ "https://a.example", "https://a.example/x?y#z", true },
		{ "https://A.example", "HTTPS://a.EXAMPLE", true },
		{ "https://a.example", "https://a.example:443", true },
		{ "http://a.example:", "http://a.example:80", true },
		{ "https://a.example", "https://a.example.", true },
		{ "https://a.example.:443", "https://a.example", true }, { "http://[::1]:80", "http://[::1]", true },
		{ "https://u:p@a.example", "https://a.example", true },
		{ "https://a.example", "http://a.example", false },
		{ "https://a.example:80", "http://a.example:80", false },
		{ "https://a.example", "https://a.example:8443", false },
		{ "https://a.example", "https://a.example.b", false },
		{ "https://a.example", "https://b.a.example", false },
		{ "https://a.example", "https://a.example..", false },
		{ "wss://a.example", "https://a.example", false }, { "app://a", "app://a", false },
		{ "a:", "a:", false },
		{ "file:///a", "file:///a", false },
	};
	struct url one, other;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(parse(cases[i].one, &one) && parse(cases[i].other, &other));
		if (url_same_origin(&one, &other) != cases[i].same || url_same_origin(&other, &one) != cases[i].same)
			fail_msg("%s and %s", cases[i].one, cases[i].other);
	}
}

static void an_origin_is_written_as_browsers_do(void **state)
{
	static const struct { const char *url, *origin; } cases[] = {
		{ "HTTPS://u:p@A.Example.:443/x?y", "https://a.example" }, { "http://a:443", "http://a:443" },
		{ "http://a:080", "http://a" }, { "http://a:08080/", "http://a:8080" },
		{ "http://[::A]:80", "http://[::a]" }, { "http://a:0", "http://a:0" },
		{ "ftp://a:21", "ftp://a" },
		{ "https://a..", "https://a.." }, { "https://.", "https://." }, { "app://a", NULL },
		{ "file:///a", NULL },
	};
	struct url u;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(parse(cases[i].url, &u));
		if (cases[i].origin)
			assert_string_equal(url_origin(a, &u), cases[i].origin);
		else
			assert_null(url_origin(a, &u));
	}
}

static void a_scheme_tells_the_port(void **state)
{
	static const struct { const char *url; int port; bool web; } cases[] = {
		{ "https://a", 443, true }, { "HTTP://a", 80, true }, { "http://a:8080", 8080, true },
		{ "ws://a", 80, false }, { "wss://a", 443, false }, { "ftp://a", 21, false }, { "app://a", -1, false },
		{ "app://a:7", 7, false }, { "httpsx://a", -1, false },
	};
	struct url u;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(parse(cases[i].url, &u));
		assert_int_equal(url_port(&u), cases[i].port);
		assert_int_equal(url_is_web(&u), cases[i].web);
	}
	assert_true(parse("JavaScript:alert(1)", &u) && url_has_scheme(&u, "javascript"));
	assert_false(url_has_scheme(&u, "java"));
}

static void the_base_of_addresses_is_written_in_one_way(void **state)
{
	static const struct { const char *text, *base; } cases[] = {
		{ "https://id.example.com", "https://id.example.com" },
		{ "HTTPS://ID.Example.com:443//", "https://id.example.com" },
		{ "http://id.example.com.:80/sub/", "http://id.example.com/sub" },
		{ "http://id.example.com:443", "http://id.example.com:443" },
		{ "https://b\u00fccher.example:8443/a/b", "https://xn--bcher-kva.example:8443/a/b" },
		{ "https://[2001:DB8::1]:443", "https://[2001:db8::1]" },
		{ "id.example.com", NULL }, { "ftp://id.example.com", NULL }, { "https://h?x=1", NULL },
		{ "https://h#x", NULL }, { "https://a:b@h", NULL }, { "https://h h", NULL }, { "https://h/a b", NULL },
		{ " https://h", NULL }, { "https:/h", NULL }, { "https://", NULL }, { "", NULL },
		{ "https://\uff0f", NULL },	/* it would become a slash */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *base = url_base(a, cases[i].text);

		if (!base != !cases[i].base || (base && strcmp(base, cases[i].base)))
			fail_msg("%s is %s", cases[i].text, base ? base : "refused");
	}
}

/* Browsers drop blanks before it, tabs and line breaks within it, and heed no letter case. */
static void what_a_page_would_run_is_known_as_a_browser_reads_it(void **state)
{
	static const char *const running[] = {
		"javascript:", "javascript:alert(1)", "JavaScript:x", "java\tscript:x", "\n jav\r\nascript\t:x",
		"\x01javascript:x", " vbscript:x", "VBSCRIPT:x", "data:text/html,x", "data:,x", "data:",
		"DATA:TEXT/HTML;base64,eA==", "data: image/png,x", "da\nta:text/html,x", "blob:https://a.b/c",
	};
	static const char *const harmless[] = {
		"", "a", "javascript", "java script:x", "javascript%3Ax", "\u00a0javascript:x", "xjavascript:x",
		"https://a.b/javascript:x", "data:image/png;base64,//8=", "Data:Image/svg+xml,x",
		"data\t:ima\nge/png,x", "myapp:javascript:x", "mailto:a@b.c", "/javascript:x", "file:///a",
		"about:blank", "tel:1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(running); i++)
		if (!url_can_run(running[i]))
			fail_msg("%s does not run", running[i]);
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (url_can_run(harmless[i]))
			fail_msg("%s runs", harmless[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_url_is_taken_apart), T(what_readers_disagree_about_is_not_a_url),
		T(names_are_as_long_as_those_of_the_dns),
		T(a_host_stands_with_or_without_a_port), T(origins_compare_as_urls_do),
		T(an_origin_is_written_as_browsers_do),
		T(the_base_of_addresses_is_written_in_one_way), T(a_scheme_tells_the_port),
		T(what_a_page_would_run_is_known_as_a_browser_reads_it),
	};
	int failed;

	a = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
