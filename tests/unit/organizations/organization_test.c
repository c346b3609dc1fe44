#include "calls.h"

#include "base/banned.h"

STATEMENT(t_many_users,
	  "INSERT INTO users (tenant_id, id, profile, identities, custom_data, logto_config, mfa_verifications,"
	  " is_suspended,"
	  " is_password_expired, created_at, updated_at, search)"
	  " SELECT $1, 'u' || i, '{}', '{}', '{}', '{}', '[]', 0, 0, 1, 1, ''"
	  " FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) SELECT i FROM n)");
STATEMENT(t_join_many,
	  "INSERT INTO organization_users (tenant_id, organization_id, user_id) SELECT $1, $2, id FROM users"
	  " WHERE tenant_id = $1 AND id LIKE 'u%' LIMIT $3");
STATEMENT(t_made_at, "UPDATE organizations SET created_at = $3 WHERE tenant_id = $1 AND id = $2");
STATEMENT(t_counted, "SELECT n FROM counters WHERE tenant_id = $1 AND kind = 'organization_users' AND owner = $2");

static const char *path_of(const char *id)
{
	return P("/api/organizations/%s", id);
}

static const char *members_of(const char *id)
{
	MUST(call(GET, "/api/organizations?showFeatured=1", NULL));
	for (size_t i = 0; i < json_array_size(got); i++) {
		json_t *one = json_array_get(got, i);

		if (!strcmp(text_in(one, "id"), id))
			return P("%d %s", (int)json_integer_value(json_object_get(one, "usersCount")),
				 join_members(json_object_get(one, "featuredUsers"), "id"));
	}
	return "not listed";
}

static void an_organization_is_deleted_in_one_step_however_large(void **state)
{
	static const struct { int members, left; } cases[] = { { 4999, 0 }, { 5000, 0 }, { 10001, 5001 } };

	(void)state;
	MUST(store_exec(api.tx, &t_many_users, ARGS(N(10001)), NULL));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *acme = new_organization(), *other = new_organization();
		int64_t n = 0;

		MUST(store_exec(api.tx, &t_join_many, ARGS(T(acme), N(cases[i].members)), NULL));
		MUST(store_exec(api.tx, &t_join_many, ARGS(T(other), N(2)), NULL));
		MUST(call(DELETE, path_of(acme), NULL));
		if (cases[i].left)	/* for the worker (tests/unit/entity/deletion_test.c) */
			MUST(store_int(api.tx, &t_counted, ARGS(T(acme)), &n));
		assert_int_equal(n, cases[i].left);
		REFUSED(ERR_NOT_EXISTS_WITH_ID, call(GET, path_of(acme), NULL));
		REFUSED(ERR_NOT_FOUND, call(DELETE, path_of(acme), NULL));
		assert_string_equal(members_of(other), "2 u1,u10");
	}
}

static void what_is_unknown_has_a_code_for_each_verb(void **state)
{
	static const struct { enum method method; const char *body; err_t e; } cases[] = {
		{ GET, NULL, ERR_NOT_EXISTS_WITH_ID }, { PATCH, "{\"name\":\"x\"}", ERR_NOT_EXISTS },
		{ PATCH, "{}", ERR_NOTHING_TO_WRITE },
		{ PATCH, "{\"id\":\"x\",\"createdAt\":1,\"tenantId\":\"x\",\"y\":2}", ERR_NOTHING_TO_WRITE },
		{ PATCH, "{\"createdAt\":\"x\"}", ERR_INPUT }, { DELETE, NULL, ERR_NOT_FOUND },
	};
	const char *mine = new_organization();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		REFUSED(cases[i].e, call(cases[i].method, "/api/organizations/0", cases[i].body));
	move_to("admin");	/* what another tenant has is unknown just the same */
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		REFUSED(cases[i].e, call(cases[i].method, path_of(mine), cases[i].body));
	move_to("default");
	MUST(call(GET, path_of(mine), NULL));
}

static void what_has_a_form_must_have_it(void **state)
{
	static const struct { const char *body; err_t e; const char *member, *kept; } cases[] = {
		{ "{\"color\":{\"primaryColor\":\"#aBc\",\"darkPrimaryColor\":\"#00ff7F\",\"x\":1}}", OK, "color",
		  "{\"primaryColor\":\"#aBc\",\"darkPrimaryColor\":\"#00ff7F\"}" },
		{ "{\"color\":{\"primaryColor\":\"#abcd\"}}", ERR_INPUT, NULL, NULL },
		{ "{\"color\":{\"darkPrimaryColor\":\"abc\"}}", ERR_INPUT, NULL, NULL },
		{ "{\"color\":{\"primaryColor\":null}}", ERR_INPUT, NULL, NULL },
		{ "{\"color\":{\"isDarkModeEnabled\":1}}", ERR_INPUT, NULL, NULL },
		{ "{\"branding\":{\"logoUrl\":\"a:b\",\"y\":\"z\"}}", OK, "branding", "{\"logoUrl\":\"a:b\"}" },
		{ "{\"branding\":{\"favicon\":\"\"}}", ERR_INPUT, NULL, NULL },
		{ "{\"branding\":{\"logoUrl\":\"/icon.png\"}}", ERR_INPUT, NULL, NULL },
		{ "{\"branding\":{\"darkLogoUrl\":\"/icon.png\"}}", ERR_INPUT, NULL, NULL },
		{ "{\"branding\":{\"favicon\":\"/icon.png\"}}", ERR_INPUT, NULL, NULL },
		{ "{\"branding\":{\"darkFavicon\":\"/icon.png\"}}", ERR_INPUT, NULL, NULL },
		{ "{\"customData\":[]}", ERR_INPUT, NULL, NULL },
		{ "{\"customData\":null}", ERR_INPUT, NULL, NULL },
		{ "{\"name\":\"\"}", ERR_INPUT, NULL, NULL },
		{ "{\"name\":\" \"}", OK, "name", "\" \"" },
		{ "{\"description\":\"\",\"customCss\":\"\"}", OK, "description", "null" },
		{ "{\"isMfaRequired\":\"true\"}", ERR_INPUT, NULL, NULL },
	};
	const char *acme = new_organization();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		REFUSED(cases[i].e, call(PATCH, path_of(acme), cases[i].body));
		if (cases[i].kept)
			assert_string_equal(member_json(cases[i].member), cases[i].kept);
	}
}

/* 128 units of UTF-16: of what lies beyond the first plane, 64 characters. */
static void a_name_is_measured_in_units_of_utf_16(void **state)
{
	static const struct { const char *piece; int times; err_t e; } cases[] = {
		{ "x", 128, OK }, { "x", 129, ERR_INPUT }, { "\xc3\xa9", 128, OK }, { "\xc3\xa9", 129, ERR_INPUT },
		{ "\xf0\x9f\x98\x80", 64, OK }, { "\xf0\x9f\x98\x80", 65, ERR_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		REFUSED(cases[i].e, call(POST, "/api/organizations",
					 P("{\"name\":\"%s\"}", repeat_text(cases[i].piece, cases[i].times))));
}

static void a_patch_replaces_an_object_whole(void **state)
{
	const char *acme = post_for_id(
		"/api/organizations",
		"{\"name\":\"Acme\",\"customData\":{\"a\":1,\"b\":{\"c\":2}},\"branding\":{\"logoUrl\":\"a:b\"}}");

	(void)state;
	MUST(call(PATCH, path_of(acme), "{\"customData\":{\"b\":{}}}"));
	assert_string_equal(member_json("customData"), "{\"b\":{}}");
	assert_string_equal(member_json("branding"), "{\"logoUrl\":\"a:b\"}");
	assert_string_equal(member_json("name"), "\"Acme\"");
}

static void what_is_featured_are_three_members_and_how_many_there_are(void **state)
{
	static const struct { const char *word; bool featured; } words[] = {
		{ "1", true }, { "YES", true }, { "true", true }, { "on", false }, { "0", false }, { "", false },
	};
	const char *acme = new_organization(), *empty = new_organization();

	(void)state;
	MUST(store_exec(api.tx, &t_many_users, ARGS(N(12)), NULL));
	MUST(store_exec(api.tx, &t_join_many, ARGS(T(acme), N(12)), NULL));
	assert_string_equal(members_of(acme), "12 u1,u10,u11");
	assert_string_equal(members_of(empty), "0 ");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		MUST(call(GET, P("/api/organizations?showFeatured=%s", words[i].word), NULL));
		assert_int_equal(json_object_get(json_array_get(got, 0), "usersCount") != NULL, words[i].featured);
	}
}

static void the_newest_come_first(void **state)
{
	const char *old = new_organization(), *x = new_organization(), *y = new_organization();

	(void)state;
	MUST(store_exec(api.tx, &t_made_at, ARGS(T(old), N(1)), NULL));
	MUST(store_exec(api.tx, &t_made_at, ARGS(T(x), N(2)), NULL));
	MUST(store_exec(api.tx, &t_made_at, ARGS(T(y), N(2)), NULL));
	assert_string_equal(get_list("/api/organizations", "id"),
			    strcmp(x, y) > 0 ? P("%s,%s,%s", x, y, old) : P("%s,%s,%s", y, x, old));
	assert_string_equal(get_list("/api/organizations?page=3&page_size=1", "id"), old);
}

static void the_search_looks_at_id_and_name(void **state)
{
	const char *acme =
		post_for_id("/api/organizations", "{\"name\":\"Stra\xc3\x9f" "e 100%\",\"description\":\"hidden\"}");
	const struct { const char *q; bool found; } cases[] = {
		{ acme, true }, { arena_copyn(api.arena, acme + 2, 6), true }, { "STRA", true }, { "100%25", true },
		{ "hidden", false },
	};

	(void)state;
	new_organization();
	commit_for_search();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(get_list(P("/api/organizations?q=%s", cases[i].q), "id"),
				    cases[i].found ? acme : "");
	REFUSED(ERR_INPUT, call(GET, "/api/organizations?q=a&q=b", NULL));
}

static void an_organization_of_a_user_shows_the_roles_held_there(void **state)
{
	const char *a = new_organization(), *b = new_organization(), *ada = new_user(NULL), *bob = new_user(NULL);
	const char *first = strcmp(a, b) < 0 ? a : b, *second = first == a ? b : a, *early, *late;

	(void)state;
	roles_by_name("User", &early, &late);
	MUST(store_exec(api.tx, &t_made_at, ARGS(T(second), N(1)), NULL));
	new_organization();
	MUST(call(POST, P("%s/users", path_of(first)), LIST("userIds", ada, bob)));
	MUST(call(POST, P("%s/users", path_of(second)), LIST("userIds", ada)));
	MUST(call(POST, P("%s/users/%s/roles", path_of(first), ada), LIST("organizationRoleIds", late, early)));
	MUST(call(POST, P("%s/users/%s/roles", path_of(first), bob), LIST("organizationRoleIds", late)));
	assert_string_equal(get_list(P("/api/users/%s/organizations?page=2&q=nothing", ada), "id"),
			    P("%s,%s", first, second));
	assert_string_equal(join_members(json_object_get(json_array_get(got, 0), "organizationRoles"), "name"), "a,z");
	assert_string_equal(join_members(json_object_get(json_array_get(got, 1), "organizationRoles"), "name"), "");
}

static void organizations_of_somebody_unknown_are_not_found(void **state)
{
	const char *spa = new_application("SPA"), *machine = new_application("MachineToMachine"),
		   *acme = new_organization();

	(void)state;
	REFUSED(ERR_NOT_FOUND, call(GET, "/api/users/0/organizations", NULL));
	REFUSED(ERR_NOT_EXISTS_WITH_ID, call(GET, "/api/applications/0/organizations", NULL));
	REFUSED(ERR_NOT_EXISTS_WITH_ID, call(GET, "/api/applications/demo-app/organizations", NULL));
	REFUSED(ERR_PAGINATION, call(GET, "/api/applications/0/organizations?page=0", NULL));
	assert_string_equal(get_list(P("/api/applications/%s/organizations", spa), "id"), "");
	MUST(call(POST, P("%s/applications", path_of(acme)), LIST("applicationIds", machine)));
	assert_string_equal(get_list(P("/api/applications/%s/organizations", machine), "id"), acme);
	assert_string_equal(get_list(P("/api/applications/%s/organizations?page=2", machine), "id"), "");
}

FAMILY(CASE(an_organization_is_deleted_in_one_step_however_large), CASE(what_is_unknown_has_a_code_for_each_verb),
       CASE(what_has_a_form_must_have_it), CASE(a_name_is_measured_in_units_of_utf_16),
       CASE(a_patch_replaces_an_object_whole),
       CASE(what_is_featured_are_three_members_and_how_many_there_are), CASE(the_newest_come_first),
       CASE(an_organization_of_a_user_shows_the_roles_held_there),
       CASE(organizations_of_somebody_unknown_are_not_found),
       CASE(the_search_looks_at_id_and_name))
