/*
 * address.h - addresses of clients, in one form for IPv4 and IPv6.
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "base/base.h"

#define ADDRESS_TEXT 46		/* room for one as text; INET6_ADDRSTRLEN */

struct sockaddr;

/* As IPv6; an IPv4 address is the one inside it (RFC 4291 section 2.5.5.2). */
struct address {
	unsigned char bytes[16];
};

/* False: of another kind, or NULL. */
bool address_of(const struct sockaddr *sa, struct address *out);
/* As proxies write them: with or without a port, an IPv6 address with one in brackets. False: it is not an address. */
bool address_parse(struct slice text, struct address *out);
void address_text(const struct address *a, char out[ADDRESS_TEXT]);
/*
 * What one client has: an IPv4 address, or all IPv6 addresses that begin with the same 64 bits. Limits of one client
 * (connections, memory) are limits of this.
 */
struct address address_network(const struct address *a);

#endif
