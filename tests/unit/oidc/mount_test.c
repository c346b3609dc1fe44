/* The rules of /oidc: the shape of errors, paths without an endpoint, bodies, doors. */
#include "fixture.h"

#include "http/mount.h"

#include "base/banned.h"

static struct request *refused(const char *path, const char *query, err_t e)
{
	struct request *rq = request_new(&(struct ask){ POST, path, query, NULL, { NULL } });

	reply_error(rq, e);
	err_clear();
	return rq;
}

static void expect(const char *query, err_t e, int status, const char *body)
{
	struct request *rq = refused("/oidc/token", query, e);

	assert_string_equal(buffer_str(&rq->reply.body), body);
	assert_int_equal(rq->reply.status, status);
	request_free(rq);
}

static void errors_have_the_members_of_oauth_beside_those_of_the_api(void **state)
{
	(void)state;
	err_clear();
	err_arg(ERR_OAUTH_SCOPE, "description", "more is needed");
	expect(NULL, err_arg(ERR_OAUTH_SCOPE, "scope", "all"), 403,
	       "{\"code\":\"oidc.insufficient_scope\",\"message\":\"The token misses a scope.\","
	       "\"error\":\"insufficient_scope\","
	       "\"error_description\":\"more is needed\",\"scope\":\"all\"}");
	expect(NULL, err_arg(ERR_OAUTH_GRANT, "description", "never told"), 400,
	       "{\"code\":\"oidc.invalid_grant\",\"message\":\"The grant is not valid.\","
	       "\"error_uri\":\"https://openid.sh/debug/invalid_grant\","
	       "\"error\":\"invalid_grant\",\"error_description\":\"grant request is invalid\"}");
	expect("parse_error=false", err_arg(ERR_OAUTH_ROUTE, "description", "nope"), 404,
	       "{\"error\":\"invalid_request\",\"error_description\":\"nope\"}");
	err_fault()->status = 400;
	expect("parse_error=false", ERR_OAUTH_CLIENT, 400,
	       "{\"error\":\"invalid_client\",\"error_description\":\"client authentication failed\"}");
}

static void a_failure_of_ours_is_a_server_error(void **state)
{
	struct request *rq = refused("/oidc/token", NULL, ERR_STORE);

	(void)state;
	assert_int_equal(rq->reply.status, 500);
	assert_string_equal(answer(rq, "error"), "server_error");
	assert_string_equal(answer(rq, "error_description"), "the server failed; try again");
	request_free(rq);
}

static void what_is_no_error_of_oauth_is_told_as_everywhere(void **state)
{
	struct request *rq = refused("/oidc/token", NULL, ERR_BUSY);

	(void)state;
	assert_int_equal(rq->reply.status, 503);
	assert_string_equal(answer(rq, "code"), "server.unavailable");
	assert_null(answer(rq, "error"));
	assert_string_equal(reply_header_value(rq, "Retry-After"), "1");
	request_free(rq);
	expect(NULL, ERR_ROUTE_NOT_FOUND, 404, "Not Found");
}

static void an_error_about_keys_in_the_api_is_one_of_the_api(void **state)
{
	struct request *rq = refused("/api/configs/oidc/private-keys/x", NULL, ERR_KEY_NOT_FOUND);

	(void)state;
	assert_string_equal(buffer_str(&rq->reply.body),
			    "{\"code\":\"oidc.key_not_found\",\"message\":\"There is no such key.\"}");
	request_free(rq);
}

static void what_is_no_endpoint_is_told_below_the_mount(void **state)
{
	static const struct { enum method method; const char *path, *description; } cases[] = {
		{ GET, "/oidc/nonexistent", "unrecognized route or not allowed method (GET on /nonexistent)" },
		{ DELETE, "/oidc/token", "unrecognized route or not allowed method (DELETE on /token)" },
		{ GET, "/oidc", "unrecognized route or not allowed method (GET on /)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq =
			request_new(&(struct ask){ cases[i].method, cases[i].path, NULL, NULL, { NULL } });

		err_clear();
		mount_answer_no_route(rq);
		assert_int_equal(rq->reply.status, 404);
		assert_string_equal(answer(rq, "code"), "oidc.invalid_request");
		assert_string_equal(answer(rq, "error"), "invalid_request");
		assert_string_equal(answer(rq, "error_description"), cases[i].description);
		request_free(rq);
	}
}

static void every_body_has_one_limit_and_is_left_to_the_endpoint(void **state)
{
	static const char *const types[] = { "application/json", "application/x-www-form-urlencoded", "text/plain" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct ask call = { POST, "/oidc/token", NULL, NULL, { "Content-Type", types[i] } };
		struct request *rq = request_new(&call);

		assert_int_equal(mount_body_limit(rq), KIB(56));
		assert_true(rq->mount->endpoint_reads_body);
		request_free(rq);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_have_the_members_of_oauth_beside_those_of_the_api),
		cmocka_unit_test(a_failure_of_ours_is_a_server_error),
		cmocka_unit_test(what_is_no_error_of_oauth_is_told_as_everywhere),
		cmocka_unit_test(an_error_about_keys_in_the_api_is_one_of_the_api),
		cmocka_unit_test(what_is_no_endpoint_is_told_below_the_mount),
		cmocka_unit_test(every_body_has_one_limit_and_is_left_to_the_endpoint),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
