#include "verb.h"

#include "base/ids.h"
#include "base/banned.h"

STATEMENT(t_lost, "UPDATE roles SET name = 'renamed' WHERE tenant_id = $1 AND name = 'Logto Management API access'");
STATEMENT(t_role,
	  "SELECT r.name FROM application_roles m JOIN roles r ON r.tenant_id = m.tenant_id AND r.id = m.role_id"
	  " WHERE m.tenant_id = $1 AND m.application_id = $2");

#define CREATE (&app_verbs[0])
#define LIST (&app_verbs[1])

static err_t role_of(const char *id, const char **name)
{
	return store_text(api.tx, &t_role, ARGS(T(id)), api.arena, name);
}

static void an_app_is_for_machines_unless_said_otherwise(void **state)
{
	const char *name;

	(void)state;
	assert_int_equal(VERB(CREATE, NULL, "name", "Shop"), OK);
	assert_int_equal(strlen(output_member("secret")), SECRET_LEN);
	assert_string_equal(output_member("endpoint"), "http://localhost:3001");
	assert_string_equal(output_member("resource"), "https://default.logto.app/api");
	assert_int_equal(role_of(output_member("id"), &name), ERR_NOT_FOUND);	/* nothing that was not asked for */
	assert_int_equal(VERB(CREATE, NULL, "name", "Shop", "type", "SPA"), OK);
	assert_null(output_member("secret"));
	assert_int_equal(VERB(LIST, NULL), OK);
	api_expect(OK, GET, "/api/applications", NULL);
	assert_string_equal(printed, arena_printf(api.arena, "%s\n", api.answer));
}

static void what_is_no_app_is_wrong_usage(void **state)
{
	(void)state;
	REFUSED(ERR_INPUT, "--name", CREATE, NULL);
	REFUSED(ERR_INPUT, "name", CREATE, NULL, "name", "");
	REFUSED(ERR_INPUT, "UTF-8", CREATE, NULL, "name", "\xff");
	REFUSED(ERR_INPUT, "UTF-8", CREATE, NULL, "name", "Shop", "type", "\xff");
	REFUSED(ERR_INPUT, "type", CREATE, NULL, "name", "Shop", "type", "Robot");
	REFUSED(ERR_INPUT, "type", CREATE, NULL, "name", "Shop", "type", "");
}

static void the_management_api_is_that_of_the_apps_tenant(void **state)
{
	static const struct { const char *tenant, *role; } cases[] = {
		{ "default", "Logto Management API access" }, { "acme", "Logto Management API access" },
		{ "admin", "machine:mapi:admin" },
	};
	const char *role;

	(void)state;
	assert_int_equal(make_tenant(api.tx, "acme", "acme.example", "Acme"), OK);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		use_tenant(cases[i].tenant);
		assert_int_equal(VERB(CREATE, NULL, "name", "Shop", "management-api", ""), OK);
		assert_int_equal(role_of(output_member("id"), &role), OK);
		assert_string_equal(role, cases[i].role);
		assert_string_equal(output_member("resource"), api.tenant->indicator);
	}
}

static void an_app_that_cannot_be_given_access_is_not_made(void **state)
{
	(void)state;
	REFUSED(ERR_APP_TYPE, "machine", CREATE, NULL, "name", "Shop", "type", "SPA", "management-api", "");
	assert_int_equal(store_exec(api.tx, &t_lost, NO_ARGS, NULL), OK);
	REFUSED(ERR_NOT_FOUND, "lost", CREATE, NULL, "name", "Shop", "management-api", "");
	assert_int_equal(VERB(LIST, NULL), OK);
	assert_string_equal(printed, "[]\n");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(an_app_is_for_machines_unless_said_otherwise), CASE(what_is_no_app_is_wrong_usage),
		CASE(the_management_api_is_that_of_the_apps_tenant),
		CASE(an_app_that_cannot_be_given_access_is_not_made),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
