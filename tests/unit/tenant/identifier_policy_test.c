/* Which addresses and names people may register with. */
#include "tenant/identifier_policy.h"

#include <string.h>
#include <time.h>

#include "test.h"
#include "base/banned.h"

static struct arena *arena;

static err_t judged(const char *policy, const char *email)
{
	json_auto_t *rules = json_loads(policy, 0, NULL);

	assert_non_null(rules);
	return email_check(arena, rules, email);
}

/* Whether an entry of the block list names the address. */
static bool blocks(const char *entry, const char *email)
{
	err_t e = judged(arena_printf(arena, "{\"customBlocklist\":[\"%s\"]}", entry), email);

	assert_true(e == OK || e == ERR_EMAIL_NOT_ALLOWED);
	return e != OK;
}

static void without_a_policy_every_address_will_do(void **state)
{
	(void)state;
	assert_int_equal(judged("{}", "ada+tag@a.example"), OK);
	assert_int_equal(judged("{}", "ada"), ERR_EMAIL_MALFORMED);
	assert_int_equal(judged("{}", "ada@"), ERR_EMAIL_MALFORMED);
	assert_int_equal(judged("{}", "ada@."), ERR_EMAIL_MALFORMED);
	assert_int_equal(judged("{}", "@a.example"), ERR_EMAIL_MALFORMED);
}

static void rules_are_asked_in_their_order(void **state)
{
	static const char policy[] = "{\"blockSubaddressing\":true,\"customAllowlist\":[\"@a.example\"],"
				     "\"customBlocklist\":[\"eve@a.example\"]}";

	(void)state;
	assert_int_equal(judged(policy, "ada@a.example"), OK);
	assert_int_equal(judged(policy, "ada+x@b.example"), ERR_EMAIL_SUBADDRESS);
	assert_int_equal(judged(policy, "ada@b.example"), ERR_EMAIL_NOT_ALLOWED);
	assert_int_equal(judged(policy, "ada@+.a.example"), ERR_EMAIL_NOT_ALLOWED);
	assert_int_equal(judged(policy, "eve@a.example"), ERR_EMAIL_NOT_ALLOWED);
	assert_int_equal(judged("{\"customAllowlist\":[]}", "ada@b.example"), OK);
}

static void an_entry_names_an_address_or_a_domain_in_any_letter_case(void **state)
{
	(void)state;
	assert_true(blocks("Eve@A.example", "eve@a.EXAMPLE"));
	assert_false(blocks("eve@a.example", "steve@a.example"));
	assert_true(blocks("@a.example", "anyone@A.example"));
	assert_false(blocks("@a.example", "eve@b.a.example"));
	assert_false(blocks("@a.example", "eve@aa.example"));
	assert_true(blocks("@a.example", "eve@a.example."));
	assert_true(blocks("@a.example", "eve@b.example@a.example"));
	assert_true(blocks("@b\xc3\xbc" "cher.example", "eve@xn--bcher-kva.example"));
	assert_true(blocks("@xn--bcher-kva.example", "eve@B\xc3\xbc" "cher.example"));
}

static void a_star_stands_for_any_run_of_characters(void **state)
{
	(void)state;
	assert_true(blocks("@*.a.example", "eve@b.a.example"));
	assert_false(blocks("@*.a.example", "eve@a.example"));
	assert_true(blocks("*bot*@a.example", "my-robot-2@a.example"));
	assert_true(blocks("bot*@*", "bot@b.example"));
	assert_false(blocks("bot*@*", "robot@b.example"));
	assert_true(blocks("a*b*c@*.example", "abxbc@x.example"));
	assert_false(blocks("a*b*c@*.example", "ac@x.example"));
	assert_false(blocks("ab*ba@a.example", "aba@a.example"));
	assert_true(blocks("a**b@a.example", "ab@a.example"));
	assert_true(blocks("@b\xc3\xbc*.example", "eve@b\xc3\xbc" "cher.example"));
}

static void both_domains_of_google_are_one_and_dots_before_them_nothing(void **state)
{
	(void)state;
	assert_true(blocks("@gmail.com", "eve@googlemail.com"));
	assert_true(blocks("@googlemail.com", "eve@Gmail.com"));
	assert_true(blocks("eve.smith@gmail.com", "e.vesmit.h@googlemail.com"));
	assert_true(blocks("e.v*@googlemail.com", "eve@gmail.com"));
	assert_false(blocks("eve.smith@a.example", "evesmith@a.example"));
}

static void the_time_for_stars_does_not_explode(void **state)
{
	char *pattern = arena_alloc(arena, 4096), *email = arena_alloc(arena, 65536);
	clock_t from = clock();

	(void)state;
	for (size_t i = 0; i < 4000; i += 2)
		memcpy(pattern + i, "a*", 2);
	memcpy(pattern + 4000, "b@a.example", sizeof("b@a.example"));
	memset(email, 'a', 60000);
	memcpy(email + 60000, "@a.example", sizeof("@a.example"));
	assert_false(blocks(pattern, email));
	assert_true(clock() - from < 5 * CLOCKS_PER_SEC);
}

static err_t named(const char *policy, const char *name)
{
	json_auto_t *rules = json_loads(policy, 0, NULL);

	assert_non_null(rules);
	return username_check(arena, rules, name);
}

static void a_user_name_has_its_length_and_its_kinds_of_characters(void **state)
{
#define ALLOWED(lower, upper, digits, underscore) \
	"{\"allowedChars\":{\"lowercase\":" #lower ",\"uppercase\":" #upper ",\"numbers\":" #digits \
	",\"underscore\":" #underscore "}}"

	(void)state;
	assert_int_equal(named("{}", "Ada_1"), OK);
	assert_int_equal(named("{\"minLength\":4,\"maxLength\":5}", "ada"), ERR_USERNAME_SHORT);
	assert_string_equal(err_fault()->args[err_fault()->arg_count - 1].value, "4");
	assert_int_equal(named("{\"minLength\":4,\"maxLength\":5}", "adaada"), ERR_USERNAME_LONG);
	assert_int_equal(named("{\"minLength\":4,\"maxLength\":5}", "adaad"), OK);
	assert_int_equal(named("{}", "a-b"), ERR_USERNAME_CHARACTERS);
	assert_int_equal(named("{}", "1a"), ERR_USERNAME_NUMBER_FIRST);
	assert_int_equal(named(ALLOWED(false, true, true, true), "A_1"), OK);
	assert_int_equal(named(ALLOWED(false, true, true, true), "Ab"), ERR_USERNAME_LOWERCASE);
	assert_int_equal(named(ALLOWED(true, false, true, false), "A_"), ERR_USERNAME_UPPERCASE);
	assert_int_equal(named(ALLOWED(true, true, false, true), "A1"), ERR_USERNAME_NUMBERS);
	assert_int_equal(named(ALLOWED(true, true, true, false), "A_"), ERR_USERNAME_UNDERSCORE);
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
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(without_a_policy_every_address_will_do), CASE(rules_are_asked_in_their_order),
		CASE(an_entry_names_an_address_or_a_domain_in_any_letter_case),
		CASE(a_star_stands_for_any_run_of_characters),
		CASE(both_domains_of_google_are_one_and_dots_before_them_nothing),
		CASE(the_time_for_stars_does_not_explode),
		CASE(a_user_name_has_its_length_and_its_kinds_of_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
