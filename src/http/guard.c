/* The ranges of addresses that are not public, and the comparison with them. */
#include "http/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/banned.h"

/* The first `bits` bits of the address, written with all its bytes. */
struct range {
	unsigned char at[16];
	int bits;
};

/* clang-format off */
static const struct range special_v4[] = {
	{ { 0 }, 8 },			/* "this network", 0.0.0.0 is this machine */
	{ { 10 }, 8 },			/* private, RFC 1918 */
	{ { 100, 64 }, 10 },		/* carrier-grade NAT, RFC 6598; 100.100.100.200 is a metadata service */
	{ { 127 }, 8 },			/* loopback */
	{ { 168, 63, 129, 16 }, 32 },	/* Azure's platform service, inside every virtual machine */
	{ { 169, 254 }, 16 },		/* link-local, with the metadata services at 169.254.169.254 */
	{ { 172, 16 }, 12 },		/* private */
	{ { 192, 0, 0 }, 24 },		/* IETF protocol assignments; 192.0.0.192 is Oracle's metadata service */
	{ { 192, 0, 2 }, 24 },		/* documentation, RFC 5737 */
	{ { 192, 88, 99 }, 24 },	/* 6to4 relays, RFC 7526 */
	{ { 192, 168 }, 16 },		/* private */
	{ { 198, 18 }, 15 },		/* benchmarks, RFC 2544 */
	{ { 198, 51, 100 }, 24 },	/* documentation */
	{ { 203, 0, 113 }, 24 },	/* documentation */
	{ { 224 }, 4 },			/* multicast */
	{ { 240 }, 4 },			/* reserved, and 255.255.255.255 */
};

static const struct range global_v6 = { { 0x20 }, 3 };		/* 2000::/3, all that is handed out so far */

static const struct range special_v6[] = {			/* inside 2000::/3 */
	{ { 0x20, 0x01, 0x00 }, 23 },			/* IETF protocol assignments, Teredo and ORCHID among them */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },		/* documentation, RFC 3849 */
	{ { 0x20, 0x02 }, 16 },				/* 6to4 */
	{ { 0x3f, 0xff }, 20 },				/* documentation, RFC 9637 */
};

/* IPv6 ranges whose last four bytes are an IPv4 address. */
static const struct range holds_v4[] = {
	{ { [10] = 0xff, [11] = 0xff }, 96 },		/* ::ffff:0:0/96, mapped */
	{ { 0x00, 0x64, 0xff, 0x9b }, 96 },		/* 64:ff9b::/96, NAT64 */
};
/* clang-format on */

static bool range_has(const struct range *r, const unsigned char *address)
{
	int bytes = r->bits / 8, rest = r->bits % 8;
	unsigned char mask = (unsigned char)(0xff << (8 - rest));

	if (memcmp(r->at, address, (size_t)bytes) != 0)
		return false;
	return rest == 0 || ((r->at[bytes] ^ address[bytes]) & mask) == 0;
}

static bool ranges_have(const struct range *ranges, size_t count, const unsigned char *address)
{
	for (size_t i = 0; i < count; i++)
		if (range_has(&ranges[i], address))
			return true;
	return false;
}

static bool is_public_v4(const unsigned char *address)
{
	return !ranges_have(special_v4, ARRAY_LEN(special_v4), address);
}

static bool is_public_v6(const unsigned char *address)
{
	if (ranges_have(holds_v4, ARRAY_LEN(holds_v4), address))
		return is_public_v4(address + 12);
	return range_has(&global_v6, address) && !ranges_have(special_v6, ARRAY_LEN(special_v6), address);
}

bool guard_is_public(const struct sockaddr *address)
{
	const void *a = address;

	if (address->sa_family == AF_INET)
		return is_public_v4((const unsigned char *)&((const struct sockaddr_in *)a)->sin_addr);
	if (address->sa_family == AF_INET6)
		return is_public_v6((const unsigned char *)&((const struct sockaddr_in6 *)a)->sin6_addr);
	return false;
}

bool guard_is_public_text(const char *address)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return is_public_v4(bytes);
	return inet_pton(AF_INET6, address, bytes) == 1 && is_public_v6(bytes);
}
