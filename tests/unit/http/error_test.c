#include "http/error.h"

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void assert_body(const struct fake *f, const char *text)
{
	assert_string_equal(buffer_str(&f->rq.reply.body), text);
}

static void errors_are_code_data_details_message(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	err_fault()->data = "{\"a\":1}";
	err_fault()->details = "one line";
	reply_error(&f.rq, err_arg(ERR_INPUT, "part", "query"));
	assert_body(&f, "{\"code\":\"guard.invalid_input\",\"data\":{\"a\":1},\"details\":\"one line\","
			"\"message\":\"The request query does not fit its description.\"}");
	assert_int_equal(f.rq.reply.status, 400);
	err_clear();
	err_fault()->status = 422;
	reply_error(&f.rq, err_arg(ERR_REQUEST_INPUT, "reason", "Say \"more\"."));
	assert_body(&f, "{\"code\":\"request.invalid_input\",\"message\":\"Input is invalid. Say \\\"more\\\".\"}");
	assert_int_equal(f.rq.reply.status, 422);
	err_clear();
	reply_error(&f.rq, ERR_STORE);
	assert_body(&f, "{\"message\":\"Internal server error.\"}");
	reply_error(&f.rq, ERR_ROUTE_NOT_FOUND);
	assert_body(&f, "Not Found");
	assert_string_equal(f.rq.reply.type, "text/plain; charset=utf-8");
	assert_null(fake_answer(&f, "Retry-After", 0));
	reply_error(&f.rq, ERR_BUSY);
	assert_string_equal(fake_answer(&f, "Retry-After", 0), "1");
	fake_done(&f);
}

static void a_fault_of_the_body_is_remembered_by_the_request(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, POST, "/api/x", "");
	f.rq.body_error = ERR_JSON;
	f.rq.body_reason = "it ends too early";
	err_arg(ERR_JSON, "reason", "of another fault");
	err_fault()->details = "of another fault";
	reply_error(&f.rq, f.rq.body_error);
	assert_body(&f, "{\"message\":\"The request body is not valid JSON: it ends too early.\"}");
	f.rq.body_error = ERR_INPUT;
	reply_error(&f.rq, f.rq.body_error);
	assert_body(&f, "{\"code\":\"guard.invalid_input\",\"data\":{},"
			"\"message\":\"The request body does not fit its description.\"}");
	fake_done(&f);
}

static void shout(struct request *rq, err_t e)
{
	reply_text(rq, error_status(e), arena_printf(rq->arena, "%s! %s", error_arg("id"), error_message(rq, e)));
}

static void a_mount_may_write_errors_in_its_own_way(void **state)
{
	static const struct mount loud = { .prefix = "/loud", .write_error = shout };
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/loud", "");
	f.rq.mount = &loud;
	err_fault()->status = 503;
	assert_null(error_arg("id"));
	reply_error(&f.rq, err_arg(ERR_ROLE_USER, "id", "ada"));
	assert_body(&f, "ada! The user ada has this role already.");
	assert_int_equal(f.rq.reply.status, 503);
	assert_string_equal(fake_answer(&f, "Retry-After", 0), "1");	/* whoever writes it */
	fake_done(&f);
}

static void an_error_has_the_headers_set_before_it_but_those_of_a_page(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	f.rq.page.on = true;
	f.rq.page.number = 1;
	f.rq.page.size = 20;
	reply_page(&f.rq, 40);
	assert_int_equal(reply_header(&f.rq, "Allow", "GET"), OK);
	reply_error(&f.rq, ERR_NOT_FOUND);
	assert_null(fake_answer(&f, "Link", 0));
	assert_null(fake_answer(&f, "Total-Number", 0));
	assert_string_equal(fake_answer(&f, "Allow", 0), "GET");
	fake_done(&f);
}

static void messages_are_in_the_language_asked_for_and_data_and_reasons_are_not(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	fake_header(&f, "Accept-Language", "de");
	reply_error(&f.rq, err_arg(ERR_REQUEST_INPUT, "reason", "Say more."));
	assert_body(&f, "{\"code\":\"request.invalid_input\",\"message\":\"Die Eingabe ist ungültig. Say more.\"}");
	assert_null(fake_answer(&f, "Content-Language", 0));
	reply_error(&f.rq, ERR_STORE);
	assert_body(&f, "{\"message\":\"Internal server error.\"}");
	f.rq.body_error = ERR_JSON;
	f.rq.body_reason = "it ends too early";
	reply_error(&f.rq, f.rq.body_error);
	assert_body(&f, "{\"message\":\"The request body is not valid JSON: it ends too early.\"}");
	fake_done(&f);
}

RUN(T(errors_are_code_data_details_message), T(a_fault_of_the_body_is_remembered_by_the_request),
    T(a_mount_may_write_errors_in_its_own_way),
    T(an_error_has_the_headers_set_before_it_but_those_of_a_page),
    T(messages_are_in_the_language_asked_for_and_data_and_reasons_are_not))
