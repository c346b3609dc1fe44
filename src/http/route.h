/*
 * route.h - a route is a row: what it is called, which callers it accepts, where it runs, what it takes and gives.
 *
 * The rows of all rooms are put together by server/; dispatch, checks, permission and API document all read them.
 * The order of rows is the order of methods in `Allow`.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "base/arena.h"
#include "base/err.h"
#include "http/step.h"

struct door;		/* http/door.h */
struct mount;		/* http/mount.h */
struct field;		/* entity/field.h: described members */
struct shape;		/* entity/shape.h: what an answer looks like */

enum method { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, METHOD_OTHER };

enum paging { NO_PAGES, PAGES, PAGES_IF_ASKED };

struct route {
	enum method method;
	const char *path;		/* /shops/{id}/keys */
	const struct door *door;	/* settles who the caller is; NULL, as in a row that forgets it: closed */
	enum lane lane;
	enum paging paging;
	bool takes_paginated;		/* `paginated=true`, ours, asks for pages and a search in them */
	/* checked before the handler; unknown members are gone from rq->body then */
	const struct field *query, *body;
	bool body_is_patch;		/* every member of `body` may be absent */
	const struct field *body_list;	/* in place of `body`: the body is this list */
	bool body_is_free;		/* any JSON object, for the document */
	size_t upload_max;		/* the body is a form with a file (http/multipart.h), in bytes; 0: it is not */
	/* after the mount's, before pages and even the syntax of the body (organizations.md section 0) */
	step_fn *before;
	step_fn *handler;		/* a chain of one step, on `lane`; or */
	/* the first of several. Made of `lane` and `handler` when the tables are put together */
	const struct step *first;
	const void *of;			/* the thing or relation a shared handler serves */
	const char *event;		/* what a successful call is to those who are told of changes; NULL: nothing */
	int status;			/* of success: 200, 201, 204 */
	int status_again;		/* of a PUT that found what it would have made; 0: `status` */
	const struct shape *reply;	/* NULL: no JSON */
	const struct shape *verdict;	/* what a 400 may hold in place of an error; NULL: nothing else */
	int refuses;			/* status of a refusal that the other columns do not tell of; 0: none */
	bool asks_others;		/* what it needs may be away: 500 */
	bool sends;			/* a message, which may be refused: 429, 501 */
	bool visited;			/* browsers go there: who asks for a page gets refusals as one */
	const char *operation;		/* operation id; NULL: built from method and path */
	const char *summary;
	/* filled when the tables are put together */
	const struct mount *mount;
	int reference_status;		/* of ERR_REFERENCE */
};

struct routes {
	const struct route *rows;
	size_t count;
	int reference_status;		/* when the request names what is not there, ERR_REFERENCE; 0: 404 */
};

struct route_match {
	const struct route *route;	/* NULL: no row for this path and method */
	bool path_known;
	char allow[64];			/* "POST, HEAD, GET"; made only when there is no row, "" otherwise */
	int arg_count;
	struct { const char *name, *value; } args[6];	/* decoded; live in the arena */
	bool nul;			/* an argument holds %00 */
};

/*
 * Put the tables together; called once, after mount_table(). The rows live as long as the process. ERR_INTERNAL: a row
 * names a door that its mount does not have.
 */
NODISCARD err_t route_table(const struct routes *tables, size_t count);
/* Every row, in order. */
const struct route *route_rows(size_t *count);
/*
 * The row for a raw path (still escaped) of this mount, by the mount's letter case and trailing slash; no path is
 * normalised. A literal segment wins over a parameter. HEAD finds the row of GET.
 */
void route_find(const struct mount *mount, enum method method, const char *path, struct arena *a,
		struct route_match *out);

#endif
