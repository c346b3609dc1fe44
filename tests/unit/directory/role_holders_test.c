#include "world.h"

#include "directory/role.h"
#include "base/banned.h"

STATEMENT(t_give_application,
	  "INSERT INTO application_roles (tenant_id, role_id, application_id) VALUES ($1, $2, $3)");
STATEMENT(t_give_user, "INSERT INTO user_roles (tenant_id, role_id, user_id) VALUES ($1, $2, $3)");

/* What each test finds: a person, two applications, two roles for each. */
static const char *ada, *machine, *spa, *editor, *reader, *robot, *drone;

static const char *role_named(const char *name, const char *type)
{
	return api_post_for_id(
		"/api/roles",
		arena_printf(api.arena, "{\"name\":\"%s\",\"description\":\"d\",\"type\":\"%s\"}", name, type));
}

static int begin(void **state)
{
	api_begin(state);
	ada = api_post_for_id("/api/users", "{}");
	machine = api_post_for_id("/api/applications", "{\"name\":\"m\",\"type\":\"MachineToMachine\"}");
	spa = api_post_for_id("/api/applications", "{\"name\":\"s\",\"type\":\"SPA\"}");
	editor = role_named("editor", "User");
	reader = role_named("reader", "User");
	robot = role_named("robot", "MachineToMachine");
	drone = role_named("drone", "MachineToMachine");
	return 0;
}

static const char *roles_of_user(const char *id)
{
	return arena_printf(api.arena, "/api/users/%s/roles", id);
}

static const char *roles_of_application(const char *id)
{
	return arena_printf(api.arena, "/api/applications/%s/roles", id);
}

static const char *holders_of(const char *role_id, const char *kind)
{
	return arena_printf(api.arena, "/api/roles/%s/%s", role_id, kind);
}

/* {"member":[ids]}, the ids separated by commas */
static const char *list(const char *member, const char *ids)
{
	json_auto_t *all = json_array();

	while (*ids) {
		size_t n = strcspn(ids, ",");

		json_array_append_new(all, json_stringn(ids, n));
		ids += n + (ids[n] == ',');
	}
	return arena_printf(api.arena, "{\"%s\":%s}", member, json_to_text(api.arena, all));
}

#define ROLES(...) list("roleIds", arena_printf(api.arena, __VA_ARGS__))

static bool lists(const char *path, const char *id)
{
	api_expect(OK, GET, path, NULL);
	return strstr(api.answer, arena_printf(api.arena, "\"id\":\"%s\"", id));
}

static void a_holder_is_given_roles_whatever_it_has_already(void **state)
{
	const struct { const char *path, *first, *second; } cases[] = {
		{ roles_of_user(ada), editor, reader }, { roles_of_application(machine), robot, drone },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *first = cases[i].first, *second = cases[i].second;

		api_expect(OK, POST, cases[i].path, ROLES("%s,%s", first, first));
		assert_string_equal(api.answer,
				    arena_printf(api.arena, "{\"roleIds\":[\"%s\",\"%s\"],\"addedRoleIds\":[\"%s\"]}",
						 first, first, first));
		api_expect(OK, POST, cases[i].path, ROLES("%s,%s", first, second));
		assert_string_equal(api.answer,
				    arena_printf(api.arena, "{\"roleIds\":[\"%s\",\"%s\"],\"addedRoleIds\":[\"%s\"]}",
						 first, second, second));
		api_expect(OK, POST, cases[i].path, "{\"roleIds\":[]}");
		assert_true(lists(cases[i].path, first) && lists(cases[i].path, second));
	}
}

static void adding_tells_a_wrong_kind_first_and_replacing_an_unknown_role(void **state)
{
	const struct { const char *path, *path_of_nobody, *right, *wrong; err_t kind, unknown_holder; } cases[] = {
		{ roles_of_user(ada), roles_of_user("nobody"), editor, robot, ERR_USER_ROLE_TYPE, ERR_NOT_FOUND },
		{ roles_of_application(machine), roles_of_application("nobody"), robot, editor, ERR_APP_ROLE_TYPE,
		  ERR_NOT_EXISTS_WITH_ID },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = cases[i].path, *nobody = cases[i].path_of_nobody;

		api_expect(cases[i].unknown_holder, POST, nobody, ROLES("gone,%s", cases[i].wrong));
		api_expect(cases[i].unknown_holder, PUT, nobody, ROLES("gone,%s", cases[i].wrong));
		api_expect(OK, POST, path, ROLES("%s", cases[i].right));
		api_expect(cases[i].kind, POST, path, ROLES("gone,%s", cases[i].wrong));
		api_expect(ERR_NOT_EXISTS_WITH_ID, POST, path, ROLES("%s,gone", cases[i].right));
		api_expect(ERR_NOT_EXISTS_WITH_ID, PUT, path, ROLES("%s,gone", cases[i].wrong));
		api_expect(ERR_CHECK, PUT, path, ROLES("%s", cases[i].wrong));
		assert_true(lists(path, cases[i].right));
	}
}

static void replacing_takes_and_gives_and_counts_an_id_once(void **state)
{
	(void)state;
	api_expect(OK, PUT, roles_of_user(ada), ROLES("%s", editor));
	api_expect(OK, PUT, roles_of_user(ada), ROLES("%s,%s", reader, reader));
	assert_string_equal(api.answer, arena_printf(api.arena, "{\"roleIds\":[\"%s\"]}", reader));
	assert_false(lists(roles_of_user(ada), editor));
	api_expect(OK, PUT, roles_of_application(machine), ROLES("%s,%s", drone, drone));
	api_expect(OK, PUT, roles_of_application(machine), ROLES("%s", drone));
	assert_true(lists(roles_of_application(machine), drone));
	api_expect(OK, PUT, roles_of_application(machine), "{\"roleIds\":[]}");
	assert_false(lists(roles_of_application(machine), drone));
}

static void only_machines_hold_roles_as_applications(void **state)
{
	const char *path = roles_of_application(spa);

	(void)state;
	assert_int_equal(store_exec(api.tx, &t_give_application, ARGS(T(robot), T(spa)), NULL), OK);
	api_expect(ERR_APP_TYPE, GET, path, NULL);
	api_expect(ERR_APP_TYPE, POST, path, ROLES("gone"));
	api_expect(ERR_APP_TYPE, PUT, path, ROLES("%s", editor));
	api_expect(ERR_APP_TYPE, DELETE, arena_printf(api.arena, "%s/%s", path, robot), NULL);
	api_expect(ERR_NOT_EXISTS_WITH_ID, DELETE,
		   arena_printf(api.arena, "%s/%s", roles_of_application("nobody"), robot), NULL);
	api_expect(ERR_NOT_FOUND, DELETE, arena_printf(api.arena, "%s/%s", roles_of_application(machine), robot),
		   NULL);
	/* one that holds a role all the same is counted, and not shown */
	assert_false(lists(holders_of(robot, "applications"), spa));
	api_expect(OK, GET, "/api/roles?type=MachineToMachine&search.name=robot&mode=exact", NULL);
	assert_non_null(strstr(api.answer, "\"applicationsCount\":1"));
}

static void internal_roles_are_held_and_not_shown(void **state)
{
	(void)state;
	api_expect(OK, POST, roles_of_application(machine), ROLES("%s", ADMIN_ROLE));
	assert_false(lists(roles_of_application(machine), ADMIN_ROLE));
	assert_true(lists(holders_of(ADMIN_ROLE, "applications"), machine));
	assert_int_equal(store_exec(api.tx, &t_give_user, ARGS(T(robot), T(ada)), NULL), OK);	/* of another kind */
	assert_false(lists(roles_of_user(ada), robot));
}

static void a_role_is_refused_to_those_who_have_it_before_anything_else(void **state)
{
	const char *bob = api_post_for_id("/api/users", "{}");

	(void)state;
	api_expect(ERR_NOT_EXISTS_WITH_ID, POST, holders_of("nobody", "users"), list("userIds", "gone"));
	api_expect(ERR_NOT_FOUND, POST, holders_of(robot, "users"), list("userIds", "gone"));
	api_expect(ERR_CHECK, POST, holders_of(robot, "users"), list("userIds", ada));
	api_expect(OK, POST, holders_of(editor, "users"), list("userIds", arena_printf(api.arena, "%s,%s", ada, ada)));
	api_expect(ERR_ROLE_USER, POST, holders_of(editor, "users"),
		   list("userIds", arena_printf(api.arena, "gone,%s,%s", bob, ada)));
	assert_false(lists(holders_of(editor, "users"), bob));
	api_expect(ERR_NOT_EXISTS_WITH_ID, POST, holders_of(editor, "applications"), list("applicationIds", "gone"));
	api_expect(ERR_CHECK, POST, holders_of(editor, "applications"), list("applicationIds", machine));
	api_expect(OK, POST, holders_of(robot, "applications"), list("applicationIds", machine));
	api_expect(ERR_ROLE_APPLICATION, POST, holders_of(robot, "applications"),
		   list("applicationIds", arena_printf(api.arena, "gone,%s", machine)));
}

static void a_role_or_an_organization_is_left_out_not_both(void **state)
{
	static const char *const lists_of[] = { "users", "applications" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists_of); i++) {
		api_expect(ERR_REQUEST_INPUT, GET,
			   arena_printf(api.arena, "/api/%s?excludeRoleId=a&excludeOrganizationId=b", lists_of[i]),
			   NULL);
		api_expect(OK, GET,
			   arena_printf(api.arena, "/api/%s?excludeRoleId=a&excludeOrganizationId=", lists_of[i]),
			   NULL);
	}
	api_expect(OK, POST, roles_of_user(ada), ROLES("%s", editor));
	assert_false(lists(arena_printf(api.arena, "/api/users?excludeRoleId=%s", editor), ada));
	assert_true(lists(arena_printf(api.arena, "/api/users?excludeRoleId=%s", reader), ada));
}

/* A total that no counter knows is counted, and whoever is left out is looked for in every row. */
static void what_looks_at_every_row_is_run_on_SCAN(void **state)
{
	const char *of_organization = arena_printf(api.arena, "page=1&excludeOrganizationId=%s",
						   api_post_for_id("/api/organizations", "{\"name\":\"o\"}"));
	const struct { const char *path, *query; } cases[] = {
		{ "/api/users", arena_printf(api.arena, "excludeRoleId=%s", editor) },
		{ "/api/users", of_organization },
		{ "/api/applications", arena_printf(api.arena, "page=1&excludeRoleId=%s", robot) },
		{ "/api/applications", of_organization },
		{ "/api/applications", "page=1&types=SPA" }, { "/api/applications", "page=1&isThirdParty=true" },
		{ "/api/applications", "" }, { "/api/users", "search.id=a&search.id=b&mode=exact" },
		{ "/api/users", "search=a&mode=posix" }, { "/api/roles", "" }, { "/api/roles", "search=a%25" },
		{ "/api/organization-roles", "" }, { "/api/resources", "page=1&includeScopes=true" },
		{ "/api/organization-invitations", "" }, { holders_of(robot, "applications"), "" },
		{ arena_printf(api.arena, "/api/users/%s/organizations", ada), "" },
		{ arena_printf(api.arena, "/api/applications/%s/organizations", machine), "page=1" },
		{ arena_printf(api.arena, "/api/applications/%s/secrets", machine), "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = request_new(&(struct ask){ GET, cases[i].path, cases[i].query });
		const struct step *last;

		rq->tenant = api.tenant;
		do {
			last = rq->task.step ? rq->task.step : rq->route->first;
			assert_int_equal(step_run(rq, api.tx), OK);
		} while (rq->task.step);
		if (last->lane != SCAN)
			fail_msg("%s?%s ends on lane %d", cases[i].path, cases[i].query, (int)last->lane);
		request_free(rq);
	}
}

/* The last: what it writes stays. */
static void from_either_side_a_role_that_is_given_or_taken_is_told(void **state)
{
	const char *one = arena_printf(api.arena, "%s/%s", roles_of_user(ada), editor);
	const char *other = arena_printf(api.arena, "%s/%s", roles_of_application(machine), robot);

	(void)state;
	assert_true(api_call_forgets(CHANGE_ACCESS, POST, roles_of_user(ada), ROLES("%s", editor)));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE, one, NULL));
	assert_true(api_call_forgets(CHANGE_ACCESS, PUT, roles_of_user(ada), ROLES("%s", editor)));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE,
				     arena_printf(api.arena, "%s/%s", holders_of(editor, "users"), ada), NULL));
	assert_true(api_call_forgets(CHANGE_ACCESS, POST, holders_of(editor, "users"), list("userIds", ada)));
	assert_true(api_call_forgets(CHANGE_ACCESS, PUT, roles_of_application(machine), ROLES("%s", robot)));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE, other, NULL));
	assert_true(api_call_forgets(CHANGE_ACCESS, POST, holders_of(robot, "applications"),
				     list("applicationIds", machine)));
	assert_true(api_call_forgets(CHANGE_ACCESS, DELETE,
				     arena_printf(api.arena, "%s/%s", holders_of(robot, "applications"), machine),
				     NULL));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, api_end)
	const struct CMUnitTest tests[] = {
		CASE(a_holder_is_given_roles_whatever_it_has_already),
		CASE(adding_tells_a_wrong_kind_first_and_replacing_an_unknown_role),
		CASE(replacing_takes_and_gives_and_counts_an_id_once), CASE(only_machines_hold_roles_as_applications),
		CASE(internal_roles_are_held_and_not_shown),
		CASE(a_role_is_refused_to_those_who_have_it_before_anything_else),
		CASE(a_role_or_an_organization_is_left_out_not_both), CASE(what_looks_at_every_row_is_run_on_SCAN),
		CASE(from_either_side_a_role_that_is_given_or_taken_is_told),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
