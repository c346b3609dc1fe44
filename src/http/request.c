/* Reads a request: headers, path, query, parameters, members of the body. */
#include "http/request.h"

#include <assert.h>
#include <string.h>

#include "base/escape.h"
#include "base/banned.h"

/* -- headers -- */

const char *request_header(const struct request *rq, const char *name)
{
	char first = name[0] | 0x20;

	for (size_t i = 0; i < rq->header_count; i++)
		if ((rq->headers[i].name[0] | 0x20) == first && strcasecmp(rq->headers[i].name, name) == 0)
			return rq->headers[i].value;
	return NULL;
}

/* -- path and query -- */

const char *path_arg(const struct request *rq, const char *name)
{
	for (int i = 0; i < rq->match.arg_count; i++)
		if (strcmp(rq->match.args[i].name, name) == 0)
			return rq->match.args[i].value;
	assert(!"the route names this argument");
	return "";
}

const char *query_arg(const struct request *rq, const char *name)
{
	return params_get(&rq->query, name);
}

int query_count(const struct request *rq, const char *name)
{
	int n = 0;

	for (size_t i = 0; i < rq->query.count; i++)
		n += strcmp(rq->query.at[i].name, name) == 0;
	return n;
}

json_t *query_all(const struct request *rq, const char *name)
{
	json_t *values = json_array();

	for (size_t i = 0; i < rq->query.count; i++)
		if (!strcmp(rq->query.at[i].name, name))
			json_array_append_new(values, json_string(rq->query.at[i].value));
	return values;
}

const char *query_nonempty(const struct request *rq, const char *name)
{
	const char *value = query_arg(rq, name);

	return value && *value ? value : NULL;
}

/* -- parameters -- */

/* How many pairs the text holds. */
static size_t count_pairs(const char *text, size_t len)
{
	size_t n = 0;
	char before = '&';

	for (size_t i = 0; i < len; before = text[i++])
		n += before == '&' && text[i] != '&';
	return n;
}

static void parse_pair(struct arena *a, const char *text, size_t len, struct params *out)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals ? (size_t)(equals - text) : len;
	struct param *p = &out->at[out->count++];
	bool nul;

	p->name = text_unescape_form(a, text, name_len, &nul);
	out->nul |= nul;
	p->value = "";
	if (!equals)
		return;
	p->value = text_unescape_form(a, equals + 1, len - name_len - 1, &nul);
	out->nul |= nul;
}

void params_parse(struct arena *a, const char *text, size_t len, struct params *out)
{
	const char *end = text + len, *stop;
	size_t pairs = count_pairs(text, len);

	*out = (struct params){0};
	if (pairs == 0)
		return;
	out->at = ARENA_ARRAY(a, struct param, pairs);
	for (; text < end; text = stop + 1) {
		stop = memchr(text, '&', (size_t)(end - text));
		if (!stop)
			stop = end;
		if (stop > text)
			parse_pair(a, text, (size_t)(stop - text), out);
	}
}

const char *params_get(const struct params *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->at[i].name, name) == 0)
			return p->at[i].value;
	return NULL;
}

/* -- members of the body -- */

const json_t *body_get(const struct request *rq, const char *member)
{
	return json_object_get(rq->body, member);
}

const char *body_text(const struct request *rq, const char *member)
{
	return json_string_value(body_get(rq, member));
}

json_t *body_copy(const struct request *rq)
{
	return json_copy(body_to_check(rq));
}

json_t *body_to_check(const struct request *rq)
{
	return (json_t *)(uintptr_t)rq->body;
}

/* -- the end -- */

void request_done(struct request *rq)
{
	json_decref(body_to_check(rq));
	rq->body = NULL;
	buffer_done(&rq->reply.body);
	charge_end(&rq->charge);
}
