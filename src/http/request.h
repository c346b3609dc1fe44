/*
 * request.h - one request and the answer to it.
 *
 * A step (step.h) reads, calls a rule and replies. It touches the request's arena and its transaction, nothing else
 * that outlives it. Everything here lives in rq->arena.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/budget.h"
#include "base/json.h"
#include "http/address.h"
#include "http/route.h"

struct txn;
struct tenant;		/* set by server/, read by rooms; http does not look inside */
struct event_note;	/* entity/event_note.h */
struct audit;		/* events/audit.h */

struct header {
	const char *name, *value;
};

struct param {		/* one name=value of a query or form, decoded */
	const char *name, *value;
};

struct params {
	struct param *at;
	size_t count;
	bool nul;		/* a name or value held %00; it ends there */
};

enum body_kind { BODY_NONE, BODY_JSON, BODY_FORM, BODY_TEXT, BODY_OTHER };

/* The caller, once the door has settled it. */
struct principal {
	const char *id;		/* NULL: nobody */
	bool is_user;		/* else an application */
	const void *known;	/* what else the door knows, for the rooms that know the door; NULL: nothing */
};

struct reply {
	int status;		/* 0: none yet */
	const char *type;	/* content type; NULL: none */
	struct buffer body;	/* freed with the request */
	struct slice borrowed;	/* set: sent in place of `body`; bytes that live as long as the process */
	struct header headers[32];
	int header_count;
	size_t header_bytes;	/* of those that reply_header() took */
	bool is_json, no_etag, no_store;
	bool by_accept;			/* what Accept says has decided: caches must know */
	bool coded;		/* has a Content-Encoding */
	const char *cors_origin;	/* Access-Control-Allow-Origin; NULL: none */
	bool cors_exposed;		/* Access-Control-Expose-Headers even so, for an origin that was refused */
	bool finished;
};

#define PAGE_SIZE_MOST 100
/* Where a count stops whose caller is content with that (`enableCap`). */
#define COUNT_CAP 10000

struct request {
	struct task task;		/* its life on the lanes; first, so that a task leads to its request */
	char id[17];			/* told in a header of the answer */
	enum method method;
	const char *method_text;
	const char *target;		/* as sent: path?query */
	const char *path;		/* as sent, without the query */
	const char *query_text;		/* without the ?; "" when absent */
	struct params query;
	struct header *headers;
	size_t header_count;
	const char *remote;		/* address of the caller */
	struct address client;		/* the same; what limits go by is its address_network() */
	const char *host;		/* Host, or X-Forwarded-Host behind a trusted proxy */
	const char *origin;		/* scheme://host[:port] the request named, as url_origin() writes it */
	bool secure;

	char *raw;	/* body as received, inflated by request_decode_body(); NULL: none. Ended by a NUL */
	size_t raw_len;
	size_t body_limit;		/* what mount_body_limit() said; counts inflated bytes */
	bool decoded;			/* `raw` is inflated */
	enum body_kind body_kind;
	struct params form;		/* BODY_FORM */
	/*
	 * BODY_JSON and BODY_FORM as an object; `{}` for none. Freed with the request. Steps may run twice, so they do
	 * not change it: body_copy().
	 */
	const json_t *body;
	err_t body_error;		/* why `body` could not be made; reported after the prerequisite */
	const char *body_reason;	/* {reason} of its message; reply_error() knows it */

	struct arena *arena;
	struct charge charge;		/* what is held for the request */
	bool turned_away;		/* dispatch() will answer without the body: it is not kept */
	const struct mount *mount;	/* found by the path, before the route; never NULL */
	const struct route *route;
	struct route_match match;
	const struct tenant *tenant;
	struct txn *tx;			/* of the step that runs; NULL on WORK and CALL */
	struct { const char *name; void *state; } flow;	/* FLOW() of step.h */
	struct principal who;
	struct {
		bool on, said;		/* said: asked for by `paginated=true` */
		int64_t number, size;	/* pages start at 1; set when `on` */
	} page;
	struct reply reply;
	struct event_note *notes;	/* what this run of the handler has noted, in order */
	const char *event_scene;	/* JSON members that events have in place of those of the call; NULL: none */
	struct audit *audit;		/* entries of the audit log, in order */
	/*
	 * The step that takes over, once, when a later one ends with an error: it is told of it in `failure` and makes
	 * the answer. NULL: the error is the answer. Set by a step that goes on.
	 */
	const struct step *otherwise;
	struct { err_t error; const char *message, *detail; } failure;
	void *owner;			/* of the HTTP server: the exchange */
	void *pass;			/* of the dispatcher */
};

/* Of several, the first. NULL: absent. Names in any case. */
const char *request_header(const struct request *rq, const char *name);
/* Decoded argument of the path; must be one the route names. */
const char *path_arg(const struct request *rq, const char *name);
/* Of several, the first; NULL: absent. */
const char *query_arg(const struct request *rq, const char *name);
/* How many parameters of that name the query has. */
int query_count(const struct request *rq, const char *name);
/* The values of all of that name: a list of texts. json_decref(). */
json_t *query_all(const struct request *rq, const char *name);
/* As query_arg(), but NULL for an empty value too. */
const char *query_nonempty(const struct request *rq, const char *name);
/* A member of the body that is a string; NULL when absent or null. */
const char *body_text(const struct request *rq, const char *member);
const json_t *body_get(const struct request *rq, const char *member);
/* A copy whose members the caller may set and remove; their values are those of the body. json_decref(). */
json_t *body_copy(const struct request *rq);
/* The body itself, for the one check that cuts it down to what is described, before the first step runs. */
json_t *body_to_check(const struct request *rq);
#define FORM_PARAMS_MAX 1000	/* of a form; a query has as many as fit the head */

/* Parses application/x-www-form-urlencoded or a query: all pairs that are not empty. */
void params_parse(struct arena *a, const char *text, size_t len, struct params *out);
/* First of that name, or NULL. */
const char *params_get(const struct params *p, const char *name);
/* Inflates `raw` by Content-Encoding, once. Sets body_error when it cannot. */
void request_decode_body(struct request *rq);
/*
 * Makes `body` of `raw`: inflates, then reads by media type (http-conventions.md section 3). Only POST, PUT and PATCH
 * have a body. Sets body_error when it cannot. A second call does nothing. The body may be what the media type allows:
 * an object, a list, a string (text).
 */
void request_parse_body(struct request *rq);
/* Frees what is not in the arena: body, reply; ends the charge. */
void request_done(struct request *rq);

/* Sets the size of one answer, in bytes. Before the first request. */
void reply_limit(size_t most);
/* Whether the answer fits: OK, ERR_ANSWER_TOO_LARGE or ERR_MEMORY. */
NODISCARD err_t reply_check(const struct request *rq);

/* -- the answer: each returns OK, so that a handler can end with it -- */
/* Opens a JSON body, to be written with the returned writer. */
struct json_out reply_json(struct request *rq, int status);
err_t reply_text(struct request *rq, int status, const char *text);
/* 204, or "Created" / "OK" as text (http-conventions.md section 3). */
err_t reply_empty(struct request *rq, int status);
/* Total-Number and Link of a page (http-conventions.md section 4); nothing when the request has no page. */
void reply_page(struct request *rq, int64_t total);
/* The same for a count that stopped at `total`: there may be more rows, so the links do not lead to the last ones. */
void reply_capped_page(struct request *rq, int64_t total);
/*
 * Name must be a literal; the value is copied. Names may repeat. ERR_INTERNAL: the value does not fit
 * (reply_header_fits), or the headers of this answer have become too many; so no answer is sent without a header that
 * it should have.
 */
NODISCARD err_t reply_header(struct request *rq, const char *name, const char *value);
/* At most 8 KiB and no control character: for a value from outside, whose header may be left out. */
bool reply_header_fits(const char *value);
/*
 * Sends the caller elsewhere: 302, or 303 (with GET, whatever the method was). `location` is an absolute URI or a path
 * of this server that begins with one slash, in the characters of RFC 3986 and at most 8 KiB. ERR_INTERNAL: it is not;
 * a caller that lets outsiders name a destination first checks it against what is registered.
 */
NODISCARD err_t reply_redirect(struct request *rq, int status, const char *location);
/* Opens an HTML body, for a template to write (http/template.h). */
struct buffer *reply_html(struct request *rq, int status);
/* Forgets an answer begun, for a run from the start. */
void reply_reset(struct request *rq);
/* Answers with an error, as the request's mount writes it. Headers set before stay, except those of a page. */
void reply_error(struct request *rq, err_t e);
/*
 * Makes the answer ready to send: headers of the mount, ETag and 304, compression, HEAD. A second call does nothing.
 * The server calls it when nobody has; code on another thread should, since compression takes the event loop's time.
 */
void reply_finish(struct request *rq);

#endif
