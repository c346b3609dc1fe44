#include "calls.h"

#include "base/banned.h"

static const char *machines_of(const char *organization_id)
{
	return P("/api/organizations/%s/applications", organization_id);
}

static const char *roles_of(const char *organization_id, const char *id)
{
	return P("%s/%s/roles", machines_of(organization_id), id);
}

static void join(const char *organization_id, const char *id)
{
	MUST(call(POST, machines_of(organization_id), LIST("applicationIds", id)));
	assert_null(got);
}

static void only_machines_can_join(void **state)
{
	static const char *const types[] = { "Native", "SPA", "Traditional" };
	const char *acme = new_organization(), *machine = new_application("MachineToMachine"), *both;
	const char *third =
		post_for_id("/api/applications", "{\"name\":\"App\",\"type\":\"SPA\",\"isThirdParty\":true}");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		both = LIST("applicationIds", machine, new_application(types[i]));
		REFUSED(ERR_CHECK, call(POST, machines_of(acme), both));
		REFUSED(ERR_CHECK, call(PUT, machines_of(acme), both));
	}
	REFUSED(ERR_CHECK, call(POST, machines_of(acme), LIST("applicationIds", third)));
	assert_string_equal(get_list(machines_of(acme), "id"), "");
	join(acme, machine);
	assert_string_equal(get_list(machines_of(acme), "id"), machine);
}

static void of_two_faults_the_earlier_kind_wins(void **state)
{
	const char *acme = new_organization(), *machine = new_application("MachineToMachine"),
		   *spa = new_application("SPA");
	const struct { const char *organization, *first, *second; err_t e, replacing; } cases[] = {
		{ acme, spa, "a234567890123456789012", ERR_TOO_LONG, ERR_CHECK },
		{ acme, "a234567890123456789012", spa, ERR_TOO_LONG },
		{ "a234567890123456789012", spa, "nope", ERR_TOO_LONG }, { acme, "nope", spa, ERR_CHECK },
		{ "nope", machine, spa, ERR_CHECK }, { acme, machine, "nope", ERR_REFERENCE },
		{ acme, machine, "demo-app", ERR_REFERENCE }, { "nope", machine, machine, ERR_REFERENCE },
		{ acme, new_user(NULL), machine, ERR_REFERENCE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		REFUSED(cases[i].e, call(POST, machines_of(cases[i].organization),
					 LIST("applicationIds", cases[i].first, cases[i].second)));
		REFUSED(cases[i].replacing ? cases[i].replacing : cases[i].e,
			call(PUT, machines_of(cases[i].organization),
			     LIST("applicationIds", cases[i].first, cases[i].second)));
	}
}

static void replacing_with_nobody_asks_only_how_long_the_id_is(void **state)
{
	(void)state;
	MUST(call(PUT, machines_of("nope"), "{\"applicationIds\":[]}"));
	REFUSED(ERR_TOO_LONG, call(PUT, machines_of("a234567890123456789012"), "{\"applicationIds\":[]}"));
	REFUSED(ERR_INPUT, call(POST, machines_of("nope"), "{\"applicationIds\":[]}"));
}

static void who_stays_keeps_its_roles_and_who_comes_back_has_none(void **state)
{
	const char *acme = new_organization(), *role = new_role("robot", "MachineToMachine");
	const char *stays = new_application("MachineToMachine"), *leaves = new_application("MachineToMachine"),
		   *comes = new_application("MachineToMachine");

	(void)state;
	MUST(call(POST, machines_of(acme), LIST("applicationIds", stays, leaves)));
	MUST(call(POST, roles_of(acme, stays), LIST("organizationRoleIds", role)));
	MUST(call(POST, roles_of(acme, leaves), LIST("organizationRoleIds", role)));
	MUST(call(PUT, machines_of(acme), LIST("applicationIds", comes, stays, comes)));
	assert_string_equal(get_list(roles_of(acme, stays), "id"), role);
	REFUSED(ERR_NOT_MEMBER, call(GET, roles_of(acme, leaves), NULL));
	join(acme, leaves);
	join(acme, stays);
	assert_string_equal(get_list(roles_of(acme, leaves), "id"), "");
	assert_string_equal(get_list(roles_of(acme, stays), "id"), role);
}

static void roles_are_given_by_id_and_cannot_be_cleared_at_once(void **state)
{
	const char *acme = new_organization(), *machine = new_application("MachineToMachine"),
		   *path = roles_of(acme, machine);
	const char *one = new_role("one", "MachineToMachine"), *two = new_role("two", "MachineToMachine"),
		   *human = new_role("human", "User");
	const struct { enum method method; const char *body; err_t e; const char *then; } cases[] = {
		{ POST, "{\"organizationRoleIds\":[]}", ERR_INPUT, "" },
		{ POST, "{\"organizationRoleNames\":[\"one\"]}", ERR_INPUT, "" },
		{ POST, LIST("organizationRoleIds", one, human), ERR_CHECK, "" },
		{ POST, LIST("organizationRoleIds", one, "nope"), ERR_REFERENCE, "" },
		{ POST, LIST("organizationRoleIds", one, one), OK, "one" },
		{ POST, LIST("organizationRoleIds", two, one), OK, "one,two" },
		{ PUT, "{\"organizationRoleIds\":[]}", ERR_INPUT, "one,two" },
		{ PUT, LIST("organizationRoleIds", two, two), ERR_UNIQUE, "one,two" },
		{ PUT, LIST("organizationRoleIds", "nope", "nope"), ERR_UNIQUE, "one,two" },
		{ PUT, LIST("organizationRoleIds", human), ERR_CHECK, "one,two" },
		{ PUT, LIST("organizationRoleIds", two), OK, "two" },
	};

	(void)state;
	join(acme, machine);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		REFUSED(cases[i].e, call(cases[i].method, path, cases[i].body));
		assert_string_equal(get_list(path, "name"), cases[i].then);
	}
	MUST(call(DELETE, P("%s/%s", path, two), NULL));
	REFUSED(ERR_NOT_FOUND, call(DELETE, P("%s/%s", path, two), NULL));
}

static void a_machine_is_listed_with_its_roles_and_without_its_secret(void **state)
{
	const char *acme = new_organization(), *machine = new_application("MachineToMachine"), *a, *z;
	json_t *one;

	(void)state;
	roles_by_name("MachineToMachine", &a, &z);
	join(acme, machine);
	MUST(call(POST, roles_of(acme, machine), LIST("organizationRoleIds", z, a)));
	assert_string_equal(get_list(roles_of(acme, machine), "id"), P("%s,%s", a, z));
	assert_string_equal(get_list(machines_of(acme), "id"), machine);
	one = json_array_get(got, 0);
	assert_string_equal(join_members(json_object_get(one, "organizationRoles"), "name"), "a,z");
	assert_null(json_object_get(one, "secret"));
	assert_null(json_object_get(one, "isAdmin"));
	assert_string_equal(get_list(machines_of("nope"), "id"), "");
}

static void an_application_that_is_deleted_leaves(void **state)
{
	const char *acme = new_organization(), *machine = new_application("MachineToMachine");

	(void)state;
	join(acme, machine);
	MUST(call(DELETE, P("/api/applications/%s", machine), NULL));
	assert_string_equal(get_list(machines_of(acme), "id"), "");
	REFUSED(ERR_NOT_FOUND, call(DELETE, P("%s/%s", machines_of(acme), machine), NULL));
}

static void a_machine_of_another_tenant_is_unknown(void **state)
{
	const char *acme = new_organization(), *mine = new_application("MachineToMachine"), *theirs, *role;

	(void)state;
	join(acme, mine);
	move_to("admin");
	theirs = new_application("MachineToMachine");
	role = new_role("robot", "MachineToMachine");
	REFUSED(ERR_REFERENCE, call(POST, machines_of(acme), LIST("applicationIds", theirs)));
	move_to("default");
	REFUSED(ERR_REFERENCE, call(POST, machines_of(acme), LIST("applicationIds", theirs)));
	REFUSED(ERR_REFERENCE, call(POST, roles_of(acme, mine), LIST("organizationRoleIds", role)));
}

static void the_search_is_within_the_organization(void **state)
{
	const char *acme = new_organization(), *other = new_organization();
	const char *builder =
		post_for_id("/api/applications",
			    "{\"name\":\"Builder\",\"type\":\"MachineToMachine\",\"description\":\"nightly\"}");
	const char *plain = new_application("MachineToMachine"),
		   *elsewhere =
			   post_for_id("/api/applications", "{\"name\":\"builder\",\"type\":\"MachineToMachine\"}");

	(void)state;
	MUST(call(POST, machines_of(acme), LIST("applicationIds", builder, plain)));
	join(other, elsewhere);
	commit_for_search();
	assert_string_equal(get_list(P("%s?q=BUILD", machines_of(acme)), "id"), builder);
	assert_string_equal(get_list(P("%s?q=night", machines_of(acme)), "id"), builder);
	assert_string_equal(get_list(P("%s?q=%s", machines_of(acme), plain), "id"), plain);
	assert_string_equal(get_list(P("%s?q=night", machines_of(other)), "id"), "");
}

FAMILY(CASE(only_machines_can_join), CASE(of_two_faults_the_earlier_kind_wins),
CASE(replacing_with_nobody_asks_only_how_long_the_id_is),
       CASE(who_stays_keeps_its_roles_and_who_comes_back_has_none),
       CASE(roles_are_given_by_id_and_cannot_be_cleared_at_once),
       CASE(a_machine_is_listed_with_its_roles_and_without_its_secret), CASE(an_application_that_is_deleted_leaves),
       CASE(a_machine_of_another_tenant_is_unknown), CASE(the_search_is_within_the_organization))
