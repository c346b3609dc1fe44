#include "http/strict.h"

#include "test.h"
#include "base/banned.h"

static bool host(const char *s)
{
	return strict_host(s, strlen(s));
}

static void hosts_are_names_or_addresses_with_a_port(void **state)
{
	static const char *const good[] = {
		"", "a", "a.example", "A_b-c.example:8080", "127.0.0.1", "[::1]", "[::1]:3001", "a:",
	};
	static const char *const bad[] = {
		"a b", "a/b", "a@b", "a:x", "a:99999", "a:123456", "[::1", "[]", "[::1]x", ":80", "a,b", "a#",
		"\xc3\xa4", "a:80:80",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(host(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(host(bad[i]));
	assert_true(host("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b"));	/* a label of 63 */
	assert_false(host("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b"));
}

static void methods_are_exact_and_registered(void **state)
{
	enum method m;

	(void)state;
	assert_true(strict_method("PATCH", &m));
	assert_int_equal(m, PATCH);
	assert_true(strict_method("PROPFIND", &m));
	assert_int_equal(m, METHOD_OTHER);
	assert_true(strict_method("M-SEARCH", &m));
	assert_false(strict_method("get", &m));
	assert_false(strict_method("FOO", &m));
	assert_false(strict_method("", &m));
}

static void names_and_values_of_headers(void **state)
{
	(void)state;
	assert_true(strict_header_name("X-a_1", 5));
	assert_false(strict_header_name("X a", 3));
	assert_false(strict_header_name("X:", 2));
	assert_false(strict_header_name("a\0b", 3));
	assert_false(strict_header_name("", 0));
	assert_true(strict_header_value("a\tb \xc3\xa4", 6));
	assert_false(strict_header_value("a\0b", 3));
	assert_false(strict_header_value("a\rb", 3));
	assert_false(strict_header_value("\x7f", 1));
}

/* Values are looked at in steps of eight bytes. */
static void a_control_character_is_found_wherever_it_stands(void **state)
{
	char value[21];

	(void)state;
	for (size_t at = 0; at < sizeof(value); at++) {
		for (int c = 0; c < 256; c++) {
			memset(value, 'v', sizeof(value));
			value[at] = (char)c;
			assert_int_equal(strict_header_value(value, sizeof(value)),
					 c == '\t' || (c >= ' ' && c != 0x7f));
		}
	}
}

static void targets_are_origin_or_absolute_form(void **state)
{
	struct slice h, p;

	(void)state;
	assert_true(strict_split_target("/a?b", &h, &p));
	assert_int_equal(h.len, 0);
	assert_string_equal(p.at, "/a?b");
	assert_true(strict_split_target("HTTP://a:80/b", &h, &p));
	assert_int_equal(h.len, 4);
	assert_string_equal(p.at, "/b");
	assert_true(strict_split_target("https://a?b", &h, &p));
	assert_string_equal(p.at, "?b");
	assert_false(strict_split_target("http:///b", &h, &p));
	assert_false(strict_split_target("http://u@a/b", &h, &p));
	assert_false(strict_split_target("http://a\\b", &h, &p));
	assert_false(strict_split_target("http://a/b#c", &h, &p));
	assert_false(strict_split_target("ftp://a/b", &h, &p));
	assert_false(strict_split_target("a:443", &h, &p));
	assert_true(strict_target("/a%20b", 6));
	assert_false(strict_target("/a b", 4));
	assert_false(strict_target("/\xc3\xa4", 3));
	assert_false(strict_target("", 0));
}

static void lengths_are_digits(void **state)
{
	uint64_t n;

	(void)state;
	assert_true(strict_length("1048576", &n));
	assert_int_equal(n, 1048576);
	assert_false(strict_length("", &n));
	assert_false(strict_length("+1", &n));
	assert_false(strict_length("1 ", &n));
	assert_false(strict_length("0x1", &n));
	assert_false(strict_length("99999999999999999999", &n));
}

RUN(T(hosts_are_names_or_addresses_with_a_port), T(methods_are_exact_and_registered), T(names_and_values_of_headers),
    T(a_control_character_is_found_wherever_it_stands), T(targets_are_origin_or_absolute_form), T(lengths_are_digits))
