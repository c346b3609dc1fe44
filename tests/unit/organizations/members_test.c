#include "world.h"

#include "organizations/organizations.h"
#include "server/local.h"
#include "server/routes.h"

#include "base/banned.h"

static struct arena *arena;
static struct txn *tx;
static const struct tenant *tenant;

#define MUST(call) assert_int_equal(call, OK)

/* The id of what a route makes. */
static const char *made(const char *path, const char *body)
{
	json_t *in = json_loads(body, 0, NULL), *out = NULL;
	const char *id;

	MUST(local_call(tx, arena, tenant, POST, path, in, &out));
	id = arena_copy(arena, json_string_value(json_object_get(out, "id")));
	json_decref(in);
	json_decref(out);
	return id;
}

static json_t *ids(const char *one)
{
	return json_pack("[s]", one);
}

static int64_t roles_of(const char *acme, const char *user)
{
	json_t *list = NULL;
	int64_t n;
	err_t e = local_call(tx, arena, tenant, GET, arena_printf(arena, "/api/organizations/%s/users/%s/roles", acme, user), NULL, &list);

	if (e == ERR_NOT_MEMBER)
		return -1;
	MUST(e);
	n = (int64_t)json_array_size(list);
	json_decref(list);
	return n;
}

static int begin(void **state)
{
	(void)state;
	arena = arena_new();
	tx = write_begin("default");
	return tenant_find(tx, arena, "default", &tenant);
}

static int end(void **state)
{
	(void)state;
	txn_rollback(&tx);
	arena_free(arena);
	return 0;
}

static void a_member_who_leaves_and_comes_back_has_no_roles(void **state)
{
	const char *acme = made("/api/organizations", "{\"name\":\"Acme\"}"), *ada = made("/api/users", "{}");
	const char *role = made("/api/organization-roles", "{\"name\":\"editor\"}");
	json_t *role_ids = ids(role), *none = json_array();

	(void)state;
	MUST(admit_user(tx, arena, acme, ada, role_ids));
	assert_int_equal(1, roles_of(acme, ada));
	MUST(relation_remove(tx, &organization_users, &acme, ada));
	assert_int_equal(-1, roles_of(acme, ada));
	MUST(admit_user(tx, arena, acme, ada, none));
	assert_int_equal(0, roles_of(acme, ada));
	json_decref(role_ids);
	json_decref(none);
}

static void admitting_a_member_again_adds_roles_to_those_held(void **state)
{
	const char *acme = made("/api/organizations", "{\"name\":\"Acme\"}"), *ada = made("/api/users", "{}");
	json_t *one = ids(made("/api/organization-roles", "{\"name\":\"one\"}")), *two = ids(made("/api/organization-roles", "{\"name\":\"two\"}"));

	(void)state;
	MUST(admit_user(tx, arena, acme, ada, one));
	MUST(admit_user(tx, arena, acme, ada, two));
	MUST(admit_user(tx, arena, acme, ada, two));
	assert_int_equal(2, roles_of(acme, ada));
	json_decref(one);
	json_decref(two);
}

static void a_role_for_machines_admits_nobody(void **state)
{
	const char *acme = made("/api/organizations", "{\"name\":\"Acme\"}"), *ada = made("/api/users", "{}");
	json_t *roles = ids(made("/api/organization-roles", "{\"name\":\"robot\",\"type\":\"MachineToMachine\"}"));

	(void)state;
	assert_int_equal(ERR_CHECK, admit_user(tx, arena, acme, ada, roles));
	json_decref(roles);
}

static void what_is_unknown_is_a_reference_that_leads_nowhere(void **state)
{
	const char *acme = made("/api/organizations", "{\"name\":\"Acme\"}"), *ada = made("/api/users", "{}");
	json_t *none = json_array(), *nope = ids("nope");

	(void)state;
	assert_int_equal(ERR_REFERENCE, admit_user(tx, arena, "nope", ada, none));
	assert_int_equal(ERR_REFERENCE, admit_user(tx, arena, acme, "nope", none));
	assert_int_equal(ERR_REFERENCE, admit_user(tx, arena, acme, ada, nope));
	json_decref(none);
	json_decref(nope);
}

/* The order inside storage: lengths, then kinds and repeats in the order of the list, then references. */
static void of_two_faults_the_earlier_kind_wins(void **state)
{
	const char *acme = made("/api/organizations", "{\"name\":\"Acme\"}"), *ada = made("/api/users", "{}");
	const char *robot = made("/api/organization-roles", "{\"name\":\"robot\",\"type\":\"MachineToMachine\"}");
	const char *keys[2] = { acme, ada }, *nowhere[2] = { "nope", ada };
	json_t *none = json_array(), *mixed = json_pack("[s,s]", "nope", robot), *longer = json_pack("[s,s]", robot, "a23456789012345678901x");

	(void)state;
	MUST(admit_user(tx, arena, acme, ada, none));
	assert_int_equal(ERR_CHECK, relation_add_all(tx, arena, &organization_user_roles, keys, mixed, NULL));
	assert_int_equal(ERR_CHECK, relation_add_all(tx, arena, &organization_user_roles, nowhere, mixed, NULL));
	assert_int_equal(ERR_TOO_LONG, relation_add_all(tx, arena, &organization_user_roles, keys, longer, NULL));
	json_decref(none);
	json_decref(mixed);
	json_decref(longer);
}

static void replacing_keeps_the_roles_of_those_who_stay(void **state)
{
	const char *acme = made("/api/organizations", "{\"name\":\"Acme\"}");
	const char *ada = made("/api/users", "{}"), *bob = made("/api/users", "{}"), *eve = made("/api/users", "{}");
	json_t *roles = ids(made("/api/organization-roles", "{\"name\":\"editor\"}")), *set = json_pack("[s,s,s]", eve, ada, ada);

	(void)state;
	MUST(admit_user(tx, arena, acme, ada, roles));
	MUST(admit_user(tx, arena, acme, bob, roles));
	MUST(relation_replace(tx, arena, &organization_users, &acme, set, NULL));
	assert_int_equal(1, roles_of(acme, ada));
	assert_int_equal(-1, roles_of(acme, bob));
	assert_int_equal(0, roles_of(acme, eve));
	json_decref(roles);
	json_decref(set);
}

static int world_with_routes(void **state)
{
	routes_start();
	return world_begin(state);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(a_member_who_leaves_and_comes_back_has_no_roles), CASE(admitting_a_member_again_adds_roles_to_those_held),
		CASE(a_role_for_machines_admits_nobody), CASE(what_is_unknown_is_a_reference_that_leads_nowhere),
		CASE(of_two_faults_the_earlier_kind_wins), CASE(replacing_keeps_the_roles_of_those_who_stay),
	};

	return cmocka_run_group_tests(tests, world_with_routes, world_end);
}
