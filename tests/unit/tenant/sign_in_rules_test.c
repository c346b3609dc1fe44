#include "tenant/sign_in_rules.h"

#include "test.h"
#include "base/banned.h"

static const struct means none = {0}, both = { true, true }, mail = { .email = true };
static struct arena *arena;

#define EXPECT(e, call) assert_string_equal(err_name(call), err_name(e))

static json_t *read(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

static err_t sign_up(const char *text, struct means have)
{
	json_auto_t *sent = read(text);

	return rules_of_sign_up(sent, have);
}

static void identifiers_of_registration_fit_together(void **state)
{
	static const struct { const char *sent; struct means have; err_t e; } cases[] = {
		{ "{\"identifiers\":[\"username\"]}", { 0 }, OK },
		{ "{\"identifiers\":[]}", { 0 }, OK },
		{ "{\"identifiers\":[\"username\",\"username\"]}", { 0 }, ERR_SIGN_UP_REPEATED },
		{ "{\"identifiers\":[\"username\"],\"secondaryIdentifiers\":[{\"identifier\":\"username\"}]}", { 0 },
		  ERR_SIGN_UP_REPEATED },
		{ "{\"identifiers\":[\"email\"],\"verify\":true,\"secondaryIdentifiers\":[{\"identifier\":"
		  "\"emailOrPhone\",\"verify\":true}]}", { true, true }, ERR_SIGN_UP_REPEATED },
		{ "{\"identifiers\":[],\"secondaryIdentifiers\":[{\"identifier\":\"username\"}]}", { 0 },
		  ERR_SIGN_UP_MISSING },
		{ "{\"identifiers\":[\"email\"],\"verify\":false}", { true, true }, ERR_SIGN_UP_UNVERIFIED },
		{ "{\"identifiers\":[\"username\"],\"verify\":true,\"secondaryIdentifiers\":[{\"identifier\":"
		  "\"phone\"}]}", { true, true }, ERR_SIGN_UP_UNVERIFIED },
		{ "{\"identifiers\":[\"email\"],\"verify\":true}", { 0 }, ERR_SIGN_IN_CONNECTOR },
		{ "{\"identifiers\":[\"email\"],\"verify\":true}", { .email = true }, OK },
		{ "{\"identifiers\":[\"phone\"],\"verify\":true}", { .email = true }, ERR_SIGN_IN_CONNECTOR },
		{ "{\"identifiers\":[\"username\"],\"verify\":true,\"secondaryIdentifiers\":[{\"identifier\":"
		  "\"emailOrPhone\",\"verify\":true}]}", { .email = true }, ERR_SIGN_IN_CONNECTOR },
		{ "{\"identifiers\":[\"username\"],\"verify\":true,\"secondaryIdentifiers\":[{\"identifier\":"
		  "\"emailOrPhone\",\"verify\":true}]}", { true, true }, OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		EXPECT(cases[i].e, sign_up(cases[i].sent, cases[i].have));
	EXPECT(OK, rules_of_sign_up(NULL, none));
}

/* `next` is the whole value, of which signIn is judged. */
static err_t sign_in(const char *next, struct means have)
{
	json_auto_t *value = read(next);

	return rules_of_sign_in(json_object_get(value, "signIn"), value, have);
}

#define METHOD(identifier, password, code) \
	"{\"identifier\":\"" identifier "\",\"password\":" password ",\"verificationCode\":" code "}"
#define METHODS(list) "{\"signIn\":{\"methods\":[" list "]}"

static void ways_to_sign_in_have_something_that_proves(void **state)
{
	(void)state;
	EXPECT(OK, sign_in(METHODS("") "}", none));
	EXPECT(OK, sign_in(METHODS(METHOD("username", "true", "false")) "}", none));
	EXPECT(OK, sign_in(METHODS(METHOD("username", "false", "true")) "}", none));
	EXPECT(ERR_SIGN_IN_NO_FACTOR, sign_in(METHODS(METHOD("username", "false", "false")) "}", both));
	EXPECT(OK, sign_in(METHODS(METHOD("email", "true", "false")) "}", none));
	EXPECT(ERR_SIGN_IN_CONNECTOR, sign_in(METHODS(METHOD("email", "true", "true")) "}", none));
	EXPECT(OK, sign_in(METHODS(METHOD("email", "true", "true")) "}", mail));
	EXPECT(ERR_SIGN_IN_CONNECTOR, sign_in(METHODS(METHOD("phone", "true", "true")) "}", mail));
}

static void who_registers_without_a_password_signs_in_with_a_code(void **state)
{
	(void)state;
	EXPECT(ERR_SIGN_IN_CODE,
	       sign_in(METHODS(METHOD("email", "true", "false")) ",\"signUp\":{\"verify\":true,\"password\":false}}",
		       both));
	EXPECT(OK,
	       sign_in(METHODS(METHOD("email", "true", "false")) ",\"signUp\":{\"verify\":true,\"password\":true}}",
		       both));
	EXPECT(OK, sign_in(METHODS(METHOD("username", "true",
					  "false")) ",\"signUp\":{\"verify\":true,\"password\":false}}",
			   both));
}

static err_t mfa(const char *next)
{
	json_auto_t *value = read(next);

	return rules_of_mfa(json_object_get(value, "mfa"), value);
}

static void a_code_is_a_way_to_sign_in_or_a_factor(void **state)
{
	(void)state;
	EXPECT(ERR_EMAIL_CODE_NO_SIGN_IN,
	       sign_in(METHODS(METHOD("email", "true", "true")) ",\"mfa\":{\"factors\":[\"EmailVerificationCode\"]}}",
		       both));
	EXPECT(ERR_PHONE_CODE_NO_SIGN_IN,
	       sign_in(METHODS(METHOD("phone", "true", "true")) ",\"mfa\":{\"factors\":[\"PhoneVerificationCode\"]}}",
		       both));
	EXPECT(OK,
	       sign_in(METHODS(METHOD("phone", "true", "true")) ",\"mfa\":{\"factors\":[\"EmailVerificationCode\"]}}",
		       both));
	EXPECT(ERR_EMAIL_CODE_NO_FACTOR,
	       mfa(METHODS(METHOD("email", "true", "true")) ",\"mfa\":{\"factors\":[\"EmailVerificationCode\"]}}"));
	EXPECT(ERR_PHONE_CODE_NO_FACTOR,
	       mfa(METHODS(METHOD("phone", "true", "true")) ",\"mfa\":{\"factors\":[\"PhoneVerificationCode\"]}}"));
}

static void factors_fit_together(void **state)
{
	(void)state;
	EXPECT(OK, mfa("{\"mfa\":{\"factors\":[\"Totp\",\"BackupCode\"]}}"));
	EXPECT(ERR_MFA_REPEATED, mfa("{\"mfa\":{\"factors\":[\"Totp\",\"Totp\"]}}"));
	EXPECT(ERR_MFA_BACKUP_ALONE, mfa("{\"mfa\":{\"factors\":[\"BackupCode\"]}}"));
	EXPECT(OK, mfa("{}"));
}

static err_t adaptive(const char *enabled, const char *factors, const char *policy)
{
	json_auto_t *next = read(arena_printf(arena,
					      "{\"adaptiveMfa\":{\"enabled\":%s},\"mfa\":{\"factors\":[%s],"
					      "\"policy\":\"%s\"}}",
					      enabled, factors, policy));

	return rules_of_adaptive_mfa(next);
}

static void adaptive_mfa_needs_factors_and_a_policy_that_nobody_skips(void **state)
{
	(void)state;
	EXPECT(OK, adaptive("false", "", "UserControlled"));
	EXPECT(ERR_MFA_NEEDS_ADAPTIVE, adaptive("false", "\"Totp\"", "PromptOnlyAtSignInMandatory"));
	EXPECT(ERR_MFA_NEEDS_ADAPTIVE, adaptive("false", "\"Totp\"", "PromptAtSignInAndSignUpMandatory"));
	EXPECT(ERR_ADAPTIVE_NEEDS_MFA, adaptive("true", "", "Mandatory"));
	EXPECT(ERR_ADAPTIVE_SKIPPABLE, adaptive("true", "\"Totp\"", "UserControlled"));
	EXPECT(OK, adaptive("true", "\"Totp\"", "Mandatory"));
	EXPECT(OK, adaptive("true", "\"Totp\"", "PromptOnlyAtSignInMandatory"));
}

static void a_way_back_needs_what_carries_it(void **state)
{
	json_auto_t *methods = read("[\"EmailVerificationCode\"]"),
		    *some = read("{\"forgotPasswordMethods\":["
				 "\"EmailVerificationCode\"]}"),
		    *all = read("{\"forgotPasswordMethods\":null}");

	(void)state;
	EXPECT(ERR_FORGOTTEN_CONNECTOR, rules_of_forgotten_passwords(methods, none));
	EXPECT(OK, rules_of_forgotten_passwords(methods, mail));
	EXPECT(OK, rules_of_forgotten_passwords(NULL, none));
	assert_true(ways_back(some, both).email);
	assert_false(ways_back(some, both).sms);
	assert_false(ways_back(some, none).email);
	assert_true(ways_back(all, both).sms);
	assert_false(ways_back(all, mail).sms);
}

static err_t blocklist(const char *entry)
{
	json_auto_t *sent = json_pack("{s:[s]}", "customBlocklist", entry);

	return rules_of_blocklist(arena, sent);
}

static void entries_of_the_blocklist_are_addresses_or_domains(void **state)
{
	static const char *const good[] = { "a@b.example", "@b.example", "*@b.example", "@*.example", "a*@b.*" };
	static const char *const bad[] = {
		"", "a", "a*", "nothing", "a@", "@", "a@b", "a@b@c.d", "a b@c.d", "@.a", "@a."
	};
	json_auto_t *disposable = read("{\"blockDisposableAddresses\":true}");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		EXPECT(OK, blocklist(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT(ERR_BLOCKLIST_FORMAT, blocklist(bad[i]));
	EXPECT(ERR_REQUEST_INPUT, rules_of_blocklist(arena, disposable));
}

static err_t csp(const char *text)
{
	json_auto_t *sent = read(text);

	return rules_of_csp(arena, sent);
}

static void a_malformed_source_is_told_before_any_is_refused(void **state)
{
	(void)state;
	EXPECT(OK, csp("{}"));
	EXPECT(OK, csp("{\"scriptSrc\":[],\"connectSrc\":[]}"));
	EXPECT(ERR_REQUEST_INPUT, csp("{\"scriptSrc\":[\"https://a.example\"]}"));
	assert_null(err_fault()->data);
	EXPECT(ERR_REQUEST_INPUT, csp("{\"scriptSrc\":[\"https://a.example\"],\"connectSrc\":[\"a b;\"]}"));
	assert_string_equal(err_fault()->data, "{\"directive\":\"connectSrc\",\"source\":\"a b;\","
					       "\"validationErrorCode\":\"semicolon_not_allowed\"}");
}

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(identifiers_of_registration_fit_together), T(ways_to_sign_in_have_something_that_proves),
		T(who_registers_without_a_password_signs_in_with_a_code), T(a_code_is_a_way_to_sign_in_or_a_factor),
		T(factors_fit_together), T(adaptive_mfa_needs_factors_and_a_policy_that_nobody_skips),
		T(a_way_back_needs_what_carries_it), T(entries_of_the_blocklist_are_addresses_or_domains),
		T(a_malformed_source_is_told_before_any_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
