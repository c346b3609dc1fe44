/* Takes a request through its route: door, checks in the contract's order, steps, and the answer to an error. */
#include "server/dispatch.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/js_number.h"
#include "base/log.h"
#include "base/text.h"
#include "entity/field.h"
#include "events/audit.h"
#include "events/outbox.h"
#include "http/door.h"
#include "http/error.h"
#include "http/mount.h"
#include "server/lanes.h"
#include "server/queue.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define PAGE_SIZE 20
#define LARGE_BODY KIB(64)	/* what is parsed of it may take an event loop some ten milliseconds */
#define LARGE_ANSWER KIB(256)	/* to compress it takes as long */

/* What the dispatcher keeps of a request from step to step. */
struct pass {
	int64_t begun_us;
	bool found;		/* the route was looked for */
	bool answered;		/* without a step: by the preflight, for lack of a route, or at the door */
	bool settled;		/* tenant and caller are known, and the caller is allowed */
	bool checked;		/* query and body fit their descriptions */
	bool entered;		/* the first step was committed */
};

/* The pass of the request, made at the first call, when its time begins. */
static struct pass *pass_of(struct request *rq)
{
	if (!rq->pass) {
		struct pass *p = ARENA_NEW(rq->arena, struct pass);

		p->begun_us = clock_monotonic_us();
		rq->pass = p;
	}
	return rq->pass;
}

/* -- pages (section 4) -- */

/* Reads one page parameter, from 1 to `most`; an absent or empty one leaves `*out` alone. False: it is malformed. */
static bool read_page_number(const struct request *rq, const char *name, double most, int64_t *out, bool *given)
{
	const char *text = query_nonempty(rq, name);
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

/* Reads the page that the query asks for, 20 rows unless it names a size. ERR_PAGINATION. */
static err_t read_page(struct request *rq)
{
	bool said = rq->route->takes_paginated && text_is_truthy(query_arg(rq, "paginated")), given = said;

	rq->page.on = false;
	rq->page.said = said;
	if (rq->route->paging == NO_PAGES && !said)
		return OK;
	rq->page.number = 1;
	rq->page.size = PAGE_SIZE;
	if (!read_page_number(rq, "page", 1e15, &rq->page.number, &given) ||
	    !read_page_number(rq, "page_size", PAGE_SIZE_MOST, &rq->page.size, &given))
		return err_set(ERR_PAGINATION, "%s", rq->query_text);
	rq->page.on = given || rq->route->paging == PAGES;
	return OK;
}

/* -- query and body -- */

/* The parameters that `fields` describes as an object: one value becomes a text, several become a list. */
static json_t *query_object(const struct request *rq, const struct field *fields)
{
	json_t *object = json_object();

	for (const struct field *f = fields; f->name; f++) {
		json_auto_t *values = query_all(rq, f->name);

		if (json_array_size(values) == 1 || (json_array_size(values) > 1 && f->flags & ONCE))
			json_object_set(object, f->name, json_array_get(values, 0));
		else if (json_array_size(values) > 1)
			json_object_set(object, f->name, values);
	}
	return object;
}

/* Checks query and body against the descriptions of the route, once. ERR_INPUT. */
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
		e = fields_check(rq->arena, r->body, r->body_is_patch ? CHECK_PATCH : CHECK_CREATE, body_to_check(rq),
				 "body");
	if (!e && r->body_list)
		e = fields_check_list(rq->arena, r->body_list, body_to_check(rq), "body");
	pass_of(rq)->checked = e == OK;
	return e;
}

/* -- steps -- */

/* Finds the tenant and asks the door about the caller, once for each request. Needs a transaction that can read. */
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
	charge_share(&rq->charge, SHARE_TENANT, rq->tenant->id, strlen(rq->tenant->id));
	txn_set_tenant(tx, rq->tenant->id);
	e = door_settle(rq);
	txn_set_tenant(tx, rq->tenant->id);
	pass_of(rq)->settled = e == OK;
	return e;
}

/* Only after the door let the caller in: inflating and parsing are the most costly work a caller can cause. */
static void read_body(struct request *rq)
{
	if (!rq->mount->endpoint_reads_body)
		request_parse_body(rq);
}

/* Runs the checks before the first step, in the contract's order. */
static err_t enter(struct request *rq)
{
	const struct route *r = rq->route;
	err_t e = OK;

	read_body(rq);
	if (rq->match.nul)
		return input_issue(rq->arena, "params", rq->match.args[0].name, "custom", "Holds a NUL character");
	if (rq->query.nul)
		return input_issue(rq->arena, "query", NULL, "custom", "Holds a NUL character");
	if (rq->mount->before)
		e = rq->mount->before(rq);
	if (!e && r->before)
		e = r->before(rq);
	if (!e)
		e = read_page(rq);
	if (!e && rq->method != GET && rq->method != HEAD && !rq->mount->endpoint_reads_body)
		e = rq->body_error;
	return e ? e : check_input(rq);
}

/* A reference to a missing thing gets the status of the route's table, unless the handler has set one. */
static void settle_reference(const struct request *rq, err_t e)
{
	if (e == ERR_REFERENCE && rq->route && !err_fault()->status)
		err_fault()->status = rq->route->reference_status;
}

/* Logs an error with its cause when the server is at fault. */
static void log_fault(const struct request *rq, err_t e)
{
	int status = err_row(e)->status;

	if (status == 500 || status == 503)
		log_error("%s %.200s for %s: %s: %s", rq->method_text, rq->path, rq->remote ? rq->remote : "nobody",
			  err_name(e), err_fault()->detail);
}

/* Answers with the error; logs it when the server is at fault. */
static void answer_error(struct request *rq, err_t e)
{
	log_fault(rq, e);
	settle_reference(rq, e);
	reply_error(rq, e);
}

/* Whether the step begins the request; a step may also come back to the first one. */
static bool is_first(struct request *rq, const struct step *step)
{
	return rq->route && step == rq->route->first && !pass_of(rq)->entered;
}

/* Writes what the step noted, events and entries of the audit log, in its transaction. */
static err_t record(struct request *rq, const struct step *step)
{
	err_t e = event_record(rq);

	return e ? e : audit_record(rq, step);
}

/*
 * After refuse_keeping(): answers first, since an event tells the status of the answer, and then writes what the step
 * noted. Where that fails, nothing of the step is kept.
 */
static err_t record_refusal(struct request *rq, const struct step *step, err_t refusal)
{
	err_t e;

	audit_refuse(rq, refusal);
	answer_error(rq, refusal);
	e = record(rq, step);
	return e ? refuse(rq, e) : refusal;
}

/* Runs the step, with the checks of the route before the first one. */
static err_t run_step(struct request *rq, const struct step *step)
{
	err_t e = is_first(rq, step) ? enter(rq) : OK;

	if (!e)
		e = step->run(rq);
	if (!e)
		e = reply_check(rq);
	if (!e && !rq->task.step && !rq->reply.status)
		e = err_set(ERR_INTERNAL, "the step \"%s\" ended without an answer", step->name);
	return e;
}

err_t dispatch_step(struct request *rq, struct txn *tx)
{
	const struct step *step = rq->task.step;
	err_t e;

	rq->task.step = NULL;
	rq->tx = tx;
	if (step == &audit_last_step) {	/* it keeps the answer that is there */
		e = step->run(rq);
	} else {
		reply_reset(rq);
		rq->notes = NULL;	/* of a run that was rolled back, or of an earlier step, which wrote them */
		audit_begin_step(rq, step);
		e = run_step(rq, step);
		if (e)
			rq->task.step = NULL;
		if (!e)
			e = record(rq, step);
		else if (rq->task.keeps)
			e = record_refusal(rq, step, e);
	}
	if (e && !rq->task.keeps)
		rq->task.step = e == ERR_AGAIN ? step : NULL;
	else if (!e && rq->route && step == rq->route->first)
		pass_of(rq)->entered = true;
	rq->tx = NULL;
	return e;
}

/*
 * Answers with the error of a step that was rolled back, after which its entries of the audit log are still to be
 * written. Where they cannot be, that is the answer.
 */
static void refuse_rolled_back(struct request *rq, const struct step *step, err_t e)
{
	if (step == &audit_last_step)
		reply_reset(rq);
	else
		audit_refuse_rolled_back(rq, e);
	answer_error(rq, e);
}

/* What the step wrote was rolled back; the one that was named for this case goes on. */
static void go_on_otherwise(struct request *rq, err_t e)
{
	log_fault(rq, e);
	rq->failure.error = e;
	rq->failure.message = error_message(rq, e);
	rq->failure.detail = arena_copy(rq->arena, err_fault()->detail);
	rq->task.step = rq->otherwise;
	rq->otherwise = NULL;
	reply_reset(rq);
	err_clear();
}

/*
 * Runs one step for a lane. ERR_AGAIN goes back to the lane; any other error is answered here, or by the step that the
 * request has for it.
 */
static err_t run_task(struct task *t, struct txn *tx)
{
	struct request *rq = (struct request *)t;
	const struct step *step = t->step;
	err_t e = OK;

	log_request(rq->id);
	err_clear();
	if (tx)
		e = settle(rq, tx);
	if (e && e != ERR_AGAIN)
		t->step = NULL;
	rq->tx = NULL;
	if (!e)
		e = dispatch_step(rq, tx);
	if (e && e != ERR_AGAIN && rq->otherwise && !t->keeps)
		go_on_otherwise(rq, e);
	else if (e && e != ERR_AGAIN && !t->keeps)	/* what is kept was answered before its events */
		refuse_rolled_back(rq, step, e);
	log_request(NULL);
	return e;
}

/* Answers with the lane's error in place of what the step made. */
static void fail_task(struct task *t, err_t e)
{
	struct request *rq = (struct request *)t;
	char own[LOG_REQUEST_MAX] = "", *before = log_request_use(own);	/* another request may be running here */

	log_request(rq->id);
	t->step = NULL;
	reply_reset(rq);
	log_fault(rq, e);
	reply_error(rq, e);
	log_request_use(before);
}

static void finish_task(struct task *t)
{
	reply_finish((struct request *)t);
}

static void end_task(struct task *t)
{
	http_resume((struct request *)t);
}

const struct task_kind dispatch_kind = { run_task, fail_task, finish_task, end_task };

/* As settle(), but from memory, without a transaction. False: the memory does not have tenant or caller. */
static bool settle_from_memory(struct request *rq)
{
	rq->tenant = tenant_recall(rq->arena, rq->origin);
	if (rq->tenant) {
		charge_share(&rq->charge, SHARE_TENANT, rq->tenant->id, strlen(rq->tenant->id));
		pass_of(rq)->settled = door_recall(rq);
	}
	return pass_of(rq)->settled;
}

/*
 * On SQLite the door is settled here, on a read connection of the event loop, so that a caller without the permission
 * never takes the writer's time. True: the caller was refused and has its answer.
 */
static bool refuse_at_door(struct request *rq)
{
	struct txn *tx = pass_of(rq)->settled || settle_from_memory(rq) ? NULL : lanes_read(NULL);
	err_t e;

	if (!tx)
		return false;		/* settled; or PostgreSQL: in its lane */
	err_clear();
	e = settle(rq, tx);
	rq->tx = NULL;
	lanes_read_end(tx);
	if (e)
		answer_error(rq, e);
	return e != OK;
}

/* Does nothing but lead to the first step: when that has no transaction, settle() runs in the one of this step. */
static err_t pass_door(struct request *rq)
{
	return next(rq, rq->route->first);
}

static const struct step door_step = { "door", READ, pass_door };

/* Reads a large body where that holds up nobody else, and leads to the first step. */
static err_t read_large_body(struct request *rq)
{
	read_body(rq);
	return next(rq, rq->route->first);
}

static const struct step body_step = { "read a large body", WORK, read_large_body };

/* Whether reading the body may take long; how long a coded one is shows only then. */
static bool has_large_body(const struct request *rq)
{
	return rq->raw_len > LARGE_BODY || (rq->raw_len > 0 && request_header(rq, "Content-Encoding"));
}

static const struct step *first_step(struct request *rq)
{
	const struct step *first = rq->route->first;

	if (pass_of(rq)->settled && has_large_body(rq))
		return &body_step;
	return pass_of(rq)->settled || lane_has_transaction(first->lane) ? first : &door_step;
}

/* Tenants are served in turn. Those that the memory does not have, such as hosts of nobody, are one. */
static unsigned share_of(struct request *rq)
{
	if (!rq->tenant)
		rq->tenant = tenant_recall(rq->arena, rq->origin);
	return queue_share_of(rq->tenant ? rq->tenant->id : NULL);
}

/* Looks for the route, once. True: there is none, or a preflight, and the request has its answer. */
static bool find_route(struct request *rq)
{
	struct pass *pass = pass_of(rq);

	if (pass->found)
		return pass->answered;
	pass->found = true;
	pass->answered = mount_apply_cors(rq);
	if (pass->answered)
		return true;
	route_find(rq->mount, rq->method, rq->path, rq->arena, &rq->match);
	rq->route = rq->match.route;
	if (!rq->route && (rq->method == GET || rq->method == HEAD))
		rq->route = rq->mount->rest;
	pass->answered = !rq->route;
	if (pass->answered)
		mount_answer_no_route(rq);
	return pass->answered;
}

/* -- the door alone, before the body is there -- */

static err_t run_door(struct task *t, struct txn *tx)
{
	struct request *rq = (struct request *)t;
	err_t e;

	log_request(rq->id);
	err_clear();
	e = settle(rq, tx);
	rq->tx = NULL;
	if (e != ERR_AGAIN)
		t->step = NULL;
	if (e && e != ERR_AGAIN) {
		answer_error(rq, e);
		pass_of(rq)->answered = true;
	}
	log_request(NULL);
	return e;
}

static void fail_door(struct task *t, err_t e)
{
	fail_task(t, e);
	pass_of((struct request *)t)->answered = true;
}

static void end_door(struct task *t)
{
	struct request *rq = (struct request *)t;

	rq->turned_away = pass_of(rq)->answered;
	http_resume(rq);
}

static const struct task_kind door_kind = { run_door, fail_door, NULL, end_door };

/* Asks the door on its lane. True: the answer is there already. */
static bool ask_door(struct request *rq)
{
	rq->task.kind = &door_kind;
	rq->task.share = share_of(rq);
	rq->task.charge = &rq->charge;
	rq->task.step = &door_step;
	return lanes_take(&rq->task);
}

enum dispatched dispatch_admit(struct request *rq)
{
	struct pass *pass = pass_of(rq);
	bool known = true;

	log_request(rq->id);
	err_clear();
	if (!find_route(rq)) {
		pass->answered = refuse_at_door(rq);
		known = pass->answered || pass->settled || ask_door(rq);
	}
	if (known)
		rq->turned_away = pass->answered;
	log_request(NULL);
	return known ? ANSWERED : LATER;
}

/* -- all of it -- */

static err_t finish_answer(struct request *rq)
{
	reply_finish(rq);
	return OK;
}

static const struct step finish_step = { "finish a large answer", WORK, finish_answer };

/* Runs it alone: the answer was made, and is not begun anew. */
static err_t run_finish(struct task *t, struct txn *tx)
{
	(void)tx;
	t->step = NULL;
	return finish_step.run((struct request *)t);
}

static const struct task_kind finish_kind = { run_finish, fail_task, NULL, end_task };

/* Has the answer of a short read finished where that holds up nobody else, if it is large. True: it is small. */
static bool is_quick_to_finish(struct request *rq)
{
	if (rq->reply.body.len <= LARGE_ANSWER)
		return true;
	rq->task.kind = &finish_kind;
	rq->task.step = &finish_step;
	return lanes_take(&rq->task);
}

/* dispatch() without its bracket. True: the request has its answer. */
static bool take(struct request *rq)
{
	bool answered = find_route(rq) || (rq->route->lane != READ && refuse_at_door(rq));

	if (!answered && pass_of(rq)->settled && !has_large_body(rq))
		read_body(rq);		/* now, so that it does not take the writer's time */
	if (!answered) {
		rq->task.kind = &dispatch_kind;
		rq->task.share = share_of(rq);
		rq->task.charge = &rq->charge;
		rq->task.step = first_step(rq);
		answered = lanes_take(&rq->task) && is_quick_to_finish(rq);
	}
	return answered;
}

enum dispatched dispatch(struct request *rq)
{
	bool answered;

	log_request(rq->id);
	err_clear();	/* the error of an earlier request on this thread */
	answered = take(rq);
	log_request(NULL);
	return answered ? ANSWERED : LATER;
}

void dispatch_end(struct request *rq)
{
	log_request(rq->id);
	log_debug("%s %.200s %d for %s, %lld us", rq->method_text, rq->path, rq->reply.status,
		  rq->remote ? rq->remote : "nobody", (long long)(clock_monotonic_us() - pass_of(rq)->begun_us));
	log_request(NULL);
}
