/* Headers that a trusted proxy adds: lists, to which each proxy on the way appends. */
#include "http/forwarded.h"

#include <string.h>
#include <strings.h>

#include "http/strict.h"
#include "base/banned.h"

#define ELEMENT_MAX 255

/* The first element of a comma list; "" when it is too long to be one. */
static const char *first_of(struct arena *a, const char *list)
{
	size_t len;

	list += strspn(list, " \t");
	len = strcspn(list, ",");
	while (len && (list[len - 1] == ' ' || list[len - 1] == '\t'))
		len--;
	return len <= ELEMENT_MAX ? arena_copyn(a, list, len) : "";
}

/* First element of the header; "" without the header. */
static const char *element(const struct request *rq, const char *name)
{
	const char *list = request_header(rq, name);

	return list ? first_of(rq->arena, list) : "";
}

/* Whether it may be an IPv4 or IPv6 address: its characters and its length. */
static bool is_address(const char *s)
{
	return *s && strlen(s) <= FORWARDED_ADDRESS_MAX && s[strspn(s, "0123456789abcdefABCDEF:.")] == '\0';
}

void forwarded_take(struct request *rq)
{
	const char *host = element(rq, "X-Forwarded-Host"), *client = element(rq, "X-Forwarded-For");

	if (*host && strict_host(host, strlen(host)))
		rq->host = host;
	if (request_header(rq, "X-Forwarded-Proto"))
		rq->secure = strcasecmp(element(rq, "X-Forwarded-Proto"), "https") == 0;
	if (is_address(client))
		rq->remote = client;
}
