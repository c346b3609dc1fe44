#include "calls.h"

#include "organizations/access.h"
#include "base/banned.h"

static bool is_allowed(const char *application_id, const char *user_id)
{
	bool allowed = true;

	MUST(access_is_allowed(api.tx, application_id, user_id, &allowed));
	return allowed;
}

/* Stores the rules, given as members, and turns access control on. */
static void let_in(const char *application_id, const char *users, const char *roles, const char *organizations,
		   const char *pairs)
{
	MUST(call(PUT, P("/api/applications/%s/access-control", application_id),
		  P("{\"userIds\":[%s],\"userRoleIds\":[%s],\"organizationIds\":[%s],\"organizationRoleRules\":[%s]}",
		    users, roles, organizations, pairs)));
	MUST(call(PATCH, P("/api/applications/%s", application_id), "{\"appLevelAccessControlEnabled\":true}"));
}

static const char *quoted(const char *id)
{
	return P("\"%s\"", id);
}

static const char *pair(const char *organization_id, const char *role_id)
{
	return P("{\"organizationId\":\"%s\",\"organizationRoleIds\":[\"%s\"]}", organization_id, role_id);
}

static void join(const char *organization_id, const char *user_id)
{
	MUST(call(POST, P("/api/organizations/%s/users", organization_id), LIST("userIds", user_id)));
}

static void everybody_may_use_an_application_whose_access_control_is_off(void **state)
{
	const char *app = new_application("SPA"), *ada = new_user(NULL), *bob = new_user(NULL);

	(void)state;
	assert_true(is_allowed(app, ada));
	assert_true(is_allowed("demo-app", ada));
	let_in(app, quoted(ada), "", "", "");
	assert_false(is_allowed(app, bob));
	assert_false(is_allowed(app, "nope"));
	MUST(call(PATCH, P("/api/applications/%s", app), "{\"appLevelAccessControlEnabled\":false}"));
	assert_true(is_allowed(app, bob));
}

static void one_rule_that_fits_is_enough(void **state)
{
	const char *app = new_application("SPA"), *other = new_application("SPA");
	const char *listed = new_user(NULL), *holder = new_user(NULL), *member = new_user(NULL),
		   *editor = new_user(NULL), *nobody = new_user(NULL);
	const char *role = post_for_id("/api/roles", "{\"name\":\"r\",\"description\":\"d\"}");
	const char *one = new_organization(), *two = new_organization(), *position = new_role("editor", "User");

	(void)state;
	MUST(call(POST, P("/api/users/%s/roles", holder), LIST("roleIds", role)));
	join(one, member);
	join(two, editor);
	join(two, nobody);
	MUST(call(POST, P("/api/organizations/%s/users/%s/roles", two, editor),
		  LIST("organizationRoleIds", position)));
	let_in(app, quoted(listed), quoted(role), quoted(one), pair(two, position));
	let_in(other, quoted(nobody), "", "", pair(one, position));
	assert_true(is_allowed(app, listed));
	assert_true(is_allowed(app, holder));
	assert_true(is_allowed(app, member));
	assert_true(is_allowed(app, editor));
	assert_false(is_allowed(app, nobody));
	assert_true(is_allowed(other, nobody));
	assert_false(is_allowed(other, member));	/* without the role */
	assert_false(is_allowed(other, editor));	/* who has it elsewhere */
	assert_false(is_allowed(other, listed));
}

static void who_leaves_what_let_them_in_is_out(void **state)
{
	const char *app = new_application("SPA"), *holder = new_user(NULL), *member = new_user(NULL),
		   *editor = new_user(NULL);
	const char *role = post_for_id("/api/roles", "{\"name\":\"r\",\"description\":\"d\"}");
	const char *one = new_organization(), *two = new_organization(), *position = new_role("editor", "User");

	(void)state;
	MUST(call(POST, P("/api/users/%s/roles", holder), LIST("roleIds", role)));
	join(one, member);
	join(two, editor);
	MUST(call(POST, P("/api/organizations/%s/users/%s/roles", two, editor),
		  LIST("organizationRoleIds", position)));
	let_in(app, "", quoted(role), quoted(one), pair(two, position));
	MUST(call(DELETE, P("/api/users/%s/roles/%s", holder, role), NULL));
	assert_false(is_allowed(app, holder));
	MUST(call(DELETE, P("/api/organizations/%s", one), NULL));
	assert_false(is_allowed(app, member));
	assert_true(is_allowed(app, editor));
	MUST(call(DELETE, P("/api/organization-roles/%s", position), NULL));
	assert_false(is_allowed(app, editor));		/* no rule is left, and nobody passes */
}

FAMILY(CASE(everybody_may_use_an_application_whose_access_control_is_off), CASE(one_rule_that_fits_is_enough),
       CASE(who_leaves_what_let_them_in_is_out))
