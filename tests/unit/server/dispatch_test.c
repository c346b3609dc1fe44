/* The way of a request past the checks, on routes of the test's own. */
#include "world.h"

#include <stdatomic.h>
#include <sys/wait.h>

#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "entity/field.h"
#include "entity/event_note.h"
#include "events/outbox.h"
#include "http/exchange.h"
#include "server/lanes.h"
#include "tenant/setting.h"

#include "base/banned.h"

/* -- routes -- */

static int runs;
static err_t result;	/* of the handler */

static err_t deed(struct request *rq)
{
	err_t e = reply_header(rq, "X-Run", "one");

	runs++;
	if (e || result)
		return e ? e : result;
	return reply_text(rq, 200, txn_tenant(rq->tx));
}

struct errand {
	int checks, works;
};
FLOW(errand, struct errand)

static err_t errand_end(struct request *rq)
{
	return reply_text(
		rq, 200,
		arena_printf(rq->arena, "%d %d %s", errand(rq)->checks, errand(rq)->works, body_text(rq, "name")));
}

static const struct step end_step = { "end the errand", WRITE, errand_end };

static err_t errand_work(struct request *rq)
{
	errand(rq)->works++;
	assert_null(rq->tx);
	return result ? result : next(rq, &end_step);
}

static const struct step work_step = { "work", WORK, errand_work };

static err_t errand_check(struct request *rq)
{
	errand(rq)->checks++;
	return next(rq, &work_step);
}

static const struct step check_step = { "check", READ, errand_check };

static err_t reply_large(struct request *rq)
{
	char *text = arena_zalloc(rq->arena, KIB(300) + 1);

	memset(text, 'x', KIB(300));
	return reply_text(rq, 200, text);
}

/* Ends without a word. */
static err_t silent(struct request *rq)
{
	(void)rq;
	runs++;
	return OK;
}

static err_t refuse_no(struct request *rq)
{
	return strcmp(path_arg(rq, "id"), "no") ? OK : err_set(ERR_NOT_MEMBER, "as asked");
}

static err_t with_a_status(struct request *rq)
{
	(void)rq;
	err_fault()->status = 409;
	return ERR_REFERENCE;
}

/* Writes, notes, and is refused; `result` ERR_AGAIN: at first it meets a deadlock. */
static err_t refuse_with_events(struct request *rq)
{
	err_t e = result;

	runs++;
	result = OK;
	event_note_add(rq, &(struct event_note){ .event = "User.SuspensionStatus.Updated" });
	if (!e && txn_is_write(rq->tx))
		e = setting_put(rq->tx, rq->path, "1");
	return e ? e : refuse_keeping(rq, ERR_CREDENTIALS);
}

static const char *const kinds[] = { "a", "b", NULL };
static const struct field kind = { .type = FIELD_ENUM, .options = kinds };
static const struct field query[] = {
	{ "kind", .type = FIELD_ENUM, .options = kinds },
	{ "once", .type = FIELD_ENUM, .flags = ONCE, .options = kinds },
	{ "list", .type = FIELD_LIST, .flags = COERCE_LIST, .element = &kind },
	FIELDS_END
};
static const struct field body[] = { { "name", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END };

static const struct route routes[] = {
	{ POST, "/api/checked/{id}", ANYONE, WRITE, PAGES, .query = query, .body = body, .before = refuse_no,
	  .handler = deed, .status = 200 },
	{ PATCH, "/api/checked/{id}", ANYONE, WRITE, .body = body, .body_is_patch = true, .handler = deed,
	  .status = 200 },
	{ DELETE, "/api/checked/{id}", ANYONE, WRITE, .handler = deed, .status = 200 },
	{ GET, "/api/paged", ANYONE, READ, PAGES, .handler = deed, .status = 200 },
	{ GET, "/api/asked", ANYONE, READ, PAGES_IF_ASKED, .query = query, .handler = deed, .status = 200 },
	{ GET, "/api/plain", ANYONE, READ, .handler = deed, .status = 200 },
	{ GET, "/api/said", ANYONE, READ, .takes_paginated = true, .handler = deed, .status = 200 },
	{ GET, "/api/both", ANYONE, READ, PAGES_IF_ASKED, .takes_paginated = true, .handler = deed, .status = 200 },
	{ GET, "/api/large", ANYONE, READ, .handler = reply_large, .status = 200 },
	{ POST, "/api/reads", ANYONE, READ, .body = body, .handler = deed, .status = 200 },
	{ POST, "/api/errands", ANYONE, .first = &check_step, .body = body, .status = 200 },
	{ POST, "/api/works", MANAGEMENT, .first = &work_step, .body = body, .status = 200 },
	{ POST, "/api/silent", ANYONE, WRITE, .handler = silent, .status = 200 },
	{ POST, "/api/managed", MANAGEMENT, WRITE, .handler = deed, .status = 200 },
	{ GET, "/api/managed", MANAGEMENT, READ, .handler = deed, .status = 200 },
	{ POST, "/api/forgotten", .lane = WRITE, .handler = deed, .status = 200 },
	{ POST, "/oidc/token", ANYONE, WRITE, .handler = deed, .status = 200 },
	{ POST, "/api/statuses", ANYONE, WRITE, .handler = with_a_status, .status = 200 },
	{ POST, "/api/locks", ANYONE, WRITE, .handler = refuse_with_events, .status = 201, .event = "User.Created" },
	{ GET, "/api/locks", ANYONE, READ, .handler = refuse_with_events, .status = 200 },
};
static const struct route family[] = {
	{ POST, "/api/family-things", ANYONE, WRITE, .handler = deed, .status = 200 },
	{ POST, "/api/family-statuses", ANYONE, WRITE, .handler = with_a_status, .status = 200 },
};

#define JSON_TYPE { "Content-Type", "application/json" }

static int begin(void **state)
{
	(void)state;
	runs = 0;
	result = OK;
	return 0;
}

/* -- from the prerequisite to the handler -- */

static err_t handle(struct request *rq)
{
	err_t e;

	err_clear();
	e = step_run(rq, read_begin("default"));
	read_end();
	return e;
}

static const char *faulty_part(void)
{
	const struct fault *f = err_fault();

	for (int i = 0; i < f->arg_count; i++)
		if (!strcmp(f->args[i].key, "part"))
			return f->args[i].value;
	return NULL;
}

/* Each case is the one before it with its fault mended. */
static void of_several_faults_the_earliest_step_is_told(void **state)
{
	static const struct { const char *path, *query, *body; err_t e; const char *part; } cases[] = {
		{ "/api/checked/no%00", "page=0&kind=x&y=%00", "{", ERR_INPUT, "params" },
		{ "/api/checked/no", "page=0&kind=x&y=%00", "{", ERR_INPUT, "query" },
		{ "/api/checked/no", "page=0&kind=x", "{", ERR_NOT_MEMBER, NULL },
		{ "/api/checked/yes", "page=0&kind=x", "{", ERR_PAGINATION, NULL },
		{ "/api/checked/yes", "kind=x", "{", ERR_JSON, NULL },
		{ "/api/checked/yes", "kind=x", "{}", ERR_INPUT, "query" },
		{ "/api/checked/yes", "kind=a", "{}", ERR_INPUT, "body" },
		{ "/api/checked/yes", "kind=a", "{\"name\":\"x\"}", ERR_UNIQUE, NULL },
	};

	(void)state;
	result = ERR_UNIQUE;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq =
			request_new(&(struct ask){ POST, cases[i].path, cases[i].query, cases[i].body, JSON_TYPE });

		assert_int_equal(handle(rq), cases[i].e);
		if (cases[i].part)
			assert_string_equal(faulty_part(), cases[i].part);
		assert_int_equal(runs, cases[i].e == ERR_UNIQUE);
		request_free(rq);
	}
}

static void pages_are_numbers_from_one_to_their_limits(void **state)
{
	static const struct { const char *path, *query; bool bad, on; int64_t number, size; bool said; } cases[] = {
		{ "/api/paged", "", false, true, 1, 20 }, { "/api/paged", "page=&page_size=", false, true, 1, 20 },
		{ "/api/paged", "page=3", false, true, 3, 20 }, { "/api/paged", "page_size=100", false, true, 1, 100 },
		{ "/api/paged", "page=1e1&page_size=0x10", false, true, 10, 16 },
		{ "/api/paged", "page=+2+&page_size=%2B5", false, true, 2, 5 },
		{ "/api/paged", "page=1e15", false, true, 1000000000000000, 20 },
		{ "/api/paged", "PAGE=0&page%5B%5D=0", false, true, 1, 20 }, { "/api/paged", "page=0", .bad = true },
		{ "/api/paged", "page=-1", .bad = true }, { "/api/paged", "page=1.5", .bad = true },
		{ "/api/paged", "page=x", .bad = true }, { "/api/paged", "page=2e15", .bad = true },
		{ "/api/paged", "page=Infinity", .bad = true }, { "/api/paged", "page_size=101", .bad = true },
		{ "/api/paged", "page_size=0", .bad = true }, { "/api/paged", "page=1&page=1", .bad = true },
		{ "/api/paged", "page_size=&page_size=", .bad = true }, { "/api/asked", "", false, false, 1, 20 },
		{ "/api/asked", "page=", false, false, 1, 20 }, { "/api/asked", "page=2", false, true, 2, 20 },
		{ "/api/asked", "page_size=7", false, true, 1, 7 }, { "/api/asked", "page=0", .bad = true },
		{ "/api/plain", "page=0&page=x", false, false, 0, 0 },
		{ "/api/plain", "paginated=true&page=0", false, false, 0, 0 },
		{ "/api/said", "page=0&paginated=no", false, false, 0, 0 },
		{ "/api/said", "paginated=true", false, true, 1, 20, .said = true },
		{ "/api/said", "page=2&page_size=7&paginated=1", false, true, 2, 7, .said = true },
		{ "/api/said", "paginated=true&page=0", .bad = true }, { "/api/both", "page=2", false, true, 2, 20 },
		{ "/api/both", "page=2&paginated=true", false, true, 2, 20, .said = true },
		{ "/api/both", "paginated=true", false, true, 1, 20, .said = true },
		{ "/api/both", "", false, false, 1, 20 }, { "/api/asked", "paginated=true", false, false, 1, 20 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = request_new(&(struct ask){ GET, cases[i].path, cases[i].query });

		assert_int_equal(handle(rq), cases[i].bad ? ERR_PAGINATION : OK);
		if (!cases[i].bad) {
			assert_int_equal(rq->page.on, cases[i].on);
			assert_int_equal(rq->page.said, cases[i].said);
			assert_int_equal(rq->page.number, cases[i].number);
			assert_int_equal(rq->page.size, cases[i].size);
		}
		request_free(rq);
	}
}

static void a_repeated_parameter_is_a_list_where_one_is_described(void **state)
{
	static const struct { const char *query; err_t e; } cases[] = {
		{ "kind=a", OK }, { "kind=a&kind=a", ERR_INPUT }, { "kind=a&x=1&x=2", OK }, { "kind=", ERR_INPUT },
		{ "once=a&once=x", OK }, { "once=x&once=a", ERR_INPUT }, { "list=a", OK }, { "list=a&list=b", OK },
		{ "list=a&list=x", ERR_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = request_new(&(struct ask){ GET, "/api/asked", cases[i].query });

		assert_int_equal(handle(rq), cases[i].e);
		request_free(rq);
	}
}

static void a_body_counts_only_where_the_method_has_one(void **state)
{
	static const struct { enum method method; const char *path, *body; err_t e; } cases[] = {
		{ DELETE, "/api/checked/x", "{", OK }, { GET, "/api/plain", "{", OK },
		{ PATCH, "/api/checked/x", "{", ERR_JSON }, { PATCH, "/api/checked/x", "{}", OK },
		{ PATCH, "/api/checked/x", "{\"name\":1}", ERR_INPUT }, { POST, "/api/checked/x", "{}", ERR_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq =
			request_new(&(struct ask){ cases[i].method, cases[i].path, NULL, cases[i].body, JSON_TYPE });

		assert_int_equal(handle(rq), cases[i].e);
		request_free(rq);
	}
}

static void a_chain_goes_from_step_to_step_and_is_checked_once(void **state)
{
	struct request *rq =
		request_new(&(struct ask){ POST, "/api/errands", NULL, "{\"name\":\"x\",\"more\":1}", JSON_TYPE });

	(void)state;
	assert_int_equal(handle(rq), OK);
	assert_ptr_equal(rq->task.step, &work_step);
	assert_null(body_get(rq, "more"));
	json_object_del(body_to_check(rq), "name");	/* a second check would refuse it */
	result = ERR_AGAIN;
	assert_int_equal(handle(rq), ERR_AGAIN);
	assert_ptr_equal(rq->task.step, &work_step);	/* only this one is run again */
	result = OK;
	assert_int_equal(handle(rq), OK);
	assert_ptr_equal(rq->task.step, &end_step);
	assert_int_equal(rq->reply.status, 0);
	assert_int_equal(handle(rq), OK);
	assert_null(rq->task.step);
	assert_string_equal(buffer_str(&rq->reply.body), "1 2 (null)");
	request_free(rq);
}

static void a_step_that_is_refused_ends_its_chain(void **state)
{
	struct request *rq = request_new(&(struct ask){ POST, "/api/errands", NULL, "{\"name\":\"x\"}", JSON_TYPE });

	(void)state;
	assert_int_equal(handle(rq), OK);
	result = ERR_CREDENTIALS;
	assert_int_equal(handle(rq), ERR_CREDENTIALS);
	assert_null(rq->task.step);
	request_free(rq);
}

static void a_step_that_ends_without_an_answer_is_our_mistake(void **state)
{
	struct request *rq = request_new(&(struct ask){ POST, "/api/silent" });

	(void)state;
	assert_int_equal(handle(rq), ERR_INTERNAL);
	assert_int_equal(runs, 1);
	request_free(rq);
}

/* -- from the door to the answer -- */

/* One step as a lane runs it, door and answer included. */
static err_t pass(struct request *rq)
{
	err_t e;

	if (!rq->task.step)
		rq->task.step = rq->route->first;
	rq->task.lane = rq->task.step->lane;
	e = dispatch_kind.run(&rq->task, read_begin("default"));
	read_end();
	return e;
}

static void whoever_may_not_is_answered_and_nothing_of_the_body_is_read(void **state)
{
	static const struct { const char *path; err_t e; int status; bool parsed; } cases[] = {
		{ "/api/checked/x", OK, 200, true }, { "/api/managed", ERR_AUTH_HEADER_MISSING, 401, false },
		{ "/api/forgotten", ERR_FORBIDDEN, 403, false },
		{ "/oidc/token", OK, 200, false },	/* reads it in its own way */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq =
			request_new(&(struct ask){ POST, cases[i].path, NULL, "{\"name\":\"x\"}", JSON_TYPE });

		runs = 0;
		assert_int_equal(pass(rq), cases[i].e);
		assert_int_equal(rq->reply.status, cases[i].status);
		assert_int_equal(rq->body != NULL, cases[i].parsed);
		assert_int_equal(runs, cases[i].status == 200);
		request_free(rq);
	}
}

static void the_tenant_is_that_of_the_origin_in_every_pass(void **state)
{
	struct request *rq = request_new(&(struct ask){ GET, "/api/plain", .origin = "http://localhost:3002" });

	(void)state;
	for (int i = 0; i < 2; i++) {		/* the second knows it already */
		assert_int_equal(pass(rq), OK);
		assert_string_equal(buffer_str(&rq->reply.body), "admin");
	}
	request_free(rq);
}

static void a_step_begins_without_what_the_run_before_it_answered(void **state)
{
	struct request *rq = request_new(&(struct ask){ GET, "/api/plain" });
	int headers = 0;

	(void)state;
	result = ERR_AGAIN;
	assert_int_equal(pass(rq), ERR_AGAIN);
	assert_int_equal(rq->reply.status, 0);	/* the lane's business */
	result = OK;
	assert_int_equal(pass(rq), OK);
	for (int i = 0; i < rq->reply.header_count; i++)
		headers += !strcmp(rq->reply.headers[i].name, "X-Run");
	assert_int_equal(headers, 1);
	request_free(rq);
}

static void what_is_named_and_not_there_is_answered_as_the_table_of_the_route_says(void **state)
{
	static const struct { const char *path; err_t result; int status; } cases[] = {
		{ "/api/family-things", ERR_REFERENCE, 422 }, { "/api/checked/x", ERR_REFERENCE, 404 },
		{ "/api/checked/x", ERR_UNIQUE, 422 },
		{ "/api/family-statuses", OK, 409 }, { "/api/statuses", OK, 409 },	/* the handler knows better */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq =
			request_new(&(struct ask){ POST, cases[i].path, NULL, "{\"name\":\"x\"}", JSON_TYPE });

		result = cases[i].result;
		pass(rq);
		assert_int_equal(rq->reply.status, cases[i].status);
		request_free(rq);
	}
}

/* -- what arrives -- */

static void a_request_without_a_route_is_answered_at_once(void **state)
{
	static const struct { enum method method; const char *path; int status; const char *allow, *body; } cases[] = {
		{ GET, "/api/nope", 404, NULL, "Not Found" }, { PUT, "/nope", 404, NULL, "Not Found" },
		{ PUT, "/api/checked/x", 405, "POST, PATCH, DELETE", "Method Not Allowed" },
		{ PUT, "/api/plain", 405, "HEAD, GET", "Method Not Allowed" },
		{ OPTIONS, "/api/plain", 200, "HEAD, GET", "" }, { OPTIONS, "/api/nope", 404, NULL, "Not Found" },
		{ METHOD_OTHER, "/api/plain", 501, "HEAD, GET", "Not Implemented" },
		{ METHOD_OTHER, "/api/nope", 501, " ", "Not Implemented" },
		{ METHOD_OTHER, "/api", 501, " ", "Not Implemented" },
		{ METHOD_OTHER, "/apidoc", 404, NULL, "Not Found" }, { GET, "/oidc/nope", 404, NULL, NULL },
		{ GET, "/oidc", 404, NULL, NULL }, { PUT, "/oidcs", 404, NULL, "Not Found" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = request_new(&(struct ask){ cases[i].method, cases[i].path });
		const char *allow;

		assert_int_equal(dispatch(rq), ANSWERED);
		assert_int_equal(rq->reply.status, cases[i].status);
		allow = reply_header_value(rq, "Allow");
		assert_string_equal(allow ? allow : "", cases[i].allow ? cases[i].allow : "");
		if (cases[i].body)
			assert_string_equal(buffer_str(&rq->reply.body), cases[i].body);
		else
			assert_string_equal(answer(rq, "code"), "oidc.invalid_request");
		request_free(rq);
	}
}

static void nothing_of_an_earlier_fault_of_the_thread_is_told(void **state)
{
	struct request *rq = request_new(&(struct ask){ GET, "/oidc/nope" });

	(void)state;
	err_fault()->status = 409;
	err_fault()->data = "{\"of\":\"another\"}";
	dispatch(rq);
	assert_int_equal(rq->reply.status, 404);
	assert_null(err_fault()->data);
	request_free(rq);
}

#define ADMIN "http://localhost:3002"
#define METHOD "Access-Control-Request-Method"

static void only_pages_of_the_admin_tenant_are_let_in_from_elsewhere(void **state)
{
	static const struct {
		enum method method;
		const char *path, *origin, *asked;
		int status;
		const char *allowed;
	} cases[] = {
		{ OPTIONS, "/api/nope", ADMIN, "FOO", 204, ADMIN }, { OPTIONS, "/api/plain", ADMIN, NULL, 200, NULL },
		{ OPTIONS, "/api/plain", "http://localhost:3001", "GET", 200, NULL },
		{ OPTIONS, "/api/plain", ADMIN "/", "GET", 200, NULL },
		{ OPTIONS, "/api/plain", "HTTP://LOCALHOST:3002", "GET", 200, NULL },
		{ OPTIONS, "/api/nope", "http://evil.example", "GET", 404, NULL },
		{ OPTIONS, "/apis", ADMIN, "GET", 404, NULL }, { PUT, "/api/plain", ADMIN, NULL, 405, ADMIN },
		{ PUT, "/api/plain", "null", NULL, 405, NULL }, { GET, "/api", ADMIN, NULL, 404, ADMIN },
		{ GET, "/oidc/nope", ADMIN, NULL, 404, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = request_new(&(struct ask){ cases[i].method, cases[i].path,
							.headers = { "Origin", cases[i].origin,
							cases[i].asked ? METHOD : NULL, cases[i].asked } });

		assert_int_equal(dispatch(rq), ANSWERED);
		assert_int_equal(rq->reply.status, cases[i].status);
		if (text_has_prefix(cases[i].path, "/api"))
			assert_string_equal(rq->reply.cors_origin ? rq->reply.cors_origin : "",
					    cases[i].allowed ? cases[i].allowed : "");
		request_free(rq);
	}
}

static void after_a_request_no_line_of_the_log_names_it(void **state)
{
	const struct ask asks[] = {
		{ OPTIONS, "/api/plain", .headers = { "Origin", ADMIN, METHOD, "PUT" } }, { GET, "/api/nope" },
	};
	char box[LOG_REQUEST_MAX] = "";

	(void)state;
	log_request_use(box);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		struct request *rq = request_new(&asks[i]);

		id_new(rq->id, 16, ALPHABET_URL);
		assert_int_equal(dispatch(rq), ANSWERED);
		assert_string_equal(box, "");
		dispatch_end(rq);
		assert_string_equal(box, "");
		request_free(rq);
	}
	log_request_use(NULL);
}

static void a_preflight_echoes_the_headers_it_asks_for(void **state)
{
	struct request *rq = request_new(&(struct ask){ OPTIONS, "/api/plain",
						.headers = { "Origin", ADMIN, METHOD, "PUT",
						"Access-Control-Request-Headers", "x-a, x-b" } });

	(void)state;
	dispatch(rq);
	assert_string_equal(reply_header_value(rq, "Access-Control-Allow-Methods"), "GET,HEAD,PUT,POST,DELETE,PATCH");
	assert_string_equal(reply_header_value(rq, "Access-Control-Allow-Headers"), "x-a, x-b");
	request_free(rq);
	rq = request_new(&(struct ask){ OPTIONS, "/api/plain", .headers = { "Origin", ADMIN, METHOD, "PUT" } });
	dispatch(rq);
	assert_null(reply_header_value(rq, "Access-Control-Allow-Headers"));
	request_free(rq);
}

/* -- with lanes -- */

/* A body of so many bytes. The caller frees it. */
static char *body_of(size_t size)
{
	struct buffer b;

	buffer_init(&b, size);
	buffer_text(&b, "{\"name\":\"");
	while (b.len < size - 2)
		buffer_char(&b, 'x');
	buffer_text(&b, "\"}");
	return buffer_take(&b, NULL);
}

/*
 * What http_resume() finds behind a request that was dispatched: it has not been suspended yet, and another one holds
 * it.
 */
static void await(struct exchange *x)
{
	while (atomic_load(&x->refs) > 1)	/* its last touch */
		usleep(100);
}

/* A request as the case names it, to its end. When it was answered. */
static enum dispatched dispatched_when(const struct ask *ask, int status)
{
	struct request *rq = request_new(ask);
	struct exchange x = { .state = STATE_RUNNING, .refs = 2 };
	enum dispatched when;

	rq->owner = &x;
	if (dispatch_admit(rq) == LATER)
		await(&x);
	atomic_store(&x.refs, 2);
	when = dispatch(rq);
	if (when == LATER)
		await(&x);
	assert_int_equal(rq->reply.status, status);
	dispatch_end(rq);
	request_free(rq);
	return when;
}

/*
 * Fails unless it is answered when it should. On a machine that has no time for us any read may take so long that it
 * goes on elsewhere, and those of the next tenth of a second too: so what an event loop answers itself has many tries.
 */
static void expect_dispatched(const struct ask *ask, enum dispatched when, int status)
{
	bool is_right = dispatched_when(ask, status) == when;

	for (int tries = 100; !is_right && when == ANSWERED && tries > 0; tries--) {
		usleep(150000);
		is_right = dispatched_when(ask, status) == when;
	}
	if (!is_right)
		fail_msg("%s: not answered when it should be", ask->path);
}

/* On SQLite: only a write that may goes to the writer; what is refused never takes its time. */
static void only_who_may_write_waits_for_the_writer(void **state)
{
	static const struct { enum method method; const char *path; enum dispatched when; int status; } cases[] = {
		{ GET, "/api/plain", ANSWERED, 200 }, { HEAD, "/api/plain", ANSWERED, 200 },
		{ GET, "/api/managed", ANSWERED, 401 }, { POST, "/api/managed", ANSWERED, 401 },
		{ POST, "/api/forgotten", ANSWERED, 403 }, { POST, "/api/checked/x", LATER, 200 },
		{ POST, "/api/checked/no", LATER, 422 }, { POST, "/api/errands", LATER, 200 },
		{ POST, "/api/works", ANSWERED, 401 },
		{ POST, "/api/silent", LATER, 500 },
	};
	struct lanes_options o = {
		.store = world.store, .db_threads = 1, .scan_threads = 1, .work_threads = 1, .queue = 8,
		.step_seconds = 10, .scan_seconds = 30,
	};

	(void)state;
	assert_int_equal(lanes_start(&o), OK);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_dispatched(&(struct ask){ cases[i].method, cases[i].path, NULL, "{\"name\":\"x\"}", JSON_TYPE },
				  cases[i].when, cases[i].status);
	lanes_stop();
}

/* On both engines: from memory, from the event loop's connection, or from a lane. */
static void a_body_is_kept_only_when_its_caller_has_passed_the_door(void **state)
{
	static const struct { const char *path; bool away; int status; } cases[] = {
		{ "/api/checked/x", false, 200 }, { "/api/managed", true, 401 }, { "/api/forgotten", true, 403 },
		{ "/api/nope", true, 404 }, { "/api/plain", true, 405 }, { "/api/checked/x", false, 200 },
	};
	struct lanes_options o = {
		.store = world.store, .db_threads = 1, .scan_threads = 1, .work_threads = 1, .queue = 8,
	};

	(void)state;
	assert_int_equal(lanes_start(&o), OK);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq =
			request_new(&(struct ask){ POST, cases[i].path, NULL, "{\"name\":\"x\"}", JSON_TYPE });
		struct exchange x = { .state = STATE_RUNNING, .refs = 2 };

		rq->owner = &x;
		if (dispatch_admit(rq) == LATER)
			await(&x);
		assert_int_equal(rq->turned_away, cases[i].away);
		assert_null(rq->body);
		atomic_store(&x.refs, 2);
		if (dispatch(rq) == LATER)
			await(&x);
		assert_int_equal(rq->reply.status, cases[i].status);
		request_free(rq);
	}
	lanes_stop();
}

/* On SQLite: what takes long to parse or to compress holds up no event loop. */
static void large_bodies_are_read_and_large_answers_finished_elsewhere(void **state)
{
	char *large = body_of(KIB(70)), *small = body_of(20);
	const struct {
		struct ask ask;
		enum dispatched when;
		int status;
	} cases[] = {
		{ { GET, "/api/plain", NULL, NULL, JSON_TYPE }, ANSWERED, 200 },
		{ { GET, "/api/large", NULL, NULL, JSON_TYPE }, LATER, 200 },
		{ { POST, "/api/reads", NULL, small, JSON_TYPE }, ANSWERED, 200 },
		{ { POST, "/api/reads", NULL, large, JSON_TYPE }, LATER, 200 },
		{ { POST, "/api/reads", NULL, small,
		    { "Content-Type", "application/json", "Content-Encoding", "deflate" } }, LATER, 400 },
	};
	struct lanes_options o = {
		.store = world.store, .db_threads = 1, .scan_threads = 1, .work_threads = 1, .queue = 8,
		.step_seconds = 10, .scan_seconds = 30,
	};

	(void)state;
	assert_int_equal(lanes_start(&o), OK);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_dispatched(&cases[i].ask, cases[i].when, cases[i].status);
	lanes_stop();
	free(large);
	free(small);
}

static void an_answer_that_is_too_large_is_refused_and_nothing_of_it_stays(void **state)
{
	struct request *rq = request_new(&(struct ask){ GET, "/api/plain" });

	(void)state;
	reply_limit(3);
	assert_int_equal(handle(rq), ERR_ANSWER_TOO_LARGE);
	reply_limit(MIB(256));
	request_free(rq);
}

STATEMENT(t_events, "SELECT count(*) || ' ' || max(event || ' ' || payload) FROM outbox WHERE tenant_id = $1");

/* On both engines: the rows stand there when the answer does. */
static void a_refusal_that_keeps_writes_the_events_it_noted_once_and_with_its_status(void **state)
{
	struct lanes_options o = { .store = world.store,
				   .db_threads = 1,
				   .scan_threads = 1,
				   .work_threads = 1,
				   .queue = 8,
				   .step_seconds = 10,
				   .scan_seconds = 30 };
	struct request *rq = request_new(&(struct ask){ POST, "/api/locks" });
	struct exchange x = { .state = STATE_RUNNING, .refs = 2 };
	const char *events, *kept;
	struct txn *tx;

	(void)state;
	tx = write_begin("default");
	assert_int_equal(outbox_subscribe(tx, "t", (const char *const[]){ "User.SuspensionStatus.Updated", NULL }),
			 OK);
	assert_int_equal(txn_commit(&tx), OK);
	result = ERR_AGAIN;
	rq->owner = &x;
	assert_int_equal(lanes_start(&o), OK);
	assert_int_equal(dispatch(rq), LATER);
	await(&x);
	lanes_stop();
	assert_int_equal(runs, 2);
	assert_int_equal(rq->reply.status, 422);
	tx = read_begin("default");
	assert_int_equal(setting_find(tx, rq->arena, "/api/locks", &kept), OK);
	assert_int_equal(store_text(tx, &t_events, NO_ARGS, rq->arena, &events), OK);
	read_end();
	assert_true(text_has_prefix(events, "1 User.SuspensionStatus.Updated "));
	assert_non_null(strstr(events, "\"status\":422"));
	request_free(rq);
}

static void a_refusal_whose_events_cannot_be_written_keeps_nothing(void **state)
{
	struct request *rq = request_new(&(struct ask){ GET, "/api/locks" });

	(void)state;
	assert_int_equal(pass(rq), ERR_INTERNAL);
	assert_false(rq->task.keeps);
	assert_int_equal(rq->reply.status, 500);
	request_free(rq);
}

static err_t set_routes(void)
{
	const struct routes mine[] = {
		{ routes, ARRAY_LEN(routes) }, { family, ARRAY_LEN(family), .reference_status = 422 },
	};

	return route_table(mine, ARRAY_LEN(mine));
}

static int world_with_routes_of_its_own(void **state)
{
	return world_begin(state) || set_routes();
}

static int postgres_with_routes_of_its_own(void **state)
{
	return world_begin_postgres(state) || set_routes();
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, begin)
	const struct CMUnitTest tests[] = {
		CASE(of_several_faults_the_earliest_step_is_told), CASE(pages_are_numbers_from_one_to_their_limits),
		CASE(a_repeated_parameter_is_a_list_where_one_is_described),
		CASE(a_body_counts_only_where_the_method_has_one),
		CASE(a_chain_goes_from_step_to_step_and_is_checked_once), CASE(a_step_that_is_refused_ends_its_chain),
		CASE(a_step_that_ends_without_an_answer_is_our_mistake),
		CASE(whoever_may_not_is_answered_and_nothing_of_the_body_is_read),
		CASE(the_tenant_is_that_of_the_origin_in_every_pass),
		CASE(a_step_begins_without_what_the_run_before_it_answered),
		CASE(what_is_named_and_not_there_is_answered_as_the_table_of_the_route_says),
		CASE(a_request_without_a_route_is_answered_at_once),
		CASE(nothing_of_an_earlier_fault_of_the_thread_is_told),
		CASE(only_pages_of_the_admin_tenant_are_let_in_from_elsewhere),
		CASE(after_a_request_no_line_of_the_log_names_it),
		CASE(a_preflight_echoes_the_headers_it_asks_for),
		CASE(only_who_may_write_waits_for_the_writer),
		CASE(large_bodies_are_read_and_large_answers_finished_elsewhere),
		CASE(a_body_is_kept_only_when_its_caller_has_passed_the_door),
		CASE(an_answer_that_is_too_large_is_refused_and_nothing_of_it_stays),
		CASE(a_refusal_that_keeps_writes_the_events_it_noted_once_and_with_its_status),
		CASE(a_refusal_whose_events_cannot_be_written_keeps_nothing),
	};
	const struct CMUnitTest postgres[] = {
		CASE(a_body_is_kept_only_when_its_caller_has_passed_the_door),
		CASE(a_refusal_that_keeps_writes_the_events_it_noted_once_and_with_its_status),
	};
	int status = 0;

	/* a process has one environment */
	if (getenv("GUILDHALL_TEST_PG")) {
		if (fork() == 0)
			exit(cmocka_run_group_tests(postgres, postgres_with_routes_of_its_own, world_end));
		wait(&status);
	}
	return cmocka_run_group_tests(tests, world_with_routes_of_its_own, world_end) || status;
}
