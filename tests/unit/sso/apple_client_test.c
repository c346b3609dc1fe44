/* The secret that Apple is given, and the name that it tells the browser. */
#include "sso/apple_client.h"

#include <openssl/pem.h>

#include "crypto/jwt.h"
#include "test.h"

#include "base/banned.h"

#define NOW 1700000000

/* A fresh private key as PEM; free(). */
static char *new_pem(const char *group)
{
	EVP_PKEY *pkey = EVP_EC_gen(group);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text, *copy;
	long len;

	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(bio, &text);
	copy = strndup(text, (size_t)len);
	BIO_free(bio);
	EVP_PKEY_free(pkey);
	return copy;
}

static json_t *config_with(const char *pem)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "clientId", "org.example", "teamId", "TEAM", "keyId", "KEY",
			 "issuer", "https://appleid.apple.com", "privateKey", pem);
}

static void the_secret_is_a_token_for_apple_that_the_key_has_signed(void **state)
{
	char *pem = new_pem("P-256");
	json_auto_t *config = config_with(pem);
	struct arena *a = arena_new();
	struct key *key = NULL;
	struct jwt jwt;
	const char *secret = NULL;

	(void)state;
	assert_int_equal(apple_client_secret(a, config, NOW, &secret), OK);
	assert_true(jwt_parse(secret, strlen(secret), &jwt));
	assert_int_equal(key_parse_pem(pem, KEY_ES256, &key), OK);
	assert_true(jwt_verify(&jwt, key));
	assert_string_equal(jwt.kid, "KEY");
	assert_string_equal(jwt_text(&jwt, "iss"), "TEAM");
	assert_string_equal(jwt_text(&jwt, "sub"), "org.example");
	assert_string_equal(jwt_text(&jwt, "aud"), "https://appleid.apple.com");
	assert_int_equal(json_integer_value(json_object_get(jwt.claims, "exp")), NOW + APPLE_SECRET_S);
	key_free(key);
	jwt_done(&jwt);
	arena_free(a);
	free(pem);
}

static void a_key_of_another_kind_or_none_at_all_is_refused(void **state)
{
	char *other = new_pem("P-384");
	const char *const bad[] = { other, "", "x", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n!\n"
				    "-----END PRIVATE KEY-----" };
	struct arena *a = arena_new();
	const char *secret = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		json_auto_t *config = config_with(bad[i]);

		assert_int_equal(apple_client_secret(a, config, NOW, &secret), ERR_CONNECTOR_CONFIG);
	}
	arena_free(a);
	free(other);
}

static void a_name_is_what_there_is_of_it(void **state)
{
	static const struct {
		const char *user, *name;
	} cases[] = {
		{ "{\"name\":{\"firstName\":\"Ada\",\"lastName\":\"Lovelace\"}}", "Ada Lovelace" },
		{ "{\"name\":{\"firstName\":\"Ada\"}}", "Ada" },
		{ "{\"name\":{\"lastName\":\"Lovelace\"}}", "Lovelace" },
		{ "{\"name\":{\"firstName\":\"\",\"lastName\":\"Lovelace\"}}", "Lovelace" },
		{ "{\"name\":{}}", NULL }, { "{", NULL }, { "", NULL }, { NULL, NULL }, { "[]", NULL }, { "7", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *name = apple_name(a, cases[i].user);

		assert_true(!name == !cases[i].name);
		if (name)
			assert_string_equal(name, cases[i].name);
	}
	arena_free(a);
}

RUN(T(the_secret_is_a_token_for_apple_that_the_key_has_signed), T(a_key_of_another_kind_or_none_at_all_is_refused),
    T(a_name_is_what_there_is_of_it))
