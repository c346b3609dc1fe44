#include "crypto/jwk.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "test.h"
#include "base/banned.h"

static EVP_PKEY *parse(const char *text, enum key_algorithm algorithm)
{
	json_t *jwk = json_loads(text, 0, NULL);
	EVP_PKEY *pkey;

	assert_non_null(jwk);
	pkey = jwk_parse(jwk, algorithm);
	json_decref(jwk);
	return pkey;
}

/* What is parsed and written again. */
static void check(const char *in, enum key_algorithm algorithm, const char *kid, const char *out)
{
	EVP_PKEY *pkey = parse(in, algorithm);
	char *text = NULL, made[JWK_KID_SIZE];

	assert_non_null(pkey);
	assert_true(jwk_format(pkey, algorithm, &text, made));
	assert_string_equal(made, kid);
	assert_string_equal(text, out);
	free(text);
	EVP_PKEY_free(pkey);
}

#define RSA_N \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiF" \
	"V4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-" \
	"65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI" \
	"SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define RSA_KID "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
#define EDDSA_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define EDDSA_KID "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

/* RFC 7638 section 3.1, RFC 8037 appendix A.3 */
static void a_key_is_written_with_the_thumbprint_of_rfc_7638(void **state)
{
	(void)state;
	check("{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}",
	      KEY_RS256, RSA_KID,
	      "{\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"use\":\"sig\",\"kid\":\"" RSA_KID "\"}");
	check("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" EDDSA_X "\"}", KEY_EDDSA, EDDSA_KID,
	      "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" EDDSA_X "\",\"use\":\"sig\",\"kid\":\"" EDDSA_KID
	      "\",\"alg\":\"EdDSA\"}");
}

/* RFC 7517 appendix A.1; a coordinate keeps its leading zeros. */
static void a_point_is_written_in_as_many_octets_as_its_curve_has(void **state)
{
	EVP_PKEY *pkey;
	char *text, kid[JWK_KID_SIZE];

	(void)state;
	for (int i = 0; i < 300; i++) {		/* one in 128 has a coordinate with a zero in front */
		pkey = EVP_EC_gen("P-256");
		assert_true(jwk_format(pkey, KEY_ES256, &text, kid));
		assert_int_equal(strcspn(strstr(text, "\"x\":\"") + 5, "\""), 43);
		assert_int_equal(strcspn(strstr(text, "\"y\":\"") + 5, "\""), 43);
		free(text);
		EVP_PKEY_free(pkey);
	}
}

static void what_is_not_a_key_is_refused(void **state)
{
	static const struct { const char *jwk; enum key_algorithm algorithm; } bad[] = {
		{ "{}", KEY_ES256 },
		{ "[]", KEY_RS256 },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", KEY_ES256 },
		/* a point that is not on the curve */
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
		  "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1\"}", KEY_ES256 },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
		  "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}", KEY_ES384 },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}", KEY_EDDSA },
		{ "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"}", KEY_RS256 },
		{ "{\"kty\":\"RSA\",\"n\":\"AQAB\"}", KEY_RS256 },
		{ "{\"kty\":\"EC\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", KEY_RS256 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_null(parse(bad[i].jwk, bad[i].algorithm));
}

RUN(T(a_key_is_written_with_the_thumbprint_of_rfc_7638), T(a_point_is_written_in_as_many_octets_as_its_curve_has),
    T(what_is_not_a_key_is_refused))
