#include "crypto/jwt.h"

#include <stdio.h>

#include "base/base64.h"
#include "test.h"
#include "base/banned.h"

/* RFC 7515 appendix A.3 */
static const char es256_jwk[] = "{\"kty\":\"EC\",\"crv\":\"P-256\","
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
static const char es256_token[] = "eyJhbGciOiJFUzI1NiJ9."
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/* RFC 8037 appendix A.4: its payload is text, so only the signature can be checked */
static const char ed_jwk[] =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
static const char ed_signed[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
static const char ed_signature[] =
	"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

static struct key *public_key(const char *text, enum key_algorithm algorithm)
{
	json_t *jwk = json_loads(text, 0, NULL);
	struct key *key = NULL;

	assert_int_equal(key_parse_jwk(jwk, algorithm, &key), OK);
	json_decref(jwk);
	return key;
}

static void the_example_of_rfc_7515_is_verified(void **state)
{
	struct key *key = public_key(es256_jwk, KEY_ES256);
	struct jwt jwt;

	(void)state;
	assert_true(jwt_parse(es256_token, strlen(es256_token), &jwt));
	assert_string_equal(jwt_text(&jwt, "iss"), "joe");
	assert_string_equal(jwt.alg, "ES256");
	assert_null(jwt.kid);
	assert_true(jwt_verify(&jwt, key));
	jwt.signature[5] ^= 1;
	assert_false(jwt_verify(&jwt, key));
	jwt_done(&jwt);
	key_free(key);
}

static void the_signature_of_rfc_8037_is_verified(void **state)
{
	struct key *key = public_key(ed_jwk, KEY_EDDSA);
	unsigned char s[96];
	int n = text_base64url_decode(ed_signature, strlen(ed_signature), s);

	(void)state;
	assert_int_equal(n, 64);
	assert_true(key_verify(key, ed_signed, strlen(ed_signed), s, 64));
	key_free(key);
}

static void sign(struct key *key, const char *payload, struct buffer *out)
{
	buffer_init(out, JWT_MAX);
	assert_int_equal(jwt_sign(key, "at+jwt", payload, strlen(payload), out), OK);
}

static void a_token_that_we_sign_is_read_back(void **state)
{
	static const enum key_algorithm each[] = { KEY_ES256, KEY_ES384, KEY_EDDSA };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(each); i++) {
		struct buffer token;
		struct key *key;
		struct jwt jwt;

		assert_int_equal(key_generate(each[i], NULL, &key), OK);
		sign(key, "{\"sub\":\"ada\",\"exp\":1}", &token);
		assert_true(jwt_parse(token.data, token.len, &jwt));
		assert_string_equal(jwt.kid, key_kid(key));
		assert_string_equal(jwt.typ, "at+jwt");
		assert_string_equal(jwt.alg, key_algorithm_name(each[i]));
		assert_string_equal(jwt_text(&jwt, "sub"), "ada");
		assert_null(jwt_text(&jwt, "exp"));
		assert_true(jwt_verify(&jwt, key));
		jwt_done(&jwt);
		buffer_done(&token);
		key_free(key);
	}
}

static void with_header(struct buffer *out, const char *header)
{
	const char *rest = strchr(es256_token, '.');

	buffer_init(out, JWT_MAX);
	text_base64url(out, header, strlen(header));
	buffer_text(out, rest);
}

static void what_a_header_says_cannot_choose_the_algorithm(void **state)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\"}", "{\"alg\":\"HS256\"}", "{\"alg\":\"ES384\"}", "{\"alg\":\"EdDSA\"}", "{}",
		"{\"alg\":1}", "{\"alg\":\"es256\"}", "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}",
	};
	struct key *key = public_key(es256_jwk, KEY_ES256);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		struct buffer token;
		struct jwt jwt;

		with_header(&token, headers[i]);
		assert_true(jwt_parse(token.data, token.len, &jwt));
		assert_false(jwt_verify(&jwt, key));
		jwt_done(&jwt);
		buffer_done(&token);
	}
	key_free(key);
}

static void what_is_no_token_is_refused(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", "...", "x", "a.b.c", "e30.e30", "e30.e30.AAAA.AAAA", "e30=.e30.AAAA", "e30.e30.A",
		"e30 .e30.AAAA", "W10.e30.AAAA", "e30.W10.AAAA", "e30.e30.AA+A",
		"eyJhIjoxLCJhIjoyfQ.e30.AAAA" /* a member twice */, "e30..AAAA", ".e30.AAAA",
		"e31.e30.AAAA" /* bits left over */,
	};
	struct jwt jwt;
	char *long_one;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(jwt_parse(bad[i], strlen(bad[i]), &jwt));
	assert_true(jwt_parse("e30.e30.", 8, &jwt));	/* an empty signature is one that fits no key */
	jwt_done(&jwt);
	long_one = malloc(JWT_MAX + 1);
	memset(long_one, 'A', JWT_MAX + 1);
	assert_false(jwt_parse(long_one, JWT_MAX + 1, &jwt));
	free(long_one);
}

static void words_of_a_scope_are_whole_words(void **state)
{
	(void)state;
	assert_true(jwt_word("all", "all"));
	assert_true(jwt_word("read all write", "all"));
	assert_true(jwt_word("  read  all", "all"));
	assert_false(jwt_word("", "all"));
	assert_false(jwt_word("allow", "all"));
	assert_false(jwt_word("ALL", "all"));
	assert_false(jwt_word("al l", "all"));
}

RUN(T(the_example_of_rfc_7515_is_verified), T(the_signature_of_rfc_8037_is_verified),
    T(a_token_that_we_sign_is_read_back),
    T(what_a_header_says_cannot_choose_the_algorithm), T(what_is_no_token_is_refused),
    T(words_of_a_scope_are_whole_words))
