/* What the service for captchas is asked, and what its answers mean. */
#include "world.h"

#include "tenant/captcha.h"

#include "base/banned.h"

#define TURNSTILE "{\"config\":{\"type\":\"Turnstile\",\"siteKey\":\"site\",\"secretKey\":\"a&b\"}}"
#define RECAPTCHA(mode) \
	"{\"config\":{\"type\":\"RecaptchaEnterprise\",\"siteKey\":\"site\",\"secretKey\":\"key\"," \
	"\"projectId\":\"shop/1\"" mode "}}"

static struct request *rq;

static struct captcha_call asked(const char *config)
{
	struct captcha_call c;

	api_expect(OK, PUT, "/api/captcha-provider", config);
	assert_int_equal(captcha_call(rq, "to ken", &c), OK);
	return c;
}

/* What an answer of status 200 means. */
static err_t told(const char *config, const char *answer)
{
	struct captcha_call c = asked(config);
	err_t e;

	c.call.status = 200;
	buffer_init(&c.call.answer, KIB(4));
	buffer_text(&c.call.answer, answer);
	e = captcha_outcome(&c);
	buffer_done(&c.call.answer);
	return e;
}

static void without_a_service_nobody_passes(void **state)
{
	struct captcha_call c;

	(void)state;
	assert_int_equal(captcha_call(rq, "token", &c), ERR_CAPTCHA_FAILED);
}

static void turnstile_gets_a_form(void **state)
{
	struct captcha_call c = asked(TURNSTILE);

	(void)state;
	assert_string_equal(c.call.url, "https://challenges.cloudflare.com/turnstile/v0/siteverify");
	assert_string_equal(c.call.body, "secret=a%26b&response=to+ken&remoteip=192.0.2.1");
	assert_int_equal(c.call.body_len, strlen(c.call.body));
}

static void recaptcha_gets_the_key_in_a_header_and_the_token_in_json(void **state)
{
	struct captcha_call c = asked(RECAPTCHA(""));

	(void)state;
	assert_string_equal(c.call.url, "https://recaptchaenterprise.googleapis.com/v1/projects/shop%2F1/assessments");
	assert_string_equal(c.call.body, "{\"event\":{\"token\":\"to ken\",\"siteKey\":\"site\","
					 "\"userIpAddress\":\"192.0.2.1\"}}");
	assert_string_equal(c.call.headers[1].name, "X-Goog-Api-Key");
	assert_string_equal(c.call.headers[1].value, "key");
}

static void only_a_clear_yes_passes(void **state)
{
	(void)state;
	assert_int_equal(told(TURNSTILE, "{\"success\":true}"), OK);
	assert_int_equal(told(TURNSTILE, "{\"success\":false}"), ERR_CAPTCHA_FAILED);
	assert_int_equal(told(TURNSTILE, "{\"success\":\"true\"}"), ERR_CAPTCHA_FAILED);
	assert_int_equal(told(TURNSTILE, "{\"tokenProperties\":{\"valid\":true}}"), ERR_CAPTCHA_FAILED);
	assert_int_equal(told(TURNSTILE, ""), ERR_CAPTCHA_FAILED);
	assert_int_equal(told(RECAPTCHA(""), "{\"success\":true}"), ERR_CAPTCHA_FAILED);
}

#define ASSESSED(valid, score) "{\"tokenProperties\":{\"valid\":" valid "},\"riskAnalysis\":{\"score\":" score "}}"

static void recaptcha_counts_its_score_unless_there_was_a_box_to_check(void **state)
{
	(void)state;
	assert_int_equal(told(RECAPTCHA(""), ASSESSED("true", "0.5")), OK);
	assert_int_equal(told(RECAPTCHA(""), ASSESSED("true", "0.4")), ERR_CAPTCHA_FAILED);
	assert_int_equal(told(RECAPTCHA(""), ASSESSED("false", "1")), ERR_CAPTCHA_FAILED);
	assert_int_equal(told(RECAPTCHA(",\"mode\":\"invisible\""), ASSESSED("true", "0.1")), ERR_CAPTCHA_FAILED);
	assert_int_equal(told(RECAPTCHA(",\"mode\":\"checkbox\""), ASSESSED("true", "0.1")), OK);
	assert_int_equal(told(RECAPTCHA(",\"mode\":\"checkbox\""), ASSESSED("false", "1")), ERR_CAPTCHA_FAILED);
}

static void a_service_that_cannot_be_asked_lets_nobody_pass(void **state)
{
	struct captcha_call c = asked(TURNSTILE);

	(void)state;
	c.call.error = ERR_CALL_TIMEOUT;
	assert_int_equal(captcha_outcome(&c), ERR_CAPTCHA_FAILED);
	c.call.error = OK;
	c.call.status = 500;
	assert_int_equal(captcha_outcome(&c), ERR_CAPTCHA_FAILED);
}

static int begin(void **state)
{
	if (api_begin(state))
		return -1;
	rq = api_request(GET, "/api/status", NULL);
	rq->tx = api.tx;
	rq->remote = "192.0.2.1";
	return 0;
}

static int end(void **state)
{
	request_free(rq);
	return api_end(state);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(without_a_service_nobody_passes), CASE(turnstile_gets_a_form),
		CASE(recaptcha_gets_the_key_in_a_header_and_the_token_in_json), CASE(only_a_clear_yes_passes),
		CASE(recaptcha_counts_its_score_unless_there_was_a_box_to_check),
		CASE(a_service_that_cannot_be_asked_lets_nobody_pass),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
