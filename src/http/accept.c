/* Reads Accept, as far as it tells browsers from programs. */
#include "http/accept.h"

#include <string.h>

#include "http/language.h"
#include "base/banned.h"

#define BLANKS " \t"

/* The weights of two types and of the ranges that hold JSON too, in thousandths; -1: not named. */
struct wanted {
	int html, json, application, any;
};

/* Where the weight of this media range belongs; NULL: nobody asks for it. */
static int *place_of(struct wanted *w, const char *range, size_t len)
{
	const struct { const char *range; int *weight; } places[] = {
		{ "text/html", &w->html }, { "application/json", &w->json }, { "application/*", &w->application },
		{ "*/*", &w->any },
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (strlen(places[i].range) == len && !strncasecmp(places[i].range, range, len))
			return places[i].weight;
	return NULL;
}

static void read_accept(struct wanted *w, const char *accept)
{
	const char *end;

	for (const char *at = accept; *at; at = end + (*end == ',')) {
		int *weight;

		at += strspn(at, BLANKS);
		end = at + strcspn(at, ",");
		weight = place_of(w, at, strcspn(at, BLANKS ",;"));
		if (weight)
			*weight = language_quality(at, end);
	}
}

/* What fits closest counts: the type itself, then the ranges. */
static int weight_of_json(const struct wanted *w)
{
	if (w->json >= 0)
		return w->json;
	return w->application >= 0 ? w->application : w->any;
}

bool request_wants_html(const struct request *rq)
{
	struct wanted w = { -1, -1, -1, -1 };

	for (size_t i = 0; i < rq->header_count; i++)
		if (strcasecmp(rq->headers[i].name, "Accept") == 0)
			read_accept(&w, rq->headers[i].value);
	return w.html > 0 && w.html >= weight_of_json(&w);
}
