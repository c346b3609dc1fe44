#include "verb.h"

#include "base/banned.h"

#define LIST (&key_verbs[0])
#define ROTATE (&key_verbs[1])

STATEMENT(t_no_keys, "DELETE FROM signing_keys WHERE tenant_id = $1");

/* algorithm and status of each key that was printed */
static const char *ring(void)
{
	json_t *all = json_loads(printed, 0, NULL);
	const char *text = "";

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *key = json_array_get(all, i);

		text = arena_printf(api.arena, "%s%s%s %s", text, i ? ", " : "",
				    json_string_value(json_object_get(key, "algorithm")),
				    json_string_value(json_object_get(key, "status")));
		assert_int_equal(json_is_integer(json_object_get(key, "effectiveAt")),
				 !strcmp(json_string_value(json_object_get(key, "status")), "Next"));
	}
	json_decref(all);
	return text;
}

static void a_key_is_of_the_algorithm_and_the_grace_given_else_of_the_settings(void **state)
{
	static const struct { const char *options[5], *algorithm; int64_t grace; const char *ring; } cases[] = {
		{ { NULL }, "ES256", 0, "ES256 Current, ES256 Previous" },
		{ { NULL }, "EdDSA", 0, "EdDSA Current, ES256 Previous" },
		{ { NULL }, "EdDSA", 60, "ES256 Current, EdDSA Next" },
		{ { "algorithm", "ES384" }, "EdDSA", 0, "ES384 Current, ES256 Previous" },
		{ { "algorithm", "ES384", "grace", "60" }, "EdDSA", 0, "ES256 Current, ES384 Next" },
		{ { "grace", "0" }, "EdDSA", 60, "EdDSA Current, ES256 Previous" },
		{ { "grace", "0.9" }, "EdDSA", 60, "EdDSA Current, ES256 Previous" },		/* whole seconds */
		{ { "grace", "31536000" }, "EdDSA", 0, "ES256 Current, EdDSA Next" },
	};
	const struct settings before = world.settings;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		world.settings.signing_algorithm = cases[i].algorithm;
		world.settings.rotation_grace = cases[i].grace;
		assert_int_equal(verb_with(ROTATE, NULL, cases[i].options), OK);
		assert_string_equal(ring(), cases[i].ring);
		txn_rollback(&api.tx);
		api.tx = write_begin("default");
	}
	world.settings = before;
	assert_int_equal(VERB(LIST, NULL), OK);
	assert_string_equal(ring(), "ES256 Current");
}

static void what_is_no_algorithm_and_no_grace_is_wrong_usage(void **state)
{
	static const char *const algorithms[] = { "", "HS256", "es256", "none" };
	static const char *const graces[] = { "-1", "-0.1", "31536001", "soon", "NaN", "Infinity", "1e9", "60s" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
		REFUSED(ERR_INPUT, "--algorithm", ROTATE, NULL, "algorithm", algorithms[i]);
	for (size_t i = 0; i < ARRAY_LEN(graces); i++)
		REFUSED(ERR_INPUT, "--grace", ROTATE, NULL, "grace", graces[i]);
}

static void a_key_that_waits_is_not_overtaken(void **state)
{
	(void)state;
	assert_int_equal(VERB(ROTATE, NULL, "grace", "60"), OK);
	REFUSED(ERR_KEY_STAGED, "", ROTATE, NULL, "grace", "0");
	assert_int_equal(VERB(ROTATE, NULL, "grace", "60", "algorithm", "EdDSA"), OK);
	assert_string_equal(ring(), "ES256 Current, EdDSA Next");
}

static void a_tenant_without_keys_says_so(void **state)
{
	(void)state;
	assert_int_equal(make_tenant(api.tx, "bare", "bare.example", "Bare"), OK);
	use_tenant("bare");
	assert_int_equal(store_exec(api.tx, &t_no_keys, NO_ARGS, NULL), OK);
	REFUSED(ERR_NOT_FOUND, "no signing keys", LIST, NULL);
	assert_int_equal(VERB(ROTATE, NULL), OK);
	assert_string_equal(ring(), "ES256 Current");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_key_is_of_the_algorithm_and_the_grace_given_else_of_the_settings),
		CASE(what_is_no_algorithm_and_no_grace_is_wrong_usage),
		CASE(a_key_that_waits_is_not_overtaken), CASE(a_tenant_without_keys_says_so),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
