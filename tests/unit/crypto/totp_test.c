#include "crypto/totp.h"

#include "test.h"
#include "base/banned.h"

/* "12345678901234567890", the key of RFC 6238 appendix B. */
#define RFC_KEY "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static struct arena *a;

static bool passes(const char *code, int64_t now_s)
{
	int64_t step = 0;

	return totp_check(RFC_KEY, code, now_s, &step);
}

/* The last six of the eight digits that the RFC lists. */
static void the_codes_are_those_of_the_rfc(void **state)
{
	static const struct { int64_t at; const char *code; } vectors[] = {
		{ 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" }, { 1234567890, "005924" },
		{ 2000000000, "279037" }, { 20000000000, "353130" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
		assert_true(passes(vectors[i].code, vectors[i].at));
}

static void a_clock_may_be_one_step_wrong_and_no_more(void **state)
{
	const int64_t at = 1234567890;	/* the first second of its step */

	(void)state;
	assert_true(passes("005924", at - 30));
	assert_true(passes("005924", at + 59));
	assert_false(passes("005924", at - 31));
	assert_false(passes("005924", at + 60));
}

static void a_step_is_taken_once_and_none_before_it_afterwards(void **state)
{
	int64_t step = 0;

	(void)state;
	assert_true(totp_check(RFC_KEY, "050471", 1111111111, &step));
	assert_int_equal(step, 1111111111 / TOTP_STEP_S);
	assert_false(totp_check(RFC_KEY, "050471", 1111111111, &step));
	assert_false(totp_check(RFC_KEY, "050471", 1111111111 + 30, &step));
	assert_false(totp_check(RFC_KEY, "081804", 1111111111, &step));		/* the step before */
	assert_int_equal(step, 1111111111 / TOTP_STEP_S);
}

static void a_wrong_code_leaves_the_step_alone(void **state)
{
	static const char *const wrong[] = {
		"", "0", "05047", "0504711", " 050471", "050471 ", "O50471", "-50471", "000000", "050472", "+50471",
		"\uff1050471", "94050471",
	};
	int64_t step = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(totp_check(RFC_KEY, wrong[i], 1111111111, &step));
	assert_int_equal(step, 7);
}

static void a_secret_that_cannot_be_read_accepts_nothing(void **state)
{
	static const char *const secrets[] = { "", "1", "!!!!!!!!", "========" };
	int64_t step = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
		assert_false(totp_check(secrets[i], "812658", 59, &step));	/* that of a key without bytes */
		assert_false(totp_check(secrets[i], "", 59, &step));
	}
}

static void a_new_secret_is_valid_and_another_one_each_time(void **state)
{
	const char *one = totp_secret_new(a), *two = totp_secret_new(a);

	(void)state;
	assert_int_equal(strlen(one), 32);
	assert_true(totp_secret_is_valid(one));
	assert_string_not_equal(one, two);
}

static void a_secret_of_others_is_base32_as_the_contract_wants_it(void **state)
{
	static const char *const good[] = {
		"JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXPJBSWY3A=",
		"JBSWY3DPEHPK3PXPJBSWY===", "JBSWY3DPEHPK3PXPJBSA====", "JBSWY3DPEHPK3PXPJA======",
	};
	static const char *const bad[] = {
		"", "JBSWY3DP", "jbswy3dpehpk3pxp", "JBSWY3DPEHPK3PX1", "JBSWY3DPEHPK3PXPA", "JBSWY3DPEHPK3PX",
		"JBSWY3DPEHPK3P==", "JBSWY3DPEHP=====", "JBSWY3DPE=======", "JBSWY3DPEHPK3PXP========",
		"================", "JBSWY3DP=HPK3PXP", "JBSWY3DPEHPK3PX= ",
		"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DP",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(totp_secret_is_valid(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(totp_secret_is_valid(bad[i]));
}

/* A key of eleven bytes, as the contract lets callers bring one. */
static void a_padded_secret_is_read_as_well(void **state)
{
	int64_t step = 0;

	(void)state;
	assert_true(totp_check("JBSWY3DPEHPK3PXPJA======", "083538", 59, &step));
}

static void an_address_for_apps_names_issuer_and_account(void **state)
{
	(void)state;
	assert_string_equal(totp_uri(a, "id.example", "ada@a.example", "JBSWY3DPEHPK3PXPJA======"),
			    "otpauth://totp/id.example:ada%40a.example?secret=JBSWY3DPEHPK3PXPJA&issuer=id.example");
	assert_string_equal(totp_uri(a, "A & B", "a:b/\xc3\xa4", "AAAAAAAAAAAAAAAA"),
			    "otpauth://totp/A%20%26%20B:a%3Ab%2F%C3%A4?secret=AAAAAAAAAAAAAAAA&issuer=A%20%26%20B");
	assert_string_equal(totp_uri(a, "h", NULL, "AAAAAAAAAAAAAAAA"),
			    "otpauth://totp/h:?secret=AAAAAAAAAAAAAAAA&issuer=h");
}

static void an_address_for_apps_is_never_longer_than_a_qr_code_holds(void **state)
{
	char *name = arena_alloc(a, 1001), *text;

	(void)state;
	memset(name, ' ', 1000);
	name[1000] = '\0';
	text = totp_uri(a, name, name, RFC_KEY);
	assert_true(strlen(text) <= 2953);
	assert_non_null(strstr(text, RFC_KEY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_codes_are_those_of_the_rfc), T(a_clock_may_be_one_step_wrong_and_no_more),
		T(a_step_is_taken_once_and_none_before_it_afterwards), T(a_wrong_code_leaves_the_step_alone),
		T(a_secret_that_cannot_be_read_accepts_nothing), T(a_new_secret_is_valid_and_another_one_each_time),
		T(a_secret_of_others_is_base32_as_the_contract_wants_it),
		T(a_padded_secret_is_read_as_well), T(an_address_for_apps_names_issuer_and_account),
		T(an_address_for_apps_is_never_longer_than_a_qr_code_holds),
	};
	int failed;

	a = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
