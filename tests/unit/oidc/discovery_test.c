/* What clients read first (oidc.md sections 2 and 3). */
#include "fixture.h"

#include "base/banned.h"

static struct request *get(step_fn *handler, const char *path, const char *origin)
{
	return run(handler, &(struct ask){ GET, path, NULL, NULL, { NULL }, origin });
}

static json_t *document(const char *path, const char *origin)
{
	struct request *rq = get(strstr(path, "jwks") ? oidc_jwks : oidc_discovery, path, origin);
	json_t *out = json_loads(buffer_str(&rq->reply.body), JSON_REJECT_DUPLICATES, NULL);

	assert_int_equal(rq->reply.status, 200);
	assert_non_null(out);
	request_free(rq);
	return out;
}

static json_t *keys(const char *origin)
{
	return document("/oidc/jwks", origin);
}

static const char *member_of(const json_t *set, size_t i, const char *name)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(set, "keys"), i), name));
}

static size_t count_of(const json_t *set)
{
	return json_array_size(json_object_get(set, "keys"));
}

static void both_documents_are_the_same_bytes(void **state)
{
	struct request *openid = get(oidc_discovery, "/oidc/.well-known/openid-configuration", NULL);
	struct request *oauth = get(oidc_discovery, "/oidc/.well-known/oauth-authorization-server", NULL);

	(void)state;
	assert_ptr_equal(openid->route->handler, oidc_discovery);
	assert_ptr_equal(oauth->route->handler, oidc_discovery);
	assert_string_equal(buffer_str(&openid->reply.body), buffer_str(&oauth->reply.body));
	request_free(openid);
	request_free(oauth);
}

static void every_endpoint_lies_below_the_issuer_of_the_tenant(void **state)
{
	static const char *const origins[] = { "http://localhost:3001", ADMIN_ORIGIN };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
		json_t *d = document("/oidc/.well-known/openid-configuration", origins[i]), *value;
		const char *name;
		int n = 0;

		json_object_foreach(d, name, value) {
			const char *text = json_string_value(value);

			if (!text)
				continue;
			assert_true(text_has_prefix(text, origins[i]));
			assert_true(text_has_prefix(text + strlen(origins[i]), "/oidc"));
			n++;
		}
		assert_int_equal(n, 10);
		json_decref(d);
	}
}

static void a_plus_in_the_table_is_a_blank_in_the_document(void **state)
{
	json_t *d = document("/oidc/.well-known/openid-configuration", NULL),
	       *types = json_object_get(d, "response_types_supported");

	(void)state;
	assert_int_equal(json_array_size(types), 4);
	assert_string_equal(json_string_value(json_array_get(types, 0)), "code id_token");
	json_decref(d);
}

static void nothing_private_is_published(void **state)
{
	static const char *const secrets[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };
	struct key *rsa = rotate_to("admin", rsa_key(), 0);
	json_t *set = keys(ADMIN_ORIGIN);

	(void)state;
	assert_int_equal(count_of(set), 2);
	assert_string_equal(member_of(set, 0, "kty"), "RSA");
	assert_string_equal(member_of(set, 0, "kid"), key_kid(rsa));
	assert_null(member_of(set, 0, "alg"));
	assert_string_equal(member_of(set, 1, "kty"), "EC");
	assert_string_equal(member_of(set, 1, "alg"), "ES256");
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(member_of(set, i, "use"), "sig");
		for (size_t k = 0; k < ARRAY_LEN(secrets); k++)
			assert_null(member_of(set, i, secrets[k]));
	}
	json_decref(set);
	key_free(rsa);
}

/* Verifiers fetch now and then: a key is there before it signs and for a while after. */
static void current_next_and_previous_stand_in_this_order(void **state)
{
	struct key *previous = rotate_to("default", key_of(KEY_ES256), 0),
		   *current = rotate_to("default", key_of(KEY_ES384), 0);
	struct key *next = rotate_to("default", key_of(KEY_EDDSA), 3600);
	json_t *set = keys(NULL);

	(void)state;
	assert_int_equal(count_of(set), 3);
	assert_string_equal(member_of(set, 0, "kid"), key_kid(current));
	assert_string_equal(member_of(set, 1, "kid"), key_kid(next));
	assert_string_equal(member_of(set, 2, "kid"), key_kid(previous));
	json_decref(set);
	key_free(previous);
	key_free(current);
	key_free(next);
}

static void each_algorithm_of_the_published_keys_is_named_once(void **state)
{
	static const char *const names[] = { "ES384", "EdDSA" };
	json_t *d, *list;

	(void)state;
	key_free(rotate_to("default", key_of(KEY_ES384), 1));	/* in place of the staged one; then its moment comes */
	clock_stands_ms = clock_ms() + 2000;
	key_free(rotate_to("default", key_of(KEY_EDDSA), 3600));
	d = document("/oidc/.well-known/openid-configuration", NULL);
	list = json_object_get(d, "id_token_signing_alg_values_supported");
	assert_int_equal(json_array_size(list), 2);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(json_string_value(json_array_get(list, i)), names[i]);
	json_decref(d);
	clock_stands_ms = 0;
}

static void a_tenant_publishes_its_own_keys(void **state)
{
	json_t *mine = keys(NULL), *admins = keys(ADMIN_ORIGIN);

	(void)state;
	for (size_t i = 0; i < count_of(mine); i++)
		for (size_t k = 0; k < count_of(admins); k++)
			assert_string_not_equal(member_of(mine, i, "kid"), member_of(admins, k, "kid"));
	json_decref(mine);
	json_decref(admins);
}

static void pages_of_any_origin_may_read_them(void **state)
{
	static const struct { step_fn *handler; const char *path; } documents[] = {
		{ oidc_discovery, "/oidc/.well-known/openid-configuration" }, { oidc_jwks, "/oidc/jwks" },
	};
	static const struct { const char *origin, *allowed; } cases[] = {
		{ NULL, "*" }, { "", "*" }, { "null", "null" }, { "https://x.example", "https://x.example" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(documents); i++)
		for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
			struct request *rq =
				run(documents[i].handler,
				    &(struct ask){ GET,
						   documents[i].path,
						   NULL,
						   NULL,
						   { cases[k].origin ? "Origin" : NULL, cases[k].origin } });

			assert_string_equal(rq->reply.cors_origin, cases[k].allowed);
			request_free(rq);
		}
}

static void keys_are_asked_for_again_each_time(void **state)
{
	struct request *rq = get(oidc_jwks, "/oidc/jwks", NULL);

	(void)state;
	assert_string_equal(reply_header_value(rq, "Cache-Control"), "no-cache, max-age=0, must-revalidate");
	assert_string_equal(rq->reply.type, "application/jwk-set+json; charset=utf-8");
	request_free(rq);
}

/* An empty set would tell verifiers that every token is false. */
static void a_tenant_without_a_key_is_a_fault_of_ours(void **state)
{
	struct request *rq;

	(void)state;
	write_one(&t_no_keys, NO_ARGS, CHANGE_KEYS);
	rq = get(oidc_jwks, "/oidc/jwks", NULL);
	assert_int_equal(rq->reply.status, 500);
	assert_string_equal(answer(rq, "error"), "server_error");
	request_free(rq);
	rq = get(oidc_discovery, "/oidc/.well-known/openid-configuration", NULL);
	assert_int_equal(rq->reply.status, 500);
	request_free(rq);
}

/* One installation for all; the last one takes it apart. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_documents_are_the_same_bytes),
		cmocka_unit_test(every_endpoint_lies_below_the_issuer_of_the_tenant),
		cmocka_unit_test(a_plus_in_the_table_is_a_blank_in_the_document),
		cmocka_unit_test(nothing_private_is_published),
		cmocka_unit_test(current_next_and_previous_stand_in_this_order),
		cmocka_unit_test(each_algorithm_of_the_published_keys_is_named_once),
		cmocka_unit_test(a_tenant_publishes_its_own_keys),
		cmocka_unit_test(pages_of_any_origin_may_read_them),
		cmocka_unit_test(keys_are_asked_for_again_each_time),
		cmocka_unit_test(a_tenant_without_a_key_is_a_fault_of_ours),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
