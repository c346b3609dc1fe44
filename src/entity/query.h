/*
 * query.h - builds the query of a list: its columns, tables, conditions, order and page.
 *
 * Pieces of text are ours; every value of a caller travels as an argument ("?" in a piece). The statement is prepared
 * once per shape. What a caller searches for is in search.h.
 */
#ifndef ENTITY_QUERY_H
#define ENTITY_QUERY_H

#include "entity/entity.h"
#include "entity/linked.h"
#include "entity/parts.h"

enum extra_kind { EXTRA_JSON, EXTRA_LIST, EXTRA_INT, EXTRA_BOOL, EXTRA_TEXT, EXTRA_PRINTED, EXTRA_LINKED };

/* Writes members from the columns that begin at `column`. */
typedef err_t extra_printer(struct json_out *j, struct request *rq, struct rows *row, int column);

struct query {
	struct request *rq;
	struct entity *of;
	const char *alias;		/* of the thing's table */
	struct buffer from, where;	/* where: " AND …" pieces; the tenant and LIVE() come first */
	struct arg *args;		/* in the request's arena */
	int n, room;
	struct { const char *member, *sql; enum extra_kind kind; } extras[6];
	int extra_count;
	extra_printer *print;		/* of EXTRA_PRINTED */
	struct linked *linked;		/* of EXTRA_LINKED */
	const char *order;		/* text behind ORDER BY */
	const struct entity *owner_of;	/* the total is 0 when this owner of the list is deleted; NULL: none */
	const char *counter, *owner;	/* the counter that holds the total while nothing is filtered; NULL: count */
	struct parts without;		/* query_without() */
	const char *keys, *key;		/* of query_keys(); NULL: rows are skipped as they are */
	bool filtered;
	bool capped;			/* the caller is content with a count that stops at COUNT_CAP + 1 */
	bool scans;			/* no index bounds what a condition looks at: not on the event loop */
	struct { const char *sql; struct arg args[2]; } probes[16];
	int probe_count;
	const char *wrapper;		/* {"wrapper":[…]}; NULL: the bare list */
	err_t error;			/* the first one; reported by query_reply() */
};

/* CLEANUP(query_done) struct query q = {0}; `from`: "organizations o", or a join that has the alias in it. */
void query_init(struct query *q, struct request *rq, struct entity *of, const char *alias, const char *from);
void query_done(struct query *q);
/* Sets another text behind FROM, one that has values. Right after query_init(). */
void query_from(struct query *q, const char *sql, const struct arg *args, int n);
/* Adds a condition that belongs to the list itself ("m.organization_id = ?"): its counter still holds the total. */
void query_where(struct query *q, const char *sql, const struct arg *args, int n);
/* Adds a condition of the caller: the total must be counted, which looks at every row of the list. */
void query_filter(struct query *q, const char *sql, const struct arg *args, int n);
/*
 * Leaves out the things that a relation has as children of `owner`: the total is the list's own counter less that of
 * the relation.
 */
void query_without(struct query *q, const struct pairs *of, const char *owner);
/*
 * Says that all conditions so far and the order are about the first table of FROM alone, which `from` names ("members
 * m"), and that each of its rows has one in the others, by `key` ("m.user_id") the thing itself, which has no owner:
 * rows are counted, and skipped before a deep page, without joining them.
 */
void query_keys(struct query *q, const char *from, const char *key);
/*
 * Adds a member to each element: a number, text or JSON that `sql` gives. Both are literals, or live as long as the
 * request. EXTRA_LIST: NULL is [].
 */
void query_extra(struct query *q, const char *member, enum extra_kind kind, const char *sql);
/* Adds members that `print` writes from the columns `sql`, which may be several. Once, and after query_extra(). */
void query_printer(struct query *q, const char *sql, extra_printer *print);
/*
 * Adds a member that lists other things, once. `owner`: the list is all that this owner has, by id, unless something
 * filters; NULL: it is not. After the filters.
 */
void query_linked(struct query *q, const struct linked_kind *kind, const char *owner);
/* Names the counter that holds the total while nothing filters. */
void query_counter(struct query *q, const char *kind, const char *owner);

/* -- for callers that write pieces themselves (entity/search) -- */
/* Appends a piece to `to`: its question marks become $2, $3, … */
void query_piece(struct query *q, struct buffer *to, const char *sql, const struct arg *args, int n);
/*
 * Adds a statement of two values that is run before the list, on its lane, for its error alone: whether the engine can
 * read a pattern, also when the list has no rows.
 */
void query_probe(struct query *q, const char *sql, struct arg first, struct arg second);
/* Refuses the query: ERR_REQUEST_INPUT with the reason. Only the first refusal is kept. */
void query_refuse(struct query *q, const char *reason);

/*
 * Runs the query and answers; with pages, Total-Number and Link too. A query that no index bounds is run by a step on
 * SCAN, which takes the query over.
 */
NODISCARD err_t query_reply(struct query *q);

#endif
