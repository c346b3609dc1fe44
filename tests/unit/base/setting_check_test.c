/* Which texts a setting can have, where that is not clear from a start with them. */
#include "base/setting_check.h"

#include "test.h"
#include "base/banned.h"

static void servers_of_the_dns_are_addresses_with_or_without_a_port(void **state)
{
	static const char *const good[] = {
		"", "9.9.9.9", "9.9.9.9:53", "127.0.0.1:65535,9.9.9.9", "[2620:fe::fe]", "[::1]:5353",
		"9.9.9.9,[2620:fe::fe]:53,149.112.112.112",
	};
	static const char *const bad[] = {
		",", "9.9.9.9,", ",9.9.9.9", "9.9.9.9,,9.9.9.9", "dns.example", "localhost:53", "9.9.9", "9.9.9.9.9",
		"9.9.9.256", "9.9.9.9:0", "9.9.9.9:65536", "9.9.9.9:", "9.9.9.9:x", " 9.9.9.9", "9.9.9.9 ",
		"9.9.9.9;8.8.8.8", "2620:fe::fe", "[2620:fe::fe", "[9.9.9.9]x", "[]", "[::1]:", "http://9.9.9.9",
		"0x7f.1", "9.9.9.9/24",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (check_dns_servers(good[i]))
			fail_msg("refused: '%s'", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (!check_dns_servers(bad[i]))
			fail_msg("taken: '%s'", bad[i]);
}

RUN(T(servers_of_the_dns_are_addresses_with_or_without_a_port))
