/*
 * The rules of relations, on rows of the test's own over tables of the program; what the organization family makes of
 * them is in organizations/members_test.c.
 */
#include "world.h"

#include "directory/directory.h"
#include "organizations/organizations.h"

#include "base/banned.h"

/* people in an organization; a suspended person is of the wrong kind */
#define PEOPLE .table = "organization_users", .keys = { "organization_id" }, .parent = &organization, \
	.child = "user_id", .child_of = &user, .kind = "c.is_suspended = 0", .member = "userIds"
RELATION(strict) = { .name = "strict", PEOPLE, .flags = LIST_NEEDS_PARENT };
RELATION(lenient) = {
	.name = "lenient", PEOPLE, .flags = REPLACE_TAKES_REPEATS | REPLACE_CHECKS_EMPTY | REPLACE_KEEPS_OLD,
	.changes = CHANGE_ACCESS, .order = "c.name DESC", .counter = "t_counter",
};
RELATION(domains) = {
	.name = "domains", .table = "organization_jit_email_domains", .keys = { "organization_id" },
	.parent = &organization, .child = "email_domain", .member = "domains", .width = 30, .changes = CHANGE_ACCESS,
};

STATEMENT(t_suspend, "UPDATE users SET is_suspended = 1 WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_members,
	  "SELECT user_id FROM organization_users WHERE tenant_id = $1 AND organization_id = $2 ORDER BY user_id");
STATEMENT(t_counter, "INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES ($1, 't_counter', $2, 0, 77)");

#define MUST(call) assert_int_equal(call, OK)
#define LONG_ID "a234567890123456789012"	/* 22 characters */

static void put(struct entity *e, const char *id, const char *name)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *object = json_pack("{s:s,s:s}", "id", id, "name", name);

	MUST(entity_insert(api.tx, api.arena, e, object, &row));
	json_decref(object);
}

typedef err_t verb_fn(struct txn *tx, struct arena *a, struct relation *r, const char *const *keys, const json_t *ids,
		      struct relation_change *change);

/* `list`: JSON */
static err_t with_keys(verb_fn *verb, struct relation *r, const char *first, const char *second, const char *list)
{
	const char *keys[2] = { first, second };
	json_t *ids = json_loads(list, 0, NULL);
	err_t e;

	err_clear();
	e = verb(api.tx, api.arena, r, keys, ids, NULL);
	json_decref(ids);
	return e;
}

static err_t with(verb_fn *verb, struct relation *r, const char *parent, const char *list)
{
	return with_keys(verb, r, parent, NULL, list);
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const char *join_rows(const char **ids, size_t n)
{
	const char *all = "";

	if (n)
		qsort(ids, n, sizeof(*ids), by_text);
	for (size_t i = 0; i < n; i++)
		all = arena_printf(api.arena, "%s%s%s", all, i ? "," : "", ids[i]);
	return all;
}

/* What the verb says has changed in acme: "+ada,bob -cyd" */
static const char *told(verb_fn *verb, struct relation *r, const char *list)
{
	struct relation_change change = {0};
	const char *acme = "acme";
	json_t *ids = json_loads(list, 0, NULL);

	MUST(verb(api.tx, api.arena, r, &acme, ids, &change));
	json_decref(ids);
	return arena_printf(api.arena, "+%s -%s", join_rows(change.added, change.added_count),
			    join_rows(change.removed, change.removed_count));
}

/* Who is in the organization: "ada,bob" */
static const char *members_of(const char *id)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *all = "";

	MUST(store_query(api.tx, &t_members, ARGS(T(id)), &rows));
	while (rows_next(&rows))
		all = arena_printf(api.arena, "%s%s%s", all, *all ? "," : "", rows_text(&rows, 0));
	return all;
}

static int begin(void **state)
{
	if (api_begin(state))
		return -1;
	put(&organization, "acme", "Acme");
	put(&organization, "other", "Other");
	put(&user, "ada", "Ada");
	put(&user, "bob", "Bob");
	put(&user, "cyd", "Cyd");
	put(&user, "eve", "Eve");
	return store_exec(api.tx, &t_suspend, ARGS(T("eve")), NULL);
}

/* -- resolving -- */

static void every_id_of_a_list_is_told_apart_in_list_order(void **state)
{
	static const struct { const char *id; bool exists, fits, already, repeated; } expected[] = {
		{ "eve", true, false, false, false }, { "nope", false, false, false, false },
		{ "ada", true, true, true, false }, { "bob", true, true, false, false },
		{ "ada", true, true, true, true }, { "nope", false, false, false, true },
		{ "ada", true, true, true, true }, { "ADA", false, false, false, false },
	};
	const char *acme = "acme";
	struct resolved_list list;
	json_t *ids = json_array();

	(void)state;
	MUST(with(relation_insert, &strict, "acme", "[\"ada\"]"));
	MUST(with(relation_insert, &strict, "other", "[\"bob\"]"));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		json_array_append_new(ids, json_string(expected[i].id));
	MUST(relation_resolve(api.tx, api.arena, &strict, &acme, ids, &list));
	json_decref(ids);
	assert_int_equal(list.count, ARRAY_LEN(expected));
	for (size_t i = 0; i < list.count; i++) {
		assert_string_equal(list.at[i].id, expected[i].id);
		assert_int_equal(list.at[i].exists, expected[i].exists);
		assert_int_equal(list.at[i].already, expected[i].already);
		assert_int_equal(list.at[i].repeated, expected[i].repeated);
		if (expected[i].exists)
			assert_int_equal(list.at[i].fits, expected[i].fits);
	}
}

static void rows_of_another_tenant_do_not_exist(void **state)
{
	(void)state;
	txn_set_tenant(api.tx, "admin");
	put(&organization, "mine", "Mine");
	put(&user, "sam", "Sam");
	assert_int_equal(with(relation_add_all, &strict, "mine", "[\"ada\"]"), ERR_REFERENCE);
	assert_int_equal(with(relation_add_all, &strict, "acme", "[\"sam\"]"), ERR_REFERENCE);
	MUST(with(relation_add_all, &strict, "mine", "[\"sam\"]"));
	txn_set_tenant(api.tx, "default");
	assert_string_equal(members_of("mine"), "");
}

static void a_child_that_is_a_plain_text_always_exists(void **state)
{
	(void)state;
	MUST(with(relation_add_all, &domains, "acme", "[\"a.example\",\"\",\"a.example\"]"));
	assert_int_equal(with(relation_replace, &domains, "acme", "[\"b.example\",\"b.example\"]"), ERR_UNIQUE);
	MUST(with(relation_replace, &domains, "acme", "[\"b.example\"]"));
	assert_int_equal(relation_remove(api.tx, &domains, &(const char *){ "acme" }, "a.example"), ERR_NOT_FOUND);
	MUST(relation_remove(api.tx, &domains, &(const char *){ "acme" }, "b.example"));
}

/* -- adding -- */

static void adding_leaves_alone_what_is_there_and_takes_repeats(void **state)
{
	(void)state;
	MUST(with(relation_add_all, &strict, "acme", "[\"bob\",\"ada\",\"bob\"]"));
	MUST(with(relation_add_all, &strict, "acme", "[\"cyd\",\"ada\"]"));
	assert_string_equal(members_of("acme"), "ada,bob,cyd");
	assert_string_equal(members_of("other"), "");
}

/* Nothing is looked at when there is nothing to write. */
static void adding_nobody_is_fine_whatever_the_parent(void **state)
{
	(void)state;
	MUST(with(relation_add_all, &strict, "nope", "[]"));
	MUST(with(relation_add_all, &lenient, LONG_ID, "[]"));
}

static void nothing_is_written_when_one_of_the_list_is_refused(void **state)
{
	static const struct { const char *parent, *list; err_t error; } cases[] = {
		{ "acme", "[\"ada\",\"nope\",\"bob\"]", ERR_REFERENCE }, { "acme", "[\"ada\",\"eve\"]", ERR_CHECK },
		{ "acme", "[\"ada\",\"" LONG_ID "\"]", ERR_TOO_LONG }, { "nope", "[\"ada\"]", ERR_REFERENCE },
		{ LONG_ID, "[\"ada\"]", ERR_TOO_LONG },
		/* the kind is judged before what is unknown, wherever it stands and whatever the parent */
		{ "acme", "[\"nope\",\"eve\"]", ERR_CHECK }, { "nope", "[\"nope\",\"eve\"]", ERR_CHECK },
		{ "nope", "[\"eve\",\"" LONG_ID "\"]", ERR_TOO_LONG },
	};

	(void)state;
	MUST(with(relation_insert, &strict, "acme", "[\"cyd\"]"));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(with(relation_add_all, &strict, cases[i].parent, cases[i].list), cases[i].error);
		assert_int_equal(with(relation_replace, &lenient, cases[i].parent, cases[i].list), cases[i].error);
		assert_int_equal(with(relation_replace, &strict, cases[i].parent, cases[i].list), cases[i].error);
		assert_string_equal(members_of("acme"), "cyd");
	}
}

static void widths_are_those_of_the_columns_and_count_characters(void **state)
{
	static const struct {
		struct relation *of;
		const char *parent, *list;
		err_t error;
		const char *told;
	} cases[] = {
		{ &domains, "acme",
		  "[\"\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4"
		  "\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4\\u00e4.example.org\"]", OK, "" },
		{ &domains, "acme", "[\"a.23456789.23456789.234.example\"]", ERR_TOO_LONG, " 30 " },
		/* the parent first */
		{ &domains, LONG_ID, "[\"a.23456789.23456789.234.example\"]", ERR_TOO_LONG, " 21 " },
		{ &strict, "acme", "[\"a23456789012345678901\"]", ERR_REFERENCE, "" },
		{ &strict, "acme", "[\"" LONG_ID "\"]", ERR_TOO_LONG, " 21 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(with(relation_add_all, cases[i].of, cases[i].parent, cases[i].list), cases[i].error);
		if (cases[i].error == ERR_TOO_LONG)
			assert_non_null(strstr(err_fault()->data, cases[i].told));
	}
}

/* -- replacing -- */

static void replacing_makes_the_set_what_the_list_says(void **state)
{
	(void)state;
	MUST(with(relation_insert, &strict, "acme", "[\"ada\",\"bob\"]"));
	MUST(with(relation_insert, &strict, "other", "[\"ada\"]"));
	MUST(with(relation_replace, &strict, "acme", "[\"cyd\",\"bob\"]"));
	assert_string_equal(members_of("acme"), "bob,cyd");
	MUST(with(relation_replace, &strict, "acme", "[]"));
	assert_string_equal(members_of("acme"), "");
	assert_string_equal(members_of("other"), "ada");
}

static void an_id_sent_twice_is_refused_unless_the_relation_takes_it(void **state)
{
	(void)state;
	assert_int_equal(with(relation_replace, &strict, "acme", "[\"ada\",\"bob\",\"ada\"]"), ERR_UNIQUE);
	/* in list order: the repeat before the wrong kind, and the other way round */
	assert_int_equal(with(relation_replace, &strict, "acme", "[\"ada\",\"ada\",\"eve\"]"), ERR_UNIQUE);
	assert_int_equal(with(relation_replace, &strict, "acme", "[\"ada\",\"eve\",\"ada\"]"), ERR_CHECK);
	assert_int_equal(with(relation_replace, &strict, "acme", "[\"nope\",\"nope\"]"), ERR_UNIQUE);
	assert_string_equal(members_of("acme"), "");
	MUST(with(relation_replace, &lenient, "acme", "[\"ada\",\"bob\",\"ada\"]"));
	assert_string_equal(members_of("acme"), "ada,bob");
}

static void who_is_there_already_is_judged_again_unless_the_relation_keeps_the_old(void **state)
{
	(void)state;
	MUST(with(relation_insert, &strict, "acme", "[\"eve\"]"));
	assert_int_equal(with(relation_replace, &strict, "acme", "[\"ada\",\"eve\"]"), ERR_CHECK);
	/* of replacements only */
	assert_int_equal(with(relation_add_all, &lenient, "acme", "[\"eve\"]"), ERR_CHECK);
	MUST(with(relation_replace, &lenient, "acme", "[\"ada\",\"eve\"]"));
	assert_string_equal(members_of("acme"), "ada,eve");
}

static void replacing_by_nobody_looks_at_the_parent_only_where_the_contract_does(void **state)
{
	(void)state;
	MUST(with(relation_replace, &strict, "nope", "[]"));
	MUST(with(relation_replace, &strict, LONG_ID, "[]"));
	MUST(with(relation_replace, &lenient, "nope", "[]"));
	assert_int_equal(with(relation_replace, &lenient, LONG_ID, "[]"), ERR_TOO_LONG);
}

/* -- two keys -- */

static void a_pair_is_a_parent_of_its_own(void **state)
{
	const char *keys[2] = { "acme", "ada" };

	(void)state;
	put(&organization_role, "r1", "one");
	put(&organization_role, "r2", "two");
	MUST(with(relation_insert, &strict, "acme", "[\"ada\",\"bob\"]"));
	MUST(with(relation_insert, &strict, "other", "[\"ada\"]"));
	assert_int_equal(with_keys(relation_add_all, &organization_user_roles, "acme", "cyd", "[\"r1\"]"),
			 ERR_REFERENCE); /* not a member */
	assert_int_equal(with_keys(relation_add_all, &organization_user_roles, "acme", LONG_ID, "[\"r1\"]"),
			 ERR_TOO_LONG);
	MUST(with_keys(relation_add_all, &organization_user_roles, "acme", "ada", "[\"r1\",\"r2\"]"));
	MUST(with_keys(relation_add_all, &organization_user_roles, "acme", "bob", "[\"r1\"]"));
	MUST(with_keys(relation_add_all, &organization_user_roles, "other", "ada", "[\"r1\"]"));
	MUST(with_keys(relation_replace, &organization_user_roles, "acme", "ada", "[\"r2\"]"));
	assert_int_equal(relation_remove(api.tx, &organization_user_roles, keys, "r1"), ERR_NOT_FOUND);
	MUST(relation_remove(api.tx, &organization_user_roles, keys, "r2"));
	keys[1] = "bob";
	MUST(relation_remove(api.tx, &organization_user_roles, keys, "r1"));
	keys[0] = "other";
	keys[1] = "ada";
	MUST(relation_remove(api.tx, &organization_user_roles, keys, "r1"));
}

/* -- what others remember -- */

static bool is_current(struct cache_ticket t)
{
	return cache_is_current(context.cache, t, "default", CHANGE_ACCESS);
}

static struct cache_ticket commit(struct cache_ticket before, bool told)
{
	assert_true(is_current(before));
	MUST(txn_commit(&api.tx));
	assert_int_equal(is_current(before), !told);
	api.tx = write_begin("default");
	cache_mark(context.cache);
	return cache_ticket(context.cache, "default", CHANGE_ACCESS);
}

/* Commits: it is the last one. */
static void every_change_is_told_and_what_removes_nothing_is_none(void **state)
{
	const char *acme = "acme";
	struct cache_ticket t;

	(void)state;
	cache_mark(context.cache);
	t = commit(cache_ticket(context.cache, "default", CHANGE_ACCESS), false);
	MUST(with(relation_add_all, &strict, "acme", "[\"cyd\"]"));
	t = commit(t, false);			/* nothing depends on this one */
	assert_int_equal(relation_remove(api.tx, &lenient, &acme, "ada"), ERR_NOT_FOUND);
	t = commit(t, false);
	MUST(with(relation_add_all, &lenient, "acme", "[\"ada\"]"));
	t = commit(t, true);
	MUST(with(relation_replace, &lenient, "acme", "[]"));
	t = commit(t, true);
	MUST(with(relation_add_all, &lenient, "acme", "[\"ada\"]"));
	t = commit(t, true);
	MUST(relation_remove(api.tx, &lenient, &acme, "ada"));
	commit(t, true);
}

/* -- endpoints -- */

static const struct field ids_body[] = { ID_LIST("userIds", 0), FIELDS_END };

#define ENDPOINTS(path, relation) \
	{ GET, path, ANYONE, READ, PAGES_IF_ASKED, .handler = relation_list, .of = &(relation), .status = 200 }, \
	{ POST, path, ANYONE, WRITE, .body = ids_body, .handler = relation_post, .of = &(relation), .status = 201 }, \
	{ PUT, path, ANYONE, WRITE, .body = ids_body, .handler = relation_put, .of = &(relation), .status = 204 }, \
	{ DELETE, path "/{child}", ANYONE, WRITE, .handler = relation_delete, .of = &(relation), .status = 204 }

static const struct route routes[] = {
	ENDPOINTS("/api/strict/{id}", strict), ENDPOINTS("/api/lenient/{id}", lenient),
};

static struct request *endpoint(enum method method, const char *path, const char *body, int status)
{
	struct request *rq = request_run(api.tx, &(struct ask){ method, path, NULL, body });

	if (rq->reply.status != status)
		fail_msg("%s answered %d: %s", path, rq->reply.status, buffer_str(&rq->reply.body));
	return rq;
}

static void expect(enum method method, const char *path, const char *body, int status, const char *answered)
{
	struct request *rq = endpoint(method, path, body, status);

	if (answered)
		assert_string_equal(buffer_str(&rq->reply.body), answered);
	request_free(rq);
}

static void endpoints_answer_as_the_description_says(void **state)
{
	(void)state;
	expect(POST, "/api/strict/acme", "{\"userIds\":[\"bob\"],\"x\":1}", 201, "Created");
	expect(POST, "/api/lenient/acme", "{\"userIds\":[\"ada\",\"bob\",\"ada\"],\"x\":1}", 201, "Created");
	expect(POST, "/api/lenient/acme", "{\"userIds\":[\"nope\"]}", 422, NULL);
	assert_string_equal(members_of("acme"), "ada,bob");
	expect(PUT, "/api/strict/acme", "{\"userIds\":[\"cyd\"]}", 204, "");
	assert_string_equal(members_of("acme"), "cyd");
	expect(DELETE, "/api/strict/acme/ada", NULL, 404, NULL);
	expect(DELETE, "/api/strict/acme/cyd", NULL, 204, "");
	assert_string_equal(members_of("acme"), "");
}

static void a_list_below_an_unknown_parent_is_empty_unless_it_needs_one(void **state)
{
	(void)state;
	expect(GET, "/api/strict/nope", NULL, 404, NULL);
	expect(GET, "/api/strict/acme", NULL, 200, "[]");
	expect(GET, "/api/lenient/nope", NULL, 200, "[]");
}

static void a_list_has_its_order_and_the_total_of_its_counter(void **state)
{
	struct ask c = { GET, "/api/lenient/acme", "page_size=2", NULL };
	struct request *rq;
	const char *body, *cyd, *bob;

	(void)state;
	MUST(with(relation_insert, &strict, "acme", "[\"ada\",\"bob\",\"cyd\"]"));
	MUST(with(relation_insert, &strict, "other", "[\"eve\"]"));
	MUST(store_exec(api.tx, &t_counter, ARGS(T("acme")), NULL));
	rq = request_run(api.tx, &c);
	body = buffer_str(&rq->reply.body);
	cyd = strstr(body, "\"id\":\"cyd\"");
	bob = strstr(body, "\"id\":\"bob\"");
	assert_true(cyd && bob && cyd < bob);
	assert_null(strstr(body, "\"id\":\"ada\""));
	assert_string_equal(reply_header_value(rq, "Total-Number"), "77");
	request_free(rq);
	c.path = "/api/strict/acme";		/* by id, and counted */
	rq = request_run(api.tx, &c);
	assert_null(strstr(buffer_str(&rq->reply.body), "\"id\":\"cyd\""));
	assert_string_equal(reply_header_value(rq, "Total-Number"), "3");
	request_free(rq);
}

static int world_with_relations(void **state)
{
	const struct routes mine = { routes, ARRAY_LEN(routes) };

	return world_begin(state) || route_table(&mine, 1);
}

/* -- what really changed -- */

static void a_change_tells_only_what_it_really_did(void **state)
{
	(void)state;
	assert_string_equal(told(relation_insert, &strict, "[\"ada\",\"bob\",\"ada\"]"), "+ada,bob -");
	assert_string_equal(told(relation_add_all, &strict, "[\"bob\",\"cyd\"]"), "+cyd -");
	assert_string_equal(told(relation_add_all, &strict, "[\"bob\"]"), "+ -");
	assert_string_equal(told(relation_replace, &strict, "[\"bob\",\"ada\"]"), "+ -cyd");
	assert_string_equal(told(relation_replace, &strict, "[\"cyd\",\"ada\"]"), "+cyd -bob");
	assert_string_equal(told(relation_replace, &strict, "[\"cyd\",\"ada\"]"), "+ -");
	assert_string_equal(told(relation_keep, &strict, "[\"cyd\"]"), "+ -ada");
	assert_string_equal(told(relation_replace, &strict, "[]"), "+ -cyd");
	assert_string_equal(members_of("acme"), "");
}

static void a_long_change_is_told_whole(void **state)
{
	struct relation_change change = {0};
	const char *acme = "acme";
	json_t *list = json_array();

	(void)state;
	for (int i = 0; i < 10000; i++)
		json_array_append_new(list, json_string(arena_printf(api.arena, "d%d.example", i)));
	MUST(relation_add_all(api.tx, api.arena, &domains, &acme, list, &change));
	assert_int_equal(change.added_count, 10000);
	qsort(change.added, change.added_count, sizeof(*change.added), by_text);
	for (size_t i = 1; i < change.added_count; i++)
		assert_true(strcmp(change.added[i - 1], change.added[i]) < 0);
	json_array_clear(list);
	MUST(relation_replace(api.tx, api.arena, &domains, &acme, list, &change));
	assert_int_equal(change.removed_count, 10000);
	json_decref(list);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(every_id_of_a_list_is_told_apart_in_list_order), CASE(rows_of_another_tenant_do_not_exist),
		CASE(a_child_that_is_a_plain_text_always_exists),
		CASE(adding_leaves_alone_what_is_there_and_takes_repeats),
		CASE(adding_nobody_is_fine_whatever_the_parent),
		CASE(nothing_is_written_when_one_of_the_list_is_refused),
		CASE(widths_are_those_of_the_columns_and_count_characters),
		CASE(replacing_makes_the_set_what_the_list_says),
		CASE(an_id_sent_twice_is_refused_unless_the_relation_takes_it),
		CASE(who_is_there_already_is_judged_again_unless_the_relation_keeps_the_old),
		CASE(a_change_tells_only_what_it_really_did), CASE(a_long_change_is_told_whole),
		CASE(replacing_by_nobody_looks_at_the_parent_only_where_the_contract_does),
		CASE(a_pair_is_a_parent_of_its_own),
		CASE(endpoints_answer_as_the_description_says),
		CASE(a_list_below_an_unknown_parent_is_empty_unless_it_needs_one),
		CASE(a_list_has_its_order_and_the_total_of_its_counter),
		CASE(every_change_is_told_and_what_removes_nothing_is_none),
	};

	return cmocka_run_group_tests(tests, world_with_relations, world_end);
}
