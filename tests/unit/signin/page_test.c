/* The document of the pages: what it brings, what it lets run, and who is sent elsewhere. */
#include "signin/page.h"

#include <string.h>

#include "../world.h"
#include "http/asset.h"
#include "base/banned.h"

extern const struct assets page_files;

/* Opens a page in the transaction of the test. */
static struct request *visit(const char *path, const char *query, const char *cookie)
{
	const struct ask ask = { GET, path, .query = query, .headers = { "Cookie", cookie ? cookie : "a=b", NULL } };
	struct request *rq = request_run(api.tx, &ask);

	assert_true(rq->reply.status > 0);
	return rq;
}

static bool says(const struct request *rq, const char *text)
{
	return strstr(buffer_str((struct buffer *)(uintptr_t)&rq->reply.body), text) != NULL;
}

/* A build without Node.js has no pages: then there is nothing to look at but that it says so. */
static bool has_pages(void)
{
	return page_files.count > 1;
}

static void set_look(const char *organization_css)
{
	api_expect(OK, PATCH, "/api/sign-in-exp",
		   "{\"color\":{\"primaryColor\":\"#112233\",\"isDarkModeEnabled\":true,"
		   "\"darkPrimaryColor\":\"#aabbcc\"}}");
	api_expect(OK, POST, "/api/organizations", organization_css);
}

static void without_a_sign_in_under_way_the_browser_is_sent_elsewhere(void **state)
{
	static const char *const guarded[] = { "/", "/sign-in", "/register", "/forgot-password", "/single-sign-on",
					       "/consent" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(guarded); i++) {
		struct request *rq = visit(guarded[i], "", NULL);

		assert_int_equal(rq->reply.status, 302);
		assert_string_equal(reply_header_value(rq, "Location"), "http://localhost:3001/unknown-session");
		request_free(rq);
		rq = visit(guarded[i], "preview=1", NULL);
		assert_int_equal(rq->reply.status, has_pages() ? 200 : 503);
		request_free(rq);
	}
}

static void no_script_runs_but_our_own_files(void **state)
{
	struct request *rq = visit("/unknown-session", "", NULL);
	const char *policy = reply_header_value(rq, "Content-Security-Policy");

	(void)state;
	assert_non_null(strstr(policy, "script-src 'self';"));
	assert_non_null(strstr(policy, "script-src-attr 'none'"));
	assert_non_null(strstr(policy, "frame-ancestors 'self' http://localhost:3002"));
	assert_string_equal(reply_header_value(rq, "Cache-Control"), "no-cache, no-store, must-revalidate");
	request_free(rq);
}

/* What a page says of its policy while the tenant's service is this one. */
static const char *policy_with(const char *config)
{
	struct request *rq;
	const char *policy;

	api_expect(OK, PUT, "/api/captcha-provider", config);
	rq = visit("/unknown-session", "", NULL);
	policy = arena_copy(api.arena, reply_header_value(rq, "Content-Security-Policy"));
	request_free(rq);
	return policy;
}

static void the_captcha_service_runs_where_the_tenant_asks_for_one(void **state)
{
	static const char turnstile[] =
		"{\"config\":{\"type\":\"Turnstile\",\"siteKey\":\"s\",\"secretKey\":\"k\"}}";
	static const char odd[] =
		"{\"config\":{\"type\":\"RecaptchaEnterprise\",\"siteKey\":\"s\",\"secretKey\":\"k\","
		"\"projectId\":\"p\",\"domain\":\"www.recaptcha.net; script-src *\"}}";
	const char *policy;

	(void)state;
	if (!has_pages())
		skip();
	assert_null(strstr(policy_with(turnstile), "cloudflare"));
	api_expect(OK, PATCH, "/api/sign-in-exp", "{\"captchaPolicy\":{\"enabled\":true}}");
	policy = policy_with(turnstile);
	assert_non_null(strstr(policy, "script-src 'self' https://challenges.cloudflare.com;"));
	assert_non_null(strstr(policy, "frame-src 'self' https://challenges.cloudflare.com;"));
	assert_non_null(strstr(policy, "connect-src 'self';"));
	assert_null(strstr(policy, "google"));
	policy = policy_with(odd);
	assert_non_null(strstr(policy, "script-src 'self' https://www.recaptcha.net/recaptcha/ "));
	assert_null(strstr(policy, "*"));
	assert_null(strstr(policy, "cloudflare"));
}

static void the_document_brings_the_look_and_the_language(void **state)
{
	struct request *rq;
	char cookie[80];

	(void)state;
	if (!has_pages())
		skip();
	set_look("{\"name\":\"o\",\"customCss\":\"a{}</style><script>\",\"color\":{\"primaryColor\":\"#abcdef\","
		 "\"isDarkModeEnabled\":true,\"darkPrimaryColor\":\"#fedcba\"}}");
	snprintf(cookie, sizeof(cookie), "_logto={\"organizationId\":\"%s\",\"uiLocales\":\"tlh de-AT\"}",
		 api_member("id"));
	rq = visit("/unknown-session", "", cookie);
	assert_true(says(rq, "--brand-light:#abcdef;--brand-dark:#fedcba"));
	assert_true(says(rq, "a{}<\\/style>"));
	assert_false(says(rq, "</style><script>"));
	assert_true(says(rq, "<html lang=\"de\" data-dark=\"auto\">"));
	assert_true(says(rq, "\"sign_in\":\"Anmelden\""));
	request_free(rq);
	rq = visit("/unknown-session", "organization_id=nobody&ui_locales=fr", cookie);
	assert_true(says(rq, "--brand-light:#112233"));
	assert_true(says(rq, "<html lang=\"fr\""));
	request_free(rq);
}

static void a_cookie_that_is_not_ours_changes_nothing(void **state)
{
	static const char *const cookies[] = { "_logto=x", "_logto=[]", "_logto={\"organizationId\":5}", "_logto=" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cookies); i++) {
		struct request *rq = visit("/account-suspended", "", cookies[i]);

		assert_int_equal(rq->reply.status, has_pages() ? 200 : 503);
		request_free(rq);
	}
}

static void files_are_found_by_their_whole_name(void **state)
{
	struct request *rq = visit("/assets/nothing.js", "", NULL);

	(void)state;
	assert_int_equal(rq->reply.status, 404);
	request_free(rq);
	if (!has_pages())
		skip();
	rq = visit(arena_printf(api.arena, "/%s", page_files.at[0].path), "", NULL);
	assert_int_equal(rq->reply.status, 200);
	assert_string_equal(reply_header_value(rq, "Cache-Control"), "public, max-age=31536000, immutable");
	request_free(rq);
}

static void the_account_page_brings_what_the_tenant_lets_people_do(void **state)
{
	struct request *rq;
	const char *policy;

	(void)state;
	if (!has_pages())
		skip();
	set_look("{\"name\":\"o\"}");
	api_expect(OK, POST, "/api/custom-profile-fields", "{\"name\":\"team\",\"type\":\"Text\",\"required\":false}");
	api_expect(OK, PATCH, "/api/account-center",
		   "{\"enabled\":true,\"fields\":{\"name\":\"ReadOnly\"},\"customCss\":\".block{}</style>\"}");
	rq = visit("/account/security", "ui_locales=de", "_logto={\"appId\":\"demo-app\"}");
	policy = reply_header_value(rq, "Content-Security-Policy");
	assert_true(says(rq, "\"fields\":{\"name\":\"ReadOnly\"}"));
	assert_true(says(rq, "\"profileFields\":[{"));
	assert_true(says(rq, ".block{}<\\/style>"));
	assert_true(says(rq, "--brand-light:#112233"));
	assert_true(says(rq, "\"account\":{\"title\":\"Ihr Konto\""));
	assert_false(says(rq, "\"appId\""));
	assert_non_null(strstr(policy, "script-src 'self';"));
	assert_null(strstr(policy, "localhost:3002"));
	request_free(rq);
	rq = visit("/unknown-session", "", NULL);
	assert_false(says(rq, "\"account\":{"));
	assert_false(says(rq, "accountCenter"));
	request_free(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define API_TEST(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
		API_TEST(without_a_sign_in_under_way_the_browser_is_sent_elsewhere),
		API_TEST(no_script_runs_but_our_own_files),
		API_TEST(the_captcha_service_runs_where_the_tenant_asks_for_one),
		API_TEST(the_document_brings_the_look_and_the_language),
		API_TEST(a_cookie_that_is_not_ours_changes_nothing),
		API_TEST(files_are_found_by_their_whole_name),
		API_TEST(the_account_page_brings_what_the_tenant_lets_people_do),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
