/* Lists of rows that stand committed. */
#include "world.h"

#include "directory/directory.h"
#include "organizations/organizations.h"

#include "base/banned.h"

STATEMENT(t_miscount, "UPDATE counters SET n = 70 WHERE tenant_id = $1 AND kind = 'organizations' AND owner = ''");

/* 10,002 organizations called "Many", with what searches look at. */
STATEMENT(t_put_many,
	  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10002)"
	  " INSERT INTO organizations (tenant_id, id, name, custom_data, is_mfa_required, color, branding, created_at,"
	  " search) SELECT $1, 'p' || i, 'Many', '{}', 0, '{}', '{}', i, 'p' || i || '\x1f' || 'many' FROM n");

#define MUST(call) assert_int_equal(call, OK)

/* -- what the routes here run -- */

static err_t finish(struct query *q, const char *order)
{
	q->order = order;
	return query_reply(q);
}

static err_t list_organizations(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization, "o", "organizations o");
	query_counter(&q, query_arg(rq, "counter") ? query_arg(rq, "counter") : "organizations", NULL);
	query_keyword(&q);
	if (query_arg(rq, "but"))
		query_filter(&q, "o.id <> ?", ARGS(T(query_arg(rq, "but"))));
	if (query_arg(rq, "within"))
		query_where(&q, "o.id = ?", ARGS(T(query_arg(rq, "within"))));
	return finish(&q, "o.id");
}

static err_t list_roles(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization_role, "r", "organization_roles r");
	query_keyword(&q);
	return finish(&q, "r.id");
}

static err_t print_pair(struct json_out *j, struct request *rq, struct rows *row, int column)
{
	(void)rq;
	json_key_int(j, "first", rows_int(row, column));
	json_key_text(j, "second", rows_text(row, column + 1));
	return query_arg(rq, "fail") ? err_set(ERR_UNIQUE, "as asked") : OK;
}

static err_t list_more(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization_role, "r", "organization_roles r");
	query_extra(&q, "json", EXTRA_JSON, "'{ \"a b\" : [ 1, \"c d\" ] }'");
	query_extra(&q, "none", EXTRA_JSON, "NULL");
	query_extra(&q, "list", EXTRA_LIST, "NULL");
	query_extra(&q, "flag", EXTRA_BOOL, "2");
	query_extra(&q, "text", EXTRA_TEXT, "'a\"b'");
	query_printer(&q, "1, 'two'", print_pair);
	q.wrapper = "wrapped";
	return finish(&q, "r.id LIMIT 1");
}

#define ORGANIZATIONS "/api/t/organizations"
#define PAGED "/api/t/paged"
#define ROLES "/api/t/roles"

static const struct route routes[] = {
	{ GET, ORGANIZATIONS, ANYONE, READ, PAGES_IF_ASKED, .handler = list_organizations, .status = 200 },
	{ GET, PAGED, ANYONE, READ, PAGES, .handler = list_organizations, .status = 200 },
	{ GET, ROLES, ANYONE, READ, PAGES, .handler = list_roles, .status = 200 },
	{ GET, "/api/t/more", ANYONE, READ, .handler = list_more, .status = 200 },
	{ GET, "/api/t/unslow", ANYONE, READ, PAGES_IF_ASKED, .handler = list_organizations, .status = 200 },
};

/* -- asking -- */

static struct request *ask(const char *path, const char *query)
{
	struct request *rq = request_run(read_begin("default"), &(struct ask){ GET, path, query });

	read_end();
	return rq;
}

/* The ids of the answer: "u1,u2" */
static void expect(const char *path, const char *query, const char *ids)
{
	struct request *rq = ask(path, query);
	json_t *list = json_loads(buffer_str(&rq->reply.body), 0, NULL), *one;
	const char *found = "";
	size_t i;

	json_array_foreach(list, i, one)
		found = arena_printf(rq->arena, "%s%s%s", found, i ? "," : "",
				     json_string_value(json_object_get(one, "id")));
	if (rq->reply.status != 200 || strcmp(found, ids))
		fail_msg("%s?%s: %d %s, not %s", path, query ? query : "", rq->reply.status, found, ids);
	json_decref(list);
	request_free(rq);
}

/* -- pieces -- */

static void question_marks_become_numbers_behind_that_of_the_tenant(void **state)
{
	struct request *rq = request_new(&(struct ask){ GET, ROLES });
	struct query q;

	(void)state;
	query_init(&q, rq, &user, "u", "replaced");
	query_from(&q, "users u JOIN x ON x.a = ? AND x.b = ?", ARGS(N(1), T("b")));
	query_where(&q, "c = ?", ARGS(T("c")));
	assert_false(q.filtered);
	query_filter(&q, "d IS NULL", NO_ARGS);
	assert_true(q.filtered);
	query_where(&q, "e IN (?, ?)", ARGS(T("e"), T("f")));
	assert_string_equal(buffer_str(&q.from), "users u JOIN x ON x.a = $2 AND x.b = $3");
	assert_string_equal(buffer_str(&q.where), " AND c = $4 AND d IS NULL AND e IN ($5, $6)");
	assert_int_equal(q.n, 5);
	assert_int_equal(q.args[0].n, 1);
	assert_string_equal(q.args[4].text, "f");
	query_done(&q);
	request_free(rq);
}

static void a_query_takes_any_number_of_arguments(void **state)
{
	struct request *rq = request_new(&(struct ask){ GET, ROLES });
	struct query q;

	(void)state;
	query_init(&q, rq, &user, "u", "users u");
	for (int i = 0; i < 200; i++)
		query_where(&q, "x = ?", ARGS(N(i)));
	assert_int_equal(q.error, OK);
	assert_int_equal(q.n, 200);
	for (int i = 0; i < 200; i++)
		assert_int_equal(q.args[i].n, i);
	assert_non_null(strstr(buffer_str(&q.where), " AND x = $201"));
	query_done(&q);
	request_free(rq);
}

/* -- pages and totals -- */

static void paged(const char *path, const char *query, const char *ids, const char *total)
{
	struct request *rq = ask(path, query);

	if (total)
		assert_string_equal(reply_header_value(rq, "Total-Number"), total);
	else
		assert_null(reply_header_value(rq, "Total-Number"));
	request_free(rq);
	expect(path, query, ids);
}

/* The counter is set wrong, to tell it from counting. */
static void the_total_stands_in_its_counter_until_a_filter_is_given(void **state)
{
	(void)state;
	paged(PAGED, NULL, "o1,o2,o3,o4", "70");
	paged(PAGED, "page_size=3&page=2", "o4", "70");
	paged(PAGED, "page=5", "", "70");
	paged(PAGED, "within=o1", "o1", "70");		/* a condition of the list itself leaves it good */
	paged(PAGED, "q=acme&page_size=1", "o1", "2");
	paged(PAGED, "but=o1&page_size=2&page=2", "o4", "3");
	paged(PAGED, "counter=new", "o1,o2,o3,o4", "0");	/* counted nothing yet */
	paged(ROLES, NULL, "r1", "1");			/* has none */
	paged(ORGANIZATIONS, NULL, "o1,o2,o3,o4", NULL);
}

static void what_no_index_bounds_is_run_by_a_step_on_SCAN(void **state)
{
	const bool found = store_engine(world.store) == POSTGRES;	/* what an index finds is counted there */
	const struct { const char *path, *query; bool scans; } cases[] = {
		{ ORGANIZATIONS, "", true }, { ORGANIZATIONS, "page=1", false }, { PAGED, "", false },
		{ PAGED, "page=20&page_size=100", false }, { PAGED, "page=21&page_size=100", true },
		{ PAGED, "q=ab", true }, { PAGED, "q=abc", found }, { PAGED, "but=o1&page=1", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = request_new(&(struct ask){ GET, cases[i].path, cases[i].query });
		struct txn *tx = read_begin("default");

		assert_int_equal(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant), OK);
		assert_int_equal(step_run(rq, tx), OK);
		assert_int_equal(rq->task.step != NULL, cases[i].scans);
		if (rq->task.step) {
			assert_int_equal(rq->task.step->lane, SCAN);
			assert_int_equal(rq->reply.status, 0);
			assert_int_equal(step_run(rq, tx), OK);
		}
		assert_int_equal(rq->reply.status, 200);
		read_end();
		request_free(rq);
	}
}

/* -- answers -- */

static void members_beside_a_thing_stand_behind_its_own(void **state)
{
	struct request *rq = ask("/api/t/more", NULL);

	(void)state;
	assert_string_equal(
		buffer_str(&rq->reply.body),
		"{\"wrapped\":[{\"tenantId\":\"default\",\"id\":\"r1\",\"name\":\"editor\",\"description\":null,"
		"\"type\":\"User\",\"json\":{\"a b\":[1,\"c d\"]},\"none\":null,\"list\":[],\"flag\":true,"
		"\"text\":\"a\\\"b\","
		"\"first\":1,\"second\":\"two\"}]}");
	request_free(rq);
	rq = ask("/api/t/more", "fail=1");		/* what a printer finds ends the answer */
	assert_int_equal(rq->reply.status, 422);
	request_free(rq);
}

static void a_count_of_what_is_found_stops_at_10001_if_the_caller_says_so(void **state)
{
	static const struct { const char *query, *total; bool capped; } cases[] = {
		{ "q=many&page_size=1", "10002", false }, { "q=many&page_size=1&enableCap=1", "10001", true },
		{ "q=many&page=5000&page_size=2&enableCap=1", "10001", true },
		{ "page_size=1&enableCap=1", "70", false }, { "q=acme&page_size=1&enableCap=1", "2", false },
	};
	struct txn *tx = write_begin("default");

	(void)state;
	MUST(store_exec(tx, &t_put_many, NO_ARGS, NULL));
	MUST(store_exec(tx, &t_miscount, NO_ARGS, NULL));
	MUST(txn_commit(&tx));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = ask(PAGED, cases[i].query);

		assert_string_equal(reply_header_value(rq, "Total-Number"), cases[i].total);
		assert_int_equal(reply_header_value(rq, "Total-Number-Is-Capped") != NULL, cases[i].capped);
		request_free(rq);
	}
	/* rows behind the cap are there */
	expect(PAGED, "q=many&page=5001&page_size=2&enableCap=1", "p9998,p9999");
}

/* -- the world -- */

static void put(struct txn *tx, struct arena *a, struct entity *e, json_t *object)
{
	CLEANUP(rows_close) struct rows row = {0};

	MUST(entity_insert(tx, a, e, object, &row));
	json_decref(object);
}

static int put_rows(void)
{
	const struct routes mine = { routes, ARRAY_LEN(routes) };
	static const char *const names[] = { "Acme \"Q\" Corp", "O'Brien - Acme", "Ärger 100", "100%" };
	char id[] = "o1";
	struct arena *a;
	struct txn *tx;

	if (route_table(&mine, 1))
		return -1;
	a = arena_new();
	tx = write_begin("default");
	for (size_t i = 0; i < ARRAY_LEN(names); i++, id[1]++)
		put(tx, a, &organization, json_pack("{s:s,s:s}", "id", id, "name", names[i]));
	put(tx, a, &organization_role, json_pack("{s:s,s:s}", "id", "r1", "name", "editor"));
	MUST(store_exec(tx, &t_miscount, NO_ARGS, NULL));
	MUST(txn_commit(&tx));
	arena_free(a);
	return 0;
}

static int sqlite_world(void **state)
{
	return world_begin(state) || put_rows();
}

static int postgres_world(void **state)
{
	return world_begin_postgres(state) || put_rows();
}

int main(void)
{
#define CASE(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		CASE(question_marks_become_numbers_behind_that_of_the_tenant),
		CASE(a_query_takes_any_number_of_arguments),
		CASE(the_total_stands_in_its_counter_until_a_filter_is_given),
		CASE(what_no_index_bounds_is_run_by_a_step_on_SCAN),
		CASE(members_beside_a_thing_stand_behind_its_own),
		CASE(a_count_of_what_is_found_stops_at_10001_if_the_caller_says_so),
	};

	const struct CMUnitTest postgres[] = { CASE(what_no_index_bounds_is_run_by_a_step_on_SCAN) };

	return WORLDS_RUN(tests, sqlite_world, postgres, postgres_world);
}
