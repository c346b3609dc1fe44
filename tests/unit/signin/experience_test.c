#include "page.h"

#include "http/door.h"
#include "tenant/cookie_keys.h"
#include "base/banned.h"

/* A member of the last answer, as JSON text. */
static const char *shown(const char *name)
{
	json_t *answer = json_loads(api.answer, 0, NULL);
	json_t *value = json_object_get(answer, name);
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	const char *kept = arena_copy(api.arena, text ? text : "");

	free(text);
	json_decref(answer);
	return kept;
}

static void a_fresh_interaction_has_nothing_in_it(void **state)
{
	(void)state;
	page_begin("SignIn");
	page_expect(OK, GET, "/interaction", NULL);
	assert_string_equal(shown("interactionEvent"), "\"SignIn\"");
	assert_string_equal(shown("userId"), "");
	assert_string_equal(shown("profile"), "{}");
	assert_string_equal(shown("mfa"), "{}");
	assert_string_equal(shown("verificationRecords"), "[]");
	assert_string_equal(shown("captcha"), "{\"skipped\":false,\"verified\":false}");
}

static void nothing_works_before_it_is_begun(void **state)
{
	(void)state;
	page_open();
	page_expect(ERR_EXPERIENCE_NOT_BEGUN, GET, "/interaction", NULL);
	page_expect(ERR_EXPERIENCE_NOT_BEGUN, PUT, "/interaction-event", "{\"interactionEvent\":\"Register\"}");
	/* told before a body that does not fit */
	page_expect(ERR_EXPERIENCE_NOT_BEGUN, POST, "/verification/password", "{}");
	page_expect(ERR_EXPERIENCE_NOT_BEGUN, POST, "/identification", "{}");
	page_expect(ERR_EXPERIENCE_NOT_BEGUN, POST, "/submit", NULL);
}

static void beginning_again_forgets_all(void **state)
{
	(void)state;
	api_post_for_id("/api/users", "{\"username\":\"ada\",\"password\":\"a good one\"}");
	page_begin("SignIn");
	page_prove("ada", "a good one");
	page_expect(OK, PUT, "", "{\"interactionEvent\":\"Register\"}");
	page_expect(OK, GET, "/interaction", NULL);
	assert_string_equal(shown("verificationRecords"), "[]");
	assert_string_equal(shown("interactionEvent"), "\"Register\"");
}

static void the_mode_of_the_tenant_decides_what_one_may_turn_to(void **state)
{
	(void)state;
	page_begin("SignIn");
	page_rule("{\"signInMode\":\"Register\"}");
	page_expect(ERR_SIGN_IN_MODE, PUT, "/interaction-event", "{\"interactionEvent\":\"SignIn\"}");
	page_expect(OK, PUT, "/interaction-event", "{\"interactionEvent\":\"Register\"}");
	page_rule("{\"signInMode\":\"SignIn\"}");
	page_expect(ERR_SIGN_IN_MODE, PUT, "/interaction-event", "{\"interactionEvent\":\"Register\"}");
	page_expect(OK, PUT, "/interaction-event", "{\"interactionEvent\":\"SignIn\"}");
}

static void nobody_turns_to_a_forgotten_password_or_from_it(void **state)
{
	(void)state;
	page_begin("SignIn");
	page_expect(ERR_NOT_WHILE_FORGOTTEN, PUT, "/interaction-event", "{\"interactionEvent\":\"ForgotPassword\"}");
	page_begin("ForgotPassword");
	page_expect(OK, PUT, "/interaction-event", "{\"interactionEvent\":\"ForgotPassword\"}");
	page_expect(ERR_NOT_WHILE_FORGOTTEN, PUT, "/interaction-event", "{\"interactionEvent\":\"SignIn\"}");
}

static void an_interaction_that_ended_after_the_door_is_not_found(void **state)
{
	(void)state;
	page_open();
	page_id = "000000000000000000000";
	page_expect(ERR_SESSION_NOT_FOUND, PUT, "", "{\"interactionEvent\":\"SignIn\"}");
	assert_non_null(strstr(api.answer, "\"error\":\"invalid_request\""));
}

/* -- the door -- */

/* What the browser sends back of the cookies that an answer set; "" for none. */
static const char *cookies_of(const struct request *rq, bool signature)
{
	const char *text = "";

	for (int i = 0; i < rq->reply.header_count; i++) {
		const char *value = rq->reply.headers[i].value;

		if (strcmp(rq->reply.headers[i].name, "Set-Cookie") != 0 || (!signature && strstr(value, ".sig=")))
			continue;
		text = arena_printf(api.arena, "%s%s%.*s", text, *text ? "; " : "", (int)strcspn(value, ";"), value);
	}
	return text;
}

/* Sets the cookie of the open interaction; with or without its signature. */
static const char *cookie(bool signature)
{
	struct request *rq = api_request(GET, "/api/experience/interaction", NULL);
	struct interaction i = { .id = page_id, .client_id = "spa" };
	const char *text;

	rq->tx = api.tx;
	assert_int_equal(interaction_set_cookie(rq, &i), OK);
	text = cookies_of(rq, signature);
	rq->tx = NULL;
	request_free(rq);
	return text;
}

/* Knocks with these cookies and the client's name. */
static err_t knock(const char *cookies, const char *client, const char **id)
{
	const struct ask ask = {
		GET, "/api/experience/interaction", NULL, NULL,
		{ "Cookie", cookies, client ? "Logto-App-Id" : NULL, client },
	};
	struct request *rq = request_new(&ask);
	err_t e;

	rq->tenant = api.tenant;
	rq->tx = api.tx;
	err_clear();
	e = door_settle(rq);
	*id = arena_copy(api.arena, rq->who.id);
	rq->tx = NULL;
	request_free(rq);
	return e;
}

static void the_door_lets_in_who_has_the_signed_cookie(void **state)
{
	const char *id;

	(void)state;
	page_open();
	assert_int_equal(knock(cookie(true), NULL, &id), OK);
	assert_string_equal(id, page_id);
	assert_int_equal(knock(cookie(true), "spa", &id), OK);
	assert_int_equal(knock(cookie(true), "other", &id), ERR_OAUTH_REQUEST);
	assert_null(id);
	assert_int_equal(knock(cookie(false), NULL, &id), ERR_SESSION_NOT_FOUND);
	assert_int_equal(knock("", NULL, &id), ERR_SESSION_NOT_FOUND);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_fresh_interaction_has_nothing_in_it), CASE(nothing_works_before_it_is_begun),
		CASE(beginning_again_forgets_all), CASE(the_mode_of_the_tenant_decides_what_one_may_turn_to),
		CASE(nobody_turns_to_a_forgotten_password_or_from_it),
		CASE(an_interaction_that_ended_after_the_door_is_not_found),
		CASE(the_door_lets_in_who_has_the_signed_cookie),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
