#include "page.h"

#include "events/outbox.h"
#include "base/banned.h"

STATEMENT(t_config, "SELECT logto_config FROM users WHERE tenant_id = $1 AND username = $2");
STATEMENT(t_events,
	  "SELECT {join}(event, ' ') FROM (SELECT event FROM outbox WHERE tenant_id = $1 ORDER BY number) o");
STATEMENT(t_last_event, "SELECT payload FROM outbox WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1");

#define GOOD "Meadow-lantern_58!"

static const char *identity(const char *username, const char *password)
{
	return arena_printf(api.arena, "{\"identifier\":{\"type\":\"username\",\"value\":\"%s\"},\"password\":\"%s\"}",
			    username, password);
}

static const char *choose(const char *username)
{
	page_expect(OK, POST, "/verification/new-password-identity", identity(username, GOOD));
	return api_member("verificationId");
}

static void plain_rules(void)
{
	page_rule("{\"passwordPolicy\":{\"rejects\":{\"pwned\":false}}}");
}

static void a_name_and_a_password_make_a_user(void **state)
{
	const char *id, *user;

	(void)state;
	plain_rules();
	page_begin("Register");
	id = choose("ada");
	page_expect(OK, GET, "/interaction", NULL);
	assert_null(strstr(api.answer, "igest"));
	assert_int_equal(page_identify(id), OK);
	assert_string_equal(api.answer, "Created");
	page_expect(OK, GET, "/interaction", NULL);
	user = api_member("userId");
	assert_non_null(strstr(api.answer, "\"profile\":{}"));
	api_expect(OK, GET, arena_printf(api.arena, "/api/users/%s", user), NULL);
	assert_string_equal(api_member("username"), "ada");
	assert_non_null(strstr(api.answer, "\"hasPassword\":true"));
	assert_int_equal(store_text(api.tx, &t_config, ARGS(T("ada")), api.arena, &user), OK);
	assert_non_null(strstr(user, "\"enabled\":false"));
	page_expect(OK, POST, "/submit", NULL);
	page_begin("SignIn");
	page_prove("ada", GOOD);
}

/* One account an interaction, whatever is sent again. */
static void a_second_account_is_refused(void **state)
{
	const char *id;

	(void)state;
	plain_rules();
	page_begin("Register");
	id = choose("ada");
	assert_int_equal(page_identify(id), OK);
	assert_int_equal(page_identify(id), ERR_USERNAME_IN_PROFILE);
	assert_int_equal(page_identify(choose("eve")), ERR_USERNAME_IN_PROFILE);
	assert_int_equal(page_identify(NULL), ERR_IDENTITY_CONFLICT);
	assert_int_equal(page_identify("x"), ERR_PROOF_UNKNOWN);
}

static void a_name_that_is_taken_is_refused_at_both_times(void **state)
{
	const char *id;

	(void)state;
	plain_rules();
	page_begin("Register");
	id = choose("ada");
	api_post_for_id("/api/users", "{\"username\":\"ada\"}");
	assert_int_equal(page_identify(id), ERR_USERNAME_IN_USE);
	/* told before what is wrong with the password */
	page_expect(ERR_USERNAME_IN_USE, POST, "/verification/new-password-identity", identity("ada", "x"));
	page_expect(OK, POST, "/verification/new-password-identity", identity("Ada", GOOD));
	page_rule("{\"usernamePolicy\":{\"caseSensitive\":false,\"minLength\":1,\"maxLength\":128,\"allowedChars\":"
		  "{\"lowercase\":true,\"uppercase\":true,\"numbers\":true,\"underscore\":true}}}");
	page_expect(ERR_USERNAME_IN_USE, POST, "/verification/new-password-identity", identity("Ada", GOOD));
}

static void passwords_keep_to_the_rules(void **state)
{
	(void)state;
	plain_rules();
	page_begin("Register");
	page_expect(ERR_PASSWORD_REJECTED, POST, "/verification/new-password-identity", identity("ada", "Ab1!"));
	assert_non_null(strstr(api.answer, "password_rejected.too_short"));
	page_expect(ERR_PASSWORD_REJECTED, POST, "/verification/new-password-identity",
		    identity("adalovelace", "adalovelace"));
	assert_non_null(strstr(api.answer, "user_info"));
	page_expect(ERR_INPUT, POST, "/verification/new-password-identity", identity("1x", GOOD));
	assert_non_null(strstr(api.answer, "\"regex\""));
	page_expect(ERR_INPUT, POST, "/verification/new-password-identity",
		    "{\"identifier\":{\"type\":\"email\",\"value\":\"ada\"},\"password\":\"" GOOD "\"}");
	assert_non_null(strstr(api.answer, "\"code\":\"invalid_literal\",\"expected\":\"username\""));
}

static void registration_must_be_open_when_the_user_is_made(void **state)
{
	const char *id;

	(void)state;
	plain_rules();
	page_begin("SignIn");
	id = choose("ada");
	assert_int_equal(page_identify(id), ERR_SIGN_IN_METHOD);
	page_expect(OK, PUT, "/interaction-event", "{\"interactionEvent\":\"Register\"}");
	page_rule("{\"signInMode\":\"SignIn\"}");
	assert_int_equal(page_identify(id), ERR_SIGN_IN_MODE);
	page_expect(OK, GET, "/interaction", NULL);
	assert_non_null(strstr(api.answer, "\"username\":\"ada\""));	/* staged even so */
	page_rule("{\"signInMode\":\"SignInAndRegister\"}");
	assert_int_equal(page_identify(NULL), OK);	/* of what is staged */
}

static void what_is_missing_is_told_and_what_is_there_is_kept(void **state)
{
	(void)state;
	plain_rules();
	page_begin("Register");
	assert_int_equal(page_identify(NULL), ERR_PROFILE_MISSING);
	assert_non_null(strstr(api.answer, "{\"missingProfile\":[\"username\",\"password\"]}"));
	page_expect(OK, POST, "/profile", "{\"type\":\"username\",\"value\":\"ada\"}");
	assert_int_equal(page_identify(NULL), ERR_PROFILE_MISSING);
	assert_non_null(strstr(api.answer, "{\"missingProfile\":[\"password\"]}"));
	page_expect(OK, POST, "/profile", "{\"type\":\"password\",\"value\":\"" GOOD "\"}");
	assert_int_equal(page_identify(NULL), OK);
}

static void a_captcha_is_asked_for_where_the_tenant_wants_one(void **state)
{
	const char *id;

	(void)state;
	plain_rules();
	page_begin("Register");
	id = choose("ada");
	page_rule("{\"captchaPolicy\":{\"enabled\":true}}");
	assert_int_equal(page_identify(id), ERR_CAPTCHA_REQUIRED);
	page_rule("{\"captchaPolicy\":{\"enabled\":false}}");
	assert_int_equal(page_identify(id), OK);
	page_rule("{\"captchaPolicy\":{\"enabled\":true}}");
	page_expect(ERR_CAPTCHA_REQUIRED, POST, "/submit", NULL);
}

static void the_user_and_the_registration_are_events(void **state)
{
	static const char *const wanted[] = { "User.Created", "PostRegister", "PostSignIn", NULL };
	const char *text;

	(void)state;
	plain_rules();
	assert_int_equal(outbox_subscribe(api.tx, "test", wanted), OK);
	page_begin("Register");
	assert_int_equal(page_identify(choose("ada")), OK);
	assert_int_equal(store_text(api.tx, &t_last_event, NO_ARGS, api.arena, &text), OK);
	assert_non_null(strstr(text, "\"interactionEvent\":\"Register\""));
	assert_non_null(strstr(text, "\"username\":\"ada\""));
	page_expect(OK, POST, "/submit", NULL);
	page_begin("SignIn");
	assert_int_equal(page_identify(page_prove("ada", GOOD)), OK);
	page_expect(OK, POST, "/submit", NULL);
	assert_int_equal(store_text(api.tx, &t_events, NO_ARGS, api.arena, &text), OK);
	assert_string_equal(text, "User.Created PostRegister PostSignIn");
	assert_int_equal(store_text(api.tx, &t_last_event, NO_ARGS, api.arena, &text), OK);
	assert_null(strstr(text, "\"lastSignInAt\":null"));
	assert_non_null(strstr(text, page_id));
}

/* A tenant may demand nothing of who registers. */
static void an_account_has_something_to_sign_in_with(void **state)
{
	(void)state;
	plain_rules();
	page_rule("{\"signUp\":{\"identifiers\":[],\"password\":false,\"verify\":false}}");
	page_begin("Register");
	assert_int_equal(page_identify(NULL), ERR_IDENTIFIER_MISSING);
	page_expect(OK, POST, "/profile", "{\"type\":\"extraProfile\",\"values\":{\"name\":\"Ada\"}}");
	assert_int_equal(page_identify(NULL), ERR_IDENTIFIER_MISSING);
	assert_int_equal(page_identify(choose("ada")), OK);
}

/* Proves an address by a token with this context. */
static const char *prove_by_link(const char *email, const char *about)
{
	api_expect(OK, POST, "/api/one-time-tokens",
		   arena_printf(api.arena, "{\"email\":\"%s\",\"context\":%s}", email, about));
	page_expect(OK, POST, "/verification/one-time-token/verify",
		    arena_printf(api.arena, "{\"identifier\":{\"type\":\"email\",\"value\":\"%s\"},\"token\":\"%s\"}",
				 email, api_member("token")));
	return api_member("verificationId");
}

static void organizations_of_an_invitation_do_not_come_with_another_address(void **state)
{
	const char *acme = api_post_for_id("/api/organizations", "{\"name\":\"Acme\"}");

	(void)state;
	page_begin("Register");
	assert_int_equal(page_identify(prove_by_link(
				 "bob@b.example", arena_printf(api.arena, "{\"jitOrganizationIds\":[\"%s\"]}", acme))),
			 ERR_PROFILE_MISSING);
	page_expect(OK, GET, "/interaction", NULL);
	assert_non_null(strstr(api.answer, "\"profile\":{\"primaryEmail\":\"bob@b.example\",\"jitOrganizationIds\":"));
	assert_int_equal(page_identify(prove_by_link("ada@a.example", "{}")), ERR_PROFILE_MISSING);
	page_expect(OK, GET, "/interaction", NULL);
	assert_non_null(strstr(api.answer, "\"profile\":{\"primaryEmail\":\"ada@a.example\"}"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_name_and_a_password_make_a_user), CASE(a_second_account_is_refused),
		CASE(a_name_that_is_taken_is_refused_at_both_times), CASE(passwords_keep_to_the_rules),
		CASE(registration_must_be_open_when_the_user_is_made),
		CASE(what_is_missing_is_told_and_what_is_there_is_kept),
		CASE(a_captcha_is_asked_for_where_the_tenant_wants_one),
		CASE(the_user_and_the_registration_are_events), CASE(an_account_has_something_to_sign_in_with),
		CASE(organizations_of_an_invitation_do_not_come_with_another_address),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
