#include "http/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "test.h"
#include "base/banned.h"

static const char *const public_ones[] = {
	"1.1.1.1",
	"8.8.8.8",
	"9.255.255.255",
	"11.0.0.0",
	"100.63.255.255",
	"100.128.0.0",
	"126.255.255.255",
	"128.0.0.0",
	"168.63.129.15",
	"168.63.129.17",
	"169.253.255.255",
	"169.255.0.0",
	"172.15.255.255",
	"172.32.0.0",
	"191.255.255.255",
	"192.0.1.0",
	"192.0.3.0",
	"192.88.98.255",
	"192.88.100.0",
	"192.167.255.255",
	"192.169.0.0",
	"198.17.255.255",
	"198.20.0.0",
	"198.51.99.255",
	"198.51.101.0",
	"203.0.112.255",
	"203.0.114.0",
	"223.255.255.255",
	"2606:4700:4700::1111",
	"2000::1",
	"2001:200::1",
	"2001:db7:ffff::1",
	"2001:db9::1",
	"2003::1",
	"3ffe::1",
	"3fff:1000::1",
	"::ffff:8.8.8.8",
	"64:ff9b::808:808",
};

static const char *const others[] = {
	"0.0.0.0",
	"0.255.255.255",
	"10.0.0.0",
	"10.255.255.255",
	"100.64.0.0",
	"100.100.100.200",
	"100.127.255.255",
	"127.0.0.1",
	"127.255.255.255",
	"168.63.129.16",
	"169.254.0.0",
	"169.254.169.254",
	"169.254.170.2",
	"172.16.0.0",
	"172.31.255.255",
	"192.0.0.0",
	"192.0.0.192",
	"192.0.2.1",
	"192.88.99.1",
	"192.168.0.0",
	"192.168.255.255",
	"198.18.0.0",
	"198.19.255.255",
	"198.51.100.1",
	"203.0.113.1",
	"224.0.0.1",
	"239.255.255.255",
	"240.0.0.1",
	"255.255.255.255",
	"::",
	"::1",
	"::7f00:1",
	"::ffff:127.0.0.1",
	"::ffff:10.0.0.1",
	"::ffff:169.254.169.254",
	"::ffff:0:127.0.0.1",
	"64:ff9b::7f00:1",
	"64:ff9b::a9fe:a9fe",
	"64:ff9b:1::808:808",
	"100::1",
	"1fff::1",
	"2001::1",
	"2001:10::1",
	"2001:1ff:ffff::1",
	"2001:db8::1",
	"2002::1",
	"2002:7f00:1::",
	"2002:808:808::",
	"3fff::1",
	"3fff:fff:ffff::1",
	"4000::1",
	"5f00::1",
	"fc00::1",
	"fd00:ec2::254",
	"fe80::1",
	"fec0::1",
	"ff02::1",
	"ffff::1",
};

static bool judge(const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return guard_is_public((struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return guard_is_public((struct sockaddr *)&v6);
}

static void addresses_of_the_internet_are_public(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(public_ones); i++)
		if (!judge(public_ones[i]) || !guard_is_public_text(public_ones[i]))
			fail_msg("%s is refused", public_ones[i]);
}

static void addresses_for_special_purposes_are_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (judge(others[i]) || guard_is_public_text(others[i]))
			fail_msg("%s is allowed", others[i]);
}

static void what_is_not_an_address_is_not_public(void **state)
{
	static const char *const texts[] = { "",          "localhost", "8.8.8",        "8.8.8.8.8",
					     "0x8.8.8.8", "8.8.8.8 ",  "2000::1%eth0", "[2000::1]" };
	struct sockaddr_un local = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(guard_is_public_text(texts[i]));
	assert_false(guard_is_public((struct sockaddr *)&local));
	assert_false(guard_is_public(&none));
}

RUN(T(addresses_of_the_internet_are_public), T(addresses_for_special_purposes_are_not),
    T(what_is_not_an_address_is_not_public))
