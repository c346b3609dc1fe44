#include "world.h"

#include <liboath/oath.h>

#include "base/ids.h"
#include "crypto/totp.h"
#include "directory/factor.h"
#include "entity/tree.h"
#include "base/banned.h"

STATEMENT(t_factors, "SELECT mfa_verifications FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_set_factors, "UPDATE users SET mfa_verifications = $2 WHERE tenant_id = $1 AND id = $3");

#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

static struct request *rq;

static int begin(void **state)
{
	if (api_begin(state))
		return -1;
	rq = api_request(POST, "/api/users", NULL);
	rq->tx = api.tx;
	return 0;
}

static int end(void **state)
{
	request_free(rq);
	return api_end(state);
}

static const char *text_of(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

static json_t *new_totp(const char *secret)
{
	json_t *out = NULL;

	assert_int_equal(factor_new_totp(rq, secret, &out), OK);
	return out;
}

/* A set of "0000000000", "1111111111" and so on. */
static json_t *new_codes(void)
{
	json_auto_t *codes = json_array();
	json_t *out = NULL;

	for (char c = '0'; c <= '9'; c++)
		json_array_append_new(codes, json_stringn((char[]){ c, c, c, c, c, c, c, c, c, c }, BACKUP_CODE_LEN));
	assert_true(backup_codes_fit(codes));
	assert_int_equal(factor_new_backup_codes(rq, codes, &out), OK);
	return out;
}

/* The code of a secret, `steps` from now; by liboath, as an app would. */
static const char *code_of(const char *base32, int64_t steps)
{
	char *code = arena_alloc(rq->arena, TOTP_DIGITS + 1), *key;
	size_t len;

	assert_int_equal(oath_base32_decode(base32, strlen(base32), &key, &len), OATH_OK);
	assert_int_equal(
		oath_totp_generate(key, len, clock_s() + steps * TOTP_STEP_S, TOTP_STEP_S, 0, TOTP_DIGITS, code),
		OATH_OK);
	free(key);
	return code;
}

/* Waits until the present step goes on for some seconds. */
static void steady(void)
{
	while (clock_s() % TOTP_STEP_S > TOTP_STEP_S - 5)
		usleep(100000);
}

static const char *stored(const char *user_id)
{
	const char *text = NULL;

	assert_int_equal(store_text(api.tx, &t_factors, ARGS(T(user_id)), api.arena, &text), OK);
	return text;
}

/* -- apps -- */

static void a_code_of_an_app_is_taken_once(void **state)
{
	json_t *factor = new_totp(SECRET);

	(void)state;
	steady();
	assert_true(factor_totp_accepts(rq, factor, code_of(SECRET, 0)));
	assert_non_null(text_of(factor, "lastUsedAt"));
	assert_false(factor_totp_accepts(rq, factor, code_of(SECRET, 0)));
	assert_false(factor_totp_accepts(rq, factor, code_of(SECRET, -1)));
	assert_true(factor_totp_accepts(rq, factor, code_of(SECRET, 1)));
}

static void a_wrong_code_changes_nothing(void **state)
{
	json_t *factor = new_totp(SECRET), *before = json_deep_copy(factor);

	(void)state;
	assert_false(factor_totp_accepts(rq, factor, code_of(SECRET, 3)));
	assert_false(factor_totp_accepts(rq, factor, ""));
	assert_true(json_equal(factor, before));
	json_decref(before);
}

static void a_secret_is_sealed_for_its_own_factor(void **state)
{
	json_t *factor = new_totp(SECRET), *other = new_totp(SECRET);

	(void)state;
	steady();
	assert_null(strstr(json_to_text(rq->arena, factor), SECRET));
	assert_string_not_equal(text_of(factor, "key"), text_of(other, "key"));
	json_object_set(other, "key", json_object_get(factor, "key"));
	assert_false(factor_totp_accepts(rq, other, code_of(SECRET, 0)));
	assert_true(factor_totp_accepts(rq, factor, code_of(SECRET, 0)));
}

static void a_damaged_factor_accepts_nothing(void **state)
{
	static const char *const bad[] = {
		"{}", "{\"id\":\"x\"}", "{\"id\":\"x\",\"key\":5}", "{\"id\":\"x\",\"key\":\"\"}",
		"{\"id\":\"x\",\"key\":\"!\"}", "{\"id\":5,\"key\":\"AAAA\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		json_t *factor = json_loads(bad[i], 0, NULL);

		assert_false(factor_totp_accepts(rq, factor, "000000"));
		assert_false(factor_backup_accepts(factor, "000000"));
		json_decref(factor);
	}
}

/* -- backup codes -- */

static void a_backup_code_is_taken_once(void **state)
{
	json_t *set = new_codes();

	(void)state;
	assert_int_equal(factor_codes_left(set), BACKUP_CODES);
	assert_true(factor_backup_accepts(set, "3333333333"));
	assert_non_null(text_of(set, "lastUsedAt"));
	assert_int_equal(factor_codes_left(set), BACKUP_CODES - 1);
	assert_false(factor_backup_accepts(set, "3333333333"));
	assert_false(factor_backup_accepts(set, "33333333334"));
	assert_false(factor_backup_accepts(set, "abcdefabcd"));
	assert_false(factor_backup_accepts(set, ""));
	assert_int_equal(factor_codes_left(set), BACKUP_CODES - 1);
	for (char c = '0'; c <= '9'; c++)
		assert_int_equal(factor_backup_accepts(set, (char[]){ c, c, c, c, c, c, c, c, c, c, 0 }), c != '3');
	assert_int_equal(factor_codes_left(set), 0);
	assert_false(factor_is_usable(set));
}

static void equal_codes_are_a_code_each(void **state)
{
	json_auto_t *codes = json_array();
	json_t *set;

	(void)state;
	for (int i = 0; i < BACKUP_CODES; i++)
		json_array_append_new(codes, json_string("ABCDEF0123"));
	assert_int_equal(factor_new_backup_codes(rq, codes, &set), OK);
	assert_false(factor_backup_accepts(set, "abcdef0123"));	/* given out in capitals */
	for (int i = 0; i < BACKUP_CODES; i++)
		assert_true(factor_backup_accepts(set, "ABCDEF0123"));
	assert_false(factor_backup_accepts(set, "ABCDEF0123"));
}

static void codes_are_stored_as_hashes_of_their_own_set(void **state)
{
	json_t *set = new_codes(), *other = new_codes();
	const char *text = json_to_text(rq->arena, set);

	(void)state;
	assert_null(strstr(text, "0000000000"));
	assert_null(strstr(text, "9999999999"));
	assert_string_not_equal(text_of(json_array_get(json_object_get(set, "codes"), 0), "hash"),
				text_of(json_array_get(json_object_get(other, "codes"), 0), "hash"));
	json_object_set(other, "codes", json_object_get(set, "codes"));
	assert_false(factor_backup_accepts(other, "3333333333"));
	assert_true(factor_backup_accepts(set, "3333333333"));
}

static void new_codes_are_a_set_that_nobody_has_seen(void **state)
{
	json_t *one = backup_codes_new(rq), *two = backup_codes_new(rq);

	(void)state;
	assert_true(backup_codes_fit(one));
	assert_false(json_equal(one, two));
}

static void what_is_no_set_of_codes(void **state)
{
	static const char *const bad[] = {
		"[]", "{}", "5", "[\"0000000000\"]",
		"[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]", "[0,1,2,3,4,5,6,7,8,9]",
		("[\"0000000000\",\"1111111111\",\"2222222222\",\"3333333333\",\"4444444444\",\"5555555555\","
		 "\"6666666666\",\"7777777777\",\"8888888888\",\"999999999g\"]"),
	};

	(void)state;
	assert_false(backup_codes_fit(NULL));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		json_t *codes = json_loads(bad[i], JSON_DECODE_ANY, NULL);

		assert_false(backup_codes_fit(codes));
		json_decref(codes);
	}
}

/* -- the list -- */

static void a_list_is_read_changed_and_stored(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}");
	json_t *list, *again, *totp = new_totp(SECRET), *set = new_codes();

	(void)state;
	assert_int_equal(factors_lock(rq, ada, &list), OK);
	assert_int_equal(json_array_size(list), 0);
	assert_null(factors_find(list, FACTOR_TOTP));
	json_array_append(list, totp);
	json_array_append(list, set);
	assert_int_equal(factors_save(rq, ada, list), OK);
	assert_int_equal(factors_lock(rq, ada, &again), OK);
	assert_true(json_equal(list, again));
	assert_string_equal(text_of(factors_find(again, FACTOR_BACKUP_CODE), "id"), text_of(set, "id"));
	assert_string_equal(text_of(factors_get(again, text_of(totp, "id")), "type"), "Totp");
	assert_null(factors_get(again, "x"));
	assert_false(factors_remove(again, "x"));
	assert_true(factors_remove(again, text_of(totp, "id")));
	assert_false(factors_remove(again, text_of(totp, "id")));
	assert_int_equal(factors_save(rq, ada, again), OK);
	assert_null(strstr(stored(ada), "Totp"));
	assert_non_null(strstr(stored(ada), "BackupCode"));
	assert_int_equal(factors_lock(rq, "nobody", &list), ERR_NOT_FOUND);
	assert_int_equal(factors_save(rq, "nobody", list), ERR_NOT_FOUND);
}

static void of_several_sets_of_codes_the_one_that_is_good_is_found(void **state)
{
	json_t *used = new_codes(), *good = new_codes(), *code, *list = tree_keep(rq, json_array());
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(used, "codes"), i, code)
		json_object_set_new(code, "usedAt", json_string("2026-01-01T00:00:00.000Z"));
	json_array_append(list, new_totp(SECRET));
	assert_null(factors_find_codes(list));
	json_array_append(list, used);
	assert_ptr_equal(factors_find_codes(list), used);
	json_array_append(list, good);
	assert_ptr_equal(factors_find_codes(list), good);
	json_array_clear(list);
	json_array_append(list, good);
	json_array_append(list, used);
	assert_ptr_equal(factors_find_codes(list), good);
}

static void a_list_has_an_end(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}");
	json_t *list;

	(void)state;
	assert_int_equal(factors_lock(rq, ada, &list), OK);
	for (int i = 0; i < FACTORS_MOST; i++)
		json_array_append(list, factor_new(rq, FACTOR_WEB_AUTHN));
	assert_int_equal(factors_save(rq, ada, list), OK);
	json_array_append(list, factor_new(rq, FACTOR_WEB_AUTHN));
	assert_int_equal(factors_save(rq, ada, list), ERR_TOO_MANY_FACTORS);
}

/* An older or a newer version may have stored what this one does not know. */
static void a_factor_of_an_unknown_type_is_of_no_use_and_harms_nobody(void **state)
{
	const char *ada = api_post_for_id("/api/users", "{}");
	json_t *list;

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_set_factors,
				    ARGS(T("[{\"id\":\"x\",\"type\":\"Fax\"},{\"type\":5},{}]"), T(ada)), NULL),
			 OK);
	assert_int_equal(factors_lock(rq, ada, &list), OK);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(factor_type_of(json_array_get(list, i)), FACTORS);
		assert_false(factor_is_usable(json_array_get(list, i)));
	}
	json_array_append(list, new_totp(SECRET));
	assert_int_equal(factors_save(rq, ada, list), OK);
	assert_non_null(strstr(stored(ada), "Fax"));
}

static void all_of_a_type_are_taken_off_and_the_others_stay(void **state)
{
	json_t *totp = new_totp(SECRET);
	json_auto_t *list = json_pack("[O, O, O, O]", new_codes(), totp, new_codes(), new_codes());

	(void)state;
	factors_remove_type(list, FACTOR_BACKUP_CODE);
	assert_int_equal(json_array_size(list), 1);
	assert_ptr_equal(json_array_get(list, 0), totp);
	factors_remove_type(list, FACTOR_WEB_AUTHN);
	assert_int_equal(json_array_size(list), 1);
}

/* -- answers -- */

static const char *shown(json_t *factor)
{
	json_auto_t *list = json_pack("[O]", factor);

	reply_reset(rq);
	assert_int_equal(factors_reply(rq, list), OK);
	assert_int_equal(rq->reply.status, 200);
	return arena_copy(rq->arena, buffer_str(&rq->reply.body));
}

static void a_factor_shows_what_it_is_and_no_secret(void **state)
{
	json_t *passkey = factor_new(rq, FACTOR_WEB_AUTHN), *totp = new_totp(SECRET), *set = new_codes();

	(void)state;
	json_object_set_new(passkey, "publicKey", json_string("hidden"));
	json_object_set_new(passkey, "credentialId", json_string("hidden"));
	json_object_set_new(passkey, "agent", json_string("a browser"));
	json_object_set_new(passkey, "name", json_string("a name"));
	factor_set_used(passkey);
	assert_null(strstr(shown(passkey), "hidden"));
	assert_non_null(strstr(shown(passkey), "\"agent\":\"a browser\",\"name\":\"a name\",\"lastUsedAt\":\"20"));
	factor_set_used(totp);
	assert_string_equal(shown(totp),
			    arena_printf(rq->arena, "[{\"id\":\"%s\",\"type\":\"Totp\",\"createdAt\":\"%s\"}]",
					 text_of(totp, "id"), text_of(totp, "createdAt")));
	assert_true(factor_backup_accepts(set, "0000000000"));
	assert_non_null(strstr(shown(set), "\"remainCodes\":9}"));
	assert_null(strstr(shown(set), "hash"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(a_code_of_an_app_is_taken_once), CASE(a_wrong_code_changes_nothing),
		CASE(a_secret_is_sealed_for_its_own_factor), CASE(a_damaged_factor_accepts_nothing),
		CASE(a_backup_code_is_taken_once), CASE(equal_codes_are_a_code_each),
		CASE(codes_are_stored_as_hashes_of_their_own_set), CASE(new_codes_are_a_set_that_nobody_has_seen),
		CASE(what_is_no_set_of_codes), CASE(a_list_is_read_changed_and_stored), CASE(a_list_has_an_end),
		CASE(of_several_sets_of_codes_the_one_that_is_good_is_found),
		CASE(a_factor_of_an_unknown_type_is_of_no_use_and_harms_nobody),
		CASE(all_of_a_type_are_taken_off_and_the_others_stay),
		CASE(a_factor_shows_what_it_is_and_no_secret),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
