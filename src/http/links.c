/* Pages of a list: Total-Number and the links to its other pages (http-conventions.md section 4). */
#include "http/reply.h"

#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "http/mount.h"
#include "base/banned.h"

#define LINK_MAX KIB(2)

/* Writes the value; where the name repeats, all its values, joined by commas. */
static void write_value(struct buffer *to, const struct params *q, size_t first)
{
	const char *name = q->at[first].name;

	text_escape_form(to, q->at[first].value);
	for (size_t i = first + 1; i < q->count; i++)
		if (strcmp(q->at[i].name, name) == 0) {
			buffer_text(to, "%2C");
			text_escape_form(to, q->at[i].value);
		}
}

static bool seen_before(const struct params *q, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(q->at[i].name, q->at[at].name) == 0)
			return true;
	return false;
}

/* Writes the query of the request with another page. */
static void write_query(struct buffer *to, const struct params *q, int64_t page)
{
	char before = '?';
	bool written = false;

	for (size_t i = 0; i < q->count; i++) {
		if (seen_before(q, i))
			continue;
		buffer_char(to, before);
		before = '&';
		text_escape_form(to, q->at[i].name);
		buffer_char(to, '=');
		if (strcmp(q->at[i].name, "page") == 0) {
			buffer_int(to, page);
			written = true;
		} else {
			write_value(to, q, i);
		}
	}
	if (!written) {
		buffer_char(to, before);
		buffer_text(to, "page=");
		buffer_int(to, page);
	}
}

/* Adds one Link header; leaves it out when it does not fit. */
static void link_to(struct request *rq, int64_t page, const char *rel)
{
	const char *skips = rq->mount->link_skips;
	const char *path = skips && text_has_prefix(rq->path, skips) ? rq->path + strlen(skips) : rq->path;
	struct buffer b;

	buffer_init(&b, LINK_MAX);
	buffer_char(&b, '<');
	buffer_text(&b, rq->origin);
	buffer_text(&b, path);
	write_query(&b, &rq->query, page);
	buffer_text(&b, ">; rel=\"");
	buffer_text(&b, rel);
	buffer_char(&b, '"');
	if (b.full || reply_header(rq, "Link", buffer_str(&b)))
		err_clear();	/* the query is too long for a link; the client can count pages itself */
	buffer_done(&b);
}

void reply_page(struct request *rq, int64_t total)
{
	int64_t last, number = rq->page.number;

	if (!rq->page.on)
		return;
	last = total > 0 ? (total - 1) / rq->page.size + 1 : 1;
	reply__add(rq, "Total-Number", arena_printf(rq->arena, "%lld", (long long)total));
	link_to(rq, 1, "first");
	if (number > 1)
		link_to(rq, number - 1, "prev");
	link_to(rq, last, "last");
	if (number < last)
		link_to(rq, number + 1, "next");
}

void reply__drop_page(struct reply *r)
{
	int n = 0;

	for (int i = 0; i < r->header_count; i++)
		if (strcmp(r->headers[i].name, "Link") != 0 && strcmp(r->headers[i].name, "Total-Number") != 0)
			r->headers[n++] = r->headers[i];
	r->header_count = n;
}
