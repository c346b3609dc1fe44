/* Which language a request asks for. */
#include "http/language.h"

#include <string.h>

#include "base/banned.h"

#define BLANKS " \t"
#define QUALITY_MOST 1000

/* A weight of RFC 9110 section 12.4.2 in thousandths: three digits behind the point count; 0 for anything else. */
static int read_weight(const char *at)
{
	int value, scale = 100;

	if (*at != '0' && *at != '1')
		return 0;
	value = (*at++ - '0') * QUALITY_MOST;
	if (*at != '.')
		return value;
	for (at++; *at >= '0' && *at <= '9' && scale > 0; at++, scale /= 10)
		value += (*at - '0') * scale;
	return value < QUALITY_MOST ? value : QUALITY_MOST;
}

/* `;q=0.5` behind the tag; QUALITY_MOST without one. */
int language_quality(const char *at, const char *end)
{
	while ((at = memchr(at, ';', (size_t)(end - at)))) {
		at++;
		at += strspn(at, BLANKS);
		if (end - at > 2 && (*at | 0x20) == 'q' && at[1] == '=')
			return read_weight(at + 2);
	}
	return QUALITY_MOST;
}

const struct language *language_best(const char *accept, int *quality)
{
	const struct language *best = NULL, *found;
	const char *end, *next;
	int q;

	for (const char *at = accept; *at; at = next) {
		at += strspn(at, BLANKS);
		end = at + strcspn(at, ",");
		next = end + (*end == ',');
		found = language_find(at, strcspn(at, BLANKS ",;"));
		if (!found)
			continue;
		q = language_quality(at, end);
		if (q > *quality) {
			best = found;
			*quality = q;
		}
	}
	return best;
}

static bool is_same(const char *tag, const char *wanted, size_t len)
{
	return strlen(tag) == len && !strncasecmp(tag, wanted, len);
}

bool language_serves(const char *tag, const char *wanted, size_t len, enum language_fit fit)
{
	size_t language = strcspn(wanted, "-,; \t");

	if (language > len)
		language = len;
	switch (fit) {
	case LANGUAGE_SAME:
		return is_same(tag, wanted, len);
	case LANGUAGE_WIDER:
		return language < len && is_same(tag, wanted, language);
	default:
		return strcspn(tag, "-") == language && !strncasecmp(tag, wanted, language);
	}
}

const void *language_accepted(const char *accept, const void *(*find)(const void *in, const char *wanted, size_t len),
			      const void *in)
{
	const void *best = NULL, *found;
	const char *end;
	int quality, most = QUALITY_LEAST;

	for (const char *at = accept; *at; at = end + (*end == ',')) {
		at += strspn(at, BLANKS);
		end = at + strcspn(at, ",");
		found = find(in, at, strcspn(at, BLANKS ",;"));
		quality = found ? language_quality(at, end) : QUALITY_LEAST;
		if (quality > most) {
			best = found;
			most = quality;
		}
	}
	return best;
}

static const struct language *language_by_query(const struct params *query)
{
	const struct language *found;

	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->at[i].name, "locale") == 0 &&
		    (found = language_find(query->at[i].value, strlen(query->at[i].value))))
			return found;
	return NULL;
}

/* Several headers of this name are one list (RFC 9110 section 5.3). */
static const struct language *language_by_headers(const struct request *rq)
{
	const struct language *best = NULL, *found;
	int quality = QUALITY_LEAST;

	for (size_t i = 0; i < rq->header_count; i++)
		if (strcasecmp(rq->headers[i].name, "Accept-Language") == 0 &&
		    (found = language_best(rq->headers[i].value, &quality)))
			best = found;
	return best;
}

const struct language *language_of(const struct request *rq)
{
	const struct language *l = language_by_query(&rq->query);

	if (!l)
		l = language_by_headers(rq);
	return l ? l : &languages[0];
}
