/* An ID token counts only if the provider signed it, for us, just now, in answer to this sign-in. */
#include "sso/id_token.h"

#include "base/base64.h"
#include "test.h"
#undef T
#include "crypto/jwk.h"

#include "base/banned.h"

#define NOW INT64_C(1800000000)
#define ISSUER "https://idp.example"

static struct key *key, *stranger;
static json_t *keys;	/* of the provider */

static json_t *set_of(const struct key *k)
{
	return json_pack("{s:[o]}", "keys", json_loads(key_jwk(k), 0, NULL));
}

static int begin(void **state)
{
	(void)state;
	assert_int_equal(key_generate(KEY_ES256, NULL, &key), OK);
	assert_int_equal(key_generate(KEY_ES256, NULL, &stranger), OK);
	keys = set_of(key);
	return 0;
}

static int end(void **state)
{
	(void)state;
	json_decref(keys);
	key_free(key);
	key_free(stranger);
	return 0;
}

/* The claims of a good token, with `more` over them; a member that is null there is left out. */
static json_t *claims_with(const char *more)
{
	json_t *claims = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "iss", ISSUER, "aud", "us", "sub", "ada", "nonce",
				   "n", "iat", (json_int_t)NOW, "exp", (json_int_t)NOW + 300);
	json_t *over = json_loads(more, 0, NULL), *value;
	const char *name;
	void *at;

	assert_non_null(over);
	json_object_foreach_safe(over, at, name, value) {
		if (json_is_null(value))
			json_object_del(claims, name);
		else
			json_object_set(claims, name, value);
	}
	json_decref(over);
	return claims;
}

static void sign(const struct key *by, const char *more, struct buffer *token)
{
	json_t *claims = claims_with(more);
	char *text = json_dumps(claims, JSON_COMPACT);

	buffer_init(token, KIB(8));
	assert_int_equal(jwt_sign(by, NULL, text, strlen(text), token), OK);
	free(text);
	json_decref(claims);
}

static err_t check_by(const struct key *by, const char *more, bool has_tenants)
{
	const struct id_token_rules rules = { has_tenants ? ISSUER "/{tenantid}/v2" : ISSUER, has_tenants, "us", "n",
					      NOW };
	struct arena *a = arena_new();
	const char *issuer = NULL;
	struct buffer token;
	struct jwt jwt;
	err_t e;

	sign(by, more, &token);
	e = id_token_check(a, buffer_str(&token), keys, &rules, &jwt, &issuer);
	if (!e)
		assert_string_equal(issuer, jwt_text(&jwt, "iss"));
	jwt_done(&jwt);
	buffer_done(&token);
	arena_free(a);
	err_clear();
	return e;
}

static void a_token_counts_by_all_of_its_claims(void **state)
{
	static const struct { const char *more; bool good; } cases[] = {
		{ "{}", true }, { "{\"iss\":null}", false }, { "{\"iss\":\"" ISSUER "/\"}", false },
		{ "{\"iss\":7}", false },
		{ "{\"aud\":null}", false }, { "{\"aud\":\"them\"}", false }, { "{\"aud\":[\"us\"]}", true },
		{ "{\"aud\":[]}", false }, { "{\"aud\":[\"them\"]}", false }, { "{\"aud\":{\"us\":1}}", false },
		{ "{\"aud\":[\"us\",\"them\"]}", false }, { "{\"aud\":[\"us\",\"them\"],\"azp\":\"us\"}", true },
		{ "{\"aud\":[\"us\",\"them\"],\"azp\":\"them\"}", false }, { "{\"azp\":\"us\"}", true },
		{ "{\"azp\":\"them\"}", false }, { "{\"azp\":[\"us\"]}", false },
		{ "{\"nonce\":null}", false }, { "{\"nonce\":\"N\"}", false }, { "{\"nonce\":[\"n\"]}", false },
		{ "{\"sub\":null}", false }, { "{\"sub\":\"\"}", false }, { "{\"sub\":7}", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(check_by(key, cases[i].more, false), cases[i].good ? OK : ERR_SSO_FAILED);
}

static void a_token_counts_at_its_time(void **state)
{
	static const struct { const char *more; bool good; } cases[] = {
		{ "{\"exp\":1799999941}", true }, { "{\"exp\":1799999940}", false }, { "{\"exp\":null}", false },
		{ "{\"exp\":\"1800000300\"}", false }, { "{\"exp\":-1}", false }, { "{\"exp\":1e300}", false },
		{ "{\"exp\":1800000300.5}", true }, { "{\"iat\":null}", false }, { "{\"iat\":1799999400}", true },
		{ "{\"iat\":1799999399}", false }, { "{\"iat\":1800000600}", true }, { "{\"iat\":1800000601}", false },
		{ "{\"nbf\":1800000060}", true }, { "{\"nbf\":1800000061}", false }, { "{\"nbf\":\"x\"}", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(check_by(key, cases[i].more, false), cases[i].good ? OK : ERR_SSO_FAILED);
}

static void a_shared_issuer_is_that_of_the_tenant_that_the_token_names(void **state)
{
#define TID "11111111-2222-3333-4444-555555555555"
	(void)state;
	assert_int_equal(check_by(key, "{\"tid\":\"" TID "\",\"iss\":\"" ISSUER "/" TID "/v2\"}", true), OK);
	assert_int_equal(check_by(key, "{\"tid\":\"" TID "\",\"iss\":\"" ISSUER "/{tenantid}/v2\"}", true),
			 ERR_SSO_FAILED);
	assert_int_equal(check_by(key, "{\"iss\":\"" ISSUER "/" TID "/v2\"}", true), ERR_SSO_FAILED);
	assert_int_equal(check_by(key, "{\"tid\":\"x\",\"iss\":\"" ISSUER "/x/v2\"}", true), ERR_SSO_FAILED);
	assert_int_equal(check_by(key,
				  "{\"tid\":\"../../../../../../../../../../../../x\",\"iss\":\"" ISSUER
				  "/../../../../../../../../../../../../x/v2\"}",
				  true),
			 ERR_SSO_FAILED);
}

/* It may be a new key of the provider: the caller reads the set anew and asks again. */
static void a_key_that_is_not_in_the_set_is_told_apart_from_a_bad_signature(void **state)
{
	const struct id_token_rules rules = { ISSUER, false, "us", "n", NOW };
	struct arena *a = arena_new();
	const char *issuer;
	struct buffer token;
	struct jwt jwt;
	char *last;

	(void)state;
	assert_int_equal(check_by(stranger, "{}", false), ERR_NOT_FOUND);
	sign(key, "{}", &token);
	last = token.data + token.len - 5;
	*last = *last == 'A' ? 'B' : 'A';
	assert_int_equal(id_token_check(a, token.data, keys, &rules, &jwt, &issuer), ERR_SSO_FAILED);
	jwt_done(&jwt);
	assert_int_equal(id_token_check(a, token.data, NULL, &rules, &jwt, &issuer), ERR_NOT_FOUND);
	jwt_done(&jwt);
	buffer_done(&token);
	arena_free(a);
}

static void what_is_no_signed_token_is_refused(void **state)
{
	static const char *const texts[] = { "", ".", "..", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.",
					     "eyJhbGciOiJub25lIn0.e30.AA", "e30" };
	const struct id_token_rules rules = { ISSUER, false, "us", "n", NOW };
	struct arena *a = arena_new();
	const char *issuer;
	struct jwt jwt;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		err_t e = id_token_check(a, texts[i], keys, &rules, &jwt, &issuer);

		assert_true(e == ERR_SSO_FAILED || e == ERR_NOT_FOUND);
		jwt_done(&jwt);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_counts_by_all_of_its_claims),
		cmocka_unit_test(a_token_counts_at_its_time),
		cmocka_unit_test(a_shared_issuer_is_that_of_the_tenant_that_the_token_names),
		cmocka_unit_test(a_key_that_is_not_in_the_set_is_told_apart_from_a_bad_signature),
		cmocka_unit_test(what_is_no_signed_token_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
