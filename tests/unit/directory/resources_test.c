#include "world.h"

#include "directory/directory.h"
#include "directory/management.h"
#include "base/banned.h"

static const char *resource_at(const char *indicator)
{
	return api_post_for_id("/api/resources",
			       arena_printf(api.arena, "{\"name\":\"n\",\"indicator\":\"%s\"}", indicator));
}

static const char *scopes_of(const char *resource_id, const char *below)
{
	return arena_printf(api.arena, "/api/resources/%s/scopes%s", resource_id, below);
}

static const char *scope_named(const char *resource_id, const char *name)
{
	return arena_printf(
		api.arena, "/%s",
		api_post_for_id(scopes_of(resource_id, ""), arena_printf(api.arena, "{\"name\":\"%s\"}", name)));
}

static void a_management_api_is_known_by_its_indicator_alone(void **state)
{
	static const struct { const char *indicator; bool is; } cases[] = {
		{ "https://default.logto.app/api", true }, { "https://x.logto.app/api", true },
		{ "https://X_1 .logto.app/api", true }, { "https://.logto.app/api", false },
		{ "https://a.b.logto.app/api", false }, { "http://default.logto.app/api", false },
		{ "https://default.logto.app/api/", false }, { "https://default.logto.app/apis", false },
		{ "https://default.logto.app", false }, { "https://default/.logto.app/api", false },
		{ "HTTPS://default.logto.app/api", false }, { "https://", false }, { "", false },
		{ " https://default.logto.app/api", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (is_management_indicator(cases[i].indicator) != cases[i].is)
			fail_msg("%s", cases[i].indicator);
}

static void a_management_api_is_not_touched_not_even_through_another(void **state)
{
	const char *lookalike = resource_at("https://mine.logto.app/api"), *own = resource_at("https://mine.example");
	const char *const apis[] = { "management-api", lookalike };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(apis); i++) {
		const char *path = arena_printf(api.arena, "/api/resources/%s", apis[i]);

		api_expect(ERR_RESOURCE_MANAGEMENT, PATCH, path, "{}");
		api_expect(ERR_RESOURCE_MANAGEMENT_KEEP, DELETE, path, NULL);
		api_expect(ERR_RESOURCE_MANAGEMENT, POST, scopes_of(apis[i], ""), "{\"name\":\"x\"}");
		api_expect(ERR_RESOURCE_MANAGEMENT, PATCH, scopes_of(apis[i], "/management-api-all"),
			   "{\"name\":\"a b\"}");
		api_expect(ERR_RESOURCE_MANAGEMENT, DELETE, scopes_of(apis[i], "/nothing"), NULL);
	}
	api_expect(ERR_NOT_EXISTS, PATCH, scopes_of(own, "/management-api-all"), "{\"name\":\"x\"}");
	api_expect(ERR_NOT_FOUND, DELETE, scopes_of(own, "/management-api-all"), NULL);
	api_expect(OK, PATCH, "/api/resources/management-api/is-default", "{\"isDefault\":true}");
}

static void a_name_of_a_scope_holds_no_blank_of_any_kind(void **state)
{
	static const char *const blanks[] = {
		" ", "\\t", "\\n", "\\u000b", "\\f", "\\r", "\\u00a0", "\\u1680", "\\u2000", "\\u2001", "\\u2002",
		"\\u2003", "\\u2004", "\\u2005", "\\u2006", "\\u2007", "\\u2008", "\\u2009", "\\u200a", "\\u2028",
		"\\u2029", "\\u202f", "\\u205f", "\\u3000", "\\ufeff",
	};
	static const char *const others[] = { "\\u200b", "\\u180e", "\\u0085", "\\u001f", "\\u2060", "a" };
	const char *own = resource_at("x");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
		api_expect(ERR_SCOPE_SPACE, POST, scopes_of(own, ""),
			   arena_printf(api.arena, "{\"name\":\"a%sb\"}", blanks[i]));
		api_expect(ERR_SCOPE_SPACE, POST, scopes_of("nobody", ""),
			   arena_printf(api.arena, "{\"name\":\"%s\"}", blanks[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		api_expect(OK, POST, scopes_of(own, ""), arena_printf(api.arena, "{\"name\":\"a%sb\"}", others[i]));
}

static void a_change_of_a_scope_is_refused_for_the_first_rule_in_order(void **state)
{
	const char *own = resource_at("x"), *other = resource_at("y"), *taken = scope_named(own, "taken"),
		   *mine = scope_named(own, "mine");
	const char *theirs = scope_named(other, "theirs");
	const struct { const char *resource, *scope, *body; err_t refusal; } cases[] = {
		{ "nobody", "/nothing", "{\"name\":\"a b\"}", ERR_NOT_EXISTS_WITH_ID },
		{ own, "/nothing", "{\"name\":\"a b\"}", ERR_SCOPE_SPACE },
		{ own, "/nothing", "{\"name\":\"taken\"}", ERR_SCOPE_NAME },
		{ own, mine, "{\"name\":\"taken\"}", ERR_SCOPE_NAME },
		{ own, "/nothing", "{}", ERR_NOTHING_TO_WRITE },
		{ own, "/nothing", "{\"name\":\"free\"}", ERR_NOT_EXISTS },
		{ own, theirs, "{\"name\":\"free\"}", ERR_NOT_EXISTS },
		{ own, taken, "{\"name\":\"taken\",\"description\":\"\"}", OK },	/* its own */
		{ own, mine, "{\"name\":\"theirs\"}", OK },			/* of another API */
		{ own, mine, "{\"name\":\"Taken\"}", OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		api_expect(cases[i].refusal, PATCH, scopes_of(cases[i].resource, cases[i].scope), cases[i].body);
	api_expect(ERR_NOT_FOUND, DELETE, scopes_of(other, mine), NULL);
	api_expect(OK, DELETE, scopes_of(own, mine), NULL);
}

static void what_is_unique_is_told_as_what_it_is(void **state)
{
	CLEANUP(rows_close) struct rows row = {0};
	json_auto_t *on = json_pack("{s:b}", "isDefault", 1);
	const char *own = resource_at("x");

	(void)state;
	api_expect(ERR_RESOURCE_INDICATOR, POST, "/api/resources", "{\"name\":\"n\",\"indicator\":\"x\"}");
	assert_non_null(strstr(err_fault()->detail, "x"));
	api_expect(OK, POST, "/api/resources", "{\"name\":\"n\",\"indicator\":\"X\"}");
	scope_named(own, "s");
	api_expect(ERR_SCOPE_NAME, POST, scopes_of(own, ""), "{\"name\":\"s\"}");
	/* somebody made another one the default between our two statements */
	api_expect(OK, PATCH, "/api/resources/management-api/is-default", "{\"isDefault\":true}");
	assert_int_equal(entity_update(api.tx, api.arena, &resource, own, on, &row), ERR_AGAIN);
}

static void one_resource_at_most_is_the_default(void **state)
{
	const char *a = arena_printf(api.arena, "/api/resources/%s", resource_at("a")),
		   *b = arena_printf(api.arena, "/api/resources/%s", resource_at("b"));
	const char *set_a = arena_printf(api.arena, "%s/is-default", a),
		   *set_b = arena_printf(api.arena, "%s/is-default", b);

	(void)state;
	api_expect(OK, PATCH, set_a, "{\"isDefault\":true}");
	api_expect(OK, PATCH, set_a, "{\"isDefault\":true}");
	api_expect(OK, PATCH, set_b, "{\"isDefault\":false}");
	api_expect(ERR_NOT_EXISTS, PATCH, "/api/resources/nobody/is-default", "{\"isDefault\":true}");
	api_expect(ERR_NOT_EXISTS_WITH_ID, PATCH, "/api/resources/nobody/is-default", "{\"isDefault\":false}");
	api_expect(OK, GET, a, NULL);
	assert_non_null(strstr(api.answer, "\"isDefault\":true"));	/* what failed took nothing from it */
	api_expect(OK, PATCH, set_b, "{\"isDefault\":true}");
	api_expect(OK, GET, a, NULL);
	assert_non_null(strstr(api.answer, "\"isDefault\":false"));
	api_expect(OK, PATCH, set_b, "{\"isDefault\":false}");
	assert_non_null(strstr(api.answer, "\"isDefault\":false"));
}

static void an_indicator_is_no_longer_than_an_index_can_hold(void **state)
{
	(void)state;
	resource_at(arena_printf(api.arena, "%02048d", 0));
	api_expect(ERR_TOO_LONG, POST, "/api/resources",
		   arena_printf(api.arena, "{\"name\":\"n\",\"indicator\":\"%02049d\"}", 0));
}

/* Their tokens would pass for those of an organization. */
static void names_of_the_server_itself_are_no_indicators(void **state)
{
	static const char *const ours[] = {
		"urn:logto:organization:o1", "urn:logto:resource:organizations", "urn:logto:", "URN:Logto:x",
	};
	static const char *const theirs[] = { "urn:logto", "urn:logtoo:x", "urn:example:logto:", " urn:logto:x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		api_expect(ERR_REQUEST_INPUT, POST, "/api/resources",
			   arena_printf(api.arena, "{\"name\":\"n\",\"indicator\":\"%s\"}", ours[i]));
		assert_int_equal(err_fault()->status, 422);
	}
	for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
		resource_at(theirs[i]);
}

static void what_tokens_may_is_forgotten_with_every_change(void **state)
{
	const char *own = resource_at("forgotten"), *path = arena_printf(api.arena, "/api/resources/%s", own),
		   *s = scope_named(own, "s");

	(void)state;
	assert_true(api_call_forgets(CHANGE_ACCESS, PATCH, path, "{\"accessTokenTtl\":60}"));
	assert_true(api_call_forgets(CHANGE_ACCESS, PATCH, arena_printf(api.arena, "%s/is-default", path),
				     "{\"isDefault\":true}"));
	assert_true(api_call_forgets(CHANGE_ACCESS, PATCH, scopes_of(own, s), "{\"name\":\"t\"}"));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE, scopes_of(own, s), NULL));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE, path, NULL));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_management_api_is_known_by_its_indicator_alone),
		CASE(a_management_api_is_not_touched_not_even_through_another),
		CASE(a_name_of_a_scope_holds_no_blank_of_any_kind),
		CASE(a_change_of_a_scope_is_refused_for_the_first_rule_in_order),
		CASE(what_is_unique_is_told_as_what_it_is), CASE(one_resource_at_most_is_the_default),
		CASE(an_indicator_is_no_longer_than_an_index_can_hold),
		CASE(names_of_the_server_itself_are_no_indicators),
		CASE(what_tokens_may_is_forgotten_with_every_change),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
