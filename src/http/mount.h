/*
 * mount.h - a mount is a prefix of paths with its rules: how paths match, how bodies are read, how errors are written,
 * which headers its answers carry, which other origins may read them, which doors its routes may name.
 *
 * A mount lives in the room whose rules it describes; server/ puts the mounts together. A request finds its mount
 * before its route, so a path without a route is answered by the rules of its mount too. http/ reads these columns and
 * knows no prefix.
 */
#ifndef HTTP_MOUNT_H
#define HTTP_MOUNT_H

#include "base/base.h"
#include "base/err.h"

struct door;
struct header;
struct request;

/* Headers that every answer of a mount carries. */
struct headers {
	const struct header *at;
	int count;
};

/* http-conventions.md section 10: answers for programs, pages, and pages that sites of others may load things from. */
extern const struct headers data_headers, page_headers, open_page_headers;

/* Which answers to GET get an ETag, made of their body. */
enum tagged { TAGGED_NOTHING, TAGGED_JSON_200, TAGGED_SUCCESS };

struct mount {
	/* "/shop": itself and all below it, by whole segments; "": everything. The longest prefix that fits wins. */
	const char *prefix;
	/* Those that its routes may name, ended by NULL; NULL: none. */
	const struct door *const *doors;
	/* Prerequisite of all its routes, before that of a row. Their first steps have a transaction. NULL: none. */
	err_t (*before)(struct request *rq);

	/* -- paths; the first segment is always exact -- */
	bool any_case;			/* further literal segments match in any letter case */
	bool trailing_slash;		/* one at the end of a path is ignored */

	/* -- bodies, of POST, PUT and PATCH; limits in bytes, counted after inflating -- */
	size_t body_max;
	size_t form_max;		/* of forms and text */
	bool endpoint_reads_body;	/* and reports what is wrong with it; else request_parse_body() does */

	/* -- answers -- */
	/* Answers with the error; NULL: error_json(). */
	void (*write_error)(struct request *rq, err_t e);
	/* Answers what has no route; NULL: mount_answer_plainly(). */
	void (*no_route)(struct request *rq);
	/* Serves GET and HEAD on paths without a route, in place of 404; a row that is in no table. NULL: none. */
	const struct route *rest;
	bool knows_methods;		/* 501 to a method that HTTP does not know, on any path without a route */
	const struct headers *fixed;	/* NULL: none */
	const char *policy;		/* Content-Security-Policy of HTML; NULL: none */
	const char *look;		/* a style sheet for plain pages, laid over their own; NULL: none */
	enum tagged tagged;
	const char *link_skips;		/* start of the path that page links leave out; NULL: nothing */

	/* -- pages of other origins -- */
	/* Returns Access-Control-Allow-Origin of the answer, or NULL. No function: the endpoints set it themselves. */
	const char *(*allowed_origin)(struct request *rq);
	/* The methods that a preflight is told, before routing; NULL: a preflight is routed like any other OPTIONS. */
	const char *allowed_methods;
	const char *exposed_headers;	/* to an allowed origin; NULL: none */
	bool varies;			/* by origin, even where no other origin is allowed */
};

/* Puts the mounts together, in any order. Once, before the route tables; the mounts are kept. */
void mount_table(const struct mount *const *mounts, size_t count);
/* The mount of a raw path. Never NULL: where none fits, one without rules of its own. */
const struct mount *mount_find(const char *path);
bool mount_has_door(const struct mount *m, const struct door *door);

/* What follows the prefix in the request's path: "/x" of /shop/x, "" of /shop. */
const char *mount_path(const struct request *rq);
/* Bytes that the body of this request may have, by method and media type; 0: none is read. */
size_t mount_body_limit(const struct request *rq);
/* Sets which origin may read the answer, by the mount's rule. True: the request is a preflight, and is answered. */
bool mount_apply_cors(struct request *rq);
/* Answers a request without a route, by the mount's rule. */
void mount_answer_no_route(struct request *rq);
/* The rule of most: 404; where the path has other methods 405 (OPTIONS: 200) with `Allow`. */
void mount_answer_plainly(struct request *rq);

#endif
