/* The call of a webhook: its signature, its headers, and what its end means. */
#include "world.h"

#include <string.h>
#include <strings.h>

#include "directory/hook_call.h"

#include "base/banned.h"

static struct hook_row row;
static json_t *config;
static struct call call;
static struct request *rq;

static int begin(void **state)
{
	if (api_begin(state))
		return -1;
	row = (struct hook_row){ .id = "h1", .key = secret_copy("Jefe", 4) };
	rq = api_request(GET, "/api/hooks", NULL);
	return 0;
}

static int end(void **state)
{
	request_free(rq);
	hook_row_done(&row);
	json_decref(config);
	config = NULL;
	return api_end(state);
}

static void make(const char *text, const char *body)
{
	json_decref(config);
	config = json_loads(text, 0, NULL);
	assert_non_null(config);
	hook_call_make(rq, &row, config, body, &call);
}

/* All values of the header, whatever its letters, with commas between. */
static const char *sent(const char *name)
{
	const char *all = "";

	for (size_t i = 0; i < call.header_count; i++)
		if (!strcasecmp(call.headers[i].name, name))
			all = arena_printf(api.arena, "%s%s%s", all, *all ? "," : "", call.headers[i].value);
	return all;
}

/* RFC 4231, test case 2 */
static void the_signature_is_the_hmac_of_the_body(void **state)
{
	(void)state;
	make("{\"url\":\"https://a.example/in\"}", "what do ya want for nothing?");
	assert_string_equal(sent("logto-signature-sha-256"),
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_string_equal(call.url, "https://a.example/in");
	assert_string_equal(call.method, "POST");
	assert_int_equal(call.body_len, 28);
	assert_int_equal(call.total_ms, 10000);
	assert_false(call.any_address);
}

static void headers_of_the_hook_go_before_ours_but_for_the_signature(void **state)
{
	(void)state;
	make("{\"url\":\"x\"}", "{}");
	assert_string_equal(sent("Content-Type"), "application/json");
	assert_string_equal(sent("User-Agent"), "");	/* that of every call of ours */
	make("{\"url\":\"x\",\"headers\":{\"content-type\":\"a/b\",\"USER-AGENT\":\"me\",\"X-A\":\"1\","
	     "\"Logto-Signature-Sha-256\":\"forged\"}}",
	     "{}");
	assert_string_equal(sent("Content-Type"), "a/b");
	assert_string_equal(sent("User-Agent"), "me");
	assert_string_equal(sent("X-A"), "1");
	assert_int_equal(strlen(sent("logto-signature-sha-256")), 64);
}

static const char *error_of(err_t error, int status, const char *detail)
{
	const char *text;

	call = (struct call){ .error = error, .status = status };
	memcpy(call.detail, detail, strlen(detail));
	text = hook_call_error(api.arena, &call);
	return text ? text : "";
}

static void only_an_answer_of_200_to_299_is_success(void **state)
{
	(void)state;
	for (int status = 200; status < 300; status++)
		assert_string_equal(error_of(OK, status, ""), "");
	for (int status = 300; status < 600; status++)
		assert_string_equal(error_of(OK, status, ""),
				    arena_printf(api.arena, "HTTPError: Request failed with status code %d", status));
	assert_string_equal(error_of(ERR_CALL_FAILED, 0, "refused"), "TypeError: refused");
	assert_string_equal(error_of(ERR_CALL_ANSWER, 307, "redirects"), "TypeError: redirects");
	assert_string_equal(error_of(ERR_CALL_TIMEOUT, 0, "late"), "TimeoutError: Request timed out");
}

static void of_an_answer_that_is_too_long_the_status_counts(void **state)
{
	(void)state;
	call = (struct call){ .error = ERR_CALL_ANSWER, .status = 200 };
	buffer_init(&call.answer, 4);
	buffer_text(&call.answer, "ab\xc3");
	assert_false(hook_call_is_answered(&call));
	assert_string_equal(hook_call_text(api.arena, &call, 2), "ab");
	assert_string_equal(hook_call_text(api.arena, &call, 3), "ab");
	buffer_text(&call.answer, "too much");
	assert_true(call.answer.full);
	assert_true(hook_call_is_answered(&call));
	assert_null(hook_call_error(api.arena, &call));
	call_wipe(&call);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(the_signature_is_the_hmac_of_the_body),
		CASE(headers_of_the_hook_go_before_ours_but_for_the_signature),
		CASE(only_an_answer_of_200_to_299_is_success), CASE(of_an_answer_that_is_too_long_the_status_counts),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
