/* The table of mounts, and what a request gets by its mount: limits, CORS, answers without a route. */
#include "http/mount.h"

#include <assert.h>
#include <string.h>

#include "http/request.h"
#include "base/banned.h"

#define MOUNTS_MAX 64

/* -- headers -- */

#define EVERYWHERE \
	{ "Strict-Transport-Security", "max-age=15552000; includeSubDomains" }, \
	{ "X-Content-Type-Options", "nosniff" }, { "X-Download-Options", "noopen" }, \
	{ "X-Permitted-Cross-Domain-Policies", "none" }, { "X-XSS-Protection", "0" }, \
	{ "Referrer-Policy", "strict-origin-when-cross-origin" }, { "Origin-Agent-Cluster", "?1" }
#define FRAMES { "X-Frame-Options", "SAMEORIGIN" }
#define RESOURCE_POLICY(value) { "Cross-Origin-Resource-Policy", value }

static const struct header data_list[] = { EVERYWHERE, FRAMES, RESOURCE_POLICY("same-origin") };
/* Without FRAMES: the Content-Security-Policy of a page says which sites may frame it. */
static const struct header page_list[] = { EVERYWHERE, RESOURCE_POLICY("same-origin") };
static const struct header open_page_list[] = { EVERYWHERE, RESOURCE_POLICY("cross-origin") };

const struct headers data_headers = { data_list, ARRAY_LEN(data_list) };
const struct headers page_headers = { page_list, ARRAY_LEN(page_list) };
const struct headers open_page_headers = { open_page_list, ARRAY_LEN(open_page_list) };

/* -- the table: longest prefix first -- */

static const struct mount nowhere = { .prefix = "" };
static const struct mount *table[MOUNTS_MAX];
static size_t table_count;

void mount_table(const struct mount *const *mounts, size_t count)
{
	assert(count <= MOUNTS_MAX);
	table_count = 0;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(mounts[i]->prefix), at = table_count++;

		for (; at > 0 && strlen(table[at - 1]->prefix) < len; at--)
			table[at] = table[at - 1];
		table[at] = mounts[i];
	}
}

/* Whether the path is the prefix or below it. The first segment is compared exactly, the others as the mount says. */
static bool is_below(const struct mount *m, const char *path)
{
	size_t len = strlen(m->prefix), first;

	if (len == 0)
		return true;
	first = m->any_case ? 1 + strcspn(m->prefix + 1, "/") : len;
	if (strncmp(path, m->prefix, first) != 0 || strncasecmp(path + first, m->prefix + first, len - first) != 0)
		return false;
	return path[len] == '\0' || path[len] == '/';
}

const struct mount *mount_find(const char *path)
{
	for (size_t i = 0; i < table_count; i++)
		if (is_below(table[i], path))
			return table[i];
	return &nowhere;
}

bool mount_has_door(const struct mount *m, const struct door *door)
{
	for (const struct door *const *at = m->doors; at && *at; at++)
		if (*at == door)
			return true;
	return false;
}

/* -- a request -- */

const char *mount_path(const struct request *rq)
{
	return rq->path + strlen(rq->mount->prefix);
}

static bool is_form_or_text(const char *type)
{
	static const char form[] = "application/x-www-form-urlencoded";

	return type && (strncasecmp(type, "text/", 5) == 0 || strncasecmp(type, form, strlen(form)) == 0);
}

/* What the route takes as an upload; 0: nothing. */
static size_t upload_limit(const struct request *rq)
{
	const char *type = request_header(rq, "Content-Type");
	struct route_match match;

	if (!type || strncasecmp(type, "multipart/form-data", strlen("multipart/form-data")) != 0)
		return 0;
	route_find(rq->mount, rq->method, rq->path, rq->arena, &match);
	return match.route ? match.route->upload_max : 0;
}

size_t mount_body_limit(const struct request *rq)
{
	size_t upload;

	if (rq->method != POST && rq->method != PUT && rq->method != PATCH)
		return 0;
	upload = upload_limit(rq);
	if (upload)
		return upload;
	return is_form_or_text(request_header(rq, "Content-Type")) ? rq->mount->form_max : rq->mount->body_max;
}

/* Allows the methods of the mount, and whatever headers the preflight asks for. */
static err_t answer_preflight(struct request *rq)
{
	const char *asked = request_header(rq, "Access-Control-Request-Headers");
	err_t e = reply_header(rq, "Access-Control-Allow-Methods", rq->mount->allowed_methods);

	if (!e && asked && reply_header_fits(asked))
		e = reply_header(rq, "Access-Control-Allow-Headers", asked);
	return e ? e : reply_empty(rq, 204);
}

bool mount_apply_cors(struct request *rq)
{
	const struct mount *m = rq->mount;
	err_t e;

	if (!m->allowed_origin)
		return false;
	rq->reply.cors_origin = m->allowed_origin(rq);
	if (rq->method != OPTIONS || !m->allowed_methods)
		return false;
	if (!rq->reply.cors_origin || !request_header(rq, "Access-Control-Request-Method")) {
		rq->reply.cors_origin = NULL;	/* a plain OPTIONS */
		return false;
	}
	e = answer_preflight(rq);
	if (e)
		reply_error(rq, e);
	return true;
}

void mount_answer_plainly(struct request *rq)
{
	const struct route_match *m = &rq->match;
	bool is_no_method = rq->method == METHOD_OTHER && rq->mount->knows_methods;
	/* where there is no path a 501 has an empty value, for which libmicrohttpd needs a blank */
	const char *allow = m->allow[0] ? m->allow : is_no_method ? " " : NULL;
	err_t e = allow ? reply_header(rq, "Allow", allow) : OK;

	if (e)
		reply_error(rq, e);
	else if (is_no_method)
		reply_text(rq, 501, "Not Implemented");
	else if (!m->path_known)
		reply_text(rq, 404, "Not Found");
	else if (rq->method == OPTIONS)
		reply_text(rq, 200, "");
	else
		reply_text(rq, 405, "Method Not Allowed");
}

void mount_answer_no_route(struct request *rq)
{
	if (rq->mount->no_route)
		rq->mount->no_route(rq);
	else
		mount_answer_plainly(rq);
}
