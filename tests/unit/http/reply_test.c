#include "http/request.h"

#include <stdio.h>

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static void write_name(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "name", "Acme");
	json_close(&j);
}

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

static void empty_answers_say_what_happened(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, POST, "/api/x", "");
	reply_empty(&f.rq, 201);
	assert_body(&f, "Created");
	reply_empty(&f.rq, 200);
	assert_body(&f, "OK");
	reply_empty(&f.rq, 204);
	assert_body(&f, "");
	assert_null(f.rq.reply.type);
	fake_done(&f);
}

static const char *ask(struct fake *f, enum method method, const char *if_none_match, const char *cache_control)
{
	fake_init(f, method, "/api/x", "");
	if (if_none_match)
		fake_header(f, "If-None-Match", if_none_match);
	if (cache_control)
		fake_header(f, "Cache-Control", cache_control);
	write_name(&f->rq);
	reply_finish(&f->rq);
	return fake_answer(f, "ETag", 0);
}

static int status_of(const char *if_none_match, const char *cache_control)
{
	struct fake f;
	int status;

	ask(&f, GET, if_none_match, cache_control);
	status = f.rq.reply.status;
	fake_done(&f);
	return status;
}

static void tags_answer_the_question_whether_something_changed(void **state)
{
	static const char tag[] = "\"f-xXfdrD2bPJTIDcWLlGnDv2ysqD0\"";
	char text[100], plain[40];
	struct fake f;
	const char *made;

	(void)state;
	made = ask(&f, GET, NULL, NULL);
	assert_int_equal(strlen(made), strlen(tag));
	assert_int_equal(strncmp(made, "\"f-", 3), 0);
	memcpy(plain, made, strlen(made) + 1);
	fake_done(&f);
	assert_int_equal(status_of(plain, NULL), 304);
	snprintf(text, sizeof(text), "W/%s", plain);
	assert_int_equal(status_of(text, NULL), 304);
	snprintf(text, sizeof(text), "\"x\", %s , \"y\"", plain);
	assert_int_equal(status_of(text, NULL), 304);
	assert_int_equal(status_of("*", NULL), 304);
	assert_int_equal(status_of("\"x\"", NULL), 200);
	assert_int_equal(status_of("", NULL), 200);
	assert_int_equal(status_of("W/", NULL), 200);
	assert_int_equal(status_of(plain, "max-age=0, no-cache"), 200);
	assert_int_equal(status_of(plain, "no-cache-at-all"), 304);
	assert_null(ask(&f, HEAD, "*", NULL));
	assert_int_equal(f.rq.reply.status, 200);
	fake_done(&f);
	assert_null(ask(&f, POST, "*", NULL));
	fake_done(&f);
}

static void a_304_has_no_type_and_keeps_its_page(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	fake_header(&f, "If-None-Match", "*");
	f.rq.page.on = true;
	f.rq.page.number = 1;
	f.rq.page.size = 20;
	write_name(&f.rq);
	reply_page(&f.rq, 1);
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 304);
	assert_null(f.rq.reply.type);
	assert_string_equal(fake_answer(&f, "Total-Number", 0), "1");
	assert_non_null(fake_answer(&f, "Link", 1));
	fake_done(&f);
}

static void links_keep_path_and_query(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/Organizations/", "page=2&foo=1&q=a+b&foo=2&bar=%C3%A4&page_size=2&baz");
	f.rq.page.on = true;
	f.rq.page.number = 2;
	f.rq.page.size = 2;
	reply_page(&f.rq, 5);
	assert_string_equal(fake_answer(&f, "Total-Number", 0), "5");
	assert_string_equal(fake_answer(&f, "Link", 0), "<http://host/Organizations/?page=1&foo=1%2C2&q=a+b&bar=%C3%A4&page_size=2&baz=>; rel=\"first\"");
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "page=1&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "rel=\"prev\""));
	assert_non_null(strstr(fake_answer(&f, "Link", 2), "page=3&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 3), "rel=\"next\""));
	assert_null(fake_answer(&f, "Link", 4));
	reply_reset(&f.rq);
	f.rq.page.number = 9;
	reply_page(&f.rq, 0);
	assert_non_null(strstr(fake_answer(&f, "Link", 1), "page=8&"));
	assert_non_null(strstr(fake_answer(&f, "Link", 2), "page=1&"));
	assert_null(fake_answer(&f, "Link", 3));
	fake_done(&f);
}

static bool is_fixed(const struct fake *f, const char *name, const char *value)
{
	for (int i = 0; i < f->rq.reply.fixed_count; i++)
		if (strcmp(f->rq.reply.fixed[i].name, name) == 0)
			return strcmp(f->rq.reply.fixed[i].value, value) == 0;
	return false;
}

static void headers_go_by_path(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	f.rq.reply.cors_origin = "http://admin";
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);
	reply_finish(&f.rq);
	assert_true(is_fixed(&f, "X-Frame-Options", "SAMEORIGIN"));
	assert_string_equal(fake_answer(&f, "Vary", 0), "Accept-Encoding, Origin");
	assert_null(fake_answer(&f, "Vary", 1));
	assert_string_equal(fake_answer(&f, "Access-Control-Allow-Origin", 0), "http://admin");
	assert_string_equal(fake_answer(&f, "Access-Control-Expose-Headers", 0), "*");
	assert_string_equal(fake_answer(&f, "Logto-Core-Request-Id", 0), "0123456789abcdef");
	fake_done(&f);
	fake_init(&f, GET, "/apix", "");
	reply_text(&f.rq, 200, "page");
	reply_finish(&f.rq);
	assert_false(is_fixed(&f, "X-Frame-Options", "SAMEORIGIN"));
	assert_true(is_fixed(&f, "Cross-Origin-Resource-Policy", "cross-origin"));
	assert_string_equal(fake_answer(&f, "Vary", 0), "Accept-Encoding");
	fake_done(&f);
	fake_init(&f, OPTIONS, "/oidc/token", "");
	f.rq.reply.cors_origin = "*";
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);
	assert_null(fake_answer(&f, "Access-Control-Expose-Headers", 0));
	assert_string_equal(fake_answer(&f, "Vary", 0), "Accept-Encoding, Origin");
	fake_done(&f);
}

static void large_answers_are_coded_and_keep_the_tag_of_the_plain_one(void **state)
{
	struct fake f;

	(void)state;
	for (int coded = 0; coded < 3; coded++) {
		struct json_out j;

		fake_init(&f, coded == 2 ? HEAD : GET, "/api/x", "");
		fake_header(&f, "Accept-Encoding", coded ? "gzip" : "identity");
		j = reply_json(&f.rq, 200);
		json_list(&j);
		for (int i = 0; i < 512; i++)
			json_int(&j, 7);
		json_list_end(&j);
		reply_finish(&f.rq);
		if (coded < 2)
			assert_int_equal(strncmp(fake_answer(&f, "ETag", 0), "\"401-", 5), 0);
		assert_int_equal(fake_answer(&f, "Content-Encoding", 0) != NULL, coded == 1);
		assert_int_equal(f.rq.reply.body.len < 1025, coded == 1);
		fake_done(&f);
	}
}

static void head_of_what_is_not_there_has_no_type(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, HEAD, "/api/x", "");
	reply_error(&f.rq, ERR_ROUTE_NOT_FOUND);
	reply_finish(&f.rq);
	assert_null(f.rq.reply.type);
	reply_reset(&f.rq);
	reply_error(&f.rq, ERR_NOT_FOUND);
	reply_finish(&f.rq);
	assert_string_equal(f.rq.reply.type, "application/json; charset=utf-8");
	fake_done(&f);
}

static void a_header_that_would_break_the_answer_is_an_error(void **state)
{
	static const char *const bad[] = { "http://a\r\nX: y", "a\tb", "\n", "\x7f" };
	char *full;
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(reply_header(&f.rq, "Location", bad[i]), ERR_INTERNAL);
	full = arena_alloc(f.rq.arena, KIB(8) + 2);
	memset(full, 'x', KIB(8) + 1);
	full[KIB(8) + 1] = '\0';
	assert_int_equal(reply_header(&f.rq, "Location", full), ERR_INTERNAL);
	assert_int_equal(f.rq.reply.header_count, 0);
	full[KIB(8)] = '\0';
	assert_int_equal(reply_header(&f.rq, "Location", full), OK);
	assert_int_equal(reply_header(&f.rq, "Location", full), ERR_INTERNAL);	/* all together must fit beside the head of the request */
	assert_int_equal(f.rq.reply.header_count, 1);
	fake_done(&f);
}

static void too_many_headers_are_an_error_and_leave_room_for_ours(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	for (int i = 0; i < 24; i++)
		assert_int_equal(reply_header(&f.rq, "X", "y"), OK);
	assert_int_equal(reply_header(&f.rq, "X", "y"), ERR_INTERNAL);
	reply_empty(&f.rq, 204);
	reply_finish(&f.rq);	/* what it adds has its place */
	assert_non_null(fake_answer(&f, "Logto-Core-Request-Id", 0));
	reply_reset(&f.rq);
	assert_int_equal(reply_header(&f.rq, "X", "y"), OK);
	fake_done(&f);
}

static void an_origin_that_fits_no_header_is_let_in_nowhere(void **state)
{
	char *origin;
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/oidc/jwks", "");
	origin = arena_alloc(f.rq.arena, KIB(9));
	memset(origin, 'x', KIB(9) - 1);
	origin[KIB(9) - 1] = '\0';
	reply_text(&f.rq, 200, "x");
	f.rq.reply.cors_origin = origin;
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 200);
	assert_null(fake_answer(&f, "Access-Control-Allow-Origin", 0));
	fake_done(&f);
}

static void no_answer_is_a_500(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/api/x", "");
	reply_finish(&f.rq);
	assert_int_equal(f.rq.reply.status, 500);
	fake_done(&f);
}

RUN(T(errors_are_code_data_details_message), T(a_fault_of_the_body_is_remembered_by_the_request), T(oauth_errors_have_their_own_shape),
    T(empty_answers_say_what_happened), T(tags_answer_the_question_whether_something_changed), T(a_304_has_no_type_and_keeps_its_page),
    T(links_keep_path_and_query), T(headers_go_by_path), T(large_answers_are_coded_and_keep_the_tag_of_the_plain_one),
    T(head_of_what_is_not_there_has_no_type), T(a_header_that_would_break_the_answer_is_an_error),
    T(too_many_headers_are_an_error_and_leave_room_for_ours), T(an_origin_that_fits_no_header_is_let_in_nowhere), T(no_answer_is_a_500))
