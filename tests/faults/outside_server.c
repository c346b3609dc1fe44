/*
 * outside_server.c - the whole program, for which 127.0.0.1 is on the Internet: a test plays there whom a tenant may
 * call. All other addresses of this machine stay what they are, and stand for the operator's network.
 */
#include <arpa/inet.h>
#include <string.h>

#include "cli/cli.h"
#include "http/guard.h"

#include "base/banned.h"

/* The linker gives us the calls of these (--wrap). */
__typeof__(guard_is_public) __wrap_guard_is_public, __real_guard_is_public;
__typeof__(guard_is_public_text) __wrap_guard_is_public_text, __real_guard_is_public_text;

bool __wrap_guard_is_public(const struct sockaddr *address)
{
	struct sockaddr_in in;

	if (address->sa_family != AF_INET)
		return __real_guard_is_public(address);
	memcpy(&in, address, sizeof(in));
	return in.sin_addr.s_addr == htonl(INADDR_LOOPBACK) || __real_guard_is_public(address);
}

bool __wrap_guard_is_public_text(const char *address)
{
	return !strcmp(address, "127.0.0.1") || __real_guard_is_public_text(address);
}

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
