/* What the caller of an account may do, and what is told of what they did. */
#include "owner.h"

#include "events/outbox.h"
#include "tenant/experience.h"

#include "base/banned.h"

STATEMENT(t_events, "SELECT event, payload FROM outbox WHERE tenant_id = $1 ORDER BY number");

/* What the tenant lets people do, as JSON. */
static void let(const char *center)
{
	struct arena *a = arena_new();
	json_t *sent = json_loads(center, 0, NULL), *whole = NULL;

	MUST(setting_patch(tx, a, &account_center, sent, &whole));
	json_decref(sent);
	json_decref(whole);
	arena_free(a);
}

static void a_need_is_met_by_proof_field_and_scope_in_this_order(void **state)
{
	static const struct {
		struct need need;
		err_t expected;
		int status;
	} cases[] = {
		{ { .field = NULL }, OK, 0 },
		{ { .field = "name" }, OK, 0 },
		{ { .field = "name", .edits = true, .scope = "profile" }, OK, 0 },
		{ { .field = "email" }, OK, 0 },
		{ { .field = "email", .edits = true }, ERR_FIELD_FIXED, 0 },
		{ { .field = "phone" }, ERR_FIELD_OFF, 0 },
		{ { .field = "phone", .edits = true }, ERR_FIELD_FIXED, 0 },
		{ { .field = "nothing" }, ERR_FIELD_OFF, 0 },
		{ { .scope = "roles" }, ERR_SCOPE_MISSING, 0 },
		{ { .scope = "prof" }, ERR_SCOPE_MISSING, 0 },
		{ { .scope = "roles", .is_later = true }, ERR_SCOPE_MISSING, 401 },
		{ { .field = "phone", .scope = "roles" }, ERR_FIELD_OFF, 0 },
		{ { .field = "phone", .scope = "roles", .proof = true }, ERR_PROOF_DENIED, 0 },
		{ { .proof = true }, ERR_PROOF_DENIED, 0 },
	};
	struct request *rq = call_with("ada", NULL);

	(void)state;
	let("{\"enabled\":true,\"fields\":{\"name\":\"Edit\",\"email\":\"ReadOnly\",\"phone\":\"Off\"}}");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		err_t e;

		err_clear();
		e = account_check(rq, &cases[i].need);
		if (e != cases[i].expected || err_fault()->status != cases[i].status)
			fail_msg("%zu: %s, status %d", i, err_name(e), err_fault()->status);
	}
	request_free(rq);
}

static void every_call_asks_whether_the_account_center_is_on(void **state)
{
	struct request *rq = call_with("ada", NULL);
	size_t count, asked = 0;
	const struct route *rows = route_rows(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].door != ACCOUNT)
			continue;
		if (!rows[i].mount->before || rows[i].mount->before(rq) != ERR_ACCOUNT_OFF)
			fail_msg("%s is not asked about", rows[i].path);
		asked++;
	}
	let("{\"enabled\":true}");
	assert_int_equal(mount_find("/api/my-account")->before(rq), OK);
	assert_int_equal(mount_find("/api/verifications")->before(rq), OK);
	assert_true(asked > 10);
	request_free(rq);
}

static void a_change_is_an_event_with_the_user_and_the_caller(void **state)
{
	CLEANUP(rows_close) struct rows rows = {0};
	struct request *rq;
	json_t *payload;

	(void)state;
	let("{\"enabled\":true,\"fields\":{\"name\":\"Edit\"}}");
	MUST(outbox_subscribe(tx, "t", (const char *const[]){ "User.Data.Updated", NULL }));
	rq = call_of("ada", &(struct ask){ PATCH, "/api/my-account", NULL, "{\"name\":\"Ada\"}",
					   { "User-Agent", "browser" } });
	MUST(chain_run(rq, tx));
	assert_int_equal(rq->reply.status, 200);
	assert_string_equal(answer(rq, "name"), "Ada");
	request_free(rq);
	MUST(store_first(tx, &t_events, NO_ARGS, &rows));
	assert_string_equal(rows_text(&rows, 0), "User.Data.Updated");
	payload = json_loads(rows_text(&rows, 1), 0, NULL);
	assert_string_equal(json_string_value(json_object_get(payload, "userAgent")), "browser");
	assert_string_equal(json_string_value(json_object_get(json_object_get(payload, "data"), "id")), "ada");
	assert_string_equal(json_string_value(json_object_get(json_object_get(payload, "data"), "name")), "Ada");
	assert_null(json_object_get(payload, "path"));
	assert_null(json_object_get(payload, "method"));
	json_decref(payload);
	assert_false(rows_next(&rows));
	MUST(rows_end(&rows));
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, owner_begin, owner_end)
	const struct CMUnitTest tests[] = {
		CASE(a_need_is_met_by_proof_field_and_scope_in_this_order),
		CASE(every_call_asks_whether_the_account_center_is_on),
		CASE(a_change_is_an_event_with_the_user_and_the_caller),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
