#include "world.h"

#include "directory/role.h"
#include "server/dispatch.h"
#include "base/banned.h"

#define USERS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) "
STATEMENT(t_users,
	  USERS "INSERT INTO users (tenant_id, id, profile, identities, custom_data, logto_config, mfa_verifications,"
	  	" is_suspended,"
	  " is_password_expired, created_at, updated_at, search)"
	  " SELECT $1, 'u' || i, '{}', '{}', '{}', '{}', '[]', 0, 0, 1, 1, '' FROM n");
STATEMENT(t_holders, USERS "INSERT INTO user_roles (tenant_id, role_id, user_id) SELECT $1, $3, 'u' || i FROM n");
STATEMENT(t_indicator, "UPDATE resources SET indicator = $2 WHERE tenant_id = $1 AND indicator = $3");
STATEMENT(t_held, "SELECT count(*) FROM user_roles WHERE tenant_id = $1 AND role_id = $2");

static const char *role_named(const char *name, const char *more)
{
	return api_post_for_id("/api/roles",
			       arena_printf(api.arena, "{\"name\":\"%s\",\"description\":\"d\"%s}", name, more));
}

static const char *below(const char *id, const char *what)
{
	return arena_printf(api.arena, "/api/roles/%s%s", id, what);
}

static const char *scope_ids(const char *one, const char *two)
{
	return arena_printf(api.arena, "{\"scopeIds\":[\"%s\",\"%s\"]}", one, two);
}

/* The scope of an API with this indicator. */
static const char *scope_at(const char *indicator)
{
	const char *id = api_post_for_id("/api/resources",
					 arena_printf(api.arena, "{\"name\":\"n\",\"indicator\":\"%s\"}", indicator));

	return api_post_for_id(arena_printf(api.arena, "/api/resources/%s/scopes", id), "{\"name\":\"s\"}");
}

static void in_a_list_what_is_there_comes_before_what_is_nowhere(void **state)
{
	struct resolved_id at[] = {
		{ .id = "new", .exists = true }, { .id = "gone" }, { .id = "held", .exists = true, .already = true },
		{ .id = "also gone" },
	};
	const struct resolved_list all = { at, 4 }, known = { at, 1 }, none = { at, 0 };

	(void)state;
	assert_int_equal(check_known(&none, &user, ERR_NOT_FOUND), OK);
	assert_int_equal(check_new_to(&known, ERR_ROLE_USER, &user, ERR_NOT_FOUND), OK);
	err_clear();
	assert_int_equal(check_known(&all, &user, ERR_NOT_EXISTS_WITH_ID), ERR_NOT_EXISTS_WITH_ID);
	assert_non_null(strstr(err_fault()->detail, "'gone'"));		/* the first of them */
	err_clear();
	assert_int_equal(check_new_to(&all, ERR_ROLE_USER, &user, ERR_NOT_FOUND), ERR_ROLE_USER);
	assert_string_equal(err_fault()->args[0].value, "held");
}

static void a_role_for_people_carries_nothing_of_any_management_api(void **state)
{
	const char *plain = scope_at("https://x.example"), *lookalike = scope_at("https://mine.example");
	const char *const scopes[] = { "management-api-all", lookalike };
	const char *people = role_named("people", ""), *robot = role_named("robot", ",\"type\":\"MachineToMachine\"");

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_indicator,
				    ARGS(T("https://mine.logto.app/api"), T("https://mine.example")), NULL),
			 OK);
	for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
		const char *mixed = arena_printf(api.arena, ",\"scopeIds\":[\"%s\",\"%s\"]}", plain, scopes[i]);

		api_expect(ERR_ROLE_MANAGEMENT_SCOPE, POST, "/api/roles",
			   arena_printf(api.arena, "{\"name\":\"a\",\"description\":\"d\"%s", mixed));
		api_expect(
			ERR_ROLE_MANAGEMENT_SCOPE, POST, "/api/roles",
			arena_printf(api.arena, "{\"name\":\"a\",\"description\":\"d\",\"type\":\"User\"%s", mixed));
		api_expect(ERR_ROLE_MANAGEMENT_SCOPE, POST, below(people, "/scopes"), scope_ids(plain, scopes[i]));
		api_expect(OK, POST, below(robot, "/scopes"), scope_ids(scopes[i], scopes[i]));
	}
	api_expect(OK, POST, below(people, "/scopes"), scope_ids(plain, plain));
}

static void of_several_faults_in_a_list_of_scopes_the_first_rule_speaks(void **state)
{
	const char *a = scope_at("https://x.example"),
		   *people = role_named("people", arena_printf(api.arena, ",\"scopeIds\":[\"%s\"]", a));
	const char *robot = role_named("robot", ",\"type\":\"MachineToMachine\"");

	(void)state;
	api_expect(ERR_NOT_EXISTS_WITH_ID, POST, below("nobody", "/scopes"), scope_ids(a, "gone"));
	api_expect(ERR_ROLE_SCOPE, POST, below(people, "/scopes"), scope_ids("gone", a));
	api_expect(ERR_NOT_EXISTS_WITH_ID, POST, below(people, "/scopes"), scope_ids("management-api-all", "gone"));
	api_expect(ERR_ROLE_MANAGEMENT_SCOPE, POST, "/api/roles",
		   "{\"name\":\"b\",\"description\":\"d\",\"scopeIds\":[\"gone\",\"management-api-all\"]}");
	api_expect(ERR_NOT_EXISTS_WITH_ID, POST, "/api/roles",
		   "{\"name\":\"b\",\"description\":\"d\",\"scopeIds\":[\"gone\"]}");
	api_expect(ERR_NOTHING_TO_WRITE, POST, "/api/roles", "{\"name\":\"b\",\"description\":\"d\",\"scopeIds\":[]}");
	api_expect(ERR_ROLE_NAME, POST, "/api/roles", "{\"name\":\"robot\",\"description\":\"d\",\"scopeIds\":[]}");
	assert_non_null(robot);
	role_named("b", "");	/* nothing of what was refused is there */
}

static int64_t held(const char *role_id)
{
	int64_t n = -1;

	assert_int_equal(store_int(api.tx, &t_held, ARGS(T(role_id)), &n), OK);
	return n;
}

static void a_role_is_deleted_in_one_step_however_many_hold_it(void **state)
{
	const char *large = role_named("large", ""), *other = role_named("other", "");

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_users, ARGS(N(5001)), NULL), OK);
	assert_int_equal(store_exec(api.tx, &t_holders, ARGS(N(5001), T(large)), NULL), OK);
	assert_int_equal(store_exec(api.tx, &t_holders, ARGS(N(10), T(other)), NULL), OK);
	api_expect(OK, DELETE, below(large, ""), NULL);
	assert_int_equal(held(large), 1);		/* for the worker (tests/unit/entity/deletion_test.c) */
	api_expect(ERR_NOT_EXISTS_WITH_ID, DELETE, below(large, ""), NULL);
	assert_int_equal(held(other), 10);
}

static void the_internal_role_stays(void **state)
{
	const char *hidden = role_named("#internal:mine", "");

	(void)state;
	role_named("#internal", "");
	api_expect(ERR_ROLE_INTERNAL, DELETE, below(ADMIN_ROLE, ""), NULL);
	api_expect(OK, GET, below(ADMIN_ROLE, ""), NULL);
	api_expect(OK, GET, "/api/roles", NULL);
	assert_null(strstr(api.answer, "#internal:"));
	assert_non_null(strstr(api.answer, "\"#internal\""));
	api_expect(OK, DELETE, below(hidden, ""), NULL);	/* one of a client's own does not */
}

static void what_a_role_gave_is_forgotten(void **state)
{
	const char *a = scope_at("https://forgotten.example"), *id = role_named("forgotten", "");

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_users, ARGS(N(1)), NULL), OK);
	assert_int_equal(store_exec(api.tx, &t_holders, ARGS(N(1), T(id)), NULL), OK);
	assert_true(api_call_forgets(CHANGE_ACCESS, POST, below(id, "/scopes"), scope_ids(a, a)));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE, arena_printf(api.arena, "/api/roles/%s/scopes/%s", id, a),
				     NULL));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE, below(id, ""), NULL));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, api_begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(in_a_list_what_is_there_comes_before_what_is_nowhere),
		CASE(a_role_for_people_carries_nothing_of_any_management_api),
		CASE(of_several_faults_in_a_list_of_scopes_the_first_rule_speaks),
		CASE(a_role_is_deleted_in_one_step_however_many_hold_it),
		CASE(the_internal_role_stays), CASE(what_a_role_gave_is_forgotten),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
