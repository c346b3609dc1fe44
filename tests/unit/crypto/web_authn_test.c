#include "crypto/web_authn.h"

#include "test.h"

#include "authenticator.h"
#include "base/banned.h"

#define CHALLENGE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const char *const origins[] = { "https://id.example", "https://related.example", NULL };
static const struct web_authn_site site = { "id.example", origins, CHALLENGE };

#define MADE { .type = "webauthn.create", .challenge = CHALLENGE, .origin = "https://id.example", \
	       .rp_id = "id.example", .flags = 0x45, .format = "none" }
#define USED { .type = "webauthn.get", .challenge = CHALLENGE, .origin = "https://id.example", \
	       .rp_id = "id.example", .flags = 0x05, .counter = 7 }

static struct web_authn_passkey passkey;

static err_t make(const struct authenticator *a, const struct saying *say)
{
	struct slice attestation = authenticator_make(a, say);

	return web_authn_register(&site, slice_of(&said_client), attestation, &passkey);
}

static void expect_made(const struct saying *say, err_t expected)
{
	struct authenticator a = authenticator_new(ES256);

	assert_int_equal(make(&a, say), expected);
	authenticator_free(&a);
}

/* -- making -- */

static void a_passkey_is_made_without_an_attestation_and_with_its_own(void **state)
{
	static const int algorithms[] = { ES256, RS256 };
	static const char *const formats[] = { "none", "packed" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(algorithms) * ARRAY_LEN(formats); i++) {
		struct authenticator a = authenticator_new(algorithms[i / 2]);
		struct saying say = MADE;

		say.format = formats[i % 2];
		say.counter = 0x01020304;
		assert_int_equal(make(&a, &say), OK);
		assert_int_equal(passkey.id.len, sizeof(a.id));
		assert_memory_equal(passkey.id.at, a.id, sizeof(a.id));
		assert_int_equal(passkey.counter, 0x01020304);
		authenticator_free(&a);
	}
}

static void a_page_of_a_related_origin_makes_one_too(void **state)
{
	struct saying say = MADE;

	(void)state;
	say.origin = "https://related.example";
	expect_made(&say, OK);
	say.members = ",\"crossOrigin\":false,\"more\":[1]";
	expect_made(&say, OK);
}

static void what_was_not_asked_for_makes_none(void **state)
{
	struct saying wrong[] = { MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE };
	size_t i = 0;

	(void)state;
	wrong[i++].type = "webauthn.get";
	wrong[i++].challenge = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9";
	wrong[i++].challenge = "";
	wrong[i++].origin = "https://evil.example";
	wrong[i++].origin = "https://id.example:444";
	wrong[i++].origin = "https://id.example.evil.example";
	wrong[i++].rp_id = "evil.example";
	wrong[i++].members = ",\"crossOrigin\":true";
	wrong[i++].members = ",\"origin\":\"https://evil.example\"";	/* twice */
	wrong[i++].members = "}{";
	for (size_t k = 0; k < i; k++)
		expect_made(&wrong[k], ERR_WEB_AUTHN);
}

static void nobody_there_or_nobody_verified_makes_none(void **state)
{
	static const unsigned flags[] = { 0x44, 0x41, 0x40, 0x05, 0xc5 };
	struct saying say = MADE;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		say.flags = flags[i];		/* the last two: no passkey is said, extensions are said */
		expect_made(&say, ERR_WEB_AUTHN);
	}
}

static void extensions_may_stand_behind_a_passkey_and_nothing_else(void **state)
{
	struct saying say = MADE;

	(void)state;
	say.flags = 0xc5;
	say.extensions = "\xa1\x6b" "credProtect\x02";
	expect_made(&say, OK);
	say.extensions = "\xa1\x6b" "credProtect\x02\x02";
	expect_made(&say, ERR_WEB_AUTHN);
	say.extensions = "\x01";
	expect_made(&say, ERR_WEB_AUTHN);
	say.flags = 0x45;
	say.extensions = "\xa1\x6b" "credProtect\x02";
	expect_made(&say, ERR_WEB_AUTHN);
}

static void an_algorithm_that_was_not_offered_makes_none(void **state)
{
	struct authenticator a = authenticator_new(EDDSA);
	struct saying say = MADE;

	(void)state;
	assert_int_equal(make(&a, &say), ERR_WEB_AUTHN);
	say.format = "packed";
	assert_int_equal(make(&a, &say), ERR_WEB_AUTHN);
	authenticator_free(&a);
}

static void an_attestation_that_is_wrong_makes_none(void **state)
{
	struct saying say = MADE;

	(void)state;
	say.format = "packed";
	say.spoilt = true;
	expect_made(&say, ERR_WEB_AUTHN);
	say.spoilt = false;
	say.said_algorithm = RS256;
	expect_made(&say, ERR_WEB_AUTHN);
	say.said_algorithm = 0;
	say.format = "fido-u2f";
	expect_made(&say, ERR_WEB_AUTHN);
	say.format = "";
	expect_made(&say, ERR_WEB_AUTHN);
}

/* Each byte of the attestation object is cut off, and each is another one: it never makes this passkey. */
static void a_damaged_attestation_makes_none(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	struct saying say = MADE;
	struct slice cut, whole = authenticator_make(&a, &say);
	char *copy = malloc(whole.len);

	(void)state;
	for (size_t n = 0; n < whole.len; n++) {
		memcpy(copy, whole.at, n);
		cut = (struct slice){ copy, n };
		assert_int_equal(web_authn_register(&site, slice_of(&said_client), cut, &passkey), ERR_WEB_AUTHN);
	}
	free(copy);
	/* a point that is not on the curve: the last byte of y */
	((char *)(uintptr_t)whole.at)[whole.len - 1] ^= 1;
	assert_int_equal(web_authn_register(&site, slice_of(&said_client), whole, &passkey), ERR_WEB_AUTHN);
	authenticator_free(&a);
}

static void what_is_too_long_is_not_looked_at(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	struct saying say = MADE;
	static char blanks[WEB_AUTHN_ATTESTATION_MAX];
	struct buffer long_one = {0};
	struct slice whole = authenticator_make(&a, &say);

	(void)state;
	memset(blanks, ' ', sizeof(blanks));
	buffer_init(&long_one, MIB(1));
	buffer_add(&long_one, said_client.data, said_client.len);
	buffer_add(&long_one, blanks, WEB_AUTHN_CLIENT_DATA_MAX - said_client.len);
	assert_int_equal(web_authn_register(&site, slice_of(&long_one), whole, &passkey), OK);
	buffer_char(&long_one, ' ');
	assert_int_equal(web_authn_register(&site, slice_of(&long_one), whole, &passkey), ERR_WEB_AUTHN);
	buffer_done(&long_one);
	/* a fourth member, so that all of it is CBOR */
	buffer_init(&long_one, MIB(1));
	buffer_char(&long_one, '\xa4');
	buffer_add(&long_one, whole.at + 1, whole.len - 1);
	put_text(&long_one, "more");
	put_bytes(&long_one, blanks, 100);
	assert_int_equal(web_authn_register(&site, slice_of(&said_client), slice_of(&long_one), &passkey), OK);
	put_bytes(&long_one, blanks, sizeof(blanks));
	long_one.data[0] = '\xa5';
	put_text(&long_one, "most");
	assert_int_equal(web_authn_register(&site, slice_of(&said_client), slice_of(&long_one), &passkey),
			 ERR_WEB_AUTHN);
	buffer_done(&long_one);
	authenticator_free(&a);
}

/* -- using -- */

/* A passkey as it would be stored. */
static struct web_authn_passkey stored(const struct authenticator *a)
{
	struct saying say = MADE;

	assert_int_equal(make(a, &say), OK);
	return passkey;
}

static err_t use(const struct authenticator *a, const struct web_authn_passkey *key, const struct saying *say,
		 uint32_t *counter)
{
	struct web_authn_assertion said = authenticator_use(a, say);

	return web_authn_assert(&site, key, &said, counter);
}

static void a_passkey_is_used(void **state)
{
	static const int algorithms[] = { ES256, RS256 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		struct authenticator a = authenticator_new(algorithms[i]);
		struct web_authn_passkey key = stored(&a);
		struct saying say = USED;
		uint32_t counter = 0;

		assert_int_equal(use(&a, &key, &say, &counter), OK);
		assert_int_equal(counter, 7);
		authenticator_free(&a);
	}
}

static void what_was_not_asked_for_is_no_use(void **state)
{
	struct saying wrong[] = { USED, USED, USED, USED, USED, USED, USED, USED, USED, USED };
	struct authenticator a = authenticator_new(ES256), other = authenticator_new(ES256);
	struct web_authn_passkey key = stored(&a);
	struct saying right = USED;
	uint32_t counter = 99;
	size_t i = 0;

	(void)state;
	wrong[i++].type = "webauthn.create";
	wrong[i++].challenge = "BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
	wrong[i++].origin = "https://evil.example";
	wrong[i++].rp_id = "evil.example";
	wrong[i++].flags = 0x04;
	wrong[i++].flags = 0x01;
	wrong[i++].flags = 0x45;		/* a passkey is said */
	wrong[i++].extensions = "\xa0";		/* and no flag for them */
	wrong[i++].spoilt = true;
	wrong[i++].members = ",\"crossOrigin\":true";
	for (size_t k = 0; k < i; k++)
		assert_int_equal(use(&a, &key, &wrong[k], &counter), ERR_WEB_AUTHN);
	assert_int_equal(use(&other, &key, &right, &counter), ERR_WEB_AUTHN);
	assert_int_equal(counter, 99);
	authenticator_free(&a);
	authenticator_free(&other);
}

static void parts_of_two_uses_are_no_use(void **state)
{
	struct authenticator a = authenticator_new(ES256);
	struct web_authn_passkey key = stored(&a);
	struct saying say = USED;
	struct web_authn_assertion said = authenticator_use(&a, &say);
	struct slice empty = { "", 0 };
	uint32_t counter;

	(void)state;
	said_auth.data[36]++;		/* the counter */
	assert_int_equal(web_authn_assert(&site, &key, &said, &counter), ERR_WEB_AUTHN);
	said_auth.data[36]--;
	assert_int_equal(web_authn_assert(&site, &key, &said, &counter), OK);
	said.signature = empty;
	assert_int_equal(web_authn_assert(&site, &key, &said, &counter), ERR_WEB_AUTHN);
	said.auth_data = empty;
	assert_int_equal(web_authn_assert(&site, &key, &said, &counter), ERR_WEB_AUTHN);
	key.key = empty;
	assert_int_equal(use(&a, &key, &say, &counter), ERR_WEB_AUTHN);
	authenticator_free(&a);
}

static void a_counter_grows_or_is_never_used(void **state)
{
	(void)state;
	assert_true(web_authn_counter_grows(0, 0));
	assert_true(web_authn_counter_grows(0, 1));
	assert_true(web_authn_counter_grows(4, 5));
	assert_true(web_authn_counter_grows(1, UINT32_MAX));
	assert_false(web_authn_counter_grows(5, 5));
	assert_false(web_authn_counter_grows(5, 4));
	assert_false(web_authn_counter_grows(5, 0));
}

RUN(T(a_passkey_is_made_without_an_attestation_and_with_its_own),
    T(a_page_of_a_related_origin_makes_one_too),
    T(what_was_not_asked_for_makes_none),
    T(nobody_there_or_nobody_verified_makes_none),
    T(extensions_may_stand_behind_a_passkey_and_nothing_else),
    T(an_algorithm_that_was_not_offered_makes_none),
    T(an_attestation_that_is_wrong_makes_none),
    T(a_damaged_attestation_makes_none),
    T(what_is_too_long_is_not_looked_at),
    T(a_passkey_is_used),
    T(what_was_not_asked_for_is_no_use),
    T(parts_of_two_uses_are_no_use),
    T(a_counter_grows_or_is_never_used))
