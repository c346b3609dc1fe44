#include "page.h"

#include "base/banned.h"

static const char *make(const char *username)
{
	return api_post_for_id("/api/users",
			       arena_printf(api.arena, "{\"username\":\"%s\",\"password\":\"a good one\"}", username));
}

static void a_proof_identifies_once_and_again(void **state)
{
	const char *ada = make("ada"), *id;

	(void)state;
	page_begin("SignIn");
	id = page_prove("ada", "a good one");
	assert_int_equal(page_identify(id), OK);
	assert_int_equal(page_identify(id), OK);
	page_expect(OK, GET, "/interaction", NULL);
	assert_string_equal(api_member("userId"), ada);
}

static void a_proof_that_is_not_there_identifies_nobody(void **state)
{
	const char *first;

	(void)state;
	make("ada");
	page_begin("SignIn");
	assert_int_equal(page_identify(NULL), ERR_INPUT);
	assert_int_equal(page_identify("x"), ERR_PROOF_UNKNOWN);
	first = page_prove("ada", "a good one");
	page_prove("ada", "a good one");	/* one of each type */
	assert_int_equal(page_identify(first), ERR_PROOF_UNKNOWN);
}

static void another_user_is_refused(void **state)
{
	(void)state;
	make("ada");
	make("eve");
	page_begin("SignIn");
	assert_int_equal(page_identify(page_prove("ada", "a good one")), OK);
	assert_int_equal(page_identify(page_prove("eve", "a good one")), ERR_IDENTITY_CONFLICT);
}

static void methods_and_mode_of_the_tenant_decide(void **state)
{
	const char *id;

	(void)state;
	make("ada");
	page_begin("SignIn");
	id = page_prove("ada", "a good one");
	page_rule("{\"signIn\":{\"methods\":[{\"identifier\":\"email\",\"password\":true,\"verificationCode\":false,"
		  "\"isPasswordPrimary\":true}]}}");
	assert_int_equal(page_identify(id), ERR_SIGN_IN_METHOD);
	page_rule("{\"signIn\":{\"methods\":[{\"identifier\":\"username\",\"password\":true,"
		  "\"verificationCode\":false,\"isPasswordPrimary\":true}]},\"signInMode\":\"Register\"}");
	assert_int_equal(page_identify(id), ERR_SIGN_IN_MODE);
	page_rule("{\"signInMode\":\"SignIn\"}");
	assert_int_equal(page_identify(id), OK);
}

static void a_password_does_not_identify_who_forgot_it(void **state)
{
	(void)state;
	make("ada");
	page_begin("ForgotPassword");
	assert_int_equal(page_identify(page_prove("ada", "a good one")), ERR_NOT_WHILE_FORGOTTEN);
}

static void who_was_suspended_or_deleted_since_the_proof_is_refused(void **state)
{
	const char *ada = make("ada"), *user, *id;

	(void)state;
	user = arena_printf(api.arena, "/api/users/%s", ada);
	page_begin("SignIn");
	id = page_prove("ada", "a good one");
	api_expect(OK, PATCH, arena_printf(api.arena, "%s/is-suspended", user), "{\"isSuspended\":true}");
	assert_int_equal(page_identify(id), ERR_USER_SUSPENDED);
	api_expect(OK, DELETE, user, NULL);
	assert_int_equal(page_identify(id), ERR_USER_UNKNOWN);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_proof_identifies_once_and_again), CASE(a_proof_that_is_not_there_identifies_nobody),
		CASE(another_user_is_refused), CASE(methods_and_mode_of_the_tenant_decide),
		CASE(a_password_does_not_identify_who_forgot_it),
		CASE(who_was_suspended_or_deleted_since_the_proof_is_refused),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
