/* A thing of the test's own, in a table of its own. */
#include "world.h"

#include "entity/entity.h"

#include "base/banned.h"

static const struct field members[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	{ "id", "id", FIELD_TEXT, GENERATED | SEARCHED },
	{ "name", "name", FIELD_TEXT, REQUIRED | SEARCHED },
	{ "note", "note", FIELD_TEXT, NULLABLE | SEARCHED | ABSENT_IF_NULL },
	{ "data", "data", FIELD_OBJECT, .fallback = "{}" },
	{ "size", "size", FIELD_INTEGER, .fallback = "7" },
	{ "on", "is_on", FIELD_BOOL, .fallback = "1" },
	{ "secret", "secret", FIELD_TEXT, HIDDEN },
	{ "wish", NULL, FIELD_TEXT, NOT_STORED },
	{ "createdAt", "created_at", FIELD_TIME, IGNORED },
	{ "usedAt", "used_at", FIELD_TIME, GENERATED | NULLABLE },
	{ "updatedAt", "updated_at", FIELD_TIME, GENERATED },
	FIELDS_END
};

static err_t name_taken(const json_t *object)
{
	return json_object_get(object, "name") ? ERR_ROLE_NAME : ERR_UNIQUE;
}

ENTITY(thing) = {
	.name = "thing", .table = "t_things", .singular = "t_thing", .fields = members, .id_len = 12, .searched = true,
	.owns_counters = true, .changes = CHANGE_ACCESS, .conflict = name_taken,
};

/* the same table, not searched and with other misses */
ENTITY(quiet) = {
	.name = "quiet", .table = "t_things", .singular = "t_quiet", .fields = members, .id_len = 21,
	.read_miss = ERR_NOT_FOUND, .patch_miss = ERR_NOT_EXISTS_WITH_ID, .delete_miss = ERR_KEY_NOT_FOUND,
};

ENTITY(keyless) = {
	.name = "keyless", .table = "t_things", .singular = "t_thing", .fields = members, .keyless = true,
};

GLOBAL_STATEMENT(t_create,
		 "CREATE TABLE t_things (tenant_id {text} NOT NULL, id {text} NOT NULL, name {text} NOT NULL,"
		 " note {text}, data {text},"
		 " size bigint, is_on bigint, secret {text}, created_at bigint, used_at bigint, updated_at bigint,"
		 " search {text}, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name))");
STATEMENT(t_search, "SELECT search FROM t_things WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_secret, "SELECT secret FROM t_things WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_count, "INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES ($1, 'things', $2, 0, 3)");
STATEMENT(t_counted, "SELECT n FROM counters WHERE tenant_id = $1 AND kind = 'things' AND owner = $2");

#define MUST(call) assert_int_equal(call, OK)

/* -- the functions, with the row they leave as text in `shown` -- */

static const char *shown;

static void show(const struct entity *e, struct rows *row)
{
	struct buffer b;
	struct json_out j;

	buffer_init(&b, KIB(64));
	json_out_init(&j, &b);
	json_open(&j);
	entity_print(&j, e, row, 0);
	json_close(&j);
	shown = arena_copy(api.arena, buffer_str(&b));
	buffer_done(&b);
	MUST(rows_end(row));
}

static const char *id_of(void)
{
	json_t *row = json_loads(shown, 0, NULL);
	const char *id = arena_copy(api.arena, json_string_value(json_object_get(row, "id")));

	json_decref(row);
	return id;
}

/* Whatever the thing is, searched or not: `object` has the id of the new row afterwards. */
static err_t insert(struct entity *e, const char *text)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *object = json_loads(text, 0, NULL);
	err_t error = entity_insert(api.tx, api.arena, e, object, &row);

	if (!error) {
		show(e, &row);
		assert_string_equal(json_string_value(json_object_get(object, "id")), id_of());
	}
	json_decref(object);
	return error;
}

static err_t update(struct entity *e, const char *id, const char *text)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_t *patch = json_loads(text, 0, NULL);
	err_t error = entity_update(api.tx, api.arena, e, id, patch, &row);

	if (!error)
		show(e, &row);
	json_decref(patch);
	return error;
}

static err_t find(struct entity *e, const char *id)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t error = entity_find(api.tx, e, id, &row);

	if (!error)
		show(e, &row);
	return error;
}

static const char *column(struct statement *s, const char *id)
{
	const char *text;

	MUST(store_text(api.tx, s, ARGS(T(id)), api.arena, &text));
	return text;
}

static int64_t number_of(const char *member)
{
	json_t *row = json_loads(shown, 0, NULL);
	int64_t n = json_integer_value(json_object_get(row, member));

	json_decref(row);
	return n;
}

/* -- rows -- */

#define WHOLE_ROW \
	"{\"id\":\"a\",\"name\":\"Ada\",\"note\":\"n\",\"data\":{\"b\":[1,null]},\"size\":3,\"on\":false," \
	"\"secret\":\"s\",\"createdAt\":1,\"usedAt\":2,\"updatedAt\":3}"

static void what_nobody_sent_is_made_or_takes_its_fallback(void **state)
{
	int64_t before = clock_ms();
	const char *id;

	(void)state;
	MUST(insert(&thing, "{\"name\":\"Ada\"}"));
	id = id_of();
	assert_int_equal(strlen(id), 12);
	assert_int_equal(strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz"), 12);
	assert_in_range(number_of("createdAt"), before, clock_ms());
	assert_int_equal(number_of("createdAt"), number_of("updatedAt"));
	assert_non_null(strstr(shown, "\"name\":\"Ada\",\"data\":{},\"size\":7,\"on\":true,\"createdAt\":"));
	assert_non_null(strstr(shown, "\"usedAt\":null,"));
	MUST(insert(&quiet, "{\"name\":\"Bob\"}"));
	assert_int_equal(strlen(id_of()), 21);
}

static void a_row_is_answered_in_the_order_of_its_description_without_what_is_hidden(void **state)
{
	(void)state;
	MUST(insert(&thing, WHOLE_ROW));
	assert_string_equal(
		shown,
		"{\"tenantId\":\"default\",\"id\":\"a\",\"name\":\"Ada\",\"note\":\"n\",\"data\":{\"b\":[1,null]},"
		"\"size\":3,"
		"\"on\":false,\"createdAt\":1,\"usedAt\":2,\"updatedAt\":3}");
	assert_string_equal(column(&t_secret, "a"), "s");
	MUST(update(&thing, "a",
		    "{\"note\":null,\"usedAt\":null,\"data\":null,\"size\":null,\"on\":null,\"updatedAt\":4}"));
	assert_string_equal(
		shown,
		"{\"tenantId\":\"default\",\"id\":\"a\",\"name\":\"Ada\",\"data\":null,\"size\":null,\"on\":null,"
		"\"createdAt\":1,"
		"\"usedAt\":null,\"updatedAt\":4}");
}

static void a_patch_changes_what_it_names_and_the_time_of_the_change(void **state)
{
	(void)state;
	MUST(insert(&thing, WHOLE_ROW));
	MUST(update(&thing, "a", "{\"size\":4,\"id\":\"b\",\"tenantId\":\"admin\",\"wish\":\"w\"}"));
	assert_true(number_of("updatedAt") > 3);
	assert_int_equal(number_of("createdAt"), 1);
	assert_non_null(strstr(
		shown,
		"{\"tenantId\":\"default\",\"id\":\"a\",\"name\":\"Ada\",\"note\":\"n\",\"data\":{\"b\":[1,null]},"
		"\"size\":4,\"on\":false"));
	assert_string_equal(column(&t_secret, "a"), "s");
}

/* The contract answers so even where the row does not exist. */
static void a_patch_of_nothing_stored_is_refused_before_the_row_is_looked_for(void **state)
{
	static const char *const patches[] = {
		"{}", "{\"wish\":\"w\"}", "{\"id\":\"b\"}", "{\"tenantId\":\"x\",\"else\":1}", "{\"size\":1.5}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(patches); i++)
		assert_int_equal(update(&thing, "nope", patches[i]), ERR_NOTHING_TO_WRITE);
	assert_int_equal(update(&thing, "nope", "{\"size\":1}"), ERR_NOT_EXISTS);
	assert_int_equal(update(&thing, "nope", "{\"name\":\"x\"}"), ERR_NOT_EXISTS);	/* by way of the search text */
}

static void numbers_are_stored_as_their_column_can_hold_them(void **state)
{
	static const struct { enum field_type type; const char *json; err_t error; int64_t n; } cases[] = {
		{ FIELD_INTEGER, "2.0", OK, 2 }, { FIELD_INTEGER, "-9000000000000000", OK, -9000000000000000 },
		{ FIELD_INTEGER, "9223372036854775807", OK, INT64_MAX },
		{ FIELD_INTEGER, "1e15", OK, 1000000000000000 }, { FIELD_INTEGER, "1.5", ERR_NOTHING_TO_WRITE, 0 },
		{ FIELD_INTEGER, "1e18", OK, 1000000000000000000 },
		{ FIELD_INTEGER, "-1e18", OK, -1000000000000000000 },
		{ FIELD_INTEGER, "1e19", ERR_NOTHING_TO_WRITE, 0 }, { FIELD_NUMBER, "1e300", ERR_NOTHING_TO_WRITE, 0 },
		{ FIELD_TIME, "-1e19", ERR_NOTHING_TO_WRITE, 0 },
		{ FIELD_INTEGER, "-1e300", ERR_NOTHING_TO_WRITE, 0 },
		{ FIELD_TIME, "1.9", OK, 1 }, { FIELD_TIME, "-1.9", OK, -1 }, { FIELD_NUMBER, "2.5", OK, 2 },
		{ FIELD_BOOL, "true", OK, 1 }, { FIELD_BOOL, "false", OK, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct field f = { "x", "x", cases[i].type, 0 };
		json_t *value = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
		struct arg arg = { .n = -1 };

		assert_int_equal(field_arg(api.arena, &f, value, &arg), cases[i].error);
		json_decref(value);
		if (!cases[i].error) {
			assert_int_equal(arg.kind, ARG_INT);
			assert_int_equal(arg.n, cases[i].n);
		}
	}
}

static void everything_else_is_stored_as_text_and_null_as_null(void **state)
{
	static const struct { enum field_type type; const char *json, *text; } cases[] = {
		{ FIELD_TEXT, "\"\"", "" }, { FIELD_ENUM, "\"User\"", "User" },
		{ FIELD_OBJECT, "{ \"a\" : 1 }", "{\"a\":1}" }, { FIELD_LIST, "[]", "[]" },
		{ FIELD_ANY, "\"x\"", "\"x\"" }, { FIELD_CUSTOM, "true", "true" }, { FIELD_STRUCT, "{}", "{}" },
		{ FIELD_TEXT, "null", NULL }, { FIELD_INTEGER, "null", NULL }, { FIELD_BOOL, "null", NULL },
		{ FIELD_OBJECT, "null", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct field f = { "x", "x", cases[i].type, 0 };
		json_t *value = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
		struct arg arg;

		MUST(field_arg(api.arena, &f, value, &arg));
		assert_int_equal(arg.kind, cases[i].text ? ARG_TEXT : ARG_NULL);
		if (cases[i].text)
			assert_string_equal(arg.text, cases[i].text);
		json_decref(value);
	}
}

static void the_search_text_follows_every_searched_field(void **state)
{
	(void)state;
	MUST(insert(&thing, "{\"name\":\"ADA\"}"));
	assert_string_equal(column(&t_search, id_of()), arena_printf(api.arena, "%s\x1f" "ada\x1f", id_of()));
	MUST(insert(&thing, "{\"id\":\"B\",\"name\":\"Bob\",\"note\":\"First\"}"));
	assert_string_equal(column(&t_search, "B"), "b\x1f" "bob\x1f" "first");
	MUST(update(&thing, "B", "{\"note\":\"Second\"}"));
	assert_string_equal(column(&t_search, "B"), "b\x1f" "bob\x1fsecond");
	MUST(update(&thing, "B", "{\"size\":1}"));
	assert_string_equal(column(&t_search, "B"), "b\x1f" "bob\x1fsecond");
	MUST(update(&thing, "B", "{\"note\":null,\"name\":\"Rob\"}"));
	assert_string_equal(column(&t_search, "B"), "b\x1frob\x1f");
	MUST(insert(&quiet, "{\"id\":\"c\",\"name\":\"Cyd\"}"));
	assert_null(column(&t_search, "c"));
}

/* -- what goes wrong -- */

static void each_verb_has_its_own_404(void **state)
{
	(void)state;
	assert_int_equal(entity_find(api.tx, &thing, "nope", &(struct rows){0}), ERR_NOT_FOUND);
	assert_int_equal(entity_require(api.tx, &thing, "nope"), ERR_NOT_EXISTS_WITH_ID);
	assert_int_equal(update(&thing, "nope", "{\"on\":true}"), ERR_NOT_EXISTS);
	assert_int_equal(entity_delete(api.tx, &thing, "nope"), ERR_NOT_FOUND);
	assert_int_equal(entity_require(api.tx, &quiet, "nope"), ERR_NOT_FOUND);
	assert_int_equal(update(&quiet, "nope", "{\"on\":true}"), ERR_NOT_EXISTS_WITH_ID);
	assert_int_equal(entity_delete(api.tx, &quiet, "nope"), ERR_KEY_NOT_FOUND);
}

/* A statement that failed has spoilt its transaction: each try has a savepoint of its own. */
static void refused(struct entity *e, const char *id, const char *text, err_t expected)
{
	MUST(txn_savepoint(api.tx, "default"));
	assert_int_equal(id ? update(e, id, text) : insert(e, text), expected);
	MUST(txn_rollback_to(api.tx));
}

static void one_like_it_is_refused_in_the_words_of_the_thing(void **state)
{
	(void)state;
	MUST(insert(&thing, "{\"id\":\"a\",\"name\":\"Ada\"}"));
	MUST(insert(&thing, "{\"id\":\"b\",\"name\":\"Bob\"}"));
	refused(&thing, NULL, "{\"name\":\"Bob\"}", ERR_ROLE_NAME);
	refused(&thing, "b", "{\"name\":\"Ada\"}", ERR_ROLE_NAME);
	refused(&quiet, NULL, "{\"name\":\"Bob\"}", ERR_UNIQUE);
	refused(&quiet, "b", "{\"name\":\"Ada\"}", ERR_UNIQUE);
}

static void rows_of_another_tenant_are_not_there(void **state)
{
	(void)state;
	MUST(insert(&thing, "{\"id\":\"a\",\"name\":\"Ada\"}"));
	txn_set_tenant(api.tx, "admin");
	assert_int_equal(find(&thing, "a"), ERR_NOT_FOUND);
	assert_int_equal(update(&thing, "a", "{\"name\":\"Eve\"}"), ERR_NOT_EXISTS);
	assert_int_equal(entity_delete(api.tx, &thing, "a"), ERR_NOT_FOUND);
	MUST(insert(&thing, "{\"id\":\"a\",\"name\":\"Ada\"}"));
	MUST(entity_delete(api.tx, &thing, "a"));
	txn_set_tenant(api.tx, "default");
	MUST(find(&thing, "a"));
	assert_non_null(strstr(shown, "\"tenantId\":\"default\",\"id\":\"a\",\"name\":\"Ada\""));
}

/* -- what ends with a row -- */

static void deleting_takes_the_counters_along(void **state)
{
	int64_t n;

	(void)state;
	MUST(insert(&thing, "{\"id\":\"a\",\"name\":\"Ada\"}"));
	MUST(insert(&quiet, "{\"id\":\"b\",\"name\":\"Bob\"}"));
	MUST(store_exec(api.tx, &t_count, ARGS(T("a")), NULL));
	MUST(store_exec(api.tx, &t_count, ARGS(T("b")), NULL));
	MUST(entity_delete(api.tx, &thing, "a"));
	assert_int_equal(store_int(api.tx, &t_counted, ARGS(T("a")), &n), ERR_NOT_FOUND);
	MUST(entity_delete(api.tx, &quiet, "b"));	/* has none of its own, so it looks for none */
	MUST(store_int(api.tx, &t_counted, ARGS(T("b")), &n));
}

enum deed { INSERT, UPDATE, DELETE_NONE, REMOVE };

/* Whether what depends on the thing is forgotten once the deed is committed. */
static bool is_told(enum deed deed)
{
	struct cache_ticket ticket;
	bool told;

	cache_mark(context.cache);
	ticket = cache_ticket(context.cache, "default", CHANGE_ACCESS);
	if (deed == INSERT)
		MUST(insert(&thing, "{\"id\":\"a\",\"name\":\"Ada\"}"));
	else if (deed == UPDATE)
		MUST(update(&thing, "a", "{\"name\":\"Eve\"}"));
	else
		assert_int_equal(entity_delete(api.tx, &thing, deed == REMOVE ? "a" : "nope"),
				 deed == REMOVE ? OK : ERR_NOT_FOUND);
	assert_true(cache_is_current(context.cache, ticket, "default", CHANGE_ACCESS));
	MUST(txn_commit(&api.tx));
	told = !cache_is_current(context.cache, ticket, "default", CHANGE_ACCESS);
	api.tx = write_begin("default");
	return told;
}

static void a_change_is_told_when_it_is_committed_and_a_new_row_is_none(void **state)
{
	(void)state;
	assert_false(is_told(INSERT));
	assert_true(is_told(UPDATE));
	assert_false(is_told(DELETE_NONE));
	assert_true(is_told(REMOVE));
}

/* -- descriptions and endpoints -- */

static void a_keyless_thing_has_columns_and_no_statements(void **state)
{
	size_t n;
	struct entity *const *all = entity_all(&n);
	bool listed = false;

	(void)state;
	for (size_t i = 0; i < n; i++)
		listed |= all[i] == &keyless;
	assert_true(listed);
	assert_int_equal(keyless.column_count, 10);	/* all but the hidden one and the one that is not stored */
	assert_null(keyless.find.sqlite);
	assert_null(keyless.insert.sqlite);
	assert_non_null(thing.find.sqlite);
}

static const struct route routes[] = {
	{ POST, "/api/t/{parent}/things", ANYONE, WRITE, .handler = entity_post, .of = &thing, .status = 203 },
	{ GET, "/api/t/{parent}/things/{id}", ANYONE, READ, .handler = entity_get, .of = &thing, .status = 200 },
	{ PATCH, "/api/t/{parent}/things/{id}", ANYONE, WRITE, .handler = entity_patch, .of = &thing, .status = 200 },
	{ DELETE, "/api/t/{parent}/things/{id}", ANYONE, WRITE, .handler = entity_remove, .of = &thing,
	  .status = 204 },
	{ GET, "/api/t/quiets/{id}", ANYONE, READ, .handler = entity_get, .of = &quiet, .status = 200 },
};

static void the_plain_endpoints_take_the_last_argument_of_the_path(void **state)
{
	static const struct { enum method method; const char *path, *body; int status; const char *has; } cases[] = {
		{ POST, "/api/t/a/things", "{\"id\":\"x\",\"name\":\"Ada\"}", 203, "\"id\":\"x\",\"name\":\"Ada\"" },
		{ GET, "/api/t/a/things/x", NULL, 200, "\"id\":\"x\",\"name\":\"Ada\"" },
		{ PATCH, "/api/t/a/things/x", "{\"name\":\"Eve\"}", 200, "\"name\":\"Eve\"" },
		{ PATCH, "/api/t/a/things/a", "{\"name\":\"Eve\"}", 404, "The t_thing does not exist." },
		{ PATCH, "/api/t/a/things/x", "{}", 422, "entity.invalid_input" },
		{ DELETE, "/api/t/a/things/x", NULL, 204, "" },
		{ DELETE, "/api/t/a/things/x", NULL, 404, "entity.not_found" },
		{ GET, "/api/t/a/things/a%22b", NULL, 404, "The t_things with ID `a\\\"b` does not exist." },
		{ GET, "/api/t/quiets/x", NULL, 404, "entity.not_found" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq =
			request_run(api.tx, &(struct ask){ cases[i].method, cases[i].path, NULL, cases[i].body });

		assert_int_equal(rq->reply.status, cases[i].status);
		if (!strstr(buffer_str(&rq->reply.body), cases[i].has))
			fail_msg("no %s in %s", cases[i].has, buffer_str(&rq->reply.body));
		request_free(rq);
	}
}

static int world_with_things(void **state)
{
	const struct routes mine = { routes, ARRAY_LEN(routes) };
	struct txn *tx;

	if (world_begin(state) || route_table(&mine, 1))
		return -1;
	tx = write_begin("default");
	return store_exec(tx, &t_create, NO_ARGS, NULL) || txn_commit(&tx);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(what_nobody_sent_is_made_or_takes_its_fallback),
		CASE(a_row_is_answered_in_the_order_of_its_description_without_what_is_hidden),
		CASE(a_patch_changes_what_it_names_and_the_time_of_the_change),
		CASE(a_patch_of_nothing_stored_is_refused_before_the_row_is_looked_for),
		CASE(numbers_are_stored_as_their_column_can_hold_them),
		CASE(everything_else_is_stored_as_text_and_null_as_null),
		CASE(the_search_text_follows_every_searched_field), CASE(each_verb_has_its_own_404),
		CASE(one_like_it_is_refused_in_the_words_of_the_thing), CASE(rows_of_another_tenant_are_not_there),
		CASE(deleting_takes_the_counters_along),
		CASE(a_change_is_told_when_it_is_committed_and_a_new_row_is_none),
		CASE(a_keyless_thing_has_columns_and_no_statements),
		CASE(the_plain_endpoints_take_the_last_argument_of_the_path),
	};

	return cmocka_run_group_tests(tests, world_with_things, world_end);
}
