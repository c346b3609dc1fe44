/* Which documents of providers are asked for, what is believed of an answer, and how long it is remembered. */
#include "world.h"

#include "sso/document.h"
#include "sso/protocol.h"
#include "base/banned.h"

#define AT "https://idp.example/document"

static err_t never(struct request *rq)
{
	(void)rq;
	return ERR_INTERNAL;
}

static const struct step then = { "whatever needs the documents", WORK, never };

/* -- a request that wants documents -- */

static struct request *new_request(void)
{
	return api_request(GET, "/api/users", NULL);
}

static struct document *new_document(struct request *rq, enum document_kind kind, const char *url, const char *text)
{
	struct document *d = arena_zalloc(rq->arena, sizeof(*d));

	*d = (struct document){ .kind = kind, .url = url, .text = text };
	return d;
}

static void load(struct request *rq, struct document *first)
{
	assert_int_equal(documents_load(rq, first, &then), OK);
}

/* Runs the step at which the request stands. */
static void go(struct request *rq)
{
	const struct step *s = rq->task.step;

	rq->task.lane = s->lane;
	assert_false(lane_has_transaction(s->lane));
	assert_int_equal(s->run(rq), OK);
}

static bool is_done(const struct request *rq)
{
	return rq->task.step == &then;
}

/* As the client ends a call. */
static void answered_by(struct document *d, err_t e, int status, const char *body, size_t len)
{
	d->call.error = e;
	d->call.status = status;
	buffer_init(&d->call.answer, DOCUMENT_MAX);
	buffer_add(&d->call.answer, body, len);
}

/* Asks for a document alone, which comes so. */
static void fetch(struct request *rq, struct document *d, err_t e, int status, const char *body)
{
	load(rq, d);
	go(rq);
	answered_by(d, e, status, body, strlen(body));
	go(rq);
	assert_true(is_done(rq));
}

/* Each test has addresses of its own: what providers say depends on no change of ours, so nothing forgets it. */
static const char *address(void)
{
	static int n;

	return arena_printf(api.arena, AT "/%d", ++n);
}

/* -- JSON -- */

static void a_document_is_asked_for_within_its_limits_and_nowhere_else(void **state)
{
	struct request *rq = new_request();
	struct document *d = new_document(rq, DOCUMENT_JSON, address(), NULL);

	(void)state;
	load(rq, d);
	assert_int_equal(rq->task.step->lane, CALL);
	go(rq);
	assert_ptr_equal(rq->task.call, &d->call);
	assert_true(rq->task.calls_may_fail);
	assert_int_equal(d->call.kind, CALL_HTTP);
	assert_string_equal(d->call.url, d->url);
	assert_int_equal(d->call.answer_max, DOCUMENT_MAX);
	assert_int_equal(d->call.total_ms, DOCUMENT_MS);
	assert_false(d->call.follow_redirects);
	assert_false(d->call.any_address);
	request_free(rq);
}

static void a_document_is_remembered_for_its_tenant_alone(void **state)
{
	static const struct tenant other = { .id = "other" };
	struct request *first = new_request(), *second = new_request(), *theirs = new_request();
	const char *url = address();
	struct document *d = new_document(first, DOCUMENT_JSON, url, NULL);

	(void)state;
	fetch(first, d, OK, 200, "{\"a\":1}");
	assert_int_equal(d->error, OK);
	assert_int_equal(json_integer_value(json_object_get(d->tree, "a")), 1);
	d = new_document(second, DOCUMENT_JSON, url, NULL);
	load(second, d);
	assert_true(is_done(second));
	assert_true(d->remembered);
	assert_int_equal(json_integer_value(json_object_get(d->tree, "a")), 1);
	theirs->tenant = &other;
	load(theirs, new_document(theirs, DOCUMENT_JSON, url, NULL));
	assert_int_equal(theirs->task.step->lane, CALL);
	request_free(first);
	request_free(second);
	request_free(theirs);
}

/* Nor is it remembered: the next one asks again. */
static void what_is_no_document_is_refused_in_words_of_ours(void **state)
{
	static const struct { err_t e; int status; const char *body, *cause; } cases[] = {
		{ ERR_CALL_ADDRESS, 0, "", "the address is not public" },
		{ ERR_CALL_FAILED, 0, "", "the provider was not reached" },
		{ ERR_CALL_ANSWER, 200, "", "the provider was not reached" },
		{ OK, 404, "{\"a\":1}", "the provider answered with another status than 200" },
		{ OK, 302, "", "the provider answered with another status than 200" },
		{ OK, 200, "", "the answer is not a JSON object" },
		{ OK, 200, "[1]", "the answer is not a JSON object" },
		{ OK, 200, "\"a secret inside\"", "the answer is not a JSON object" },
		{ OK, 200, "{\"a\":1,\"a\":2}", "the answer is not a JSON object" },
		{ OK, 200, "{\"a\":1} {}", "the answer is not a JSON object" },
		{ OK, 200, "{\"a\":\"\xff\"}", "the answer is not a JSON object" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = new_request(), *again = new_request();
		const char *url = address();
		struct document *d = new_document(rq, DOCUMENT_JSON, url, NULL);

		fetch(rq, d, cases[i].e, cases[i].status, cases[i].body);
		assert_string_equal(err_name(d->error), err_name(ERR_SSO_AWAY));
		assert_string_equal(d->cause, cases[i].cause);
		assert_null(d->tree);
		load(again, new_document(again, DOCUMENT_JSON, url, NULL));
		assert_false(is_done(again));
		request_free(rq);
		request_free(again);
	}
}

static void a_silent_provider_is_not_waited_for_again_at_once(void **state)
{
	struct request *rq = new_request(), *next = new_request(), *trial = new_request();
	const char *url = address();
	struct document *d = new_document(rq, DOCUMENT_JSON, url, NULL),
			*anew = new_document(trial, DOCUMENT_JSON, url, NULL);

	(void)state;
	fetch(rq, d, ERR_CALL_TIMEOUT, 0, "");
	assert_int_equal(d->error, ERR_SSO_AWAY);
	d = new_document(next, DOCUMENT_JSON, url, NULL);
	load(next, d);
	assert_true(is_done(next));
	assert_int_equal(d->error, ERR_SSO_AWAY);
	assert_string_equal(d->cause, "the provider was not reached");
	assert_null(d->tree);
	anew->anew = true;	/* an administrator who tries it asks */
	load(trial, anew);
	assert_false(is_done(trial));
	request_free(rq);
	request_free(next);
	request_free(trial);
}

static void what_another_request_has_got_meanwhile_is_good_for_one_that_waited_in_vain(void **state)
{
	struct request *slow = new_request(), *quick = new_request();
	const char *url = address();
	struct document *d = new_document(slow, DOCUMENT_JSON, url, NULL);

	(void)state;
	load(slow, d);
	go(slow);
	fetch(quick, new_document(quick, DOCUMENT_JSON, url, NULL), OK, 200, "{\"a\":1}");
	answered_by(d, ERR_CALL_TIMEOUT, 0, "", 0);
	go(slow);
	assert_true(is_done(slow));
	assert_int_equal(d->error, OK);
	assert_int_equal(json_integer_value(json_object_get(d->tree, "a")), 1);
	request_free(slow);
	request_free(quick);
}

static void of_several_only_those_that_are_not_remembered_are_asked_for(void **state)
{
	struct request *before = new_request(), *rq = new_request();
	const char *known = address();
	struct document *a = new_document(rq, DOCUMENT_JSON, known, NULL),
			*b = new_document(rq, DOCUMENT_JSON, address(), NULL);
	struct document *c = new_document(rq, DOCUMENT_JSON, address(), NULL);

	(void)state;
	fetch(before, new_document(before, DOCUMENT_JSON, known, NULL), OK, 200, "{}");
	a->beside = b;
	b->beside = c;
	load(rq, a);
	go(rq);
	assert_ptr_equal(rq->task.call, &c->call);
	assert_ptr_equal(c->call.beside, &b->call);
	assert_null(b->call.beside);
	answered_by(b, OK, 200, "{\"b\":1}", 7);
	answered_by(c, OK, 500, "", 0);
	go(rq);
	assert_true(is_done(rq));
	assert_int_equal(a->error | b->error, OK);
	assert_int_equal(c->error, ERR_SSO_AWAY);	/* each has its own */
	assert_non_null(json_object_get(b->tree, "b"));
	request_free(before);
	request_free(rq);
}

static void tokens_of_strangers_have_keys_asked_for_anew_once_in_a_while(void **state)
{
	struct request *first = new_request(), *second = new_request();
	const char *url = address();
	struct document *d = new_document(first, DOCUMENT_JSON, url, NULL);

	(void)state;
	fetch(first, d, OK, 200, "{}");
	assert_false(document_may_ask_anew(first, d));	/* it is as new as can be */
	d = new_document(second, DOCUMENT_JSON, url, NULL);
	load(second, d);
	assert_true(document_may_ask_anew(second, d));
	assert_false(document_may_ask_anew(second, d));
	request_free(first);
	request_free(second);
}

/* -- SAML -- */

static void metadata_is_read_by_the_helper_and_remembered_by_its_text(void **state)
{
	const char *text = arena_printf(api.arena, "<md %s/>", address()),
		   *answer = "{\"answer\":{\"entityId\":\"urn:a\"}}";
	struct request *rq = new_request(), *again = new_request();
	struct document *d = new_document(rq, DOCUMENT_METADATA, NULL, text);

	(void)state;
	load(rq, d);
	assert_int_equal(rq->task.step->lane, WORK);	/* nobody is asked for it */
	go(rq);
	assert_int_equal(rq->task.step->lane, CALL);
	go(rq);
	assert_int_equal(d->call.kind, CALL_HELPER);
	answered_by(d, OK, 0, answer, strlen(answer));
	go(rq);
	assert_true(is_done(rq));
	assert_string_equal(json_string_value(json_object_get(d->tree, "entityId")), "urn:a");
	d = new_document(again, DOCUMENT_METADATA, NULL, text);
	load(again, d);
	assert_true(is_done(again) && d->remembered);
	load(again, new_document(again, DOCUMENT_CERTIFICATE, NULL, text));	/* read as such it is another thing */
	assert_false(is_done(again));
	request_free(rq);
	request_free(again);
}

static void what_the_helper_refuses_and_that_it_is_away_are_told_apart(void **state)
{
	static const struct { err_t e; const char *body; err_t error; } cases[] = {
		{ OK, "{\"refusal\":{\"code\":\"metadata\",\"message\":\"no entity\"}}", ERR_SSO_AWAY },
		{ OK, "{\"refusal\":{\"code\":\"internal\",\"message\":\"x\"}}", ERR_SAML_UNAVAILABLE },
		{ ERR_CALL_FAILED, "", ERR_SAML_UNAVAILABLE }, { ERR_CALL_TIMEOUT, "", ERR_SAML_UNAVAILABLE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = new_request();
		struct document *d = new_document(rq, DOCUMENT_METADATA, NULL, address());

		load(rq, d);
		go(rq);
		go(rq);
		answered_by(d, cases[i].e, 0, cases[i].body, strlen(cases[i].body));
		go(rq);
		assert_true(is_done(rq));
		assert_string_equal(err_name(d->error), err_name(cases[i].error));
		assert_non_null(d->cause);
		assert_null(d->tree);
		request_free(rq);
	}
}

static void what_is_no_text_does_not_get_to_the_helper(void **state)
{
	static const struct { const char *body; size_t len; } cases[] = {
		{ "", 0 }, { "<a>\0</a>", 8 }, { "<a>\xff</a>", 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = new_request();
		struct document *d = new_document(rq, DOCUMENT_METADATA, address(), NULL);

		load(rq, d);
		go(rq);
		answered_by(d, OK, 200, cases[i].body, cases[i].len);
		go(rq);
		assert_true(is_done(rq));
		assert_string_equal(d->cause, "the document is empty or not UTF-8");
		request_free(rq);
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_document_is_asked_for_within_its_limits_and_nowhere_else),
		CASE(a_document_is_remembered_for_its_tenant_alone),
		CASE(what_is_no_document_is_refused_in_words_of_ours),
		CASE(a_silent_provider_is_not_waited_for_again_at_once),
		CASE(what_another_request_has_got_meanwhile_is_good_for_one_that_waited_in_vain),
		CASE(of_several_only_those_that_are_not_remembered_are_asked_for),
		CASE(tokens_of_strangers_have_keys_asked_for_anew_once_in_a_while),
		CASE(metadata_is_read_by_the_helper_and_remembered_by_its_text),
		CASE(what_the_helper_refuses_and_that_it_is_away_are_told_apart),
		CASE(what_is_no_text_does_not_get_to_the_helper),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
