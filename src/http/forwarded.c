/* Headers that a trusted proxy adds: lists, to which each proxy on the way appends. */
#include "http/forwarded.h"

#include <string.h>
#include <strings.h>

#include "http/address.h"
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

/* Takes the last element off the list; the list is empty then when it was the only one. */
static struct slice take_last(struct slice *list)
{
	const char *comma = list->len ? memrchr(list->at, ',', list->len) : NULL;
	struct slice last = { comma ? comma + 1 : list->at, 0 };

	last.len = (size_t)(list->at + list->len - last.at);
	list->len = comma ? (size_t)(comma - list->at) : 0;
	while (last.len && (*last.at == ' ' || *last.at == '\t'))
		last.at++, last.len--;
	while (last.len && (last.at[last.len - 1] == ' ' || last.at[last.len - 1] == '\t'))
		last.len--;
	return last;
}

/*
 * The element that is `back` from the end (1: the last) of all headers of this name, as if they were one list (RFC
 * 9110 section 5.3): a proxy may append a header of its own. Where there are fewer, the first. Empty without the
 * header.
 */
static struct slice element_from_end(const struct request *rq, const char *name, int back)
{
	struct slice found = { "", 0 };

	for (size_t i = rq->header_count; i-- > 0 && back > 0;) {
		struct slice list = { rq->headers[i].value, strlen(rq->headers[i].value) };

		if (strcasecmp(rq->headers[i].name, name) != 0)
			continue;
		do {
			found = take_last(&list);
			back--;
		} while (list.len && back > 0);
	}
	return found;
}

static void take_client(struct request *rq, int proxies)
{
	struct address client;
	char *text;

	if (!address_parse(element_from_end(rq, "X-Forwarded-For", proxies), &client))
		return;
	text = arena_alloc(rq->arena, ADDRESS_TEXT);
	address_text(&client, text);
	rq->remote = text;
	rq->client = client;
}

void forwarded_take(struct request *rq, int proxies)
{
	const char *host = element(rq, "X-Forwarded-Host");

	if (*host && strict_host(host, strlen(host)))
		rq->host = host;
	if (request_header(rq, "X-Forwarded-Proto"))
		rq->secure = strcasecmp(element(rq, "X-Forwarded-Proto"), "https") == 0;
	take_client(rq, proxies);
}
