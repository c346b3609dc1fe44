#include "server/dispatch.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/js_number.h"
#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "entity/field.h"
#include "oidc/oidc.h"
#include "oidc/verify.h"
#include "server/lanes.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define PAGE_SIZE 20

/* What the dispatcher keeps of a request between its passes. */
struct pass {
	int64_t begun_us;
	bool settled;		/* tenant and door */
	bool checked;		/* query and body fit their descriptions */
};

static struct pass *pass_of(struct request *rq)
{
	if (!rq->pass) {
		struct pass *p = ARENA_NEW(rq->arena, struct pass);

		p->begun_us = clock_monotonic_us();
		rq->pass = p;
	}
	return rq->pass;
}

/* -- bodies -- */

size_t dispatch_body_limit(struct request *rq)
{
	const char *type = request_header(rq, "content-type");
	bool small = type && (!strncasecmp(type, "text/", 5) || !strncasecmp(type, "application/x-www-form-urlencoded", 33));

	if (rq->method != POST && rq->method != PUT && rq->method != PATCH)
		return 0;
	if (text_starts(rq->path, "/oidc/"))
		return KIB(56);
	return small ? KIB(56) : MIB(1);
}

/* -- other origins (http-conventions.md section 10) -- */

static bool is_api(const struct request *rq)
{
	return text_starts(rq->path, "/api") && (rq->path[4] == '/' || rq->path[4] == '\0');
}

/* The pages of the admin tenant. A localhost address does not count beside a public one. */
static bool is_admin_origin(struct request *rq, const char *origin)
{
	struct url admin;

	return url_parse(context.admin_endpoint, strlen(context.admin_endpoint), &admin) && !strcmp(origin, url_origin(rq->arena, &admin));
}

static void allow_origin(struct request *rq)
{
	const char *origin = request_header(rq, "origin");

	if (origin && is_api(rq))
		rq->reply.cors_origin = is_admin_origin(rq, origin) ? origin : NULL;
}

static bool preflight(struct request *rq)
{
	const char *asked = request_header(rq, "access-control-request-headers");

	if (!rq->reply.cors_origin || !request_header(rq, "access-control-request-method")) {
		rq->reply.cors_origin = NULL;	/* a plain OPTIONS */
		return false;
	}
	reply_header(rq, "Access-Control-Allow-Methods", "GET,HEAD,PUT,POST,DELETE,PATCH");
	if (asked)
		reply_header(rq, "Access-Control-Allow-Headers", asked);
	reply_empty(rq, 204);
	return true;
}

/* -- requests without a handler -- */

static void answer_without_route(struct request *rq)
{
	const struct route_match *m = &rq->match;

	if (text_starts(rq->path, "/oidc/") || !strcmp(rq->path, "/oidc")) {
		err_t e = oidc_unknown(rq);

		if (e)
			reply_error(rq, e);
		return;
	}
	if (m->allow[0])
		reply_header(rq, "Allow", m->allow);
	if (rq->method == METHOD_OTHER && is_api(rq))
		reply_text(rq, 501, "Not Implemented");
	else if (!m->path_known)
		reply_text(rq, 404, "Not Found");
	else if (rq->method == OPTIONS)
		reply_text(rq, 200, "");
	else
		reply_text(rq, 405, "Method Not Allowed");
}

/* -- pages (section 4) -- */

/* One parameter; absent and empty leave `*out` alone. */
static bool page_number(const struct request *rq, const char *name, double most, int64_t *out, bool *given)
{
	const char *text = query_given(rq, name);
	double d;

	if (query_count(rq, name) > 1)
		return false;
	if (!text)
		return true;
	*given = true;
	if (!text_js_number(text, &d) || !isfinite(d) || d != floor(d) || d < 1 || d > most)
		return false;
	*out = (int64_t)d;
	return true;
}

static err_t read_page(struct request *rq)
{
	bool given = false;

	rq->page.on = false;
	if (rq->route->paging == NO_PAGES)
		return OK;
	rq->page.number = 1;
	rq->page.size = PAGE_SIZE;
	if (!page_number(rq, "page", 1e15, &rq->page.number, &given) ||
	    !page_number(rq, "page_size", PAGE_SIZE_MOST, &rq->page.size, &given))
		return err_set(ERR_PAGINATION, "%s", rq->query_text);
	rq->page.on = given || rq->route->paging == PAGES;
	return OK;
}

/* -- query and body -- */

/* The described parameters as an object: one value a text, several a list. */
static json_t *query_object(const struct request *rq, const struct field *fields)
{
	json_t *object = json_object();

	for (const struct field *f = fields; f->name; f++) {
		json_t *values = json_array();

		for (size_t i = 0; i < rq->query.count; i++)
			if (!strcmp(rq->query.at[i].name, f->name))
				json_array_append_new(values, json_string(rq->query.at[i].value));
		if (json_array_size(values) == 1 || (json_array_size(values) > 1 && f->flags & ONCE))
			json_object_set(object, f->name, json_array_get(values, 0));
		else if (json_array_size(values) > 1)
			json_object_set(object, f->name, values);
		json_decref(values);
	}
	return object;
}

static err_t check_input(struct request *rq)
{
	const struct route *r = rq->route;
	err_t e = OK;

	if (pass_of(rq)->checked)
		return OK;
	if (r->query) {
		json_t *query = query_object(rq, r->query);

		e = fields_check(rq->arena, r->query, CHECK_CREATE, query, "query");
		json_decref(query);
	}
	if (!e && r->body)
		e = fields_check(rq->arena, r->body, r->body_is_patch ? CHECK_PATCH : CHECK_CREATE, rq->body, "body");
	pass_of(rq)->checked = e == OK;
	return e;
}

/* -- the passes -- */

/* Whose it is, and whether the caller may. Once; needs a transaction that can read. */
static err_t settle(struct request *rq, struct txn *tx)
{
	err_t e;

	if (pass_of(rq)->settled) {
		txn_set_tenant(tx, rq->tenant->id);
		return OK;
	}
	rq->tx = tx;
	e = tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant);
	if (e)
		return e;
	txn_set_tenant(tx, rq->tenant->id);
	switch (rq->route->auth) {
	case MANAGEMENT:
		e = management_remembered(rq) ? OK : management_authenticate(rq);
		txn_set_tenant(tx, rq->tenant->id);
		break;
	case ANONYMOUS:
	case OAUTH:
		break;
	case NOBODY:
		e = err_set(ERR_FORBIDDEN, "the route has no door");
		break;
	}
	pass_of(rq)->settled = e == OK;
	return e;
}

/* Only for who may: inflating and parsing cost most of what a caller can make us do. OAuth reads bodies in its own way. */
static void read_body(struct request *rq)
{
	if (rq->route->auth != OAUTH)
		request_parse_body(rq);
}

err_t dispatch_handle(struct request *rq)
{
	const struct route *r = rq->route;
	err_t e = OK;

	read_body(rq);
	if (rq->match.nul)
		return input_issue(rq->arena, "params", rq->match.args[0].name, "custom", "Holds a NUL character");
	if (rq->query.nul)
		return input_issue(rq->arena, "query", NULL, "custom", "Holds a NUL character");
	if (r->before)
		e = r->before(rq);
	if (!e)
		e = read_page(rq);
	if (!e && rq->method != GET && rq->method != HEAD && r->auth != OAUTH)
		e = rq->body_error;
	if (!e)
		e = check_input(rq);
	if (e)
		return e;
	if (rq->lane == SLOW) {
		e = r->slow(rq);
		rq->slow_done = e == OK;
		return e;
	}
	return r->handler(rq);
}

/* What is named and not there: 422 in the organization family, 404 elsewhere (http-conventions.md section 6.4). */
static void settle_reference(const struct request *rq, err_t e)
{
	if (e == ERR_REFERENCE && !text_starts(rq->route->path, "/api/organization") && !err_fault()->status)
		err_fault()->status = 404;
}

static bool is_for_the_lane(err_t e)
{
	return e == ERR_SLOW_FIRST || e == ERR_MORE || e == ERR_AGAIN || e == ERR_SENT;
}

err_t dispatch_run(struct request *rq, struct txn *tx)
{
	err_t e;

	log_request(rq->id);
	err_clear();
	reply_reset(rq);
	e = settle(rq, tx);
	rq->tx = tx;
	if (!e)
		e = dispatch_handle(rq);
	if (e && !is_for_the_lane(e)) {
		if (err_row(e)->status == 500 || err_row(e)->status == 503)
			log_error("%s %s: %s: %s", rq->method_text, rq->path, err_name(e), err_fault()->detail);
		settle_reference(rq, e);
		reply_error(rq, e);
	}
	log_request(NULL);
	return e;
}

void dispatch_done(struct request *rq)
{
	http_resume(rq);
}

/* The same by memory alone: a write on SQLite needs no transaction at the door then. */
static bool settle_by_memory(struct request *rq)
{
	enum auth auth = rq->route->auth;

	rq->tenant = tenant_remembered(rq->arena, rq->origin);
	if (rq->tenant)
		pass_of(rq)->settled = auth == ANONYMOUS || auth == OAUTH || (auth == MANAGEMENT && management_remembered(rq));
	return pass_of(rq)->settled;
}

/*
 * On SQLite the door is settled here, on a read connection of the event loop, so that a request without the right
 * never takes the writer's time.
 */
static bool refused_at_the_door(struct request *rq)
{
	struct txn *tx = settle_by_memory(rq) ? NULL : lanes_read(NULL);
	err_t e;

	if (!tx)
		return false;		/* settled; or PostgreSQL: in its lane */
	err_clear();
	e = settle(rq, tx);
	rq->tx = NULL;
	lanes_read_end(tx);
	if (e)
		reply_error(rq, e);
	return e != OK;
}

enum dispatched dispatch(struct request *rq)
{
	bool answered;

	pass_of(rq);
	log_request(rq->id);
	err_clear();	/* of the request before it on this thread */
	allow_origin(rq);
	if (rq->method == OPTIONS && preflight(rq))
		return ANSWERED;
	route_find(rq->method, rq->path, rq->arena, &rq->match);
	rq->route = rq->match.route;
	if (!rq->route) {
		answer_without_route(rq);
		return ANSWERED;
	}
	answered = rq->route->lane != READ && refused_at_the_door(rq);
	if (!answered && pass_of(rq)->settled)
		read_body(rq);		/* here, and not on the writer's time */
	if (!answered)
		answered = lanes_take(rq, rq->route->lane);
	log_request(NULL);
	return answered ? ANSWERED : LATER;
}

void dispatch_finished(struct request *rq)
{
	log_debug("%s %s %d %lld us", rq->method_text, rq->path, rq->reply.status,
		  (long long)(clock_monotonic_us() - pass_of(rq)->begun_us));
}
