/* Cookie keys through the Management API (oidc.md section 3.1). */
#include "world.h"

#include "base/banned.h"

#define PATH "/api/configs/oidc/cookie-keys"

STATEMENT(t_none, "DELETE FROM cookie_keys WHERE tenant_id = $1");

/* Of the last answer, a list of keys. */
static const char *id_at(size_t i)
{
	json_t *keys = json_loads(api.answer, 0, NULL);
	const char *id = arena_copy(api.arena, json_string_value(json_object_get(json_array_get(keys, i), "id")));

	json_decref(keys);
	return id;
}

static size_t count(void)
{
	json_t *keys = json_loads(api.answer, 0, NULL);
	size_t n = json_array_size(keys);

	json_decref(keys);
	return n;
}

static void a_key_is_described_without_its_secret(void **state)
{
	json_t *keys, *key;

	(void)state;
	api_expect(OK, POST, PATH "/rotate", "{}");
	keys = json_loads(api.answer, 0, NULL);
	assert_int_equal(json_array_size(keys), 2);
	for (size_t i = 0; i < 2; i++) {
		key = json_array_get(keys, i);
		assert_int_equal(json_object_size(key), 2);
		assert_int_equal(strlen(json_string_value(json_object_get(key, "id"))), 21);
		assert_in_range(json_integer_value(json_object_get(key, "createdAt")), clock_s() - 60, clock_s() + 1);
	}
	json_decref(keys);
}

static void a_rotation_puts_a_new_key_first_and_keeps_one(void **state)
{
	const char *first, *second;

	(void)state;
	api_expect(OK, GET, PATH, NULL);
	assert_int_equal(count(), 1);
	first = id_at(0);
	api_expect(OK, POST, PATH "/rotate", "{\"signingKeyAlgorithm\":\"RSA\"}"); /* without a meaning here */
	assert_string_equal(id_at(1), first);
	second = id_at(0);
	api_expect(OK, POST, PATH "/rotate", "{}");
	assert_int_equal(count(), 2);
	assert_string_equal(id_at(1), second);
}

static void a_grace_period_is_refused(void **state)
{
	(void)state;
	api_expect(ERR_KEY_GRACE, POST, PATH "/rotate", "{\"rotationGracePeriod\":0}");
	api_expect(ERR_KEY_GRACE, POST, PATH "/rotate", "{\"rotationGracePeriod\":60}");
	api_expect(ERR_INPUT, POST, PATH "/rotate", "{\"rotationGracePeriod\":-1}");
	api_expect(OK, GET, PATH, NULL);
	assert_int_equal(count(), 1);
}

static void either_of_two_keys_can_be_deleted(void **state)
{
	(void)state;
	api_expect(ERR_KEY_REQUIRED, DELETE, PATH "/nothing", NULL);
	for (size_t i = 0; i < 2; i++) {
		api_expect(OK, POST, PATH "/rotate", "{}");
		api_expect(OK, DELETE, arena_printf(api.arena, PATH "/%s", id_at(i)), NULL);
	}
	api_expect(OK, POST, PATH "/rotate", "{}");
	api_expect(ERR_KEY_NOT_FOUND, DELETE, PATH "/nothing", NULL);
}

static void a_tenant_without_keys_is_our_fault_and_healed_by_a_rotation(void **state)
{
	(void)state;
	assert_int_equal(store_exec(api.tx, &t_none, NO_ARGS, NULL), OK);
	store_note_change(api.tx, CHANGE_KEYS);
	api_expect(ERR_INTERNAL, GET, PATH, NULL);
	api_expect(OK, POST, PATH "/rotate", "{}");
	assert_int_equal(count(), 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_key_is_described_without_its_secret),
		CASE(a_rotation_puts_a_new_key_first_and_keeps_one),
		CASE(a_grace_period_is_refused),
		CASE(either_of_two_keys_can_be_deleted),
		CASE(a_tenant_without_keys_is_our_fault_and_healed_by_a_rotation),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
