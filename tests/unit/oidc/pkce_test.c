/* Challenges and verifiers (RFC 7636, oidc.md section 5.3). */
#include "test.h"

#include <string.h>

#include "base/err.h"
#include "oidc/pkce.h"

#include "base/banned.h"

static void a_verifier_matches_the_challenge_made_of_it(void **state)
{
	/* RFC 7636 appendix B */
	static const char challenge[] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
	static const char verifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	struct arena *a = arena_new();

	(void)state;
	assert_true(pkce_matches(a, challenge, verifier));
	assert_false(pkce_matches(a, challenge, challenge));
	assert_false(pkce_matches(a, verifier, verifier));
	assert_false(pkce_matches(a, "", verifier));
	arena_free(a);
}

static void a_value_has_43_to_128_characters_of_the_alphabet(void **state)
{
	char text[200];

	(void)state;
	for (size_t len = 0; len < 140; len++) {
		memset(text, 'a', len);
		text[len] = '\0';
		assert_int_equal(pkce_check("code_challenge", text), len >= 43 && len <= 128 ? OK : ERR_OAUTH_REQUEST);
	}
	assert_string_equal(err_fault()->args[0].value,
			    "code_challenge must be a string with a maximum length of 128 characters");
	memset(text, 'a', 50);
	text[50] = '\0';
	for (int c = 1; c < 256; c++) {
		text[7] = (char)c;
		assert_int_equal(pkce_check("code_verifier", text), (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
										    (c >= 'A' && c <= 'Z') ||
										    strchr("-._~", c) ?
									    OK :
									    ERR_OAUTH_REQUEST);
	}
}

RUN(T(a_verifier_matches_the_challenge_made_of_it),
    T(a_value_has_43_to_128_characters_of_the_alphabet))
