/* What is told of an error. */
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
	assert_body(&f, "{\"code\":\"guard.invalid_input\",\"data\":{\"a\":1},\"details\":\"one line\",\"message\":\"The request query does not fit its description.\"}");
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
	assert_body(&f, "{\"code\":\"guard.invalid_input\",\"data\":{},\"message\":\"The request body does not fit its description.\"}");
	fake_done(&f);
}

static void oauth_errors_have_their_own_shape(void **state)
{
	static const struct route token = { POST, "/oidc/token", .auth = OAUTH }, keys = { POST, "/api/configs/oidc", .auth = MANAGEMENT };
	struct fake f;

	(void)state;
	fake_init(&f, POST, "/oidc/token", "");
	f.rq.route = &token;
	err_arg(ERR_OAUTH_SCOPE, "description", "more is needed");
	reply_error(&f.rq, err_arg(ERR_OAUTH_SCOPE, "scope", "all"));
	assert_body(&f, "{\"code\":\"oidc.insufficient_scope\",\"message\":\"The token misses a scope.\",\"error\":\"insufficient_scope\",\"error_description\":\"more is needed\",\"scope\":\"all\"}");
	err_clear();
	reply_error(&f.rq, err_arg(ERR_OAUTH_GRANT, "description", "never told"));
	assert_body(&f, "{\"code\":\"oidc.invalid_grant\",\"message\":\"The grant is not valid.\",\"error_uri\":\"https://openid.sh/debug/invalid_grant\",\"error\":\"invalid_grant\",\"error_description\":\"grant request is invalid\"}");
	err_clear();
	reply_error(&f.rq, ERR_STORE);
	assert_non_null(strstr(buffer_str(&f.rq.reply.body), "\"error\":\"server_error\""));
	f.rq.route = &keys;
	reply_error(&f.rq, ERR_KEY_NOT_FOUND);
	assert_body(&f, "{\"code\":\"oidc.key_not_found\",\"message\":\"There is no such key.\"}");
	fake_done(&f);
	fake_init(&f, GET, "/oidc/nope", "parse_error=false");
	reply_error(&f.rq, err_arg(ERR_OAUTH_ROUTE, "description", "nope"));
	assert_body(&f, "{\"error\":\"invalid_request\",\"error_description\":\"nope\"}");
	assert_int_equal(f.rq.reply.status, 404);
	fake_done(&f);
}

RUN(T(errors_are_code_data_details_message), T(a_fault_of_the_body_is_remembered_by_the_request),
    T(oauth_errors_have_their_own_shape))
