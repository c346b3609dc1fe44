/* What people see of their organizations, how they leave, and which invitations are theirs. */
#include "account/account.h"

#include <string.h>

#include "../world.h"
#include "base/text.h"
#include "base/banned.h"

#define SCOPES "openid urn:logto:scope:organizations urn:logto:scope:organization_roles"

static const char *ada, *guild;		/* a user and an organization of the test */

static const char *make_user(const char *name)
{
	return api_post_for_id(
		"/api/users",
		arena_printf(api.arena, "{\"username\":\"%s\",\"primaryEmail\":\"%s@A.example\"}", name, name));
}

static void set_center(const char *control)
{
	api_expect(OK, PATCH, "/api/account-center",
		   arena_printf(api.arena, "{\"enabled\":true,\"fields\":{\"organizations\":\"%s\"}}", control));
}

static int begin(void **state)
{
	int failed = api_begin(state);

	if (failed)
		return failed;
	ada = make_user("ada");
	guild = api_post_for_id("/api/organizations", "{\"name\":\"Guild\",\"isMfaRequired\":true}");
	set_center("Edit");
	return 0;
}

static void add_member(const char *organization_id, const char *user_id)
{
	api_expect(OK, POST, arena_printf(api.arena, "/api/organizations/%s/users", organization_id),
		   arena_printf(api.arena, "{\"userIds\":[\"%s\"]}", user_id));
}

/* Runs a call of a person whose token has these scopes; request_free(). */
static struct request *call_as(const char *user_id, const char *scope, enum method method, const char *path,
			       const char *body)
{
	static struct account_token token;
	struct request *rq = api_request(method, path, body);
	err_t e;

	token = (struct account_token){ .client_id = "account-center", .scope = scope };
	rq->who = (struct principal){ .id = user_id, .is_user = true, .known = &token };
	e = chain_run(rq, api.tx);
	if (e)
		reply_error(rq, e);
	return rq;
}

static void expect_status(int status, const char *user_id, enum method method, const char *path, const char *body)
{
	struct request *rq = call_as(user_id, SCOPES, method, path, body);

	assert_int_equal(rq->reply.status, status);
	request_free(rq);
}

static const char *text_of(struct request *rq)
{
	return buffer_str(&rq->reply.body);
}

static const char *invite(const char *address, const char *expires)
{
	return api_post_for_id("/api/organization-invitations",
			       arena_printf(api.arena,
					    "{\"organizationId\":\"%s\",\"invitee\":\"%s\",\"expiresAt\":%s}", guild,
					    address, expires));
}

static const char *status_path(const char *invitation_id)
{
	return arena_printf(api.arena, "/api/my-account/invitations/%s/status", invitation_id);
}

#define ACCEPT "{\"status\":\"Accepted\"}"
#define FAR_AWAY "9999999999999"

static void organizations_are_listed_with_roles_where_the_token_may_see_them(void **state)
{
	const char *role = api_post_for_id("/api/organization-roles", "{\"name\":\"Smith\"}");
	struct request *rq;

	(void)state;
	add_member(guild, ada);
	api_expect(OK, POST, arena_printf(api.arena, "/api/organizations/%s/users/%s/roles", guild, ada),
		   arena_printf(api.arena, "{\"organizationRoleIds\":[\"%s\"]}", role));
	rq = call_as(ada, SCOPES, GET, "/api/my-account/organizations", NULL);
	assert_int_equal(rq->reply.status, 200);
	assert_string_equal(
		text_of(rq),
		arena_printf(api.arena,
			     "[{\"id\":\"%s\",\"name\":\"Guild\",\"description\":null,\"isMfaRequired\":true,"
			     "\"branding\":{},\"organizationRoles\":[{\"id\":\"%s\",\"name\":\"Smith\"}]}]",
			     guild, role));
	request_free(rq);
	rq = call_as(ada, "openid urn:logto:scope:organizations", GET, "/api/my-account/organizations", NULL);
	assert_null(strstr(text_of(rq), "Smith"));
	request_free(rq);
	rq = call_as(ada, "openid", GET, "/api/my-account/organizations", NULL);
	assert_int_equal(rq->reply.status, 401);
	request_free(rq);
}

static void what_the_tenant_switched_off_is_not_shown(void **state)
{
	(void)state;
	set_center("Off");
	expect_status(400, ada, GET, "/api/my-account/organizations", NULL);
	expect_status(400, ada, GET, "/api/my-account/invitations", NULL);
	expect_status(400, ada, PUT, status_path(invite("ada@a.example", FAR_AWAY)), ACCEPT);
	api_expect(OK, PATCH, "/api/account-center", "{\"enabled\":false}");
	expect_status(400, ada, GET, "/api/my-account/organizations", NULL);
}

static void leaving_needs_a_proof(void **state)
{
	(void)state;
	add_member(guild, ada);
	expect_status(401, ada, DELETE, arena_printf(api.arena, "/api/my-account/organizations/%s", guild), NULL);
	api_expect(OK, GET, arena_printf(api.arena, "/api/organizations/%s/users/%s/roles", guild, ada), NULL);
}

static void an_invitation_is_shown_and_accepted_by_whom_it_is_for_alone(void **state)
{
	const char *id = invite("Ada@a.example", FAR_AWAY), *eve = make_user("eve");
	struct request *rq;

	(void)state;
	rq = call_as(ada, SCOPES, GET, "/api/my-account/invitations", NULL);
	assert_non_null(strstr(text_of(rq), id));
	assert_non_null(strstr(text_of(rq), "\"name\":\"Guild\""));
	request_free(rq);
	rq = call_as(eve, SCOPES, GET, "/api/my-account/invitations", NULL);
	assert_string_equal(text_of(rq), "[]");
	request_free(rq);
	expect_status(404, eve, PUT, status_path(id), ACCEPT);
	expect_status(404, ada, PUT, status_path("unknown"), ACCEPT);
	expect_status(400, ada, PUT, status_path(id), "{\"status\":\"Revoked\"}");
	set_center("ReadOnly");
	expect_status(204, ada, PUT, status_path(id), ACCEPT);
	api_expect(OK, GET, arena_printf(api.arena, "/api/organizations/%s/users/%s/roles", guild, ada), NULL);
	expect_status(404, ada, PUT, status_path(id), ACCEPT);
}

static void an_invitation_that_is_over_or_revoked_is_gone(void **state)
{
	const char *id = invite("ada@a.example", FAR_AWAY);
	struct request *rq;

	(void)state;
	api_expect(OK, PUT, arena_printf(api.arena, "/api/organization-invitations/%s/status", id),
		   "{\"status\":\"Revoked\"}");
	rq = call_as(ada, SCOPES, GET, "/api/my-account/invitations", NULL);
	assert_string_equal(text_of(rq), "[]");
	request_free(rq);
	expect_status(404, ada, PUT, status_path(id), ACCEPT);
}

static void a_deleted_organization_is_neither_shown_nor_joined(void **state)
{
	const char *id = invite("ada@a.example", FAR_AWAY);
	struct request *rq;

	(void)state;
	add_member(guild, ada);
	api_expect(OK, DELETE, arena_printf(api.arena, "/api/organizations/%s", guild), NULL);
	rq = call_as(ada, SCOPES, GET, "/api/my-account/organizations", NULL);
	assert_string_equal(text_of(rq), "[]");
	request_free(rq);
	expect_status(404, ada, PUT, status_path(id), ACCEPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define MEMBER_TEST(f) cmocka_unit_test_setup_teardown(f, begin, api_end)
		MEMBER_TEST(organizations_are_listed_with_roles_where_the_token_may_see_them),
		MEMBER_TEST(what_the_tenant_switched_off_is_not_shown),
		MEMBER_TEST(leaving_needs_a_proof),
		MEMBER_TEST(an_invitation_is_shown_and_accepted_by_whom_it_is_for_alone),
		MEMBER_TEST(an_invitation_that_is_over_or_revoked_is_gone),
		MEMBER_TEST(a_deleted_organization_is_neither_shown_nor_joined),
	};

	return cmocka_run_group_tests(tests, api_start, world_end);
}
