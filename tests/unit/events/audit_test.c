/*
 * Entries of the audit log: their keys, their payload, what is masked, and in which transaction they are written.
 */
#include "world.h"

#include "events/audit.h"
#include "events/audit_mask.h"
#include "events/audit_rows.h"

#include "base/banned.h"

extern const struct worker write_audit_rows;

STATEMENT(t_logs, "SELECT id, key, user_id, application_id, payload, created_at FROM logs WHERE tenant_id = $1"
	  " ORDER BY id");
COLUMNS(t_logs, id, key, user_id, application_id, payload, created_at);

#define MUST(call) assert_int_equal(call, OK)

static struct request *rq;
static json_t *payload;		/* of the last entry that was written */

/* How many entries there are. */
static int written(void)
{
	CLEANUP(rows_close) struct rows rows = {0};
	int n = 0;

	MUST(store_query(api.tx, &t_logs, NO_ARGS, &rows));
	for (; rows_next(&rows); n++) {
		json_decref(payload);
		payload = json_loads(rows_text(&rows, t_logs_payload), JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(payload);
		assert_int_equal(strlen(rows_text(&rows, t_logs_id)), ID_LONG);
	}
	MUST(rows_end(&rows));
	return n;
}

static const char *member(const char *name)
{
	const json_t *value = json_object_get(payload, name);

	return value ? json_to_text(api.arena, value) : "-";
}

static void expect_member(const char *name, const char *json)
{
	assert_string_equal(member(name), json);
}

/* -- steps -- */

static err_t open_and_answer(struct request *r)
{
	struct audit *log = audit_open(r, AUDIT_EXCHANGE_CODE, NULL, NULL);

	audit_text(log, "userId", "u1");
	audit_text(log, "applicationId", "a1");
	audit_text(log, "left out", NULL);
	return reply_empty(r, 204);
}

static err_t open_and_refuse(struct request *r)
{
	open_and_answer(r);
	return err_arg(err_set(ERR_OAUTH_GRANT, "the code was used before"), "description", "it is over");
}

static err_t open_and_refuse_keeping(struct request *r)
{
	open_and_answer(r);
	return refuse_keeping(r, ERR_LOG_WINDOW);
}

static err_t answer_only(struct request *r)
{
	return reply_empty(r, 204);
}

static const struct step answer_on_work = { "answer", WORK, answer_only };

static err_t open_and_go_on(struct request *r)
{
	open_and_answer(r);
	return next(r, &answer_on_work);
}

static err_t settle_and_go_on(struct request *r)
{
	struct audit *log;

	open_and_answer(r);
	log = audit_open(r, AUDIT_EXCHANGE_CODE, NULL, NULL);
	audit_text(log, "scope", "s");
	audit_settle(log);
	return next(r, &answer_on_work);
}

static err_t open_and_let_wait(struct request *r)
{
	open_and_answer(r);
	audit_let_wait(audit_open(r, AUDIT_EXCHANGE_CODE, NULL, NULL));
	return reply_empty(r, 204);
}

static err_t run_on(enum lane lane, step_fn *fn)
{
	static struct step step;
	err_t e;

	step = (struct step){ "test", lane, fn };
	rq->task.step = &step;
	e = step_run(rq, api.tx);
	if (e && e != ERR_AGAIN && !rq->task.keeps)
		audit_refuse_rolled_back(rq, e);
	return e;
}

static int begin(void **state)
{
	int failed = api_begin(state);

	rq = api_request(GET, "/api/status", NULL);
	rq->remote = "192.0.2.1";
	rq->headers[rq->header_count++] = (struct header){ "User-Agent", "curl\xff" };
	return failed;
}

static int end(void **state)
{
	json_decref(payload);
	payload = NULL;
	request_free(rq);
	return api_end(state);
}

/* -- tests -- */

static void an_answer_on_write_has_its_entry_in_its_transaction(void **state)
{
	(void)state;
	MUST(run_on(WRITE, open_and_answer));
	assert_null(rq->task.step);
	assert_int_equal(written(), 1);
	expect_member("key", "\"ExchangeTokenBy.AuthorizationCode\"");
	expect_member("result", "\"Success\"");
	expect_member("error", "-");
	expect_member("ip", "\"192.0.2.1\"");
	expect_member("userAgent", "\"curl\xef\xbf\xbd\"");
	expect_member("userId", "\"u1\"");
	expect_member("applicationId", "\"a1\"");
	expect_member("left out", "-");
}

static void a_refusal_that_is_rolled_back_leaves_its_entry_to_a_step_of_its_own(void **state)
{
	const json_t *error;

	(void)state;
	assert_int_equal(run_on(WRITE, open_and_refuse), ERR_OAUTH_GRANT);
	assert_int_equal(written(), 0);
	assert_ptr_equal(rq->task.step, &audit_last_step);
	reply_error(rq, ERR_OAUTH_GRANT);
	MUST(step_run(rq, api.tx));
	assert_null(rq->task.step);
	assert_int_equal(rq->reply.status, 400);	/* the answer stays */
	assert_int_equal(written(), 1);
	expect_member("result", "\"Error\"");
	error = json_object_get(payload, "error");
	assert_string_equal(json_string_value(error),
			    "{\"error\":\"invalid_grant\",\"error_description\":\"it is over\","
			    "\"error_detail\":\"the code was used before\"}");
}

static void a_refusal_that_keeps_has_its_entry_in_its_transaction(void **state)
{
	(void)state;
	assert_int_equal(run_on(WRITE, open_and_refuse_keeping), ERR_LOG_WINDOW);
	assert_null(rq->task.step);
	assert_int_equal(written(), 1);
	expect_member("error", "{\"message\":\"`end_time` must be after `start_time`.\","
			       "\"code\":\"log.invalid_time_window\"}");
}

static void a_refusal_without_a_transaction_is_written_by_a_step_of_its_own_even_if_it_keeps(void **state)
{
	(void)state;
	assert_int_equal(run_on(WORK, open_and_refuse_keeping), ERR_LOG_WINDOW);
	assert_ptr_equal(rq->task.step, &audit_last_step);
	MUST(step_run(rq, api.tx));
	assert_int_equal(written(), 1);
	expect_member("result", "\"Error\"");
}

static void an_entry_ends_with_the_request_and_not_with_the_step_that_opened_it(void **state)
{
	(void)state;
	MUST(run_on(WRITE, open_and_go_on));
	assert_int_equal(written(), 0);
	MUST(step_run(rq, api.tx));	/* on WORK: it cannot write */
	assert_ptr_equal(rq->task.step, &audit_last_step);
	MUST(step_run(rq, api.tx));
	assert_int_equal(written(), 1);
	expect_member("result", "\"Success\"");
}

static void a_settled_entry_is_written_with_its_step_and_only_once(void **state)
{
	(void)state;
	MUST(run_on(WRITE, settle_and_go_on));
	assert_int_equal(written(), 1);
	expect_member("scope", "\"s\"");
	MUST(step_run(rq, api.tx));
	assert_null(rq->task.step);
	assert_int_equal(written(), 1);
}

static void a_settled_entry_is_written_anew_when_its_step_is_run_again(void **state)
{
	(void)state;
	MUST(txn_savepoint(api.tx, "default"));
	MUST(run_on(WRITE, settle_and_go_on));
	assert_int_equal(written(), 1);
	MUST(txn_rollback_to(api.tx));
	assert_int_equal(written(), 0);
	MUST(run_on(WRITE, settle_and_go_on));
	assert_int_equal(written(), 1);
	MUST(step_run(rq, api.tx));
	assert_int_equal(written(), 1);
}

static void a_step_that_settled_and_was_rolled_back_leaves_an_error(void **state)
{
	(void)state;
	MUST(txn_savepoint(api.tx, "default"));
	MUST(run_on(WRITE, settle_and_go_on));
	MUST(txn_rollback_to(api.tx));
	assert_int_equal(run_on(WRITE, open_and_refuse), ERR_OAUTH_GRANT);
	MUST(step_run(rq, api.tx));
	assert_int_equal(written(), 1);
	expect_member("result", "\"Error\"");
}

static void steps_that_run_again_do_not_repeat_an_entry_and_their_last_word_counts(void **state)
{
	struct audit *log;

	(void)state;
	log = audit_open(rq, AUDIT_EXCHANGE_CODE, NULL, NULL);
	audit_text(log, "userId", "other");
	audit_text(log, "scope", "once");
	MUST(run_on(WRITE, open_and_answer));
	assert_int_equal(written(), 1);
	expect_member("userId", "\"u1\"");
	expect_member("scope", "\"once\"");
}

static void a_dropped_entry_is_not_written(void **state)
{
	struct audit *log;

	(void)state;
	log = audit_open(rq, AUDIT_REVOKE_TOKEN, NULL, NULL);
	audit_open(rq, AUDIT_INTERACTION_END, NULL, NULL);
	audit_drop(rq, log);
	MUST(run_on(WRITE, answer_only));
	assert_int_equal(written(), 1);
	expect_member("key", "\"Interaction.End\"");
}

static void a_key_has_its_parts_filled(void **state)
{
	(void)state;
	audit_open(rq, AUDIT_VERIFICATION_SUBMIT, "ForgotPassword", "EmailVerificationCode");
	MUST(run_on(WRITE, answer_only));
	assert_int_equal(written(), 1);
	expect_member("key", "\"Interaction.ForgotPassword.Verification.EmailVerificationCode.Submit\"");
}

static void an_answer_that_tells_a_refusal_is_an_error_in_the_log(void **state)
{
	(void)state;
	audit_fail(audit_open(rq, AUDIT_INTERACTION_CREATE, NULL, NULL), ERR_OAUTH_REQUEST);
	MUST(run_on(WRITE, answer_only));
	assert_int_equal(written(), 1);
	expect_member("result", "\"Error\"");
}

static void secrets_are_masked_at_every_depth_and_scripts_left_out(void **state)
{
	json_t *body = json_loads("{\"a\":{\"client_secret\":\"x\",\"list\":[{\"Pass-Word\":1,\"ok\":\"y\"}]},"
				  "\"refresh_token\":\"x\",\"tokens\":2,\"code\":\"x\",\"hasPassword\":true,"
				  "\"passwordVerified\":\"x\",\"applicationSecret\":{\"name\":\"n\"},\"scriptX\":1,"
				  "\"environmentVariables\":{},\"x-functions-key\":\"x\",\"error\":null}",
				  0, NULL);

	(void)state;
	audit_value(audit_open(rq, AUDIT_INTERACTION_END, NULL, NULL), "payload", body);
	MUST(run_on(WRITE, answer_only));
	assert_int_equal(written(), 1);
	expect_member("payload",
		      "{\"a\":{\"client_secret\":\"******\",\"list\":[{\"Pass-Word\":\"******\",\"ok\":\"y\"}]},"
		      "\"refresh_token\":\"******\",\"tokens\":2,\"code\":\"******\",\"hasPassword\":true,"
		      "\"passwordVerified\":\"******\",\"applicationSecret\":{\"name\":\"n\"},"
		      "\"x-functions-key\":\"******\",\"error\":null}");
	json_decref(body);
}

static void parameters_are_an_object_with_lists_for_those_that_repeat(void **state)
{
	struct params p;

	(void)state;
	params_parse(rq->arena, "a=1&b=2&a=3&code_verifier=x&scripts=1", 37, &p);
	audit_params(audit_open(rq, AUDIT_INTERACTION_END, NULL, NULL), "params", &p);
	MUST(run_on(WRITE, answer_only));
	assert_int_equal(written(), 1);
	expect_member("params", "{\"a\":[\"1\",\"3\"],\"b\":\"2\",\"code_verifier\":\"******\"}");
}

static void a_member_that_is_too_long_or_deep_is_not_shown(void **state)
{
	struct audit *log = audit_open(rq, AUDIT_INTERACTION_END, NULL, NULL);
	char *text = arena_alloc(rq->arena, KIB(20) + 1);
	json_t *deep = json_true();

	(void)state;
	memset(text, 'x', KIB(20));
	text[KIB(20)] = '\0';
	for (int i = 0; i < 100; i++)
		deep = json_pack("[o]", deep);
	audit_text(log, "long", text);
	audit_value(log, "deep", deep);
	MUST(run_on(WRITE, answer_only));
	assert_int_equal(written(), 1);
	expect_member("long", "\"(too long)\"");
	assert_int_equal(strlen(member("deep")), 2 * 16 + strlen("\"…\""));
	json_decref(deep);
}

/* A row of a tenant, into memory. */
static void put(const char *tenant, const char *key)
{
	struct audit_row row = { .tenant = tenant,
				 .key = key,
				 .user_id = NULL,
				 .application_id = "a",
				 .payload = "{}" };

	audit_row_stamp(&row);
	assert_true(audit_row_put(&row));
}

static void what_waits_is_written_by_a_worker_for_each_tenant(void **state)
{
	(void)state;
	MUST(make_tenant(api.tx, "other", "other.example.com", "Other"));
	txn_set_tenant(api.tx, "default");
	for (int i = 0; i < 700; i++)
		put(i % 2 ? "default" : "other", "k");
	assert_true(audit_rows_wait());
	MUST(worker_run(&write_audit_rows, api.tx));
	assert_false(audit_rows_wait());
	txn_set_tenant(api.tx, "other");
	assert_int_equal(written(), 350);
	txn_set_tenant(api.tx, "default");
	assert_int_equal(written(), 350);
}

static void a_reader_may_have_what_waits_written_and_the_worker_does_not_write_it_again(void **state)
{
	(void)state;
	put("default", "k");
	put("default", "k");
	MUST(audit_rows_write(api.tx));
	assert_int_equal(written(), 2);
	assert_true(audit_rows_wait());
	put("default", "k");
	MUST(worker_run(&write_audit_rows, api.tx));
	assert_int_equal(written(), 3);
	assert_false(audit_rows_wait());
}

static void what_comes_while_the_worker_writes_waits_for_its_next_time(void **state)
{
	const struct step first = { write_audit_rows.name, write_audit_rows.lane, write_audit_rows.run },
			  *step = &first;
	struct request worker = { .arena = arena_new() };

	(void)state;
	put("default", "k");
	for (int steps = 0; step && steps < 9; steps++) {
		worker.tx = step->lane == WRITE ? api.tx : NULL;
		worker.task.step = NULL;
		MUST(step->run(&worker));
		step = worker.task.step;
		if (worker.tx)
			put("default", "k");
	}
	arena_free(worker.arena);
	assert_null(step);
	txn_set_tenant(api.tx, "default");
	assert_int_equal(written(), 1);
	MUST(worker_run(&write_audit_rows, api.tx));
	assert_int_equal(written(), 2);
	assert_false(audit_rows_wait());
}

static void a_success_may_wait_and_a_refusal_may_not(void **state)
{
	struct txn *writes = api.tx;

	(void)state;
	api.tx = read_begin("default");
	txn_set_tenant(api.tx, "default");
	MUST(run_on(READ, open_and_let_wait));
	assert_null(rq->task.step);
	read_end();
	api.tx = writes;
	assert_int_equal(written(), 0);
	MUST(audit_rows_write(api.tx));
	assert_int_equal(written(), 1);
	expect_member("userId", "\"u1\"");
	MUST(worker_run(&write_audit_rows, api.tx));
	audit_let_wait(audit_open(rq, AUDIT_REVOKE_TOKEN, NULL, NULL));
	audit_refuse_rolled_back(rq, ERR_OAUTH_GRANT);
	assert_ptr_equal(rq->task.step, &audit_last_step);
}

static void so_many_may_wait_and_no_more_and_the_end_writes_them_all(void **state)
{
	struct audit_row row = { .tenant = "default", .key = "k", .payload = "{}" };
	int n = 0;

	(void)state;
	txn_rollback(&api.tx);	/* the end writes in transactions of its own */
	do
		audit_row_stamp(&row);
	while (audit_row_put(&row) && ++n < 100000);
	assert_int_equal(n, 16384);
	MUST(audit_rows_flush(world.store));
	assert_false(audit_rows_wait());
	api.tx = write_begin("default");
	assert_int_equal(written(), n);
	MUST(audit_rows_flush(world.store));
}

static void ids_are_in_the_order_of_their_times(void **state)
{
	char early[AUDIT_TIME_LEN + 1], late[AUDIT_TIME_LEN + 1];
	static const int64_t times[] = { INT64_MIN, 0, 35, 36, 1700000000000000, 4102444800000000, INT64_MAX };

	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_LEN(times); i++) {
		audit_time_begins(times[i], early);
		audit_time_begins(times[i + 1], late);
		assert_int_equal(strlen(late), AUDIT_TIME_LEN);
		assert_true(i == 0 ? strcmp(early, late) == 0 : strcmp(early, late) < 0);
	}
}

static int start_postgres(void **state)
{
	return routes_start() || world_begin_postgres(state);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(an_answer_on_write_has_its_entry_in_its_transaction),
		CASE(a_refusal_that_is_rolled_back_leaves_its_entry_to_a_step_of_its_own),
		CASE(a_refusal_that_keeps_has_its_entry_in_its_transaction),
		CASE(a_refusal_without_a_transaction_is_written_by_a_step_of_its_own_even_if_it_keeps),
		CASE(an_entry_ends_with_the_request_and_not_with_the_step_that_opened_it),
		CASE(a_settled_entry_is_written_with_its_step_and_only_once),
		CASE(a_settled_entry_is_written_anew_when_its_step_is_run_again),
		CASE(a_step_that_settled_and_was_rolled_back_leaves_an_error),
		CASE(steps_that_run_again_do_not_repeat_an_entry_and_their_last_word_counts),
		CASE(a_dropped_entry_is_not_written),
		CASE(a_key_has_its_parts_filled),
		CASE(an_answer_that_tells_a_refusal_is_an_error_in_the_log),
		CASE(secrets_are_masked_at_every_depth_and_scripts_left_out),
		CASE(parameters_are_an_object_with_lists_for_those_that_repeat),
		CASE(a_member_that_is_too_long_or_deep_is_not_shown),
		CASE(what_waits_is_written_by_a_worker_for_each_tenant),
		CASE(a_reader_may_have_what_waits_written_and_the_worker_does_not_write_it_again),
		CASE(what_comes_while_the_worker_writes_waits_for_its_next_time),
		CASE(a_success_may_wait_and_a_refusal_may_not),
		CASE(so_many_may_wait_and_no_more_and_the_end_writes_them_all),
		CASE(ids_are_in_the_order_of_their_times),
	};

	return WORLDS_RUN(tests, api_start, tests, start_postgres);
}
