/*
 * guard.h - which addresses a call may connect to when its URL comes from a caller of ours.
 *
 * A URL that a tenant gives (a webhook, an identity provider) must not reach what only this machine or its network
 * can reach: loopback, private networks, the metadata service of a cloud. The judgement is about the address of each
 * connection, after the name was resolved, so that a name that changes its answer gains nothing.
 */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include "base/base.h"

struct sockaddr;

/*
 * An address of the public Internet: IPv4 outside the ranges that IANA reserves for special purposes (RFC 6890) and
 * for multicast; IPv6 inside 2000::/3 and outside the same. An IPv4 address inside an IPv6 one (mapped, or NAT64 of
 * RFC 6052) is judged as IPv4; other translations (6to4, Teredo) are not public. Every other family is not public.
 */
bool guard_is_public(const struct sockaddr *address);
/* The same for the text of an address, as inet_ntop() writes it; what is not an address is not public. */
bool guard_is_public_text(const char *address);

#endif
