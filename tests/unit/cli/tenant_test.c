#include "verb.h"

#include "base/banned.h"

#define CREATE (&tenant_verbs[0])
#define LIST (&tenant_verbs[1])
#define DELETE_ (&tenant_verbs[2])

static void a_tenant_is_printed_as_clients_need_it(void **state)
{
	(void)state;
	assert_int_equal(VERB(CREATE, "acme", "host", "acme.example"), OK);
	assert_string_equal(printed, "{\"id\":\"acme\",\"endpoint\":\"http://acme.example:3001\","
				     "\"issuer\":\"http://acme.example:3001/oidc\","
				     "\"resource\":\"https://acme.logto.app/api\"}\n");
	assert_int_equal(VERB(CREATE, "b", "host", "b.example:80", "name", "Bee"), OK);
	assert_int_equal(VERB(LIST, NULL), OK);
	assert_true(strstr(printed, "\"id\":\"acme\",\"host\":\"acme.example\",\"name\":\"acme\"") <
		    strstr(printed, "\"id\":\"admin\""));
	assert_true(strstr(printed, "\"id\":\"admin\"") <
		    strstr(printed, "\"id\":\"b\",\"host\":\"b.example:80\",\"name\":\"Bee\""));
	assert_true(strstr(printed, "\"id\":\"b\"") < strstr(printed, "\"id\":\"default\""));
}

static void wrong_usage_is_told_from_what_is_taken(void **state)
{
	(void)state;
	assert_int_equal(VERB(CREATE, "acme", "host", "acme.example"), OK);
	REFUSED(ERR_INPUT, "--host", CREATE, "b");
	REFUSED(ERR_INPUT, "id", CREATE, "B", "host", "b.example");
	REFUSED(ERR_INPUT, "host", CREATE, "b", "host", "http://b.example");
	REFUSED(ERR_INPUT, "name", CREATE, "b", "host", "b.example", "name", "");
	REFUSED(ERR_UNIQUE, "acme or the host b.example", CREATE, "acme", "host", "b.example");
	REFUSED(ERR_UNIQUE, "b or the host acme.example", CREATE, "b", "host", "acme.example");
}

static void only_tenants_that_were_made_are_deleted(void **state)
{
	(void)state;
	assert_int_equal(VERB(CREATE, "acme", "host", "acme.example"), OK);
	assert_int_equal(VERB(DELETE_, "acme"), OK);
	assert_string_equal(printed, "");
	REFUSED(ERR_NOT_FOUND, "no tenant acme", DELETE_, "acme");
	REFUSED(ERR_CHECK, "default", DELETE_, "default");
	REFUSED(ERR_CHECK, "admin", DELETE_, "admin");
	assert_int_equal(VERB(LIST, NULL), OK);
	assert_null(strstr(printed, "acme"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_tenant_is_printed_as_clients_need_it), CASE(wrong_usage_is_told_from_what_is_taken),
		CASE(only_tenants_that_were_made_are_deleted),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
