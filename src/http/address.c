/* Reads and writes addresses of clients. */
#include "http/address.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "base/banned.h"

#define NETWORK_BYTES 8

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool is_v4(const struct address *a)
{
	return memcmp(a->bytes, mapped, sizeof(mapped)) == 0;
}

static void set_v4(struct address *out, const void *four_bytes)
{
	memcpy(out->bytes, mapped, sizeof(mapped));
	memcpy(out->bytes + sizeof(mapped), four_bytes, 4);
}

bool address_of(const struct sockaddr *sa, struct address *out)
{
	if (sa && sa->sa_family == AF_INET)
		set_v4(out, &((const struct sockaddr_in *)sa)->sin_addr);
	else if (sa && sa->sa_family == AF_INET6)
		memcpy(out->bytes, &((const struct sockaddr_in6 *)sa)->sin6_addr, sizeof(out->bytes));
	else
		return false;
	return true;
}

/* Cuts the port off: behind a bracket, or behind the only colon. */
static struct slice without_port(struct slice s)
{
	const char *end = s.len ? memchr(s.at, s.at[0] == '[' ? ']' : ':', s.len) : NULL;

	if (!end)
		return s;
	if (s.at[0] == '[')
		return (struct slice){ s.at + 1, (size_t)(end - s.at) - 1 };
	if (memchr(end + 1, ':', s.len - (size_t)(end + 1 - s.at)))
		return s;
	return (struct slice){ s.at, (size_t)(end - s.at) };
}

bool address_parse(struct slice text, struct address *out)
{
	struct slice bare = without_port(text);
	char copy[ADDRESS_TEXT];
	struct in_addr v4;

	if (bare.len >= sizeof(copy) || memchr(bare.at, '\0', bare.len))
		return false;
	memcpy(copy, bare.at, bare.len);
	copy[bare.len] = '\0';
	if (inet_pton(AF_INET6, copy, out->bytes) == 1)
		return true;
	if (inet_pton(AF_INET, copy, &v4) != 1)
		return false;
	set_v4(out, &v4);
	return true;
}

void address_text(const struct address *a, char out[ADDRESS_TEXT])
{
	const char *text = is_v4(a) ? inet_ntop(AF_INET, a->bytes + sizeof(mapped), out, ADDRESS_TEXT) :
				      inet_ntop(AF_INET6, a->bytes, out, ADDRESS_TEXT);

	if (!text)
		out[0] = '\0';
}

struct address address_network(const struct address *a)
{
	struct address n = *a;

	if (!is_v4(a))
		memset(n.bytes + NETWORK_BYTES, 0, sizeof(n.bytes) - NETWORK_BYTES);
	return n;
}
