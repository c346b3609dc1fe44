/* Magic links of people who are signed in already (sign-in.md section 3.8): where GET /consent sends the browser. */
#include "browser.h"

#include "crypto/digest.h"

#include "base/banned.h"

STATEMENT(t_email_of_ada,
	  "UPDATE users SET primary_email = 'ada@x.example', email_key = 'ada@x.example'"
	  " WHERE tenant_id = $1 AND id = 'ada'");
STATEMENT(t_token,
	  "INSERT INTO one_time_tokens (tenant_id, id, email, hash, token_sealed, context, status, created_at,"
	  " expires_at) VALUES ($1, $2, $3, $4, $5, '{}', $6, 1, $7)");

#define ASK ASK_PAGE "&one_time_token=sesame&login_hint="
#define ADA "ada%40x.example"
#define BOB "bob%40x.example"
#define LINK_OF(email) "?login_hint=" email "&one_time_token=sesame"

/* A token `sesame` for the address, with an hour to go or over for an hour. */
static void add_token(const char *email, const char *status, int64_t life_ms)
{
	struct arena *a = arena_new();

	MUST(store_exec(
		browser.tx, &t_token,
		ARGS(T("once"), T(email), T(digest_of(a, "sesame")), BLOB("x", 1), T(status), N(clock_ms() + life_ms)),
		NULL));
	arena_free(a);
}

#define HOUR INT64_C(3600000)

static void open_consent(const char *query)
{
	MUST(store_exec(browser.tx, &t_email_of_ada, NO_ARGS, NULL));
	visit("/oidc/auth", query);
	sign_in_as("ada", clock_s());
	visit("/consent", "app_id=page");
	assert_int_equal(browser.last->reply.status, 302);
}

static void assert_consented(void)
{
	assert_non_null(strstr(location(), "/oidc/auth/"));
}

static void assert_is_refused_with(const char *message)
{
	assert_true(text_has_prefix(location(), "/one-time-token?errorMessage="));
	assert_non_null(strstr(location(), message));
	assert_null(strstr(location(), "sesame"));
}

static void a_link_for_the_person_who_is_there_leads_to_the_page_that_uses_it(void **state)
{
	(void)state;
	add_token("ada@x.example", "active", HOUR);
	open_consent(ASK ADA);
	assert_string_equal(location(), "/one-time-token" LINK_OF(ADA));
}

static void a_link_for_somebody_else_asks_whether_to_switch(void **state)
{
	(void)state;
	add_token("bob@x.example", "active", HOUR);
	open_consent(ASK BOB);
	assert_string_equal(location(), "/switch-account" LINK_OF(BOB));
}

static void who_was_to_sign_in_anew_is_not_asked_whether_to_switch(void **state)
{
	(void)state;
	add_token("bob@x.example", "active", HOUR);
	open_consent(ASK BOB "&prompt=login");
	assert_string_equal(location(), "/one-time-token" LINK_OF(BOB));
}

static void a_link_that_its_owner_has_used_goes_on_with_the_consent(void **state)
{
	(void)state;
	add_token("ada@x.example", "consumed", HOUR);
	open_consent(ASK ADA);
	assert_consented();
}

static void a_link_that_somebody_else_has_used_is_refused(void **state)
{
	(void)state;
	add_token("bob@x.example", "consumed", HOUR);
	open_consent(ASK BOB "&prompt=login");
	assert_is_refused_with("used+already");
}

static void an_expired_and_an_unknown_token_are_refused(void **state)
{
	(void)state;
	open_consent(ASK ADA);
	assert_is_refused_with("no+such+link");
	browser.count = 0;
	add_token("ada@x.example", "active", -HOUR);
	open_consent(ASK ADA);
	assert_is_refused_with("expired");
}

static void a_token_for_another_address_than_the_hint_is_refused(void **state)
{
	(void)state;
	add_token("bob@x.example", "active", HOUR);
	open_consent(ASK ADA);
	assert_is_refused_with("another+address");
}

/* The person has used the link before, in this very request; their account has another address by now. */
static void an_address_that_was_proven_in_this_flow_is_the_persons_own(void **state)
{
	char path[128];

	(void)state;
	MUST(store_exec(browser.tx, &t_email_of_ada, NO_ARGS, NULL));
	add_token("bob@x.example", "consumed", HOUR);
	visit("/oidc/auth", ASK BOB);
	MUST(store_exec(browser.tx, &t_sign_in,
			ARGS(T("{\"accountId\":\"ada\",\"ts\":1,\"verificationRecords\":[{\"type\":\"OneTimeToken\","
			       "\"verified\":true,\"identifier\":{\"type\":\"email\",\"value\":\"bob@x.example\"}}]}"),
			     T(cookie("_interaction_resume"))),
			NULL));
	snprintf(path, sizeof(path), "/oidc/auth/%s", cookie("_interaction_resume"));
	visit(path, NULL);
	visit("/consent", "app_id=page");
	assert_consented();
}

static void a_token_without_an_address_is_no_link(void **state)
{
	(void)state;
	add_token("ada@x.example", "active", HOUR);
	open_consent(ASK_PAGE "&one_time_token=sesame");
	assert_consented();
	browser.count = 0;
	open_consent(ASK_PAGE "&login_hint=" BOB);
	assert_consented();
}

#define IN_BROWSER(test) cmocka_unit_test_setup_teardown(test, browser_open, browser_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_BROWSER(a_link_for_the_person_who_is_there_leads_to_the_page_that_uses_it),
		IN_BROWSER(a_link_for_somebody_else_asks_whether_to_switch),
		IN_BROWSER(who_was_to_sign_in_anew_is_not_asked_whether_to_switch),
		IN_BROWSER(a_link_that_its_owner_has_used_goes_on_with_the_consent),
		IN_BROWSER(a_link_that_somebody_else_has_used_is_refused),
		IN_BROWSER(an_expired_and_an_unknown_token_are_refused),
		IN_BROWSER(a_token_for_another_address_than_the_hint_is_refused),
		IN_BROWSER(an_address_that_was_proven_in_this_flow_is_the_persons_own),
		IN_BROWSER(a_token_without_an_address_is_no_link),
	};

	return cmocka_run_group_tests(tests, browser_start, world_end);
}
