#include "http/address.h"

#include <arpa/inet.h>

#include "test.h"
#include "base/banned.h"

static void addresses_are_read_as_proxies_write_them(void **state)
{
	static const struct { const char *text, *address; } cases[] = {
		{ "192.0.2.7", "192.0.2.7" }, { "192.0.2.7:1", "192.0.2.7" }, { "::ffff:192.0.2.7", "192.0.2.7" },
		{ "2001:db8::7", "2001:db8::7" }, { "[2001:db8::7]", "2001:db8::7" },
		{ "[2001:db8::7]:65535", "2001:db8::7" }, { "::1", "::1" }, { "", NULL }, { "[", NULL },
		{ "[]", NULL },
		{ ":1", NULL }, { "192.0.2", NULL }, { "192.0.2.777", NULL }, { "_hidden", NULL }, { "a::b::c", NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:0", NULL },
	};
	char text[ADDRESS_TEXT];
	struct address a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool parsed = address_parse((struct slice){ cases[i].text, strlen(cases[i].text) }, &a);

		assert_int_equal(parsed, cases[i].address != NULL);
		if (!parsed)
			continue;
		address_text(&a, text);
		assert_string_equal(text, cases[i].address);
	}
	assert_false(address_parse((struct slice){ "192.0.2.7\0x", 11 }, &a));
}

static void an_address_of_a_socket_is_the_same_in_both_families(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr other = { .sa_family = AF_UNIX };
	struct address a, b;

	(void)state;
	assert_int_equal(inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6.sin6_addr), 1);
	assert_true(address_of((struct sockaddr *)&v4, &a));
	assert_true(address_of((struct sockaddr *)&v6, &b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_false(address_of(&other, &a));
	assert_false(address_of(NULL, &a));
}

static bool same_network(const char *one, const char *other)
{
	struct address a, b;

	assert_true(address_parse((struct slice){ one, strlen(one) }, &a));
	assert_true(address_parse((struct slice){ other, strlen(other) }, &b));
	a = address_network(&a);
	b = address_network(&b);
	return memcmp(&a, &b, sizeof(a)) == 0;
}

static void one_client_has_an_ipv4_address_or_a_network_of_ipv6(void **state)
{
	(void)state;
	assert_false(same_network("192.0.2.7", "192.0.2.8"));
	assert_true(same_network("2001:db8:0:1::7", "2001:db8:0:1:ffff::8"));
	assert_false(same_network("2001:db8:0:1::7", "2001:db8:0:2::7"));
}

RUN(T(addresses_are_read_as_proxies_write_them), T(an_address_of_a_socket_is_the_same_in_both_families),
    T(one_client_has_an_ipv4_address_or_a_network_of_ipv6))
