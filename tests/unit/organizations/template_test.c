#include "calls.h"

#include "base/banned.h"

#define ROLES "/api/organization-roles"
#define SCOPES "/api/organization-scopes"

static const char *new_scope(const char *name)
{
	return post_for_id(SCOPES, P("{\"name\":\"%s\"}", name));
}

static const char *new_permission(const char *resource, const char *name)
{
	return post_for_id(P("/api/resources/%s/scopes", resource), P("{\"name\":\"%s\",\"description\":\"\"}", name));
}

static const char *new_resource(const char *name)
{
	return post_for_id("/api/resources", P("{\"name\":\"%s\",\"indicator\":\"https://%s.example\"}", name, name));
}

static const char *in_order(const char *x, const char *y)
{
	return strcmp(x, y) < 0 ? P("%s,%s", x, y) : P("%s,%s", y, x);
}

static void a_role_is_made_with_all_it_carries_or_not_at_all(void **state)
{
	const char *look = new_scope("look"), *post = new_permission(new_resource("api"), "post");
	const struct { const char *scopes, *permissions; err_t e; } cases[] = {
		{ P("\"%s\",\"nope\"", look), "", ERR_REFERENCE }, { "", P("\"%s\",\"nope\"", post), ERR_REFERENCE },
		{ "\"\"", "", ERR_REFERENCE }, { P("\"%s\"", post), "", ERR_REFERENCE },
		{ "", P("\"%s\"", look), ERR_REFERENCE }, { "\"nope\",\"a23456789012345678901x\"", "", ERR_TOO_LONG },
		{ "", "\"a23456789012345678901x\"", ERR_TOO_LONG },
		{ "null", "", ERR_INPUT },
		{ P("\"%s\",\"%s\"", look, look), P("\"%s\",\"%s\"", post, post), OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *body = P("{\"name\":\"editor\",\"organizationScopeIds\":[%s],\"resourceScopeIds\":[%s]}",
				     cases[i].scopes, cases[i].permissions);

		REFUSED(cases[i].e, call(POST, ROLES, body));
		assert_string_equal(get_list(ROLES, "name"), cases[i].e ? "" : "editor");
	}
	REFUSED(ERR_INPUT, call(POST, ROLES, "{\"name\":\"x\",\"organizationScopeIds\":null}"));
}

static void a_name_that_is_taken_wins_over_an_unknown_scope(void **state)
{
	(void)state;
	new_role("editor", "User");
	REFUSED(ERR_UNIQUE, call(POST, ROLES, "{\"name\":\"editor\",\"organizationScopeIds\":[\"nope\"]}"));
	REFUSED(ERR_UNIQUE,
		call(POST, ROLES, "{\"name\":\"editor\",\"resourceScopeIds\":[\"a23456789012345678901x\"]}"));
}

static void names_differ_by_letter_case_and_by_tenant(void **state)
{
	static const char *const things[] = { ROLES, SCOPES };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(things); i++) {
		const char *mine = post_for_id(things[i], "{\"name\":\"editor\"}"),
			   *other = post_for_id(things[i], "{\"name\":\"Editor\"}");

		REFUSED(ERR_UNIQUE, call(POST, things[i], "{\"name\":\"editor\"}"));
		REFUSED(ERR_UNIQUE, call(PATCH, P("%s/%s", things[i], other), "{\"name\":\"editor\"}"));
		MUST(call(PATCH, P("%s/%s", things[i], mine), "{\"name\":\"editor\"}"));
		move_to("admin");
		post_for_id(things[i], "{\"name\":\"editor\"}");
		move_to("default");
	}
}

static void what_is_unknown_has_a_code_for_each_verb(void **state)
{
	static const struct { enum method method; const char *path, *body; err_t e; } cases[] = {
		{ GET, ROLES "/0", NULL, ERR_NOT_FOUND }, { GET, SCOPES "/0", NULL, ERR_NOT_EXISTS_WITH_ID },
		{ PATCH, ROLES "/0", "{\"name\":\"x\"}", ERR_NOT_EXISTS },
		{ PATCH, SCOPES "/0", "{\"name\":\"x\"}", ERR_NOT_EXISTS },
		{ PATCH, ROLES "/0", "{\"organizationScopeIds\":[\"x\"],\"resourceScopeIds\":[]}",
		  ERR_NOTHING_TO_WRITE },
		{ PATCH, ROLES "/0", "{\"organizationScopeIds\":1,\"resourceScopeIds\":null}", ERR_NOTHING_TO_WRITE },
		{ PATCH, SCOPES "/0", NULL, ERR_NOTHING_TO_WRITE },
		{ DELETE, ROLES "/0", NULL, ERR_NOT_FOUND }, { DELETE, SCOPES "/0", NULL, ERR_NOT_FOUND },
		{ GET, ROLES "/0/scopes", NULL, ERR_NOT_FOUND },
		{ GET, ROLES "/0/resource-scopes", NULL, ERR_NOT_FOUND },
		{ GET, ROLES "/0/scopes?page=0", NULL, ERR_PAGINATION },
		{ POST, ROLES "/0/scopes", "{\"organizationScopeIds\":[\"x\"]}", ERR_REFERENCE },
		{ PUT, ROLES "/0/scopes", "{\"organizationScopeIds\":[]}", OK },
		{ PUT, ROLES "/0/resource-scopes", "{\"scopeIds\":[]}", OK },
		{ DELETE, ROLES "/0/scopes/0", NULL, ERR_NOT_FOUND },
		{ DELETE, ROLES "/0/resource-scopes/0", NULL, ERR_NOT_FOUND },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		REFUSED(cases[i].e, call(cases[i].method, cases[i].path, cases[i].body));
}

static void only_the_list_shows_what_a_role_carries(void **state)
{
	const char *api_id = new_resource("api"), *get = new_permission(api_id, "get"),
		   *put = new_permission(api_id, "put");
	const char *look = new_scope("look"), *change = new_scope("change"), *editor = new_role("editor", "User");
	json_t *permissions, *first;

	(void)state;
	new_role("bare", "MachineToMachine");
	MUST(call(POST, P(ROLES "/%s/scopes", editor), LIST("organizationScopeIds", look, change)));
	assert_null(got);
	MUST(call(POST, P(ROLES "/%s/resource-scopes", editor), LIST("scopeIds", get, put)));
	MUST(call(GET, P(ROLES "/%s", editor), NULL));
	assert_string_equal(member_json("scopes"), "nothing");
	assert_string_equal(member_json("resourceScopes"), "nothing");
	assert_string_equal(get_list(ROLES, "name"), "bare,editor");
	assert_string_equal(join_members(json_object_get(json_array_get(got, 0), "scopes"), "id"), "");
	assert_string_equal(join_members(json_object_get(json_array_get(got, 0), "resourceScopes"), "id"), "");
	assert_string_equal(join_members(json_object_get(json_array_get(got, 1), "scopes"), "id"),
			    in_order(look, change));
	permissions = json_object_get(json_array_get(got, 1), "resourceScopes");
	first = json_array_get(permissions, 0);
	assert_string_equal(join_members(permissions, "id"), in_order(get, put));
	assert_string_equal(text_in(json_object_get(first, "resource"), "id"), api_id);
	assert_string_equal(text_in(json_object_get(first, "resource"), "name"), "api");
}

static void adding_takes_repeats_and_replacing_does_not(void **state)
{
	const char *look = new_scope("look"), *change = new_scope("change"),
		   *path = P(ROLES "/%s/scopes", new_role("editor", "User"));

	(void)state;
	REFUSED(ERR_INPUT, call(POST, path, LIST("organizationScopeIds", NULL)));
	REFUSED(ERR_REFERENCE, call(POST, path, LIST("organizationScopeIds", look, "nope")));
	assert_string_equal(get_list(path, "name"), "");
	MUST(call(POST, path, LIST("organizationScopeIds", look, look)));
	MUST(call(POST, path, LIST("organizationScopeIds", look, change)));
	assert_string_equal(get_list(path, "name"), "change,look");
	REFUSED(ERR_UNIQUE, call(PUT, path, LIST("organizationScopeIds", look, look)));
	REFUSED(ERR_UNIQUE, call(PUT, path, LIST("organizationScopeIds", "nope", "nope")));
	REFUSED(ERR_REFERENCE, call(PUT, path, LIST("organizationScopeIds", "nope")));
	assert_string_equal(get_list(path, "name"), "change,look");
	MUST(call(PUT, path, LIST("organizationScopeIds", change)));
	assert_string_equal(get_list(path, "name"), "change");
	MUST(call(PUT, path, LIST("organizationScopeIds", NULL)));
	assert_string_equal(get_list(path, "name"), "");
}

static void a_role_that_changes_its_type_stays_where_it_is_and_goes_nowhere_new(void **state)
{
	const char *acme = new_organization(), *ada = new_user(NULL), *role = new_role("editor", "User");
	const char *path = P("/api/organizations/%s/users/%s/roles", acme, ada);

	(void)state;
	MUST(call(POST, P("/api/organizations/%s/users", acme), LIST("userIds", ada)));
	MUST(call(POST, path, LIST("organizationRoleIds", role)));
	MUST(call(PATCH, P(ROLES "/%s", role), "{\"type\":\"MachineToMachine\"}"));
	assert_string_equal(get_list(path, "id"), role);
	REFUSED(ERR_CHECK, call(POST, path, LIST("organizationRoleIds", role)));
	REFUSED(ERR_CHECK, call(PUT, path, LIST("organizationRoleIds", role)));
	assert_string_equal(get_list(path, "id"), role);
}

static void what_is_deleted_leaves_the_roles_that_carried_it(void **state)
{
	const char *api_id = new_resource("api"), *get = new_permission(api_id, "get"), *look = new_scope("look"),
		   *change = new_scope("change");
	const char *role = P(ROLES "/%s", new_role("editor", "User"));

	(void)state;
	MUST(call(PUT, P("%s/scopes", role), LIST("organizationScopeIds", look, change)));
	MUST(call(PUT, P("%s/resource-scopes", role), LIST("scopeIds", get)));
	MUST(call(DELETE, P(SCOPES "/%s", look), NULL));
	MUST(call(DELETE, P("/api/resources/%s", api_id), NULL));
	assert_string_equal(get_list(P("%s/scopes", role), "name"), "change");
	assert_string_equal(get_list(P("%s/resource-scopes", role), "name"), "");
	MUST(call(DELETE, P("%s/scopes/%s", role, change), NULL));
	REFUSED(ERR_NOT_FOUND, call(DELETE, P("%s/scopes/%s", role, change), NULL));
	MUST(call(GET, P(SCOPES "/%s", change), NULL));
}

static void a_scope_of_another_tenant_is_unknown(void **state)
{
	const char *theirs, *role = new_role("editor", "User");

	(void)state;
	move_to("admin");
	theirs = new_scope("look");
	move_to("default");
	REFUSED(ERR_REFERENCE, call(POST, P(ROLES "/%s/scopes", role), LIST("organizationScopeIds", theirs)));
	REFUSED(ERR_REFERENCE, call(PUT, P(ROLES "/%s/scopes", role), LIST("organizationScopeIds", theirs)));
	REFUSED(ERR_REFERENCE,
		call(POST, P(ROLES "/%s/scopes", theirs), LIST("organizationScopeIds", new_scope("look"))));
}

/* By bytes, whatever the language. */
static void lists_are_in_the_order_of_names(void **state)
{
	static const char *const names[] = { "b", "\xc3\xa9", "B", "_", "1" };
	static const char *const things[] = { ROLES, SCOPES };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(things); i++) {
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			post_for_id(things[i], P("{\"name\":\"%s\"}", names[k]));
		assert_string_equal(get_list(things[i], "name"), "1,B,_,b,\xc3\xa9");
	}
}

static void roles_are_searched_by_description_and_scopes_by_name_alone(void **state)
{
	const char *role, *scope_id;

	(void)state;
	role = post_for_id(ROLES, "{\"name\":\"editor\",\"description\":\"Writes \xc3\x84rticles\"}");
	scope_id = post_for_id(SCOPES, "{\"name\":\"look\",\"description\":\"Writes\"}");
	assert_string_equal(get_list(ROLES "?q=%C3%A4rt", "id"), role);
	assert_string_equal(get_list(ROLES "?q=EDIT", "id"), role);
	assert_string_equal(get_list(P(ROLES "?q=%s", role), "id"), role);
	assert_string_equal(get_list(ROLES "?q=editorWrites", "id"), "");
	assert_string_equal(get_list(SCOPES "?q=LOO", "id"), scope_id);
	assert_string_equal(get_list(SCOPES "?q=writes", "id"), "");
	assert_string_equal(get_list(P(SCOPES "?q=%s", scope_id), "id"), "");
}

FAMILY(CASE(a_role_is_made_with_all_it_carries_or_not_at_all), CASE(a_name_that_is_taken_wins_over_an_unknown_scope),
       CASE(names_differ_by_letter_case_and_by_tenant), CASE(what_is_unknown_has_a_code_for_each_verb),
       CASE(only_the_list_shows_what_a_role_carries), CASE(adding_takes_repeats_and_replacing_does_not),
       CASE(a_role_that_changes_its_type_stays_where_it_is_and_goes_nowhere_new),
       CASE(what_is_deleted_leaves_the_roles_that_carried_it), CASE(a_scope_of_another_tenant_is_unknown),
       CASE(lists_are_in_the_order_of_names), CASE(roles_are_searched_by_description_and_scopes_by_name_alone))
