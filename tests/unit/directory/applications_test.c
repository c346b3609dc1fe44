#include "world.h"

#include "directory/application.h"
#include "base/banned.h"

STATEMENT(t_type, "UPDATE applications SET type = $2 WHERE tenant_id = $1 AND id = $3");
STATEMENT(t_no_role, "DELETE FROM roles WHERE tenant_id = $1 AND id = '" ADMIN_ROLE "'");
STATEMENT(t_admins,
	  "SELECT count(*) FROM application_roles WHERE tenant_id = $1 AND role_id = '" ADMIN_ROLE
	  "' AND application_id = $2");
STATEMENT(t_applications, "SELECT count(*) FROM applications WHERE tenant_id = $1");

#define DEVICE "\"customClientMetadata\":{\"isDeviceFlow\":true}"
#define EXCHANGE "\"customClientMetadata\":{\"allowTokenExchange\":true}"
#define PROTECTED_APP "\"protectedAppMetadata\":{\"subDomain\":\"shop\",\"origin\":\"x\"}"

static int64_t count(struct statement *s, const char *id)
{
	struct arg arg = T(id);
	int64_t n = -1;

	assert_int_equal(store_int(api.tx, s, &arg, id ? 1 : 0, &n), OK);
	return n;
}

static const char *path_of(const char *id)
{
	return arena_printf(api.arena, "/api/applications/%s", id);
}

static const char *application_of(const char *type, const char *more)
{
	return api_post_for_id("/api/applications",
			       arena_printf(api.arena, "{\"name\":\"n\",\"type\":\"%s\"%s}", type, more));
}

/* Of a type that the API does not make. */
static const char *foreign(const char *type)
{
	const char *id = application_of("Traditional", "");

	assert_int_equal(store_exec(api.tx, &t_type, ARGS(T(type), T(id)), NULL), OK);
	return id;
}

static void a_new_application_is_refused_for_the_first_rule_in_order(void **state)
{
	static const struct { const char *type, *more; err_t refusal; } cases[] = {
		{ "SAML", DEVICE, ERR_APP_SAML },
		{ "Protected", DEVICE, ERR_APP_DEVICE_FLOW_NATIVE },
		{ "MachineToMachine", DEVICE ",\"isThirdParty\":true", ERR_APP_DEVICE_FLOW_NATIVE },
		{ "Protected", "\"isThirdParty\":true", ERR_APP_PROTECTED_METADATA },
		{ "Protected", "\"protectedAppMetadata\":null", ERR_APP_PROTECTED_METADATA },
		{ "Protected", "\"isThirdParty\":true," PROTECTED_APP, ERR_APP_PROTECTED_OFF },
		{ "MachineToMachine", "\"isThirdParty\":true," EXCHANGE, ERR_APP_THIRD_PARTY_TYPE },
		{ "SPA", "\"isThirdParty\":true," EXCHANGE, ERR_APP_THIRD_PARTY_EXCHANGE },
		{ "Native", "\"isThirdParty\":true," DEVICE, OK },
		{ "SPA", PROTECTED_APP, OK },	/* of no meaning there */
		{ "SPA", EXCHANGE, OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		api_expect(
			cases[i].refusal, POST, "/api/applications",
			arena_printf(api.arena, "{\"name\":\"n\",\"type\":\"%s\",%s}", cases[i].type, cases[i].more));
	assert_int_equal(count(&t_applications, NULL), 3);
}

static void a_subdomain_is_one_label_of_a_host(void **state)
{
	static const struct { const char *label; bool fits; } cases[] = {
		{ "a", true }, { "A-1", true }, { "a--b", true },
		{ "012345678901234567890123456789012345678901234567890123456789abc", true }, { "", false },
		{ "-a", false }, { "a-", false }, { "-", false }, { "a.b", false }, { "a_b", false }, { "a b", false },
		{ "ä", false },
		{ "012345678901234567890123456789012345678901234567890123456789abcd", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		api_expect(cases[i].fits ? ERR_APP_PROTECTED_OFF : ERR_APP_SUBDOMAIN, POST, "/api/applications",
			   arena_printf(api.arena,
					"{\"name\":\"n\",\"type\":\"Protected\","
					"\"protectedAppMetadata\":{\"subDomain\":\"%s\",\"origin\":\"x\"}}",
					cases[i].label));
}

static void a_change_is_refused_for_the_first_rule_in_order(void **state)
{
	const char *saml = foreign("SAML"), *edge = foreign("Protected"), *spa = application_of("SPA", "");
	const char *machine = application_of("MachineToMachine", "");
	const char *third = application_of("SPA", ",\"isThirdParty\":true"),
		   *device = application_of("Native", "," DEVICE);
	const struct { const char *id, *body; err_t refusal; } cases[] = {
		{ "nobody", "\"appLevelAccessControlEnabled\":true", ERR_NOT_EXISTS_WITH_ID },
		{ saml, "\"appLevelAccessControlEnabled\":true", ERR_APP_SAML },
		{ third, "\"appLevelAccessControlEnabled\":true," EXCHANGE, ERR_REQUEST_INPUT },
		{ third, "\"customClientMetadata\":{\"allowTokenExchange\":true,\"isDeviceFlow\":true}",
		  ERR_APP_THIRD_PARTY_EXCHANGE },
		{ spa, DEVICE ",\"isAdmin\":true", ERR_APP_DEVICE_FLOW_FIXED },
		{ device, "\"customClientMetadata\":{}", ERR_APP_DEVICE_FLOW_FIXED },		/* not said is no */
		{ device, "\"customClientMetadata\":{\"isDeviceFlow\":false}", ERR_APP_DEVICE_FLOW_FIXED },
		{ spa, "\"isAdmin\":true," PROTECTED_APP, ERR_APP_TYPE },
		{ machine, "\"isAdmin\":true," PROTECTED_APP, ERR_APP_PROTECTED_ONLY },
		{ edge, PROTECTED_APP, ERR_APP_PROTECTED_OFF },
		{ device, DEVICE ",\"name\":\"x\"", OK },
		{ device, "\"name\":\"y\"", OK },
		{ spa, "\"isAdmin\":false,\"protectedAppMetadata\":null,\"appLevelAccessControlEnabled\":false", OK },
		{ spa, "\"customClientMetadata\":{\"isDeviceFlow\":false}", OK },
		{ spa, EXCHANGE, OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		api_expect(cases[i].refusal, PATCH, path_of(cases[i].id),
			   arena_printf(api.arena, "{%s}", cases[i].body));
	assert_int_equal(count(&t_admins, machine), 0);		/* refused as a whole */
	api_expect(ERR_REQUEST_INPUT, PATCH, path_of(spa), "{\"appLevelAccessControlEnabled\":true}");
	assert_int_equal(err_fault()->status, 422);
	api_expect(ERR_APP_SAML, DELETE, path_of(saml), NULL);
}

static void a_change_of_nothing_shows_the_application_as_it_is(void **state)
{
	const char *path = path_of(application_of("SPA", ",\"customData\":{\"a\":1}"));

	(void)state;
	api_expect(OK, PATCH, path, "{}");
	assert_non_null(strstr(api.answer, "\"customData\":{\"a\":1}"));
	api_expect(OK, PATCH, path, "{\"type\":\"Native\",\"isThirdParty\":true}");	/* fixed from the start */
	assert_non_null(strstr(api.answer, "\"type\":\"SPA\""));
	assert_non_null(strstr(api.answer, "\"isThirdParty\":false"));
	assert_null(strstr(api.answer, "isAdmin"));
}

static void the_internal_role_is_given_and_taken_as_often_as_one_likes(void **state)
{
	const char *id = application_of("MachineToMachine", "");
	static const struct { const char *body; int held; } steps[] = {
		{ "{\"isAdmin\":false}", 0 }, { "{\"isAdmin\":true}", 1 }, { "{\"isAdmin\":true}", 1 },
		{ "{\"name\":\"x\"}", 1 }, { "{\"isAdmin\":false}", 0 }, { "{\"isAdmin\":false}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		api_expect(OK, PATCH, path_of(id), steps[i].body);
		assert_int_equal(count(&t_admins, id), steps[i].held);
		api_expect(OK, GET, path_of(id), NULL);
		assert_non_null(strstr(api.answer, steps[i].held ? "\"isAdmin\":true" : "\"isAdmin\":false"));
	}
	assert_int_equal(store_exec(api.tx, &t_no_role, NO_ARGS, NULL), OK);
	api_expect(ERR_NOT_EXISTS_WITH_ID, PATCH, path_of(id), "{\"isAdmin\":true}");
	api_expect(OK, PATCH, path_of(id), "{\"isAdmin\":false}");
}

static void custom_data_is_an_object_before_it_is_anybodys(void **state)
{
	static const char *const wrong[] = { "[]", "[{\"a\":1}]" };
	const char *path = path_of(arena_printf(api.arena, "%s/custom-data", foreign("SAML")));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		api_expect(ERR_INPUT, PATCH, "/api/applications/nobody/custom-data", wrong[i]);
		api_expect(ERR_INPUT, PATCH, path, wrong[i]);
	}
	api_expect(ERR_NOT_EXISTS, PATCH, "/api/applications/nobody/custom-data", "{}");
	api_expect(OK, PATCH, path, "{\"a\":1}");
	api_expect(OK, PATCH, path, "{\"b\":null}");
	assert_string_equal(api.answer, "{\"a\":1,\"b\":null}");
}

static void what_the_server_has_built_in_is_only_looked_at(void **state)
{
	(void)state;
	api_expect(OK, GET, "/api/applications/demo-app", NULL);
	assert_string_equal(api_member("secret"), "N/A");
	assert_string_equal(api_member("tenantId"), "default");
	api_expect(ERR_NOT_EXISTS_WITH_ID, GET, "/api/applications/Demo-app", NULL);
	api_expect(ERR_NOT_EXISTS_WITH_ID, PATCH, "/api/applications/demo-app", "{}");
	api_expect(ERR_NOT_EXISTS_WITH_ID, DELETE, "/api/applications/demo-app", NULL);
	api_expect(OK, GET, "/api/applications", NULL);
	assert_string_equal(api.answer, "[]");
}

static void a_changed_application_is_forgotten(void **state)
{
	const char *path = path_of(application_of("MachineToMachine", ""));

	(void)state;
	assert_true(api_call_forgets(CHANGE_APPLICATIONS, PATCH, path, "{\"name\":\"x\"}"));
	assert_true(api_call_forgets(CHANGE_ACCESS, PATCH, path, "{\"isAdmin\":true}"));
	assert_true(api_call_forgets(CHANGE_ACCESS, PATCH, path, "{\"isAdmin\":false}"));
	assert_true(api_call_forgets(CHANGE_APPLICATIONS, DELETE, path, NULL));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_new_application_is_refused_for_the_first_rule_in_order),
		CASE(a_subdomain_is_one_label_of_a_host),
		CASE(a_change_is_refused_for_the_first_rule_in_order),
		CASE(a_change_of_nothing_shows_the_application_as_it_is),
		CASE(the_internal_role_is_given_and_taken_as_often_as_one_likes),
		CASE(custom_data_is_an_object_before_it_is_anybodys),
		CASE(what_the_server_has_built_in_is_only_looked_at), CASE(a_changed_application_is_forgotten),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
