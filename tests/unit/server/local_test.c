/* The Management API without a network, in the transaction of whoever calls. */
#include "world.h"

#include "base/banned.h"

STATEMENT(t_digest, "SELECT password_digest FROM users WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_organizations, "SELECT count(*) FROM organizations WHERE tenant_id = $1");

#define MUST(call) assert_int_equal(call, OK)

static int64_t organizations(void)
{
	int64_t n = -1;

	MUST(store_int(api.tx, &t_organizations, NO_ARGS, &n));
	return n;
}

static void a_call_is_part_of_the_transaction_of_its_caller(void **state)
{
	int64_t before = organizations();

	(void)state;
	api_post_for_id("/api/organizations", "{\"name\":\"Acme\"}");
	assert_int_equal(organizations(), before + 1);
	txn_rollback(&api.tx);
	api.tx = write_begin("default");
	assert_int_equal(organizations(), before);
}

static void the_query_of_the_path_counts(void **state)
{
	json_t *page = NULL;

	(void)state;
	api_post_for_id("/api/organizations", "{\"name\":\"Acme\"}");
	api_post_for_id("/api/organizations", "{\"name\":\"Other\"}");
	MUST(local_call(api.tx, api.arena, api.tenant, GET, "/api/organizations?page_size=1", NULL, &page));
	assert_int_equal(json_array_size(page), 1);
	json_decref(page);
	assert_int_equal(api_call(GET, "/api/organizations?page=0", NULL), ERR_PAGINATION);
}

/* The checks cut a body down, storage adds to it; the caller's is not touched. */
static void the_body_stays_the_callers(void **state)
{
	json_t *body = json_pack("{s:s,s:i}", "name", "Acme", "unknown", 1), *out = NULL;

	(void)state;
	MUST(local_call(api.tx, api.arena, api.tenant, POST, "/api/organizations", body, &out));
	assert_null(json_object_get(out, "unknown"));
	assert_non_null(json_object_get(body, "unknown"));
	assert_null(json_object_get(body, "id"));
	json_decref(body);
	json_decref(out);
}

static void slow_work_is_done_on_the_way(void **state)
{
	const char *id = api_post_for_id("/api/users", "{\"username\":\"ada\",\"password\":\"correct horse\"}"),
		   *digest;

	(void)state;
	MUST(store_text(api.tx, &t_digest, ARGS(T(id)), api.arena, &digest));
	assert_non_null(strstr(digest, "$argon2id$"));
	/* a whole list: the slow part answers it */
	MUST(api_call(GET, arena_printf(api.arena, "/api/users/%s/roles", id), NULL));
	assert_string_equal(api.answer, "[]");
}

static void an_answer_without_json_is_none(void **state)
{
	const char *id = api_post_for_id("/api/organizations", "{\"name\":\"Acme\"}");
	json_t *out = NULL;

	(void)state;
	MUST(local_call(api.tx, api.arena, api.tenant, DELETE, arena_printf(api.arena, "/api/organizations/%s", id),
			NULL, &out));
	assert_null(out);
	MUST(local_call(api.tx, api.arena, api.tenant, GET, "/api/status", NULL, NULL));
}

static void an_error_is_that_of_the_route_with_a_sentence_for_a_person(void **state)
{
	static const struct { enum method method; const char *path, *body; err_t e; const char *sentence; } cases[] = {
		{ GET, "/api/organizations/nope", NULL, ERR_NOT_EXISTS_WITH_ID,
		  "The organizations with ID `nope` does not exist." },
		{ POST, "/api/organizations", "{}", ERR_INPUT,
		  "The request body does not fit its description. Error in key path \"name\":" },
		{ POST, "/api/organizations", NULL, ERR_INPUT,
		  "The request body does not fit its description. Error in key path \"name\":" },
		{ GET, "/api/organizations/o/users/u/roles", NULL, ERR_NOT_MEMBER,
		  "Only a member of the organization can have this; add it first." },
		{ GET, "/api/nope", NULL, ERR_ROUTE_NOT_FOUND, "there is no route /api/nope" },
		{ PUT, "/api/organizations?q=a", NULL, ERR_ROUTE_NOT_FOUND,
		  "there is no route /api/organizations?q=a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(api_call(cases[i].method, cases[i].path, cases[i].body), cases[i].e);
		assert_true(!strncmp(err_fault()->detail, cases[i].sentence, strlen(cases[i].sentence)));
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_call_is_part_of_the_transaction_of_its_caller), CASE(the_query_of_the_path_counts),
		CASE(the_body_stays_the_callers), CASE(slow_work_is_done_on_the_way),
		CASE(an_answer_without_json_is_none),
		CASE(an_error_is_that_of_the_route_with_a_sentence_for_a_person),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
