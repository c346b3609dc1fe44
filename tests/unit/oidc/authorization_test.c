#include "oidc/authorization.h"

#include <stdio.h>

#include "base/base64.h"
#include "test.h"
#include "base/banned.h"

static const char bad_format[] = "invalid authorization header value format";
static const char bad_encoding[] = "client_id and client_secret in the authorization header are not properly encoded";

/* The header that a client sends for these bytes. */
static const char *header_of(struct arena *a, const char *pair, size_t len)
{
	struct buffer b;
	const char *out;

	buffer_init(&b, KIB(16));
	buffer_text(&b, "Basic ");
	text_base64(&b, pair, len);
	out = arena_copy(a, buffer_str(&b));
	buffer_done(&b);
	return out;
}

static void a_pair_is_two_halves_each_encoded_like_a_form(void **state)
{
	static const struct { const char *pair, *id, *secret; } cases[] = {
		{ "machine:sesame", "machine", "sesame" },
		{ "machine:a:b:", "machine", "a:b:" },	/* the first colon parts */
		{ "a%3Ab:c", "a:b", "c" },
		{ "a+b:c%2Bd%25", "a b", "c+d%" },
		{ "%6d:%53", "m", "S" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *id = NULL, *secret = NULL;

		assert_null(basic_parse(a, header_of(a, cases[i].pair, strlen(cases[i].pair)), &id, &secret));
		assert_string_equal(id, cases[i].id);
		assert_string_equal(secret, cases[i].secret);
	}
	arena_free(a);
}

static void the_scheme_is_basic_in_any_case_then_one_blank_and_base64(void **state)
{
	static const struct { const char *header, *fault; } cases[] = {
		{ "bASIC bWFjaGluZTpzZXNhbWU=", NULL },
		{ "Basic bWFjaGluZTpzZXNhbWU", NULL },		/* padding is optional */
		{ "", bad_format }, { "Basic", bad_format }, { "Basic ", bad_format },
		{ "Basic  bWFjaGluZTpzZXNhbWU=", bad_format }, { "Basic bWFjaGluZTpzZXNhbWU= ", bad_format },
		{ "Basic bWFj aGluZQ", bad_format }, { "Basics bWFjaGluZTpzZXNhbWU=", bad_format },
		{ "Basi bWFjaGluZTpzZXNhbWU=", bad_format }, { "Bearer bWFjaGluZTpzZXNhbWU=", bad_format },
		{ "Basic bWFjaGluZTpzZXNhbWU-", bad_format }, { "Basic bWFjaGluZTpzZXNhbW=U", bad_format },
		{ "Basic machine:sesame", bad_format },
		{ "Basic bWFjaGluZQ==", bad_format },		/* no colon */
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *id = NULL, *secret = NULL, *fault = basic_parse(a, cases[i].header, &id, &secret);

		if (cases[i].fault) {
			assert_string_equal(fault, cases[i].fault);
			assert_null(id);
			assert_null(secret);
		} else {
			assert_null(fault);
			assert_string_equal(secret, "sesame");
		}
	}
	arena_free(a);
}

/* A NUL would end a secret early and a line end would forge a log line. */
static void both_halves_are_printable_ascii(void **state)
{
	static const struct { const char *pair; size_t len; } cases[] = {
		{ "m\0x:s", 5 }, { "m:s\0x", 5 }, { "m:s%00", 6 }, { "m%00:s", 6 }, { "m:s\n", 4 }, { "m:%0a", 5 },
		{ "m\x7f:s", 4 }, { "m:%7F", 5 }, { "m:caf\xc3\xa9", 7 }, { "m:%c3%a9", 8 },
		{ "m:%", 3 }, { "m:%4", 4 }, { "m:%4g", 5 }, { "%g4:s", 5 }, { "m%:s", 4 },
		{ ":s", 2 }, { ":", 1 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *id = NULL, *secret = NULL;

		assert_string_equal(basic_parse(a, header_of(a, cases[i].pair, cases[i].len), &id, &secret),
				    bad_encoding);
		assert_null(id);
		assert_null(secret);
	}
	arena_free(a);
}

static void an_empty_secret_is_none(void **state)
{
	struct arena *a = arena_new();
	const char *id = NULL, *secret = NULL;

	(void)state;
	assert_string_equal(basic_parse(a, header_of(a, "machine:", 8), &id, &secret),
			    "client_secret must be provided in the Authorization header");
	assert_null(secret);
	arena_free(a);
}

static void a_pair_has_at_most_8_KiB_of_base64(void **state)
{
	struct arena *a = arena_new();
	const char *id, *secret;
	char pair[KIB(6) + 3];

	(void)state;
	memset(pair, 'x', sizeof(pair));
	pair[1] = ':';
	assert_null(basic_parse(a, header_of(a, pair, KIB(6)), &id, &secret));
	assert_int_equal(strlen(secret), KIB(6) - 2);
	assert_string_equal(basic_parse(a, header_of(a, pair, KIB(6) + 1), &id, &secret), bad_format);
	arena_free(a);
}

RUN(T(a_pair_is_two_halves_each_encoded_like_a_form), T(the_scheme_is_basic_in_any_case_then_one_blank_and_base64),
    T(both_halves_are_printable_ascii), T(an_empty_secret_is_none), T(a_pair_has_at_most_8_KiB_of_base64))
