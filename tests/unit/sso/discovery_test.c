/* What a discovery document must say before anything is sent to the addresses in it. */
#include "sso/discovery.h"

#undef T	/* of store.h */
#include "test.h"
#include "base/banned.h"

#define ISSUER "https://idp.example/v2"
#define TENANTS "https://idp.example/{tenantid}/v2"

/* Members over those of a good document; null leaves one out. */
static json_t *document(const char *more)
{
	json_t *d = json_pack("{s:s, s:s, s:s, s:s, s:s}", "issuer", ISSUER, "authorization_endpoint",
			      "https://idp.example/auth", "token_endpoint", "https://idp.example/token",
			      "userinfo_endpoint", "https://idp.example/me", "jwks_uri", "https://keys.example/all");
	json_t *over = json_loads(more, 0, NULL), *value;
	const char *name;

	assert_non_null(over);
	json_object_foreach(over, name, value) {
		if (json_is_null(value))
			json_object_del(d, name);
		else
			json_object_set(d, name, value);
	}
	json_decref(over);
	return d;
}

static bool is_taken(const char *more, const char *issuer, bool may_have_tenants)
{
	json_t *d = document(more);
	struct endpoints at;
	bool taken = discovery_read(d, issuer, may_have_tenants, &at) == NULL;

	json_decref(d);
	return taken;
}

static void a_document_is_that_of_its_issuer_with_all_addresses_of_the_web(void **state)
{
	static const struct { const char *more; bool good; } cases[] = {
		{ "{}", true }, { "{\"issuer\":\"" ISSUER "/\"}", true }, { "{\"userinfo_endpoint\":null}", true },
		{ "{\"issuer\":null}", false }, { "{\"issuer\":7}", false },
		{ "{\"issuer\":\"https://evil.example/v2\"}", false },
		{ "{\"issuer\":\"" ISSUER "//\"}", false }, { "{\"issuer\":\"https://idp.example/V2\"}", false },
		{ "{\"token_endpoint\":null}", false }, { "{\"token_endpoint\":[]}", false },
		{ "{\"jwks_uri\":\"file:///etc/passwd\"}", false }, { "{\"jwks_uri\":\"/keys\"}", false },
		{ "{\"authorization_endpoint\":\"javascript:alert(1)\"}", false },
		{ "{\"token_endpoint\":\"https://a:b@idp.example/token\"}", false },
		{ "{\"userinfo_endpoint\":\"https://idp.example/me#x\"}", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (is_taken(cases[i].more, ISSUER, false) != cases[i].good)
			fail_msg("%s", cases[i].more);
}

static void no_address_leaves_tls_where_the_issuer_has_it(void **state)
{
	const char *plain = "{\"token_endpoint\":\"http://idp.example/token\"}";
	const char *own = "{\"issuer\":\"http://idp.example\",\"token_endpoint\":\"http://idp.example/token\"}";

	(void)state;
	assert_false(is_taken(plain, ISSUER, false));
	assert_true(is_taken(own, "http://idp.example", false));
}

static void an_issuer_of_many_tenants_counts_only_where_the_connector_expects_one(void **state)
{
	(void)state;
	assert_true(is_taken("{\"issuer\":\"" TENANTS "\"}", ISSUER, true));
	assert_false(is_taken("{\"issuer\":\"" TENANTS "\"}", ISSUER, false));
	assert_false(is_taken("{\"issuer\":\"https://evil.example/{tenantid}\"}", ISSUER, true));
	assert_false(is_taken("{\"issuer\":\"https://idp.example:444/{tenantid}\"}", ISSUER, true));
	assert_false(is_taken("{\"issuer\":\"https://idp.example.evil.example/{tenantid}\"}", ISSUER, true));
	assert_true(is_taken("{\"issuer\":\"https://idp.example:443/{tenantid}\"}", ISSUER, true));
}

static void the_place_of_a_tenant_is_in_the_path_of_its_issuer(void **state)
{
	(void)state;
	assert_false(is_taken("{\"issuer\":\"https://idp.example{tenantid}.evil.example/v2\"}", ISSUER, true));
	assert_false(is_taken("{\"issuer\":\"https://idp.example?{tenantid}/v2\"}", ISSUER, true));
	assert_false(is_taken("{\"issuer\":\"https://idp.example/#{tenantid}/v2\"}", ISSUER, true));
	assert_false(is_taken("{\"issuer\":\"https://me@idp.example/{tenantid}/v2\"}", ISSUER, true));
}

/* RFC 9207: an answer of another provider is not taken to this one. */
static void who_answers_is_who_was_asked(void **state)
{
	const struct endpoints one = { .issuer = ISSUER }, many = { .issuer = TENANTS, .has_tenants = true };

	(void)state;
	assert_true(discovery_is_sender(&one, ISSUER));
	assert_false(discovery_is_sender(&one, ISSUER "/"));
	assert_false(discovery_is_sender(&one, NULL));
	assert_true(discovery_is_sender(&many, "https://idp.example/t1/v2"));
	assert_false(discovery_is_sender(&many, "https://evil.example/t1/v2"));
	assert_false(discovery_is_sender(&many, "t1"));
	assert_false(discovery_is_sender(&many, NULL));
}

static void a_secret_goes_into_the_form_only_where_the_header_is_not_offered(void **state)
{
	static const struct { const char *methods; bool basic; } cases[] = {
		{ "{}", true },
		{ "{\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]}", false },
		{ "{\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"client_secret_basic\"]}",
		  true },
		{ "{\"token_endpoint_auth_methods_supported\":[7,\"private_key_jwt\"]}", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *d = document(cases[i].methods);
		struct endpoints at;

		assert_null(discovery_read(d, ISSUER, false, &at));
		assert_int_equal(at.takes_basic, cases[i].basic);
		json_decref(d);
	}
}

RUN(T(a_document_is_that_of_its_issuer_with_all_addresses_of_the_web),
    T(no_address_leaves_tls_where_the_issuer_has_it),
    T(an_issuer_of_many_tenants_counts_only_where_the_connector_expects_one),
    T(the_place_of_a_tenant_is_in_the_path_of_its_issuer),
    T(who_answers_is_who_was_asked),
    T(a_secret_goes_into_the_form_only_where_the_header_is_not_offered))
