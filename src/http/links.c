/* Pages of a list: Total-Number and the links to its other pages (http-conventions.md section 4). */
#include "http/reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "http/mount.h"
#include "base/banned.h"

/*
 * All links of an answer. Node's clients read an answer whose head has up to 16 KiB, and no other, so links that would
 * make it longer are left out, those to the next and the previous page last.
 */
#define LINKS_MAX KIB(13)
#define CAPPED "Total-Number-Is-Capped"

/* A parameter beside those of the same name. */
struct place {
	const struct param *param;
	struct place *next;	/* the next of that name; NULL: it is the last */
	bool repeats;		/* one of that name stands before */
};

/* By name, those of one name in their order. */
static int place_compare(const void *one, const void *other)
{
	const struct place *a = *(struct place *const *)one, *b = *(struct place *const *)other;
	int order = strcmp(a->param->name, b->param->name);

	return order ? order : (a > b) - (a < b);
}

/* The places of all parameters, in their order. A query may have thousands, so they are sorted to find the names. */
static struct place *places_of(struct arena *a, const struct params *q)
{
	struct place *all = ARENA_ARRAY(a, struct place, q->count),
		     **by_name = ARENA_ARRAY(a, struct place *, q->count);

	for (size_t i = 0; i < q->count; i++) {
		all[i].param = &q->at[i];
		by_name[i] = &all[i];
	}
	qsort(by_name, q->count, sizeof(struct place *), place_compare);
	for (size_t i = 1; i < q->count; i++)
		if (strcmp(by_name[i - 1]->param->name, by_name[i]->param->name) == 0) {
			by_name[i - 1]->next = by_name[i];
			by_name[i]->repeats = true;
		}
	return all;
}

/* Writes the value; where the name repeats, all its values, joined by commas. */
static void write_value(struct buffer *to, const struct place *p)
{
	text_escape_form(to, p->param->value);
	while ((p = p->next)) {
		buffer_text(to, "%2C");
		text_escape_form(to, p->param->value);
	}
}

/* What all links of an answer have in common: the address before and behind the number of the page. */
struct address_parts {
	struct buffer before, after;
};

/* Writes the query of the request around the place of the page's number. */
static void write_query(struct address_parts *to, struct arena *a, const struct params *q)
{
	const struct place *places = q->count ? places_of(a, q) : NULL;
	struct buffer *at = &to->before;
	char sign = '?';

	for (size_t i = 0; i < q->count; i++) {
		if (places[i].repeats)
			continue;
		buffer_char(at, sign);
		sign = '&';
		text_escape_form(at, q->at[i].name);
		buffer_char(at, '=');
		if (strcmp(q->at[i].name, "page") == 0)
			at = &to->after;
		else
			write_value(at, &places[i]);
	}
	if (at == &to->before) {
		buffer_char(at, sign);
		buffer_text(at, "page=");
	}
}

static void write_address(struct address_parts *to, const struct request *rq)
{
	const char *skips = rq->mount->link_skips;
	const char *path = skips && text_has_prefix(rq->path, skips) ? rq->path + strlen(skips) : rq->path;

	buffer_init(&to->before, LINKS_MAX);
	buffer_init(&to->after, LINKS_MAX);
	buffer_char(&to->before, '<');
	buffer_text(&to->before, rq->origin);
	buffer_text(&to->before, path);
	write_query(to, rq->arena, &rq->query);
	buffer_text(&to->after, ">; rel=\"");
}

/* A link to a page; `page` 0: there is none. */
struct link {
	const char *rel;
	int64_t page;
	const char *text;	/* NULL: it has no room */
};

/* Makes the text of a link, unless it does not fit into what is left of LINKS_MAX. */
static void make_link(struct request *rq, const struct address_parts *parts, struct link *l, size_t *left)
{
	const char *text;
	size_t len;

	if (!l->page || parts->before.len + parts->after.len > *left)
		return;
	text = arena_printf(rq->arena, "%.*s%lld%.*s%s\"", (int)parts->before.len, parts->before.data,
			    (long long)l->page, (int)parts->after.len, parts->after.data, l->rel);
	len = strlen("Link: \r\n") + strlen(text);
	if (len > *left)
		return;
	*left -= len;
	l->text = text;
}

/* `last` 0: it is not known which one that is. */
static void add_links(struct request *rq, int64_t last)
{
	int64_t number = rq->page.number;
	struct link links[] = {
		{ .rel = "first", .page = 1 }, { .rel = "prev", .page = number - 1 },
		{ .rel = "last", .page = last }, { .rel = "next", .page = number < last ? number + 1 : 0 },
	};
	static const int by_worth[] = { 3, 1, 0, 2 };
	struct address_parts parts;
	size_t left = LINKS_MAX;

	write_address(&parts, rq);
	for (size_t i = 0; i < ARRAY_LEN(by_worth) && !parts.before.full && !parts.after.full; i++)
		make_link(rq, &parts, &links[by_worth[i]], &left);
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		if (links[i].text)
			reply__add(rq, "Link", links[i].text);
	buffer_done(&parts.before);
	buffer_done(&parts.after);
}

void reply_page(struct request *rq, int64_t total)
{
	int64_t last;

	if (!rq->page.on)
		return;
	last = total > 0 ? (total - 1) / rq->page.size + 1 : 1;
	reply__add(rq, "Total-Number", arena_printf(rq->arena, "%lld", (long long)total));
	add_links(rq, last);
}

void reply_capped_page(struct request *rq, int64_t total)
{
	reply__add(rq, "Total-Number", arena_printf(rq->arena, "%lld", (long long)total));
	reply__add(rq, CAPPED, "true");
	add_links(rq, 0);
}

void reply__drop_page(struct reply *r)
{
	int n = 0;

	for (int i = 0; i < r->header_count; i++)
		if (strcmp(r->headers[i].name, "Link") != 0 && strcmp(r->headers[i].name, "Total-Number") != 0 &&
		    strcmp(r->headers[i].name, CAPPED) != 0)
			r->headers[n++] = r->headers[i];
	r->header_count = n;
}
