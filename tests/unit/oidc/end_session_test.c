/* Signing out: the confirmation, what it ends, and who is sent where (oidc.md sections 5.5 and 11). */
#include "browser.h"

#include <inttypes.h>
#include <nettle/sha2.h>

#include "base/base64.h"

#include "base/banned.h"

STATEMENT(t_count_sessions, "SELECT count(*) FROM sessions WHERE tenant_id = $1");
STATEMENT(t_count_grants, "SELECT count(*) FROM grants WHERE tenant_id = $1");
STATEMENT(t_count_tokens, "SELECT count(*) FROM tokens WHERE tenant_id = $1");

STATEMENT(t_session_life, "SELECT max(expires_at - created_at) FROM sessions WHERE tenant_id = $1");

#define BYE "post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye"
#define SUCCESS "http://localhost:3001/oidc/session/end/success"

static int64_t count(struct statement *s)
{
	int64_t n;

	MUST(store_int(browser.tx, s, NO_ARGS, &n));
	return n;
}

/* What the last page posts against forgery. */
static const char *xsrf(void)
{
	static char value[64];
	const char *at = strstr(buffer_str(&browser.last->reply.body), "name=\"xsrf\" value=\"");

	assert_non_null(at);
	at += strlen("name=\"xsrf\" value=\"");
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\""), at);
	return value;
}

static void confirm(const char *token, bool logout)
{
	char form[128];

	snprintf(form, sizeof(form), "xsrf=%s%s", token, logout ? "&logout=yes" : "");
	submit("/oidc/session/end/confirm", form);
}

static void sign_in_to(const char *query)
{
	visit("/oidc/auth", query);
	sign_in_as("ada", clock_s());
	consent();
	assert_non_null(cookie("_session"));
}

/* An ID token of this tenant with these times; `more` are further claims. */
static const char *id_token_of(const char *type, const char *aud, const char *sub, int64_t iat, const char *more)
{
	static char out[1024];
	CLEANUP(keyring_release) const struct keyring *ring = NULL;
	char claims[256];
	struct buffer b;

	MUST(keyring_load(browser.tx, "default", &ring));
	snprintf(claims, sizeof(claims),
		 "{\"iss\":\"http://localhost:3001/oidc\",\"aud\":\"%s\",\"sub\":\"%s\",\"iat\":%" PRId64
		 ",\"exp\":%" PRId64 "%s}",
		 aud, sub, iat, iat + 1, more);
	buffer_init(&b, sizeof(out));
	MUST(jwt_sign(keyring_current(ring), type, claims, strlen(claims), &b));
	snprintf(out, sizeof(out), "%s", buffer_str(&b));
	buffer_done(&b);
	return out;
}

/* One that is long over. */
static const char *old_id_token(const char *type, const char *aud, const char *sub)
{
	return id_token_of(type, aud, sub, 1, "");
}

static void an_id_token_whose_time_has_not_come_is_refused_and_one_that_is_over_is_not(void **state)
{
	char query[2048];

	(void)state;
	for (int i = 0; i < 3; i++) {
		snprintf(query, sizeof(query), "id_token_hint=%s",
			 id_token_of(NULL, "page", "ada", i == 0 ? clock_s() + 3600 : 1,
				     i == 1 ? ",\"nbf\":99999999999" : ""));
		visit("/oidc/session/end", query);
		assert_int_equal(browser.last->reply.status, i == 2 ? 200 : 400);
		if (i < 2)
			assert_string_equal(answer(browser.last, "error_description"),
					    "could not validate id_token_hint");
	}
}

static void a_request_names_a_client_and_an_address_that_are_known(void **state)
{
	static const struct { const char *query, *error, *description; } cases[] = {
		{ "client_id=nobody", "invalid_client", "invalid client nobody" },
		{ "client_id=page&client_id=page", "invalid_request",
		  "'client_id' parameter must not be provided twice" },
		{ "client_id=page&post_logout_redirect_uri=https%3A%2F%2Fevil.example", "invalid_request",
		  "post_logout_redirect_uri not registered" },
		{ "client_id=page&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fcb", "invalid_request",
		  "post_logout_redirect_uri not registered" },
		{ "id_token_hint=x", "invalid_request", "could not decode id_token_hint" },
	};
	char query[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		visit("/oidc/session/end", cases[i].query);
		assert_int_equal(browser.last->reply.status, 400);
		assert_string_equal(answer(browser.last, "error"), cases[i].error);
		assert_string_equal(answer(browser.last, "error_description"), cases[i].description);
	}
	snprintf(query, sizeof(query), "id_token_hint=%s&client_id=page", old_id_token(NULL, "shop", "ada"));
	visit("/oidc/session/end", query);
	assert_string_equal(answer(browser.last, "error_description"),
			    "client_id does not match the provided id_token_hint");
	snprintf(query, sizeof(query), "id_token_hint=%sx", old_id_token(NULL, "page", "ada"));
	visit("/oidc/session/end", query);
	assert_non_null(strstr(answer(browser.last, "error_description"), "id_token_hint"));
	/* a token of another kind is not taken for an ID token */
	snprintf(query, sizeof(query), "id_token_hint=%s", old_id_token("at+jwt", "page", "ada"));
	visit("/oidc/session/end", query);
	assert_string_equal(answer(browser.last, "error_description"), "could not validate id_token_hint");
	assert_null(cookie("_session"));
}

/* The policy of the last page allows what stands in it between two marks, by its hash. */
static void expect_allowed(const char *directive, const char *before, const char *after)
{
	const char *policy = reply_header_value(browser.last, "Content-Security-Policy");
	const char *what = strstr(buffer_str(&browser.last->reply.body), before) + strlen(before);
	size_t len = (size_t)(strstr(what, after) - what);
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx hash;
	struct buffer wanted;

	sha256_init(&hash);
	sha256_update(&hash, len, (const uint8_t *)what);
	sha256_digest(&hash, sizeof(digest), digest);
	buffer_init(&wanted, 256);
	buffer_texts(&wanted, directive, " 'sha256-");
	text_base64(&wanted, digest, sizeof(digest));
	buffer_text(&wanted, "'");
	assert_non_null(strstr(policy, buffer_str(&wanted)));
	assert_non_null(strstr(policy, "default-src 'none'"));
	buffer_done(&wanted);
}

static void the_pages_run_and_load_nothing_but_what_is_theirs(void **state)
{
	(void)state;
	visit("/oidc/session/end", NULL);
	assert_int_equal(browser.last->reply.status, 200);
	assert_non_null(strstr(buffer_str(&browser.last->reply.body),
			       "action=\"http://localhost:3001/oidc/session/end/confirm\""));
	expect_allowed("script-src 'unsafe-hashes'", "onload=\"", "\"");
	visit("/oidc/session/end/success", NULL);
	expect_allowed("style-src", "<style>", "</style>");
	send_as_browser(&(struct ask){ GET, "/oidc/session/end", "client_id=nobody", NULL,
				       { "Accept", "text/html" } });
	expect_allowed("style-src", "<style>", "</style>");
	visit("/oidc/auth", ASK_PAGE "&prompt=x&response_mode=form_post");
	expect_allowed("script-src 'unsafe-hashes'", "onload=\"", "\"");
}

static void a_session_of_nobody_is_kept_for_an_hour(void **state)
{
	(void)state;
	visit("/oidc/session/end", NULL);
	assert_in_range(count(&t_session_life), 3600000 - 1000, 3600000 + 60000);
	sign_in_to(ASK_PAGE);
	assert_int_equal(count(&t_count_sessions), 1);
	assert_in_range(count(&t_session_life), INT64_C(1209600000) - 1000, INT64_C(1209600000) + 60000);
}

static void without_a_session_the_browser_is_sent_on(void **state)
{
	char token[64];

	(void)state;
	visit("/oidc/session/end", "client_id=page&" BYE "&state=a%26b");
	assert_non_null(cookie("_session"));
	snprintf(token, sizeof(token), "%s", xsrf());
	confirm("x", true);
	assert_string_equal(answer(browser.last, "error_description"), "xsrf token invalid");
	confirm("", true);
	assert_string_equal(answer(browser.last, "error_description"), "xsrf token invalid");
	confirm(token, true);
	assert_int_equal(browser.last->reply.status, 303);
	assert_string_equal(location(), "https://app.example/bye?state=a%26b");
	assert_null(cookie("_session"));
	confirm(token, true);
	assert_string_equal(answer(browser.last, "error_description"), "could not find logout details");
}

static void an_address_without_a_client_is_ignored(void **state)
{
	(void)state;
	visit("/oidc/session/end", BYE "&state=s");
	confirm(xsrf(), true);
	assert_string_equal(location(), SUCCESS);
	visit("/oidc/session/end/success", NULL);
	assert_non_null(strstr(buffer_str(&browser.last->reply.body), "<title>Sign Out</title>"));
	assert_non_null(strstr(buffer_str(&browser.last->reply.body), "You have successfully signed out."));
}

static void a_sign_out_ends_the_session_and_what_dies_with_it(void **state)
{
	char query[2048];

	(void)state;
	sign_in_to(ASK_PAGE);
	assert_int_equal(count(&t_count_sessions), 1);
	assert_int_equal(count(&t_count_grants), 1);
	assert_int_equal(count(&t_count_tokens), 1);
	snprintf(query, sizeof(query), "id_token_hint=%s&%s", old_id_token(NULL, "page", "ada"), BYE);
	submit("/oidc/session/end", query);
	confirm(xsrf(), true);
	assert_string_equal(location(), "https://app.example/bye");
	assert_null(cookie("_session"));
	assert_int_equal(count(&t_count_sessions), 0);
	assert_int_equal(count(&t_count_grants), 0);
	assert_int_equal(count(&t_count_tokens), 0);
	visit("/oidc/auth", ASK_PAGE "&prompt=none");
	assert_non_null(strstr(location(), "error=login_required"));
}

static void what_came_with_offline_access_stays(void **state)
{
	(void)state;
	sign_in_to(ASK_PAGE "+offline_access&prompt=consent");
	visit("/oidc/session/end", "client_id=page");
	confirm(xsrf(), true);
	assert_string_equal(location(), SUCCESS);
	assert_int_equal(count(&t_count_sessions), 0);
	assert_int_equal(count(&t_count_grants), 1);
	assert_int_equal(count(&t_count_tokens), 1);
}

static void who_declines_stays_signed_in_but_the_client_asks_again(void **state)
{
	char before[64];

	(void)state;
	sign_in_to(ASK_PAGE);
	snprintf(before, sizeof(before), "%s", cookie("_session"));
	visit("/oidc/session/end", "client_id=page");
	confirm(xsrf(), false);
	assert_string_equal(location(), SUCCESS "?client_id=page");
	assert_string_not_equal(cookie("_session"), before);
	assert_int_equal(count(&t_count_grants), 0);
	visit("/oidc/auth", ASK_PAGE "&prompt=none");
	assert_non_null(strstr(location(), "error=consent_required"));
	confirm("x", true);
	assert_string_equal(answer(browser.last, "error_description"), "could not find logout details");
}

static void another_account_first_ends_the_session_of_the_one_before(void **state)
{
	struct txn *tx = browser.tx;
	char resume[128];

	(void)state;
	MUST(store_exec(tx, &t_user, ARGS(T("eve")), NULL));
	sign_in_to(ASK_PAGE);
	visit("/oidc/auth", ASK_PAGE "&prompt=login");
	snprintf(resume, sizeof(resume), "/oidc/auth/%s", cookie("_interaction_resume"));
	sign_in_as("eve", clock_s());
	assert_int_equal(browser.last->reply.status, 200);
	confirm(xsrf(), true);
	assert_true(text_has_prefix(location(), "http://localhost:3001/oidc/auth/"));
	assert_string_equal(strstr(location(), "/oidc/auth/"), resume);
	assert_null(cookie("_session"));
	visit(resume, NULL);
	assert_string_equal(location(), "/consent?app_id=page");	/* what ada consented to is nothing to eve */
	assert_non_null(cookie("_session"));
}

static void clients_with_an_address_are_told_before_the_browser_goes_on(void **state)
{
	(void)state;
	add_app(browser.tx, &(struct app){ "told", "Traditional",
					   "{\"redirectUris\":[\"https://app.example/cb\"],"
					   "\"backchannelLogoutUri\":\"http://127.0.0.1:9/out\","
					   "\"backchannelLogoutSessionRequired\":true}" });
	sign_in_to("client_id=told&response_type=code&scope=openid");
	visit("/oidc/session/end", "client_id=told");
	confirm(xsrf(), true);
	/* nobody was there to hear it, and the person is signed out all the same */
	assert_string_equal(location(), SUCCESS);
	assert_null(cookie("_session"));
	assert_int_equal(count(&t_count_sessions), 0);
}

#define IN_BROWSER(test) cmocka_unit_test_setup_teardown(test, browser_open, browser_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_BROWSER(a_request_names_a_client_and_an_address_that_are_known),
		IN_BROWSER(an_id_token_whose_time_has_not_come_is_refused_and_one_that_is_over_is_not),
		IN_BROWSER(the_pages_run_and_load_nothing_but_what_is_theirs),
		IN_BROWSER(a_session_of_nobody_is_kept_for_an_hour),
		IN_BROWSER(without_a_session_the_browser_is_sent_on),
		IN_BROWSER(an_address_without_a_client_is_ignored),
		IN_BROWSER(a_sign_out_ends_the_session_and_what_dies_with_it),
		IN_BROWSER(what_came_with_offline_access_stays),
		IN_BROWSER(who_declines_stays_signed_in_but_the_client_asks_again),
		IN_BROWSER(another_account_first_ends_the_session_of_the_one_before),
		IN_BROWSER(clients_with_an_address_are_told_before_the_browser_goes_on),
	};

	return cmocka_run_group_tests(tests, browser_start, world_end);
}
