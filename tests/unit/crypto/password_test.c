#include "crypto/password.h"

#include <pthread.h>
#include <sys/resource.h>

#include "test.h"
#include "base/banned.h"

#define PASSWORD "correct horse"

static void a_new_digest_verifies_its_password_only(void **state)
{
	struct settings settings = { .password_memory_kib = 8192, .password_passes = 1 };
	struct arena *a = arena_new();
	const char *digest, *again;

	(void)state;
	assert_int_equal(password_hash(a, &settings, PASSWORD, &digest), OK);
	assert_int_equal(password_hash(a, &settings, PASSWORD, &again), OK);
	assert_string_not_equal(digest, again);
	assert_int_equal(strncmp(digest, "$argon2id$v=19$m=8192,t=1,p=1$", 30), 0);
	assert_true(password_verify(PASSWORD_ALGORITHM, digest, PASSWORD));
	assert_false(password_verify(PASSWORD_ALGORITHM, digest, PASSWORD " "));
	assert_false(password_verify(PASSWORD_ALGORITHM, digest, ""));
	assert_true(password_is_current(PASSWORD_ALGORITHM, digest, PASSWORD));
	arena_free(a);
}

static const struct { const char *algorithm, *digest; } right[] = {
	{ "Bcrypt", "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2" },
	{ "Bcrypt", "$2a$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2" },
	{ "Argon2id",
	  "$argon2id$v=19$m=512,t=2,p=1$YSBzYWx0IG9mIDE2IGNocg$mCR2xj0A+LcuBZZxO/Xuy+kapVE+xSPZ1aTjIP8PpTs" },
	{ "Argon2d",
	  "$argon2d$v=19$m=512,t=2,p=1$YSBzYWx0IG9mIDE2IGNocg$6GyQBvuU6P2V9WdpvZn/sTqvbGXuOci1aewWLWJfyac" },
	{ "Argon2i",
	  "$argon2i$v=19$m=512,t=2,p=1$YSBzYWx0IG9mIDE2IGNocg$cuGDu1oRrRE9hjpPlYwqc7lSDZuC5LWanAiLbxLwt5M" },
	{ "Argon2d",
	  "$argon2id$v=19$m=512,t=2,p=1$YSBzYWx0IG9mIDE2IGNocg$mCR2xj0A+LcuBZZxO/Xuy+kapVE+xSPZ1aTjIP8PpTs" },
};

static void digests_made_elsewhere_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		assert_true(password_verify(right[i].algorithm, right[i].digest, PASSWORD));
		assert_false(password_verify(right[i].algorithm, right[i].digest, "wrong"));
	}
	/* FIPS 180, RFC 1321: of "abc" */
	assert_true(password_verify("MD5", "900150983cd24fb0d6963f7d28e17f72", "abc"));
	assert_false(password_verify("MD5", "900150983CD24FB0D6963F7D28E17F72", "abc"));
	assert_true(password_verify("SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d", "abc"));
	assert_true(
		password_verify("SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc"));
}

/* bcrypt reads 72 bytes, so this digest verifies longer and shorter passwords than its own. */
static void what_a_digest_may_have_read_only_in_part_is_not_renewed(void **state)
{
	static const char digest[] = "$2b$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q";
	char x[81] = "";

	(void)state;
	memset(x, 'x', 80);
	for (size_t len = 80; len >= 72; len--) {
		x[len] = '\0';
		assert_true(password_verify("Bcrypt", digest, x));
		assert_true(password_is_current("Bcrypt", digest, x));
	}
	x[71] = '\0';
	assert_false(password_verify("Bcrypt", digest, x));
	assert_false(password_is_current("Bcrypt", digest, x));
	x[71] = 'x';
	assert_false(password_is_current("MD5", "900150983cd24fb0d6963f7d28e17f72", x));
	assert_true(password_is_current("Argon2i", "$argon2i$", PASSWORD));
}

static void legacy_digests_verify(void **state)
{
	(void)state;
	assert_true(password_verify(
		"Legacy",
		"[\"sha256\",[\"a\",\"@\"],\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"]",
		"bc"));
	assert_true(password_verify("Legacy", "[\"SHA1\",[\"@\",\"c\"],\"a9993e364706816aba3e25717850c26c9cd0d89d\"]",
				    "ab"));
	assert_false(password_verify("Legacy", "[\"sha1\",[\"@\",\"c\"],\"a9993e364706816aba3e25717850c26c9cd0d89d\"]",
				     "ac"));
	/* RFC 6070: "password", "salt", 4096 rounds, 20 octets */
	assert_true(password_verify(
		"Legacy",
		"[\"pbkdf2\",[\"salt\",\"4096\",\"20\",\"sha1\",\"@\"],\"4b007901b765489abead49d926f721d065a429c1\"]",
		"password"));
	assert_true(password_verify("Legacy",
				    "[\"pbkdf2Sync\",[\"hex:73616c74\",\"4096\",\"20\",\"SHA1\",\"@\"],"
				    "\"4b007901b765489abead49d926f721d065a429c1\"]",
				    "password"));
	/* the example of Firebase's own description */
	assert_true(password_verify(
		"Legacy",
		"[\"firebase-scrypt\",[\"42xEC+ixf3L2lw==\","
		"\"jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==\","
		"\"Bw==\",\"8\",\"14\",\"@\"],"
		"\"lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==\"]",
		"user1password"));
}

static void what_cannot_be_read_or_costs_too_much_verifies_nothing(void **state)
{
	static const struct { const char *algorithm, *digest; } bad[] = {
		{ "Bcrypt", "unreadable" }, { "Bcrypt", "" },
		{ "Bcrypt", "$2b$31$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2" }, { "Argon2id", "" },
		{ "Argon2id", "$argon2id$v=19$m=99999999,t=2,p=1$YSBzYWx0IG9mIDE2IGNocg$mCR2xj0A" },
		{ "Argon2id", "$argon2id$v=19$m=512,t=999999999,"
		  "p=1$YSBzYWx0IG9mIDE2IGNocg$mCR2xj0A+LcuBZZxO/Xuy+kapVE+xSPZ1aTjIP8PpTs" },
		{ "Argon2id", "$argon2id$v=19$m=512" }, { "Legacy", "" }, { "Legacy", "[]" },
		{ "Legacy", "[\"null\",[\"@\"],\"\"]" }, { "Legacy", "[\"pbkdf2\",[\"@\"],\"00\"]" },
		{ "Legacy", "[\"pbkdf2\",[\"s\",\"99999999999\",\"20\",\"sha1\",\"@\"],\"00\"]" },
		{ "Legacy", "[\"pbkdf2\",[\"s\",\"1\",\"0\",\"sha1\",\"@\"],\"\"]" },
		{ "Legacy", "[\"firebase-scrypt\",[\"@\"],\"\"]" }, { "SHA512", "x" },
		{ "md5", "d41d8cd98f00b204e9800998ecf8427e" }, { "MD5", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(password_verify(bad[i].algorithm, bad[i].digest, ""));
	assert_false(password_verify(NULL, NULL, ""));
}

static void legacy_digests_are_checked_at_import(void **state)
{
	static const struct { const char *digest; err_t e; } cases[] = {
		{ "x", ERR_LEGACY_FORMAT }, { "[\"md5\",[\"@\"]]", ERR_LEGACY_FORMAT },
		{ "[\"md5\",[\"@\"],\"a\",\"b\"]", ERR_LEGACY_FORMAT }, { "[\"md5\",\"@\",\"a\"]", ERR_LEGACY_FORMAT },
		{ "[\"md5\",[\"@\",1],\"a\"]", ERR_LEGACY_FORMAT },
		{ "[\"md5\",[\"salt\"],\"a\"]", ERR_LEGACY_FORMAT }, { "[\"foo\",[\"@\"],\"a\"]", ERR_LEGACY_HASH },
		{ "[\"md4\",[\"@\"],\"a\"]", ERR_LEGACY_HASH }, { "[\"bcrypt\",[\"@\"],\"a\"]", ERR_LEGACY_HASH },
		{ "[\"null\",[\"@\"],\"\"]", ERR_LEGACY_HASH },
		{ "[\"pbkdf2\",[\"hex:zz\",\"10\",\"16\",\"sha1\",\"@\"],\"00\"]", ERR_LEGACY_FORMAT },
		{ "[\"pbkdf2\",[\"@\"],\"00\"]", OK }, { "[\"ripemd160\",[\"@\"],\"a\"]", OK },
		{ "[\"sha3-256\",[\"@\"],\"a\"]", OK }, { "[\"SHA512\",[\"a\",\"@\"],\"a\"]", OK },
		{ "[\"firebase-scrypt\",[\"@\"],\"a\"]", OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(password_import_check(NULL, "Legacy", cases[i].digest), cases[i].e);
}

#define ARGON2(numbers) "$argon2id$v=19$" numbers "$YSBzYWx0IG9mIDE2IGNocg$mCR2xj0A+LcuBZZxO/Xuy+kapVE+xSPZ1aTjIP8PpTs"
#define BCRYPT(cost) "$2b$" cost "$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"
#define PBKDF2(rounds, size, hash) "[\"pbkdf2\",[\"s\",\"" rounds "\",\"" size "\",\"" hash "\",\"@\"],\"00\"]"
#define SCRYPT(block, cost) \
	"[\"firebase-scrypt\",[\"42xEC+ixf3L2lw==\",\"jxspr8Ki0RYycVU8\",\"Bw==\",\"" block "\",\"" cost "\",\"@\"]," \
	"\"lSrfV15cpx95\"]"

static void what_costs_too_much_is_refused_at_import_and_verifies_nothing(void **state)
{
	static const struct { const char *algorithm, *digest; err_t e; } cases[] = {
		{ "Argon2id", ARGON2("m=262144,t=4,p=1"), OK }, { "Argon2d", ARGON2("m=65536,t=16,p=4"), OK },
		{ "Argon2id", ARGON2("m=262144,t=5,p=1"), ERR_REQUEST_INPUT },
		{ "Argon2i", ARGON2("m=262145,t=1,p=1"), ERR_REQUEST_INPUT },
		{ "Argon2d", ARGON2("m=8,t=131073,p=1"), ERR_REQUEST_INPUT },
		{ "Argon2id", ARGON2("m=99999999999999999999,t=1,p=1"), ERR_REQUEST_INPUT },
		{ "Argon2id", ARGON2("m=8,t=1,p=65"), ERR_REQUEST_INPUT }, { "Argon2id", "unreadable", OK },
		{ "Bcrypt", BCRYPT("15"), OK }, { "Bcrypt", BCRYPT("16"), ERR_REQUEST_INPUT },
		{ "Bcrypt", BCRYPT("31"), ERR_REQUEST_INPUT }, { "Bcrypt", "unreadable", OK },
		{ "Legacy", PBKDF2("2000000", "20", "sha1"), OK },
		{ "Legacy", PBKDF2("2000001", "20", "sha1"), ERR_REQUEST_INPUT },
		{ "Legacy", PBKDF2("1000000", "40", "sha1"), OK },
		{ "Legacy", PBKDF2("1000000", "41", "sha1"), ERR_REQUEST_INPUT },
		{ "Legacy", PBKDF2("2000000", "64", "sha512"), OK },
		{ "Legacy", PBKDF2("1", "513", "sha512"), ERR_REQUEST_INPUT },
		{ "Legacy", PBKDF2("99999999999999999999", "1", "sha1"), ERR_REQUEST_INPUT },
		{ "Legacy", SCRYPT("8", "17"), OK }, { "Legacy", SCRYPT("16", "17"), ERR_REQUEST_INPUT },
		{ "Legacy", SCRYPT("1", "60"), ERR_REQUEST_INPUT }, { "Legacy", SCRYPT("33", "1"), ERR_REQUEST_INPUT },
		{ "MD5", "900150983cd24fb0d6963f7d28e17f72", OK }, { "unknown", "x", OK },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (password_import_check(a, cases[i].algorithm, cases[i].digest) != cases[i].e)
			fail_msg("%s %s", cases[i].algorithm, cases[i].digest);
		if (cases[i].e)
			assert_false(password_verify(cases[i].algorithm, cases[i].digest, PASSWORD));
	}
	arena_free(a);
}

static void *verify_large(void *matches)
{
	*(bool *)matches = password_verify("Argon2id", ARGON2("m=131072,t=1,p=1"), "wrong");
	return NULL;
}

/* Six at once would take 768 MiB. */
static void digests_that_are_computed_at_once_share_their_memory(void **state)
{
	struct rusage usage;
	pthread_t threads[6];
	bool matches[6];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, verify_large, &matches[i]), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], NULL);
		assert_false(matches[i]);
	}
	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	assert_true(usage.ru_maxrss > 200 * 1024);	/* KiB: they were computed */
	assert_true(usage.ru_maxrss < 450 * 1024);
}

static void a_password_whose_settings_take_more_than_all_memory_is_hashed_alone(void **state)
{
	struct settings settings = { .password_memory_kib = 300000, .password_passes = 1 };
	struct arena *a = arena_new();
	const char *digest;

	(void)state;
	assert_int_equal(password_hash(a, &settings, PASSWORD, &digest), OK);
	assert_int_equal(strncmp(digest, "$argon2id$v=19$m=300000,", 24), 0);
	arena_free(a);
}

RUN(T(a_new_digest_verifies_its_password_only), T(digests_made_elsewhere_verify), T(legacy_digests_verify),
    T(what_a_digest_may_have_read_only_in_part_is_not_renewed),
    T(what_cannot_be_read_or_costs_too_much_verifies_nothing), T(legacy_digests_are_checked_at_import),
    T(what_costs_too_much_is_refused_at_import_and_verifies_nothing),
    T(digests_that_are_computed_at_once_share_their_memory),
    T(a_password_whose_settings_take_more_than_all_memory_is_hashed_alone))
