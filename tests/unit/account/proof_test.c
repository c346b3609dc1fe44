/* Proofs of owners of accounts: whose they are, of what, and until when. */
#include "owner.h"

#include "base/banned.h"

/* A new proof of a person, as JSON says; its id, which is the test's to free. */
static char *put(const char *user_id, const char *type, const char *details)
{
	struct request *rq = call_with(user_id, NULL);
	struct proof p;
	char *id;

	MUST(proof_put(rq, type, json_loads(details, 0, NULL), &p));
	id = strdup(p.id);
	request_free(rq);
	return id;
}

static err_t check_as(const char *user_id, const char *proof)
{
	struct request *rq = call_with(user_id, proof);
	err_t e = proof_check_caller(rq);

	request_free(rq);
	return e;
}

static err_t find_as(const char *user_id, const char *id, const char *type)
{
	struct request *rq = call_with(user_id, NULL);
	struct proof p;
	err_t e = proof_find_verified(rq, id, type, &p);

	request_free(rq);
	return e;
}

static void a_password_proves_its_user_for_ten_minutes(void **state)
{
	char *id;

	(void)state;
	clock_stands_ms = INT64_C(1700000000000);
	id = put("ada", PROOF_PASSWORD, "{\"verified\":true}");
	assert_int_equal(check_as("ada", id), OK);
	assert_int_equal(check_as("ada", id), OK);
	assert_int_equal(check_as("eve", id), ERR_PROOF_DENIED);
	clock_stands_ms += 10 * MINUTE_MS - 1;
	assert_int_equal(check_as("ada", id), OK);
	clock_stands_ms += 1;
	assert_int_equal(check_as("ada", id), ERR_PROOF_DENIED);
	free(id);
}

static void no_id_a_foreign_one_and_one_that_is_too_long_are_no_proof(void **state)
{
	(void)state;
	assert_int_equal(check_as("ada", NULL), ERR_PROOF_DENIED);
	assert_int_equal(check_as("ada", ""), ERR_PROOF_DENIED);
	assert_int_equal(check_as("ada", "000000000000000000000"), ERR_PROOF_DENIED);
	assert_int_equal(check_as("ada", "0000000000000000000000000000000000000000"), ERR_PROOF_DENIED);
}

/* What proves the user, and what only that something is theirs. */
static void only_what_the_account_had_already_proves_its_user(void **state)
{
	static const struct { const char *type, *details; err_t expected; } cases[] = {
		{ PROOF_PASSWORD, "{\"verified\":true}", OK },
		{ PROOF_PASSWORD, "{\"verified\":false}", ERR_PROOF_DENIED },
		{ PROOF_EMAIL, "{\"verified\":true,\"templateType\":\"UserPermissionValidation\"}", OK },
		{ PROOF_PHONE, "{\"verified\":true,\"templateType\":\"UserPermissionValidation\"}", OK },
		{ PROOF_EMAIL, "{\"verified\":false,\"templateType\":\"UserPermissionValidation\"}",
		  ERR_PROOF_DENIED },
		{ PROOF_EMAIL, "{\"verified\":true,\"templateType\":\"BindNewIdentifier\"}", ERR_PROOF_DENIED },
		{ PROOF_PHONE, "{\"verified\":true}", ERR_PROOF_DENIED },
		{ "WebAuthn", "{\"verified\":true,\"templateType\":\"UserPermissionValidation\"}", ERR_PROOF_DENIED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *id = put("ada", cases[i].type, cases[i].details);

		if (check_as("ada", id) != cases[i].expected)
			fail_msg("%zu: %s %s", i, cases[i].type, cases[i].details);
		free(id);
	}
}

static void a_proof_of_something_new_is_found_by_its_owner_and_its_type(void **state)
{
	char *done, *begun;

	(void)state;
	clock_stands_ms = INT64_C(1700000000000);
	done = put("ada", PROOF_EMAIL, "{\"verified\":true,\"templateType\":\"BindNewIdentifier\"}");
	begun = put("ada", PROOF_EMAIL, "{\"verified\":false,\"templateType\":\"BindNewIdentifier\"}");
	assert_int_equal(find_as("ada", done, PROOF_EMAIL), OK);
	assert_int_equal(find_as("ada", done, PROOF_PHONE), ERR_PROOF_MISSING);
	assert_int_equal(find_as("eve", done, PROOF_EMAIL), ERR_PROOF_MISSING);
	assert_int_equal(find_as("ada", begun, PROOF_EMAIL), ERR_PROOF_MISSING);
	clock_stands_ms += 10 * MINUTE_MS;
	assert_int_equal(find_as("ada", done, PROOF_EMAIL), ERR_PROOF_MISSING);
	free(done);
	free(begun);
}

static void a_person_has_a_hundred_proofs_at_once_and_room_again_when_they_are_over(void **state)
{
	struct request *rq;
	struct proof p;

	(void)state;
	clock_stands_ms = INT64_C(1700000000000);
	for (int i = 0; i < 100; i++)
		free(put("ada", PROOF_PASSWORD, "{\"verified\":true}"));
	rq = call_with("ada", NULL);
	assert_int_equal(proof_put(rq, PROOF_PASSWORD, json_object(), &p), ERR_MESSAGE_LIMIT);
	request_free(rq);
	free(put("eve", PROOF_PASSWORD, "{\"verified\":true}"));
	clock_stands_ms += 10 * MINUTE_MS;
	free(put("ada", PROOF_PASSWORD, "{\"verified\":true}"));
}

STATEMENT(t_proofs, "SELECT count(*) FROM verification_records WHERE tenant_id = $1");
extern const struct worker forget_expired_rows;

static void proofs_that_are_over_are_forgotten(void **state)
{
	int64_t n;

	(void)state;
	clock_stands_ms = INT64_C(1700000000000);
	free(put("ada", PROOF_PASSWORD, "{\"verified\":true}"));
	clock_stands_ms += 20 * MINUTE_MS;
	MUST(worker_run(&forget_expired_rows, tx));
	txn_set_tenant(tx, "default");
	MUST(store_int(tx, &t_proofs, NO_ARGS, &n));
	assert_int_equal(n, 0);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, owner_begin, owner_end)
	const struct CMUnitTest tests[] = {
		CASE(a_password_proves_its_user_for_ten_minutes),
		CASE(no_id_a_foreign_one_and_one_that_is_too_long_are_no_proof),
		CASE(only_what_the_account_had_already_proves_its_user),
		CASE(a_proof_of_something_new_is_found_by_its_owner_and_its_type),
		CASE(a_person_has_a_hundred_proofs_at_once_and_room_again_when_they_are_over),
		CASE(proofs_that_are_over_are_forgotten),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
