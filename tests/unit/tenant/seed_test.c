#include "world.h"

#include "base/ids.h"
#include "tenant/seed.h"
#include "base/banned.h"

#define ROLES_AND_SCOPES "role_scopes m JOIN roles r ON r.tenant_id = m.tenant_id AND r.id = m.role_id" \
	" JOIN scopes s ON s.tenant_id = m.tenant_id AND s.id = m.scope_id"
STATEMENT(t_by_name, "SELECT s.name FROM " ROLES_AND_SCOPES " WHERE m.tenant_id = $1 AND r.name = $2 ORDER BY s.name");
STATEMENT(t_management,
	  "SELECT r.name || ' ' || r.type FROM " ROLES_AND_SCOPES " JOIN resources x ON x.tenant_id = s.tenant_id"
	  " AND x.id = s.resource_id WHERE m.tenant_id = $1 AND s.name = 'all' AND x.indicator = $2 ORDER BY r.name");
STATEMENT(t_template,
	  "SELECT s.name FROM organization_role_scopes m JOIN organization_scopes s ON s.tenant_id = m.tenant_id"
	  " AND s.id = m.organization_scope_id WHERE m.tenant_id = $1 AND m.organization_role_id = $2 ORDER BY"
	  " s.name");
STATEMENT(t_roles_of,
	  "SELECT r.name FROM application_roles m JOIN roles r ON r.tenant_id = m.tenant_id AND r.id = m.role_id"
	  " WHERE m.tenant_id = $1 AND m.application_id = $2");
STATEMENT(t_rows,
	  "SELECT (SELECT count(*) FROM resources r WHERE r.tenant_id = $1) + (SELECT count(*) FROM scopes s"
	  " WHERE s.tenant_id = $1)"
	  " + (SELECT count(*) FROM roles o WHERE o.tenant_id = $1) + (SELECT count(*) FROM applications a"
	  " WHERE a.tenant_id = $1)"
	  " + (SELECT count(*) FROM organizations g WHERE g.tenant_id = $1)");

/* First columns of all rows, joined by commas; of the tenant that is in `api`. */
static const char *join_rows(struct statement *s, const char *what)
{
	CLEANUP(rows_close) struct rows rows = {0};
	const char *all = "";

	txn_set_tenant(api.tx, api.tenant->id);
	assert_int_equal(store_query(api.tx, s, ARGS(T(what)), &rows), OK);
	while (rows_next(&rows))
		all = arena_printf(api.arena, "%s%s%s", all, *all ? "," : "", rows_text(&rows, 0));
	return all;
}

static int64_t rows(void)
{
	int64_t n = -1;

	txn_set_tenant(api.tx, api.tenant->id);
	assert_int_equal(store_int(api.tx, &t_rows, NO_ARGS, &n), OK);
	return n;
}

static void use_tenant(const char *tenant)
{
	assert_int_equal(tenant_find(api.tx, api.arena, tenant, &api.tenant), OK);
	txn_set_tenant(api.tx, api.tenant->id);
}

static void a_tenant_has_its_management_api_and_two_roles_for_machines(void **state)
{
	static const char *const tenants[] = { "default", "acme" };

	(void)state;
	assert_int_equal(make_tenant(api.tx, "acme", "acme.example", "Acme"), OK);
	for (size_t i = 0; i < ARRAY_LEN(tenants); i++) {
		use_tenant(tenants[i]);
		assert_string_equal(join_rows(&t_management, api.tenant->indicator),
				    "#internal:admin MachineToMachine,Logto Management API access MachineToMachine");
		assert_int_equal(rows(), 4);	/* and nothing else */
	}
}

static void the_admin_tenant_has_a_proxy_for_each_tenant(void **state)
{
	static const struct { const char *id, *holders; } cases[] = {
		/* one for people, too, of those that administrators manage */
		{ "default", "default:admin User,machine:mapi:default MachineToMachine" },
		{ "admin", "admin:admin User,machine:mapi:admin MachineToMachine" },
		{ "acme", "machine:mapi:acme MachineToMachine" },
	};

	(void)state;
	assert_int_equal(make_tenant(api.tx, "acme", "acme.example", "Acme & Sons"), OK);
	use_tenant("admin");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *proxy = arena_printf(api.arena, "m-%s", cases[i].id);

		assert_string_equal(
			join_rows(&t_management, arena_printf(api.arena, "https://%s.logto.app/api", cases[i].id)),
			cases[i].holders);
		assert_string_equal(join_rows(&t_roles_of, proxy),
				    arena_printf(api.arena, "machine:mapi:%s", cases[i].id));
		api_expect(OK, GET, arena_printf(api.arena, "/api/applications/%s", proxy), NULL);
		assert_int_equal(strlen(api_member("secret")), SECRET_LEN);
		assert_string_equal(api_member("type"), "MachineToMachine");
		api_expect(OK, GET, arena_printf(api.arena, "/api/organizations/t-%s", cases[i].id), NULL);
	}
	assert_string_equal(api_member("name"), "Tenant Acme & Sons");
}

static void proxies_have_secrets_of_their_own(void **state)
{
	const char *first;

	(void)state;
	use_tenant("admin");
	api_expect(OK, GET, "/api/applications/m-default", NULL);
	first = api_member("secret");
	api_expect(OK, GET, "/api/applications/m-admin", NULL);
	assert_string_not_equal(api_member("secret"), first);
	api_expect(OK, GET, "/api/applications/admin-console", NULL);
	assert_null(api_member("secret"));
	assert_string_equal(api_member("type"), "SPA");
}

static void a_proxy_goes_with_its_tenant(void **state)
{
	int64_t before;

	(void)state;
	use_tenant("admin");
	before = rows();
	assert_int_equal(seed_proxy(api.tx, api.arena, "acme", "Acme"), OK);
	assert_int_equal(rows(), before + 5);	/* API, scope, role, application, organization */
	assert_int_equal(seed_proxy_delete(api.tx, api.arena, "acm"), OK);
	assert_int_equal(rows(), before + 5);
	assert_int_equal(seed_proxy_delete(api.tx, api.arena, "acme"), OK);
	assert_int_equal(rows(), before);
	assert_int_equal(seed_proxy_delete(api.tx, api.arena, "acme"), OK);
}

static void roles_of_the_cloud_have_their_scopes(void **state)
{
	static const struct { const char *role, *scopes; } cases[] = {
		{ "user", "all,create:tenant,manage:tenant:self" },
		{ "tenantApplication", "fetch:custom:jwt,report:subscription:updates,send:email,send:sms" },
	};

	(void)state;
	use_tenant("admin");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(join_rows(&t_by_name, cases[i].role), cases[i].scopes);
	assert_string_equal(join_rows(&t_management, "https://admin.logto.app/me"), "user User");
	api_expect(OK, GET, "/api/applications?search.name=Cloud+Service&mode=exact", NULL);
	assert_non_null(strstr(api.answer, "\"customClientMetadata\":{\"tenantId\":\"default\"}"));
}

static void the_template_tells_admins_from_collaborators(void **state)
{
	(void)state;
	use_tenant("admin");
	assert_string_equal(join_rows(&t_template, "collaborator"), "delete:data,read:data,read:member,write:data");
	assert_string_equal(
		join_rows(&t_template, "admin"),
		"delete:data,invite:member,manage:tenant,read:data,read:member,remove:member,update:member:role,"
		"write:data");
}

/* Rows that no handler made have the text by which lists find them. */
static void seeds_are_found_by_searching(void **state)
{
	static const struct { const char *tenant, *path; } cases[] = {
		{ "default", "/api/roles?search=%25management+api+access%25" },
		{ "default", "/api/resources/management-api/scopes?search=%25of+the+man%25" },
		{ "admin", "/api/roles?search=machine:mapi:default" },
		{ "admin", "/api/applications?search=%25m-default%25" },
		{ "admin", "/api/applications?search=%25the+console%25" },
		{ "admin", "/api/organizations?q=Tenant+default" },
		{ "admin", "/api/organization-roles?q=collaborator" },
		{ "admin", "/api/organization-scopes?q=delete:data" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		use_tenant(cases[i].tenant);
		api_expect(OK, GET, cases[i].path, NULL);
		if (!strcmp(api.answer, "[]"))
			fail_msg("%s", cases[i].path);
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_tenant_has_its_management_api_and_two_roles_for_machines),
		CASE(the_admin_tenant_has_a_proxy_for_each_tenant),
		CASE(proxies_have_secrets_of_their_own), CASE(a_proxy_goes_with_its_tenant),
		CASE(roles_of_the_cloud_have_their_scopes),
		CASE(the_template_tells_admins_from_collaborators), CASE(seeds_are_found_by_searching),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
