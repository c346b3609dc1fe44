/* The authorization endpoint: what it refuses and how, which page it opens, and the code at the end (oidc.md 5). */
#include "browser.h"

#include "oidc/artifact.h"
#include "oidc/code.h"
#include "oidc/pkce.h"

#include "base/banned.h"

#define BACK "https://app.example/cb?"
#define END "&state=s&iss=http%3A%2F%2Flocalhost%3A3001%2Foidc"
#define WITHOUT_PKCE "client_id=page&redirect_uri=" CALLBACK "&response_type=code&state=s&scope=openid"

static void a_fault_that_cannot_be_redirected_is_told_in_json(void **state)
{
	static const struct { const char *query, *error, *description; } cases[] = {
		{ "state=s", "invalid_request", "missing required parameter 'client_id'" },
		{ "client_id=&state=s", "invalid_request", "missing required parameter 'client_id'" },
		{ "client_id=nobody&state=s&response_mode=x", "invalid_client", "invalid client nobody" },
		{ "client_id=page&client_id=page&state=s", "invalid_request",
		  "'client_id' parameter must not be provided twice" },
		{ "client_id=shop&response_type=code&state=s", "invalid_request",
		  "missing required parameter 'redirect_uri'" },
		{ "client_id=page&state=s&redirect_uri=https%3A%2F%2Fevil.example%2Fcb", "invalid_redirect_uri",
		  "redirect_uri did not match any of the client's registered redirect_uris" },
		{ "client_id=page&state=s&prompt=x&response_type=code&redirect_uri=https%3A%2F%2F*.example%2Fcb",
		  "invalid_redirect_uri",
		  "redirect_uri did not match any of the client's registered redirect_uris" },
		{ "client_id=machine&response_type=code&state=s&redirect_uri=" CALLBACK, "invalid_redirect_uri",
		  "redirect_uri did not match any of the client's registered redirect_uris" },
		{ "client_id=device-demo-app&response_type=code&state=s&redirect_uri=" CALLBACK,
		  "invalid_redirect_uri",
		  "redirect_uri did not match any of the client's registered redirect_uris" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = visit("/oidc/auth", cases[i].query);

		assert_int_equal(rq->reply.status, 400);
		assert_string_equal(answer(rq, "error"), cases[i].error);
		assert_string_equal(answer(rq, "error_description"), cases[i].description);
		assert_string_equal(answer(rq, "state"), "s");
		assert_string_equal(answer(rq, "iss"), "http://localhost:3001/oidc");
		assert_true(rq->reply.no_store);
	}
}

static struct request *visit_for_a_page(const char *path, const char *query, const char *language)
{
	return send_as_browser(&(struct ask){ GET, path, query, NULL,
					      { "Accept", "text/html,*/*;q=0.8", "Accept-Language", language } });
}

static void expect_page(const struct request *rq, int status, const char *text)
{
	assert_int_equal(rq->reply.status, status);
	assert_string_equal(rq->reply.type, "text/html; charset=utf-8");
	assert_non_null(reply_header_value(rq, "Content-Security-Policy"));
	assert_true(rq->reply.by_accept && rq->reply.no_store);
	if (!strstr(buffer_str(&rq->reply.body), text))
		fail_msg("%s is not in %s", text, buffer_str(&rq->reply.body));
}

static void a_browser_gets_a_page_for_a_fault_that_cannot_be_redirected(void **state)
{
	struct request *rq = visit_for_a_page("/oidc/auth", "client_id=%3Cb%3E&state=s", "en");

	(void)state;
	expect_page(rq, 400, "<h1>There is no such application here</h1>");
	expect_page(rq, 400, "<code>invalid_client</code>invalid client &lt;b&gt;</p>");
	expect_page(visit_for_a_page("/oidc/auth", "client_id=nobody", "de"), 400, "Diese Anwendung gibt es hier");
	rq = visit_for_a_page("/oidc/auth", "client_id=page&redirect_uri=https%3A%2F%2Fevil.example%2Fcb", "en");
	expect_page(rq, 400, "an address that is not registered for it");
	expect_page(visit_for_a_page("/oidc/auth", "", "en"), 400, "something that is not possible");
	expect_page(visit_for_a_page("/oidc/session/end", "client_id=nobody", "en"), 400, "There is no such");
	expect_page(visit_for_a_page("/oidc/auth/nowhere", "", "fr-CA"), 400, "<h1>Cette connexion est terminée</h1>");
	rq = visit_for_a_page("/oidc/auth", "client_id=nobody&ui_locales=xx+de", "fr");
	expect_page(rq, 400, "<html lang=\"de\">");
	/* where programs ask, and what goes back to the client, is as ever */
	rq = visit_for_a_page("/oidc/auth", ASK_PAGE "&prompt=none", "en");
	assert_int_equal(rq->reply.status, 303);
	rq = visit_for_a_page("/oidc/me", "", "en");
	assert_true(rq->reply.is_json && !rq->reply.by_accept);
}

static void any_other_fault_goes_back_to_the_client(void **state)
{
	static const struct { const char *query, *error; } cases[] = {
		{ ASK_PAGE "&response_mode=x", "unsupported_response_mode" },
		{ "client_id=page&state=s", "invalid_request" },
		{ "client_id=page&state=s&response_type=x", "unsupported_response_type" },
		{ ASK_PAGE "&request=x", "request_not_supported" },
		{ ASK_PAGE "&registration=x", "registration_not_supported" },
		{ ASK_PAGE "&request_uri=https%3A%2F%2Fa.example", "request_uri_not_supported" },
		{ ASK_PAGE "&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax", "invalid_request_uri" },
		{ ASK_PAGE "&prompt=select_account", "invalid_request" },
		{ ASK_PAGE "&prompt=none+login", "invalid_request" },
		{ ASK_PAGE "&prompt=login&prompt=login", "invalid_request" },
		{ ASK_PAGE "&resource=api", "invalid_target" },
		{ ASK_PAGE "&resource=https%3A%2F%2Fa.example%2F%23f", "invalid_target" },
		{ ASK_PAGE "&resource=https%3A%2F%2Fnobody.example", "invalid_target" },
		{ ASK_PAGE "&resource=" API ",https%3A%2F%2Fnobody.example", "invalid_target" },
		{ ASK_PAGE "&max_age=x", "invalid_request" },
		{ ASK_PAGE "&max_age=-1", "invalid_request" },
		{ ASK_PAGE "&max_age=1.5", "invalid_request" },
		{ ASK_PAGE "&id_token_hint=x", "invalid_request" },
		{ ASK_PAGE "&prompt=none", "login_required" },
		{ WITHOUT_PKCE, "invalid_request" },
		{ WITHOUT_PKCE "&code_challenge=" CHALLENGE, "invalid_request" },
		{ WITHOUT_PKCE "&code_challenge=" CHALLENGE "&code_challenge_method=plain", "invalid_request" },
		{ ASK_SHOP "&code_challenge=" CHALLENGE, "invalid_request" },
		{ ASK_SHOP "&code_challenge_method=S256", "invalid_request" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char start[128];

		visit("/oidc/auth", cases[i].query);
		snprintf(start, sizeof(start), BACK "error=%s&", cases[i].error);
		if (browser.last->reply.status != 303 || !text_has_prefix(location(), start))
			fail_msg("%s: %s", cases[i].query, location());
	}
}

static void a_fault_is_reported_where_and_how_the_client_asked_for(void **state)
{
	(void)state;
	visit("/oidc/auth", ASK_PAGE "&response_mode=fragment&prompt=x");
	assert_string_equal(location(), "https://app.example/cb#error=invalid_request&error_description="
					"unsupported+prompt+value+requested" END);
	visit("/oidc/auth", ASK_PAGE "&response_mode=form_post&prompt=x");
	assert_int_equal(browser.last->reply.status, 400);
	assert_non_null(strstr(buffer_str(&browser.last->reply.body), "action=\"https://app.example/cb\""));
	assert_non_null(strstr(buffer_str(&browser.last->reply.body), "name=\"error\" value=\"invalid_request\""));
	visit("/oidc/auth", "client_id=guest&response_type=code&scope=openid+email");
	assert_string_equal(location(), BACK "error=invalid_scope&error_description=requested+scope+is+not+allowed"
					     "&scope=email&iss=http%3A%2F%2Flocalhost%3A3001%2Foidc");
	/* a state given twice has no value to echo */
	visit("/oidc/auth", ASK_PAGE "&state=t");
	assert_null(strstr(location(), "&state="));
	/* any other state comes back as it was */
	visit("/oidc/auth", "client_id=page&state=a%26b%3Dc%22%3C%C3%BC");
	assert_non_null(strstr(location(), "&state=a%26b%3Dc%22%3C%C3%BC&iss="));
}

static void the_first_of_two_faults_counts(void **state)
{
	static const struct { const char *query, *error, *part; } cases[] = {
		{ ASK_PAGE "&response_mode=x&prompt=x", "unsupported_response_mode", "" },
		{ "client_id=guest&response_type=code&prompt=x&scope=email", "invalid_request", "prompt" },
		{ "client_id=guest&response_type=code&scope=email&nonce=n", "invalid_scope", "" },
		{ "client_id=page&response_type=code&scope=profile&nonce=n", "invalid_request", "nonce" },
		{ "client_id=page&response_type=code&scope=openid&resource=api", "invalid_request", "PKCE" },
		{ ASK_PAGE "&resource=api&max_age=x", "invalid_target", "" },
		{ ASK_PAGE "&max_age=x&id_token_hint=x", "invalid_request", "max_age" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		visit("/oidc/auth", cases[i].query);
		assert_non_null(strstr(location(), cases[i].error));
		assert_non_null(strstr(location(), cases[i].part));
	}
}

static void a_request_without_a_session_opens_the_page_it_asks_for(void **state)
{
	static const struct { const char *more, *page; } cases[] = {
		{ "", "/sign-in?app_id=page" },
		{ "&max_age=&nonce=&resource=", "/sign-in?app_id=page" },
		{ "&first_screen=register", "/register?app_id=page" },
		{ "&first_screen=identifier:sign_in&identifier=email",
		  "/identifier-sign-in?app_id=page&identifier=email" },
		{ "&first_screen=x&login_hint=a&ui_locales=fr", "/sign-in?app_id=page" },
		{ "&interaction_mode=signUp", "/register?app_id=page" },
		{ "&interaction_mode=signUp&first_screen=sign_in", "/sign-in?app_id=page" },
		{ "&direct_sign_in=social:github&first_screen=register",
		  "/direct/social/github?app_id=page&fallback=register" },
		{ "&direct_sign_in=x", "/direct/x?app_id=page&fallback=sign-in" },
		{ "&direct_sign_in=sso:..%2F..%2Fevil%3F",
		  "/direct/sso/..%2F..%2Fevil%3F?app_id=page&fallback=sign-in" },
		{ "&identifier=username+email&login_hint=a%40b.example&ui_locales=fr+en&organization_id=o"
		  "&one_time_token=t",
		  "/sign-in?app_id=page&organization_id=o&ui_locales=fr+en&one_time_token=t&login_hint=a%40b.example"
		  "&identifier=username+email" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char query[1024];

		snprintf(query, sizeof(query), "%s%s", ASK_PAGE, cases[i].more);
		visit("/oidc/auth", query);
		assert_int_equal(browser.last->reply.status, 303);
		assert_string_equal(location(), cases[i].page);
	}
	assert_non_null(cookie("_interaction"));
	assert_non_null(cookie("_interaction_resume.sig"));
	assert_string_equal(cookie("_logto"), "{\"appId\":\"page\",\"organizationId\":\"o\",\"uiLocales\":\"fr en\"}");
	assert_null(cookie("_session"));
}

static void a_posted_request_is_read_like_a_query(void **state)
{
	static const char *const refused[] = { "{\"client_id\":\"page\",\"x\":null}", "{\"client_id\":[\"page\"]}",
					       "{\"client_id\":{}}" };

	(void)state;
	submit("/oidc/auth", ASK_PAGE);
	assert_string_equal(location(), "/sign-in?app_id=page");
	send_as_browser(&(struct ask){ POST, "/oidc/auth", NULL, "{\"client_id\":\"page\",\"response_type\":\"code\"}",
				       { "Content-Type", "application/json" } });
	assert_true(text_has_prefix(location(), BACK "error=access_denied") ||
		    text_has_prefix(location(), BACK "error=invalid_request"));
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		send_as_browser(&(struct ask){ POST, "/oidc/auth", NULL, refused[i],
					       { "Content-Type", "application/json" } });
		assert_int_equal(browser.last->reply.status, 404);
	}
	send_as_browser(&(struct ask){ POST, "/oidc/auth", NULL, ASK_PAGE, { "Content-Type", "text/plain" } });
	assert_int_equal(browser.last->reply.status, 404);
}

/* The code in the last Location. */
static const char *code_of(void)
{
	static char code[ARTIFACT_LEN + 1];
	const char *at = strstr(location(), "code=");

	assert_non_null(at);
	snprintf(code, sizeof(code), "%s", at + 5);
	return code;
}

static void read_code(struct artifact *out, struct code *code)
{
	browser.last->tx = browser.tx;
	MUST(artifact_find(browser.last, ARTIFACT_CODE, code_of(), out));
	code_read(out->details, code);
}

static void who_signs_in_and_consents_comes_back_with_a_code(void **state)
{
	struct artifact made;
	struct code code;
	char session[64];

	(void)state;
	visit("/oidc/auth", ASK_PAGE "&nonce=n&prompt=consent&max_age=60");
	sign_in_as("ada", clock_s());
	assert_string_equal(location(), "/consent?app_id=page");
	snprintf(session, sizeof(session), "%s", cookie("_session"));
	consent();
	assert_int_equal(browser.last->reply.status, 303);
	assert_true(text_has_prefix(location(), BACK "code="));
	assert_non_null(strstr(location(), END));
	assert_null(cookie("_interaction_resume"));
	assert_non_null(cookie("_interaction"));
	assert_string_not_equal(cookie("_session"), session);
	read_code(&made, &code);
	assert_string_equal(made.user_id, "ada");
	assert_string_equal(made.client_id, "page");
	assert_string_equal(made.scope, "openid profile");
	assert_non_null(made.grant_id);
	assert_string_equal(made.session_uid, code.session_uid);
	assert_string_equal(code.redirect_uri, "https://app.example/cb");
	assert_string_equal(code.nonce, "n");
	assert_true(pkce_matches(browser.last->arena, code.challenge, VERIFIER));
	assert_true(code.auth_time_s > 0);
	assert_null(code.sid);
}

static void sign_in_to(const char *query)
{
	visit("/oidc/auth", query);
	sign_in_as("ada", clock_s() - 10);
	consent();
	assert_true(text_has_prefix(location(), BACK "code="));
}

static void with_session_and_consent_a_code_comes_at_once(void **state)
{
	struct artifact made;
	struct code code;
	char session[64];

	(void)state;
	sign_in_to(ASK_PAGE);
	snprintf(session, sizeof(session), "%s", cookie("_session"));
	visit("/oidc/auth", ASK_PAGE "&prompt=none");
	assert_true(text_has_prefix(location(), BACK "code="));
	assert_string_equal(cookie("_session"), session);
	read_code(&made, &code);
	assert_int_equal(code.auth_time_s, 0);
	visit("/oidc/auth", ASK_PAGE "&response_mode=fragment");
	assert_true(text_has_prefix(location(), "https://app.example/cb#code="));
	visit("/oidc/auth", ASK_PAGE "&response_mode=form_post");
	assert_int_equal(browser.last->reply.status, 200);
	assert_non_null(strstr(buffer_str(&browser.last->reply.body), "name=\"code\""));
	visit("/oidc/auth", ASK_PAGE "&prompt=none&max_age=3600");
	assert_true(text_has_prefix(location(), BACK "code="));
}

static void a_person_is_asked_again_when_there_is_a_reason(void **state)
{
	static const struct { const char *more, *to; } cases[] = {
		{ "&prompt=login", "/sign-in?app_id=page" },
		{ "&max_age=0", "/sign-in?app_id=page" },
		{ "&max_age=5", "/sign-in?app_id=page" },
		{ "&prompt=consent", "/consent?app_id=page" },
		{ "+email", "/consent?app_id=page" },
		{ "+email&prompt=none", BACK "error=consent_required" },
		{ "&prompt=none&max_age=0", BACK "error=login_required" },
		{ "&prompt=none&max_age=5", BACK "error=login_required" },
		{ "+unknown&prompt=none", BACK "code=" },
	};

	(void)state;
	sign_in_to(ASK_PAGE);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char query[1024];

		snprintf(query, sizeof(query), "%s%s", ASK_PAGE, cases[i].more);
		visit("/oidc/auth", query);
		if (!text_has_prefix(location(), cases[i].to))
			fail_msg("%s: %s", cases[i].more, location());
	}
}

static void a_native_application_always_asks(void **state)
{
	static const char ask_phone[] = "client_id=phone&response_type=code&scope=openid&code_challenge=" CHALLENGE
					"&code_challenge_method=S256";
	char query[512];

	(void)state;
	sign_in_to(ask_phone);
	visit("/oidc/auth", ask_phone);
	assert_string_equal(location(), "/consent?app_id=phone");
	snprintf(query, sizeof(query), "%s&prompt=none", ask_phone);
	visit("/oidc/auth", query);
	assert_true(text_has_prefix(location(), BACK "error=interaction_required"));
}

static void offline_access_needs_the_prompt_for_consent(void **state)
{
	struct artifact made;
	struct code code;

	(void)state;
	sign_in_to(ASK_PAGE "+offline_access");
	read_code(&made, &code);
	assert_string_equal(made.scope, "openid profile");
	assert_non_null(made.session_uid);
	visit("/oidc/auth", ASK_PAGE "+offline_access&prompt=consent");
	consent();
	read_code(&made, &code);
	assert_string_equal(made.scope, "openid profile offline_access");
	assert_null(made.session_uid);
	assert_non_null(code.session_uid);
}

static void a_request_that_gets_no_scope_at_all_is_denied(void **state)
{
	(void)state;
	sign_in_to(ASK_PAGE);
	visit("/oidc/auth", "client_id=shop&redirect_uri=" CALLBACK "&response_type=code&scope=nothing");
	assert_string_equal(location(), BACK "error=access_denied&iss=http%3A%2F%2Flocalhost%3A3001%2Foidc");
	visit("/oidc/auth", "client_id=shop&redirect_uri=" CALLBACK "&response_type=code");
	assert_string_equal(location(), BACK "error=access_denied&iss=http%3A%2F%2Flocalhost%3A3001%2Foidc");
}

static void only_the_browser_that_began_can_go_on(void **state)
{
	char path[64];
	struct request *rq;

	(void)state;
	visit("/oidc/auth", ASK_PAGE);
	snprintf(path, sizeof(path), "/oidc/auth/%s", cookie("_interaction_resume"));
	rq = request_run(browser.tx, &(struct ask){ GET, path });
	assert_int_equal(rq->reply.status, 400);
	assert_string_equal(answer(rq, "code"), "session.not_found");
	assert_string_equal(answer(rq, "error"), "invalid_request");
	assert_string_equal(answer(rq, "error_description"), "authorization request has expired");
	request_free(rq);
	/* the page was not done: it opens again, for another interaction */
	visit(path, NULL);
	assert_string_equal(location(), "/sign-in?app_id=page");
	assert_null(strstr(path, cookie("_interaction_resume")));
	visit(path, NULL);
	assert_string_equal(answer(browser.last, "error_description"), "authorization request has expired");
}

#define OVER(table) "UPDATE " table " SET expires_at = $2 WHERE tenant_id = $1"
STATEMENT(t_over_interactions, OVER("interactions"));
STATEMENT(t_over_sessions, OVER("sessions"));
STATEMENT(t_over_tokens, OVER("tokens"));
STATEMENT(t_over_grants, OVER("grants"));
STATEMENT(t_rows_left,
	  "SELECT (SELECT count(*) FROM interactions WHERE tenant_id = $1)"
	  " + (SELECT count(*) FROM sessions WHERE tenant_id = $1)"
	  " + (SELECT count(*) FROM tokens WHERE tenant_id = $1)"
	  " + (SELECT count(*) FROM grants WHERE tenant_id = $1)");
extern const struct worker forget_expired_rows;

static int64_t rows_after_worker(void)
{
	int64_t n;

	MUST(worker_run(&forget_expired_rows, browser.tx));
	MUST(store_int(browser.tx, &t_rows_left, NO_ARGS, &n));
	return n;
}

static void what_is_over_is_forgotten(void **state)
{
	int64_t now = clock_ms();

	(void)state;
	sign_in_to(ASK_PAGE);
	visit("/oidc/auth", ASK_PAGE "&prompt=login");
	assert_int_equal(rows_after_worker(), 4);
	MUST(store_exec(browser.tx, &t_over_interactions, ARGS(N(now - 1000)), NULL));
	MUST(store_exec(browser.tx, &t_over_sessions, ARGS(N(now - 1000)), NULL));
	MUST(store_exec(browser.tx, &t_over_tokens, ARGS(N(now - 540000)), NULL));
	assert_int_equal(rows_after_worker(), 2);	/* a device would still be told that its code is over */
	MUST(store_exec(browser.tx, &t_over_tokens, ARGS(N(now - 660000)), NULL));
	assert_int_equal(rows_after_worker(), 1);
	MUST(store_exec(browser.tx, &t_over_grants, ARGS(N(now - 1000)), NULL));
	assert_int_equal(rows_after_worker(), 0);
}

static void a_suspended_person_has_not_signed_in(void **state)
{
	(void)state;
	visit("/oidc/auth", ASK_PAGE);
	sign_in_as("nobody", clock_s());
	assert_string_equal(location(), "/sign-in?app_id=page");
	assert_null(cookie("_session"));
}

static void a_pushed_request_is_opened_by_its_name_once(void **state)
{
	const char *name;
	char query[256];
	struct request *rq = send_as_browser(&(struct ask){
		POST, "/oidc/request", NULL, ASK_SHOP, { FORM_TYPE, "Authorization", "Basic c2hvcDpzZXNhbWU=" } });

	(void)state;
	assert_int_equal(rq->reply.status, 201);
	name = answer(rq, "request_uri");
	snprintf(query, sizeof(query), "client_id=shop&request_uri=%s", name);
	visit("/oidc/auth", query);
	assert_string_equal(location(), "/sign-in?app_id=shop");
	visit("/oidc/auth", query);	/* not used up yet */
	sign_in_as("ada", clock_s());
	consent();
	assert_true(text_has_prefix(location(), BACK "code="));
	assert_non_null(strstr(location(), END));
	query[strlen("client_id=")] = 'p';	/* of another client */
	visit("/oidc/auth", query);
	assert_string_equal(answer(browser.last, "error"), "invalid_client");
	query[strlen("client_id=")] = 's';
	visit("/oidc/auth", query);
	assert_string_equal(answer(browser.last, "error"), "invalid_request");	/* which of two addresses? */
}

static void a_push_is_checked_at_once(void **state)
{
	static const struct { const char *form, *error; } cases[] = {
		{ "client_id=page&response_type=code&redirect_uri=https%3A%2F%2Fevil.example", "invalid_request" },
		{ ASK_PAGE "&prompt=x", "invalid_request" },
		{ ASK_PAGE "&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax", "request_uri_not_supported" },
		{ "response_type=code", "invalid_request" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		submit("/oidc/request", cases[i].form);
		assert_int_equal(browser.last->reply.status, 400);
		assert_string_equal(answer(browser.last, "error"), cases[i].error);
		assert_null(answer(browser.last, "state"));
	}
}

#define IN_BROWSER(test) cmocka_unit_test_setup_teardown(test, browser_open, browser_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_BROWSER(a_fault_that_cannot_be_redirected_is_told_in_json),
		IN_BROWSER(a_browser_gets_a_page_for_a_fault_that_cannot_be_redirected),
		IN_BROWSER(any_other_fault_goes_back_to_the_client),
		IN_BROWSER(a_fault_is_reported_where_and_how_the_client_asked_for),
		IN_BROWSER(the_first_of_two_faults_counts),
		IN_BROWSER(a_request_without_a_session_opens_the_page_it_asks_for),
		IN_BROWSER(a_posted_request_is_read_like_a_query),
		IN_BROWSER(who_signs_in_and_consents_comes_back_with_a_code),
		IN_BROWSER(with_session_and_consent_a_code_comes_at_once),
		IN_BROWSER(a_person_is_asked_again_when_there_is_a_reason),
		IN_BROWSER(a_native_application_always_asks),
		IN_BROWSER(offline_access_needs_the_prompt_for_consent),
		IN_BROWSER(a_request_that_gets_no_scope_at_all_is_denied),
		IN_BROWSER(only_the_browser_that_began_can_go_on),
		IN_BROWSER(what_is_over_is_forgotten),
		IN_BROWSER(a_suspended_person_has_not_signed_in),
		IN_BROWSER(a_pushed_request_is_opened_by_its_name_once),
		IN_BROWSER(a_push_is_checked_at_once),
	};

	return cmocka_run_group_tests(tests, browser_start, world_end);
}
