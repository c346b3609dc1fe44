/* The API document, of routes of the test's own and of those of the program. */
#include "world.h"

#include "directory/directory.h"
#include "organizations/organizations.h"
#include "server/openapi.h"

#include "base/banned.h"

/* -- routes -- */

static err_t nothing(struct request *rq)
{
	return reply_empty(rq, 204);
}

static const char *const kinds[] = { "a", "b", NULL };
static const struct field inner[] = {
	{ "x", "x", FIELD_NUMBER, REQUIRED }, { "y", "y", FIELD_TEXT, HIDDEN }, FIELDS_END
};
static const struct field body[] = {
	{ "made", .type = FIELD_TEXT, .flags = GENERATED },
	{ "ignored", .type = FIELD_TEXT, .flags = IGNORED },
	{ "name", .type = FIELD_TEXT, .flags = REQUIRED | NOT_EMPTY, .max = 128, .help = "Not unique." },
	{ "first", .type = FIELD_TEXT, .flags = CREATE_ONLY | REQUIRED, .min = 3 },
	{ "later", .type = FIELD_BOOL, .flags = PATCH_ONLY },
	{ "note", .type = FIELD_TEXT, .flags = NULLABLE, .form = FORM_URL },
	{ "data", .type = FIELD_OBJECT },
	{ "kind", .type = FIELD_ENUM, .options = kinds },
	{ "inner", .type = FIELD_STRUCT, .members = inner },
	{ "ids", .type = FIELD_LIST, .flags = NOT_EMPTY, .element = &field_text },
	{ "seconds", .type = FIELD_INTEGER, .min = 1, .max = 9 },
	{ "any", .type = FIELD_ANY },
	FIELDS_END
};
static const struct field query[] = {
	{ "q", .type = FIELD_TEXT }, { "must", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape one = { .of = &organization };
static const struct shape many = { .of = &organization, .fields = inner, .list = true };
static const struct shape wrapped = { .fields = inner, .list = true, .wrapper = "rows" };

#define ROW(method, path, ...) { method, path, MANAGEMENT, READ, .handler = nothing, .summary = "S", __VA_ARGS__ }

static const struct route first_rows[] = {
	ROW(GET, "/api/organizations", .status = 200, .reply = &many, .paging = PAGES),
	ROW(POST, "/api/organizations", .status = 201, .reply = &one, .body = body),
	ROW(GET, "/api/organizations/{id}", .status = 200, .reply = &wrapped, .query = query),
	ROW(PATCH, "/api/organizations/{id}", .status = 200, .body = body, .body_is_patch = true),
	ROW(PUT, "/api/organizations/{id}/user-roles", .status = 204, .body_is_free = true),
	ROW(POST, "/api/organizations/{id}/user-roles", .status = 201),
	ROW(DELETE, "/api/organizations/{id}/user-roles/{roleId}", .status = 204, .before = nothing),
	ROW(GET, "/api/organizations/{id}/status", .status = 204),
	ROW(GET, "/api/Zebras/{id}/identities/{target}", .status = 200, .reply = &any_object),
	ROW(GET, "/api/zOo", .status = 204),
	ROW(PUT, "/api/organizations/{id}/address", .status = 200, .operation = "MoveHouse"),
	{ GET, "/api/.well-known/keys", ANYONE, READ, .handler = nothing, .status = 200, .summary = "S" },
	{ POST, "/oidc/token", ANYONE, READ, .handler = nothing, .status = 200, .summary = "S" },
};
/* another room with methods of a path that the first has too */
static const struct route more_rows[] = {
	ROW(DELETE, "/api/organizations/{id}", .status = 204),
		ROW(POST, "/api/categories/{id}/entries", .status = 201),
};

/* -- reading the document -- */

static json_t *document;

static void describe_at(const char *origin, enum openapi_part part)
{
	struct request *rq = request_new(&(struct ask){ GET, "/api/swagger.json", .origin = origin });

	json_decref(document);
	assert_int_equal(openapi_reply(rq, part), OK);
	/* no path, method or component twice */
	document = json_loads(buffer_str(&rq->reply.body), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(document);
	request_free(rq);
}

static void describe(enum openapi_part part)
{
	describe_at("https://id.example.com", part);
}

/* What stands at a path of members and places: "tags 0 name". */
static json_t *at(const char *path)
{
	json_t *j = document;
	char word[80];

	for (size_t n; *path; path += n + (path[n] == ' ')) {
		n = strcspn(path, " ");
		assert_true(n < sizeof(word));
		memcpy(word, path, n);
		word[n] = '\0';
		j = json_is_array(j) ? json_array_get(j, strtoul(word, NULL, 10)) : json_object_get(j, word);
	}
	return j;
}

static void has(const char *path, const char *expected)
{
	char *text = json_dumps(at(path), JSON_COMPACT | JSON_ENCODE_ANY);

	if (!text || strcmp(text, expected))
		fail_msg("%s: %s, not %s", path, text ? text : "absent", expected);
	free(text);
}

#define ORGANIZATIONS "paths /api/organizations "
#define ORGANIZATION "paths /api/organizations/{id} "
#define SCHEMA "requestBody content application/json schema "
#define ANSWER(status) "responses " status " content application/json schema"

/* -- the document as a whole -- */

static void a_path_stands_once_with_the_methods_of_all_rooms(void **state)
{
	(void)state;
	describe(OPENAPI_WHOLE);
	assert_int_equal(json_object_size(at("paths")), 10);
	assert_non_null(at(ORGANIZATION "get"));
	assert_non_null(at(ORGANIZATION "patch"));
	assert_non_null(at(ORGANIZATION "delete"));
	assert_null(at("paths /oidc/token"));
	has("openapi", "\"3.0.1\"");
	has("servers 0 url", "\"https://id.example.com\"");
	has("security", "[{\"OAuth2\":[\"all\"]}]");
}

/* The rest of it is made once. */
static void each_caller_is_told_the_address_that_it_used(void **state)
{
	json_t *first;

	(void)state;
	describe(OPENAPI_WHOLE);
	first = json_incref(document);
	describe_at("http://[::1]:3001", OPENAPI_WHOLE);
	has("servers", "[{\"url\":\"http://[::1]:3001\",\"description\":\"This server\"}]");
	assert_false(json_equal(first, document));
	describe(OPENAPI_WHOLE);
	assert_true(json_equal(first, document));
	json_decref(first);
}

static void parts_for_people_have_no_paths_yet_and_another_door(void **state)
{
	(void)state;
	describe(OPENAPI_MANAGEMENT);
	assert_int_equal(json_object_size(at("paths")), 10);
	assert_non_null(at("paths /api/.well-known/keys get"));
	for (enum openapi_part part = OPENAPI_EXPERIENCE; part <= OPENAPI_USER; part++) {
		describe(part);
		has("paths", "{}");
		has("tags", "[]");
		has("security", "[{\"cookieAuth\":[\"all\"]}]");
	}
}

static void tags_are_sorted_without_case_and_stand_once(void **state)
{
	(void)state;
	describe(OPENAPI_WHOLE);
	has("tags",
	    "[{\"name\":\"Categories\"},{\"name\":\"Organizations\"},{\"name\":\"Well-known\"},{\"name\":\"Zebras\"},"
	    "{\"name\":\"ZOo\"}]");
	has(ORGANIZATIONS "post tags", "[\"Organizations\"]");
}

/* -- operations -- */

static void an_operation_is_a_verb_and_singular_words(void **state)
{
	static const struct { const char *operation, *id; } cases[] = {
		{ ORGANIZATIONS "get", "\"ListOrganizations\"" }, { ORGANIZATIONS "post", "\"CreateOrganization\"" },
		{ ORGANIZATION "get", "\"GetOrganization\"" }, { ORGANIZATION "patch", "\"UpdateOrganization\"" },
		{ ORGANIZATION "delete", "\"DeleteOrganization\"" },
		{ "paths /api/organizations/{id}/user-roles put", "\"ReplaceOrganizationUserRoles\"" },
		{ "paths /api/organizations/{id}/user-roles post", "\"CreateOrganizationUserRole\"" },
		{ "paths /api/organizations/{id}/user-roles/{roleId} delete", "\"DeleteOrganizationUserRole\"" },
		{ "paths /api/organizations/{id}/status get", "\"GetOrganizationStatus\"" },
		{ "paths /api/Zebras/{id}/identities/{target} get", "\"GetZebraIdentity\"" },
		{ "paths /api/categories/{id}/entries post", "\"CreateCategoryEntry\"" },
		{ "paths /api/organizations/{id}/address put", "\"MoveHouse\"" },
		{ "paths /api/.well-known/keys get", "\"ListWellKnownKeys\"" },
	};

	(void)state;
	describe(OPENAPI_WHOLE);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		has(arena_printf(api.arena, "%s operationId", cases[i].operation), cases[i].id);
}

static void answers_are_those_that_the_row_can_give(void **state)
{
	static const struct { const char *operation, *statuses; } cases[] = {
		{ ORGANIZATIONS "get", "200 400 401 403" }, { ORGANIZATIONS "post", "201 400 401 403 422" },
		{ ORGANIZATION "get", "200 400 401 403 404" }, { ORGANIZATION "delete", "204 400 401 403 404" },
		{ "paths /api/organizations/{id}/user-roles put", "204 400 401 403 404" },
		{ "paths /api/organizations/{id}/user-roles/{roleId} delete", "204 400 401 403 404 422" },
		{ "paths /api/.well-known/keys get", "200" },
	};

	(void)state;
	describe(OPENAPI_WHOLE);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *answers = at(arena_printf(api.arena, "%s responses", cases[i].operation)), *one_answer;
		const char *all = "", *status;

		json_object_foreach(answers, status, one_answer)
			all = arena_printf(api.arena, "%s%s%s", all, *all ? " " : "", status);
		assert_string_equal(all, cases[i].statuses);
	}
	has("paths /api/.well-known/keys get security", "[]");
	assert_null(at(ORGANIZATIONS "get security"));		/* that of the whole */
}

static void answers_have_the_shape_of_the_row(void **state)
{
	(void)state;
	describe(OPENAPI_WHOLE);
	has(ORGANIZATIONS "post " ANSWER("201"), "{\"$ref\":\"#/components/schemas/Organization\"}");
	has(ORGANIZATIONS "get " ANSWER("200"),
	    "{\"type\":\"array\",\"items\":{\"allOf\":[{\"$ref\":\"#/components/schemas/Organization\"},"
	    "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}},\"required\":[\"x\"]}]}}");
	has(ORGANIZATION "get " ANSWER("200"),
	    "{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":"
	    "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\"}},\"required\":[\"x\"]}}},"
	    "\"required\":[\"rows\"]}");
	has("paths /api/Zebras/{id}/identities/{target} get " ANSWER("200"),
	    "{\"type\":\"object\",\"additionalProperties\":true}");
	has(ORGANIZATION "delete responses 204", "{\"description\":\"Done\"}");
}

static void parameters_are_of_the_path_the_query_and_the_page(void **state)
{
	(void)state;
	describe(OPENAPI_WHOLE);
	has(ORGANIZATION "get parameters",
	    "[{\"$ref\":\"#/components/parameters/organizationId-root\"},"
	    "{\"name\":\"q\",\"in\":\"query\",\"required\":false,\"schema\":{\"type\":\"string\"}},"
	    "{\"name\":\"must\",\"in\":\"query\",\"required\":true,\"schema\":{\"type\":\"string\"}}]");
	has(ORGANIZATIONS "get parameters 0 name", "\"page\"");
	has(ORGANIZATIONS "get parameters 1 schema", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}");
	has("paths /api/organizations/{id}/user-roles/{roleId} delete parameters",
	    "[{\"$ref\":\"#/components/parameters/organizationId-root\"},"
	    "{\"$ref\":\"#/components/parameters/roleId\"}]");
	has("paths /api/categories/{id}/entries post parameters",
	    "[{\"$ref\":\"#/components/parameters/categoryId-root\"}]");
	has("components parameters organizationId-root",
	    "{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}}");
	has("components parameters roleId name", "\"roleId\"");
}

/* -- schemas -- */

static void a_body_has_what_a_caller_may_send(void **state)
{
	(void)state;
	describe(OPENAPI_WHOLE);
	has(ORGANIZATIONS "post " SCHEMA "required", "[\"name\",\"first\"]");
	assert_null(at(ORGANIZATIONS "post " SCHEMA "properties made"));
	assert_null(at(ORGANIZATIONS "post " SCHEMA "properties ignored"));
	assert_null(at(ORGANIZATIONS "post " SCHEMA "properties later"));
	assert_null(at(ORGANIZATION "patch " SCHEMA "required"));
	assert_null(at(ORGANIZATION "patch " SCHEMA "properties first"));
	assert_non_null(at(ORGANIZATION "patch " SCHEMA "properties later"));
	has("paths /api/organizations/{id}/user-roles put requestBody content application/json schema",
	    "{\"type\":\"object\",\"additionalProperties\":true}");
	assert_null(at("paths /api/organizations/{id}/user-roles post requestBody"));
}

static void a_member_is_described_by_its_field(void **state)
{
	static const struct { const char *member, *schema; } cases[] = {
		{ "name", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":128,\"description\":\"Not unique.\"}" },
		{ "first", "{\"type\":\"string\",\"minLength\":3}" },
		{ "note", "{\"type\":\"string\",\"nullable\":true,\"format\":\"uri\"}" },
		{ "data", "{\"type\":\"object\",\"additionalProperties\":true}" },
		{ "kind", "{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}" },
		{ "seconds", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}" },
		{ "ids", "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"}}" }, { "any", "{}" },
	};

	(void)state;
	describe(OPENAPI_WHOLE);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		has(arena_printf(api.arena, ORGANIZATIONS "post " SCHEMA "properties %s", cases[i].member),
		    cases[i].schema);
	has(ORGANIZATIONS "post " SCHEMA "properties inner required", "[\"x\"]");
}

static void a_thing_shows_what_its_answers_have(void **state)
{
	(void)state;
	describe(OPENAPI_WHOLE);
	assert_null(at("components schemas User properties passwordDigest"));
	assert_non_null(at("components schemas User properties createdAt"));
	assert_null(at("components schemas OrganizationRole properties organizationScopeIds"));	/* of requests only */
	assert_non_null(at("components schemas OrganizationRole properties type"));
}

/* -- the document of the program -- */

static void check_refs(const json_t *j)
{
	const char *key, *ref = json_string_value(json_object_get(j, "$ref"));
	json_t *child;
	size_t i;

	if (ref) {
		char *path = arena_copy(api.arena, ref + strlen("#/"));

		for (char *p = path; *p; p++)
			if (*p == '/')
				*p = ' ';
		if (!at(path))
			fail_msg("%s leads nowhere", ref);
	}
	json_object_foreach((json_t *)(uintptr_t)j, key, child)
		check_refs(child);
	json_array_foreach(j, i, child)
		check_refs(child);
}

static void every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own(void **state)
{
	json_t *seen = json_object(), *methods, *operation;
	const char *path, *method;

	(void)state;
	assert_int_equal(routes_start(), OK);
	describe(OPENAPI_WHOLE);
	check_refs(document);
	json_object_foreach(at("paths"), path, methods)
		json_object_foreach(methods, method, operation) {
			const char *id = json_string_value(json_object_get(operation, "operationId"));

			if (json_object_get(seen, id))
				fail_msg("%s twice, at %s", id, path);
			json_object_set_new(seen, id, json_true());
			assert_non_null(json_string_value(json_object_get(operation, "summary")));
		}
	json_decref(seen);
}

static int begin(void **state)
{
	const struct routes tables[] = { { first_rows, ARRAY_LEN(first_rows) }, { more_rows, ARRAY_LEN(more_rows) } };

	(void)state;
	mounts_start();
	api.arena = arena_new();
	return route_table(tables, ARRAY_LEN(tables));
}

static int end(void **state)
{
	(void)state;
	arena_free(api.arena);
	json_decref(document);
	document = NULL;
	return 0;
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(a_path_stands_once_with_the_methods_of_all_rooms),
		CASE(each_caller_is_told_the_address_that_it_used),
		CASE(parts_for_people_have_no_paths_yet_and_another_door),
		CASE(tags_are_sorted_without_case_and_stand_once), CASE(an_operation_is_a_verb_and_singular_words),
		CASE(answers_are_those_that_the_row_can_give), CASE(answers_have_the_shape_of_the_row),
		CASE(parameters_are_of_the_path_the_query_and_the_page), CASE(a_body_has_what_a_caller_may_send),
		CASE(a_member_is_described_by_its_field), CASE(a_thing_shows_what_its_answers_have),
		CASE(every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
